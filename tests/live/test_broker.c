/* The broker on the live kernel: what it reads is what was set, and nobody it looks at is the worse for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/bpf.h>
#include <sys/capability.h>
#include <sys/stat.h>

#include "base/text.h"
#include "broker_target.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct fixture {
	struct broker *broker;
	struct arena *arena;
};

static bool permitted;

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	struct error err = {0};

	fixture->arena = arena_new();
	if (broker_start(0, &fixture->broker, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	broker_stop(fixture->broker);
	arena_free(fixture->arena);
	free(fixture);
	return 0;
}

static void need_root(void)
{
	if (!permitted) {
		print_message("skipped: ptrace of others and filter dumps need CAP_SYS_ADMIN, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH\n");
		skip();
	}
}

static enum broker_outcome dump(struct fixture *fixture, const struct target *target, struct broker_seccomp *ret)
{
	return broker_seccomp_dump(fixture->broker, target->pid, target->start, 0, 0, fixture->arena, ret);
}

/* The shortest request. */
static enum broker_outcome ask_environ(struct broker *broker, pid_t pid, uint64_t start)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct broker_environ environment;

	return broker_environ(broker, pid, start, arena, &environment);
}

static void assert_unharmed(const struct target *target)
{
	char state = target_state(target->pid);

	assert_int_equal(target_tracer(target->pid), 0);
	assert_true(state == 'S' || state == 'R' || state == 'D');
}

static void assert_filter(const struct broker_filter *filter, uint32_t mark, unsigned short count)
{
	assert_int_equal(filter->count, count);
	assert_memory_equal(filter->insns, target_program(mark, count)->filter, count * sizeof(struct sock_filter));
}

/* --- behaviours ---------------------------------------------------------------------------------------------------- */

static void sleep_on(struct target_page *page)
{
	page->ready = 1;
	for (;;) {
		struct timespec hour = {3600, 0};

		if (nanosleep(&hour, NULL) < 0 && errno == EINTR)
			page->interrupted++;
	}
}

static void one_filter(struct target_page *page)
{
	target_install(7000, 974, 0);
	sleep_on(page);
}

static void two_filters(struct target_page *page)
{
	target_install(100, 5, 0);
	target_install(200, 9, SECCOMP_FILTER_FLAG_LOG);
	sleep_on(page);
}

static void many_filters(struct target_page *page)
{
	for (int i = 0; i < BROKER_FILTERS_MAX + 1; i++)
		target_install(1, 1, 0);
	sleep_on(page);
}

static void strict_mode(struct target_page *page)
{
	int ends[2];
	char byte;

	if (pipe(ends) < 0)
		_exit(1);
	page->ready = 1;
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	for (;;)
		syscall(SYS_read, ends[0], &byte, 1);
}

static void epoll_for(struct target_page *page, int limit_ms)
{
	struct epoll_event event;
	int epoll = epoll_create1(0);

	page->ready = 1;
	for (;;)
		if (epoll_wait(epoll, &event, 1, limit_ms) != 0) /* whatever it says: the kernel's own results must not show */
			page->interrupted++;
}

static void count_epoll(struct target_page *page)
{
	epoll_for(page, -1);
}

static void filtered_epoll(struct target_page *page)
{
	target_install(1, 2, 0);
	count_epoll(page);
}

static void limited_epoll(struct target_page *page)
{
	target_install(1, 2, 0);
	epoll_for(page, 3600000);
}

static void handle(int signal _unused_)
{
}

/* A handler ends the wait, whatever was done to it before. */
static void handled_epoll(struct target_page *page)
{
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handle, .sa_flags = SA_RESTART}, NULL);
	filtered_epoll(page);
}

#ifdef __x86_64__
#define ENDLESS BROKER_OK
#else
#define ENDLESS BROKER_WOULD_INTERRUPT
#endif

/* As a user of its own whose files in /proc are its own too. */
static void become_other(void)
{
	if (setresuid(12345, 12345, 12345) < 0)
		_exit(1);
	prctl(PR_SET_DUMPABLE, 1);
}

static void other_epoll(struct target_page *page)
{
	become_other();
	filtered_epoll(page);
}

static void other_sleep(struct target_page *page)
{
	become_other();
	one_filter(page);
}

