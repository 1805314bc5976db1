/* The host handle on trees that try to lead out of their root, and on the live host. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/un.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "host/host.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* A tree to audit at BASE/root, and BASE/secret beside it, which no path may reach. */
struct fixture {
	char base[64];
	char root[80];
	struct host *host;
	struct arena *arena;
};

static const char *in_root(struct fixture *fixture, const char *path)
{
	return arena_printf(fixture->arena, "%s%s", fixture->root, path);
}

static void put(struct fixture *fixture, const char *path, const char *bytes, size_t len)
{
	FILE *file = fopen(in_root(fixture, path), "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void put_text(struct fixture *fixture, const char *path, const char *text)
{
	put(fixture, path, text, strlen(text));
}

static void put_folder(struct fixture *fixture, const char *path)
{
	assert_int_equal(mkdir(in_root(fixture, path), 0755), 0);
}

static void put_link(struct fixture *fixture, const char *path, const char *target)
{
	assert_int_equal(symlink(target, in_root(fixture, path)), 0);
}

static void put_socket(struct fixture *fixture, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, in_root(fixture, path));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);
	fixture->arena = arena_new();
	strcpy(fixture->base, "/tmp/plimsoll-host-XXXXXX");
	assert_non_null(mkdtemp(fixture->base));
	chmod(fixture->base, 0755);
	snprintf(fixture->root, sizeof fixture->root, "%s/root", fixture->base);
	assert_int_equal(mkdir(fixture->root, 0755), 0);
	put_text(fixture, "/../secret", "outside\n");
	put_folder(fixture, "/etc");
	put_text(fixture, "/etc/plain", "content\n");
	if (host_open(fixture->root, &fixture->host, NULL) < 0)
		return -1;
	*state = fixture;
	return 0;
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_,
		      struct FTW *at _unused_)
{
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;
	host_close(fixture->host);
	arena_free(fixture->arena);
	int status = nftw(fixture->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(fixture);
	return status;
}

static char *read_text(struct fixture *fixture, const char *path, struct error *err)
{
	char *text = NULL;
	if (host_read(fixture->host, path, HOST_READ_SMALL, fixture->arena, &text, NULL, err) < 0)
		assert_null(text);
	return text;
}

static void regular_file_is_read_whole(void **state)
{
	struct fixture *fixture = *state;
	char *text;
	size_t len = 0;
	put(fixture, "/etc/nul", "a\0b", 3);
	put_text(fixture, "/etc/empty", "");
	assert_string_equal(read_text(fixture, "/etc/plain", NULL), "content\n");
	assert_string_equal(read_text(fixture, "/etc/empty", NULL), "");
	assert_int_equal(host_read(fixture->host, "/etc/nul", 3, fixture->arena, &text, &len, NULL),
			 0);
	assert_int_equal(len, 3);
	assert_memory_equal(text, "a\0b\0", 4);
}

static void links_stay_inside_the_root(void **state)
{
	static const struct {
		const char *link, *target, *text; /* text NULL: nothing there */
	} rows[] = {
		{"/etc/absolute", "/etc/plain", "content\n"},
		{"/etc/relative", "plain", "content\n"},
		{"/etc/too_far_up", "../../../../../../etc/plain", "content\n"},
		{"/etc/secret_above", "../../secret", NULL},
		{"/etc/up_and_down", "../../root/etc/plain", NULL},
	};
	struct fixture *fixture = *state;
	put_link(fixture, "/etc/outside", in_root(fixture, "/../secret"));
	assert_null(read_text(fixture, "/etc/outside", NULL));
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err = {0};
		put_link(fixture, rows[i].link, rows[i].target);
		char *text = read_text(fixture, rows[i].link, &err);
		assert_true(text_eq(text, rows[i].text));
		assert_int_equal(err.code, text ? ERROR_NONE : ERROR_NOT_FOUND);
	}
	assert_null(read_text(fixture, "/../secret", NULL));
	assert_null(read_text(fixture, "/etc/../../secret", NULL));
}

