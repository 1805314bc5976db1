/* Versions as engines and kernels write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/version.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

static void versions_are_ordered(void **state _unused_)
{
	static const struct {
		const char *a, *b;
		int order;
	} rows[] = {
		{"1.2.3", "1.2.3", 0},
		{"v1.2.3", "1.2.3", 0},
		{"1.2", "1.2.0", 0},
		{"1.2", "1.2.1", -1},
		{"1.10", "1.9", 1},
		{"1.02", "1.2", 0},
		{"20.10.24", "29.0.0", -1},
		{"9", "10", -1},
		{"6.1.0-18-amd64", "6.1.0", 0},
		{"6.1.0-18-amd64", "6.1.0-9-amd64", 0},
		{"6.1.0-rc3", "6.1.0", -1},
		{"6.1-rc3", "6.1.0", -1},
		{"20.10.24+dfsg1", "20.10.24", 0},
		{"1.6.20~ds1", "1.6.20", 0},
		{"27.0.0-beta.1", "27.0.0-beta.2", -1},
		{"27.0.0-beta.2", "27.0.0-beta.11", -1},
		{"27.0.0-alpha", "27.0.0-alpha.1", -1},
		{"27.0.0-alpha.1", "27.0.0-alpha.beta", -1},
		{"27.0.0-alpha.beta", "27.0.0-beta", -1},
		{"27.0.0-beta", "27.0.0-rc.1", -1},
		{"27.0.0-RC.1", "27.0.0", -1},
		{"27.0.0-dev", "27.0.0-ce", -1},
		{"27.0.0-rc.1+build5", "27.0.0-rc.1", 0},
		{"27.0.1-rc.1", "27.0.0", 1},
		{"18.06.1-ce", "18.06.1", 0},
		{"99999999999999999999999.1", "99999999999999999999998.9", 1},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(sign(version_compare(rows[i].a, rows[i].b)), rows[i].order);
		assert_int_equal(sign(version_compare(rows[i].b, rows[i].a)), -rows[i].order);
	}
}

static void a_version_starts_with_a_digit(void **state _unused_)
{
	static const struct {
		const char *text;
		bool valid;
	} rows[] = {
		{"1", true},       {"v1.2", true}, {"6.1.0-18-amd64", true}, {"", false},
		{"v", false},      {"vv1", false}, {"go1.22", false},        {"-1", false},
		{"latest", false}, {" 1", false},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(version_valid(rows[i].text), rows[i].valid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_are_ordered),
		cmocka_unit_test(a_version_starts_with_a_digit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
