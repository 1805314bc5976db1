#include <errno.h>

#include "reports/json_in.h"
#include "tests/unit/fixture_report.h"
#include "tests/unit/golden.h"

static struct arena *arena;

static int set_up(void **state _unused_)
{
	arena = arena_new();
	return 0;
}

static int tear_down(void **state _unused_)
{
	arena_free(arena);
	return 0;
}

static int read_bytes(const char *bytes, size_t len, struct report **ret, struct error *err)
{
	_cleanup_(close_file) FILE *stream = fmemopen((void *)bytes, len, "r");

	assert_non_null(stream);
	return report_read(stream, arena, ret, err);
}

static char *fixture_json(void)
{
	static const struct format_options options = {0};
	char *bytes = fixture_format("json", fixture_report(arena), &options, NULL);

	assert_non_null(bytes);
	return bytes;
}

/* The fixture's report with the first `find` replaced. */
static const char *changed(const char *json, const char *find, const char *replace)
{
	const char *at = strstr(json, find);

	if (!at)
		fail_msg("the fixture has no %s", find);
	return arena_printf(arena, "%.*s%s%s", (int)(at - json), json, replace, at + strlen(find));
}

#define B0 "/benchmarks/0"
#define R0 B0 "/rules/0"
#define F0 R0 "/findings/0"
#define E0 F0 "/evidence/0"

