/* Files and folders as facts. */
#include "probe_tree.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "checks/posix_acl.h"

extern const struct probe probe_files;

/* Stands in for the probes whose facts templates name. */
static const struct fact_decl daemon_root = {.name = "daemon.data_root", .type = VALUE_STRING, .scope = SCOPE_DAEMON};
static const struct fact_decl daemon_sockets = {.name = "daemon.socket", .type = VALUE_STRINGS, .scope = SCOPE_DAEMON};

static struct subject *add_daemon(struct probe_tree *tree, const char *id, const char *root)
{
	struct subject *daemon = facts_subject(tree->facts, SCOPE_DAEMON, id, id, facts_host(tree->facts));

	if (root)
		facts_put(tree->facts, daemon, &daemon_root, NULL, SIDE_PLAIN, side_present(value_string(root), "test"));
	return daemon;
}

static void run_for(struct probe_tree *tree, const char *fact)
{
	tree_want(tree, fact);
	tree_run(tree, &probe_files);
}

/* The paths of a fact's rows, or its state. */
static const char *paths_of(struct probe_tree *tree, const struct fact_side *side)
{
	const char *text = "";

	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	for (size_t i = 0; i < side->value.records.count; i++)
		text = arena_printf(tree->arena, "%s%s%s", text, *text ? " " : "", tree_field(tree, side, i, "path"));
	return text;
}

static void regular_file_is_told(void **state)
{
	static const struct {
		const char *field, *shown;
	} rows[] = {
		{"path", "/etc/x"}, {"type", "file"}, {"mode", "4640"}, {"acl", "[]"}, {"mount_point", ""}, {"target", ""},
	};
	struct probe_tree *tree = *state;
	tree_file(tree, "/etc/x", "", 04640);
	run_for(tree, "file./etc/x");
	const struct fact_side *side = tree_side(tree, "file./etc/x");
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(tree_field(tree, side, 0, rows[i].field), rows[i].shown);
	assert_string_equal(side->origin, "/etc/x");
	assert_int_equal(side->value.records.count, 1);
}

static void owner_is_named_by_the_trees_own_files(void **state)
{
	struct probe_tree *tree = *state;
	if (geteuid() != 0)
		skip(); /* only root gives files away */
	tree_file(tree, "/etc/passwd", "alice:x:4711:4712:::\n", 0644);
	tree_file(tree, "/etc/group", "docker:x:4712:\n", 0644);
	tree_file(tree, "/a", "", 0600);
	tree_file(tree, "/b", "", 0600);
	assert_int_equal(chown(tree_path(tree, "/a"), 4711, 4712), 0);
	assert_int_equal(chown(tree_path(tree, "/b"), 4712, 4711), 0);
	run_for(tree, "file./[ab]");
	const struct fact_side *side = tree_side(tree, "file./[ab]");
	static const char *const expected[][4] = {{"alice", "docker", "4711", "4712"}, {"4712", "4711", "4712", "4711"}};
	static const char *const fields[] = {"owner", "group", "uid", "gid"};
	for (size_t row = 0; row < COUNT(expected); row++)
		for (size_t i = 0; i < COUNT(fields); i++)
			assert_string_equal(tree_field(tree, side, row, fields[i]), expected[row][i]);
}

static void types_are_told(void **state)
{
	static const struct {
		const char *fact, *type;
	} rows[] = {{"file./dir", "directory"}, {"file./fifo", "fifo"}, {"file./socket", "socket"}, {"file./to_dir", "directory"}};
	struct probe_tree *tree = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	strcpy(address.sun_path, tree_path(tree, "/socket"));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
	tree_folder(tree, "/dir");
	tree_link(tree, "/to_dir", "dir");
	assert_int_equal(mkfifo(tree_path(tree, "/fifo"), 0600), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		run_for(tree, rows[i].fact);
		assert_string_equal(tree_field(tree, tree_side(tree, rows[i].fact), 0, "type"), rows[i].type);
	}
}

static void links_are_followed_inside_the_root(void **state)
{
	struct probe_tree *tree = *state;
	tree_file(tree, "/run/docker.sock", "", 0600);
	tree_folder(tree, "/var");
	tree_link(tree, "/var/run", "/run");
	run_for(tree, "file./var/run/docker.sock");
	const struct fact_side *side = tree_side(tree, "file./var/run/docker.sock");
	assert_string_equal(tree_field(tree, side, 0, "path"), "/var/run/docker.sock");
	assert_string_equal(tree_field(tree, side, 0, "target"), "/run/docker.sock");
	assert_string_equal(tree_field(tree, side, 0, "mode"), "0600");
}

