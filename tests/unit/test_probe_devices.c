/* Devices of containers: lists of all their groups, nodes in their /dev, and what numbers mean. */
#include "member_tree.h"

#include <sys/sysmacros.h>

#include "checks/device_names.h"

extern const struct probe probe_devices;

#define LIST "/sys/fs/cgroup/devices"

static void make_lists(struct probe_tree *tree)
{
	tree_file(tree, "/proc/self/mountinfo",
		  "1 0 8:1 / / rw - ext4 /dev/sda rw\n30 1 0:26 / " LIST " rw - cgroup cgroup rw,devices\n", 0644);
	tree_file(tree, LIST "/devices.list", "a *:* rwm\n", 0644);
	tree_file(tree, LIST "/one/devices.list", "c 1:3 rwm\nc 10:* r\n", 0644);
	tree_file(tree, LIST "/two/devices.list", "b 8:0 rw\nc 10:229 w\n", 0644);
	member_file(tree, 10, "cgroup", "3:devices:/one\n1:name=systemd:/docker/" A "\n");
	tree_folder(tree, "/proc/10/root/dev");
}

static void one_group_is_its_list(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.allowed", SIDE_PLAIN, "(c 1 3 rwm)(c 10 * r)");
	member_is(tree, "container.devices.all", SIDE_PLAIN, "false");
	assert_int_equal(member_side(tree, "container.devices.all", SIDE_PLAIN)->notes.count, 0);
}

static void another_group_adds_to_it(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	member_make(tree, 11, 200, "3:devices:/two\n");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.allowed", SIDE_PLAIN, "(b 8 0 rw)(c 1 3 rwm)(c 10 229 rw)(c 10 * r)");
}

static void a_process_in_the_root_may_all(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	member_make(tree, 11, 200, "3:devices:/\n");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.all", SIDE_PLAIN, "true");
	member_notes(tree, "container.devices.all", SIDE_PLAIN, "leaves out");
}

/* Programs decide, and without a broker they cannot be asked. */
static void programs_without_a_broker_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/sys/fs/cgroup/docker/" A);
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.allowed", SIDE_PLAIN, "unreadable");
	member_is(tree, "container.devices.nodes", SIDE_PLAIN, "unreadable");
}

static bool make_node(struct probe_tree *tree, const char *path, mode_t type, unsigned major, unsigned minor)
{
	return mknod(tree_path(tree, path), type | 0600, makedev(major, minor)) == 0;
}

static void nodes_are_told_with_what_is_allowed(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	tree_folder(tree, "/proc/10/root/dev/a/b");
	if (!make_node(tree, "/proc/10/root/dev/null", S_IFCHR, 1, 3))
		skip();
	assert_true(make_node(tree, "/proc/10/root/dev/a/b/tun", S_IFCHR, 10, 200));
	assert_true(make_node(tree, "/proc/10/root/dev/sda", S_IFBLK, 8, 0));
	tree_file(tree, "/proc/10/root/dev/file", "", 0600);
	tree_link(tree, "/proc/10/root/dev/link", "null");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.nodes", SIDE_PLAIN,
		  "(/dev/null c 1 3 rwm \"\")(/dev/sda b 8 0 \"\" disk)(/dev/a/b/tun c 10 200 r tun)");
}

static void nodes_over_a_bound_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	for (int i = 0; i < 4097; i++)
		tree_link(tree, arena_printf(tree->arena, "/proc/10/root/dev/%d", i), "x");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.nodes", SIDE_PLAIN, "unreadable");
}

static void folders_too_deep_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	tree_folder(tree, "/proc/10/root/dev/a/b/c");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.nodes", SIDE_PLAIN, "unreadable");
}

static void links_are_not_followed(void **state)
{
	struct probe_tree *tree = *state;

	make_lists(tree);
	tree_link(tree, "/proc/10/root/dev/out", "../../..");
	tree_link(tree, "/proc/10/root/dev/loop", ".");
	tree_run(tree, &probe_devices);
	member_is(tree, "container.devices.nodes", SIDE_PLAIN, "");
}

static void numbers_have_names(void **state)
{
	static const struct device_names names = {
		"Character devices:\n 10 misc\n245 hidraw\n\nBlock devices:\n246 mdp\n", "258 vsock\n200 x\n257 userfaultfd\n"};
	static const struct {
		char type;
		unsigned major, minor;
		const char *what;
	} rows[] = {
		{'c', 1, 1, "mem"},       {'c', 1, 3, ""},       {'c', 1, 11, "kmsg"},    {'c', 1, 6, "mem"},       {'c', 5, 2, ""},
		{'c', 4, 1, "console"},   {'c', 4, 64, "serial"}, {'c', 136, 77, ""},     {'c', 10, 200, "tun"},    {'c', 10, 229, "fuse"},
		{'c', 10, 257, "userfaultfd"}, {'c', 10, 9, "other"}, {'c', 245, 0, "hidraw"}, {'c', 246, 0, "other"}, {'b', 246, 0, "disk"},
		{'b', 8, 1, "disk"},      {'b', 7, 0, "loop"},   {'c', 10, 196, "vfio"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(device_names_what(&names, tree->arena, rows[i].type, rows[i].major, rows[i].minor), rows[i].what);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEMBER_TEST(one_group_is_its_list),
		MEMBER_TEST(another_group_adds_to_it),
		MEMBER_TEST(a_process_in_the_root_may_all),
		MEMBER_TEST(programs_without_a_broker_are_unreadable),
		MEMBER_TEST(nodes_are_told_with_what_is_allowed),
		MEMBER_TEST(nodes_over_a_bound_are_unreadable),
		MEMBER_TEST(folders_too_deep_are_unreadable),
		MEMBER_TEST(links_are_not_followed),
		MEMBER_TEST(numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
