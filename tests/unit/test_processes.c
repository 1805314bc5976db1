/* The process table and host.process.*: a captured /proc, and the machine that runs the test. */
#include "host_tree.h"

#include <time.h>

#include "checks/processes.h"

extern const struct probe probe_processes;

static struct services *services_of(struct probe_tree *tree)
{
	struct services *services = ARENA_NEW(tree->arena, struct services);

	services->arena = tree->arena;
	return services;
}

static struct probe_context context(struct probe_tree *tree)
{
	return (struct probe_context){
		.host = tree->host,
		.facts = tree->facts,
		.request = &tree->request,
		.probe = &probe_processes,
		.services = services_of(tree),
	};
}

static const struct process *find(const struct processes *processes, pid_t pid)
{
	vec_each(process, &processes->list)
		if (process->pid == pid)
			return process;
	return NULL;
}

static void captured_table_goes_by_pid(void **state)
{
	static const pid_t pids[] = {1, 2, 9, 10};
	host_tree_use(*state, "processes");
	struct probe_context ctx = context(*state);
	const struct processes *processes = probe_service(&ctx, &processes_service);

	assert_int_equal(processes->state, FACT_PRESENT);
	assert_int_equal(processes->list.count, COUNT(pids));
	for (size_t i = 0; i < COUNT(pids); i++)
		assert_int_equal(processes->list.items[i].pid, pids[i]);
}

static void every_field_is_read(void **state)
{
	host_tree_use(*state, "processes");
	struct probe_context ctx = context(*state);
	const struct process *process = find(probe_service(&ctx, &processes_service), 10);

	assert_non_null(process);
	assert_string_equal(process->comm, "a) b (c");
	assert_string_equal(process->exe, "/usr/bin/dockerd");
	assert_int_equal(process->uid, 1000);
	assert_int_equal(process->start_ticks, 12345);
	assert_int_equal(process->started_at, 1700000123);
	assert_int_equal(process->argv.count, 5);
	assert_string_equal(process->argv.items[2], "/etc/my docker.json");
	assert_string_equal(process->argv.items[4], "");
	assert_false(process->kernel_thread);
	assert_true(process_is_same(&ctx, process));
}

static void kernel_threads_have_no_words(void **state)
{
	host_tree_use(*state, "processes");
	struct probe_context ctx = context(*state);
	const struct process *thread = find(probe_service(&ctx, &processes_service), 2);

	assert_true(thread->kernel_thread);
	assert_null(thread->exe);
	assert_int_equal(thread->argv.count, 0);
}

static void nuls_behind_a_title_are_no_words(void **state)
{
	host_tree_use(*state, "processes");
	struct probe_context ctx = context(*state);

	assert_int_equal(find(probe_service(&ctx, &processes_service), 9)->argv.count, 2);
}

static void one_variable_is_told(void **state)
{
	host_tree_use(*state, "processes");
	struct probe_context ctx = context(*state);
	const struct processes *processes = probe_service(&ctx, &processes_service);
	bool denied = true;

	assert_string_equal(process_environment(&ctx, find(processes, 9), "DOCKER_HOST", &denied), "unix:///x");
	assert_false(denied);
	assert_string_equal(process_environment(&ctx, find(processes, 9), "DOCKER", NULL), "no");
	assert_null(process_environment(&ctx, find(processes, 9), "HOST", &denied));
	assert_false(denied);
	assert_null(process_environment(&ctx, find(processes, 10), "A", &denied));
	assert_true(denied);
}

static void records_are_found_by_base_name(void **state)
{
	struct probe_tree *tree = *state;
	const struct fact_side *side;

	host_tree_use(tree, "processes");
	tree_want(tree, "host.process.dockerd");
	tree_want(tree, "host.process.docker");
	tree_run(tree, &probe_processes);
	side = tree_side(tree, "host.process.dockerd");
	assert_int_equal(side->value.records.count, 2);
	assert_string_equal(tree_field(tree, side, 0, "pid"), "9");
	assert_string_equal(tree_field(tree, side, 0, "user"), "root");
	assert_string_equal(tree_field(tree, side, 1, "user"), "ada");
	assert_string_equal(tree_field(tree, side, 1, "exe"), "/usr/bin/dockerd");
	assert_string_equal(tree_shown(tree, "host.process.docker"), "absent");
}