static void wait_for_signal(struct target_page *page)
{
	sigset_t set;

	target_install(1, 2, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	page->ready = 1;
	for (;;)
		if (sigwaitinfo(&set, NULL) != SIGUSR1)
			page->interrupted++;
}

static void receive_for(struct target_page *page, long seconds, bool by_read)
{
	struct timeval limit = {seconds, 0};
	char byte;
	int ends[2];

	target_install(1, 2, 0);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
		_exit(1);
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	page->ready = 1;
	for (;;)
		if ((by_read ? read(ends[0], &byte, 1) : recv(ends[0], &byte, 1, 0)) != 1)
			page->interrupted++;
}

static void receive_forever(struct target_page *page)
{
	receive_for(page, 0, false);
}

static void receive_limited(struct target_page *page)
{
	receive_for(page, 3600, false);
}

static void read_limited(struct target_page *page)
{
	receive_for(page, 3600, true);
}

static void wait_in_vfork(struct target_page *page)
{
	target_install(1, 2, 0);
	page->ready = 1;
	pid_t pid = (pid_t)syscall(SYS_vfork);
	if (pid == 0) {
		while (!page->go)
			target_nap(5);
		_exit(0);
	}
	page->rounds = 1;
	sleep_on(page);
}

static void *filtered_thread(void *data)
{
	struct target_page *page = data;

	target_install(300, 3, 0);
	page->tid = (int)syscall(SYS_gettid);
	sleep_on(page);
	return NULL;
}

static void thread_with_filter(struct target_page *page)
{
	pthread_t thread;

	pthread_create(&thread, NULL, filtered_thread, page);
	pthread_join(thread, NULL);
}

/* Short sleeps, reads of a pipe from a child and computation in turn; EINTR of any is counted, and the longest gap while
 * computing. */
static void busy_rounds(struct target_page *page)
{
	int ends[2];
	char byte = 0;

	target_install(7000, 974, 0);
	if (pipe(ends) < 0)
		_exit(1);
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;; target_nap(1))
			if (write(ends[1], &byte, 1) < 0)
				_exit(0);
	}
	page->ready = 1;
	for (;; page->rounds++) {
		struct timespec pause = {0, 300000};

		if (nanosleep(&pause, NULL) < 0)
			page->interrupted++;
		if (read(ends[0], &byte, 1) < 0)
			page->interrupted++;
	}
}

static void watch_clock(struct target_page *page)
{
	target_install(7000, 974, 0);
	page->ready = 1;
	for (uint64_t before = target_clock(), now;; before = now) {
		now = target_clock();
		if (now - before > page->gap_ns)
			page->gap_ns = now - before;
	}
}

/* Short waits, each of them one that a stop ends, and a little computation between: a stop is met on the way in, too. The kernel
 * counts the time on a socket in ticks of up to 10 ms. */
#define HURRIED_MS 24
static int hurried_recv(int socket)
{
	char byte;

	return (int)recv(socket, &byte, 1, 0);
}

static int hurried_read(int socket)
{
	char byte;

	return (int)read(socket, &byte, 1);
}

static int hurried_accept(int socket)
{
	return accept(socket, NULL, NULL);
}

static int hurried_epoll(int epoll)
{
	struct epoll_event event;

	return epoll_wait(epoll, &event, 1, HURRIED_MS);
}

static int hurried_signal(int fd _unused_)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigtimedwait(&set, NULL, &(struct timespec){0, HURRIED_MS * 1000000});
}

static struct hurried {
	const char *name;
	int (*wait)(int fd);
	int (*open)(void);
} *hurried_way;

static int one_of_a_pair(void)
{
	struct timeval limit = {0, HURRIED_MS * 1000};
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0 || setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
		_exit(1);
	return ends[0];
}

static int a_listener(void)
{
	struct timeval limit = {0, HURRIED_MS * 1000};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr family = {.sa_family = AF_UNIX}; /* with nothing more the kernel chooses a name (unix(7)) */

	if (bind(fd, &family, sizeof family.sa_family) < 0 || listen(fd, 1) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
		_exit(1);
	return fd;
}

static int an_epoll(void)
{
	return epoll_create1(0);
}

static void hurry(struct target_page *page)
{
	int fd = hurried_way->open();

	target_install(1, 2, 0);
	page->ready = 1;
	for (;; page->rounds++) {
		for (uint64_t begin = target_clock(); target_clock() - begin < 300000;)
			;
		uint64_t begin = target_clock();
		int result = hurried_way->wait(fd);

		if (result < -1 || (result < 0 && errno == EINTR))
			page->interrupted++;
		else if (target_clock() - begin < HURRIED_MS * 1000000u / 2)
			page->early++;
	}
}

/* --- seccomp ------------------------------------------------------------------------------------------------------- */

static void filter_is_what_was_installed(void **state)
{
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(one_filter);
	assert_int_equal(dump(*state, &target, &found), BROKER_OK);
	assert_int_equal(found.count, 1);
	assert_filter(&found.filters[0], 7000, 974);
	assert_true(found.stop_ns > 0);
	assert_unharmed(&target);
	assert_int_equal(target.page->interrupted, 0);
	target_end(&target);
}

static void stacked_filters_come_oldest_first(void **state)
{
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(two_filters);
	assert_int_equal(dump(*state, &target, &found), BROKER_OK);
	assert_int_equal(found.count, 2);
	assert_filter(&found.filters[0], 100, 5);
	assert_filter(&found.filters[1], 200, 9);
	assert_true(found.filters[0].log_known && found.filters[1].log_known);
	assert_false(found.filters[0].log);
	assert_true(found.filters[1].log);
	target_end(&target);
}

static void filters_are_those_of_the_thread(void **state)
{
	struct fixture *fixture = *state;
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(thread_with_filter);
	assert_int_equal(dump(fixture, &target, &found), BROKER_NO_FILTER);
	assert_int_equal(broker_seccomp_dump(fixture->broker, target.pid, target.start, target.page->tid, 0, fixture->arena,
					     &found),
			 BROKER_OK);
	assert_filter(&found.filters[0], 300, 3);
	assert_int_equal(broker_seccomp_dump(fixture->broker, target.pid, target.start, getpid(), 0, fixture->arena, &found),
			 BROKER_GONE);
	target_end(&target);
}

/* Behaviours that are answered in one way and leave the target alone. */
static void outcomes_tell_apart(void **state)
{
	static const struct {
		const char *name;
		target_fn *behave;
		enum broker_outcome expected;
	} rows[] = {
		{"no filter", sleep_on, BROKER_NO_FILTER},
		{"no filter, epoll", count_epoll, BROKER_NO_FILTER},
		{"strict", strict_mode, BROKER_STRICT},
		{"too many", many_filters, BROKER_LIMIT},
		{"epoll_wait", filtered_epoll, ENDLESS},
		{"epoll_wait with a timeout", limited_epoll, BROKER_WOULD_INTERRUPT},
		{"sigwaitinfo", wait_for_signal, ENDLESS},
		{"recv with a timeout", receive_limited, BROKER_WOULD_INTERRUPT},
		{"read with a timeout", read_limited, BROKER_WOULD_INTERRUPT},
		{"recv without", receive_forever, BROKER_OK},
		{"another user's epoll_wait", other_epoll, ENDLESS},
		{"another user's sleep", other_sleep, BROKER_OK},
	};

	need_root();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct broker_seccomp found;
		struct target target = target_launch(rows[i].behave);

		assert_true(target_reaches(target.pid, 'S'));
		enum broker_outcome outcome = dump(*state, &target, &found);

		if (outcome != rows[i].expected || target.page->interrupted)
			fail_msg("%s: %s, interrupted %d", rows[i].name, broker_outcome_word(outcome),
				 target.page->interrupted);
		if (outcome != BROKER_OK)
			assert_true(found.count == 0 && !found.filters);
		assert_unharmed(&target);
		target_end(&target);
	}
}

