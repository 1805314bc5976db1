/* Who is in which container, and what all of them are let do: captured /proc trees. */
#include "probe_tree.h"

#include "checks/container_facts.h"
#include "checks/effective_status.h"

#define A    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HOST 100

extern const struct probe probe_runtime;
extern const struct probe probe_containers;

struct made {
	int pid, ticks;
	unsigned pid_ns, mount_ns;
	const char *cgroup;
	bool first; /* process 1 of its pid namespace */
};

static void link_namespace(struct probe_tree *tree, int pid, const char *kind, unsigned inode)
{
	char path[64], text[64];

	snprintf(path, sizeof path, "/proc/%d/ns", pid);
	tree_folder(tree, path);
	snprintf(path, sizeof path, "/proc/%d/ns/%s", pid, kind);
	snprintf(text, sizeof text, "%s:[%u]", kind, inode);
	tree_link(tree, path, text);
}

static const char *stat_text(struct probe_tree *tree, int pid, unsigned flags, int ticks)
{
	return arena_printf(tree->arena, "%d (x) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 1", pid, flags, ticks);
}

static const char *status_text(struct probe_tree *tree, int pid, bool first, const char *bounding)
{
	return arena_printf(tree->arena,
			    "Name:\tx\nState:\tS (sleeping)\nTgid:\t%d\nPid:\t%d\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nGroups:\t1 2 \n"
			    "NSpid:\t%d\t%d\nCapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\n"
			    "CapBnd:\t%s\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t1\n",
			    pid, pid, pid, first ? 1 : 7, bounding);
}

static void make_files(struct probe_tree *tree, const struct made *made, const char *bounding)
{
	const char *folder = arena_printf(tree->arena, "/proc/%d", made->pid);
	const char *status = status_text(tree, made->pid, made->first, bounding);

	tree_file(tree, arena_printf(tree->arena, "%s/stat", folder), stat_text(tree, made->pid, 0, made->ticks), 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/status", folder), status, 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/task/%d/status", folder, made->pid), status, 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/cgroup", folder), made->cgroup, 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/uid_map", folder), "0 0 4294967295\n", 0644);
	link_namespace(tree, made->pid, "pid", made->pid_ns);
	link_namespace(tree, made->pid, "mnt", made->mount_ns);
	link_namespace(tree, made->pid, "ipc", made->mount_ns);
	link_namespace(tree, made->pid, "uts", made->mount_ns);
}

static void make_host(struct probe_tree *tree)
{
	static const struct made host[] = {{1, 1, HOST, HOST, "0::/init.scope\n", true}, {2, 1, HOST, HOST, "0::/\n", false}};

	tree_file(tree, "/proc/stat", "cpu 1\n", 0644);
	for (size_t i = 0; i < COUNT(host); i++)
		make_files(tree, &host[i], "0");
	tree_file(tree, "/proc/2/stat", stat_text(tree, 2, 0x00200000, 1), 0644);
	for (int pid = 1; pid <= 2; pid++) {
		link_namespace(tree, pid, "user", HOST);
		link_namespace(tree, pid, "net", HOST);
		link_namespace(tree, pid, "cgroup", HOST);
	}
}

static struct probe_context context(struct probe_tree *tree)
{
	struct services *services = ARENA_NEW(tree->arena, struct services);

	services->arena = tree->arena;
	return (struct probe_context){tree->host, tree->facts, &tree->request, &probe_runtime, services};
}

/* "ID INIT: PID joined, …" of every container; "-" for none. */
static const char *told(struct probe_tree *tree)
{
	struct probe_context ctx = context(tree);
	const struct containers *containers = probe_service(&ctx, &containers_service);
	const char *all = "";

	vec_each(container, &containers->list) {
		all = arena_printf(tree->arena, "%s[%.5s%s %s %d:", all, (*container)->id,
				   strchr((*container)->id, '/') ? "/…" : "", (*container)->runtime, (*container)->init->pid);
		vec_each(member, &(*container)->members)
			all = arena_printf(tree->arena, "%s %d=%u", all, member->process->pid, member->joined);
		all = arena_printf(tree->arena, "%s]", all);
	}
	return *all ? all : "-";
}

