/* Effective cgroup limits: captured hosts of each kind, hostile files, and cgroups made here. */
#include "host_tree.h"

#include <errno.h>

#include "checks/cgroup_limits.h"
#include "checks/cgroup_values.h"
#include "checks/device_list.h"

static struct cgroup_view *view_of(struct probe_tree *tree)
{
	struct services *services = ARENA_NEW(tree->arena, struct services);
	struct probe_context ctx = {.host = tree->host,
				    .facts = tree->facts,
				    .request = &tree->request,
				    .services = services};

	services->arena = tree->arena;
	return cgroup_view_new(tree->host, probe_service(&ctx, &mounts_service), tree->arena);
}

static const char *cgroup_of(struct probe_tree *tree, const char *pid)
{
	char *text;

	assert_int_equal(host_read(tree->host, arena_printf(tree->arena, "/proc/%s/cgroup", pid),
				   HOST_READ_SMALL, tree->arena, &text, NULL, NULL),
			 0);
	return text;
}

/* A row of a table as one line: {device=8:0, read_bps=1 B}. */
static const char *rows_shown(struct probe_tree *tree, const struct value *value)
{
	struct buf text = {0};

	vec_each (row, &value->records) {
		buf_puts(&text, text.len ? "; " : "");
		vec_each (item, row)
			buf_printf(&text, "%s%s", item == row->items ? "" : " ",
				   value_display(tree->arena, item->value, 0));
	}
	const char *shown = arena_strdup(tree->arena, text.len ? text.data : "none");
	buf_done(&text);
	return shown;
}

static const char *shown(struct probe_tree *tree, const struct fact_side *side)
{
	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	if (side->value.type == VALUE_RECORDS)
		return rows_shown(tree, &side->value);
	return value_display(tree->arena, &side->value, 0);
}

#define CG "/sys/fs/cgroup/"
#define SCOPE CG "machine.slice/libpod-c1.scope"

