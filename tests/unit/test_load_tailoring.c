/* Tailorings, and their parameter values once typed. */
#include "tests/unit/load_fixture.h"

#define EXPECTED_MAX 12

struct row {
	const char *name;
	const char *text;
	const char *expected[EXPECTED_MAX];
};

static const char good[] =
	"tailoring: production\n"
	"only: [5.4, container-memory]\n"
	"skip: [1.1.1]\n"
	"score: all\n"
	"params:   { container-capabilities: { allowed: [chown, \"0644\"], mode: \"0600\" } }\n"
	"severity: { container-memory: low }\n"
	"waivers:\n"
	"  - { rule: 5.4, subject: \"build-*\", owner: team-ci, reason: needs mknod, expires: 2027-01-31 }\n"
	"  - { rule: 5.5, owner: o, reason: r, expires: 2028-02-29 }\n"
	"attestations:\n"
	"  - { rule: 1.2.1, who: Ada, saw: \"ran the host baseline\", result: pass, until: 2027-01-31 }\n";

static const struct row rows[] = {
	{"good_tailoring", good, {0}},
	{"name_alone", "tailoring: x\n", {0}},
	{"name_is_missing", "skip: [a]\n", {"1:1: needs the key tailoring"}},
	{"unknown_key", "tailoring: x\nwaiver: []\n", {"2:1: did you mean waivers?"}},
	{"empty_lists", "tailoring: x\nonly: []\nskip: []\nwaivers: []\nattestations: []\nparams: {}\nseverity: {}\n",
	 {"2:7: only must not be an empty list", "3:7: skip must not", "4:10: waivers must not", "5:15: attestations must not", "6:9: params must not", "7:11: severity must not"}},
	{"lists_of_no_texts", "tailoring: x\nonly: [[a], \"\"]\nscore: some\n", {"2:8: only must be a single value", "2:13: only must not be empty", "3:8: score must be one of"}},
	{"severity", "tailoring: x\nseverity: { a: lov, b: [low] }\n", {"2:16: did you mean low?", "2:24: severity must be a single value"}},
	{"params", "tailoring: x\nparams: { a: 1, b: {}, c: { d: { e: f } }, g: { h: 0644, i: [0755] } }\n",
	 {"2:14: must be a mapping", "2:20: must not be empty", "2:32: must be a single value", "2:52: quote it", "2:62: quote it"}},
	{"waiver_keys", "tailoring: x\nwaivers:\n  - { rule: 1, ownr: o }\n  - x\n  - { rule: [1], owner: \"\", reason: r, expires: never }\n",
	 {"3:5: needs the key owner", "3:5: needs the key reason", "3:5: needs the key expires", "3:16: did you mean owner?", "4:5: a waiver must be a mapping",
	  "5:13: rule must be a single value", "5:25: owner must not be empty", "5:49: YYYY-MM-DD"}},
	{"days_that_are_none", "tailoring: x\nwaivers:\n  - { rule: a, owner: o, reason: r, expires: 2027-02-29 }\n  - { rule: a, owner: o, reason: r, expires: 2027-13-01 }\n"
	 "  - { rule: a, owner: o, reason: r, expires: 2027-1-1 }\n  - { rule: a, owner: o, reason: r, expires: 2027-00-10 }\n  - { rule: a, owner: o, reason: r, expires: 31/01/2027 }\n"
	 "  - { rule: a, owner: o, reason: r, expires: 2027-01-00 }\n",
	 {"3:46: YYYY", "4:46: YYYY", "5:46: YYYY", "6:46: YYYY", "7:46: YYYY", "8:46: YYYY"}},
	{"attestation_keys", "tailoring: x\nattestations: [ { rule: a, who: w, saw: s, result: manual, until: tomorrow } ]\n",
	 {"2:52: result must be one of pass, fail", "2:67: YYYY-MM-DD"}},
};

