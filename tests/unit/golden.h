/* Comparing output with a file under tests/golden byte for byte. UPDATE_GOLDEN=1 writes the file
 * instead. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"

/* The whole file, NUL-terminated; the caller frees it. NULL when it cannot be opened. */
static inline char *golden_read(const char *path, size_t *ret_len)
{
	_cleanup_(close_file) FILE *file = fopen(path, "re");
	char *bytes = malloc(1 << 20);

	assert_non_null(bytes);
	if (!file) {
		free(bytes);
		return NULL;
	}
	*ret_len = fread(bytes, 1, (1 << 20) - 1, file);
	bytes[*ret_len] = '\0';
	return bytes;
}

static inline void golden_show_difference(const char *expected, const char *actual)
{
	size_t line = 1, same = 0, start = 0;

	for (; expected[same] && expected[same] == actual[same]; same++) {
		if (expected[same] == '\n') {
			line++;
			start = same + 1;
		}
	}
	print_error("line %zu differs\n- %.*s\n+ %.*s\n", line,
		    (int)strcspn(expected + start, "\n"), expected + start,
		    (int)strcspn(actual + start, "\n"), actual + start);
}

static inline void golden_compare(const char *name, const char *actual, size_t len)
{
	_cleanup_(free_ptr) char *expected = NULL;
	char path[4096];
	size_t expected_len = 0;

	snprintf(path, sizeof path, "%s/tests/golden/%s", TEST_SRCDIR, name);
	if (getenv("UPDATE_GOLDEN")) {
		FILE *file = fopen(path, "we");

		assert_non_null(file);
		assert_int_equal(fwrite(actual, 1, len, file), len);
		assert_int_equal(fclose(file), 0);
		return;
	}
	expected = golden_read(path, &expected_len);
	assert_non_null(expected);
	if (len != expected_len || memcmp(expected, actual, len) != 0) {
		golden_show_difference(expected, actual);
		fail_msg("%s is not what is written now; if that is meant: make golden", path);
	}
}

#endif