static void interrupting_is_the_callers_choice(void **state)
{
	struct fixture *fixture = *state;
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(limited_epoll);
	assert_true(target_reaches(target.pid, 'S'));
	assert_int_equal(broker_seccomp_dump(fixture->broker, target.pid, target.start, 0, BROKER_MAY_INTERRUPT,
					     fixture->arena, &found),
			 BROKER_OK);
	assert_true(target_becomes(&target.page->interrupted, 1)); /* the very thing that is refused otherwise */
	assert_unharmed(&target);
	target_end(&target);
}

/* Stopped again and again it sees nothing of it, and still is where it was: events and signals reach it. */
static void endless_wait_goes_on(void **state)
{
	struct broker_seccomp found;

	need_root();
	if (ENDLESS != BROKER_OK)
		skip();
	struct target target = target_launch(handled_epoll);
	assert_true(target_reaches(target.pid, 'S'));
	for (int i = 0; i < 200; i++) {
		assert_int_equal(dump(*state, &target, &found), BROKER_OK);
		assert_true(target_reaches(target.pid, 'S'));
	}
	assert_int_equal(target.page->interrupted, 0);
	kill(target.pid, SIGUSR1);
	assert_true(target_becomes(&target.page->interrupted, 1));
	assert_unharmed(&target);
	target_end(&target);
}

static void wait_begun_before_the_stop_goes_on(void **state)
{
	static struct hurried rows[] = {
		{"recv", hurried_recv, one_of_a_pair}, {"read", hurried_read, one_of_a_pair}, {"accept", hurried_accept, a_listener},
		{"epoll_wait", hurried_epoll, an_epoll}, {"sigtimedwait", hurried_signal, an_epoll},
	};

	need_root();
	if (ENDLESS != BROKER_OK)
		skip();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct broker_seccomp found;
		int dumped = 0;

		hurried_way = &rows[i];
		struct target target = target_launch(hurry);
		for (uint64_t begin = target_clock(); target_clock() - begin < 1500000000;) {
			enum broker_outcome outcome = dump(*state, &target, &found);

			dumped += outcome == BROKER_OK;
			if (outcome != BROKER_OK)
				assert_int_equal(outcome, BROKER_WOULD_INTERRUPT);
		}
		if (!dumped || !target.page->rounds || target.page->interrupted || target.page->early)
			fail_msg("%s: of %d waits %d interrupted and %d early by %d dumps", rows[i].name, target.page->rounds,
				 target.page->interrupted, target.page->early, dumped);
		assert_unharmed(&target);
		target_end(&target);
	}
}

static void traced_target_is_left_to_its_tracer(void **state)
{
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(one_filter);
	assert_int_equal(ptrace(PTRACE_SEIZE, target.pid, NULL, NULL), 0);
	assert_int_equal(dump(*state, &target, &found), BROKER_TRACED);
	assert_int_equal(target_tracer(target.pid), getpid());
	target_end(&target);
}

static void stopped_target_stays_stopped(void **state)
{
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(busy_rounds);
	kill(target.pid, SIGSTOP);
	assert_true(target_reaches(target.pid, 'T'));
	assert_int_equal(dump(*state, &target, &found), BROKER_OK);
	assert_filter(&found.filters[0], 7000, 974);
	assert_true(target_reaches(target.pid, 'T'));
	assert_int_equal(target_tracer(target.pid), 0);
	int before = target.page->rounds;
	target_nap(20);
	assert_int_equal(target.page->rounds, before);
	kill(target.pid, SIGCONT);
	assert_true(target_becomes(&target.page->rounds, before + 3));
	target_end(&target);
}

