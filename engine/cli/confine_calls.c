#include "cli/confine_calls.h"

#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <errno.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* As strace(1) shows them for every command, format and option, and by what glibc 2.36 to 2.41, libcurl, libaudit and libmount may
 * use instead on another kernel or architecture (open for openat, and so on). */
static const char *const allowed[] = {
	/* files, read */
	"open", "openat", "openat2", "close", "close_range", "read", "pread64", "readv", "lseek", "_llseek", "fadvise64",
	"stat", "lstat", "fstat", "newfstatat", "stat64", "lstat64", "fstat64", "fstatat64", "statx", "statfs", "fstatfs", "statfs64",
	"fstatfs64", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "dup", "dup2",
	"dup3", "fcntl", "fcntl64", "flock", "getxattr", "lgetxattr", "fgetxattr", "listxattr", "llistxattr", "flistxattr",
	/* a report, written; where is Landlock's to say */
	"write", "writev", "pwrite64", "memfd_create", "fsync", "fdatasync", "rename", "renameat", "renameat2", "unlink", "unlinkat",
	/* talking: engines, the audit subsystem, the broker */
	"connect", "bind", "sendto", "recvfrom", "sendmsg", "recvmsg", "send", "recv", "shutdown", "getsockopt", "setsockopt",
	"getsockname", "getpeername", "socketpair", "pipe", "pipe2", "eventfd2", "poll", "ppoll", "select", "_newselect", "pselect6",
	"epoll_create1", "epoll_ctl", "epoll_wait", "epoll_pwait", "pidfd_send_signal", "wait4", "waitid",
	/* memory and time */
	"brk", "munmap", "mremap", "madvise", "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday", "time", "nanosleep",
	"clock_nanosleep", "times", "getrusage", "sysinfo", "uname", "getrandom", "futex", "membarrier", "rseq", "set_robust_list",
	/* ourselves */
	"getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "getgroups", "getresuid", "getresgid", "capget",
	"getrlimit", "prlimit64", "umask", "sched_getaffinity", "sched_yield", "getcpu", "rt_sigaction", "rt_sigprocmask",
	"rt_sigreturn", "sigreturn", "sigaltstack", "restart_syscall", "exit", "exit_group",
};

static const struct {
	const char *name;
	unsigned arg;
	enum scmp_compare op;
	uint64_t a, b;
} conditional[] = {
	{"socket", 0, SCMP_CMP_EQ, AF_UNIX, 0},
	{"socket", 0, SCMP_CMP_EQ, AF_NETLINK, 0},
	{"mmap", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
	{"mmap2", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
	{"mprotect", 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0},
	{"ioctl", 1, SCMP_CMP_EQ, TCGETS, 0},
	{"ioctl", 1, SCMP_CMP_EQ, TCGETS2, 0}, /* isatty(3) of glibc 2.42 */
	{"ioctl", 1, SCMP_CMP_EQ, TIOCGWINSZ, 0},
	{"ioctl", 1, SCMP_CMP_EQ, FIONREAD, 0},
	{"ioctl", 1, SCMP_CMP_EQ, FIONBIO, 0},
};

/* Nothing here could be an older way to do what is allowed. */
static const char *const wicked[] = {
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "bpf", "perf_event_open",
	"userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "mount", "umount2", "move_mount", "open_tree", "fsopen",
	"fsconfig", "fsmount", "fspick", "mount_setattr", "pivot_root", "chroot", "setns", "unshare", "init_module", "finit_module",
	"delete_module", "create_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct", "quotactl", "keyctl",
	"add_key", "request_key", "open_by_handle_at", "name_to_handle_at", "setuid", "setgid", "setreuid", "setregid", "setresuid",
	"setresgid", "setgroups", "setfsuid", "setfsgid", "capset", "sethostname", "setdomainname", "settimeofday", "clock_settime",
	"clock_adjtime", "adjtimex", "iopl", "ioperm", "modify_ldt", "mknod", "mknodat", "syslog", "nfsservctl", "vhangup",
};

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* A name that this library or architecture does not have is no call that could be made. */
static int add(scmp_filter_ctx filter, uint32_t action, const char *name, unsigned count, struct scmp_arg_cmp condition)
{
	int number = seccomp_syscall_resolve_name(name);

	return number == __NR_SCMP_ERROR ? 0 : seccomp_rule_add_array(filter, action, number, count, &condition);
}

static int fill(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp always = {0};
	int status = add(filter, SCMP_ACT_ALLOW, "tgkill", 1, SCMP_CMP(0, SCMP_CMP_EQ, (scmp_datum_t)getpid())); /* abort(3) */

	for (size_t i = 0; i < COUNT(allowed) && status == 0; i++)
		status = add(filter, SCMP_ACT_ALLOW, allowed[i], 0, always);
	for (size_t i = 0; i < COUNT(conditional) && status == 0; i++)
		status = add(filter, SCMP_ACT_ALLOW, conditional[i].name, 1,
			     SCMP_CMP(conditional[i].arg, conditional[i].op, conditional[i].a, conditional[i].b));
	for (size_t i = 0; i < COUNT(wicked) && status == 0; i++)
		status = add(filter, SCMP_ACT_KILL_PROCESS, wicked[i], 0, always);
	return status;
}

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

int confine_calls(struct error *err)
{
	if (SANITIZED)
		return 0;
	_cleanup_(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	if (!filter)
		return error_set(err, ERROR_SYSTEM, "cannot make a seccomp filter");
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree, not a list */
	int status = fill(filter);

	if (status == 0)
		status = seccomp_load(filter);
	/* A kernel without filters: ENOSYS or EINVAL (seccomp(2)); an outer filter that does not let us: EPERM, EACCES. */
	if (status == 0 || status == -ENOSYS || status == -EINVAL || status == -EPERM || status == -EACCES || status == -ECANCELED)
		return 0;
	errno = -status;
	return error_sys(err, "cannot load a seccomp filter");
}