static bool check_row(const struct row *row)
{
	struct fixture fixture;
	const struct tailoring *tailoring;
	const char *path;
	bool ok;

	fixture_init(&fixture);
	path = fixture_write(&fixture, "t.yaml", row->text);
	tailoring = library_tailoring(fixture_open(&fixture), path, &fixture.diags);
	ok = fixture_diags_are(row->name, &fixture.diags, row->expected, EXPECTED_MAX);
	ok = ok && (tailoring != NULL) == (row->expected[0] == NULL);
	if (!ok)
		print_error("%s failed\n", row->name);
	fixture_done(&fixture);
	return ok;
}

static void each_mistake_is_reported_at_its_place(void **state _unused_)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		wrong += !check_row(&rows[i]);
	assert_int_equal(wrong, 0);
}

static void tailoring_is_read_as_written(void **state _unused_)
{
	struct fixture fixture;
	const struct tailoring *tailoring;
	const struct param_value *params;
	const char *path;

	fixture_init(&fixture);
	path = fixture_write(&fixture, "t.yaml", good);
	tailoring = library_tailoring(fixture_open(&fixture), path, &fixture.diags);
	assert_non_null(tailoring);
	assert_string_equal(tailoring->only.items[0], "5.4");
	assert_true(tailoring->scoring == SCORING_ALL);
	assert_string_equal(tailoring->params.items[0].rule, "container-capabilities");
	params = tailoring->params.items[0].params.items;
	assert_int_equal(params[0].value.type, VALUE_STRINGS);
	assert_string_equal(params[0].value.strings.items[1], "0644");
	assert_int_equal(params[1].value.type, VALUE_STRING);
	assert_string_equal(params[1].value.string, "0600");
	assert_int_equal(params[1].where.line, 5);
	assert_int_equal(tailoring->severities.items[0].severity, SEVERITY_LOW);
	/* date -u -d '2027-01-31 23:59:59' +%s and '2028-02-29 23:59:59' */
	assert_int_equal(tailoring->waivers.items[0].expires, 1801439999);
	assert_int_equal(tailoring->waivers.items[1].expires, 1835481599);
	assert_null(tailoring->waivers.items[1].subject);
	assert_true(tailoring->attestations.items[0].passes);
	assert_int_equal(tailoring->attestations.items[0].where.line, 11);
	fixture_done(&fixture);
}

struct type_row {
	enum value_type type;
	const char *text; /* NULL: the list [a] */
	const char *error; /* NULL: good */
};

static void raw_values_are_typed_by_the_parameter(void **state _unused_)
{
	static const struct type_row types[] = {
		{VALUE_INT, "5", NULL}, {VALUE_INT, "x", "parameter p: \"x\" is not an int"}, {VALUE_MODE, "0640", NULL},
		{VALUE_SIZE, "64MiB", NULL}, {VALUE_STRING, "x", NULL}, {VALUE_STRINGS, NULL, NULL},
		{VALUE_STRINGS, "x", "parameter p is of type strings and takes a list"},
		{VALUE_STRING, NULL, "parameter p is of type string and takes one value, not a list"},
	};
	static const char *item = "a";

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct diags diags = {.arena = arena};
		struct param param = {.name = "p", .type = types[i].type};
		struct rule rule = {.slug = "r"};
		struct param_value raw = {.name = "p", .where = {"t", 3, 4}};
		struct value value = {0};
		int result;

		vec_push(arena, &rule.params, param);
		raw.value = types[i].text ? value_string(types[i].text) : value_strings((struct strings){&item, 1, 1});
		result = library_type_param(&rule, 0, &raw, &value, &diags);
		assert_int_equal(result, types[i].error ? -1 : 0);
		assert_int_equal(diags.total, types[i].error != NULL);
		assert_int_equal(value.type, types[i].error ? VALUE_UNSET : types[i].type);
		if (types[i].error) {
			assert_non_null(strstr(diags.list.items[0].text, types[i].error));
			assert_int_equal(diags.list.items[0].where.line, 3);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_reported_at_its_place),
		cmocka_unit_test(tailoring_is_read_as_written),
		cmocka_unit_test(raw_values_are_typed_by_the_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
