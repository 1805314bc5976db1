/* The mount table as facts. */
#include "probe_tree.h"

#include <sched.h>
#include <sys/mount.h>

extern const struct probe probe_mounts;

#define MOUNTINFO "/proc/self/mountinfo"
#define FACT "host.mounts"

static void run_on(struct probe_tree *tree, const char *mountinfo)
{
	if (mountinfo)
		tree_file(tree, MOUNTINFO, mountinfo, 0644);
	tree_want(tree, FACT);
	tree_run(tree, &probe_mounts);
}

static void captured_table_is_told_row_by_row(void **state)
{
	static const char *const fields[] = {"target", "source", "fstype", "options", "root"};
	static const char *const expected[][5] = {
		{"/", "/dev/vda1", "ext4", "[rw, relatime, errors=remount-ro]", "/"},
		{"/mnt/a b", "tmp\\x09fs", "tmpfs", "[ro, nosuid, nodev, size=4k]", "/"},
		{"/var/lib/x", "/dev/vda1", "ext4", "[rw]", "/srv/x"},
		{"/data", "/dev/root", "xfs", "[ro, relatime]", "/"},
		{"/dev/root", "none", "cgroup2", "[rw]", "/"},
	};
	struct probe_tree *tree = *state;
	run_on(tree, "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
		     "23 22 0:21 / /mnt/a\\040b rw,nosuid,nodev shared:2 master:1 - tmpfs tmp\\011fs ro,size=4k\n"
		     "24 22 254:1 /srv/x /var/lib/x rw - ext4 /dev/vda1 rw\n"
		     "25 22 254:2 / /data ro,relatime - xfs /dev/root rw\n"
		     "26 22 0:30 / /dev/root rw - cgroup2 none rw\n");
	const struct fact_side *side = tree_side(tree, FACT);
	assert_int_equal(side->state, FACT_PRESENT);
	assert_int_equal(side->value.records.count, COUNT(expected));
	for (size_t row = 0; row < COUNT(expected); row++)
		for (size_t i = 0; i < COUNT(fields); i++)
			assert_string_equal(tree_field(tree, side, row, fields[i]), expected[row][i]);
}

/* libmount would put the name of a device of this machine in its place. */
static void root_device_is_what_the_kernel_calls_it(void **state)
{
	struct probe_tree *tree = *state;
	char number[64] = "254:0";
	_cleanup_(close_dir) DIR *devices = opendir("/sys/dev/block");
	for (struct dirent *entry; devices && (entry = readdir(devices));)
		if (*entry->d_name != '.')
			snprintf(number, sizeof number, "%.32s", entry->d_name);
	run_on(tree, arena_printf(tree->arena, "22 1 %s / / rw,relatime - ext4 /dev/root rw\n", number));
	assert_string_equal(tree_field(tree, tree_side(tree, FACT), 0, "source"), "/dev/root");
}

static void tree_at_rest_has_no_mounts(void **state)
{
	struct probe_tree *tree = *state;
	run_on(tree, NULL);
	assert_string_equal(tree_shown(tree, FACT), "unsupported");
	assert_string_equal(tree_side(tree, FACT)->reason, "a tree at rest has nothing mounted");
}

static void broken_tables_are_unreadable(void **state)
{
	static const char *const texts[] = {
		"",
		"garbage\n",
		"22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw\nbroken line\n",
		"22 1 254:1 / / rw,relatime ext4 /dev/vda1 rw\n",
		"/dev/vda1 / ext4 rw 0 0\n",
		" - - - \n",
	};
	struct probe_tree *tree = *state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		run_on(tree, texts[i]);
		assert_string_equal(tree_shown(tree, FACT), "unreadable");
	}
}

static void unreadable_table_is_not_an_empty_one(void **state)
{
	struct probe_tree *tree = *state;
	tree_folder(tree, MOUNTINFO);
	run_on(tree, NULL);
	assert_string_equal(tree_shown(tree, FACT), "unreadable");
}

static void live_table_holds_proc(void **state)
{
	struct probe_tree *tree = *state;
	bool found = false;
	tree_go_live(tree);
	run_on(tree, NULL);
	const struct fact_side *side = tree_side(tree, FACT);
	assert_int_equal(side->state, FACT_PRESENT);
	for (size_t row = 0; row < side->value.records.count; row++)
		found |= text_eq(tree_field(tree, side, row, "target"), "/proc") &&
			 text_eq(tree_field(tree, side, row, "fstype"), "proc");
	assert_true(found);
}

static void live_procfs_below_a_root_is_not_the_trees(void **state)
{
	struct probe_tree *tree = *state;
	tree_folder(tree, "/proc");
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/proc", tree_path(tree, "/proc"), NULL, MS_BIND | MS_REC, NULL) < 0)
		skip(); /* needs root */
	host_close(tree->host);
	assert_int_equal(host_open(tree->root, &tree->host, NULL), 0); /* as the new namespace sees it */
	run_on(tree, NULL);
	assert_int_equal(umount2(tree_path(tree, "/proc"), MNT_DETACH), 0);
	assert_string_equal(tree_shown(tree, FACT), "unsupported");
	assert_non_null(strstr(tree_side(tree, FACT)->reason, "another root"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		TEST(captured_table_is_told_row_by_row),
		TEST(root_device_is_what_the_kernel_calls_it),
		TEST(tree_at_rest_has_no_mounts),
		TEST(broken_tables_are_unreadable),
		TEST(unreadable_table_is_not_an_empty_one),
		TEST(live_table_holds_proc),
		TEST(live_procfs_below_a_root_is_not_the_trees),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
