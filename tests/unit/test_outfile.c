/* Files that appear whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/outfile.h"

static char folder[64];

static const char *in_folder(const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];
	snprintf(path, sizeof *paths, "%s/%s", folder, name);
	return path;
}

static size_t entries(bool remove)
{
	size_t count = 0;
	_cleanup_(close_dir) DIR *dir = opendir(folder);
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		count++;
		if (remove)
			unlinkat(dirfd(dir), entry->d_name, 0);
	}
	return count;
}

static int setup(void **state _unused_)
{
	strcpy(folder, "/tmp/plimsoll-outfile-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state _unused_)
{
	entries(true);
	return rmdir(folder);
}

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void assert_holds(const char *path, const char *expected)
{
	char text[256] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	size_t len = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	assert_int_equal(len, strlen(expected));
	assert_string_equal(text, expected);
}

static struct outfile *opened(const char *path)
{
	struct outfile *out = NULL;
	struct error err = {0};
	if (outfile_open(path, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static void write_and_commit(const char *path, const char *text)
{
	struct outfile *out = opened(path);
	fputs(text, outfile_stream(out));
	assert_int_equal(outfile_commit(out, NULL), 0);
}

static void file_appears_on_commit_with_mode_0600(void **state _unused_)
{
	struct stat st;
	const char *path = in_folder("report");
	struct outfile *out = opened(path);
	fputs("hello", outfile_stream(out));
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(outfile_commit(out, NULL), 0);
	assert_holds(path, "hello");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(entries(false), 1);
}

static void old_content_stays_until_commit(void **state _unused_)
{
	const char *path = in_folder("report");
	put(path, "old");
	struct outfile *out = opened(path);
	fputs("new", outfile_stream(out));
	fflush(outfile_stream(out));
	assert_holds(path, "old");
	outfile_discard(out);
	assert_holds(path, "old");
	assert_int_equal(entries(false), 1);
	write_and_commit(path, "new");
	assert_holds(path, "new");
	assert_int_equal(entries(false), 1);
}

static void relative_path_is_written(void **state _unused_)
{
	char before[4096];
	assert_non_null(getcwd(before, sizeof before));
	assert_int_equal(chdir(folder), 0);
	write_and_commit("report", "x");
	assert_int_equal(chdir(before), 0);
	assert_holds(in_folder("report"), "x");
}

static void unwritable_paths_are_found_early(void **state _unused_)
{
	static const struct {
		const char *name;
		enum error_code code;
	} rows[] = {
		{"missing/report", ERROR_NOT_FOUND},
		{"file/report", ERROR_NOT_FOUND},
		{".", ERROR_USAGE},
	};
	put(in_folder("file"), "");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outfile *out = NULL;
		struct error err = {0};
		assert_int_equal(outfile_open(in_folder(rows[i].name), &out, &err), -1);
		assert_int_equal(err.code, rows[i].code);
		assert_non_null(strstr(err.text, rows[i].name));
		assert_null(out);
	}
	assert_int_equal(entries(false), 1);
}

static void link_to_a_file_is_replaced_not_followed(void **state _unused_)
{
	struct stat st;
	put(in_folder("victim"), "precious");
	assert_int_equal(symlink("victim", in_folder("report")), 0);
	write_and_commit(in_folder("report"), "new");
	assert_holds(in_folder("victim"), "precious");
	assert_holds(in_folder("report"), "new");
	assert_int_equal(lstat(in_folder("report"), &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void fifo_is_written_in_place(void **state _unused_)
{
	char text[16] = "";
	struct stat st;
	const char *path = in_folder("fifo");
	assert_int_equal(mkfifo(path, 0600), 0);
	int fd = open(path, O_RDONLY | O_NONBLOCK);
	write_and_commit(path, "through");
	assert_int_equal(read(fd, text, sizeof text - 1), 7);
	close(fd);
	assert_string_equal(text, "through");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(entries(false), 1);
}

/* Devices are reached by links in our own folder: a fault here must not replace those in /dev. */
static const char *link_to(const char *name, const char *target)
{
	const char *path = in_folder(name);
	assert_int_equal(symlink(target, path), 0);
	return path;
}

static void link_to_a_device_is_written_through(void **state _unused_)
{
	struct stat st;
	const char *path = link_to("null", "/dev/null");
	write_and_commit(path, "gone");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

/* In a process of its own, whose standard output is a regular file. */
static void check_stdout_name(const char *name)
{
	int status;
	const char *path = in_folder("stdout");
	pid_t pid = fork();
	if (pid == 0) {
		int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(fd, STDOUT_FILENO);
		struct outfile *out;
		if (write(STDOUT_FILENO, "before ", 7) != 7 || outfile_open(name, &out, NULL) < 0)
			_exit(1);
		fputs("text", outfile_stream(out));
		if (outfile_commit(out, NULL) < 0 || write(STDOUT_FILENO, " after", 6) != 6)
			_exit(2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_holds(path, "before text after");
}

static void standard_output_keeps_its_place_in_a_file(void **state _unused_)
{
	struct stat st;
	const char *link = link_to("like-dev-stdout", "/proc/self/fd/1");
	link_to("like-dev-fd", "/proc/self/fd");
	check_stdout_name("-");
	check_stdout_name(link);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	check_stdout_name(in_folder("like-dev-fd/1"));
	check_stdout_name("/proc/self/fd/1");
}

static void closed_standard_output_is_refused_and_its_link_stays(void **state _unused_)
{
	struct stat st;
	int status;
	const char *link = link_to("like-dev-stdout", "/proc/self/fd/1");
	pid_t pid = fork();
	if (pid == 0) {
		struct outfile *out;
		struct error err = {0};
		close(STDOUT_FILENO);
		_exit(outfile_open(link, &out, &err) == -1 && err.code == ERROR_NOT_FOUND ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(entries(false), 1);
}

static void full_device_fails_the_commit(void **state _unused_)
{
	const char *path = link_to("full", "/dev/full");
	struct outfile *out = opened(path);
	struct error err = {0};
	fputs("text", outfile_stream(out));
	assert_int_equal(outfile_commit(out, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	out = opened(path);
	fputs("text", outfile_stream(out));
	fflush(outfile_stream(out)); /* the failure is noticed at commit all the same */
	assert_int_equal(outfile_commit(out, &err), -1);
}

static void null_may_be_discarded(void **state _unused_)
{
	outfile_discard(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(file_appears_on_commit_with_mode_0600),
		TEST(old_content_stays_until_commit),
		TEST(relative_path_is_written),
		TEST(unwritable_paths_are_found_early),
		TEST(link_to_a_file_is_replaced_not_followed),
		TEST(fifo_is_written_in_place),
		TEST(link_to_a_device_is_written_through),
		TEST(standard_output_keeps_its_place_in_a_file),
		TEST(closed_standard_output_is_refused_and_its_link_stays),
		TEST(full_device_fails_the_commit),
		cmocka_unit_test(null_may_be_discarded),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
