#include <locale.h>

#include "reports/text_layout.h"
#include "reports/text_time.h"
#include "reports/text_utf8.h"
#include "tests/unit/fixture_report.h"
#include "tests/unit/golden.h"

static const struct format_options columns80 = {.width = 80};
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

static char *written(const struct report *report, const struct format_options *options)
{
	struct error err = {0};
	char *bytes = fixture_format("text", report, options, &err);

	if (!bytes)
		fail_msg("%s", err.text);
	return bytes;
}

static void assert_has(const char *haystack, const char *needle)
{
	if (!strstr(haystack, needle))
		fail_msg("not there: %s", needle);
}

static void assert_has_not(const char *haystack, const char *needle)
{
	if (strstr(haystack, needle))
		fail_msg("there: %s", needle);
}

static void text_is_the_golden_one(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &columns80);

	golden_compare("report.txt", bytes, strlen(bytes));
}

static void no_line_is_wider_than_asked(void **state _unused_)
{
	static const unsigned widths[] = {60, 72, 80, 100, 132};

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		const struct format_options options = {.width = widths[i]};
		_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &options);

		for (const char *line = bytes; *line; line += strcspn(line, "\n") + 1) {
			size_t len = strcspn(line, "\n");

			/* One word may be too long to break; the table has a least width. */
			if (text_utf8_columns_n(line, len) > widths[i] && widths[i] >= 72)
				fail_msg("at %u: %.*s", widths[i], (int)len, line);
			if (len)
				assert_int_not_equal(line[len - 1], ' ');
		}
	}
}

static void width_zero_does_not_wrap(void **state _unused_)
{
	const struct format_options options = {0};
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &options);

	assert_has(bytes, "seen      container.capabilities.bounding (effective) is [chown, "
			  "sys_admin]; expected nothing beyond [chown, kill]\n");
}

static void worst_severity_comes_first(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &columns80);
	const char *critical = strstr(bytes, "FAIL   critical  2.1"),
		   *high = strstr(bytes, "FAIL   high      5.1");
	const char *low = strstr(bytes, "FAIL   low       1.2");

	assert_true(critical && high && low);
	assert_true(critical < high && high < low);
}

static void equal_findings_are_grouped_and_capped(void **state _unused_)
{
	const struct format_options verbose = {.verbose = true};
	_cleanup_(free_ptr) char *brief = written(fixture_report(arena), &columns80);
	_cleanup_(free_ptr) char *full = written(fixture_report(arena), &verbose);

	assert_has(brief, "12 containers: web-1, web-2, web-3, web-4, web-5, web-6, web-7,\n       "
			  "          web-8 and 4 more\n");
	assert_has(brief, "/proc/4201/status CapBnd (web-1; likewise for the others)");
	assert_has_not(brief, "4202");
	assert_has(full, "web-8, web-9, web-10, web-11, web-12\n");
	assert_has(brief, "row       and 2 more\n");
	assert_has(full,
		   "row       path=/etc/docker/l \"b\" mode=0666 acl=[user:1000:rw-] uid=11\n");
}

static void different_values_are_not_grouped(void **state _unused_)
{
	struct report *report = fixture_report(arena);
	struct rule_result *rule = &report->benchmarks.items[0].rules.items[6];
	_cleanup_(free_ptr) char *bytes = NULL;

	assert_string_equal(rule->slug, "container-capabilities");
	rule->findings.items[3].evidence.items[0].value =
		value_strings(FIXTURE_STRINGS(arena, "chown", "sys_ptrace"));
	bytes = written(report, &columns80);
	assert_has(bytes, "on        11 containers: web-1");
	assert_has(bytes, "on        container web-4\n");
}

static void message_is_not_said_twice(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &columns80);

	assert_has(bytes, "found     host.sysctl.kernel.kptr_restrict (declared) is absent\n");
	assert_has_not(bytes, "found     host.sysctl.kernel.kptr_restrict (effective)");
	assert_has_not(bytes, "to be judged by a person");
	assert_has_not(bytes, "expected  mode no_looser_than 0644");
	assert_has(bytes, "seen      (the attestation of Bo ran out on 2025-12-31)\n");
}

static void error_and_waiver_are_parts_of_their_own(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &columns80);
	const char *errors = strstr(bytes, "COULD NOT LOOK (2 rules)"),
		   *waived = strstr(bytes, "WAIVED: FAILS THAT SOMEBODY OWNS (2 rules)");

	assert_true(errors && waived && errors < waived);
	assert_has(errors, "ERROR  high      5.1");
	assert_has(waived, "waived    by team-ci until 2027-01-31: needs mknod");
	assert_has(bytes, "attested  by Ada until 2027-01-31: ran the host baseline\n");
	assert_has(bytes, "besides   1 could not be looked at, 1 waived, 2 pass\n");
}

