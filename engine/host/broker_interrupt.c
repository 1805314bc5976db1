/* Which waits a stop ends with EINTR, and whether a thread sits in one: signal(7), and for io_getevents and io_uring_enter
 * the kernel's own return of -EINTR (fs/aio.c, io_uring/io_uring.c). */
#include "host/broker_private.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>

enum wait {
	WAIT_ENDS = 1,     /* always EINTR */
	WAIT_RECEIVE,      /* EINTR on a socket with SO_RCVTIMEO */
	WAIT_SEND,         /* EINTR on a socket with SO_SNDTIMEO */
};

static const struct {
	long number;
	enum wait wait;
} native[] = {
#ifdef SYS_epoll_wait
	{SYS_epoll_wait, WAIT_ENDS},
#endif
	{SYS_epoll_pwait, WAIT_ENDS}, {441 /* epoll_pwait2 */, WAIT_ENDS},
	{SYS_semop, WAIT_ENDS},       {SYS_semtimedop, WAIT_ENDS},
	{SYS_rt_sigtimedwait, WAIT_ENDS}, {SYS_recvmmsg, WAIT_ENDS},
	{SYS_io_getevents, WAIT_ENDS}, {SYS_io_uring_enter, WAIT_ENDS},
	{SYS_recvfrom, WAIT_RECEIVE}, {SYS_recvmsg, WAIT_RECEIVE},
	{SYS_accept, WAIT_RECEIVE},   {SYS_accept4, WAIT_RECEIVE},
	{SYS_read, WAIT_RECEIVE},     {SYS_readv, WAIT_RECEIVE},
	{SYS_sendto, WAIT_SEND},      {SYS_sendmsg, WAIT_SEND},
	{SYS_sendmmsg, WAIT_SEND},    {SYS_connect, WAIT_SEND},
	{SYS_write, WAIT_SEND},       {SYS_writev, WAIT_SEND},
};

/* The descriptor's own timeout is asked of a duplicate, and only of what is a socket: closing a duplicate of a file may call
 * into its file system (flush), of a socket not. */
static bool has_timeout(const struct broker_process *process, int number, enum wait wait)
{
	char path[32], target[16];
	struct timeval limit = {0};
	socklen_t size = sizeof limit;

	snprintf(path, sizeof path, "fd/%d", number);
	ssize_t len = readlinkat(process->folder, path, target, sizeof target);

	if (len < 0)
		return true;
	if (len < 8 || memcmp(target, "socket:[", 8) != 0)
		return false;
	_cleanup_(close_fd) int fd = (int)syscall(SYS_pidfd_getfd, process->pidfd, number, 0);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, wait == WAIT_SEND ? SO_SNDTIMEO : SO_RCVTIMEO, &limit, &size) < 0)
		return true;
	return limit.tv_sec != 0 || limit.tv_usec != 0;
}

/* Of those that can be begun again without anybody seeing it, the argument that limits the time: an int of milliseconds, below
 * 0 for none; a pointer, NULL for none; or no argument does. */
enum limit { LIMIT_INT, LIMIT_POINTER, LIMIT_NONE };
static const struct {
	long number;
	enum limit limit;
	unsigned argument; /* from 0 */
} repeatable[] = {
#ifdef SYS_epoll_wait
	{SYS_epoll_wait, LIMIT_INT, 3},
#endif
	{SYS_epoll_pwait, LIMIT_INT, 3},
	{441 /* epoll_pwait2 */, LIMIT_POINTER, 3},
	{SYS_semop, LIMIT_NONE, 0},
	{SYS_semtimedop, LIMIT_POINTER, 3},
	{SYS_rt_sigtimedwait, LIMIT_POINTER, 2},
	{SYS_io_getevents, LIMIT_POINTER, 4},
};