static const struct {
	const char *host, *pid;
	enum cgroup_limit limit;
	const char *value, *where; /* origin when present, else part of the reason */
} cases[] = {
	{"cgroup-v1", "42", CGROUP_LIMIT_MEMORY_MAX, "512 MiB",
	 CG "memory/outer/memory.limit_in_bytes"},
	{"cgroup-v1", "42", CGROUP_LIMIT_SWAP_MAX, "1 GiB",
	 CG "memory/outer/docker/c1/memory.memsw.limit_in_bytes"},
	{"cgroup-v1", "42", CGROUP_LIMIT_MEMORY_HIGH, "unsupported",
	 "version 1 has no memory_high"},
	{"cgroup-v1", "42", CGROUP_LIMIT_PIDS_MAX, "100", CG "pids/docker/pids.max"},
	{"cgroup-v1", "42", CGROUP_LIMIT_CPU_QUOTA, "150",
	 CG "cpu,cpuacct/docker/cpu.cfs_quota_us"},
	{"cgroup-v1", "42", CGROUP_LIMIT_CPU_SHARES, "512", CG "cpu,cpuacct/docker/c1/cpu.shares"},
	{"cgroup-v1", "42", CGROUP_LIMIT_CPU_WEIGHT, "unsupported", "version 1 has no cpu_weight"},
	{"cgroup-v1", "42", CGROUP_LIMIT_CPUS, "0,2-3",
	 CG "cpuset/docker/c1/cpuset.effective_cpus"},
	{"cgroup-v1", "42", CGROUP_LIMIT_CPU_COUNT, "3",
	 CG "cpuset/docker/c1/cpuset.effective_cpus"},
	{"cgroup-v1", "42", CGROUP_LIMIT_MEMS, "0", CG "cpuset/docker/c1/cpuset.effective_mems"},
	{"cgroup-v1", "42", CGROUP_LIMIT_IO_MAX, "8:0 1 MiB 50; 8:16 7",
	 CG "blkio/docker/c1/blkio.throttle.*_device"},
	{"cgroup-v1", "43", CGROUP_LIMIT_MEMORY_MAX, "8 GiB",
	 CG "memory/free/memory.limit_in_bytes"},
	{"cgroup-v1", "43", CGROUP_LIMIT_SWAP_MAX, "unlimited",
	 CG "memory/free/memory.memsw.limit_in_bytes"},
	{"cgroup-v1", "43", CGROUP_LIMIT_PIDS_MAX, "unlimited", CG "pids"},
	{"cgroup-v1", "43", CGROUP_LIMIT_CPU_QUOTA, "1",
	 CG "cpu,cpuacct/docker/c2/cpu.cfs_quota_us"},
	{"cgroup-v2", "42", CGROUP_LIMIT_MEMORY_MAX, "64 MiB", SCOPE "/memory.max"},
	{"cgroup-v2", "42", CGROUP_LIMIT_SWAP_MAX, "0 B", CG "machine.slice/memory.swap.max"},
	{"cgroup-v2", "42", CGROUP_LIMIT_MEMORY_HIGH, "100 MiB", CG "machine.slice/memory.high"},
	{"cgroup-v2", "42", CGROUP_LIMIT_PIDS_MAX, "2048", SCOPE "/container/pids.max"},
	{"cgroup-v2", "42", CGROUP_LIMIT_CPU_QUOTA, "50", SCOPE "/cpu.max"},
	{"cgroup-v2", "42", CGROUP_LIMIT_CPU_WEIGHT, "50", SCOPE "/container/cpu.weight"},
	{"cgroup-v2", "42", CGROUP_LIMIT_CPU_SHARES, "unsupported", "version 2 has no cpu_shares"},
	{"cgroup-v2", "42", CGROUP_LIMIT_CPUS, "0-1", CG "cpuset.cpus.effective"},
	{"cgroup-v2", "42", CGROUP_LIMIT_IO_MAX, "8:0 1000 B 77 B", SCOPE "/io.max"},
	{"cgroup-v2", "43", CGROUP_LIMIT_PIDS_MAX, "unlimited",
	 CG "plain.slice/x.service/pids.max"},
	{"cgroup-v2", "43", CGROUP_LIMIT_MEMORY_MAX, "unlimited", CG "plain.slice/x.service"},
	{"cgroup-v2", "43", CGROUP_LIMIT_CPU_WEIGHT, "unsupported", "not handed down"},
	{"cgroup-v2", "43", CGROUP_LIMIT_IO_MAX, "none", CG "plain.slice/x.service"},
	{"cgroup-v2", "44", CGROUP_LIMIT_MEMORY_MAX, "unlimited", "/sys/fs/cgroup"},
	{"cgroup-v2", "45", CGROUP_LIMIT_MEMORY_MAX, "unreadable", "does not exist any more"},
	{"cgroup-v2", "46", CGROUP_LIMIT_PIDS_MAX, "unreadable", "outside of our cgroup namespace"},
	{"cgroup-hybrid", "42", CGROUP_LIMIT_MEMORY_MAX, "256 MiB",
	 CG "memory/docker:x/c1/memory.limit_in_bytes"},
	{"cgroup-hybrid", "42", CGROUP_LIMIT_SWAP_MAX, "unsupported", "does not account swap"},
	{"cgroup-hybrid", "42", CGROUP_LIMIT_PIDS_MAX, "64", CG "unified/c1/pids.max"},
	{"cgroup-hybrid", "42", CGROUP_LIMIT_CPU_QUOTA, "unsupported", "no cpu controller"},
	{"cgroup-hybrid", "42", CGROUP_LIMIT_IO_MAX, "unsupported", "no io controller"},
	{"cgroup-hybrid", "43", CGROUP_LIMIT_MEMORY_MAX, "unreadable", "does not exist any more"},
	{"cgroup-hybrid", "43", CGROUP_LIMIT_PIDS_MAX, "unreadable", "the part that is mounted"},
};

static void captured_hosts_give_their_limits(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		host_tree_use(tree, cases[i].host);
		struct fact_side side = cgroup_limits_read(
			view_of(tree), cgroup_of(tree, cases[i].pid), cases[i].limit, tree->arena);

		if (strcmp(shown(tree, &side), cases[i].value) != 0 ||
		    (side.state == FACT_PRESENT ? !text_eq(side.origin, cases[i].where)
						: !strstr(side.reason, cases[i].where)))
			fail_msg("%s %s %s: %s, %s, %s", cases[i].host, cases[i].pid,
				 cgroup_limits_name(cases[i].limit), shown(tree, &side),
				 side.origin, side.reason ? side.reason : "-");
	}
}

