/* Members of groups as facts. */
#include "probe_tree.h"

extern const struct probe probe_accounts;

static void members_are_listed_and_absent_groups_absent(void **state)
{
	static const struct {
		const char *fact, *shown;
	} rows[] = {
		{"host.group.docker", "[alice, bob, carol]"},
		{"host.group.empty", "[]"},
		{"host.group.none", "absent"},
	};
	struct probe_tree *tree = *state;
	tree_file(tree, "/etc/passwd", "root:x:0:0:::\ncarol:x:1001:999:::\n", 0644);
	tree_file(tree, "/etc/group", "docker:x:999:bob,alice\nempty:x:5:\n", 0644);
	for (size_t i = 0; i < COUNT(rows); i++)
		tree_want(tree, rows[i].fact);
	tree_run(tree, &probe_accounts);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(tree_shown(tree, rows[i].fact), rows[i].shown);
}

static void no_group_file_is_absent(void **state)
{
	struct probe_tree *tree = *state;
	tree_want(tree, "host.group.docker");
	tree_run(tree, &probe_accounts);
	assert_string_equal(tree_shown(tree, "host.group.docker"), "absent");
}

static void files_that_cannot_be_read_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;
	tree_folder(tree, "/etc/group");
	tree_want(tree, "host.group.docker");
	tree_run(tree, &probe_accounts);
	assert_string_equal(tree_shown(tree, "host.group.docker"), "unreadable");
	assert_non_null(strstr(tree_side(tree, "host.group.docker")->reason, "not a regular file"));
}

static void only_wanted_groups_are_collected(void **state)
{
	struct probe_tree *tree = *state;
	tree_file(tree, "/etc/group", "docker:x:999:bob\n", 0644);
	tree_run(tree, &probe_accounts);
	assert_string_equal(tree_shown(tree, "host.group.docker"), "not_collected");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		TEST(members_are_listed_and_absent_groups_absent),
		TEST(no_group_file_is_absent),
		TEST(files_that_cannot_be_read_are_unreadable),
		TEST(only_wanted_groups_are_collected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
