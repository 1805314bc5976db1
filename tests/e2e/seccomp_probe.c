/* Runs inside a container and really tries every system call that the kernel's headers name, with arguments that do nothing: a line
 * "ABI NAME RESULT" for each, the result being errno, 0, or "signal N". Then "ready", and it stays.
 *
 * seccomp_probe [ACTION…]: done before the calls are tried, or instead of it:
 *   stack     install a second filter: getcwd fails with errno 124
 *   hole      install one that refuses socket(16, …) with errno 123, comparing 64 bits
 *   thread    in the first thread install one that refuses everything a filter can do without; a second thread has none
 *   traced    stay with a child that is being traced
 *   zombie    stay with a child that has ended
 *   epoll     stay in epoll_wait without a limit, say "interrupted" when it ends
 *   epoll-for stay in epoll_wait with a limit of an hour, say the same
 *   quiet     try nothing
 * names.h: lines {"abi", "name", number}, made from asm/unistd_64.h and asm/unistd_32.h by the test. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct call {
	const char *abi, *name;
	int number;
} calls[] = {
#include "names.h"
};
#define CALLS (sizeof calls / sizeof *calls)

/* These end or split who calls, or wait without looking at an argument. */
static const char *const left_out[] = {"exit", "exit_group", "rt_sigreturn", "sigreturn", "fork", "vfork", "clone", "clone3", "pause",
				       "rt_sigsuspend", "sigsuspend", "uselib"};

static long native(int number, long arg)
{
	return syscall(number, arg, arg, arg, arg, arg, arg) < 0 ? errno : 0;
}

/* Arguments behind the number stay as they are in the upper registers; ebp is the sixth and is not touched. */
static long narrow(int number, int arg)
{
	int ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "0"(number), "b"(arg), "c"(arg), "d"(arg), "S"(arg), "D"(arg)
			 : "memory", "r8", "r9", "r10", "r11");
	return ret < 0 && ret > -4096 ? -ret : 0;
}

static void try_call(const struct call *call, volatile long *result)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		signal(SIGALRM, SIG_DFL);
		ualarm(300000, 0); /* a wait that was not foreseen is one that was let pass */
		*result = strcmp(call->abi, "i386") == 0 ? narrow(call->number, -1) : native(call->number, -1);
		_exit(0);
	}
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGALRM)
		printf("%s %s signal %d\n", call->abi, call->name, WTERMSIG(status));
	else
		printf("%s %s %ld\n", call->abi, call->name, *result);
}

static void try_all(void)
{
	volatile long *result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (size_t i = 0; i < CALLS; i++) {
		size_t j = 0;

		while (j < sizeof left_out / sizeof *left_out && strcmp(left_out[j], calls[i].name) != 0)
			j++;
		if (j < sizeof left_out / sizeof *left_out)
			continue;
		*result = 0;
		fflush(stdout);
		try_call(&calls[i], result);
	}
}

/* Calls whose flags decide: CLONE_NEWUSER with CLONE_SIGHAND and without CLONE_VM is EINVAL, clone(2). */
static void try_arguments(void)
{
	printf("arguments clone(CLONE_NEWUSER) %d\n", syscall(SYS_clone, 0x10000800L, 0, 0, 0, 0) < 0 ? errno : 0);
	printf("arguments personality(ADDR_NO_RANDOMIZE) %d\n", syscall(SYS_personality, 0x40000L) < 0 ? errno : 0);
	printf("arguments socket(16) %d\n", syscall(SYS_socket, 16L, 3L, 0L) < 0 ? errno : 0);
	printf("arguments socket(0x100000010) %d\n", syscall(SYS_socket, 0x100000010L, 3L, 0L) < 0 ? errno : 0);
	printf("arguments socket(AF_VSOCK) %d\n", syscall(SYS_socket, 40L, -1L, -1L) < 0 ? errno : 0);
}

static void install(const struct sock_filter *code, unsigned short count)
{
	struct sock_fprog program = {count, (struct sock_filter *)code};

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0)
		perror("seccomp");
}

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))

static void stack(void)
{
	static const struct sock_filter code[] = {
		LOAD(arch), UNLESS(AUDIT_ARCH_X86_64, 3), LOAD(nr), UNLESS(SYS_getcwd, 1), RETURN(SECCOMP_RET_ERRNO | 124),
		RETURN(SECCOMP_RET_ALLOW)};

	install(code, sizeof code / sizeof *code);
}

static void hole(void)
{
	static const struct sock_filter code[] = {LOAD(arch),
						  UNLESS(AUDIT_ARCH_X86_64, 7),
						  LOAD(nr),
						  UNLESS(SYS_socket, 5),
						  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 20), /* upper half of the first */
						  UNLESS(0, 3),
						  BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
						  UNLESS(16, 1),
						  RETURN(SECCOMP_RET_ERRNO | 123),
						  RETURN(SECCOMP_RET_ALLOW)};

	install(code, sizeof code / sizeof *code);
}

static void *stay(void *data)
{
	for (;;)
		pause();
	return data;
}

static void thread(void)
{
	static const struct sock_filter code[] = {LOAD(nr), UNLESS(SYS_pause, 1), RETURN(SECCOMP_RET_ALLOW), UNLESS(SYS_write, 1),
						  RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_ERRNO | 123)};
	pthread_t other;

	pthread_create(&other, NULL, stay, NULL);
	install(code, sizeof code / sizeof *code);
}

static void traced(void)
{
	pid_t child = fork();

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		stay(NULL);
	}
	waitpid(child, NULL, 0);
}

static void zombie(void)
{
	if (fork() == 0)
		_exit(0);
}

static void wait_for_events(int limit_ms)
{
	struct epoll_event event;
	int set = epoll_create1(0);

	puts("ready");
	for (;;) {
		fflush(stdout);
		if (epoll_wait(set, &event, 1, limit_ms) != 0)
			puts("interrupted");
	}
}

int main(int argc, char **argv)
{
	int limit_ms = 0, silent = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "stack") == 0) stack();
		if (strcmp(argv[i], "hole") == 0) hole();
		if (strcmp(argv[i], "thread") == 0) thread();
		if (strcmp(argv[i], "traced") == 0) traced();
		if (strcmp(argv[i], "zombie") == 0) zombie();
		if (strcmp(argv[i], "epoll") == 0) limit_ms = -1;
		if (strcmp(argv[i], "epoll-for") == 0) limit_ms = 3600000;
		if (strcmp(argv[i], "quiet") == 0) silent = 1;
	}
	if (!silent) {
		try_arguments();
		try_all();
	}
	if (limit_ms)
		wait_for_events(limit_ms);
	puts("ready");
	fflush(stdout);
	stay(NULL);
}
