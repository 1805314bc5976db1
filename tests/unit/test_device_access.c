/* The decision table, and devices.list of cgroup v1. */
#include "host_tree.h"

#include "checks/device_list.h"

#define DOCKER_LIST                                                                                \
	"c 136:* rwm\nc 5:2 rwm\nc 5:1 rwm\nc 5:0 rwm\nc 1:9 rwm\nc 1:8 rwm\nc 1:7 rwm\nc 1:5 "    \
	"rwm\n"                                                                                    \
	"c 1:3 rwm\nb *:* m\nc *:* m\nc 10:200 rwm\n"

static const char *shown(struct probe_tree *tree, const struct device_access *access)
{
	struct value value = device_access_value(tree->arena, access);
	struct buf text = {0};

	if (access->state != FACT_PRESENT)
		return fact_state_name(access->state);
	vec_each (row, &value.records)
		buf_printf(&text, "%s%s %s:%s %s", text.len ? ", " : "",
			   record_get(row, "type")->string, record_get(row, "major")->string,
			   record_get(row, "minor")->string, record_get(row, "access")->string);
	const char *all = arena_strdup(tree->arena, text.len ? text.data : "none");
	buf_done(&text);
	return all;
}

static struct device_access parse(struct probe_tree *tree, const char *own, const char *parent)
{
	struct strings lists = {0};

	vec_push(tree->arena, &lists, own);
	if (parent)
		vec_push(tree->arena, &lists, parent);
	return device_list_parse(tree->arena, &lists);
}