static void magic_links_below_the_root_are_refused(void **state _unused_)
{
	struct host *host;
	struct error err = {0};
	struct arena *arena = arena_new();
	char *text;
	assert_int_equal(host_open("/proc", &host, NULL), 0);
	assert_false(host_is_live(host));
	assert_int_equal(
		host_read(host, "/self/root/etc/passwd", HOST_READ_SMALL, arena, &text, NULL, &err),
		-1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	host_close(host);
	arena_free(arena);
}

static void only_regular_files_are_read(void **state)
{
	struct fixture *fixture = *state;
	assert_int_equal(mkfifo(in_root(fixture, "/etc/fifo"), 0666), 0);
	put_socket(fixture, "/etc/socket");
	put_link(fixture, "/etc/to_fifo", "fifo");
	static const char *const paths[] = {"/etc", "/etc/fifo", "/etc/socket", "/etc/to_fifo",
					    "/"};
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct error err = {0};
		assert_null(read_text(fixture, paths[i], &err));
		assert_int_equal(err.code, ERROR_UNSUPPORTED);
		assert_int_equal(host_open_file(fixture->host, paths[i], NULL), -1);
	}
}

static void live_devices_are_not_opened(void **state _unused_)
{
	struct host *host;
	struct error err = {0};
	assert_int_equal(host_open("/", &host, NULL), 0);
	assert_int_equal(host_open_file(host, "/dev/null", &err), -1);
	assert_int_equal(err.code, ERROR_UNSUPPORTED);
	host_close(host);
}

static void longer_than_the_cap_is_a_limit_error(void **state)
{
	struct fixture *fixture = *state;
	size_t size = 200000, len;
	char *bytes = arena_alloc(fixture->arena, size), *text;
	memset(bytes, 'x', size);
	put(fixture, "/etc/long", bytes, size);
	assert_int_equal(
		host_read(fixture->host, "/etc/long", size, fixture->arena, &text, &len, NULL), 0);
	assert_int_equal(len, size);
	assert_memory_equal(text, bytes, size);
	static const size_t caps[] = {0, 1, 65535, 65536, 199999};
	for (size_t i = 0; i < COUNT(caps); i++) {
		struct error err = {0};
		text = NULL;
		assert_int_equal(host_read(fixture->host, "/etc/long", caps[i], fixture->arena,
					   &text, NULL, &err),
				 -1);
		assert_int_equal(err.code, ERROR_LIMIT);
		assert_null(text);
	}
}

static void missing_things_are_not_found(void **state)
{
	struct fixture *fixture = *state;
	static const char *const paths[] = {"/etc/none", "/none/x", "/etc/plain/x", ""};
	struct strings names = {0};
	struct stat st;
	char *text;
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct error errs[5] = {0};
		host_read(fixture->host, paths[i], 10, fixture->arena, &text, NULL, &errs[0]);
		host_stat(fixture->host, paths[i], true, &st, &errs[1]);
		host_list(fixture->host, paths[i], fixture->arena, &names, &errs[2]);
		host_readlink(fixture->host, paths[i], fixture->arena, &text, &errs[3]);
		host_realpath(fixture->host, paths[i], fixture->arena, &text, &errs[4]);
		for (size_t k = 0; k < COUNT(errs); k++)
			assert_int_equal(errs[k].code, ERROR_NOT_FOUND);
	}
}