static const struct {
	const char *name;
	struct made made[4];
	const char *told;
} hosts[] = {
	{"nothing but the host", {{0}}, "-"},
	{"every way at once", {{10, 9, 200, 300, "0::/docker/" A "\n", true}}, "[aaaaa docker 10: 10=7]"},
	{"nsenter shows in the namespaces, its parent in one",
	 {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, HOST, 300, "0::/\n", false}, {12, 13, 200, 300, "0::/\n", false}},
	 "[aaaaa docker 10: 10=7 11=4 12=6]"},
	{"an older process moved into the group is not the first",
	 {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {5, 3, HOST, HOST, "0::/docker/" A "\n", false}},
	 "[aaaaa docker 10: 5=1 10=7]"},
	{"the host's pid namespace proves nothing",
	 {{10, 9, HOST, 300, "0::/docker/" A "\n", false}, {11, 9, HOST, HOST, "0::/\n", false}},
	 "[aaaaa docker 10: 10=5]"},
	{"a pid namespace lent to another",
	 {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, 200, 301, "0::/docker/" B "\n", false}},
	 "[aaaaa docker 10: 10=7][bbbbb docker 11: 11=7]"},
	{"one of another container that came in belongs to both",
	 {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, 201, 301, "0::/docker/" B "\n", true},
	  {12, 13, 201, 300, "0::/docker/" B "\n", false}},
	 "[aaaaa docker 10: 10=7 12=4][bbbbb docker 11: 11=7 12=3]"},
	{"namespaces alone", {{10, 9, 200, 300, "0::/\n", true}, {11, 9, 200, 300, "0::/x\n", false}}, "[mnt:[ unknown 10: 10=6 11=6]"},
	{"no pid namespace, but three more", {{10, 9, HOST, 300, "0::/\n", false}}, "[mnt:[ unknown 10: 10=4]"},
	{"a sandboxed service is none", {{10, 9, HOST, 300, "0::/system.slice/x.service\n", false}}, "-"},
	{"a pid namespace without mounts is none", {{10, 9, 200, HOST, "0::/\n", true}}, "-"},
	{"a service's process that came in is a member",
	 {{10, 9, 200, 300, "0::/\n", true}, {11, 12, HOST, 300, "0::/system.slice/x.service\n", false}},
	 "[mnt:[ unknown 10: 10=6 11=4]"},
	{"a hint without namespaces is none", {{10, 9, HOST, HOST, "0::/job/" A "\n", false}}, "-"},
	{"a hint with namespaces is one", {{10, 9, 200, 300, "0::/job/" A "\n", true}}, "[aaaaa unknown 10: 10=7]"},
	{"nested: the outer has them all",
	 {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, 201, 301, "0::/docker/" A "/docker/" B "\n", true}},
	 "[aaaaa docker 10: 10=7 11=1][aaaaa/… docker 11: 11=7]"},
};

static void members_are_told(void **state)
{
	for (size_t i = 0; i < COUNT(hosts); i++) {
		void *tree = NULL;
		const char *got;

		assert_int_equal(tree_setup(&tree), 0);
		make_host(tree);
		for (size_t j = 0; j < COUNT(hosts[i].made) && hosts[i].made[j].pid; j++)
			make_files(tree, &hosts[i].made[j], "0");
		got = told(tree);
		if (strcmp(got, hosts[i].told) != 0)
			fail_msg("%s: %s, not %s", hosts[i].name, got, hosts[i].told);
		tree_teardown(&tree);
	}
	(void)state;
}