static void lists_become_tables(void **state)
{
	static const struct {
		const char *own, *parent, *table;
	} rows[] = {
		{"a *:* rwm\n", NULL, "a *:* rwm"},
		{"", NULL, "none"},
		{"a *:* rwm\n", "", "none"},
		{"a *:* rwm", "c 1:3 rw\n", "c 1:3 rw"},
		{"c 1:3 rw\n", "a *:* rwm\n", "c 1:3 rw"},
		{"c 1:3 rw\nb 8:* r\n", NULL, "b 8:* r, c 1:3 rw"},
		{"c 1:3 rw\nc *:* m\n", NULL, "c 1:3 rwm, c *:* m"},
		{"c 1:* r\nc 1:3 w\n", NULL, "c 1:3 rw, c 1:* r"},
		{"c 1:* rwm\n", "c *:3 r\n", "c 1:3 r"},
		{"c 1:3 rw\n", "c 1:3 rm\n", "c 1:3 r"},
		{"b 8:0 rwm\n", "c 8:0 rwm\n", "none"},
		{"b 8:0 rwm\nc 8:0 rwm\n", NULL, "a 8:0 rwm"},
		{"c *:5 r\nc 1:7 w\n", NULL, "c 1:7 w, c *:5 r"},
		{DOCKER_LIST, "a *:* rwm\n",
		 "a *:* m, c 1:3 rwm, c 1:5 rwm, c 1:7 rwm, c 1:8 rwm, c 1:9 rwm, c 5:0 rwm, c 5:1 "
		 "rwm, "
		 "c 5:2 rwm, c 10:200 rwm, c 136:* rwm"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct device_access access = parse(tree, rows[i].own, rows[i].parent);

		if (strcmp(shown(tree, &access), rows[i].table) != 0)
			fail_msg("%s| %s: %s", rows[i].own, rows[i].parent, shown(tree, &access));
	}
}

static void hidden_exceptions_are_noted(void **state)
{
	assert_non_null(strstr(parse(*state, "a *:* rwm\n", NULL).note, "leaves out"));
	assert_null(parse(*state, "c 1:3 rwm\n", NULL).note);
}

static void what_is_no_list_is_unreadable(void **state)
{
	static const char *const broken[] = {
		"x 1:3 rwm",
		"c 1:3",
		"c 1:3 rwx",
		"c 1 rwm",
		"c -1:3 r",
		"c 4294967296:3 r",
		"c 1:99999999999999999999 r",
		"\n",
		"c\n",
		"c *3:1 r",
		"c :1 r",
		" c 1:3 r",
	};

	for (size_t i = 0; i < COUNT(broken); i++)
		assert_int_equal(parse(*state, broken[i], NULL).state, FACT_UNREADABLE);
}

static void too_many_lines_are_unreadable(void **state)
{
	struct buf text = {0};

	for (int i = 0; i <= DEVICE_LIST_LINES_MAX; i++)
		buf_puts(&text, "c 1:3 r\n");
	assert_int_equal(parse(*state, text.data, NULL).state, FACT_UNREADABLE);
	text.len = 0;
	for (int i = 0; i < DEVICE_LIST_LINES_MAX - 1; i++)
		buf_printf(&text, "c %d:%d r\n", i, i);
	struct device_access access = parse(*state, text.data, NULL);
	assert_true(access.state != FACT_PRESENT || device_access_allows(&access, 'c', 7, 7, 2));
	buf_done(&text);
}

static void predicates_follow_the_most_specific_row(void **state)
{
	struct device_access access = parse(*state, "c 1:3 rw\nb *:* m\nb 8:* r\n", NULL);

	assert_true(
		device_access_allows(&access, 'b', 8, 1, DEVICE_ACCESS_READ | DEVICE_ACCESS_MKNOD));
	assert_false(device_access_allows(&access, 'b', 8, 1, DEVICE_ACCESS_RWM));
	assert_false(device_access_allows(&access, 'b', 9, 1, DEVICE_ACCESS_READ));
	assert_true(
		device_access_allows(&access, 'b', UINT32_MAX, UINT32_MAX, DEVICE_ACCESS_MKNOD));
	assert_false(device_access_allows_all(&access));
	access = parse(*state, "a *:* rwm", NULL);
	assert_true(device_access_allows_all(&access));
	assert_true(device_access_allows(&access, 'b', 8, 0, DEVICE_ACCESS_RWM));
	access.state = FACT_UNREADABLE;
	assert_false(device_access_allows_all(&access));
	assert_false(device_access_allows(&access, 'b', 8, 0, DEVICE_ACCESS_READ));
}

static void both_tables_must_allow(void **state)
{
	struct device_access a = parse(*state, "c 1:* rwm\nb 8:0 r\n", NULL);
	struct device_access b = parse(*state, "c *:3 rw\nb 8:* rwm\n", NULL);
	struct device_access both =
		device_access_both(((struct probe_tree *)*state)->arena, &a, &b);

	assert_true(
		device_access_allows(&both, 'c', 1, 3, DEVICE_ACCESS_READ | DEVICE_ACCESS_WRITE));
	assert_int_equal(device_access_letters(&both, 'c', 1, 4), 0);
	assert_int_equal(device_access_letters(&both, 'c', 2, 3), 0);
	assert_int_equal(device_access_letters(&both, 'b', 8, 0), DEVICE_ACCESS_READ);
	assert_int_equal(device_access_letters(&both, 'b', 8, 1), 0);
	b.state = FACT_UNREADABLE;
	assert_int_equal(device_access_both(((struct probe_tree *)*state)->arena, &a, &b).state,
			 FACT_UNREADABLE);
}

static void captured_lists_go_up_to_the_root(void **state)
{
	struct probe_tree *tree = *state;
	struct services services = {.arena = tree->arena};
	struct device_access access;
	char *text;

	host_tree_use(tree, "cgroup-v1");
	struct probe_context ctx = {.host = tree->host,
				    .facts = tree->facts,
				    .request = &tree->request,
				    .services = &services};
	struct cgroup_view *view =
		cgroup_view_new(tree->host, probe_service(&ctx, &mounts_service), tree->arena);
	assert_int_equal(
		host_read(tree->host, "/proc/42/cgroup", 4096, tree->arena, &text, NULL, NULL), 0);
	access = device_list_read(view, text, tree->arena);
	assert_string_equal(shown(tree, &access), "a *:* m, c 1:3 rwm, c 1:5 rwm, c 136:* rwm");
	assert_string_equal(access.origin, "/sys/fs/cgroup/devices/docker/c1/devices.list");
	assert_non_null(access.note);
	assert_int_equal(device_list_read(view, "0::/\n", tree->arena).state, FACT_UNSUPPORTED);
	assert_int_equal(device_list_read(view, "5:devices:/x\n", tree->arena).state,
			 FACT_UNREADABLE);
	services_close(&services);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_become_tables),
		TEST(hidden_exceptions_are_noted),
		TEST(what_is_no_list_is_unreadable),
		TEST(too_many_lines_are_unreadable),
		TEST(predicates_follow_the_most_specific_row),
		TEST(both_tables_must_allow),
		TEST(captured_lists_go_up_to_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
