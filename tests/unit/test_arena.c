/* Arenas and growing arrays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/wait.h>

#include "base/arena.h"

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

static void null_may_be_freed(void **state _unused_)
{
	arena_free(NULL);
}

static void objects_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 8, 15, 16, 17, 100, 4000, 20000, 300000, 3000000};
	enum { COUNT = sizeof sizes / sizeof *sizes, ROUNDS = 40 };
	unsigned char *objects[COUNT * ROUNDS];
	for (size_t i = 0; i < COUNT * ROUNDS; i++) {
		size_t size = sizes[i % COUNT];
		if (size > 100000 && i > 2 * COUNT)
			size = 3;
		objects[i] = arena_alloc(*state, size);
		assert_int_equal((uintptr_t)objects[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < size; k++)
			assert_int_equal(objects[i][k], 0);
		memset(objects[i], (int)(i % 255) + 1, size);
	}
	for (size_t i = 0; i < COUNT * ROUNDS; i++)
		if (sizes[i % COUNT])
			assert_int_equal(objects[i][0], i % 255 + 1);
}

static void texts_are_copied(void **state)
{
	char source[] = "abcdef";
	char *whole = arena_strdup(*state, source), *part = arena_strndup(*state, source, 3);
	char *none = arena_strndup(*state, NULL, 0);
	source[0] = 'X';
	assert_string_equal(whole, "abcdef");
	assert_string_equal(part, "abc");
	assert_string_equal(none, "");
}

static void printf_fits_any_length(void **state)
{
	for (int len = 250; len < 260; len++) {
		char *text = arena_printf(*state, "%*d|", len, 5);
		assert_int_equal(strlen(text), len + 1);
		assert_string_equal(text + len - 1, "5|");
	}
}

static void vector_keeps_items_in_order(void **state)
{
	VEC(int) numbers = {0};
	for (int i = 0; i < 1000; i++)
		vec_push(*state, &numbers, i * 3);
	assert_int_equal(numbers.count, 1000);
	int next = 0;
	vec_each(number, &numbers) {
		assert_int_equal(*number, next * 3);
		next++;
	}
	assert_int_equal(next, 1000);
}

static void empty_vector_is_walked_not_at_all(void **state _unused_)
{
	VEC(int) numbers = {0};
	vec_each(number, &numbers)
		fail_msg("%d", *number);
}

static void overflowing_sizes_are_out_of_memory(void **state)
{
	static const struct {
		size_t item_size, count;
	} rows[] = {{16, SIZE_MAX / 8}, {1, SIZE_MAX}, {SIZE_MAX / 2 + 1, 2}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int status;
		pid_t pid = fork();
		if (pid == 0) {
			close(STDERR_FILENO);
			arena_array(*state, rows[i].item_size, rows[i].count);
			_exit(0);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), 4);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_may_be_freed),
		TEST(objects_are_zeroed_aligned_and_apart),
		TEST(texts_are_copied),
		TEST(printf_fits_any_length),
		TEST(vector_keeps_items_in_order),
		cmocka_unit_test(empty_vector_is_walked_not_at_all),
		TEST(overflowing_sizes_are_out_of_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
