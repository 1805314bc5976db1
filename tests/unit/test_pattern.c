/* Regular expressions with limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/pattern.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static enum pattern_match match(const char *expression, const char *text)
{
	struct pattern *pattern = NULL;
	struct error err = {0};
	if (pattern_compile(expression, &pattern, &err) < 0)
		fail_msg("%s: %s", expression, err.text);
	enum pattern_match found = pattern_match(pattern, text);
	pattern_free(pattern);
	return found;
}

static void search_is_unanchored(void **state _unused_)
{
	static const struct {
		const char *expression, *text;
		enum pattern_match found;
	} rows[] = {
		{"", "", PATTERN_YES},
		{"b", "abc", PATTERN_YES},
		{"^b", "abc", PATTERN_NO},
		{"^a.c$", "abc", PATTERN_YES},
		{"(a)(b)(c)", "abc", PATTERN_YES},
		{"^.$", "\xc3\xbc", PATTERN_YES},
		{"(?i)DOCKER", "docker", PATTERN_YES},
		{"\\d{3}", "ab123", PATTERN_YES},
		{"(?(DEFINE)(?<n>x))(?&n)", "x", PATTERN_YES},
		{"a$", "a\n", PATTERN_NO},
		{"a", "\xff\xfe", PATTERN_NO},
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(match(rows[i].expression, rows[i].text), rows[i].found);
}

static void pattern_may_be_used_again(void **state _unused_)
{
	struct pattern *pattern;
	assert_int_equal(pattern_compile("^a+$", &pattern, NULL), 0);
	assert_int_equal(pattern_match(pattern, "aaa"), PATTERN_YES);
	assert_int_equal(pattern_match(pattern, "aab"), PATTERN_NO);
	assert_int_equal(pattern_match(pattern, "a"), PATTERN_YES);
	pattern_free(pattern);
	pattern_free(NULL);
}

static void broken_expressions_say_where(void **state _unused_)
{
	static const char *const rows[] = {"(", "[z-a]", "(?<n>", "\\C", "\xff", "(?1)"};
	struct pattern *untouched = (void *)&untouched, *pattern = untouched;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = {0};
		assert_int_equal(pattern_compile(rows[i], &pattern, &err), -1);
		assert_int_equal(err.code, ERROR_MALFORMED);
		assert_non_null(strstr(err.text, "at byte"));
		assert_ptr_equal(pattern, untouched);
	}
}

static void overlong_expression_is_refused(void **state _unused_)
{
	char text[PATTERN_LENGTH_MAX + 2] = "";
	struct pattern *pattern;
	struct error err = {0};
	memset(text, 'a', PATTERN_LENGTH_MAX);
	assert_int_equal(pattern_compile(text, &pattern, &err), 0);
	pattern_free(pattern);
	text[PATTERN_LENGTH_MAX] = 'a';
	assert_int_equal(pattern_compile(text, &pattern, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
}

static void deep_nesting_is_refused(void **state _unused_)
{
	char text[2001] = "";
	struct pattern *pattern;
	struct error err = {0};
	memset(text, '(', 1000);
	memset(text + 1000, ')', 1000);
	assert_int_equal(pattern_compile(text, &pattern, &err), -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
}

static void runaway_match_is_over_the_limit(void **state _unused_)
{
	/* About 2^n steps: 20 letters are more than we allow and less than PCRE2 would by itself. */
	assert_int_equal(match("^(a+)+$", "aaaaaaaaaa!"), PATTERN_NO);
	assert_int_equal(match("^(a+)+$", "aaaaaaaaaaaaaaaaaaaa!"), PATTERN_OVER_LIMIT);
	assert_int_equal(match("^(a|aa)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"), PATTERN_OVER_LIMIT);
}

static void deep_match_is_over_the_limit(void **state _unused_)
{
	char text[60001] = "";
	memset(text, 'a', 59999);
	text[59999] = '!';
	assert_int_equal(match("^(?:(a)|b)*+$", text), PATTERN_NO);
	assert_int_equal(match("^((((((((((a))))))))))*$", text), PATTERN_OVER_LIMIT);
}

static void limits_leave_sane_expressions_alone(void **state _unused_)
{
	char text[60001] = "";
	for (int i = 0; i < 60000; i++)
		text[i] = i % 10 == 9 ? ' ' : 'x';
	text[59999] = 'Z';
	assert_int_equal(match("Z$", text), PATTERN_YES);
	assert_int_equal(match("^(\\w+ )+x+Z$", text), PATTERN_YES);
	assert_int_equal(match("(a|b|c)Q", text), PATTERN_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(search_is_unanchored),
		cmocka_unit_test(pattern_may_be_used_again),
		cmocka_unit_test(broken_expressions_say_where),
		cmocka_unit_test(overlong_expression_is_refused),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(runaway_match_is_over_the_limit),
		cmocka_unit_test(deep_match_is_over_the_limit),
		cmocka_unit_test(limits_leave_sane_expressions_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