static void stat_follows_inside_or_not_at_all(void **state)
{
	struct fixture *fixture = *state;
	struct stat st;
	put_link(fixture, "/etc/link", "/etc/plain");
	assert_int_equal(host_stat(fixture->host, "/etc/link", true, &st, NULL), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(host_stat(fixture->host, "/etc/link", false, &st, NULL), 0);
	assert_true(S_ISLNK(st.st_mode));
}

static void readlink_gives_the_text_of_links_only(void **state)
{
	struct fixture *fixture = *state;
	struct error err = {0};
	char *text;
	put_link(fixture, "/etc/link", "../nowhere/x");
	assert_int_equal(host_readlink(fixture->host, "/etc/link", fixture->arena, &text, NULL), 0);
	assert_string_equal(text, "../nowhere/x");
	assert_int_equal(host_readlink(fixture->host, "/etc/plain", fixture->arena, &text, &err),
			 -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
}

static void realpath_names_what_the_host_would(void **state)
{
	struct fixture *fixture = *state;
	static const struct {
		const char *path, *real;
	} rows[] = {
		{"/", "/"},         {"/etc/..", "/"},           {"/up", "/"},
		{"/etc/", "/etc"},  {"/lib/plain", "/etc/plain"}, {"/lib", "/etc"},
		{"/../../etc", "/etc"},
	};
	char *real;
	put_link(fixture, "/lib", "/etc");
	put_link(fixture, "/up", "../../..");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(
			host_realpath(fixture->host, rows[i].path, fixture->arena, &real, NULL), 0);
		assert_string_equal(real, rows[i].real);
	}
}

static void list_is_sorted_and_complete(void **state)
{
	struct fixture *fixture = *state;
	struct strings names = {0};
	struct error err = {0};
	put_text(fixture, "/etc/b", "");
	put_text(fixture, "/etc/.a", "");
	put_folder(fixture, "/etc/C");
	assert_int_equal(host_list(fixture->host, "/etc", fixture->arena, &names, NULL), 0);
	assert_int_equal(names.count, 4);
	static const char *const expected[] = {".a", "C", "b", "plain"};
	for (size_t i = 0; i < COUNT(expected); i++)
		assert_string_equal(names.items[i], expected[i]);
	assert_int_equal(host_list(fixture->host, "/etc/plain", fixture->arena, &names, &err), -1);
}

static const char *joined(struct fixture *fixture, const struct strings *set)
{
	const char *text = "";
	vec_each(item, set)
		text = arena_printf(fixture->arena, "%s%s%s", text, *text ? " " : "", *item);
	return text;
}

static void make_glob_tree(struct fixture *fixture)
{
	static const char *const folders[] = {"/d", "/d/one", "/d/two", "/d/one/x"};
	static const char *const files[] = {
		"/d/one/a.conf", "/d/one/b.conf", "/d/two/a.conf", "/d/two/.hidden", "/d/file",
		"/d/[x", "/d/a-b", "/d/\xc3\xbc",
	};
	for (size_t i = 0; i < COUNT(folders); i++)
		put_folder(fixture, folders[i]);
	for (size_t i = 0; i < COUNT(files); i++)
		put_text(fixture, files[i], "");
	put_link(fixture, "/d/out", "../../../..");
	put_link(fixture, "/d/dangling", "nowhere");
}

static void glob_finds_by_component(void **state)
{
	static const struct {
		const char *pattern, *paths;
	} rows[] = {
		{"/d/*/a.conf", "/d/one/a.conf /d/two/a.conf"},
		{"/d/*/*.conf", "/d/one/a.conf /d/one/b.conf /d/two/a.conf"},
		{"/d/one", "/d/one"},
		{"/d//one/", "/d/one"},
		{"/d/none", ""},
		{"/none/*", ""},
		{"/d/file/*", ""},
		{"/d/*/x", "/d/one/x"},
		{"/d/two/*", "/d/two/a.conf"},
		{"/d/two/.*", "/d/two/.hidden"},
		{"/d/[ot]*", "/d/one /d/out /d/two"},
		{"/d/[!a-z\xc3]*", "/d/[x"},
		{"/d/[^a-z\xc3]*", "/d/[x"},
		{"/d/[x", "/d/[x"},
		{"/d/[x*", "/d/[x"},
		{"/d/a[]-]b", "/d/a-b"},
		{"/d/[a-]?b", "/d/a-b"},
		{"/d/?", "/d/\xc3\xbc"},
		{"/d/??", "/d/[x"},
		{"/d/f*l*e", "/d/file"},
		{"/d/f**e", "/d/file"},
		{"/d/dang*", "/d/dangling"},
		{"/d/out/e*", "/d/out/etc"},
		{"/", "/"},
		{"/*", "/d /etc"},
	};
	struct fixture *fixture = *state;
	make_glob_tree(fixture);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strings paths = {0};
		assert_int_equal(
			host_glob(fixture->host, rows[i].pattern, fixture->arena, &paths, NULL), 0);
		assert_string_equal(joined(fixture, &paths), rows[i].paths);
	}
}

