/* Lines of keys in JSON texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "checks/jsonpos.h"

static unsigned line_of(const char *text, const char *path)
{
	char copy[128], *save = NULL;
	const char *keys[8];
	size_t count = 0;

	strcpy(copy, path);
	for (char *key = strtok_r(copy, "/", &save); key; key = strtok_r(NULL, "/", &save))
		keys[count++] = key;
	return jsonpos_line(text, strlen(text), keys, count);
}

static void keys_are_found_on_their_line(_unused_ void **state)
{
	static const struct {
		const char *text;
		const char *path;
		unsigned line;
	} rows[] = {
		{"{\"icc\": false}", "icc", 1},
		{"{\n  \"a\": 1,\n  \"icc\": false\n}", "icc", 3},
		{"{\n\"x\": \"icc\",\n\"icc\"\n:\n1}", "icc", 3},           /* a value of the same text; the colon on another line */
		{"{\n\"x\": {\"icc\": 1},\n\"icc\": 2}", "icc", 3},         /* a deeper key of the same name */
		{"{\n\"x\": {\"icc\": 1}}", "icc", 0},
		{"{\n\"log-opts\": {\n\"max-size\": \"1m\"}}", "log-opts/max-size", 3},
		{"{\"a\": [\n{\"b\": 1}], \"b\":\n2}", "a/b", 0},            /* a list lies between */
		{"{\"a\": [{\"b\": 1}],\n \"b\": 2}", "b", 2},
		{"{\"a\": [\"b\", {}],\n \"b\": 2}", "b", 2},
		{"{\"a\": {\"c\": {}},\n \"c\": 2}", "a/c", 1},
		{"{\"a\": {\"b\": 1},\n \"c\": {\"b\": 2}}", "c/b", 2},
		{"{\"a\": {\"b\": 1},\n \"c\": {\"b\": 2}}", "a/b", 1},
		{"{\"icc\": 1,\n\"icc\": 2}", "icc", 2},                    /* given twice: the last counts */
		{"{\"\\u0069cc\": 1}", "icc", 1},                           /* written with escapes */
		{"{\"x\": \"\\\"icc\\\": 1\",\n\"icc\": 1}", "icc", 2},
		{"{\"x\\\\\":\n1, \"icc\":\n1}", "icc", 2},
		{"[{\"icc\": 1}]", "icc", 0},
		{"{}", "icc", 0},
		{"", "icc", 0},
		{"{\"a\": {\"b\": {\n\"c\": 1}}}", "a/b/c", 2},
		{"{\r\n\"icc\": 1}", "icc", 2},
		{"{\"hosts\": [\n\"tcp://x\"\n],\n\"icc\": true}", "icc", 4},
		{"{\"a\":1,\n\"b\":\n{\"a\":2}}", "a", 1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (line_of(rows[i].text, rows[i].path) != rows[i].line)
			fail_msg("row %zu, %s: line %u", i, rows[i].path, line_of(rows[i].text, rows[i].path));
}

/* Reading must stay within the text whatever it is. */
static void broken_text_is_survived(_unused_ void **state)
{
	static const char *const texts[] = {
		"{", "}", "]]]]", "{\"", "{\"a", "{\"a\\", "{\"a\\\"", "{\"a\"", "{\"a\":", "{\"a\":{\"", "\"", "\\", "{{{{", "{\"a\":[",
	};
	const char *keys[] = {"a", "b"};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t len = strlen(texts[i]);
		char *exact = malloc(len); /* no terminator: a byte too far is seen by the sanitizer */

		memcpy(exact, texts[i], len);
		jsonpos_line(exact, len, keys, 2);
		free(exact);
	}
}

static void deep_nesting_needs_no_stack(_unused_ void **state)
{
	struct buf text = {0};
	const char *keys[] = {"icc"};

	buf_puts(&text, "{\"a\":");
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, "[{\"icc\":");
	buf_puts(&text, "1");
	for (int i = 0; i < 2000; i++)
		buf_puts(&text, "}]");
	buf_puts(&text, ",\n\"icc\":1}");
	assert_int_equal(jsonpos_line(text.data, text.len, keys, 1), 2);
	buf_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_found_on_their_line),
		cmocka_unit_test(broken_text_is_survived),
		cmocka_unit_test(deep_nesting_needs_no_stack),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