static bool has_note(const struct fact_side *side, const char *part)
{
	vec_each (note, &side->notes)
		if (strstr(*note, part))
			return true;
	return false;
}

static void limit_above_ram_is_noted(void **state)
{
	struct probe_tree *tree = *state;
	struct fact_side side;

	host_tree_use(tree, "cgroup-v1");
	side = cgroup_limits_read(view_of(tree), cgroup_of(tree, "43"), CGROUP_LIMIT_MEMORY_MAX,
				  tree->arena);
	assert_true(has_note(&side, "more than the 2147483648 bytes"));
	side = cgroup_limits_read(view_of(tree), cgroup_of(tree, "42"), CGROUP_LIMIT_MEMORY_MAX,
				  tree->arena);
	assert_int_equal(side.notes.count, 0);
	side = cgroup_limits_read(view_of(tree), cgroup_of(tree, "43"), CGROUP_LIMIT_SWAP_MAX,
				  tree->arena);
	assert_int_equal(side.notes.count, 0);
}

static void parents_out_of_sight_are_noted(void **state)
{
	struct probe_tree *tree = *state;
	struct fact_side side;

	host_tree_use(tree, "cgroup-hybrid");
	side = cgroup_limits_read(view_of(tree), cgroup_of(tree, "42"), CGROUP_LIMIT_PIDS_MAX,
				  tree->arena);
	assert_true(has_note(&side, "above /sys/fs/cgroup/unified cannot be seen"));
}

static void files_that_lie_make_the_limit_unreadable(void **state)
{
	static const char *const broken[] = {"",     "\n",       "-1",  "5 5",
					     "maxi", "max\nmax", "0x5", " 5"};
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/self/mountinfo",
		  "30 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", 0644);
	tree_file(tree, "/sys/fs/cgroup/cgroup.controllers", "pids", 0644);
	for (size_t i = 0; i < COUNT(broken); i++) {
		tree_file(tree, "/sys/fs/cgroup/a/pids.max", broken[i], 0644);
		struct fact_side side = cgroup_limits_read(view_of(tree), "0::/a\n",
							   CGROUP_LIMIT_PIDS_MAX, tree->arena);
		assert_string_equal(shown(tree, &side), "unreadable");
	}
}

static void texts_that_are_no_list_have_no_cgroup(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{"", "unsupported"},
		{"0", "unsupported"},
		{"0:", "unsupported"},
		{":::", "unsupported"},
		{"0::", "unreadable"},
		{"0::a", "unreadable"},
		{"0::/a/../../etc", "unreadable"},
		{"0::/..", "unreadable"},
		{"1:xpids,pid:/a", "unsupported"},
		{"1:pids:/a", "unreadable"}, /* no such hierarchy is mounted */
		{"10::/a", "unsupported"},
		{"0::/a:b", "7"},
		{"0::/a:b\n", "7"},
		{"3:name=pids:/x\n0::/a:b\n", "7"},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/self/mountinfo",
		  "30 23 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", 0644);
	tree_file(tree, "/sys/fs/cgroup/cgroup.controllers", "pids", 0644);
	tree_file(tree, "/sys/fs/cgroup/a:b/pids.max", "7\n", 0644);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fact_side side = cgroup_limits_read(view_of(tree), rows[i].text,
							   CGROUP_LIMIT_PIDS_MAX, tree->arena);
		if (strcmp(shown(tree, &side), rows[i].expected) != 0)
			fail_msg("%s: %s", rows[i].text, shown(tree, &side));
	}
}

static void tree_at_rest_has_no_cgroups(void **state)
{
	struct probe_tree *tree = *state;
	struct fact_side side =
		cgroup_limits_read(view_of(tree), "0::/\n", CGROUP_LIMIT_PIDS_MAX, tree->arena);

	assert_int_equal(side.state, FACT_UNSUPPORTED);
	assert_string_equal(side.reason, "a tree at rest has nothing mounted");
}

