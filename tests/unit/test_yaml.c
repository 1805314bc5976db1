/* The strict YAML subset: every refusal at its place. */
#include "load/yaml.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#define TEXT(literal) literal, sizeof literal - 1

struct row {
	const char *name;
	const char *bytes;
	size_t len;
	const char *expected[6]; /* "line:column: part of the message", in order; none: accepted */
};

static const struct row rows[] = {
	{"plain_mapping_is_accepted", TEXT("a: 1\nb: [x, \"y\"]\nc: { d: e }\n"), {0}},
	{"document_markers_are_accepted", TEXT("---\na: 1\n...\n"), {0}},
	{"crlf_line_ends_are_accepted", TEXT("a: 1\r\nb: 2\r\n"), {0}},
	{"line_break_in_block_text_is_accepted", TEXT("a: |\n  x\n  y\n"), {0}},
	{"other_scripts_are_accepted", TEXT("a: \xc3\xa9\xe6\xbc\xa2\xf0\x9f\x9a\xa2\n"), {0}},
	{"quoted_empty_text_is_accepted", TEXT("a: \"\"\n"), {0}},
	{"empty_file_is_refused", TEXT(""), {"1:1: the file is empty"}},
	{"comment_only_is_refused", TEXT("# nothing\n"), {"1:1: the file is empty"}},
	{"duplicate_key_is_refused", TEXT("a: 1\nb: 2\na: 3\n"), {"3:1: key \"a\" stands here twice, first on line 1"}},
	{"duplicate_key_in_flow_is_refused", TEXT("x: { a: 1, a: 2, a: 3 }\n"), {"1:12: twice", "1:18: twice"}},
	{"alias_is_refused", TEXT("a: &x 1\nb: *x\n"), {"1:4: anchors", "2:4: aliases"}},
	{"alias_key_is_refused", TEXT("*x : 1\nb: 2\nb: 3\n"), {"1:1: aliases", "3:1: twice"}},
	{"merge_key_is_refused", TEXT("a: { <<: { x: 1 } }\n"), {"1:6: merge keys"}},
	{"tag_is_refused", TEXT("a: !!str 1\nb: !x { c: 1 }\nd: ! e\n"), {"1:4: tags", "2:4: tags", "3:4: tags"}},
	{"directive_is_refused", TEXT("%YAML 1.1\n---\na: 1\n"), {"1:1: directives"}},
	{"second_document_is_refused", TEXT("a: 1\n---\nb: 2\n"), {"2:1: a second document"}},
	{"list_as_key_is_refused", TEXT("? [a, {b: c}]\n: 1\nd:\n"), {"1:3: a key must be a text", "3:3: empty (null)"}},
	{"mapping_as_flow_key_is_refused", TEXT("{ {a: b}: 1 }\n"), {"1:3: a key must be a text"}},
	{"null_values_are_refused", TEXT("a:\nb: ~\nc: null\nd: [ , x]\n"), {"1:3: empty (null)", "2:4: empty (null)",
	 "3:4: empty (null)", "4:6: "}},
	{"empty_key_is_refused", TEXT("?\n: 2\n"), {"1:2: an empty key"}},
	{"byte_order_mark_is_refused", TEXT("\xef\xbb\xbf" "a: 1\n"), {"1:1: byte order mark"}},
	{"utf16_is_refused", TEXT("\xff\xfe" "a\0:\0 \0001\0"), {"1:1: UTF-16"}},
	{"utf16_big_endian_is_refused", TEXT("\xfe\xff\0a\0:"), {"1:1: UTF-16"}},
	{"nul_is_refused", TEXT("a: 1\nb: x\0y\n"), {"2:5: \\x00"}},
	{"invalid_utf8_is_refused", TEXT("a: \xc3\xa9\nb: \xc3\xa9\xff\n"), {"2:5: \\xFF is invalid UTF-8"}},
	{"overlong_utf8_is_refused", TEXT("a: \xc0\x80\n"), {"1:4: \\xC0"}},
	{"control_character_is_refused", TEXT("a: x\x1b[31m\n"), {"1:5: \\x1B"}},
	{"bidi_control_is_refused", TEXT("a: x\xe2\x80\xaey\n"), {"1:5: \\u{202E}"}},
	{"escaped_nul_is_refused", TEXT("a: \"x\\0y\"\nb:\n"), {"1:4: does not show", "2:3: empty"}},
	{"escaped_bidi_is_refused", TEXT("a: \"\\u202e\"\n"), {"1:4: does not show"}},
	{"escaped_control_in_key_is_refused", TEXT("\"\\e\": 1\n"), {"1:1: does not show"}},
	{"tab_indentation_is_refused", TEXT("a:\n\tb: 1\n"), {"2:1: a tab cannot indent"}},
	{"unclosed_flow_is_refused", TEXT("a: [1, 2\n"), {"2:1: not YAML"}},
	{"unclosed_quote_is_refused", TEXT("a: \"x\n"), {"2:1: not YAML"}},
	{"wrong_indentation_is_refused", TEXT("a: 1\n b: 2\n"), {"2:3: not YAML"}},
	{"mistakes_before_a_scanner_error_are_kept", TEXT("a:\nb: 'x\n"), {"1:3: empty", "3:1: not YAML"}},
};