static void bare_runc_has_its_name(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/\n", true};
	struct probe_tree *tree = *state;

	make_host(tree);
	make_files(tree, &made, "0");
	tree_file(tree, "/run/runc/vanilla/state.json", "{\"init_process_pid\":10,\"init_process_start\":9}", 0600);
	assert_string_equal(told(tree), "[vanil runc 10: 10=6]");
}

static void state_of_an_earlier_process_names_nothing(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/\n", true};
	struct probe_tree *tree = *state;

	make_host(tree);
	make_files(tree, &made, "0");
	tree_file(tree, "/run/runc/old/state.json", "{\"init_process_pid\":10,\"init_process_start\":8}", 0600);
	tree_file(tree, "/run/runc/junk/state.json", "{", 0600);
	assert_string_equal(told(tree), "[mnt:[ unknown 10: 10=6]");
}

static void ended_process_is_left_out(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/docker/" A "\n", true};
	struct probe_tree *tree = *state;
	struct probe_context ctx = context(tree);

	make_host(tree);
	make_files(tree, &made, "0");
	const struct containers *containers = probe_service(&ctx, &containers_service);
	assert_int_equal(containers->list.count, 1);
	tree_file(tree, "/proc/10/stat", stat_text(tree, 10, 0, 99), 0644); /* the pid is another's by now */
	const struct effective_status *status = effective_status_of(&ctx, containers->list.items[0]);
	assert_int_equal(status->processes.count, 0);
	assert_int_equal(status->state, FACT_UNREADABLE);
}

static void strongest_thread_is_named(void **state)
{
	static const struct made made[] = {{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, 200, 300, "0::/\n", false}};
	struct probe_tree *tree = *state;
	struct probe_context ctx = context(tree);
	char *thread;

	make_host(tree);
	make_files(tree, &made[0], "0000000000000001");
	make_files(tree, &made[1], "0000000000000003");
	thread = (char *)status_text(tree, 11, false, "0000000000000000");
	memcpy(strstr(thread, "NoNewPrivs:\t1") + 12, "0", 1);
	memcpy(strstr(thread, "Seccomp:\t2") + 9, "0", 1);
	memcpy(strstr(thread, "filters:\t1") + 9, "0", 1);
	tree_file(tree, "/proc/11/task/12/status", thread, 0644);
	const struct containers *containers = probe_service(&ctx, &containers_service);
	const struct effective_status *status = effective_status_of(&ctx, containers->list.items[0]);
	assert_int_equal(status->state, FACT_PRESENT);
	assert_int_equal(status->sets[EFFECTIVE_BOUNDING], 3);
	assert_int_equal(status->worst.pid, 11);
	assert_int_equal(status->beyond, 2);
	assert_false(status->no_new_privileges);
	assert_int_equal(status->without.pid, 11);
	assert_int_equal(status->modes, 5);
	assert_int_equal(status->least.filters, 0);
}

/* The listing has more than the process's own file; it counts where that says that there is more. */
static void only_thread_is_told_by_its_process(void **state)
{
	static const struct {
		const char *threads;
		uint64_t bounding;
	} rows[] = {{"Threads:\t1\n", 1}, {"Threads:\t2\n", 3}, {"Threads:\tx\n", 3}, {"", 3}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct made made = {20 + (int)i, 9, 200, 300, "0::/docker/" A "\n", true};
		struct probe_tree *tree = *state;
		struct probe_context ctx = context(tree);
		struct process process = {.pid = made.pid, .start_ticks = 9};
		struct container container = {.id = arena_printf(tree->arena, "%zu", i), .init = &process};
		struct container_member member = {.process = &process, .joined = CONTAINERS_BY_CGROUP};

		make_files(tree, &made, "0000000000000003");
		tree_file(tree, arena_printf(tree->arena, "/proc/%d/status", made.pid),
			  arena_printf(tree->arena, "%s%s", status_text(tree, made.pid, true, "0000000000000001"), rows[i].threads),
			  0644);
		vec_push(tree->arena, &container.members, member);
		assert_int_equal(effective_status_of(&ctx, &container)->sets[EFFECTIVE_BOUNDING], rows[i].bounding);
	}
}

