/* Libraries loaded when they are needed. */
#include <math.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "base/dynamic.h"

static struct {
	double (*fabs)(double);
	double (*floor)(double);
} table;

static void functions_come_in_the_order_of_their_names(void **state _unused_)
{
	static const char *const names[] = {"fabs", "floor"};

	assert_int_equal(dynamic_load("libm.so.6", names, 2, &table, NULL), 0);
	assert_true(table.fabs(-1.5) == 1.5 && table.floor(-1.5) == -2);
}

static void missing_library_is_told(void **state _unused_)
{
	struct error err = {0};

	assert_int_equal(dynamic_load("libno-such.so.1", NULL, 0, &table, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "libno-such.so.1"));
}

static void missing_function_is_named(void **state _unused_)
{
	static const char *const names[] = {"fabs", "no_such_function"};
	struct error err = {0};

	assert_int_equal(dynamic_load("libm.so.6", names, 2, &table, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_string_equal(err.text, "libm.so.6 has no no_such_function");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_come_in_the_order_of_their_names),
		cmocka_unit_test(missing_library_is_told),
		cmocka_unit_test(missing_function_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
