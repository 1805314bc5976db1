/* Processes for test_broker.c to look at: each behaves in one way, counts what happens to it in a shared page, and dies with
 * the test. */
#ifndef TESTS_BROKER_TARGET_H
#define TESTS_BROKER_TARGET_H

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include "host/broker.h"

struct target_page {
	volatile int ready;
	volatile int go;
	volatile int interrupted; /* EINTR seen */
	volatile int early; /* waits that ended before their time */
	volatile int rounds;
	volatile int tid;
	volatile uint64_t gap_ns; /* the longest between two readings of the clock since the test zeroed it */
};
struct target {
	pid_t pid;
	uint64_t start;
	struct target_page *page;
};
typedef void target_fn(struct target_page *page);

/* Allow all, in as many instructions as wanted, recognisable by a constant. */
#define PROGRAM_MAX 1024
static const struct sock_fprog *target_program(uint32_t mark, unsigned short count)
{
	static struct sock_filter insns[PROGRAM_MAX];
	static struct sock_fprog program = {0, insns};

	for (unsigned short i = 0; i + 1 < count; i++)
		insns[i] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, mark + i);
	insns[count - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	program.len = count;
	return &program;
}

static void target_install(uint32_t mark, unsigned short count, unsigned flags)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, target_program(mark, count)) != 0)
		_exit(9);
}

static uint64_t target_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void target_nap(unsigned ms)
{
	struct timespec left = {ms / 1000, (long)(ms % 1000) * 1000000};

	while (nanosleep(&left, &left) < 0 && errno == EINTR)
		;
}

/* The text of a file of /proc/PID, in a static buffer. */
static char *target_proc(pid_t pid, const char *name)
{
	static char text[8192];
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	text[len < 0 ? 0 : len] = '\0';
	return text;
}

static uint64_t target_start_time(pid_t pid)
{
	char *at = strrchr(target_proc(pid, "stat"), ')');
	unsigned long long start = 0;

	if (at)
		sscanf(at + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu", &start);
	return start;
}

static char target_state(pid_t pid)
{
	char *at = strstr(target_proc(pid, "status"), "\nState:\t");

	return at ? at[8] : '-';
}

static int target_tracer(pid_t pid)
{
	char *at = strstr(target_proc(pid, "status"), "\nTracerPid:\t");

	return at ? atoi(at + 12) : -1;
}

/* Until the process is in that state, or two seconds. */
static bool target_reaches(pid_t pid, char state)
{
	for (int i = 0; i < 400; i++) {
		if (target_state(pid) == state)
			return true;
		target_nap(5);
	}
	return false;
}

static bool target_becomes(volatile int *value, int least)
{
	for (int i = 0; i < 400 && *value < least; i++)
		target_nap(5);
	return *value >= least;
}

static struct target target_launch(target_fn *behave)
{
	struct target target = {0};

	target.page = mmap(NULL, sizeof *target.page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	target.pid = fork();
	if (target.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_range(3, ~0u, 0);
		behave(target.page);
		_exit(0);
	}
	target.start = target_start_time(target.pid);
	target_becomes(&target.page->ready, 1);
	return target;
}

static void target_end(struct target *target)
{
	if (target->pid > 0) {
		kill(target->pid, SIGKILL);
		waitpid(target->pid, NULL, 0);
	}
	munmap(target->page, sizeof *target->page);
}

#endif
