/* Audit watches of a host: rule files in the order of augenrules(8), paths resolved, templates put on their subjects. */
#include "host_tree.h"

#include <sys/utsname.h>

#include "checks/audit_rules.h"

extern const struct probe probe_audit;

#define WATCH "host.audit.watch."

static void check_watch(struct probe_tree *tree, const char *path, const char *declared)
{
	const char *fact = arena_printf(tree->arena, WATCH "%s", path);

	tree_want(tree, fact);
	tree_run(tree, &probe_audit);
	if (strcmp(host_tree_side(tree, fact, SIDE_DECLARED), declared) != 0)
		fail_msg("%s: %s", path, host_tree_side(tree, fact, SIDE_DECLARED));
}

/* Elsewhere -F arch=b32 is refused, and no rule behind it is loaded. */
static bool has_two_abis(void)
{
	struct utsname names;

	return uname(&names) == 0 && audit_rules_machine_abis(names.machine) == AUDIT_ABIS_ALL;
}

static void files_are_read_in_version_order(void **state)
{
	static const struct {
		const char *path;
		const char *declared;
	} rows[] = {
		{"/usr/bin/dockerd", "[r, w, x, a]"},
		{"/etc/docker", "[w, a]"},
		{"/etc/docker/daemon.json", "[w, a]"},
		{"/run/docker.sock", "[r, w, x, a]"},
		{"/var/run/docker.sock", "[r, w, x, a]"},
		{"/etc/docker/link.json", "[]"},
		{"/etc/default/docker", "[w]"},
		{"/var/lib/docker", "[]"},
		{"/usr/bin/runc", "[]"},
		{"/usr/bin/none", "absent"},
	};

	if (!has_two_abis())
		skip();
	host_tree_use(*state, "audit-rules-d");
	for (size_t i = 0; i < COUNT(rows); i++)
		check_watch(*state, rows[i].path, rows[i].declared);
	assert_string_equal(facts_side(facts_host(((struct probe_tree *)*state)->facts), WATCH "/etc/docker", SIDE_DECLARED)->origin,
			    "/etc/audit/rules.d/9-docker.rules:3");
	assert_true(host_tree_notes(*state, WATCH "/var/lib/docker", SIDE_DECLARED, "watches the folder itself"));
	assert_string_equal(host_tree_side(*state, WATCH "/etc/docker", SIDE_EFFECTIVE), "unsupported");
}

static void tree_at_rest_does_not_tell_whether_auditing_is_on(void **state)
{
	host_tree_use(*state, "audit-rules-d");
	tree_want(*state, "host.audit.enabled");
	tree_run(*state, &probe_audit);
	assert_string_equal(tree_shown(*state, "host.audit.enabled"), "unsupported");
	assert_string_equal(tree_side(*state, "host.audit.enabled")->reason, "a tree at rest has no running kernel");
}

static void one_file_counts_only_without_the_folder(void **state)
{
	struct probe_tree *tree = *state;

	host_tree_use(tree, "audit-one-file");
	check_watch(tree, "/usr/bin/dockerd", "[w, a]");
}

static void folder_without_rules_replaces_the_file(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/usr/bin/dockerd", "x", 0755);
	tree_file(tree, "/etc/audit/audit.rules", "-w /usr/bin/dockerd -p wa\n", 0640);
	tree_folder(tree, "/etc/audit/rules.d");
	check_watch(tree, "/usr/bin/dockerd", "[]");
	assert_true(host_tree_notes(tree, WATCH "/usr/bin/dockerd", SIDE_DECLARED, "differs from what augenrules would make"));
}

static void world_writable_file_is_not_loaded(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/usr/bin/dockerd", "x", 0755);
	tree_file(tree, "/etc/audit/audit.rules", "-w /usr/bin/dockerd -p wa\n", 0646);
	check_watch(tree, "/usr/bin/dockerd", "[]");
	assert_true(host_tree_notes(tree, WATCH "/usr/bin/dockerd", SIDE_DECLARED, "world-writable"));
}

static void last_enable_goes_to_the_end(void **state)
{
	struct probe_tree *tree = *state;

	host_tree_use(tree, "audit-disabled");
	check_watch(tree, "/usr/bin/dockerd", "[]");
	assert_string_equal(facts_side(facts_host(tree->facts), WATCH "/usr/bin/dockerd", SIDE_DECLARED)->origin,
			    "/etc/audit/rules.d/a.rules:1");
}

static void lock_in_the_first_file_locks_last(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/x", "x", 0644);
	tree_file(tree, "/etc/audit/rules.d/a.rules", "-e 2\n", 0640);
	tree_file(tree, "/etc/audit/rules.d/b.rules", "-w /x -p wa\n-D\n", 0640);
	check_watch(tree, "/x", "[w, a]");
}