static void malformed_member_is_refused_with_its_place(void **state _unused_)
{
	static const struct {
		const char *find, *replace;
		enum error_code code;
		const char *text;
	} rows[] = {
		/* what the parser refuses: by line and column */
		{"\"tool\": \"1.0.0\",", "\"tool\" \"1.0.0\",", ERROR_MALFORMED, "3:"},
		{"\"live\": true,", "\"live\": true, \"live\": true,", ERROR_MALFORMED, "8:"},
		{"\"tool\": \"1.0.0\"", "\"tool\": \"1\\u0000\"", ERROR_MALFORMED, "3:"},
		{"\"tool\": \"1.0.0\"", "\"tool\": \"1\\ud800\"", ERROR_MALFORMED, "3:"},
		{"\"tool\": \"1.0.0\"", "\"tool\": \"\xFF\"", ERROR_MALFORMED, "3:"},
		{"\"weight_passed\": 5", "\"weight_passed\": 99999999999999999999", ERROR_MALFORMED,
		 ":"},
		/* the top */
		{"\"plimsoll_report\": 1", "\"plimsoll_facts\": 1", ERROR_MALFORMED,
		 "not a plimsoll report"},
		{"\"plimsoll_report\": 1", "\"plimsoll_report\": 2", ERROR_UNSUPPORTED,
		 "schema version 2"},
		{"\"plimsoll_report\": 1", "\"plimsoll_report\": \"1\"", ERROR_MALFORMED,
		 "the document: not a whole number"},
		{"\"host\": \"node1\",", "", ERROR_MALFORMED, "the document: \"host\" is missing"},
		{"\"host\": \"node1\"", "\"host\": null", ERROR_MALFORMED, "/host: not a text"},
		{"\"live\": true", "\"live\": 1", ERROR_MALFORMED, "/live: "},
		{"\"live\": true,", "\"live\": true, \"dead\": false,", ERROR_MALFORMED,
		 "the document: unknown key \"dead\""},
		{"\"live\": true,", "\"live\": true, \"\\u001b[2J\": 1,", ERROR_MALFORMED,
		 "unknown key \"\\x1B[2J\""},
		{"2026-01-02T03:04:05Z", "2026-02-30T03:04:05Z", ERROR_MALFORMED,
		 "/collected_at: "},
		{"\"benchmarks\": [", "\"benchmarks\": [1, ", ERROR_MALFORMED,
		 "/benchmarks/0: not an object"},
		/* a benchmark */
		{"\"score_all\": false", "\"score_all\": null", ERROR_MALFORMED, B0 "/score_all: "},
		{"\"percent\": 23.8", "\"percent\": 101", ERROR_MALFORMED, B0 "/score/percent: "},
		{"\"percent\": 23.8", "\"percent\": \"23.8\"", ERROR_MALFORMED,
		 B0 "/score/percent: "},
		{"\"selected\": 9", "\"selected\": -1", ERROR_MALFORMED, B0 "/score/selected: "},
		{"\"error\": 2,", "\"error\": 2.0,", ERROR_MALFORMED, B0 "/score/results/error: "},
		{"\"id\": \"2\"", "\"id\": \"1\"", ERROR_MALFORMED,
		 B0 "/sections: two sections have the same id"},
		{"\"level\": 1,", "\"level\": 32,", ERROR_MALFORMED, B0 "/levels/0/level: "},
		{"\"name\": \"web-1\"", "\"name\": 1", ERROR_MALFORMED, B0 "/containers/0/name: "},
		/* a rule */
		{"\"slug\": \"host-kernel-recent\"", "\"slug\": []", ERROR_MALFORMED, R0 "/slug: "},
		{"\"severity\": \"high\"", "\"severity\": \"worst\"", ERROR_MALFORMED,
		 R0 "/severity: not a severity"},
		{"\"scope\": \"host\"", "\"scope\": \"pod\"", ERROR_MALFORMED,
		 R0 "/scope: not a scope"},
		{"\"section\": \"1\"", "\"section\": \"9\"", ERROR_MALFORMED,
		 R0 "/section: no such section"},
		{"\"why\": \"What", "\"why\": [], \"x\": \"What", ERROR_MALFORMED,
		 R0 ": unknown key \"x\""},
		{"\"nist-800-190\": [", "\"nist-800-190\": [1, ", ERROR_MALFORMED,
		 R0 "/references/nist-800-190/0: not a text"},
		{"\"nist-800-190\": [", "\"nist\\u202e\": [", ERROR_MALFORMED,
		 R0 "/references/nist\\u{202E}: a key"},
		{"\"oldest\": \"6.1\"", "\"oldest\": 6.1", ERROR_MALFORMED,
		 R0 "/params/oldest: not a text"},
		{"\"result\": \"pass\"", "\"result\": \"passed\"", ERROR_MALFORMED,
		 "result: not a result"},
		{"\"findings\": [", "\"findings\": {}, \"y\": [", ERROR_MALFORMED,
		 R0 ": unknown key \"y\""},
		/* a finding and its evidence */
		{"\"message\": \"host.kernel", "\"message\": null, \"z\": \"host.kernel",
		 ERROR_MALFORMED, F0 ": unknown key \"z\""},
		{"\"disposition\": null", "\"disposition\": {}", ERROR_MALFORMED,
		 F0 "/disposition: \"kind\" is missing"},
		{"\"kind\": \"attested\"", "\"kind\": \"none\"", ERROR_MALFORMED,
		 "/disposition: none is written as null"},
		{"\"until\": \"2027-01-31T23:59:59Z\"", "\"until\": \"2027-01-31\"",
		 ERROR_MALFORMED, "/disposition/until: "},
		{"\"side\": null", "\"side\": \"upper\"", ERROR_MALFORMED, E0 ": the side"},
		{"\"side\": null", "\"side\": 1", ERROR_MALFORMED, E0 ": the side"},
		{"\"state\": \"present\"", "\"state\": \"gone\"", ERROR_MALFORMED,
		 E0 "/state: not a fact state"},
		{"\"type\": \"version\"", "\"type\": \"colour\"", ERROR_MALFORMED,
		 E0 ": not a type of value"},
		{"\"type\": \"version\"", "\"type\": null", ERROR_MALFORMED,
		 E0 ": a value without a type"},
		{"\"type\": \"version\"", "\"type\": \"int\"", ERROR_MALFORMED, E0 ": "},
		{"\"type\": \"version\"", "\"type\": \"records\"", ERROR_MALFORMED,
		 E0 ": records without \"fields\""},
		{"\"type\": \"version\"", "\"type\": \"version\", \"fields\": {}", ERROR_MALFORMED,
		 E0 ": \"fields\" with a value"},
		{"\"notes\": []", "\"notes\": [[]]", ERROR_MALFORMED, E0 "/notes/0: not a text"},
		{"\"mode\": \"mode\"", "\"mode\": \"records\"", ERROR_MALFORMED,
		 "/evidence/0/0/mode: "},
		{"\"mode\": \"mode\"", "\"moda\": \"mode\"", ERROR_MALFORMED,
		 "/evidence/0/0/mode: "},
		{"\"mode\": \"0666\"", "\"mode\": \"0888\"", ERROR_MALFORMED,
		 "/evidence/0/0/mode: "},
		{"{\"path\": \"/etc/docker/a \\\"b\\\"\"", "[], {\"path\": \"/etc/docker/a\"",
		 ERROR_MALFORMED, "/evidence/0/0: not an object"},
	};
	_cleanup_(free_ptr) char *json = fixture_json();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *bytes = changed(json, rows[i].find, rows[i].replace);
		struct report *report = NULL;
		struct error err = {0};

		if (read_bytes(bytes, strlen(bytes), &report, &err) == 0)
			fail_msg("row %zu was read: %s", i, rows[i].replace);
		if (err.code != rows[i].code || !strstr(err.text, rows[i].text))
			fail_msg("row %zu: code %d, %s; expected %s", i, (int)err.code, err.text,
				 rows[i].text);
		assert_null(report);
	}
}

static void document_that_is_none_is_refused(void **state _unused_)
{
	static const char *const rows[] = {"",  " ",     "{",  "[]",    "null",
					   "1", "\"x\"", "{}", "{} {}", "{\"plimsoll_report\": 1}"};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(close_file) FILE *stream = tmpfile();
		struct report *report = NULL;
		struct error err = {0};

		fputs(rows[i], stream);
		rewind(stream);
		assert_int_equal(report_read(stream, arena, &report, &err), -1);
		assert_int_equal(err.code, ERROR_MALFORMED);
		assert_null(report);
	}
}