static bool matches(const struct diag *diag, const char *expected)
{
	unsigned line, column;
	int used = 0;

	return sscanf(expected, "%u:%u: %n", &line, &column, &used) == 2 && diag->where.line == line &&
	       diag->where.column == column && strstr(diag->text, expected + used);
}

static bool check_row(const struct row *row, const struct diags *diags, const struct yaml_node *root)
{
	size_t count = 0;
	bool good = true;

	while (count < 6 && row->expected[count])
		count++;
	for (size_t i = 0; i < count; i++)
		good = good && i < diags->list.count && matches(&diags->list.items[i], row->expected[i]);
	good = good && diags->list.count == count && (count > 0 || root);
	if (!good)
		vec_each(diag, &diags->list)
			print_error("%s: %u:%u: %s\n", row->name, diag->where.line, diag->where.column, diag->text);
	return good;
}

static void each_refusal_stands_at_its_place(void **state _unused_)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct diags diags = {.arena = arena};
		struct yaml_node *root = yaml_parse(arena, "f", rows[i].bytes, rows[i].len, &diags);

		if (!check_row(&rows[i], &diags, root)) {
			print_error("%s failed\n", rows[i].name);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void tree_keeps_texts_quotes_and_places(void **state _unused_)
{
	static const char text[] = "a: \"1\"\nb:\n  - x\n  - { c: 2 }\n";
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diags diags = {.arena = arena};
	struct yaml_node *root = yaml_parse(arena, "f", text, strlen(text), &diags), *list, *inner;

	assert_non_null(root);
	assert_int_equal(root->kind, YAML_MAPPING);
	assert_true(yaml_get(root, "a")->quoted);
	assert_null(yaml_get(root, "z"));
	list = yaml_get(root, "b");
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->items.count, 2);
	assert_string_equal(list->items.items[0]->text, "x");
	inner = yaml_get(list->items.items[1], "c");
	assert_false(inner->quoted);
	assert_int_equal(inner->where.line, 4);
	assert_int_equal(inner->where.column, 10);
	assert_string_equal(inner->where.file, "f");
}

/* Repeated text that is over one limit, and the message that says so. */
struct big {
	const char *head, *unit, *tail;
	size_t times;
	const char *expected;
};

static const struct big bigs[] = {
	{"a: ", "[", "", 40, "1:35: nested deeper than 32 levels"},
	{"", "- ", "x\n", 500000, "1:65: nested deeper than 32 levels"},
	{"", "{a: ", "", 100000, "1:129: nested deeper than 32 levels"},
	{"? ", "[", "", 100, "1:34: nested deeper than 32 levels"},
	{"a:\n", "- x\n", "", 200000, "99999:3: more than 100000 values"},
	{"a: [", "{},", "]", 200000, "1:299996: more than 100000 values"},
	{"a: '", "x", "'\n", 65537, "1:4: more than 64 KiB"},
	{"a: ", "x", "\n", 1 << 20, "0:0: longer than 1048576 bytes"},
	{"a: 1\n", "\"\\0\": 1\n", "", 100000, "2:1: does not show"},
};

static bool any_matches(const struct diags *diags, const char *expected)
{
	vec_each(diag, &diags->list)
		if (matches(diag, expected))
			return true;
	return false;
}

static void limits_end_with_a_located_error_in_little_memory(void **state _unused_)
{
	for (size_t i = 0; i < sizeof bigs / sizeof *bigs; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		_cleanup_(buf_done) struct buf buf = {0};
		struct diags diags = {.arena = arena};

		buf_puts(&buf, bigs[i].head);
		for (size_t k = 0; k < bigs[i].times; k++)
			buf_puts(&buf, bigs[i].unit);
		buf_puts(&buf, bigs[i].tail);
		yaml_parse(arena, "f", buf.data, buf.len, &diags);
		if (!any_matches(&diags, bigs[i].expected))
			fail_msg("row %zu: %zu errors, none is %s", i, diags.list.count, bigs[i].expected);
	}
#if !defined(__SANITIZE_ADDRESS__)
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	assert_true(usage.ru_maxrss < 64 * 1024);
#endif
}

static void many_equal_keys_cost_no_quadratic_time(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(buf_done) struct buf buf = {0};
	struct diags diags = {.arena = arena};
	struct yaml_node *root;

	for (int i = 0; i < 40000; i++)
		buf_printf(&buf, "k%d: 1\n", i);
	for (int i = 0; i < 9000; i++)
		buf_puts(&buf, "k7: 1\n");
	root = yaml_parse(arena, "f", buf.data, buf.len, &diags);
	assert_non_null(root);
	assert_int_equal(root->keys.count, 40000);
	assert_int_equal(diags.total, 9000);
	assert_int_equal(diags.list.count, DIAG_MAX + 1);
}

