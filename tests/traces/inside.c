/* The program in a container: waits in many ways and computes, and counts what should not happen to it: EINTR, signals,
 * gaps in time. Standard output is a file of the size of struct figures, kept up to date in place.
 * usage: inside [KIND]     one kind in the only thread; without it each in a thread of its own */
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"

#define SECOND_MS 1000
#define NAP_NS 20000000
#define BURST_NS 5000000

static struct figures *figures;
static const struct timespec second = {.tv_sec = 1};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void note_gap(struct figure *figure, uint64_t gap)
{
	if (gap > atomic_load(&figure->longest_ns))
		atomic_store(&figure->longest_ns, gap);
	if (gap > LATE_NS)
		atomic_fetch_add(&figure->late, 1);
}

/* ---- ways to wait: make what is waited on, then wait once; 0 or an errno -------------------------------- */

static int fds[KIND_COUNT][2];
static int semaphores;
static int word;

static void make_none(void)
{
}

static void make_pipe(void)
{
	if (pipe(fds[KIND_pipe]) < 0)
		die("pipe");
}

static void make_epoll(void)
{
	if ((fds[KIND_epoll][0] = epoll_create1(0)) < 0)
		die("epoll_create1");
}

static void make_endless(void)
{
	if ((fds[KIND_endless][0] = epoll_create1(0)) < 0)
		die("epoll_create1");
}

static void make_poll(void)
{
	if (pipe(fds[KIND_poll]) < 0)
		die("pipe");
}

static void make_recv(void)
{
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds[KIND_recv]) < 0 ||
	    setsockopt(fds[KIND_recv][0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 1}, sizeof(struct timeval)) < 0)
		die("socketpair");
}

static void make_semtimedop(void)
{
	if ((semaphores = semget(IPC_PRIVATE, 1, 0600)) < 0)
		die("semget");
}

static int wait_nanosleep(void)
{
	uint64_t begin = now();
	int result = nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);

	note_gap(&figures->kinds[KIND_nanosleep], now() - begin - NAP_NS);
	return result ? errno : 0;
}

static int wait_pipe(void)
{
	char byte;

	return read(fds[KIND_pipe][0], &byte, 1) < 0 ? errno : EPROTO;
}

static int wait_epoll(void)
{
	struct epoll_event event;

	return epoll_wait(fds[KIND_epoll][0], &event, 1, SECOND_MS) < 0 ? errno : 0;
}

/* Nothing comes: whatever it returns should not have been. */
static int wait_endless(void)
{
	struct epoll_event event;
	int result = epoll_wait(fds[KIND_endless][0], &event, 1, -1);

	return result == -1 ? errno : EPROTO;
}

static int wait_poll(void)
{
	return poll(&(struct pollfd){.fd = fds[KIND_poll][0], .events = POLLIN}, 1, SECOND_MS) < 0 ? errno : 0;
}

static int wait_recv(void)
{
	char byte;
	ssize_t got = recv(fds[KIND_recv][0], &byte, 1, 0);

	return got < 0 && errno == EAGAIN ? 0 : got < 0 ? errno : EPROTO;
}

static int wait_futex(void)
{
	long result = syscall(SYS_futex, &word, FUTEX_WAIT, 0, &second, NULL, 0);

	return result < 0 && errno == ETIMEDOUT ? 0 : result < 0 ? errno : EPROTO;
}

static int wait_sigtimedwait(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigtimedwait(&set, NULL, &second) < 0 && errno == EAGAIN ? 0 : errno;
}

static int wait_semtimedop(void)
{
	int result = semtimedop(semaphores, &(struct sembuf){.sem_op = -1}, 1, &second);

	return result < 0 && errno == EAGAIN ? 0 : result < 0 ? errno : EPROTO;
}

/* A tenth of a processor: what runs beside it is not to starve. */
static int wait_busy(void)
{
	uint64_t begin = now(), last = begin, at;

	while ((at = now()) - begin < BURST_NS) {
		note_gap(&figures->kinds[KIND_busy], at - last);
		last = at;
	}
	note_gap(&figures->kinds[KIND_busy], at - last);
	nanosleep(&(struct timespec){.tv_nsec = 9 * BURST_NS}, NULL);
	return 0;
}

#define make_nanosleep make_none
#define make_futex make_none
#define make_sigtimedwait make_none
#define make_busy make_none

static const struct way {
	const char *name;
	void (*make)(void);
	int (*wait)(void);
} ways[] = {
#define X(name) [KIND_##name] = {#name, make_##name, wait_##name},
	KINDS(X)
#undef X
};

/* ---- the program ------------------------------------------------------------------------------------- */

static void *run(void *argument)
{
	const struct way *way = argument;
	struct figure *figure = &figures->kinds[way - ways];

	way->make();
	for (;;) {
		int code = way->wait();

		atomic_fetch_add(&figure->rounds, 1);
		atomic_fetch_add(&figure->interrupted, code == EINTR);
		atomic_fetch_add(&figure->other, code != 0 && code != EINTR);
	}
	return NULL;
}

static void on_signal(int number)
{
	atomic_fetch_add(&figures->signals[number], 1);
}

static void prepare(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigset_t set;

	for (int number = 1; number < SIGNALS; number++)
		sigaction(number, &action, NULL); /* some cannot be caught, and some are libc's */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	figures = mmap(NULL, sizeof *figures, PROT_READ | PROT_WRITE, MAP_SHARED, STDOUT_FILENO, 0);
	if (figures == MAP_FAILED)
		die("mmap");
}

int main(int argc, char **argv)
{
	pthread_t thread;

	prepare();
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (argc == 1 && pthread_create(&thread, NULL, run, (void *)&ways[i]) != 0)
			die("pthread_create");
		if (argc > 1 && strcmp(argv[1], ways[i].name) == 0)
			run((void *)&ways[i]);
	}
	for (; argc == 1;)
		pause();
	return 2;
}
