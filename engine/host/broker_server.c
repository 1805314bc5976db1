/* The keeper and the worker: confined, then a loop. */
#include "host/broker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/magic.h>
#include <signal.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>

static const cap_value_t kept[] = {CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SYS_ADMIN};
#define KEPT_COUNT (sizeof kept / sizeof *kept)

uint64_t broker_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return broker_timespec_ns(&now);
}

int broker_left_ms(uint64_t deadline_ns)
{
	uint64_t now = broker_now_ns();

	return now >= deadline_ns ? 0 : (int)((deadline_ns - now + 999999) / 1000000);
}

static bool is_kept(cap_value_t cap)
{
	for (size_t i = 0; i < KEPT_COUNT; i++)
		if (kept[i] == cap)
			return true;
	return false;
}

static void cut_bounding(void)
{
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (!is_kept(cap) && cap_get_bound(cap) == 1)
			cap_drop_bound(cap); /* EPERM without CAP_SETPCAP: then no_new_privs has to do */
}

static int cut_capabilities(void)
{
	cap_t now = cap_get_proc(), then = cap_init();
	int status = -1;

	if (now && then) {
		cut_bounding();
		for (size_t i = 0; i < KEPT_COUNT; i++) {
			cap_flag_value_t held = CAP_CLEAR;

			if (cap_get_flag(now, kept[i], CAP_PERMITTED, &held) == 0 && held == CAP_SET) {
				cap_set_flag(then, CAP_PERMITTED, 1, &kept[i], CAP_SET);
				cap_set_flag(then, CAP_EFFECTIVE, 1, &kept[i], CAP_SET);
			}
		}
		status = cap_set_proc(then); /* what is no longer permitted or inheritable leaves the ambient set (capabilities(7)) */
	}
	if (now)
		cap_free(now);
	if (then)
		cap_free(then);
	return status;
}

static void die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
		_exit(1);
}

/* A session of its own: a Ctrl-Z at the terminal must not halt us while another process is stopped. */
static void confine(int socket, pid_t parent)
{
	sigset_t none;

	sigemptyset(&none);
	for (int number = 1; number < SIGRTMAX; number++)
		signal(number, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	if (chdir("/") < 0 || (socket > 0 && close_range(0, (unsigned)socket - 1, 0) < 0) ||
	    close_range((unsigned)socket + 1, ~0u, 0) < 0)
		_exit(1);
	prctl(PR_SET_NAME, "plimsoll-broker");
	if (cut_capabilities() < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0) < 0)
		_exit(1);
	die_with(parent);
}

static int send_packet(int socket, struct broker_header *header, const void *data, int fd)
{
	struct iovec parts[] = {{header, sizeof *header}, {(void *)(uintptr_t)data, header->len}};

	header->magic = BROKER_MAGIC;
	return broker_send(socket, parts, 2, &fd, fd >= 0, 0);
}

static int send_answer(int socket, uint64_t sequence, const struct broker_answer *answer)
{
	uint32_t total = answer->outcome == BROKER_OK ? answer->len : 0, sent = 0;

	do {
		struct broker_header header = {
			.kind = BROKER_PACKET_ANSWER,
			.sequence = sequence,
			.outcome = (uint32_t)answer->outcome,
			.sys = answer->sys,
			.total = total,
			.len = total - sent < BROKER_PACKET_DATA ? total - sent : BROKER_PACKET_DATA,
		};
		if (send_packet(socket, &header, answer->bytes + sent, sent ? -1 : answer->fd) < 0)
			return -1;
		sent += header.len;
	} while (sent < total);
	return 0;
}

typedef void serve_fn(const struct broker_process *, const struct broker_request *, struct broker_answer *);
static serve_fn *const services[BROKER_ASK_COUNT] = {
	[BROKER_ASK_SECCOMP] = broker_seccomp_serve,
	[BROKER_ASK_ENVIRON] = broker_environ_serve,
};

