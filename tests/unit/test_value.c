/* Values: reading, showing, comparing, JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/value.h"

static struct strings list(struct arena *arena, const char *const *items)
{
	struct strings strings = {0};

	for (; *items; items++)
		vec_push(arena, &strings, *items);
	return strings;
}
#define LIST(arena, ...) value_strings(list(arena, (const char *const[]){__VA_ARGS__, NULL}))

static void type_names_go_both_ways(void **state _unused_)
{
	enum value_type back;

	for (enum value_type type = VALUE_BOOL; type < VALUE_TYPE_COUNT; type++) {
		assert_true(value_type_from_name(value_type_name(type), &back));
		assert_int_equal(back, type);
	}
	assert_string_equal(value_type_name(VALUE_UNSET), "unset");
	assert_false(value_type_from_name("unset", &back));
	assert_false(value_type_from_name("", &back));
	assert_false(value_type_from_name(NULL, &back));
}

static void integers_are_parsed_and_shown(void **state _unused_)
{
	static const struct {
		enum value_type type;
		const char *text;
		int64_t integer;
		const char *shown; /* NULL: as `text` */
	} rows[] = {
		{VALUE_INT, "0", 0, NULL},
		{VALUE_INT, "-7", -7, NULL},
		{VALUE_INT, "unlimited", VALUE_UNLIMITED, NULL},
		{VALUE_MODE, "0660", 0660, NULL},
		{VALUE_MODE, "644", 0644, "0644"},
		{VALUE_MODE, "0000", 0, NULL},
		{VALUE_MODE, "7777", 07777, NULL},
		{VALUE_SIZE, "67108864", 67108864, "64 MiB"},
		{VALUE_SIZE, "64MiB", 67108864, "64 MiB"},
		{VALUE_SIZE, "64 MiB", 67108864, NULL},
		{VALUE_SIZE, "1000 B", 1000, NULL},
		{VALUE_SIZE, "1000", 1000, "1000 B"},
		{VALUE_SIZE, "1536MiB", 1610612736, "1536 MiB"},
		{VALUE_SIZE, "1024KiB", 1048576, "1 MiB"},
		{VALUE_SIZE, "0", 0, "0 B"},
		{VALUE_SIZE, "2TiB", INT64_C(2) << 40, "2 TiB"},
		{VALUE_SIZE, "8388607TiB", INT64_C(8388607) << 40, "8388607 TiB"},
		{VALUE_SIZE, "unlimited", VALUE_UNLIMITED, NULL},
		{VALUE_DURATION, "30s", 30000, "30 s"},
		{VALUE_DURATION, "30 s", 30000, NULL},
		{VALUE_DURATION, "1500ms", 1500, "1500 ms"},
		{VALUE_DURATION, "90s", 90000, "90 s"},
		{VALUE_DURATION, "60s", 60000, "1 m"},
		{VALUE_DURATION, "4h0m0s", 14400000, "4 h"},
		{VALUE_DURATION, "1m30s", 90000, "90 s"},
		{VALUE_DURATION, "48h", 172800000, "2 d"},
		{VALUE_DURATION, "0", 0, "0 s"},
		{VALUE_DURATION, "unlimited", VALUE_UNLIMITED, NULL},
	};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value value = {0}, again = {0};
		const char *shown;

		assert_int_equal(value_parse(rows[i].type, rows[i].text, &value, NULL), 0);
		assert_int_equal(value.type, rows[i].type);
		assert_true(value.integer == rows[i].integer);
		shown = value_display(arena, &value, 0);
		assert_string_equal(shown, rows[i].shown ? rows[i].shown : rows[i].text);
		assert_int_equal(value_parse(rows[i].type, shown, &again, NULL), 0);
		assert_true(again.integer == rows[i].integer);
	}
}

