/* Dates and role of certificates, whole, in rows, cut anywhere, with any byte wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/text.h"
#include "checks/x509_dates.h"
#include "swarm_fixture.h"

static struct arena *arena;

static void certificate_tells_dates_and_role(_unused_ void **state)
{
	struct x509_list list;

	assert_int_equal(x509_dates_read(arena, NODE_CRT, &list, NULL), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].not_before, NODE_BEGINS);
	assert_int_equal(list.items[0].not_after, NODE_ENDS);
	assert_string_equal(list.items[0].unit, "swarm-manager");
}

static void every_certificate_of_a_bundle_counts(_unused_ void **state)
{
	struct x509_list list;

	assert_int_equal(x509_dates_read(arena, "a heading\n" ROOT_CRT "\n" KEY_PLAIN NODE_CRT, &list, NULL), 0);
	assert_int_equal(list.count, 2);
	assert_int_equal(list.items[0].not_before, ROOT_BEGINS);
	assert_int_equal(list.items[0].not_after, ROOT_ENDS);
	assert_null(list.items[0].unit);
	assert_int_equal(list.items[1].not_after, NODE_ENDS);
}

static void what_is_none_is_refused(_unused_ void **state)
{
	static const struct {
		const char *pem;
		enum error_code code;
	} rows[] = {
		{"", ERROR_NOT_FOUND},
		{KEY_PLAIN, ERROR_NOT_FOUND},
		{"-----BEGIN CERTIFICATE-----\nMIIB", ERROR_MALFORMED},
		{"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", ERROR_MALFORMED},
		{"-----BEGIN CERTIFICATE-----\nM!IB\n-----END CERTIFICATE-----\n", ERROR_MALFORMED},
		{"-----BEGIN CERTIFICATE-----\nMIT/////\n-----END CERTIFICATE-----\n", ERROR_MALFORMED},
		{"-----BEGIN CERTIFICATE-----\nMIAwgA==\n-----END CERTIFICATE-----\n", ERROR_MALFORMED},
	};
	struct x509_list list;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = {0};

		assert_int_equal(x509_dates_read(arena, rows[i].pem, &list, &err), -1);
		assert_int_equal(err.code, rows[i].code);
	}
}

static void more_than_the_cap_is_refused(_unused_ void **state)
{
	struct buf many = {0};
	struct x509_list list;
	struct error err = {0};

	for (int i = 0; i <= X509_DATES_MAX; i++)
		buf_puts(&many, ROOT_CRT);
	assert_int_equal(x509_dates_read(arena, many.data, &list, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	buf_done(&many);
}

/* The sanitizers watch; whatever comes out must not be read beyond the text. */
static void damage_at_any_place_is_survived(_unused_ void **state)
{
	for (size_t i = 28; i < strlen(NODE_CRT) - 27; i++)
		for (int other = 'A'; other <= 'z'; other += 13) {
			char *copy = arena_strdup(arena, NODE_CRT);
			struct x509_list list;

			copy[i] = (char)other;
			x509_dates_read(arena, copy, &list, NULL);
			copy[i] = '=';
			x509_dates_read(arena, copy, &list, NULL);
		}
}

static int setup(_unused_ void **state)
{
	arena = arena_new();
	return 0;
}

static int teardown(_unused_ void **state)
{
	arena_free(arena);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(certificate_tells_dates_and_role),
		TEST(every_certificate_of_a_bundle_counts),
		TEST(what_is_none_is_refused),
		TEST(more_than_the_cap_is_refused),
		TEST(damage_at_any_place_is_survived),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