static void no_limit_of_every_page_size_is_unlimited(void **state)
{
	static const struct {
		const char *text;
		bool unlimited;
	} rows[] = {
		{"9223372036854771712\n", true}, /* pages of 4 KiB */
		{"9223372036854759424", true},   /* 16 KiB */
		{"9223372036854710272", true},   /* 64 KiB */
		{"9223372036854775807", true},     {"18446744073709551615", true},
		{"99999999999999999999999", true}, {"9223372036854710271", false},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct cgroup_amount amount;

		assert_true(cgroup_values_amount(rows[i].text, &amount));
		assert_int_equal(amount.value == VALUE_UNLIMITED, rows[i].unlimited);
	}
}

static void lists_of_cpus_are_checked(void **state)
{
	static const struct {
		const char *text;
		int count; /* -1: refused */
	} rows[] = {
		{"", 0},     {"\n", 0},          {"0\n", 1},  {"0-3,8\n", 5}, {"3-2", -1},
		{"0,0", -1}, {"0,", -1},         {",", -1},   {"0 1", -1},    {"0-", -1},
		{"a", -1},   {"0-99999999", -1}, {"5,1", -1}, {"1-2-3", -1},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *list;
		int64_t count = -1;

		cgroup_values_cpus(rows[i].text, tree->arena, &list, &count);
		assert_int_equal(count, rows[i].count);
	}
}

static void broken_device_lines_are_refused(void **state)
{
	static const char *const broken[] = {"8:0",        "8:0 rbps=",   "8 rbps=1",
					     "x:0 rbps=1", "8:0 rbps=1x", "4294967296:0 rbps=1",
					     "\n"};
	struct probe_tree *tree = *state;
	struct cgroup_devices devices = {0};

	for (size_t i = 0; i < COUNT(broken); i++)
		assert_false(cgroup_values_io_max(broken[i], tree->arena, &devices));
	assert_false(cgroup_values_throttle("8:0 x", CGROUP_IO_RBPS, tree->arena, &devices));
	assert_true(cgroup_values_io_max("8:1 new=3 wiops=4 rbps=max\n", tree->arena, &devices));
	assert_int_equal(devices.items[devices.count - 1].limits[CGROUP_IO_WIOPS], 4);
}

/* ---- v1 on this machine --------------------------------------------------------------------- */

