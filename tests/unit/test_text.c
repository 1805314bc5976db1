/* Text: safe strings, numbers, suggestions, sets and maps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static int setup(void **state)
{
	*state = arena_new();
	return 0;
}

static int teardown(void **state)
{
	arena_free(*state);
	return 0;
}

static void buffer_grows_and_stays_terminated(void **state _unused_)
{
	struct buf buf = {0};
	for (int i = 0; i < 500; i++) {
		buf_add(&buf, "a\0b", 3);
		buf_puts(&buf, "-");
		buf_printf(&buf, "%03d", i);
	}
	buf_printf(&buf, "%s", "");
	assert_int_equal(buf.len, 500 * 7);
	assert_int_equal(buf.data[buf.len], '\0');
	assert_memory_equal(buf.data + 499 * 7, "a\0b-499", 8);
	buf_done(&buf);
	assert_null(buf.data);
	buf_done(&buf);
	buf_done(NULL);
}

static void unsafe_bytes_become_visible(void **state)
{
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} rows[] = {
#define ROW(in, out) {in, sizeof in - 1, out}
		ROW("", ""),
		ROW("plain ~ text", "plain ~ text"),
		ROW("back\\slash", "back\\slash"),
		ROW("\xc3\xbc \xe2\x82\xac", "\xc3\xbc \xe2\x82\xac"),
		ROW("\xf0\x9f\x9a\xa2", "\xf0\x9f\x9a\xa2"),
		ROW("a\tb\nc\rd", "a\\x09b\\x0Ac\\x0Dd"),
		ROW("nul\0byte", "nul\\x00byte"),
		ROW("\x1b[31m", "\\x1B[31m"),
		ROW("\x7f", "\\x7F"),
		ROW("\xc2\x80\xc2\x9f\xc2\xa0", "\\u{0080}\\u{009F}\xc2\xa0"), /* U+00A0 stays */
		ROW("\xd8\x9c", "\\u{061C}"),
		ROW("\xe2\x80\x8d", "\xe2\x80\x8d"), /* the joiner stays */
		ROW("\xe2\x80\x8e\xe2\x80\x8f", "\\u{200E}\\u{200F}"),
		ROW("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9", "\xe2\x80\xa7\\u{2028}\\u{2029}"),
		ROW("\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf", "\\u{202A}\\u{202E}\xe2\x80\xaf"),
		ROW("\xe2\x81\xa6\xe2\x81\xa9", "\\u{2066}\\u{2069}"),
		ROW("\xef\xbb\xbf", "\\u{FEFF}"),
		ROW("\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\\u{FFFE}\\u{FFFF}"),
		ROW("\xff\xfe", "\\xFF\\xFE"),
		ROW("\x80", "\\x80"),
		ROW("\xc0\xaf", "\\xC0\\xAF"),                 /* overlong slash */
		ROW("\xe0\x80\xaf", "\\xE0\\x80\\xAF"),
		ROW("\xf0\x80\x80\xaf", "\\xF0\\x80\\x80\\xAF"),
		ROW("\xed\xa0\x80", "\\xED\\xA0\\x80"),        /* surrogate */
		ROW("\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80"), /* above U+10FFFF */
		ROW("\xf4\x8f\xbf\xbd", "\xf4\x8f\xbf\xbd"),
		ROW("\xe2\x82", "\\xE2\\x82"),                 /* cut sequence */
		ROW("\xe2\x82x", "\\xE2\\x82x"),
#undef ROW
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *safe = text_safe(*state, rows[i].in, rows[i].len);
		assert_string_equal(safe, rows[i].out);
		assert_string_equal(text_safe(*state, safe, strlen(safe)), rows[i].out);
	}
}

static void long_text_is_cut_between_characters(void **state)
{
	size_t size = TEXT_SAFE_MAX + 5000;
	char *bytes = arena_alloc(*state, size);
	for (size_t shift = 0; shift < 4; shift++) {
		memset(bytes, 'x', shift);
		for (size_t i = shift; i + 2 < size; i += 2)
			memcpy(bytes + i, shift % 2 ? "\xc3\xbc" : "y\n", 2);
		const char *safe = text_safe(*state, bytes, size - 2);
		assert_in_range(strlen(safe), TEXT_SAFE_MAX - 8, TEXT_SAFE_MAX);
		assert_true(text_ends(safe, "\xe2\x80\xa6"));
		assert_string_equal(text_safe(*state, safe, strlen(safe)), safe);
	}
}

static void text_of_just_the_cap_is_whole(void **state)
{
	char *bytes = arena_alloc(*state, TEXT_SAFE_MAX + 1);
	memset(bytes, 'x', TEXT_SAFE_MAX + 1);
	assert_int_equal(strlen(text_safe(*state, bytes, TEXT_SAFE_MAX)), TEXT_SAFE_MAX);
	assert_false(text_ends(text_safe(*state, bytes, TEXT_SAFE_MAX), "\xe2\x80\xa6"));
	assert_true(text_ends(text_safe(*state, bytes, TEXT_SAFE_MAX + 1), "\xe2\x80\xa6"));
}

static void predicates_compare(void **state _unused_)
{
	assert_true(text_starts("abc", "ab"));
	assert_true(text_starts("abc", ""));
	assert_false(text_starts("ab", "abc"));
	assert_true(text_ends("abc", "bc"));
	assert_true(text_ends("abc", ""));
	assert_false(text_ends("bc", "abc"));
	assert_true(text_eq("a", "a"));
	assert_false(text_eq("a", "b"));
	assert_true(text_eq(NULL, NULL));
	assert_false(text_eq("a", NULL));
	assert_false(text_eq(NULL, "a"));
}