static void tree_at_rest_has_no_processes(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc");
	tree_want(tree, "host.process.dockerd");
	tree_run(tree, &probe_processes);
	assert_string_equal(tree_shown(tree, "host.process.dockerd"), "unsupported");
	assert_string_equal(tree_side(tree, "host.process.dockerd")->reason, "a tree at rest has no running kernel");
}

static void broken_stat_makes_the_table_unreadable(void **state)
{
	static const char *const broken[] = {"", "7", "7 (x", "7 )x(", "7 (x) S 1 1", "7 (x) S 1 1 1 0 -1 4194560 1 2"};
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/stat", "cpu 1\n", 0644);
	tree_want(tree, "host.process.x");
	for (size_t i = 0; i < COUNT(broken); i++) {
		tree_file(tree, "/proc/7/stat", broken[i], 0644);
		tree_run(tree, &probe_processes);
		assert_string_equal(tree_shown(tree, "host.process.x"), "unreadable");
	}
}

/* Links in the place of files or folders are not followed, a fifo does not hang. */
static void planted_links_are_not_read(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/stat", "cpu 1\nbtime junk\n", 0644);
	tree_file(tree, "/elsewhere", "7 (x) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 250 1 1", 0644);
	tree_folder(tree, "/proc/7");
	tree_link(tree, "/proc/7/stat", "../../elsewhere");
	tree_file(tree, "/other/stat", "8 (x) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 250 1 1", 0644);
	tree_link(tree, "/proc/8", "../other");
	tree_folder(tree, "/proc/9");
	assert_int_equal(mkfifo(tree_path(tree, "/proc/9/stat"), 0644), 0);
	struct probe_context ctx = context(tree);
	const struct processes *processes = probe_service(&ctx, &processes_service);
	assert_int_equal(processes->list.count, 0);
	assert_int_equal(processes->state, FACT_UNREADABLE);
}

static void long_command_line_is_cut(void **state)
{
	struct probe_tree *tree = *state;
	char *words = arena_alloc(tree->arena, PROCESS_CMDLINE_MAX * 2);

	memset(words, 'x', PROCESS_CMDLINE_MAX * 2 - 1);
	tree_file(tree, "/proc/stat", "cpu 1\n", 0644);
	tree_file(tree, "/proc/7/stat", "7 (x) S 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 250 1 1", 0644);
	tree_file(tree, "/proc/7/cmdline", words, 0644);
	struct probe_context ctx = context(tree);
	const struct process *process = find(probe_service(&ctx, &processes_service), 7);
	assert_int_equal(process->argv.count, 2);
	assert_string_equal(process->argv.items[1], "…");
	assert_int_equal(process->started_at, 0);
	assert_int_equal(process->uid, (uid_t)-1);
}

static void live_host_shows_this_test(void **state)
{
	struct probe_tree *tree = *state;
	char own[4096];
	ssize_t len = readlink("/proc/self/exe", own, sizeof own - 1);

	assert_true(len > 0);
	own[len] = '\0';
	tree_go_live(tree);
	struct probe_context ctx = context(tree);
	const struct processes *processes = probe_service(&ctx, &processes_service);
	const struct process *self = find(processes, getpid());
	assert_non_null(self);
	assert_string_equal(self->exe, own);
	assert_int_equal(self->uid, geteuid());
	assert_true(process_is_same(&ctx, self));
	assert_true(llabs(self->started_at - (int64_t)time(NULL)) < 600);
	assert_string_equal(process_environment(&ctx, self, "PATH", NULL), getenv("PATH"));

	struct process other = *self;
	other.start_ticks++;
	other.folder++; /* as it is where the folder is another's: an old one is proof enough */
	assert_false(process_is_same(&ctx, &other));
	assert_null(process_environment(&ctx, &other, "PATH", NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(captured_table_goes_by_pid),
		TEST(every_field_is_read),
		TEST(kernel_threads_have_no_words),
		TEST(nuls_behind_a_title_are_no_words),
		TEST(one_variable_is_told),
		TEST(records_are_found_by_base_name),
		TEST(tree_at_rest_has_no_processes),
		TEST(broken_stat_makes_the_table_unreadable),
		TEST(planted_links_are_not_read),
		TEST(long_command_line_is_cut),
		TEST(live_host_shows_this_test),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