static void missing_files_are_absent(void **state)
{
	static const struct {
		const char *fact, *origin;
	} rows[] = {
		{"file./none", "/none"},
		{"file./etc/none/x", "/etc/none/x"},
		{"file./etc/*.none", "/etc/*.none"},
		{"file./dangling", "/dangling"},
	};
	struct probe_tree *tree = *state;
	tree_file(tree, "/etc/x", "", 0600);
	tree_link(tree, "/dangling", "nowhere");
	for (size_t i = 0; i < COUNT(rows); i++) {
		run_for(tree, rows[i].fact);
		assert_string_equal(tree_shown(tree, rows[i].fact), "absent");
		assert_string_equal(tree_side(tree, rows[i].fact)->origin, rows[i].origin);
	}
	assert_int_equal(tree_side(tree, "file./dangling")->notes.count, 1);
}

static void globs_give_a_row_for_each_file(void **state)
{
	struct probe_tree *tree = *state;
	tree_file(tree, "/certs/a/ca.crt", "", 0644);
	tree_file(tree, "/certs/b/ca.crt", "", 0644);
	tree_file(tree, "/certs/b/other", "", 0644);
	tree_link(tree, "/certs/c", "nowhere");
	run_for(tree, "file./certs/*/*.crt");
	assert_string_equal(paths_of(tree, tree_side(tree, "file./certs/*/*.crt")), "/certs/a/ca.crt /certs/b/ca.crt");
}

static void unsafe_names_are_made_safe(void **state)
{
	struct probe_tree *tree = *state;
	tree_file(tree, "/d/a\x1b[2J\nb", "", 0644);
	run_for(tree, "file./d/*");
	assert_string_equal(paths_of(tree, tree_side(tree, "file./d/*")), "/d/a\\x1B[2J\\x0Ab");
}

static void unreadable_parent_is_unreadable_not_absent(void **state)
{
	static const char *const facts[] = {"file./closed/x", "file./closed/none", "file./closed/*", "file./*/x", "file./link"};
	struct probe_tree *tree = *state;
	tree_file(tree, "/closed/x", "", 0644);
	tree_link(tree, "/link", "closed/x");
	chmod(tree_path(tree, "/closed"), getuid() == 0 ? 0700 : 0);
	if (getuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	for (size_t i = 0; i < COUNT(facts); i++)
		run_for(tree, facts[i]);
	assert_int_equal(seteuid(getuid()), 0);
	chmod(tree_path(tree, "/closed"), 0700);
	for (size_t i = 0; i < COUNT(facts); i++) {
		assert_string_equal(tree_shown(tree, facts[i]), "unreadable");
		assert_non_null(strstr(tree_side(tree, facts[i])->reason, "Permission denied"));
	}
}

static void templates_take_the_facts_of_each_subject(void **state)
{
	static const char fact[] = "file.{daemon.data_root}/containers/*";
	struct probe_tree *tree = *state;
	struct subject *one = add_daemon(tree, "one", "/data1"), *two = add_daemon(tree, "two", "/data2");
	struct subject *three = add_daemon(tree, "three", NULL);
	tree_file(tree, "/data1/containers/a", "", 0600);
	tree_file(tree, "/data1/containers/b", "", 0600);
	run_for(tree, fact);
	assert_string_equal(paths_of(tree, facts_side(one, fact, SIDE_PLAIN)), "/data1/containers/a /data1/containers/b");
	assert_string_equal(facts_side(one, fact, SIDE_PLAIN)->origin, "/data1/containers/*");
	assert_int_equal(facts_side(two, fact, SIDE_PLAIN)->state, FACT_ABSENT);
	assert_int_equal(facts_side(three, fact, SIDE_PLAIN)->state, FACT_NOT_COLLECTED);
	assert_null(facts_get(facts_host(tree->facts), fact));
}

static void templates_that_fail_pass_their_reason_on(void **state)
{
	static const char fact[] = "file.{daemon.data_root}";
	struct probe_tree *tree = *state;
	struct subject *daemon = add_daemon(tree, "one", NULL);
	facts_put(tree->facts, daemon, &daemon_root, NULL, SIDE_PLAIN, side_missing(FACT_UNREADABLE, "test", "timed out"));
	run_for(tree, fact);
	assert_int_equal(facts_side(daemon, fact, SIDE_PLAIN)->state, FACT_UNREADABLE);
	assert_string_equal(facts_side(daemon, fact, SIDE_PLAIN)->reason, "timed out");
}

static void several_values_give_several_rows(void **state)
{
	static const char fact[] = "file.{daemon.socket}";
	struct probe_tree *tree = *state;
	struct subject *daemon = add_daemon(tree, "one", NULL);
	struct strings sockets = {0};
	vec_push(tree->arena, &sockets, "/b.sock");
	vec_push(tree->arena, &sockets, "/none.sock");
	vec_push(tree->arena, &sockets, "/a.sock");
	facts_put(tree->facts, daemon, &daemon_sockets, NULL, SIDE_PLAIN, side_present(value_strings(sockets), "test"));
	tree_file(tree, "/a.sock", "", 0660);
	tree_file(tree, "/b.sock", "", 0660);
	run_for(tree, fact);
	assert_string_equal(paths_of(tree, facts_side(daemon, fact, SIDE_PLAIN)), "/b.sock /a.sock");
}

static void template_values_are_paths_not_patterns(void **state)
{
	static const struct {
		const char *root, *fact, *shown;
	} rows[] = {
		{"/d[1]*", "file.{daemon.data_root}", "/d[1]*"},
		{"/d[1]*", "file.{daemon.data_root}/*", "/d[1]*/in"},
		{"/d1", "file.{daemon.data_root}/*", "/d1/out"},
		{"relative", "file.{daemon.data_root}", "unreadable"},
		{"", "file.{daemon.data_root}/x", "unreadable"},
		{"/odd\\x0Aname", "file.{daemon.data_root}", "unreadable"},
		{"/odd\\u{202E}name", "file.{daemon.data_root}/*", "unreadable"},
	};
	struct probe_tree *tree = *state;
	tree_file(tree, "/d[1]*/in", "", 0600);
	tree_file(tree, "/d1/out", "", 0600);
	tree_file(tree, "/d1x/out", "", 0600);
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct subject *daemon = add_daemon(tree, "one", rows[i].root);
		run_for(tree, rows[i].fact);
		assert_string_equal(paths_of(tree, facts_side(daemon, rows[i].fact, SIDE_PLAIN)), rows[i].shown);
	}
}