static void hostile_glob_ends_soon(void **state)
{
	struct fixture *fixture = *state;
	char name[256] = "", pattern[256] = "/etc/";
	struct strings paths = {0};
	clock_t start = clock();
	memset(name, 'a', 250);
	put_text(fixture, arena_printf(fixture->arena, "/etc/%s", name), "");
	while (strlen(pattern) < 200)
		strcat(pattern, "*a");
	strcat(pattern, "*b");
	assert_int_equal(host_glob(fixture->host, pattern, fixture->arena, &paths, NULL), 0);
	assert_int_equal(paths.count, 0);
	assert_true(clock() - start < CLOCKS_PER_SEC);
}

/* Run as somebody without privilege: root may read everything. */
static int drop_privilege(void)
{
	if (geteuid() != 0)
		return 0;
	return setegid(65534) == 0 ? seteuid(65534) : -1;
}

static void regain_privilege(void)
{
	if (getuid() == 0 && (seteuid(0) < 0 || setegid(0) < 0))
		fail();
}

static void unreadable_is_denied_not_absent(void **state)
{
	struct fixture *fixture = *state;
	struct error errs[6] = {0};
	struct strings names = {0};
	struct stat st;
	char *text;
	put_folder(fixture, "/closed");
	put_folder(fixture, "/closed/sub");
	put_text(fixture, "/closed/file", "x");
	put_text(fixture, "/private", "x");
	chmod(in_root(fixture, "/closed"), 0700);
	chmod(in_root(fixture, "/private"), 0600);
	if (getuid() != 0) {
		chmod(in_root(fixture, "/closed"), 0);
		chmod(in_root(fixture, "/private"), 0);
	}
	assert_int_equal(drop_privilege(), 0);
	host_read(fixture->host, "/closed/file", 10, fixture->arena, &text, NULL, &errs[0]);
	host_read(fixture->host, "/private", 10, fixture->arena, &text, NULL, &errs[1]);
	host_stat(fixture->host, "/closed/none", true, &st, &errs[2]);
	host_list(fixture->host, "/closed", fixture->arena, &names, &errs[3]);
	host_glob(fixture->host, "/closed/*", fixture->arena, &names, &errs[4]);
	host_glob(fixture->host, "/*/file", fixture->arena, &names, &errs[5]);
	regain_privilege();
	chmod(in_root(fixture, "/closed"), 0700);
	for (size_t i = 0; i < COUNT(errs); i++)
		assert_int_equal(errs[i].code, ERROR_DENIED);
	assert_int_equal(names.count, 0);
}

static void account_names_come_from_the_tree(void **state)
{
	struct fixture *fixture = *state;
	put_text(fixture, "/etc/passwd",
		 "toor:x:0:0::/:/bin/sh\n"
		 "alice:x:1000:1000::/:/bin/sh\n"
		 "again:x:1000:999::/:/bin/sh\n"
		 "+nis::2000:2000::/:\n"
		 "broken\n"
		 "\n"
		 "neg:x:-5:1::/:\n"
		 "big:x:4294967296:1::/:\n"
		 "e\x1bvil:x:1002:1::/:\n"
		 "last:x:1003:1");
	put_text(fixture, "/etc/group", "docker:x:999:alice\nusers:x:1000\n");
	assert_string_equal(host_user_name(fixture->host, 0), "root");
	assert_string_equal(host_user_name(fixture->host, 1000), "alice");
	assert_string_equal(host_user_name(fixture->host, 1002), "e\\x1Bvil");
	assert_string_equal(host_user_name(fixture->host, 1003), "last");
	assert_string_equal(host_user_name(fixture->host, 2000), "2000");
	assert_string_equal(host_user_name(fixture->host, UINT32_MAX), "4294967295");
	assert_string_equal(host_group_name(fixture->host, 0), "root");
	assert_string_equal(host_group_name(fixture->host, 999), "docker");
	assert_string_equal(host_group_name(fixture->host, 1000), "users");
	assert_string_equal(host_group_name(fixture->host, 4), "4");
	assert_ptr_equal(host_group_name(fixture->host, 4), host_group_name(fixture->host, 4));
}