static void verdict_stands_first_and_last(void **state _unused_)
{
	_cleanup_(free_ptr) char *bytes = written(fixture_report(arena), &columns80);
	const char *first = strstr(bytes, "\nFAIL, and INCOMPLETE\n"),
		   *last = strstr(bytes, "\nFAIL, and INCOMPLETE: cis-docker 1.8.0 on node1\n");

	assert_true(first && first < strstr(bytes, "FAILED ("));
	assert_true(last && last > strstr(bytes, "SCORES"));
	assert_has(last, "\nNOTHING ASSESSED: cis-k8s 1.11 on node1\n");
}

/* One rule with one finding: what the benchmark comes to. */
static void verdict_follows_the_findings(void **state _unused_)
{
	static const struct {
		enum result result;
		enum disposition disposition;
		const char *verdict;
	} rows[] = {
		{RESULT_PASS, DISPOSITION_NONE, "PASS"},
		{RESULT_FAIL, DISPOSITION_NONE, "FAIL"},
		{RESULT_FAIL, DISPOSITION_WAIVED, "PASS, but for what is waived"},
		{RESULT_FAIL, DISPOSITION_ATTESTED, "FAIL"},
		{RESULT_ERROR, DISPOSITION_NONE, "INCOMPLETE"},
		{RESULT_MANUAL, DISPOSITION_NONE, "NOTHING ASSESSED"},
		{RESULT_NOT_APPLICABLE, DISPOSITION_NONE, "NOTHING ASSESSED"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct report report = {.tool_version = "1", .host_name = "h", .root = "/mnt"};
		struct benchmark_report benchmark = {.name = "b",
						     .revision = "1",
						     .title = "B",
						     .profile = "p",
						     .profile_title = "P"};
		struct rule_result *rule = fixture_rule(arena, &benchmark, 0, "1", "r");
		_cleanup_(free_ptr) char *bytes = NULL;

		rule->title = "T";
		fixture_section(arena, &benchmark, "1", "S");
		fixture_finding(arena, rule, rows[i].result, "m")->disposition =
			rows[i].disposition;
		vec_push(arena, &report.benchmarks, benchmark);
		report_add_up(arena, &report);
		bytes = written(&report, &columns80);
		assert_has(bytes, arena_printf(arena, "\n%s\nscore ", rows[i].verdict));
		assert_has(bytes, "/mnt (a tree at rest: nothing that runs was seen)");
	}
}

static void nothing_to_report_is_said(void **state _unused_)
{
	struct report report = {.tool_version = "1", .host_name = "h", .root = "/", .live = true};
	_cleanup_(free_ptr) char *bytes = written(&report, &columns80);

	assert_has(bytes, "NOTHING ASSESSED: no benchmark applies\n");
}

static void colour_only_adds_escapes(void **state _unused_)
{
	const struct format_options colour = {.width = 80, .colour = true};
	_cleanup_(free_ptr) char *plain = written(fixture_report(arena), &columns80);
	_cleanup_(free_ptr) char *coloured = written(fixture_report(arena), &colour);
	char *to = coloured;

	assert_null(strchr(plain, '\033'));
	assert_non_null(strchr(coloured, '\033'));
	for (const char *from = coloured; *from;) {
		if (*from == '\033')
			from += strcspn(from, "m") + 1;
		else
			*to++ = *from++;
	}
	*to = '\0';
	assert_string_equal(plain, coloured);
}

static void utf8_is_decoded_strictly(void **state _unused_)
{
	static const struct {
		const char *bytes;
		size_t used;
		uint32_t point;
	} rows[] = {
		{"", 0, TEXT_UTF8_BAD},
		{"a", 1, 'a'},
		{"\xC3\xA9", 2, 0xE9},
		{"\xE2\x82\xAC", 3, 0x20AC},
		{"\xF0\x9F\x98\x80", 4, 0x1F600},
		{"\xF4\x8F\xBF\xBF", 4, 0x10FFFF},
		{"\x80", 1, TEXT_UTF8_BAD},             /* a continuation byte alone */
		{"\xC0\x80", 1, TEXT_UTF8_BAD},         /* overlong */
		{"\xE0\x9F\xBF", 1, TEXT_UTF8_BAD},     /* overlong */
		{"\xF0\x8F\xBF\xBF", 1, TEXT_UTF8_BAD}, /* overlong */
		{"\xED\xA0\x80", 1, TEXT_UTF8_BAD},     /* a surrogate */
		{"\xF4\x90\x80\x80", 1, TEXT_UTF8_BAD}, /* above U+10FFFF */
		{"\xE2\x82", 1, TEXT_UTF8_BAD},         /* cut */
		{"\xFF", 1, TEXT_UTF8_BAD},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint32_t point = 0;

		assert_int_equal(text_utf8_next(rows[i].bytes, &point), rows[i].used);
		assert_int_equal(point, rows[i].point);
	}
}

static void columns_follow_the_locale(void **state _unused_)
{
	const char *text =
		"a\xE6\x97\xA5"
		"e\xCC\x81\xFF"; /* a, a wide one, e with a combining accent, a bad byte */

	assert_int_equal(text_utf8_columns(text), 5);
	assert_int_equal(text_utf8_fit(text, 2), 1);
	assert_int_equal(text_utf8_fit(text, 3), 4);
	setlocale(LC_ALL, "C");
	assert_int_equal(text_utf8_columns(text),
			 5); /* one each: a, the wide one, e, the accent, the byte */
	assert_int_equal(text_utf8_fit(text, 2), 4);
	setlocale(LC_ALL, "C.UTF-8");
}

static void paragraphs_wrap_between_words(void **state _unused_)
{
	static const struct {
		unsigned width;
		size_t column;
		const char *text, *expected;
	} rows[] = {
		{30, 0, "", "\n"},
		{30, 0, "aaaaaaaaaa bbbbbbbbbb cccccccc", "aaaaaaaaaa bbbbbbbbbb cccccccc\n"},
		{30, 0, "aaaaaaaaaa bbbbbbbbbb ccccccccc", "aaaaaaaaaa bbbbbbbbbb\nccccccccc\n"},
		{30, 2, "aaaaaaaaaa bbbbbbbbbb ccccccccc", "aaaaaaaaaa bbbbbbbbbb\n  ccccccccc\n"},
		{0, 2, "aaaaaaaaaa bbbbbbbbbb ccccccccc", "aaaaaaaaaa bbbbbbbbbb ccccccccc\n"},
		{30, 2, "one\n  two\n\nthree", "one\n    two\n\n  three\n"},
		{30, 0, "a /a/path/that/is/longer/than/a/line b",
		 "a\n/a/path/that/is/longer/than/a/line\nb\n"},
		{30, 0, "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5 aaaaaaaaaaaaaaaaaaaaa b",
		 "\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5\xE6\x97\xA5 aaaaaaaaaaaaaaaaaaaaa\nb\n"},
		{5, 10, "aaaaaaaaaa bbbbbbbbbb ccccccccc",
		 "aaaaaaaaaa bbbbbbbbbb\n          ccccccccc\n"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(free_ptr) char *bytes = NULL;
		size_t len;
		struct text_layout out = {.stream = open_memstream(&bytes, &len),
					  .width = rows[i].width};

		text_layout_paragraph(&out, rows[i].column, rows[i].text);
		fclose(out.stream);
		assert_string_equal(bytes, rows[i].expected);
	}
}

static void times_are_utc_and_read_back(void **state _unused_)
{
	static const struct {
		const char *text;
		bool valid;
		int64_t seconds;
	} rows[] = {
		{"2026-01-02T03:04:05Z", true, FIXTURE_TIME},
		{"1970-01-01T00:00:00Z", true, 0},
		{"0000-01-01T00:00:00Z", true, -62167219200},
		{"9999-12-31T23:59:59Z", true, 253402300799},
		{"2024-02-29T00:00:00Z", true, 1709164800},
		{"2026-02-29T00:00:00Z", false, 0},
		{"2026-13-01T00:00:00Z", false, 0},
		{"2026-01-02T03:04:60Z", false, 0},
		{"2026-01-02T03:04:05", false, 0},
		{"2026-01-02 03:04:05Z", false, 0},
		{"2026-01-02T03:04:05+00:00", false, 0},
		{"-026-01-02T03:04:05Z", false, 0},
		{"", false, 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int64_t seconds = 0;

		assert_int_equal(text_time_parse(rows[i].text, &seconds), rows[i].valid);
		assert_int_equal(seconds, rows[i].seconds);
		if (rows[i].valid)
			assert_string_equal(text_time_rfc3339(seconds).text, rows[i].text);
	}
	assert_string_equal(text_time_rfc3339(INT64_MAX).text, "9999-12-31T23:59:59Z");
	assert_string_equal(text_time_rfc3339(INT64_MIN).text, "0000-01-01T00:00:00Z");
	assert_string_equal(text_time_last_day(FIXTURE_UNTIL).text, "2027-01-31");
	assert_string_equal(text_time_last_day(FIXTURE_UNTIL + 1).text, "2027-01-31");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_is_the_golden_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_line_is_wider_than_asked, set_up, tear_down),
		cmocka_unit_test_setup_teardown(width_zero_does_not_wrap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(worst_severity_comes_first, set_up, tear_down),
		cmocka_unit_test_setup_teardown(equal_findings_are_grouped_and_capped, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(different_values_are_not_grouped, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(message_is_not_said_twice, set_up, tear_down),
		cmocka_unit_test_setup_teardown(error_and_waiver_are_parts_of_their_own, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(verdict_stands_first_and_last, set_up, tear_down),
		cmocka_unit_test_setup_teardown(verdict_follows_the_findings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_to_report_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(colour_only_adds_escapes, set_up, tear_down),
		cmocka_unit_test(utf8_is_decoded_strictly),
		cmocka_unit_test(columns_follow_the_locale),
		cmocka_unit_test(paragraphs_wrap_between_words),
		cmocka_unit_test(times_are_utc_and_read_back),
	};

	/* Wide characters count two columns in the golden file. */
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