static void live_files_know_their_mount_point(void **state)
{
	struct probe_tree *tree = *state;
	tree_go_live(tree);
	run_for(tree, "file./proc/self/status");
	run_for(tree, "file./");
	assert_string_equal(tree_field(tree, tree_side(tree, "file./proc/self/status"), 0, "mount_point"), "/proc");
	assert_string_equal(tree_field(tree, tree_side(tree, "file./"), 0, "mount_point"), "/");
}

static void file_system_of_its_own_is_told_from_a_folder(void **state)
{
	static const struct {
		const char *fact, *separate;
	} rows[] = {{"file./proc", "true"}, {"file./proc/self/status", "false"}, {"file./", "false"}};
	struct probe_tree *tree = *state;
	tree_folder(tree, "/etc");
	run_for(tree, "file./etc");
	assert_string_equal(tree_field(tree, tree_side(tree, "file./etc"), 0, "separate"), ""); /* a tree at rest */
	tree_go_live(tree);
	for (size_t i = 0; i < COUNT(rows); i++) {
		run_for(tree, rows[i].fact);
		assert_string_equal(tree_field(tree, tree_side(tree, rows[i].fact), 0, "separate"), rows[i].separate);
	}
}

/* --- access lists ------------------------------------------------------------------------------ */

#define ENTRY(tag, perm, id) \
	(tag), 0, (perm), 0, (id) & 0xff, (id) >> 8 & 0xff, (id) >> 16 & 0xff, (id) >> 24 & 0xff
#define NOBODY 0xffffffffu
#define PLAIN ENTRY(USER_OBJ, 6, NOBODY), ENTRY(GROUP_OBJ, 4, NOBODY), ENTRY(OTHER, 0, NOBODY)
#define LIST(...) 2, 0, 0, 0, __VA_ARGS__
#define BYTES(...) (const unsigned char[]){__VA_ARGS__}, sizeof(const unsigned char[]){__VA_ARGS__}
enum { USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, GROUP = 8, MASK = 16, OTHER = 32 };