static void put(struct probe_tree *tree, const char *folder, const char *file, const char *text)
{
	FILE *stream = fopen(arena_printf(tree->arena, "%s/%s", folder, file), "w");

	assert_non_null(stream);
	assert_true(fputs(text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

/* Two nested cgroups of this test; live_teardown removes them also after a failure. */
static struct nest {
	const char *outer, *inner;
} nest;

/* False where that is not permitted. */
static bool make_outer(struct probe_tree *tree, const char *parent)
{
	nest.outer = arena_printf(tree->arena, "%s/plimsoll-test-%d", parent, getpid());
	nest.inner = arena_printf(tree->arena, "%s/inner", nest.outer);
	return mkdir(nest.outer, 0755) == 0;
}

static void make_inner(void)
{
	assert_int_equal(mkdir(nest.inner, 0755), 0);
}

static void remove_nest(void)
{
	if (!nest.outer)
		return;
	rmdir(nest.inner);
	rmdir(nest.outer);
	nest = (struct nest){0};
}

static int live_teardown(void **state)
{
	remove_nest();
	return tree_teardown(state);
}

static struct fact_side read_live(struct probe_tree *tree, const char *controller, const char *top,
				  enum cgroup_limit limit)
{
	const char *text =
		arena_printf(tree->arena, "5:%s:%s\n", controller, nest.inner + strlen(top));

	return cgroup_limits_read(view_of(tree), text, limit, tree->arena);
}

static void live_v1_pids_minimum_is_found(void **state)
{
	static const char top[] = "/sys/fs/cgroup/pids";
	struct probe_tree *tree = *state;

	if (access("/sys/fs/cgroup/pids/cgroup.procs", W_OK) < 0 || !make_outer(tree, top))
		skip();
	make_inner();
	tree_go_live(tree);
	put(tree, nest.outer, "pids.max", "33");
	struct fact_side side = read_live(tree, "pids", top, CGROUP_LIMIT_PIDS_MAX);
	put(tree, nest.inner, "pids.max", "22");
	struct fact_side own = read_live(tree, "pids", top, CGROUP_LIMIT_PIDS_MAX);
	assert_string_equal(shown(tree, &side), "33");
	assert_string_equal(side.origin, arena_printf(tree->arena, "%s/pids.max", nest.outer));
	assert_string_equal(shown(tree, &own), "22");
	assert_string_equal(own.origin, arena_printf(tree->arena, "%s/pids.max", nest.inner));
	rmdir(nest.inner);
	side = read_live(tree, "pids", top, CGROUP_LIMIT_PIDS_MAX);
	assert_string_equal(shown(tree, &side), "unreadable");
}

static void live_v1_memory_minimum_is_found(void **state)
{
	static const char top[] = "/sys/fs/cgroup/memory";
	struct probe_tree *tree = *state;

	if (access("/sys/fs/cgroup/memory/memory.stat", W_OK) < 0 || !make_outer(tree, top))
		skip();
	make_inner();
	tree_go_live(tree);
	struct fact_side none = read_live(tree, "memory", top, CGROUP_LIMIT_MEMORY_MAX);
	put(tree, nest.inner, "memory.limit_in_bytes", "134217728");
	put(tree, nest.outer, "memory.limit_in_bytes", "67108864");
	put(tree, nest.outer, "memory.memsw.limit_in_bytes", "100663296");
	struct fact_side side = read_live(tree, "memory", top, CGROUP_LIMIT_MEMORY_MAX);
	struct fact_side swap = read_live(tree, "memory", top, CGROUP_LIMIT_SWAP_MAX);
	assert_string_equal(shown(tree, &none), "unlimited");
	assert_string_equal(shown(tree, &side), "64 MiB");
	assert_string_equal(side.origin,
			    arena_printf(tree->arena, "%s/memory.limit_in_bytes", nest.outer));
	assert_string_equal(shown(tree, &swap), "32 MiB");
	assert_string_equal(swap.origin, arena_printf(tree->arena, "%s/memory.memsw.limit_in_bytes",
						      nest.outer));
}

static void live_v1_device_list_is_read(void **state)
{
	static const char top[] = "/sys/fs/cgroup/devices";
	struct probe_tree *tree = *state;

	if (access("/sys/fs/cgroup/devices/devices.allow", W_OK) < 0 || !make_outer(tree, top))
		skip();
	tree_go_live(tree);
	put(tree, nest.outer, "devices.deny", "a");
	put(tree, nest.outer, "devices.allow", "c 1:3 rw");
	put(tree, nest.outer, "devices.allow", "b 8:* r");
	make_inner(); /* a cgroup with children cannot go from all to none */
	put(tree, nest.inner, "devices.deny", "b 8:* r");
	const char *text = arena_printf(tree->arena, "5:devices:%s\n", nest.inner + strlen(top));
	struct device_access access = device_list_read(view_of(tree), text, tree->arena);
	assert_int_equal(access.state, FACT_PRESENT);
	assert_true(
		device_access_allows(&access, 'c', 1, 3, DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE));
	assert_false(device_access_allows(&access, 'c', 1, 3, DEVICE_ACCESS_MKNOD));
	assert_false(device_access_allows(&access, 'b', 8, 0, DEVICE_ACCESS_READ));
	assert_false(device_access_allows_all(&access));
	assert_int_equal(access.rules.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
#define LIVE(name) cmocka_unit_test_setup_teardown(name, tree_setup, live_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(captured_hosts_give_their_limits),
		TEST(limit_above_ram_is_noted),
		TEST(parents_out_of_sight_are_noted),
		TEST(files_that_lie_make_the_limit_unreadable),
		TEST(texts_that_are_no_list_have_no_cgroup),
		TEST(tree_at_rest_has_no_cgroups),
		TEST(no_limit_of_every_page_size_is_unlimited),
		TEST(lists_of_cpus_are_checked),
		TEST(broken_device_lines_are_refused),
		LIVE(live_v1_pids_minimum_is_found),
		LIVE(live_v1_memory_minimum_is_found),
		LIVE(live_v1_device_list_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
