/* /proc/PID/limits: captured, hostile, our own. */
#include "probe_tree.h"

#include <sys/resource.h>

#include "checks/limits.h"

#define HEAD "Limit                     Soft Limit           Hard Limit           Units     \n"

static const char *field(struct probe_tree *tree, const struct value *rows, const char *name,
			 const char *which)
{
	vec_each (row, &rows->records)
		if (text_eq(record_get(row, "name")->string, name))
			return value_display(tree->arena, record_get(row, which), 0);
	return "missing";
}

static void every_row_is_read(void **state)
{
	static const char text[] = HEAD
		"Max cpu time              unlimited            unlimited            seconds   \n"
		"Max core file size        0                    18446744073709551614 bytes     \n"
		"Max open files            1024                 524288               files     \n"
		"Max nice priority         0                    0                    \n"
		"Max resident set and more 5                    6                    bytes     \n"
		"Max new thing             1                    99999999999999999999 things    \n";
	static const struct {
		const char *name, *soft, *hard;
	} rows[] = {
		{"cpu", "unlimited", "unlimited"},
		{"core", "0", "unlimited"},
		{"nofile", "1024", "524288"},
		{"nice", "0", "0"},
		{"Max resident set and more", "5", "6"},
		{"Max new thing", "1", "unlimited"},
	};
	struct probe_tree *tree = *state;
	struct value value;

	assert_int_equal(limits_parse(tree->arena, text, &value, NULL), 0);
	assert_int_equal(value.records.count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(field(tree, &value, rows[i].name, "soft"), rows[i].soft);
		assert_string_equal(field(tree, &value, rows[i].name, "hard"), rows[i].hard);
	}
}

static void what_is_no_such_file_is_malformed(void **state)
{
	static const char *const broken[] = {
		"",
		"Limit",
		"Max open files            1024                 524288               files\n",
		HEAD "\n",
		HEAD "Max\n",
		HEAD "Max open files            1024\n",
		HEAD "Max open files            -1                   5 files\n",
		HEAD "Max open files            1024x                5 files\n",
		HEAD "  5 5\n",
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(broken); i++) {
		struct error err = {0};
		struct value value = {0};

		assert_int_equal(limits_parse(tree->arena, broken[i], &value, &err), -1);
		assert_int_equal(err.code, ERROR_MALFORMED);
		assert_int_equal(value.type, VALUE_UNSET);
	}
}

static void too_many_rows_are_refused(void **state)
{
	struct probe_tree *tree = *state;
	struct error err = {0};
	struct buf text = {0};
	struct value value;

	buf_puts(&text, HEAD);
	for (int i = 0; i <= LIMITS_ROWS_MAX; i++)
		buf_puts(&text, "Max open files            1                    1\n");
	assert_int_equal(limits_parse(tree->arena, text.data, &value, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	buf_done(&text);
}

static void own_limits_are_those_of_getrlimit(void **state)
{
	struct probe_tree *tree = *state;
	struct rlimit limit = {.rlim_cur = 123, .rlim_max = 0};
	struct value value;
	char *text;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 123;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	tree_go_live(tree);
	assert_int_equal(host_read(tree->host,
				   arena_printf(tree->arena, "/proc/%d/limits", getpid()),
				   HOST_READ_SMALL, tree->arena, &text, NULL, NULL),
			 0);
	assert_int_equal(limits_parse(tree->arena, text, &value, NULL), 0);
	assert_true(value.records.count >= 16);
	assert_string_equal(field(tree, &value, "nofile", "soft"), "123");
	vec_each (row, &value.records)
		assert_false(text_starts(record_get(row, "name")->string, "Max"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_row_is_read),
		TEST(what_is_no_such_file_is_malformed),
		TEST(too_many_rows_are_refused),
		TEST(own_limits_are_those_of_getrlimit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