static void no_files_are_no_rules(void **state)
{
	tree_file(*state, "/x", "x", 0644);
	check_watch(*state, "/x", "[]");
	assert_true(host_tree_notes(*state, WATCH "/x", SIDE_DECLARED, "there is neither"));
}

static void unreadable_rules_are_no_verdict(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/x", "x", 0644);
	tree_folder(tree, "/etc/audit/rules.d/a.rules");
	check_watch(tree, "/x", "unreadable");
}

static void names_sort_as_versions(void **state)
{
	static const struct {
		const char *first, *second;
	} rows[] = {{"9-a", "10-a"}, {"a~b", "a"}, {"a", "a-b"}, {"a2", "a10"}, {"a", "b"}, {"a-1", "a-2"}};
	struct probe_tree *tree = *state;

	tree_file(tree, "/x", "x", 0644);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *first = arena_printf(tree->arena, "/etc/audit/rules.d/%s.rules", rows[i].first);
		const char *second = arena_printf(tree->arena, "/etc/audit/rules.d/%s.rules", rows[i].second);

		/* Whichever comes first decides. */
		tree_file(tree, first, "-a never,exit -F path=/x\n", 0640);
		tree_file(tree, second, "-w /x -p wa\n", 0640);
		check_watch(tree, "/x", "[]");
		tree_file(tree, first, "-w /x -p wa\n", 0640);
		tree_file(tree, second, "-a never,exit -F path=/x\n", 0640);
		check_watch(tree, "/x", "[w, a]");
		assert_int_equal(unlink(tree_path(tree, first)) | unlink(tree_path(tree, second)), 0);
	}
}

static const struct fact_decl daemon_exe = {.name = "daemon.exe", .type = VALUE_STRING, .scope = SCOPE_DAEMON};

static void templates_go_to_each_daemon(void **state)
{
	static const char fact[] = WATCH "{daemon.exe}";
	struct probe_tree *tree = *state;

	host_tree_use(tree, "audit-rules-d");
	struct subject *host = facts_host(tree->facts);
	struct subject *one = facts_subject(tree->facts, SCOPE_DAEMON, "one", "one", host);
	struct subject *two = facts_subject(tree->facts, SCOPE_DAEMON, "two", "two", host);
	struct subject *three = facts_subject(tree->facts, SCOPE_DAEMON, "three", "three", host);
	facts_put(tree->facts, one, &daemon_exe, NULL, SIDE_PLAIN, side_present(value_string("/usr/bin/dockerd"), "x"));
	facts_put(tree->facts, two, &daemon_exe, NULL, SIDE_PLAIN, side_present(value_string("/usr/bin/runc"), "x"));
	facts_put(tree->facts, three, &daemon_exe, NULL, SIDE_PLAIN, side_missing(FACT_UNREADABLE, "x", "why"));
	tree_want(tree, fact);
	tree_run(tree, &probe_audit);
	assert_int_equal(facts_side(one, fact, SIDE_DECLARED)->value.strings.count, 4);
	assert_int_equal(facts_side(two, fact, SIDE_DECLARED)->value.strings.count, 0);
	assert_int_equal(facts_side(three, fact, SIDE_DECLARED)->state, FACT_UNREADABLE);
	assert_int_equal(facts_side(three, fact, SIDE_EFFECTIVE)->state, FACT_UNREADABLE);
	assert_string_equal(facts_side(three, fact, SIDE_EFFECTIVE)->reason, "why");
	assert_null(facts_get(host, fact));
}

/* Whatever the machine allows: an answer or a reason, in time. */
static void live_host_answers_or_says_why(void **state)
{
	struct probe_tree *tree = *state;
	const struct fact_side *side;

	tree_go_live(tree);
	tree->request.deadline_ms = 2000;
	tree_want(tree, "host.audit.enabled");
	tree_want(tree, WATCH "/etc/passwd");
	tree_run(tree, &probe_audit);
	side = facts_side(facts_host(tree->facts), WATCH "/etc/passwd", SIDE_EFFECTIVE);
	assert_true(side->state == FACT_PRESENT || (side->state == FACT_UNREADABLE && side->reason));
	assert_int_equal(tree_side(tree, "host.audit.enabled")->state, side->state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(files_are_read_in_version_order),
		TEST(tree_at_rest_does_not_tell_whether_auditing_is_on),
		TEST(one_file_counts_only_without_the_folder),
		TEST(folder_without_rules_replaces_the_file),
		TEST(world_writable_file_is_not_loaded),
		TEST(last_enable_goes_to_the_end),
		TEST(lock_in_the_first_file_locks_last),
		TEST(no_files_are_no_rules),
		TEST(unreadable_rules_are_no_verdict),
		TEST(names_sort_as_versions),
		TEST(templates_go_to_each_daemon),
		TEST(live_host_answers_or_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