static void only_whole_numbers_are_numbers(void **state _unused_)
{
	static const struct {
		const char *text;
		int base;
		bool valid;
		int64_t number;
	} rows[] = {
		{"0", 10, true, 0},
		{"-12", 10, true, -12},
		{"007", 10, true, 7},
		{"0644", 8, true, 0644},
		{"9223372036854775807", 10, true, INT64_MAX},
		{"-9223372036854775808", 10, true, INT64_MIN},
		{"9223372036854775808", 10, false, 0},
		{"-9223372036854775809", 10, false, 0},
		{"", 10, false, 0},
		{"-", 10, false, 0},
		{"+1", 10, false, 0},
		{"--1", 10, false, 0},
		{" 1", 10, false, 0},
		{"1 ", 10, false, 0},
		{"1\n", 10, false, 0},
		{"0x10", 10, false, 0},
		{"1e3", 10, false, 0},
		{"0698", 8, false, 0},
		{"8", 8, false, 0},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t number = 4711;
		assert_int_equal(text_to_int(rows[i].text, rows[i].base, &number), rows[i].valid);
		assert_int_equal(number, rows[i].valid ? rows[i].number : 4711);
	}
}

static void nearest_candidate_is_found(void **state _unused_)
{
	static const char *const names[] = {"capabilities", "memory", "pids", "mode", "more", "no"};
	static const struct {
		const char *word, *nearest;
	} rows[] = {
		{"capabilites", "capabilities"},
		{"capabliities", "capabilities"},
		{"capacities", "capabilities"},
		{"capital", NULL},
		{"memory", "memory"},
		{"memroy", "memory"},
		{"pid", "pids"},
		{"moe", "mode"}, /* as near to "more": the first wins */
		{"mre", "more"},
		{"on", "no"},
		{"seccomp", NULL},
		{"xyz", NULL},
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *nearest = text_nearest(rows[i].word, names, COUNT(names));
		assert_true(text_eq(nearest, rows[i].nearest));
	}
	assert_null(text_nearest("x", NULL, 0));
}

static void overlong_words_have_no_nearest(void **state)
{
	char *word = arena_alloc(*state, 100000);
	memset(word, 'a', 99999);
	const char *const names[] = {"b", word};
	assert_null(text_nearest(word, names, 2));
	assert_string_equal(text_nearest("a", names, 2), "b");
}

static void sets_keep_order_and_drop_doubles(void **state)
{
	static const char *const words[] = {"pear", "apple", "pear", "fig", "apple"};
	struct strings set = {0};
	assert_false(strings_has(&set, "pear"));
	strings_sort(&set);
	for (size_t i = 0; i < COUNT(words); i++)
		strings_add_unique(*state, &set, words[i]);
	assert_int_equal(set.count, 3);
	assert_string_equal(set.items[2], "fig");
	assert_true(strings_has(&set, "apple"));
	strings_sort(&set);
	assert_string_equal(set.items[0], "apple");
	assert_string_equal(set.items[1], "fig");
	assert_string_equal(set.items[2], "pear");
}

static void map_finds_what_was_put(void **state)
{
	enum { MANY = 5000 };
	static int items[MANY];
	struct strmap *map = strmap_new(*state);
	assert_null(strmap_get(map, "key0"));
	for (int i = 0; i < MANY; i++) {
		items[i] = i;
		strmap_put(map, arena_printf(*state, "key%d", i), &items[i]);
	}
	assert_int_equal(strmap_count(map), MANY);
	for (int i = 0; i < MANY; i++) {
		char key[32];
		snprintf(key, sizeof key, "key%d", i);
		assert_ptr_equal(strmap_get(map, key), &items[i]);
		assert_string_equal(strmap_key_at(map, (size_t)i), key);
		assert_ptr_equal(strmap_item_at(map, (size_t)i), &items[i]);
	}
	assert_null(strmap_get(map, "key5000"));
	assert_null(strmap_get(map, ""));
}

static void map_replaces_in_place(void **state)
{
	int one = 1, two = 2;
	struct strmap *map = strmap_new(*state);
	strmap_put(map, "a", &one);
	strmap_put(map, "", &one);
	strmap_put(map, "a", &two);
	assert_int_equal(strmap_count(map), 2);
	assert_ptr_equal(strmap_get(map, "a"), &two);
	assert_ptr_equal(strmap_item_at(map, 0), &two);
	assert_ptr_equal(strmap_get(map, ""), &one);
}

static void missing_map_is_empty(void **state _unused_)
{
	assert_null(strmap_get(NULL, "a"));
	assert_int_equal(strmap_count(NULL), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buffer_grows_and_stays_terminated),
		TEST(unsafe_bytes_become_visible),
		TEST(long_text_is_cut_between_characters),
		TEST(text_of_just_the_cap_is_whole),
		cmocka_unit_test(predicates_compare),
		cmocka_unit_test(only_whole_numbers_are_numbers),
		cmocka_unit_test(nearest_candidate_is_found),
		TEST(overlong_words_have_no_nearest),
		TEST(sets_keep_order_and_drop_doubles),
		TEST(map_finds_what_was_put),
		TEST(map_replaces_in_place),
		cmocka_unit_test(missing_map_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
