#include "tests/unit/fixture_report.h"
#include "tests/unit/golden.h"
#include "tests/unit/json_schema.h"

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

static char *written(const struct report *report)
{
	static const struct format_options options = {0};
	struct error err = {0};
	char *bytes = fixture_format("json", report, &options, &err);

	if (!bytes)
		fail_msg("%s", err.text);
	return bytes;
}

static struct report *read_back(const char *bytes)
{
	_cleanup_(close_file) FILE *stream = fmemopen((void *)bytes, strlen(bytes), "r");
	struct report *report = NULL;
	struct error err = {0};

	if (report_read(stream, arena, &report, &err) != 0)
		fail_msg("%s", err.text);
	return report;
}

static void json_is_the_golden_one(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));

	golden_compare("report.json", bytes, strlen(bytes));
}

static void json_read_and_written_again_is_the_same(void **state _unused_)
{
	_cleanup_(free_ptr) char *first = written(fixture_report(arena));
	_cleanup_(free_ptr) char *second = written(read_back(first));

	assert_string_equal(first, second);
}

/* `plimsoll convert` must not lose what a format shows. */
static void every_format_shows_a_read_report_alike(void **state _unused_)
{
	static const struct format_options options = {.width = 80, .verbose = true};
	static const char *const formats[] = {"text", "junit"};
	struct report *report = fixture_report(arena);
	_cleanup_(free_ptr) char *json = written(report);
	struct report *again = read_back(json);

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		_cleanup_(free_ptr) char *direct =
			fixture_format(formats[i], report, &options, NULL);
		_cleanup_(free_ptr) char *detour =
			fixture_format(formats[i], again, &options, NULL);

		assert_string_equal(direct, detour);
	}
}

static json_t *load_schema(void)
{
	json_t *schema = json_load_file(TEST_SRCDIR "/reports/schema/report-1.json",
					JSON_REJECT_DUPLICATES, NULL);

	assert_non_null(schema);
	return schema;
}

static void json_follows_its_schema(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));
	json_t *json = json_loads(bytes, JSON_REJECT_DUPLICATES, NULL), *root = load_schema();
	struct json_schema schema = {.root = root};

	assert_non_null(json);
	if (!json_schema_fits(&schema, root, json))
		fail_msg("%s", schema.why);
	json_decref(json);
	json_decref(root);
}

/* The schema test itself: each of these must be refused. */
static void schema_refuses_what_is_not_a_report(void **state _unused_)
{
	static const struct {
		const char *pointer_key; /* member of the top object */
		const char *json;
	} rows[] = {
		{"plimsoll_report", "2"},
		{"host", "null"},
		{"live", "1"},
		{"collected_at", "\"2026-01-02\""},
		{"unknown", "true"},
		{"benchmarks", "[{\"name\": \"x\"}]"},
	};
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena));
	json_t *root = load_schema();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = json_loads(bytes, 0, NULL);
		struct json_schema schema = {.root = root};

		json_object_set_new(json, rows[i].pointer_key,
				    json_loads(rows[i].json, JSON_DECODE_ANY, NULL));
		if (json_schema_fits(&schema, root, json))
			fail_msg("row %zu is let through", i);
		assert_false(schema.unknown_keyword);
		json_decref(json);
	}
	json_decref(root);
}

static void text_that_is_not_utf8_is_an_internal_error(void **state _unused_)
{
	static const struct format_options options = {0};
	struct report *report = fixture_report(arena);
	struct error err = {0};

	report->host_name = "\xFF";
	assert_null(fixture_format("json", report, &options, &err));
	assert_int_equal(err.code, ERROR_INTERNAL);
}

static void every_format_reports_a_full_disk(void **state _unused_)
{
	static const struct format_options options = {.width = 80};
	struct report *report = fixture_report(arena);

	for (const struct format *const *format = format_table; *format; format++) {
		_cleanup_(close_file) FILE *full = fopen("/dev/full", "we");
		struct error err = {0};

		assert_non_null(full);
		assert_int_equal((*format)->write(report, &options, full, &err), -1);
		assert_int_equal(err.code, ERROR_SYSTEM);
	}
}

static void unknown_format_is_not_found(void **state _unused_)
{
	assert_null(format_find("pdf"));
	assert_null(format_find(""));
	assert_string_equal(format_find("json")->name, "json");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json_is_the_golden_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_read_and_written_again_is_the_same, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(every_format_shows_a_read_report_alike, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(json_follows_its_schema, set_up, tear_down),
		cmocka_unit_test_setup_teardown(schema_refuses_what_is_not_a_report, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(text_that_is_not_utf8_is_an_internal_error, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(every_format_reports_a_full_disk, set_up,
						tear_down),
		cmocka_unit_test(unknown_format_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