static void what_is_not_of_the_type_is_refused(void **state _unused_)
{
	static const struct {
		enum value_type type;
		const char *text;
		const char *says;
	} rows[] = {
		{VALUE_BOOL, "yes", "\"yes\" is not a bool: true or false"},
		{VALUE_BOOL, "True", "true or false"},
		{VALUE_BOOL, "", "\"\" is not a bool"},
		{VALUE_INT, "", "an int"},
		{VALUE_INT, "3.0", "an int"},
		{VALUE_INT, "0x10", "an int"},
		{VALUE_INT, "9223372036854775808", "at most 64 bits"},
		{VALUE_MODE, "", "a mode"},
		{VALUE_MODE, "0680", "a mode"},
		{VALUE_MODE, "-644", "a mode"},
		{VALUE_MODE, "10000", "a mode"},
		{VALUE_MODE, "u=rw", "a mode"},
		{VALUE_SIZE, "", "a size"},
		{VALUE_SIZE, "64M", "KiB, MiB, GiB or TiB"},
		{VALUE_SIZE, "64MB", "a size"},
		{VALUE_SIZE, "64mib", "a size"},
		{VALUE_SIZE, "-1", "a size"},
		{VALUE_SIZE, "1.5GiB", "a size"},
		{VALUE_SIZE, "64  MiB", "a size"},
		{VALUE_SIZE, "64MiB ", "a size"},
		{VALUE_SIZE, "1GiB1MiB", "a size"},
		{VALUE_SIZE, "8388608TiB", "a size"},
		{VALUE_SIZE, "9223372036854775808", "a size"},
		{VALUE_SIZE, "MiB", "a size"},
		{VALUE_DURATION, "30", "ms, s, m, h or d"},
		{VALUE_DURATION, "30sec", "a duration"},
		{VALUE_DURATION, "-1s", "a duration"},
		{VALUE_DURATION, "1s1m", "a duration"},
		{VALUE_DURATION, "1s1s", "a duration"},
		{VALUE_DURATION, "1m30", "a duration"},
		{VALUE_DURATION, "99999999999999999999d", "a duration"},
		{VALUE_DURATION, "106751991167d9223372036854775807ms", "a duration"},
		{VALUE_VERSION, "dev", "a version"},
		{VALUE_VERSION, "", "a version"},
		{VALUE_STRINGS, "a", "strings is not written as one text"},
		{VALUE_UNSET, "a", "unset is not written"},
		{VALUE_BOOL, "\x1b[2J", "\"?[2J\""},
		{VALUE_BOOL, "0123456789012345678901234567890123456789abcdefghij", "...\" is not"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value value = value_bool(true);
		struct error err = {0};

		if (value_parse(rows[i].type, rows[i].text, &value, &err) == 0)
			fail_msg("row %zu: %s was taken", i, rows[i].text);
		assert_int_equal(err.code, ERROR_MALFORMED);
		if (!strstr(err.text, rows[i].says))
			fail_msg("row %zu: %s", i, err.text);
		assert_int_equal(value.type, VALUE_BOOL);
	}
}

static void texts_are_taken_as_they_are(void **state _unused_)
{
	struct value value;

	assert_int_equal(value_parse(VALUE_STRING, " any\\ ", &value, NULL), 0);
	assert_string_equal(value.string, " any\\ ");
	assert_int_equal(value_parse(VALUE_VERSION, "v1.2-rc1", &value, NULL), 0);
	assert_string_equal(value.string, "v1.2-rc1");
	assert_int_equal(value_parse(VALUE_BOOL, "false", &value, NULL), 0);
	assert_false(value.boolean);
}

static void lists_and_maps_read_well(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct value map = {0}, rows = {.type = VALUE_RECORDS}, empty = value_strings((struct strings){0});
	struct value letters = LIST(arena, "a", "", "c d"), text = value_string(""), nothing = {0};

	map_set(arena, &map, "quiet", "");
	map_set(arena, &map, "k", "w");
	map_set(arena, &map, "k", "v");
	assert_string_equal(value_display(arena, &letters, 0), "[a, \"\", c d]");
	assert_string_equal(value_display(arena, &empty, 0), "[]");
	assert_string_equal(value_display(arena, &map, 0), "{quiet, k=v}");
	assert_string_equal(value_display(arena, &text, 0), "\"\"");
	assert_string_equal(value_display(arena, &nothing, 0), "nothing");
	assert_string_equal(value_display(arena, &rows, 0), "0 rows");
	vec_push(arena, &rows.records, (struct record){0});
	assert_string_equal(value_display(arena, &rows, 0), "1 row");
}

static void long_display_is_cut_between_characters(void **state _unused_)
{
	static const struct {
		const char *text;
		size_t max;
		const char *shown;
	} rows[] = {
		{"abcdef", 6, "abcdef"},     {"abcdefg", 6, "abc…"},   {"abcdefg", 1, "…"},
		{"ab\xc3\xa9""def", 6, "ab…"}, {"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9", 7, "\xc3\xa9\xc3\xa9…"},
	};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct value letters = LIST(arena, "aaaa", "bbbb", "cccc");

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct value value = value_string(rows[i].text);

		assert_string_equal(value_display(arena, &value, rows[i].max), rows[i].shown);
	}
	assert_string_equal(value_display(arena, &letters, 10), "[aaaa, …");
	assert_string_equal(value_display(arena, &letters, 18), "[aaaa, bbbb, cccc]");
	assert_string_equal(value_display(arena, &letters, 17), "[aaaa, bbbb, c…");
}

static struct value row_of(struct arena *arena, const char *name, int64_t number, bool swapped)
{
	struct value value = {.type = VALUE_RECORDS};
	struct record row = {0};

	if (!swapped)
		record_set(arena, &row, "name", value_string(name));
	record_set(arena, &row, "number", value_int(number));
	if (swapped)
		record_set(arena, &row, "name", value_string(name));
	vec_push(arena, &value.records, row);
	return value;
}

static struct value map_of(struct arena *arena, const char *a, const char *b)
{
	struct value value = {.type = VALUE_MAP};