/* {what is put in the place of what, whether that still parses} */
static const struct {
	const char *from, *to;
	bool parses;
} edits[] = {
	{"Name:", "Name:", true},         {"CapBnd:\t", "CapBnd:\tz", false}, {"CapBnd:\t", "CapBnd:\t-", false},
	{"CapBnd:", "CapXXX:", false},    {"Uid:\t0\t0", "Uid:\t0", true},    {"Uid:\t0\t0\t0\t0", "Uid:\t0", false},
	{"Pid:\t10", "Pid:\t", false},    {"Name:\tx", "Name:\tCapBnd:\\n9", true},
	{"Pid:\t10\n", "Pid:\t99999999999\n", false},
};

static void status_is_parsed_strictly(void **state)
{
	struct probe_tree *tree = *state;
	const char *text = status_text(tree, 10, true, "0000000000000001");

	for (size_t i = 0; i < COUNT(edits); i++) {
		const char *at = strstr(text, edits[i].from);
		const char *edited = arena_printf(tree->arena, "%.*s%s%s", (int)(at - text), text, edits[i].to,
						  at + strlen(edits[i].from));
		struct effective_thread thread = {0};

		if (effective_status_parse(tree->arena, edited, &thread) != edits[i].parses)
			fail_msg("%s -> %s", edits[i].from, edits[i].to);
		if (edits[i].parses)
			assert_int_equal(effective_status_reach(&thread), 1);
	}
}

static void unreadable_namespace_leaves_the_list_unreadable(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/\n", true};
	struct probe_tree *tree = *state;
	struct probe_context ctx = context(tree);

	make_host(tree);
	make_files(tree, &made, "0");
	assert_int_equal(unlink(tree_path(tree, "/proc/10/ns/mnt")), 0);
	tree_link(tree, "/proc/10/ns/mnt", "junk");
	const struct containers *containers = probe_service(&ctx, &containers_service);
	assert_int_equal(containers->state, FACT_UNREADABLE);
}

/* {what its engine says, whether processes are there, the state of what the kernel tells} */
static const struct {
	bool says_running, runs;
	enum fact_state known;
} words[] = {
	{true, true, FACT_PRESENT},
	{true, false, FACT_UNREADABLE},
	{false, false, FACT_ABSENT},
	{false, true, FACT_PRESENT},
};

static void said_to_run_but_not_found_is_unreadable(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/docker/" A "\n", true};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		make_host(tree);
		if (words[i].runs)
			make_files(tree, &made, "0");
		struct probe_context ctx = context(tree);
		struct subject *subject = facts_subject(ctx.facts, SCOPE_CONTAINER, A, "a", NULL);
		probe_put(&ctx, subject, "container.running", NULL, SIDE_PLAIN,
			  side_present(value_bool(words[i].says_running), "engine"));
		assert_int_equal(container_facts_of(&ctx, subject).known.state, words[i].known);
		tree_teardown(&tree);
	}
}

static void record_unreadable(struct container_facts *of)
{
	container_facts_put(of, "container.namespaces.pid", SIDE_EFFECTIVE, side_missing(FACT_UNREADABLE, "/proc", "no"));
	container_facts_put(of, "container.image", SIDE_PLAIN, side_missing(FACT_UNREADABLE, "GET", "no"));
}

/* {what becomes of process 1 of the container, whether it has ended} */
static const struct {
	const char *stat;
	bool ended;
} ends[] = {
	{"10 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0", false},
	{"10 (x) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 9 0", true},
	{"10 (x) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 2 0 9 0", false},
	{"10 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 99 0", true},
};