static const struct {
	const char *name;
	const unsigned char *bytes;
	size_t len;
	mode_t mode; /* with the mask in the group's place */
	mode_t expected;
	const char *entries;
} lists[] = {
	{"no named entry",
	 BYTES(LIST(PLAIN)), 0640, 0640, ""},
	{"a named user adds to others",
	 BYTES(LIST(ENTRY(USER_OBJ, 6, NOBODY), ENTRY(USER, 6, 1000), ENTRY(GROUP_OBJ, 4, NOBODY), ENTRY(MASK, 6, NOBODY),
		    ENTRY(OTHER, 0, NOBODY))),
	 0660, 0646, "user:1000:rw-"},
	{"the mask takes away",
	 BYTES(LIST(ENTRY(USER_OBJ, 6, NOBODY), ENTRY(USER, 7, 70000), ENTRY(GROUP_OBJ, 6, NOBODY), ENTRY(GROUP, 2, 5),
		    ENTRY(MASK, 4, NOBODY), ENTRY(OTHER, 1, NOBODY))),
	 02641, 02645, "user:70000:r-- group:5:---"},
	{"the owner's own entry counts for nobody",
	 BYTES(LIST(ENTRY(USER_OBJ, 4, NOBODY), ENTRY(USER, 7, 10), ENTRY(GROUP_OBJ, 0, NOBODY), ENTRY(MASK, 7, NOBODY),
		    ENTRY(OTHER, 0, NOBODY))),
	 0470, 0400, "user:10:rwx"},
	{"an entry of the owning group adds to the group",
	 BYTES(LIST(ENTRY(USER_OBJ, 6, NOBODY), ENTRY(GROUP_OBJ, 0, NOBODY), ENTRY(GROUP, 6, 20), ENTRY(MASK, 6, NOBODY),
		    ENTRY(OTHER, 0, NOBODY))),
	 0660, 0660, "group:20:rw-"},
	{"empty", BYTES(0), 0, 0, NULL},
	{"another layout", BYTES(3, 0, 0, 0), 0, 0, NULL},
	{"cut", BYTES(LIST(1, 0, 6, 0)), 0, 0, NULL},
	{"header alone", BYTES(2, 0, 0, 0), 0, 0, NULL},
	{"unknown tag",
	 BYTES(LIST(PLAIN, ENTRY(64, 7, 1))), 0, 0, NULL},
	{"two tags in one",
	 BYTES(LIST(PLAIN, ENTRY(3, 7, 1))), 0, 0, NULL},
	{"named entry without mask",
	 BYTES(LIST(ENTRY(USER_OBJ, 6, NOBODY), ENTRY(USER, 6, 1), ENTRY(GROUP_OBJ, 4, NOBODY), ENTRY(OTHER, 0, NOBODY))), 0, 0, NULL},
	{"permission beyond rwx",
	 BYTES(LIST(ENTRY(USER_OBJ, 8, NOBODY), ENTRY(GROUP_OBJ, 4, NOBODY), ENTRY(OTHER, 0, NOBODY))), 0, 0, NULL},
	{"two of others",
	 BYTES(LIST(PLAIN, ENTRY(OTHER, 7, NOBODY))), 0, 0, NULL},
};

static void access_lists_are_folded_into_the_mode(void **state)
{
	struct probe_tree *tree = *state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		struct posix_acl_file file = {.mode = lists[i].mode | S_IFREG, .uid = 10, .gid = 20};
		struct posix_acl acl = {0};
		struct error err = {0};
		int status = posix_acl_parse(lists[i].bytes, lists[i].len, &file, tree->arena, &acl, &err);
		if (status != (lists[i].entries ? 0 : -1))
			fail_msg("%s: %d %s", lists[i].name, status, err.text);
		if (status < 0) {
			assert_int_equal(err.code, ERROR_MALFORMED);
			continue;
		}
		const char *entries = "";
		vec_each(entry, &acl.entries)
			entries = arena_printf(tree->arena, "%s%s%s", entries, *entries ? " " : "", *entry);
		assert_int_equal(acl.mode, lists[i].expected);
		assert_string_equal(entries, lists[i].entries);
	}
}

static void access_list_of_a_real_file_is_read(void **state)
{
	struct probe_tree *tree = *state;
	tree_file(tree, "/x", "", 0640);
	if (setxattr(tree_path(tree, "/x"), "system.posix_acl_access", lists[1].bytes, lists[1].len, 0) < 0)
		skip(); /* this file system has no access lists */
	run_for(tree, "file./x");
	const struct fact_side *side = tree_side(tree, "file./x");
	assert_string_equal(tree_field(tree, side, 0, "mode"), "0646");
	assert_string_equal(tree_field(tree, side, 0, "acl"), "[user:1000:rw-]");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)
	const struct CMUnitTest tests[] = {
		TEST(regular_file_is_told),
		TEST(owner_is_named_by_the_trees_own_files),
		TEST(types_are_told),
		TEST(links_are_followed_inside_the_root),
		TEST(missing_files_are_absent),
		TEST(globs_give_a_row_for_each_file),
		TEST(unsafe_names_are_made_safe),
		TEST(unreadable_parent_is_unreadable_not_absent),
		TEST(templates_take_the_facts_of_each_subject),
		TEST(templates_that_fail_pass_their_reason_on),
		TEST(several_values_give_several_rows),
		TEST(template_values_are_paths_not_patterns),
		TEST(live_files_know_their_mount_point),
		TEST(file_system_of_its_own_is_told_from_a_folder),
		TEST(access_lists_are_folded_into_the_mode),
		TEST(access_list_of_a_real_file_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
