#include "probe_tree.h"

#include "host/host_process.h"

static const struct host_process process = {10, 9};

static void make_process(struct probe_tree *tree, const char *start)
{
	tree_file(tree, "/proc/10/stat", arena_printf(tree->arena, "10 (a) b) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %s 0", start), 0444);
}

static void root_is_a_handle_that_links_cannot_leave(void **state)
{
	struct probe_tree *tree = *state;
	_cleanup_(host_cleanup) struct host *root = NULL;
	struct error err = {0};
	char *text;

	make_process(tree, "9");
	tree_file(tree, "/etc/secret", "host", 0644);
	tree_file(tree, "/proc/10/root/etc/secret", "container", 0644);
	tree_link(tree, "/proc/10/root/out", "../../../etc/secret");
	assert_int_equal(host_process_root(tree->host, process, &root, &err), 0);
	assert_int_equal(host_read(root, "/out", 64, tree->arena, &text, NULL, &err), 0);
	assert_string_equal(text, "container");
	assert_false(host_is_live(root));
}

static void another_process_with_the_pid_is_not_found(void **state)
{
	struct probe_tree *tree = *state;
	struct host *root;
	struct error err = {0};
	const char *target;
	char *text;
	size_t len;

	make_process(tree, "8");
	tree_file(tree, "/proc/10/root/x", "", 0644);
	tree_file(tree, "/proc/10/environ", "A=1", 0400);
	tree_link(tree, "/proc/10/cwd", "/tmp");
	assert_int_equal(host_process_root(tree->host, process, &root, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_int_equal(host_process_link(tree->host, process, HOST_LINK_CWD, tree->arena, &target, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_int_equal(host_process_environ(tree->host, process, tree->arena, &text, &len, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
}

static void links_and_environment_are_read(void **state)
{
	struct probe_tree *tree = *state;
	struct error err = {0};
	const char *target;
	char *text;
	size_t len;

	make_process(tree, "9");
	tree_link(tree, "/proc/10/exe", "/usr/bin/x");
	tree_file(tree, "/proc/10/environ", "A=1", 0400);
	assert_int_equal(host_process_link(tree->host, process, HOST_LINK_EXE, tree->arena, &target, &err), 0);
	assert_string_equal(target, "/usr/bin/x");
	assert_int_equal(host_process_environ(tree->host, process, tree->arena, &text, &len, &err), 0);
	assert_int_equal(len, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(root_is_a_handle_that_links_cannot_leave),
		TEST(another_process_with_the_pid_is_not_found),
		TEST(links_and_environment_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