static void names_without_files_are_numbers(void **state)
{
	struct fixture *fixture = *state;
	struct strings members = {0};
	struct error err = {0};
	assert_string_equal(host_user_name(fixture->host, 0), "root");
	assert_string_equal(host_user_name(fixture->host, 33), "33");
	assert_string_equal(host_group_name(fixture->host, 0), "root");
	assert_int_equal(
		host_group_members(fixture->host, "docker", fixture->arena, &members, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
}

static void members_are_listed_and_primary_ones(void **state)
{
	static const struct {
		const char *group, *members; /* NULL: no such group */
	} rows[] = {
		{"docker", "alice bob carol eve"}, {"alias", "alice bob carol eve"}, {"empty", ""},
		{"plain", ""},                     {"none", NULL},
	};
	struct fixture *fixture = *state;
	put_text(fixture, "/etc/passwd", "root:x:0:0:::\ncarol:x:1001:999:::\nbob:x:1002:999:::\n");
	put_text(fixture, "/etc/group",
		 "docker:x:999:bob,alice,,alice\nempty:x:5:\nplain:x:6\nalias:x:999:eve\n+:::\n");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strings members = {0};
		struct error err = {0};
		int status = host_group_members(fixture->host, rows[i].group, fixture->arena,
						&members, &err);
		assert_int_equal(status, rows[i].members ? 0 : -1);
		if (status == 0)
			assert_string_equal(joined(fixture, &members), rows[i].members);
		else
			assert_int_equal(err.code, ERROR_NOT_FOUND);
	}
}

static void members_of_a_broken_file_are_an_error(void **state)
{
	struct fixture *fixture = *state;
	struct strings members = {0};
	struct error err = {0};
	put_folder(fixture, "/etc/passwd");
	put(fixture, "/etc/group", "a:x:1:\n\0b:x:2:eve\n", 18);
	assert_int_equal(host_group_members(fixture->host, "b", fixture->arena, &members, &err),
			 -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
	assert_string_equal(host_user_name(fixture->host, 7), "7");
}

static void primary_members_need_the_passwd_file(void **state)
{
	struct fixture *fixture = *state;
	struct strings members = {0};
	struct error err = {0};
	put_folder(fixture, "/etc/passwd");
	put_text(fixture, "/etc/group", "docker:x:999:bob\n");
	assert_int_equal(
		host_group_members(fixture->host, "docker", fixture->arena, &members, &err), -1);
	assert_int_equal(err.code, ERROR_UNSUPPORTED);
}

static void clock_of_a_captured_tree_is_its_own(void **state)
{
	struct fixture *fixture = *state;
	struct host *host = NULL;
	struct error err = {0};
	assert_in_range(host_now(fixture->host), time(NULL) - 5, time(NULL) + 5);
	put_text(fixture, "/.plimsoll-clock", "1700000000\n");
	assert_int_equal(host_open(fixture->root, &host, NULL), 0);
	assert_int_equal(host_now(host), 1700000000);
	host_close(host);
	put_text(fixture, "/.plimsoll-clock", "yesterday\n");
	host = NULL;
	assert_int_equal(host_open(fixture->root, &host, &err), -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
	assert_null(host);
}

static void roots_that_are_no_folder_are_refused(void **state)
{
	struct fixture *fixture = *state;
	const char *const roots[] = {in_root(fixture, "/none"), in_root(fixture, "/etc/plain"), ""};
	for (size_t i = 0; i < COUNT(roots); i++) {
		struct host *host = NULL;
		struct error err = {0};
		assert_int_equal(host_open(roots[i], &host, &err), -1);
		assert_int_equal(err.code, ERROR_NOT_FOUND);
		assert_null(host);
	}
	host_close(NULL);
}

static void root_through_a_link_works(void **state)
{
	struct fixture *fixture = *state;
	struct host *host;
	char *real;
	const char *link = in_root(fixture, "/../link");
	assert_int_equal(symlink("root", link), 0);
	assert_int_equal(host_open(arena_printf(fixture->arena, "%s/", link), &host, NULL), 0);
	assert_int_equal(host_realpath(host, "/etc/plain", fixture->arena, &real, NULL), 0);
	assert_string_equal(real, "/etc/plain");
	host_close(host);
}

static void live_host_reads_procfs(void **state)
{
	struct fixture *fixture = *state;
	struct host *host;
	struct error err = {0};
	char *text, path[64], exe[4096] = "";
	assert_int_equal(host_open("/", &host, NULL), 0);
	assert_true(host_is_live(host));
	assert_string_equal(host_root(host), "/");
	snprintf(path, sizeof path, "/proc/%d/status", (int)getpid());
	assert_int_equal(host_read(host, path, HOST_READ_SMALL, fixture->arena, &text, NULL, NULL),
			 0);
	assert_true(text_starts(text, "Name:\t"));
	assert_int_equal(host_read(host, "/proc/mounts", HOST_READ_CONFIG, fixture->arena, &text,
				   NULL, NULL),
			 0);
	assert_non_null(strstr(text, " /proc "));
	assert_int_equal(host_read(host, "/proc/../proc/sys/kernel/ostype", 64, fixture->arena,
				   &text, NULL, NULL),
			 0);
	assert_string_equal(text, "Linux\n");

	assert_true(readlink("/proc/self/exe", exe, sizeof exe - 1) > 0);
	assert_int_equal(host_readlink(host, "/proc/self/exe", fixture->arena, &text, NULL), 0);
	assert_string_equal(text, exe);
	assert_int_equal(host_realpath(host, "/proc/self", fixture->arena, &text, NULL), 0);
	snprintf(path, sizeof path, "/proc/%d", (int)getpid());
	assert_string_equal(text, path);
	assert_int_equal(host_read(host, "/proc/self/exe", 64, fixture->arena, &text, NULL, &err),
			 -1);
	assert_int_equal(host_read(host, "/proc/self/fd", 64, fixture->arena, &text, NULL, &err),
			 -1);
	assert_int_equal(err.code, ERROR_UNSUPPORTED);
	host_close(host);
}

static void vanished_process_is_not_found(void **state)
{
	struct fixture *fixture = *state;
	struct host *host;
	struct error err = {0};
	char *text, path[64];
	int status;
	assert_int_equal(host_open("/", &host, NULL), 0);
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	waitpid(pid, &status, 0);
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	assert_int_equal(host_read(host, path, 4096, fixture->arena, &text, NULL, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	host_close(host);
}

static void no_descriptor_is_left_open(void **state)
{
	struct fixture *fixture = *state;
	struct strings names = {0};
	struct stat st;
	char *text;
	int before = dup(0);
	close(before);
	make_glob_tree(fixture);
	host_read(fixture->host, "/etc/plain", 2, fixture->arena, &text, NULL, NULL);
	host_read(fixture->host, "/etc", 2, fixture->arena, &text, NULL, NULL);
	host_list(fixture->host, "/etc", fixture->arena, &names, NULL);
	host_glob(fixture->host, "/*/*/*", fixture->arena, &names, NULL);
	host_stat(fixture->host, "/etc", true, &st, NULL);
	host_readlink(fixture->host, "/etc", fixture->arena, &text, NULL);
	host_realpath(fixture->host, "/etc", fixture->arena, &text, NULL);
	int after = dup(0);
	close(after);
	assert_int_equal(after, before);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(regular_file_is_read_whole),
		TEST(links_stay_inside_the_root),
		cmocka_unit_test(magic_links_below_the_root_are_refused),
		TEST(only_regular_files_are_read),
		cmocka_unit_test(live_devices_are_not_opened),
		TEST(longer_than_the_cap_is_a_limit_error),
		TEST(missing_things_are_not_found),
		TEST(stat_follows_inside_or_not_at_all),
		TEST(readlink_gives_the_text_of_links_only),
		TEST(realpath_names_what_the_host_would),
		TEST(list_is_sorted_and_complete),
		TEST(glob_finds_by_component),
		TEST(hostile_glob_ends_soon),
		TEST(unreadable_is_denied_not_absent),
		TEST(account_names_come_from_the_tree),
		TEST(names_without_files_are_numbers),
		TEST(members_are_listed_and_primary_ones),
		TEST(members_of_a_broken_file_are_an_error),
		TEST(primary_members_need_the_passwd_file),
		TEST(clock_of_a_captured_tree_is_its_own),
		TEST(roots_that_are_no_folder_are_refused),
		TEST(root_through_a_link_works),
		TEST(live_host_reads_procfs),
		TEST(vanished_process_is_not_found),
		TEST(no_descriptor_is_left_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
