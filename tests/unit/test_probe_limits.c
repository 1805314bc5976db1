/* What control groups enforce on all processes of a container together. */
#include "member_tree.h"

#include "checks/cgroup_values.h"

extern const struct probe probe_container, probe_limits;

#define OWN   "/sys/fs/cgroup/docker/" A
#define OTHER "/sys/fs/cgroup/other"

static const struct {
	const char *file, *text;
} files[] = {
	{"/proc/meminfo", "MemTotal: 1048576 kB\n"},
	{"/sys/devices/system/cpu/online", "0-3\n"},
	{"/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n"},
	{"/sys/fs/cgroup/docker/cgroup.controllers", "cpuset cpu io memory pids\n"},
	{"/sys/fs/cgroup/cpuset.cpus.effective", "0-3\n"},
	{OWN "/memory.max", "67108864\n"},
	{OWN "/memory.high", "max\n"},
	{OWN "/memory.swap.max", "0\n"},
	{OWN "/pids.max", "50\n"},
	{OWN "/cpu.max", "50000 100000\n"},
	{OWN "/cpu.weight", "20\n"},
	{OWN "/cpuset.cpus.effective", "0-1\n"},
	{OWN "/cpuset.mems.effective", "0\n"},
	{OWN "/io.max", "8:0 rbps=100 wbps=200 riops=max wiops=max\n8:16 rbps=1 wbps=max riops=max wiops=max\n"},
	{OTHER "/memory.max", "2147483648\n"},
	{OTHER "/memory.high", "1000\n"},
	{OTHER "/memory.swap.max", "max\n"},
	{OTHER "/pids.max", "20\n"},
	{OTHER "/cpu.max", "max 100000\n"},
	{OTHER "/cpu.weight", "100\n"},
	{OTHER "/cpuset.cpus.effective", "3\n"},
	{OTHER "/cpuset.mems.effective", "0\n"},
	{OTHER "/io.max", "8:0 rbps=300 wbps=max riops=5 wiops=max\n"},
};

static void make_groups(struct probe_tree *tree)
{
	for (size_t i = 0; i < COUNT(files); i++)
		tree_file(tree, files[i].file, files[i].text, 0644);
}

/* {fact, side, of the container's own group, with a process in another one} */
static const struct {
	const char *fact;
	enum side side;
	const char *own, *both;
} limits[] = {
	{"container.cgroup.memory_max", SIDE_EFFECTIVE, "64 MiB", "2 GiB"},
	{"container.cgroup.memory_high", SIDE_PLAIN, "unlimited", "unlimited"},
	{"container.cgroup.swap_max", SIDE_EFFECTIVE, "0 B", "unlimited"},
	{"container.cgroup.pids_max", SIDE_EFFECTIVE, "50", "50"},
	{"container.cgroup.cpu_quota_percent", SIDE_EFFECTIVE, "50", "unlimited"},
	{"container.cgroup.cpu_weight", SIDE_PLAIN, "20", "100"},
	{"container.cgroup.cpu_shares", SIDE_EFFECTIVE, "unsupported", "unsupported"},
	{"container.cgroup.cpus", SIDE_EFFECTIVE, "0-1", "0-1,3"},
	{"container.cgroup.cpu_count", SIDE_PLAIN, "2", "3"},
	{"container.cgroup.mems", SIDE_EFFECTIVE, "0", "0"},
	{"container.cgroup.cpu_limited", SIDE_EFFECTIVE, "true", "true"},
	{"container.cgroup.io_max", SIDE_EFFECTIVE, "(8:0 100 B 200 B)(8:16 1 B)", "(8:0 300 B)"},
};

static void own_group_limits(void **state)
{
	struct probe_tree *tree = *state;

	make_groups(tree);
	member_make(tree, 11, 200, MEMBER_GROUP);
	tree_run(tree, &probe_limits);
	for (size_t i = 0; i < COUNT(limits); i++) {
		member_is(tree, limits[i].fact, limits[i].side, limits[i].own);
		assert_int_equal(member_side(tree, limits[i].fact, limits[i].side)->notes.count, 0);
	}
}

static void loosest_group_wins_and_is_named(void **state)
{
	struct probe_tree *tree = *state;

	make_groups(tree);
	member_make(tree, 11, 200, "0::/other\n");
	tree_run(tree, &probe_limits);
	for (size_t i = 0; i < COUNT(limits); i++)
		member_is(tree, limits[i].fact, limits[i].side, limits[i].both);
	member_notes(tree, "container.cgroup.memory_max", SIDE_EFFECTIVE, "process 11 (x) is in another control group: 2 GiB");
	member_notes(tree, "container.cgroup.memory_max", SIDE_EFFECTIVE, "more than the 1073741824 bytes of RAM");
	member_notes(tree, "container.cgroup.pids_max", SIDE_EFFECTIVE, "process 11 (x) is in another control group: 20");
}

static void without_quota_fewer_cpus_are_a_limit(void **state)
{
	static const struct {
		const char *online, *limited;
	} rows[] = {{"0-3\n", "true"}, {"0-1\n", "false"}, {"junk", "unreadable"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *made = NULL;

		assert_int_equal(member_setup(&made), 0);
		struct probe_tree *tree = made;
		make_groups(tree);
		tree_file(tree, OWN "/cpu.max", "max 100000\n", 0644);
		tree_file(tree, "/sys/devices/system/cpu/online", rows[i].online, 0644);
		tree_run(tree, &probe_limits);
		member_is(tree, "container.cgroup.cpu_limited", SIDE_EFFECTIVE, rows[i].limited);
		tree_teardown(&made);
	}
}

/* The other group cannot be read: it may be looser. */
static void unreadable_group_makes_it_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	make_groups(tree);
	member_make(tree, 11, 200, "0::/gone\n");
	tree_run(tree, &probe_limits);
	member_is(tree, "container.cgroup.memory_max", SIDE_EFFECTIVE, "unreadable");
	member_is(tree, "container.cgroup.cpu_limited", SIDE_EFFECTIVE, "unreadable");
}

static void junk_in_a_file_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	make_groups(tree);
	tree_file(tree, OWN "/memory.max", "-5\n", 0644);
	tree_run(tree, &probe_limits);
	member_is(tree, "container.cgroup.memory_max", SIDE_EFFECTIVE, "unreadable");
	member_is(tree, "container.cgroup.pids_max", SIDE_EFFECTIVE, "50");
}

static void lists_of_cpus_are_joined(void **state)
{
	static const struct {
		const char *a, *b, *both;
	} rows[] = {
		{"", "", ""},           {"0", "", "0"},           {"0-1", "1-2", "0-2"},       {"5,7", "6", "5-7"},
		{"1", "3", "1,3"},      {"0-3\n", "2\n", "0-3"},  {"65535", "0", "0,65535"},   {"x", "1", "1"},
		{"65536", "1", "1"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(cgroup_values_cpus_join(tree->arena, rows[i].a, rows[i].b), rows[i].both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEMBER_TEST(own_group_limits),
		MEMBER_TEST(loosest_group_wins_and_is_named),
		cmocka_unit_test(without_quota_fewer_cpus_are_a_limit),
		MEMBER_TEST(unreadable_group_makes_it_unreadable),
		MEMBER_TEST(junk_in_a_file_is_unreadable),
		MEMBER_TEST(lists_of_cpus_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