	map_set(arena, &value, a, a);
	map_set(arena, &value, b, b);
	return value;
}

static void equality_is_by_type_and_content(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct value null_field = row_of(arena, "a", 1, false), short_row = {.type = VALUE_RECORDS};
	struct record row = {0};

	null_field.records.items[0].items[0].value = NULL;
	record_set(arena, &row, "number", value_int(1));
	vec_push(arena, &short_row.records, row);

	const struct {
		struct value a, b;
		bool equal;
	} rows[] = {
		{value_bool(true), value_bool(true), true},
		{value_bool(true), value_bool(false), false},
		{value_int(1), value_int(1), true},
		{value_int(1), value_typed_int(VALUE_SIZE, 1), false},
		{value_string("a"), value_string("a"), true},
		{value_string("a"), value_string("A"), false},
		{value_version("1.2"), value_version("v1.2.0"), true},
		{value_version("1.2"), value_version("1.10"), false},
		{value_version("1.2"), value_string("1.2"), false},
		{LIST(arena, "a", "b"), LIST(arena, "b", "a", "b"), true},
		{LIST(arena, "a", "b"), LIST(arena, "a", "c"), false},
		{LIST(arena, "a"), LIST(arena, "a", "b"), false},
		{value_strings((struct strings){0}), value_strings((struct strings){0}), true},
		{map_of(arena, "x", "y"), map_of(arena, "y", "x"), true},
		{map_of(arena, "x", "y"), map_of(arena, "x", "z"), false},
		{row_of(arena, "n", 1, false), row_of(arena, "n", 1, true), true},
		{row_of(arena, "n", 1, false), row_of(arena, "n", 2, false), false},
		{row_of(arena, "n", 1, false), (struct value){.type = VALUE_RECORDS}, false},
		{null_field, short_row, true},
		{short_row, row_of(arena, "n", 1, false), false},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (value_equal(&rows[i].a, &rows[i].b) != rows[i].equal ||
		    value_equal(&rows[i].b, &rows[i].a) != rows[i].equal)
			fail_msg("row %zu", i);
}

static void fields_and_keys_are_unique(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct value map = map_of(arena, "a", "b");
	struct record row = {0};

	record_set(arena, &row, "f", value_int(1));
	record_set(arena, &row, "f", value_int(2));
	assert_int_equal(row.count, 1);
	assert_int_equal(record_get(&row, "f")->integer, 2);
	assert_null(record_get(&row, "g"));
	assert_string_equal(map_get(&map, "a"), "a");
	assert_null(map_get(&map, "c"));
}

static void json_is_as_the_header_says(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	const struct {
		struct value value;
		const char *json;
	} rows[] = {
		{value_bool(false), "false"},
		{value_int(-3), "-3"},
		{value_int(VALUE_UNLIMITED), "\"unlimited\""},
		{value_typed_int(VALUE_MODE, 04755), "\"4755\""},
		{value_typed_int(VALUE_MODE, 0644), "\"0644\""},
		{value_typed_int(VALUE_SIZE, 1024), "1024"},
		{value_typed_int(VALUE_SIZE, VALUE_UNLIMITED), "\"unlimited\""},
		{value_typed_int(VALUE_DURATION, 30000), "30000"},
		{value_string("a\"\\"), "\"a\\\"\\\\\""},
		{value_version("1.2"), "\"1.2\""},
		{LIST(arena, "b", "a"), "[\"b\", \"a\"]"},
		{map_of(arena, "y", "x"), "{\"y\": \"y\", \"x\": \"x\"}"},
		{row_of(arena, "n", 1, true), "[{\"number\": 1, \"name\": \"n\"}]"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = value_to_json(&rows[i].value);
		_cleanup_(free_ptr) char *text = json_dumps(json, JSON_ENCODE_ANY);
		struct value back = {0};

		assert_string_equal(text, rows[i].json);
		assert_int_equal(value_from_json(arena, rows[i].value.type, NULL, json, &back, NULL), 0);
		assert_true(value_equal(&back, &rows[i].value));
		json_decref(json);
	}
}

static void text_that_is_not_utf8_has_no_json(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	const struct value rows[] = {value_string("\xff"), LIST(arena, "a", "\xff"), map_of(arena, "a", "\xff"),
				     row_of(arena, "\xff", 1, false)};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_null(value_to_json(&rows[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(type_names_go_both_ways),
		cmocka_unit_test(integers_are_parsed_and_shown),
		cmocka_unit_test(what_is_not_of_the_type_is_refused),
		cmocka_unit_test(texts_are_taken_as_they_are),
		cmocka_unit_test(lists_and_maps_read_well),
		cmocka_unit_test(long_display_is_cut_between_characters),
		cmocka_unit_test(equality_is_by_type_and_content),
		cmocka_unit_test(fields_and_keys_are_unique),
		cmocka_unit_test(json_is_as_the_header_says),
		cmocka_unit_test(text_that_is_not_utf8_has_no_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
