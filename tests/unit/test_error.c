/* Errors: one object, context in front, nothing allocated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/wait.h>

#include "base/error.h"

static void set_fills_code_and_text(void **state _unused_)
{
	struct error err = {.sys = 7};
	assert_int_equal(error_set(&err, ERROR_LIMIT, "more than %d", 3), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_int_equal(err.sys, 0);
	assert_string_equal(err.text, "more than 3");
}

static void null_is_fine(void **state _unused_)
{
	assert_int_equal(error_set(NULL, ERROR_LIMIT, "x"), -1);
	assert_int_equal(error_sys(NULL, "x"), -1);
	assert_int_equal(error_wrap(NULL, "x"), -1);
}

static void sys_code_follows_errno(void **state _unused_)
{
	static const struct {
		int sys;
		enum error_code code;
	} rows[] = {
		{ENOENT, ERROR_NOT_FOUND}, {ENOTDIR, ERROR_NOT_FOUND}, {ESRCH, ERROR_NOT_FOUND},
		{EACCES, ERROR_DENIED},    {EPERM, ERROR_DENIED},      {ETIMEDOUT, ERROR_TIMEOUT},
		{ENOSYS, ERROR_UNSUPPORTED}, {EIO, ERROR_SYSTEM},      {ELOOP, ERROR_SYSTEM},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = {0};
		errno = rows[i].sys;
		assert_int_equal(error_sys(&err, "cannot read %s", "/x"), -1);
		assert_int_equal(err.code, rows[i].code);
		assert_int_equal(err.sys, rows[i].sys);
	}
	struct error err = {0};
	errno = ENOENT;
	error_sys(&err, "/etc/x");
	assert_string_equal(err.text, "/etc/x: No such file or directory");
}

static void wrap_puts_context_in_front_and_keeps_code(void **state _unused_)
{
	struct error err = {0};
	errno = EACCES;
	error_sys(&err, "open");
	assert_int_equal(error_wrap(&err, "reading %s", "/x"), -1);
	assert_string_equal(err.text, "reading /x: open: Permission denied");
	assert_int_equal(err.code, ERROR_DENIED);
	assert_int_equal(err.sys, EACCES);
}

static void own_text_may_be_an_argument(void **state _unused_)
{
	struct error err = {0};
	error_set(&err, ERROR_SYSTEM, "inner");
	error_set(&err, ERROR_SYSTEM, "[%s] and [%s]", err.text, err.text);
	assert_string_equal(err.text, "[inner] and [inner]");
}

static void long_text_is_cut_between_characters(void **state _unused_)
{
	for (int pad = 0; pad < 4; pad++) {
		char text[2000] = "";
		struct error err = {0};
		memset(text, 'a', (size_t)pad);
		while (strlen(text) < 1500)
			strcat(text, "\xe2\x82\xac"); /* three bytes */
		error_set(&err, ERROR_SYSTEM, "%s", text);
		size_t len = strlen(err.text);
		assert_in_range(len, sizeof err.text - 4, sizeof err.text - 1);
		assert_int_equal((len - (size_t)pad) % 3, 0);
		error_wrap(&err, "context");
		assert_memory_equal(err.text, "context: ", 9);
		assert_int_equal((strlen(err.text) - 9 - (size_t)pad) % 3, 0);
	}
}

static void out_of_memory_ends_with_status_4(void **state _unused_)
{
	int pipes[2], status;
	assert_int_equal(pipe(pipes), 0);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(pipes[1], STDERR_FILENO);
		out_of_memory();
	}
	close(pipes[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
	char text[128] = "";
	ssize_t len = read(pipes[0], text, sizeof text - 1);
	close(pipes[0]);
	assert_true(len > 0);
	assert_ptr_equal(strchr(text, '\n'), text + len - 1); /* one line */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_code_and_text),
		cmocka_unit_test(null_is_fine),
		cmocka_unit_test(sys_code_follows_errno),
		cmocka_unit_test(wrap_puts_context_in_front_and_keeps_code),
		cmocka_unit_test(own_text_may_be_an_argument),
		cmocka_unit_test(long_text_is_cut_between_characters),
		cmocka_unit_test(out_of_memory_ends_with_status_4),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
