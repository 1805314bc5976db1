/* The tables of results, operators, severities and dispositions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/finding.h"

static void names_go_both_ways(void **state _unused_)
{
	enum result result;
	enum severity severity;
	enum disposition disposition;
	enum op op;

	for (enum result each = 0; each < RESULT_COUNT; each++)
		assert_true(result_from_name(result_name(each), &result) && result == each);
	for (enum severity each = 0; each < SEVERITY_COUNT; each++)
		assert_true(severity_from_name(severity_name(each), &severity) && severity == each);
	for (enum disposition each = 0; each < DISPOSITION_COUNT; each++)
		assert_true(disposition_from_name(disposition_name(each), &disposition) && disposition == each);
	for (enum op each = 0; each < OP_COUNT; each++)
		assert_true(op_from_name(op_info(each)->name, &op) && op == each);
}

static void unknown_names_are_refused(void **state _unused_)
{
	static const char *const names[] = {"", "PASS", "passed", "?", "eqq", NULL};
	enum result result;
	enum severity severity;
	enum disposition disposition;
	enum op op;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_false(result_from_name(names[i], &result));
		assert_false(severity_from_name(names[i], &severity));
		assert_false(disposition_from_name(names[i], &disposition));
		assert_false(op_from_name(names[i], &op));
	}
	assert_string_equal(result_name(RESULT_COUNT), "?");
}

static void results_go_from_worst_to_best(void **state _unused_)
{
	assert_true(RESULT_ERROR < RESULT_FAIL && RESULT_FAIL < RESULT_MANUAL && RESULT_MANUAL < RESULT_PASS);
	assert_string_equal(result_name(RESULT_NOT_APPLICABLE), "not_applicable");
}

static void severities_weigh_less_and_less(void **state _unused_)
{
	static const int weights[] = {10, 5, 2, 1};

	for (enum severity each = 0; each < SEVERITY_COUNT; each++)
		assert_int_equal(severity_weight(each), weights[each]);
}

static void operators_know_their_types_and_operands(void **state _unused_)
{
	static const struct {
		const char *name;
		enum value_type type;
		bool takes;
		enum operand operand;
	} rows[] = {
		{"eq", VALUE_BOOL, true, OPERAND_SAME},
		{"eq", VALUE_STRINGS, true, OPERAND_SAME},
		{"eq", VALUE_MAP, false, OPERAND_SAME},
		{"in", VALUE_STRINGS, false, OPERAND_LIST},
		{"not_in", VALUE_SIZE, true, OPERAND_LIST},
		{"lt", VALUE_STRING, false, OPERAND_SAME},
		{"le", VALUE_DURATION, true, OPERAND_SAME},
		{"ge", VALUE_MODE, false, OPERAND_SAME},
		{"matches", VALUE_STRING, true, OPERAND_REGEX},
		{"contains", VALUE_MAP, true, OPERAND_STRING},
		{"subset_of", VALUE_STRING, false, OPERAND_STRINGS},
		{"no_looser_than", VALUE_MODE, true, OPERAND_MODE},
		{"no_looser_than", VALUE_INT, false, OPERAND_MODE},
		{"version_ge", VALUE_VERSION, true, OPERAND_VERSION},
		{"version_lt", VALUE_STRING, false, OPERAND_VERSION},
		{"exists", VALUE_RECORDS, true, OPERAND_BOOL},
		{"exists", VALUE_UNSET, true, OPERAND_BOOL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		enum op op;

		assert_true(op_from_name(rows[i].name, &op));
		assert_int_equal((op_info(op)->types >> rows[i].type) & 1u, rows[i].takes);
		assert_int_equal(op_info(op)->operand, rows[i].operand);
		assert_non_null(op_info(op)->about);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_go_both_ways),
		cmocka_unit_test(unknown_names_are_refused),
		cmocka_unit_test(results_go_from_worst_to_best),
		cmocka_unit_test(severities_weigh_less_and_less),
		cmocka_unit_test(operators_know_their_types_and_operands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