static void serve_process(int proc, const struct broker_request *request, struct broker_answer *answer)
{
	struct broker_process process = BROKER_PROCESS_NONE;

	answer->outcome = broker_process_open(proc, request, &process, &answer->sys);
	if (answer->outcome == BROKER_OK) {
		services[request->kind](&process, request, answer);
		enum broker_outcome still = broker_process_still(&process);

		if (still != BROKER_OK)
			answer->outcome = still;
	}
	broker_process_done(&process);
}

static void serve(int proc, const struct broker_request *request, const struct broker_fds *fds, struct broker_answer *answer)
{
	answer->outcome = BROKER_OK;
	answer->sys = 0;
	answer->fd = -1;
	answer->len = 0;
	if (fds->count != request->count)
		answer->outcome = BROKER_LIMIT; /* of descriptors: our own (RLIMIT_NOFILE) */
	else if (request->kind == BROKER_ASK_LINKS)
		broker_links_serve(request, fds, answer);
	else if (request->kind == BROKER_ASK_DEVICES)
		broker_bpf_serve(fds->count ? fds->fd[0] : -1, answer);
	else if (request->kind == BROKER_ASK_ROOT && fds->count == 1)
		broker_links_root(fds->fd[0], answer);
	else if (request->kind < BROKER_ASK_COUNT && services[request->kind] && request->pid > 0 && request->tid >= 0)
		serve_process(proc, request, answer);
	else
		answer->outcome = BROKER_FAILED;
}

static int say_hello(int socket, const struct broker_hello *hello)
{
	struct broker_header header = {.kind = BROKER_PACKET_HELLO, .len = sizeof *hello, .total = sizeof *hello};
	_cleanup_(close_fd) int self = (int)syscall(SYS_pidfd_open, getpid(), 0);

	return send_packet(socket, &header, hello, self);
}

static int open_proc(void)
{
	struct statfs fs;
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (proc < 0 || fstatfs(proc, &fs) < 0 || fs.f_type != PROC_SUPER_MAGIC)
		_exit(1);
	return proc;
}

/* *taken is seen by the keeper, so that a request which dies with its worker is known. */
static _noreturn_ void work(int socket, struct broker_hello hello, volatile uint64_t *taken)
{
	static struct broker_answer answer;
	struct broker_request request;
	sigset_t child;
	int proc = open_proc();

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, NULL);
	hello.pid = getpid();
	if (say_hello(socket, &hello) < 0)
		_exit(1);
	for (;;) {
		_cleanup_(broker_fds_close) struct broker_fds fds = {.count = 0};
		ssize_t len = broker_receive(socket, &request, sizeof request, &fds, 0);

		if (len <= 0)
			_exit(len == 0 ? 0 : 1);
		if (len != sizeof request || request.magic != BROKER_MAGIC)
			_exit(1);
		if (request.sequence <= *taken || broker_now_ns() >= request.deadline_ns)
			continue;
		*taken = request.sequence;
		serve(proc, &request, &fds, &answer);
		if (send_answer(socket, request.sequence, &answer) < 0)
			_exit(0);
		close_fd(&answer.fd);
		if (request.kind == BROKER_ASK_ENVIRON)
			explicit_bzero(answer.bytes, answer.len);
	}
}

/* Forks a worker and sees it end, with all that it traced let go. Returns its wait status. */
static int one_worker(int socket, const struct broker_hello *hello, volatile uint64_t *taken)
{
	pid_t keeper = getpid(), pid = fork();
	int status;

	if (pid < 0)
		_exit(1);
	if (pid == 0) {
		die_with(keeper);
		work(socket, *hello, taken);
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			_exit(1);
	return status;
}

void broker_server_run(int socket, pid_t parent)
{
	struct broker_hello hello = {0};
	volatile uint64_t *taken;

	confine(socket, parent);
	taken = mmap(NULL, sizeof *taken, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (taken == MAP_FAILED)
		_exit(1);
	while (hello.replaced <= BROKER_REPLACED_MAX) {
		int status = one_worker(socket, &hello, taken);

		if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
			break;
		hello.retired = WIFEXITED(status) && WEXITSTATUS(status) == BROKER_RETIRED;
		hello.replaced += !hello.retired;
		hello.taken = *taken;
	}
	_exit(0);
}