static void container_that_ended_meanwhile_does_not_run(void **state)
{
	static const struct made made = {10, 9, 200, 300, "0::/docker/" A "\n", true};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		void *opened = NULL;

		assert_int_equal(tree_setup(&opened), 0);
		struct probe_tree *tree = opened;
		make_host(tree);
		make_files(tree, &made, "0");
		tree->request.everything = true;
		struct probe_context ctx = context(tree);
		struct subject *subject = facts_subject(ctx.facts, SCOPE_CONTAINER, A, "a", NULL);
		probe_put(&ctx, subject, "container.running", NULL, SIDE_PLAIN, side_present(value_bool(true), "engine"));
		probe_service(&ctx, &containers_service);
		tree_file(tree, "/proc/10/stat", ends[i].stat, 0644);
		container_facts_each(&ctx, record_unreadable);
		assert_int_equal(facts_side(subject, "container.running", SIDE_PLAIN)->value.boolean, !ends[i].ended);
		assert_int_equal(facts_side(subject, "container.namespaces.pid", SIDE_EFFECTIVE)->state,
				 ends[i].ended ? FACT_ABSENT : FACT_UNREADABLE);
		/* What was declared is no word of the kernel. */
		assert_int_equal(facts_side(subject, "container.image", SIDE_PLAIN)->state, FACT_UNREADABLE);
		tree_teardown(&opened);
	}
}

static void tree_at_rest_is_unsupported(void **state)
{
	struct probe_context ctx = context(*state);
	const struct containers *containers = probe_service(&ctx, &containers_service);

	assert_int_equal(containers->state, FACT_UNSUPPORTED);
	assert_int_equal(containers->list.count, 0);
}

/* {what runs beside the host, whether a namespace cannot be read, what is told} */
static const struct {
	struct made made[3];
	bool unreadable;
	enum fact_state state;
	int64_t count;
} counts[] = {
	{{{0}}, false, FACT_PRESENT, 0},
	{{{10, 9, 200, 300, "0::/docker/" A "\n", true}, {11, 12, 201, 301, "0::/\n", true}}, false, FACT_PRESENT, 2},
	{{{10, 9, 200, 300, "0::/\n", true}}, true, FACT_UNREADABLE, 0},
};

static const struct fact_side *counted(struct probe_tree *tree)
{
	struct probe_context ctx = context(tree);

	ctx.probe = &probe_containers;
	tree->request.everything = true;
	assert_int_equal(probe_containers.collect(&ctx, NULL), 0);
	return facts_side(facts_host(ctx.facts), "host.containers", SIDE_PLAIN);
}

static void how_many_run_is_a_fact_of_the_host(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		make_host(tree);
		for (size_t j = 0; j < COUNT(counts[i].made) && counts[i].made[j].pid; j++)
			make_files(tree, &counts[i].made[j], "0");
		if (counts[i].unreadable) {
			assert_int_equal(unlink(tree_path(tree, "/proc/10/ns/mnt")), 0);
			tree_link(tree, "/proc/10/ns/mnt", "junk");
		}
		const struct fact_side *side = counted(tree);
		assert_int_equal(side->state, counts[i].state);
		if (side->state == FACT_PRESENT)
			assert_int_equal(side->value.integer, counts[i].count);
		tree_teardown(&tree);
	}
}

static void at_rest_nobody_counts(void **state)
{
	assert_int_equal(counted(*state)->state, FACT_UNSUPPORTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_told),
		TEST(bare_runc_has_its_name),
		TEST(state_of_an_earlier_process_names_nothing),
		TEST(ended_process_is_left_out),
		TEST(strongest_thread_is_named), TEST(only_thread_is_told_by_its_process),
		TEST(status_is_parsed_strictly),
		TEST(unreadable_namespace_leaves_the_list_unreadable),
		cmocka_unit_test(said_to_run_but_not_found_is_unreadable),
		cmocka_unit_test(container_that_ended_meanwhile_does_not_run),
		TEST(tree_at_rest_is_unsupported),
		cmocka_unit_test(how_many_run_is_a_fact_of_the_host),
		TEST(at_rest_nobody_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