static void every_cut_of_a_report_is_refused(void **state _unused_)
{
	_cleanup_(free_ptr) char *json = fixture_json();
	size_t len = strlen(json) - 1; /* without the final newline, which may be missing */

	for (size_t cut = 1; cut < len; cut += 397) {
		struct report *report = NULL;
		struct error err = {0};

		assert_int_equal(read_bytes(json, cut, &report, &err), -1);
		assert_int_equal(err.code, ERROR_MALFORMED);
	}
}

/* What the figures say is not taken on trust. */
static void scores_and_results_are_worked_out_again(void **state _unused_)
{
	_cleanup_(free_ptr) char *json = fixture_json();
	const char *bytes = changed(json, "\"weight_passed\": 5", "\"weight_passed\": 500");
	struct report *report = NULL;

	bytes = changed(bytes, "\"selected\": 9", "\"selected\": 1");
	assert_int_equal(read_bytes(bytes, strlen(bytes), &report, NULL), 0);
	assert_int_equal(report->benchmarks.items[0].score.weight_passed, 5);
	assert_int_equal(report->benchmarks.items[0].score.selected, 9);
	assert_int_equal(score_percent(&report->benchmarks.items[0].score), 238);
}

static void texts_are_made_safe(void **state _unused_)
{
	_cleanup_(free_ptr) char *json = fixture_json();
	const char *bytes =
		changed(json, "\"host\": \"node1\"", "\"host\": \"\\u001b[31m\\n\\u202e\"");
	struct report *report = NULL;

	bytes = changed(bytes, "What is not mended", "What\\r is\\nnot mended");
	assert_int_equal(read_bytes(bytes, strlen(bytes), &report, NULL), 0);
	assert_string_equal(report->host_name, "\\x1B[31m\\x0A\\u{202E}");
	assert_string_equal(report->benchmarks.items[0].rules.items[0].why,
			    "What\\x0D is\nnot mended stays broken.");
}

static void deep_nesting_is_refused(void **state _unused_)
{
	size_t len = 1 << 20;
	char *bytes = arena_alloc(arena, len + 1);
	struct report *report = NULL;
	struct error err = {0};

	memset(bytes, '[', len);
	assert_int_equal(read_bytes(bytes, len, &report, &err), -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
}

static ssize_t endless_blanks(void *cookie _unused_, char *buffer, size_t size)
{
	memset(buffer, ' ', size);
	return (ssize_t)size;
}

static void endless_input_is_refused(void **state _unused_)
{
	static const struct json_in_limits limits = {.bytes_max = 100000, .nodes_max = 10};
	_cleanup_(close_file) FILE *stream =
		fopencookie(NULL, "r", (cookie_io_functions_t){.read = endless_blanks});
	struct error err = {0};
	json_t *json = NULL;

	assert_int_equal(json_in_load(stream, &limits, &json, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_string_equal(err.text, "longer than 100000 bytes");
}

/* Two bytes of input make a value of a hundred bytes: the number of values has a cap of its own. */
static void flood_of_values_is_refused(void **state _unused_)
{
	static const struct {
		const char *json;
		bool fits;
	} rows[] = {
		{"[1,2,3]", true},
		{"[1,2,3,4]", false},
		{"[[],[]]", false},
		{"{\"a\":1,\"b\":[2]}", true},
		{"{\"a\":1,\"b\":[2],\"c\":3}", false},
		{"[\",,,,\\\",,[[[{{{\"]", true}, /* within a text they are no values */
		{"[\"\\\\\",[],[]]",
		 false}, /* an escaped backslash does not hide the end of the text */
	};
	static const struct json_in_limits limits = {.bytes_max = 1000, .nodes_max = 3};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(close_file) FILE *stream =
			fmemopen((void *)rows[i].json, strlen(rows[i].json), "r");
		struct error err = {0};
		json_t *json = NULL;

		if ((json_in_load(stream, &limits, &json, &err) == 0) != rows[i].fits)
			fail_msg("%s", rows[i].json);
		assert_int_equal(err.code, rows[i].fits ? ERROR_NONE : ERROR_LIMIT);
		json_decref(json);
	}
}

static void unreadable_stream_is_a_system_error(void **state _unused_)
{
	_cleanup_(close_file) FILE *stream = fopen(TEST_SRCDIR, "re"); /* a folder: EISDIR */
	struct report *report = NULL;
	struct error err = {0};

	assert_non_null(stream);
	assert_int_equal(report_read(stream, arena, &report, &err), -1);
	assert_int_equal(err.sys, EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(malformed_member_is_refused_with_its_place, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(document_that_is_none_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(every_cut_of_a_report_is_refused, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(scores_and_results_are_worked_out_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(texts_are_made_safe, set_up, tear_down),
		cmocka_unit_test_setup_teardown(deep_nesting_is_refused, set_up, tear_down),
		cmocka_unit_test(flood_of_values_is_refused),
		cmocka_unit_test(endless_input_is_refused),
		cmocka_unit_test_setup_teardown(unreadable_stream_is_a_system_error, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