/* Begun again the wait lasts no longer than it would have: it has no end. */
static bool can_go_on(long number, const unsigned long long *args)
{
	for (size_t i = 0; broker_interrupt_resumes() && i < sizeof repeatable / sizeof *repeatable; i++) {
		if (repeatable[i].number != number)
			continue;
		if (repeatable[i].limit == LIMIT_INT)
			return (int)args[repeatable[i].argument] < 0;
		return repeatable[i].limit == LIMIT_NONE || args[repeatable[i].argument] == 0;
	}
	return false;
}

/* A stop ends it with EINTR. */
static bool ends(const struct broker_process *process, long number, const unsigned long long *args)
{
	for (size_t i = 0; i < sizeof native / sizeof *native; i++)
		if (native[i].number == number)
			return native[i].wait == WAIT_ENDS || has_timeout(process, (int)args[0], native[i].wait);
	return false;
}

/* "NR A0 A1 A2 A3 A4 A5 SP PC", or "-1 SP PC" outside of a call, or "running" (proc(5)). */
static bool judge_syscall(const struct broker_process *process, const char *line)
{
	unsigned long long args[6], stack;
	long number;

	if (sscanf(line, "%ld %llx %llx %llx %llx %llx %llx %llx", &number, &args[0], &args[1], &args[2], &args[3], &args[4], &args[5],
		   &stack) != 8)
		return false;
	/* A stack below 4 GiB belongs to a 32-bit task, and x32 has a bit of its own: other numbers, not held here. */
	if (number >= 0x40000000 || stack < 0x100000000u)
		return true;
	return !can_go_on(number, args) && ends(process, number, args);
}

#ifdef __x86_64__
#define NATIVE_CS       0x33 /* __USER_CS: a 32-bit caller has other numbers and another segment */
#define ERESTARTNOHAND  514L /* include/linux/errno.h, not for programs; a word of all 64 bits, or the kernel does not know it */

bool broker_interrupt_resumes(void)
{
	return true;
}

/* The stop is taken on the way out of the call, in get_signal(); arch_do_signal_or_restart() looks at the result after it
 * (arch/x86/kernel/signal.c) and, as for poll(2), begins the call again, or lets it be EINTR where a handler is to run. That is
 * safe: calls on sockets without a time limit it begins again by itself (sock_intr_errno(), include/net/sock.h), and the others
 * have done nothing yet when they say EINTR. */
void broker_interrupt_resume(const struct broker_process *process, pid_t tid, bool is_new)
{
	struct user_regs_struct regs;
	struct iovec vec = {&regs, sizeof regs};

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, (long)tid, NT_PRSTATUS, &vec) < 0 || vec.iov_len != sizeof regs ||
	    regs.cs != NATIVE_CS || (long long)regs.rax != -EINTR)
		return;
	const unsigned long long args[6] = {regs.rdi, regs.rsi, regs.rdx, regs.r10, regs.r8, regs.r9};

	if (can_go_on((long)regs.orig_rax, args) || (is_new && ends(process, (long)regs.orig_rax, args)))
		syscall(SYS_ptrace, PTRACE_POKEUSR, (long)tid, offsetof(struct user_regs_struct, rax), -ERESTARTNOHAND);
}
#else
/* arm64 looks at the result before it stops (do_signal, arch/arm64/kernel/signal.c): set afterwards it would go to the
 * program as it is, and a call begun again by hand, would it know its first argument, is begun even where a handler ran. */
bool broker_interrupt_resumes(void)
{
	return false;
}

void broker_interrupt_resume(const struct broker_process *process _unused_, pid_t tid _unused_,
			     bool is_new _unused_)
{
}
#endif

enum broker_outcome broker_interrupt_judge(const struct broker_process *process, int task, int *ret_sys)
{
	char line[256];

	if (broker_process_read(task, "syscall", line, sizeof line) > 0)
		return judge_syscall(process, line) ? BROKER_WOULD_INTERRUPT : BROKER_OK;
	*ret_sys = errno;
	return broker_process_outcome(errno);
}