static void vfork_waiting_target_costs_a_timeout(void **state)
{
	struct fixture *fixture = *state;
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(wait_in_vfork);
	assert_true(target_reaches(target.pid, 'D'));
	uint64_t begin = target_clock();
	assert_int_equal(dump(fixture, &target, &found), BROKER_FROZEN);
	assert_in_range((target_clock() - begin) / 1000000, BROKER_STOP_MS - 1, BROKER_STOP_MS + 500);
	assert_int_equal(target_tracer(target.pid), 0);
	assert_int_equal(broker_replaced(fixture->broker), 0);
	target.page->go = 1;
	assert_true(target_becomes(&target.page->rounds, 1));
	assert_true(target_reaches(target.pid, 'S'));
	assert_int_equal(dump(fixture, &target, &found), BROKER_OK);
	assert_unharmed(&target);
	target_end(&target);
}

#define FREEZER "/sys/fs/cgroup/freezer/plimsoll-test-broker"
static bool put(const char *path, const char *text)
{
	_cleanup_(close_fd) int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

static void frozen_target_runs_on(void **state)
{
	struct broker_seccomp found;
	char text[16];

	need_root();
	if (mkdir(FREEZER, 0755) < 0 && errno != EEXIST) {
		print_message("skipped: no freezer of cgroup v1 to write to\n");
		skip();
	}
	struct target target = target_launch(busy_rounds);
	snprintf(text, sizeof text, "%d", target.pid);
	bool frozen = put(FREEZER "/cgroup.procs", text) && put(FREEZER "/freezer.state", "FROZEN");
	target_nap(50);
	enum broker_outcome outcome = dump(*state, &target, &found);
	int tracer = target_tracer(target.pid), before = target.page->rounds;
	put(FREEZER "/freezer.state", "THAWED");
	bool runs = target_becomes(&target.page->rounds, before + 3);
	enum broker_outcome after = dump(*state, &target, &found);
	int interrupted = target.page->interrupted;
	target_end(&target);
	for (int i = 0; i < 100 && rmdir(FREEZER) < 0; i++)
		target_nap(10);
	assert_true(frozen);
	assert_int_equal(outcome, BROKER_FROZEN);
	assert_int_equal(tracer, 0);
	assert_true(runs);
	assert_int_equal(interrupted, 0);
	assert_int_equal(after, BROKER_OK);
	assert_int_not_equal(access(FREEZER, F_OK), 0);
}

static void exit_soon(struct target_page *page)
{
	target_install(1, 900, 0);
	page->ready = 1;
}

static void exiting_target_is_gone(void **state)
{
	struct broker_seccomp found;
	struct fixture *fixture = *state;
	int gone = 0;

	need_root();
	for (int i = 0; i < 100; i++) { /* at whatever point of its end it is met */
		struct target target = target_launch(exit_soon);
		enum broker_outcome outcome = dump(fixture, &target, &found);

		if (outcome != BROKER_GONE && outcome != BROKER_OK)
			fail_msg("%s", broker_outcome_word(outcome));
		waitpid(target.pid, NULL, 0);
		gone += dump(fixture, &target, &found) == BROKER_GONE;
		assert_int_equal(ask_environ(fixture->broker, target.pid, target.start), BROKER_GONE);
		target.pid = 0;
		target_end(&target);
	}
	assert_int_equal(gone, 100);
	assert_int_equal(broker_replaced(fixture->broker), 0);
}

static void pid_used_again_is_refused(void **state)
{
	struct fixture *fixture = *state;
	struct broker_environ environment;
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(one_filter);
	target.start++;
	assert_int_equal(dump(fixture, &target, &found), BROKER_REUSED);
	assert_int_equal(broker_environ(fixture->broker, target.pid, target.start, fixture->arena, &environment),
			 BROKER_REUSED);
	assert_null(environment.bytes);
	target_end(&target);
}

static void two_hundred_dumps_leave_no_trace(void **state)
{
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(busy_rounds);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(dump(*state, &target, &found), BROKER_OK);
		assert_filter(&found.filters[0], 7000, 974);
		assert_unharmed(&target);
		target_nap(1);
	}
	int before = target.page->rounds;
	assert_true(target_becomes(&target.page->rounds, before + 3));
	assert_int_equal(target.page->interrupted, 0);
	assert_int_equal(broker_replaced(((struct fixture *)*state)->broker), 0);
	target_end(&target);
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The clock in the target itself says how long it stood still; told, and held to no more than a sane bound. */
static void stop_is_short(void **state)
{
	enum { DUMPS = 300 };
	uint64_t seen[DUMPS], told[DUMPS], asked[DUMPS];
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(watch_clock);
	for (int i = 0; i < DUMPS; i++) {
		target.page->gap_ns = 0;
		uint64_t begin = target_clock();
		assert_int_equal(dump(*state, &target, &found), BROKER_OK);
		asked[i] = target_clock() - begin;
		told[i] = found.stop_ns;
		target_nap(2); /* it has to run again to see how long it did not */
		seen[i] = target.page->gap_ns;
	}
	target_end(&target);
	qsort(seen, DUMPS, sizeof *seen, by_size);
	qsort(told, DUMPS, sizeof *told, by_size);
	qsort(asked, DUMPS, sizeof *asked, by_size);
	print_message("# stop in us, p50/p90/p99: target's clock %.0f/%.0f/%.0f, broker's %.0f/%.0f/%.0f, request %.0f/%.0f/%.0f\n",
		      (double)seen[DUMPS / 2] / 1e3, (double)seen[DUMPS * 9 / 10] / 1e3, (double)seen[DUMPS * 99 / 100] / 1e3,
		      (double)told[DUMPS / 2] / 1e3, (double)told[DUMPS * 9 / 10] / 1e3, (double)told[DUMPS * 99 / 100] / 1e3,
		      (double)asked[DUMPS / 2] / 1e3, (double)asked[DUMPS * 9 / 10] / 1e3, (double)asked[DUMPS * 99 / 100] / 1e3);
	assert_true(told[DUMPS / 2] < 20000000);
}

/* --- the processes -------------------------------------------------------------------------------------------------- */

static bool has_ended(pid_t pid)
{
	for (int i = 0; i < 400; i++) {
		char state = target_state(pid);

		if (state == '-' || state == 'Z')
			return true;
		target_nap(5);
	}
	return false;
}

static void start_and_tell(struct target_page *page)
{
	struct broker *broker;

	if (broker_start(0, &broker, NULL) < 0)
		_exit(1);
	page->tid = broker_worker_pid(broker);
	page->rounds = broker_keeper_pid(broker);
	sleep_on(page);
}

static void broker_dies_with_its_parent(void **state _unused_)
{
	struct target target = target_launch(start_and_tell);
	pid_t worker = target.page->tid, keeper = target.page->rounds;

	assert_true(worker > 0 && keeper > 0 && target_state(worker) == 'S' && target_state(keeper) == 'S');
	kill(worker, SIGSTOP); /* so that it cannot end for the mere end of the conversation */
	assert_true(target_reaches(worker, 'T'));
	target_end(&target);
	assert_true(has_ended(worker));
	assert_true(has_ended(keeper));
}

static void stopped_broker_leaves_nobody(void **state _unused_)
{
	struct broker *broker;

	assert_int_equal(broker_start(0, &broker, NULL), 0);
	pid_t worker = broker_worker_pid(broker), keeper = broker_keeper_pid(broker);
	uint64_t begin = target_clock();
	broker_stop(broker);
	assert_true(target_clock() - begin < 900000000);
	assert_true(has_ended(worker));
	assert_int_equal(target_state(keeper), '-');
	broker_stop(NULL);
}

static pid_t kill_later(pid_t victim, unsigned ms)
{
	pid_t pid = fork();

	if (pid == 0) {
		target_nap(ms);
		kill(victim, SIGKILL);
		_exit(0);
	}
	return pid;
}

static void broker_killed_in_a_dump_lets_go(void **state)
{
	struct fixture *fixture = *state;
	struct broker_seccomp found;

	need_root();
	struct target target = target_launch(wait_in_vfork);
	assert_true(target_reaches(target.pid, 'D'));
	pid_t killer = kill_later(broker_worker_pid(fixture->broker), 60);
	assert_int_equal(dump(fixture, &target, &found), BROKER_FAILED);
	waitpid(killer, NULL, 0);
	assert_int_equal(target_tracer(target.pid), 0);
	assert_int_equal(broker_replaced(fixture->broker), 1);
	target.page->go = 1;
	assert_true(target_becomes(&target.page->rounds, 1));
	assert_true(target_reaches(target.pid, 'S'));
	assert_int_equal(dump(fixture, &target, &found), BROKER_OK);
	target_end(&target);
}

static void hung_broker_is_replaced(void **state _unused_)
{
	struct broker *broker;

	assert_int_equal(broker_start(100, &broker, NULL), 0);
	pid_t first = broker_worker_pid(broker);
	kill(first, SIGSTOP);
	assert_true(target_reaches(first, 'T'));
	assert_int_equal(ask_environ(broker, getpid(), target_start_time(getpid())), BROKER_TIMEOUT);
	assert_true(has_ended(first));
	assert_int_equal(broker_replaced(broker), 1);
	assert_int_not_equal(broker_worker_pid(broker), first);
	assert_int_equal(ask_environ(broker, getpid(), target_start_time(getpid())), BROKER_OK);
	broker_stop(broker);
}

static void replacements_are_bounded(void **state)
{
	struct fixture *fixture = *state;
	uint64_t start = target_start_time(getpid());
	int answered = 0;

	for (int i = 0; i < BROKER_REPLACED_MAX + 5; i++) {
		pid_t worker = broker_worker_pid(fixture->broker);

		if (worker)
			kill(worker, SIGKILL);
		answered += ask_environ(fixture->broker, getpid(), start) == BROKER_OK;
	}
	assert_int_equal(answered, BROKER_REPLACED_MAX);
	assert_int_equal(ask_environ(fixture->broker, getpid(), start), BROKER_FAILED);
	assert_true(has_ended(broker_keeper_pid(fixture->broker)));
}

static int descriptors(pid_t pid)
{
	char path[32];
	int count = 0;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	_cleanup_(close_dir) DIR *dir = opendir(path);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		count += *entry->d_name != '.';
	return dir ? count : -1;
}

static void broker_is_confined(void **state)
{
	struct fixture *fixture = *state;
	static const char *const lines[] = {
		"\nCapInh:\t0000000000000000\n", "\nCapPrm:\t0000000000280004\n", "\nCapEff:\t0000000000280004\n",
		"\nCapBnd:\t0000000000280004\n", "\nCapAmb:\t0000000000000000\n", "\nNoNewPrivs:\t1\n", "\nThreads:\t1\n",
	};
	pid_t both[] = {broker_keeper_pid(fixture->broker), broker_worker_pid(fixture->broker)};

	need_root();
	target_nap(20); /* its greeting carries a descriptor, closed after it was sent */
	for (size_t i = 0; i < COUNT(both); i++) {
		for (size_t k = 0; k < COUNT(lines); k++)
			if (!strstr(target_proc(both[i], "status"), lines[k]))
				fail_msg("%zu: not %s", i, lines[k] + 1);
		assert_int_equal(descriptors(both[i]), i == 0 ? 1 : 2);
	}
}

static void without_a_broker_nothing_is_permitted(void **state)
{
	struct fixture *fixture = *state;
	struct broker_seccomp filters;
	struct host_links links;
	struct broker_devices devices;
	struct broker_environ environment;

	assert_int_equal(broker_seccomp_dump(NULL, 1, 1, 0, 0, fixture->arena, &filters), BROKER_NOT_PERMITTED);
	int folder = -1;
	assert_int_equal(broker_read_links(NULL, &folder, 1, 2, fixture->arena, &links), BROKER_NOT_PERMITTED);
	assert_int_equal(broker_root(NULL, folder, &folder), BROKER_NOT_PERMITTED);
	assert_int_equal(broker_devices(NULL, -1, fixture->arena, &devices), BROKER_NOT_PERMITTED);
	assert_int_equal(broker_environ(NULL, 1, 1, fixture->arena, &environment), BROKER_NOT_PERMITTED);
	assert_true(!filters.filters && !devices.programs && !environment.bytes);
	assert_int_equal(broker_replaced(NULL), 0);
}

/* What a broker finds out that itself was started in some way: its outcome goes back as the exit status. */
static int outcome_inside(void (*prepare)(void), const struct target *target)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		struct arena *arena = arena_new();
		struct broker_seccomp found;
		struct broker *broker;

		prepare();
		if (broker_start(0, &broker, NULL) < 0)
			_exit(99);
		enum broker_outcome outcome = broker_seccomp_dump(broker, target->pid, target->start, 0, 0, arena, &found);

		broker_stop(broker);
		_exit((int)outcome);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void get_a_filter(void)
{
	target_install(1, 2, 0);
}

static void become_nobody(void)
{
	if (setresuid(65534, 65534, 65534) < 0)
		_exit(98);
}

static void lose_files(void)
{
	static const cap_value_t lost[] = {CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE};
	cap_t caps = cap_get_proc();

	if (cap_set_flag(caps, CAP_PERMITTED, 2, lost, CAP_CLEAR) < 0 || cap_set_flag(caps, CAP_EFFECTIVE, 2, lost, CAP_CLEAR) < 0 ||
	    cap_set_proc(caps) < 0)
		_exit(97);
	cap_free(caps);
}

static void brokers_that_may_not_look_say_so(void **state _unused_)
{
	need_root();
	struct target target = target_launch(one_filter);
	assert_int_equal(outcome_inside(get_a_filter, &target), BROKER_UNDER_SECCOMP);
	assert_int_equal(outcome_inside(become_nobody, &target), BROKER_NOT_PERMITTED);
	assert_unharmed(&target);
	target_end(&target);
	/* What it waits in belongs to its user: not known is not harmless. */
	target = target_launch(other_epoll);
	assert_int_equal(outcome_inside(lose_files, &target), BROKER_NOT_PERMITTED);
	assert_int_equal(target.page->interrupted, 0);
	target_end(&target);
}

/* --- the other requests ---------------------------------------------------------------------------------------------- */

static int folder_of(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", pid);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

#define EVERY_LINK ((1u << HOST_LINK_COUNT) - 1 - (1u << HOST_LINK_SELF))

static void links_are_what_readlink_says(void **state)
{
	static const char *const paths[] = {
#define X(name, path) path,
		HOST_LINKS(X)
#undef X
	};
	struct fixture *fixture = *state;
	struct host_links links;

	need_root();
	struct target target = target_launch(other_sleep);
	_cleanup_(close_fd) int folder = folder_of(target.pid);
	assert_int_equal(broker_read_links(fixture->broker, &folder, 1, EVERY_LINK, fixture->arena, &links), BROKER_OK);
	for (size_t i = HOST_LINK_SELF + 1; i < COUNT(paths); i++) {
		char text[4096];
		ssize_t len = readlinkat(folder, paths[i], text, sizeof text - 1);

		assert_int_equal(links.sys[i], len < 0 ? errno : 0);
		text[len < 0 ? 0 : len] = '\0';
		if (len >= 0)
			assert_string_equal(links.text[i], text);
	}
	assert_true(links.text[HOST_LINK_EXE] && links.text[HOST_LINK_MOUNT]);
	target_end(&target);
}

static void links_of_many_come_in_their_order(void **state)
{
	struct fixture *fixture = *state;
	struct host_links links[BROKER_MANY_MAX];
	struct target targets[BROKER_MANY_MAX];
	int folders[BROKER_MANY_MAX];

	for (size_t i = 0; i < BROKER_MANY_MAX; i++) {
		targets[i] = target_launch(i % 3 ? sleep_on : one_filter);
		folders[i] = folder_of(targets[i].pid);
	}
	target_end(&targets[5]);
	assert_int_equal(broker_read_links(fixture->broker, folders, BROKER_MANY_MAX, EVERY_LINK, fixture->arena, links), BROKER_OK);
	for (size_t i = 0; i < BROKER_MANY_MAX; i++) {
		assert_true(i == 5 ? !links[i].text[HOST_LINK_EXE] : text_ends(links[i].text[HOST_LINK_EXE], "/test_broker"));
		int sys = links[i].sys[HOST_LINK_NETWORK];
		assert_true(i == 5 ? sys == ENOENT || sys == ESRCH : sys == 0);
		close(folders[i]);
		if (i != 5)
			target_end(&targets[i]);
	}
}

/* What a caller that was taken over could try: the broker looks into procfs alone. */
static void descriptors_of_other_folders_are_refused(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_(close_fd) int folder = open("/tmp", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct host_links links;
	int root = -1;

	assert_int_equal(broker_read_links(fixture->broker, &folder, 1, EVERY_LINK, fixture->arena, &links), BROKER_OK);
	assert_int_equal(links.sys[HOST_LINK_EXE], EINVAL);
	assert_null(links.text[HOST_LINK_EXE]);
	assert_int_equal(broker_root(fixture->broker, folder, &root), BROKER_FAILED);
	assert_int_equal(root, -1);
}

static void root_is_the_folder_of_the_process(void **state)
{
	struct fixture *fixture = *state;
	struct stat own, other;
	int root = -1;

	need_root();
	struct target target = target_launch(other_sleep);
	_cleanup_(close_fd) int folder = folder_of(target.pid);
	assert_int_equal(broker_root(fixture->broker, folder, &root), BROKER_OK);
	assert_int_equal(fcntl(root, F_GETFL) & (O_PATH | O_ACCMODE), O_PATH);
	assert_int_equal(fcntl(root, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fstat(root, &own) | stat("/", &other), 0);
	assert_true(own.st_dev == other.st_dev && own.st_ino == other.st_ino);
	close(root);
	target_end(&target);
	assert_int_equal(broker_root(fixture->broker, folder, &root), BROKER_GONE);
}

/* Told, and held to no more than a sane bound. */
static void many_links_are_cheap(void **state)
{
	enum { ROUNDS = 50 };
	struct fixture *fixture = *state;
	struct host_links links[BROKER_MANY_MAX];
	int folders[BROKER_MANY_MAX];
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < BROKER_MANY_MAX; i++)
		folders[i] = folder_of(getpid());
	uint64_t begin = target_clock();
	for (int i = 0; i < ROUNDS; i++)
		assert_int_equal(broker_read_links(fixture->broker, folders, BROKER_MANY_MAX, EVERY_LINK, arena, links), BROKER_OK);
	double each = (double)(target_clock() - begin) / ROUNDS / BROKER_MANY_MAX / 1e3;
	for (size_t i = 0; i < BROKER_MANY_MAX; i++)
		close(folders[i]);
	print_message("# exe, cwd and eight namespaces of one process among %d: %.1f us\n", BROKER_MANY_MAX, each);
	assert_true(each < 5000);
}

static void environment_of_another_user_is_read(void **state)
{
	static target_fn *const behaviours[] = {one_filter, other_sleep};
	struct fixture *fixture = *state;
	struct broker_environ environment;

	need_root();
	for (size_t i = 0; i < COUNT(behaviours); i++) {
		char *expected;
		size_t len = 0;

		/* The target is a fork of ours: it has the environment that we were started with. */
		_cleanup_(close_file) FILE *file = fopen("/proc/self/environ", "r");
		expected = arena_alloc(fixture->arena, BROKER_ENVIRON_MAX + 1);
		if (file)
			len = fread(expected, 1, BROKER_ENVIRON_MAX + 1, file);
		struct target target = target_launch(behaviours[i]);
		assert_int_equal(broker_environ(fixture->broker, target.pid, target.start, fixture->arena, &environment),
				 BROKER_OK);
		assert_int_equal(environment.len, len);
		assert_memory_equal(environment.bytes, expected, len);
		assert_false(environment.cut);
		target_end(&target);
	}
}

static void long_environment_is_cut(void **state)
{
	struct fixture *fixture = *state;
	struct broker_environ environment;
	char *words = malloc(100001), *variables[] = {words, words, NULL}, *args[] = {(char *)"sleep", (char *)"60", NULL};

	need_root();
	memset(words, 'x', 100000);
	words[1] = '=';
	words[100000] = '\0';
	pid_t pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execve("/bin/sleep", args, variables);
		_exit(1);
	}
	target_nap(100);
	enum broker_outcome outcome = broker_environ(fixture->broker, pid, target_start_time(pid), fixture->arena, &environment);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_int_equal(outcome, BROKER_OK);
	assert_int_equal(environment.len, BROKER_ENVIRON_MAX);
	assert_true(environment.cut);
	assert_memory_equal(environment.bytes, words, 100001);
	assert_memory_equal(environment.bytes + 100001, words, BROKER_ENVIRON_MAX - 100001);
	free(words);
}

static long bpf(int command, union bpf_attr *attr)
{
	return syscall(SYS_bpf, command, attr, sizeof *attr);
}

/* A device program of `count` instructions attached to the folder; -1 where the kernel does not let us. */
static int attach(int folder, unsigned count, int32_t mark)
{
	struct bpf_insn insns[64] = {0};
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE};

	for (unsigned i = 0; i + 1 < count; i++)
		insns[i] = (struct bpf_insn){.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0,
					     .imm = i + 2 < count ? mark + (int32_t)i : 1};
	insns[count - 1] = (struct bpf_insn){.code = BPF_JMP | BPF_EXIT};
	attr.insns = (uintptr_t)insns;
	attr.insn_cnt = count;
	attr.license = (uintptr_t)"GPL";
	_cleanup_(close_fd) int program = (int)bpf(BPF_PROG_LOAD, &attr);

	if (program < 0)
		return -1;
	memset(&attr, 0, sizeof attr);
	attr.target_fd = (uint32_t)folder;
	attr.attach_bpf_fd = (uint32_t)program;
	attr.attach_type = BPF_CGROUP_DEVICE;
	attr.attach_flags = BPF_F_ALLOW_MULTI;
	return (int)bpf(BPF_PROG_ATTACH, &attr);
}

static const char *unified(void)
{
	return access("/sys/fs/cgroup/unified/cgroup.procs", F_OK) == 0 ? "/sys/fs/cgroup/unified/plimsoll-test-broker"
									: "/sys/fs/cgroup/plimsoll-test-broker";
}

static void device_programs_of_all_levels_are_read(void **state)
{
	struct fixture *fixture = *state;
	struct broker_devices devices, none;
	char inner[128];

	need_root();
	snprintf(inner, sizeof inner, "%s/inner", unified());
	mkdir(unified(), 0755);
	mkdir(inner, 0755);
	int outer_fd = open(unified(), O_RDONLY | O_DIRECTORY), inner_fd = open(inner, O_PATH | O_DIRECTORY);
	int inner_read = open(inner, O_RDONLY | O_DIRECTORY);
	enum broker_outcome without = broker_devices(fixture->broker, inner_fd, fixture->arena, &none);
	int status = attach(outer_fd, 5, 50) | attach(inner_read, 9, 90);
	enum broker_outcome outcome = broker_devices(fixture->broker, inner_fd, fixture->arena, &devices);
	close(outer_fd);
	close(inner_fd);
	close(inner_read);
	rmdir(inner);
	rmdir(unified());
	if (status < 0) {
		print_message("skipped: no device program can be attached here\n");
		skip();
	}
	assert_int_equal(without, BROKER_OK);
	assert_int_equal(none.count, 0);
	assert_int_equal(outcome, BROKER_OK);
	assert_int_equal(devices.count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct broker_program *program = &devices.programs[i];
		bool is_inner = program->count == 9;

		assert_true(is_inner || program->count == 5);
		assert_true(program->id > 0);
		assert_int_equal(program->insns[0].imm, is_inner ? 90 : 50);
		assert_int_equal(program->insns[program->count - 1].code, BPF_JMP | BPF_EXIT);
	}
	assert_int_not_equal(devices.programs[0].count, devices.programs[1].count);
}

static void devices_of_no_cgroup_are_unsupported(void **state)
{
	struct fixture *fixture = *state;
	struct broker_devices devices;
	_cleanup_(close_fd) int folder = open("/", O_PATH | O_DIRECTORY);

	assert_int_equal(broker_devices(fixture->broker, folder, fixture->arena, &devices), BROKER_UNSUPPORTED);
	assert_int_equal(broker_devices(fixture->broker, -1, fixture->arena, &devices), BROKER_UNSUPPORTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(filter_is_what_was_installed),
		TEST(stacked_filters_come_oldest_first),
		TEST(filters_are_those_of_the_thread),
		TEST(outcomes_tell_apart),
		TEST(interrupting_is_the_callers_choice), TEST(endless_wait_goes_on), TEST(wait_begun_before_the_stop_goes_on),
		TEST(traced_target_is_left_to_its_tracer),
		TEST(stopped_target_stays_stopped),
		TEST(vfork_waiting_target_costs_a_timeout),
		TEST(frozen_target_runs_on),
		TEST(exiting_target_is_gone),
		TEST(pid_used_again_is_refused),
		TEST(two_hundred_dumps_leave_no_trace),
		TEST(stop_is_short),
		TEST(broker_dies_with_its_parent),
		TEST(stopped_broker_leaves_nobody),
		TEST(broker_killed_in_a_dump_lets_go),
		TEST(hung_broker_is_replaced),
		TEST(replacements_are_bounded),
		TEST(broker_is_confined),
		TEST(without_a_broker_nothing_is_permitted),
		TEST(brokers_that_may_not_look_say_so),
		TEST(links_are_what_readlink_says),
		TEST(links_of_many_come_in_their_order),
		TEST(descriptors_of_other_folders_are_refused),
		TEST(root_is_the_folder_of_the_process),
		TEST(many_links_are_cheap),
		TEST(environment_of_another_user_is_read),
		TEST(long_environment_is_cut),
		TEST(device_programs_of_all_levels_are_read),
		TEST(devices_of_no_cgroup_are_unsupported),
	};
	char *caps = strstr(target_proc(getpid(), "status"), "\nCapEff:\t");
	permitted = caps && (strtoull(caps + 9, NULL, 16) & 0x280004) == 0x280004 && prctl(PR_GET_SECCOMP) == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