static void printed_in_order_with_places_and_suggestion(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(free_ptr) char *text = NULL;
	struct diags diags = {.arena = arena};
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	diag_add(&diags, (struct position){"b", 2, 3}, "second");
	diag_suggest(&diags, (struct position){"b", 2, 1}, "scope", "first\n%s", "\x1b");
	diag_add(&diags, (struct position){"a", 0, 0}, "whole");
	diags_print(&diags, stream);
	fclose(stream);
	assert_string_equal(text, "a: whole\nb:2:1: first\\x0A\\x1B; did you mean scope?\nb:2:3: second\n");
}

static void long_message_is_cut_between_characters(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diags diags = {.arena = arena};
	_cleanup_(buf_done) struct buf buf = {0};

	for (int i = 0; i < 1000; i++)
		buf_puts(&buf, "é");
	diag_add(&diags, (struct position){"b", 2, 3}, "x%s", buf.data);
	assert_true(strlen(diags.list.items[0].text) <= DIAG_TEXT_MAX);
	assert_true(text_ends(diags.list.items[0].text, "é…"));
}

static void beyond_the_cap_says_and_more_once_and_last(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(free_ptr) char *text = NULL;
	struct diags diags = {.arena = arena};
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	for (unsigned i = 0; i < DIAG_MAX + 50; i++)
		diag_add(&diags, (struct position){"b", i + 1, 1}, "x");
	diags_print(&diags, stream);
	fclose(stream);
	assert_int_equal(diags.list.count, DIAG_MAX + 1);
	assert_true(text_ends(text, "b:200:1: x\n… and more\n"));
}

static void only_regular_files_are_read(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diags diags = {.arena = arena};
	char folder[] = "/tmp/test_yaml.XXXXXX", path[64];

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_null(yaml_read(arena, path, &diags));
	assert_null(yaml_read(arena, folder, &diags));
	assert_null(yaml_read(arena, "/nonexistent/x.yaml", &diags));
	unlink(path);
	rmdir(folder);
	assert_int_equal(diags.list.count, 3);
	assert_string_equal(diags.list.items[0].text, "not a regular file");
	assert_string_equal(diags.list.items[1].text, "not a regular file");
	assert_int_equal(diags.list.items[2].where.line, 0);
	assert_non_null(strstr(diags.list.items[2].text, "No such file"));
}

/* Read without its key "last": is that left out, and what stands under "a"? */
static void last_key_is_left_out_only_for_certain(void **state _unused_)
{
	static const struct {
		const char *text;
		bool has_last;
		const char *a; /* NULL: nothing usable */
	} cuts[] = {
		{"a: 1\nlast:\n  - b: 2\n\n# c\n", false, "1"},
		{"a: 1\nlast:\n- b: 2\n- c\n", false, "1"},
		{"a: 1\nlast:\n  - [ unclosed\n", false, "1"}, /* not even parsed */
		{"c: 1\nlast:\n  - b\na: 1\n", true, "1"},
		{"c: 1\nlast:\n  - b\n\"a\": 1\n", true, "1"},
		{"c: 1\nlast:\n  - b\n? a\n: 1\n", true, "1"},
		{"c: 1\nlast:\n  - b\ra: 1\n", true, "1"},
		{"c: 1\nlast:\n  - b\xe2\x80\xa8" "a: 1\n", true, NULL}, /* U+2028, which is refused */
		{"a: 1\nlast: [b]\n", true, "1"},
		{"a: 1\nb:\n  last:\n  - c\n", false, "1"},
		{"a: \"x\nlast:\n y\"\n", false, "x last: y"},
		{"a: 1\nb: [x,\nlast:\n y]\n", false, "1"}, /* its own, in b */
		{"{a: 1,\nlast:\n [b]}\n", true, "1"},
		{"a: 1\nlast:\n- b\n---\na: 2\n", true, NULL},
		{"a:\nlast:\n- b\n", true, NULL},
	};
	char path[] = "/tmp/test_yaml.XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct diags diags = {.arena = arena};
		size_t len = strlen(cuts[i].text);

		assert_int_equal(ftruncate(fd, 0), 0);
		assert_int_equal(pwrite(fd, cuts[i].text, len, 0), (ssize_t)len);
		const struct yaml_node *root = yaml_read_without(arena, path, "last", &diags);
		bool good = root && diags.total == 0;
		if (good != (cuts[i].a != NULL))
			fail_msg("row %zu: %zu mistakes", i, diags.total);
		if (!good)
			continue;
		assert_string_equal(yaml_get(root, "a")->text, cuts[i].a);
		if ((yaml_get(root, "last") != NULL) != cuts[i].has_last)
			fail_msg("row %zu: the key is %s", i, cuts[i].has_last ? "missing" : "there");
	}
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_refusal_stands_at_its_place),
		cmocka_unit_test(tree_keeps_texts_quotes_and_places),
		cmocka_unit_test(limits_end_with_a_located_error_in_little_memory),
		cmocka_unit_test(many_equal_keys_cost_no_quadratic_time),
		cmocka_unit_test(printed_in_order_with_places_and_suggestion),
		cmocka_unit_test(long_message_is_cut_between_characters),
		cmocka_unit_test(beyond_the_cap_says_and_more_once_and_last),
		cmocka_unit_test(last_key_is_left_out_only_for_certain),
		cmocka_unit_test(only_regular_files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
