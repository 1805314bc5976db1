/* What is read of each process of a container: labels, limits, maps of users, environments; and its programs. */
#include "member_tree.h"

#include "checks/environment.h"
#include "checks/id_maps.h"
#include "checks/lsm_label.h"

extern const struct probe probe_labels, probe_rlimits, probe_idmap, probe_environment, probe_setuid;

#define CONTEXT "system_u:system_r:container_t:s0:c1,c2"

/* ---- labels --------------------------------------------------------------------------------------------- */

static const struct {
	const char *text, *profile, *mode, *context;
} labels[] = {
	{"unconfined\n", "unconfined", "unconfined", NULL},
	{"docker-default (enforce)\n", "docker-default", "enforce", NULL},
	{"a (b) (complain)", "a (b)", "complain", NULL},
	{"a:b:c (kill)\n", "a:b:c", "kill", NULL},
	{"x//&y (mixed)\n", "x//&y", "mixed", NULL},
	{"name (unconfined)\n", "name", "unconfined", NULL},
	{"name (strange)\n", NULL, NULL, NULL},
	{"(enforce)\n", NULL, NULL, NULL},
	{CONTEXT, NULL, NULL, CONTEXT},
	{"_", NULL, NULL, NULL},
};

static void labels_are_taken_apart(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(labels); i++) {
		struct lsm_label label = {0};

		lsm_label_parse(tree->arena, labels[i].text, strlen(labels[i].text), &label);
		if (!text_eq(label.profile, labels[i].profile) || !text_eq(label.mode, labels[i].mode) ||
		    !text_eq(label.context, labels[i].context))
			fail_msg("%s: %s %s %s", labels[i].text, label.profile, label.mode, label.context);
	}
	struct lsm_label nul = {0};
	lsm_label_parse(tree->arena, CONTEXT "\0", sizeof CONTEXT, &nul);
	assert_string_equal(nul.context, CONTEXT);
}

static void one_unconfined_process_is_the_weakest(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "attr/current", "docker-default (enforce)\n");
	member_make(tree, 11, 200, MEMBER_HOST);
	member_file(tree, 11, "attr/current", "unconfined\n");
	tree_run(tree, &probe_labels);
	member_is(tree, "container.lsm.labels", SIDE_PLAIN, "[docker-default (enforce), unconfined]");
	member_is(tree, "container.apparmor.profile", SIDE_EFFECTIVE, "unconfined");
	member_is(tree, "container.apparmor.mode", SIDE_PLAIN, "unconfined");
	member_is(tree, "container.selinux.label", SIDE_EFFECTIVE, "unsupported");
	member_notes(tree, "container.apparmor.profile", SIDE_EFFECTIVE, "process 11 (x) is unconfined");
}

static void apparmor_beside_another_module_is_asked(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc/self/attr/apparmor");
	member_file(tree, 10, "attr/current", CONTEXT);
	member_file(tree, 10, "attr/apparmor/current", "mine (complain)\n");
	tree_run(tree, &probe_labels);
	member_is(tree, "container.apparmor.profile", SIDE_EFFECTIVE, "mine");
	member_is(tree, "container.apparmor.mode", SIDE_PLAIN, "complain");
	member_is(tree, "container.selinux.label", SIDE_EFFECTIVE, CONTEXT);
}

static void unconfined_context_counts(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "attr/current", CONTEXT);
	member_make(tree, 11, 200, MEMBER_HOST);
	member_file(tree, 11, "attr/current", "unconfined_u:unconfined_r:unconfined_t:s0");
	tree_run(tree, &probe_labels);
	member_is(tree, "container.selinux.label", SIDE_EFFECTIVE, "unconfined_u:unconfined_r:unconfined_t:s0");
	member_is(tree, "container.apparmor.mode", SIDE_PLAIN, "unsupported");
}

static void no_module_is_unsupported(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "attr/current", "");
	tree_run(tree, &probe_labels);
	member_is(tree, "container.lsm.labels", SIDE_PLAIN, "unsupported");
	member_is(tree, "container.apparmor.profile", SIDE_EFFECTIVE, "unsupported");
}

static void ended_processes_have_no_label(void **state)
{
	struct probe_tree *tree = *state;

	tree_run(tree, &probe_labels);
	member_is(tree, "container.lsm.labels", SIDE_PLAIN, "unreadable");
	member_is(tree, "container.apparmor.mode", SIDE_PLAIN, "unreadable");
}

/* ---- limits ---------------------------------------------------------------------------------------------- */

#define HEAD "Limit                     Soft Limit           Hard Limit           Units     \n"

static void loosest_limits_win(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "limits", HEAD "Max processes             5                    unlimited            processes \n"
					     "Max open files            100                  200                  files     \n");
	member_file(tree, 10, "oom_score_adj", "500\n");
	member_make(tree, 11, 200, MEMBER_HOST);
	member_file(tree, 11, "limits", HEAD "Max processes             5                    9                    processes \n"
					     "Max open files            50                   300                  files     \n");
	member_file(tree, 11, "oom_score_adj", "-999\n");
	tree_run(tree, &probe_rlimits);
	member_is(tree, "container.rlimits", SIDE_PLAIN, "(nproc 5 unlimited)(nofile 100 300)");
	member_notes(tree, "container.rlimits", SIDE_PLAIN, "process 11 (x) has more of [nofile]");
	member_is(tree, "container.oom_score_adj", SIDE_PLAIN, "-999");
}

static void junk_limits_are_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "limits", "what");
	member_file(tree, 10, "oom_score_adj", "much\n");
	tree_run(tree, &probe_rlimits);
	member_is(tree, "container.rlimits", SIDE_PLAIN, "unreadable");
	member_is(tree, "container.oom_score_adj", SIDE_PLAIN, "unreadable");
}

/* ---- users -------------------------------------------------------------------------------------------------- */

static void maps_are_parsed_strictly(void **state)
{
	static const struct {
		const char *text;
		bool parses;
	} rows[] = {
		{"         0          0 4294967295\n", true}, {"0 100000 65536\n65536 5 1\n", true}, {"", true},
		{"0 0\n", false}, {"0 0 1", false}, {"0 0 4294967296\n", false}, {"-1 0 1\n", false}, {"x\n", false},
	};
	struct probe_tree *tree = *state;
	struct id_map map;

	for (size_t i = 0; i < COUNT(rows); i++)
		if (id_maps_parse(tree->arena, rows[i].text, &map) != rows[i].parses)
			fail_msg("%s", rows[i].text);
	assert_true(id_maps_parse(tree->arena, rows[1].text, &map));
	assert_int_equal(id_maps_outside(&map, 0), 100000);
	assert_int_equal(id_maps_outside(&map, 65536), 5);
	assert_int_equal(id_maps_outside(&map, 65537), -1);
	assert_int_equal(id_maps_inside(&map, 100001), 1);
	assert_int_equal(id_maps_inside(&map, 4), -1);
	assert_int_equal(id_maps_inside(&map, 165536), -1);
}

static void lowest_root_is_told(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "uid_map", "0 100000 1000\n");
	member_file(tree, 10, "gid_map", "");
	member_make(tree, 11, 200, MEMBER_HOST);
	member_file(tree, 11, "uid_map", "0 0 4294967295\n");
	tree_run(tree, &probe_idmap);
	member_is(tree, "container.uid_map", SIDE_PLAIN, "(0 100000 1000)");
	member_is(tree, "container.gid_map", SIDE_PLAIN, "");
	member_is(tree, "container.root_uid", SIDE_PLAIN, "0");
	member_notes(tree, "container.root_uid", SIDE_PLAIN, "process 11 (x)");
}

static void map_without_root_has_none(void **state)
{
	struct probe_tree *tree = *state;

	member_file(tree, 10, "uid_map", "1000 1000 1\n");
	tree_run(tree, &probe_idmap);
	member_is(tree, "container.root_uid", SIDE_PLAIN, "absent");
	member_is(tree, "container.gid_map", SIDE_PLAIN, "unreadable");
}

/* ---- environments ------------------------------------------------------------------------------------------- */

static const struct {
	const char *entry;
	bool secret;
} entries[] = {
	{"DB_PASSWORD=hunter22", true},
	{"DB_PASSWORD=", false},
	{"DB_PASSWORD=abc", false},
	{"DB_PASSWORD=abcd", true},
	{"DB_PASSWORD=DB_PASSWORD", false},
	{"ALLOW_EMPTY_PASSWORD=True", false},
	{"PASSWORD_FILE=/run/secrets/db", false},
	{"PASSWORD_FILE=hunter22", true},
	{"SSH_AUTH_SOCK=/tmp/agent.1", false},
	{"PASSWORD=/run/secrets/db", true},
	{"GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568", false},
	{"API_KEY=E3FF2839C048B25C084DEBE9B26995E310250568", true},
	{"PUBLIC_KEY=ssh-ed25519 AAAA", false},
	{"PUBLIC_KEY=-----BEGIN OPENSSH PRIVATE KEY-----", true},
	{"GREETING=hello", false},
	{"GREETING=ghp_0123456789", true},
	{"DATABASE_URL=postgres://u:p@h/db", true},
	{"DATABASE_URL=postgres://h/db", false},
	{"PATH=/usr/bin", false},
	{"NAMELESS", false},
	{"=ghp_0123456789", false},
	{"", false},
};

static void names_and_values_are_judged(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(entries); i++)
		if ((environment_secret(tree->arena, entries[i].entry) != NULL) != entries[i].secret)
			fail_msg("%s", entries[i].entry);
	assert_string_equal(environment_secret(tree->arena, "A\x1bTOKEN=abcdefgh"), "A\\x1BTOKEN");
}

static void write_environ(struct probe_tree *tree, int pid, const char *bytes, size_t len)
{
	FILE *file = fopen(tree_path(tree, arena_printf(tree->arena, "/proc/%d/environ", pid)), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

#define ENVIRON(tree, pid, text) write_environ((tree), (pid), (text), sizeof(text))

static void secrets_of_all_processes_are_named(void **state)
{
	struct probe_tree *tree = *state;

	member_make(tree, 11, 200, MEMBER_HOST);
	ENVIRON(tree, 10, "PATH=/bin\0TOKEN=abcdefgh\0");
	ENVIRON(tree, 11, "TOKEN=other123\0LATE_SECRET=abcdefgh");
	tree_run(tree, &probe_environment);
	member_is(tree, "container.environment.secrets", SIDE_EFFECTIVE, "[LATE_SECRET, TOKEN]");
	member_notes(tree, "container.environment.secrets", SIDE_EFFECTIVE, "process 11 (x) has [LATE_SECRET]");
}

static void environment_too_long_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;
	char *bytes = arena_alloc(tree->arena, 131073);

	write_environ(tree, 10, memset(bytes, 'x', 131073), 131073);
	tree_run(tree, &probe_environment);
	member_is(tree, "container.environment.secrets", SIDE_EFFECTIVE, "unreadable");
}

/* ---- programs --------------------------------------------------------------------------------------------------- */

static void make_programs(struct probe_tree *tree)
{
	static const struct {
		const char *path;
		mode_t mode;
	} programs[] = {
		{"/proc/10/root/bin/su", 04755},     {"/proc/10/root/bin/sg", 02755},        {"/proc/10/root/bin/ls", 0755},
		{"/proc/10/root/bin/root", 04750},   {"/proc/10/root/bin/locked", 02745},    {"/proc/10/root/hidden/su", 04755},
		{"/proc/10/root/a/b/c/d/deep", 04711},
	};

	for (size_t i = 0; i < COUNT(programs); i++)
		tree_file(tree, programs[i].path, "", programs[i].mode);
	assert_int_equal(chmod(tree_path(tree, "/proc/10/root/hidden"), 0750), 0);
}

static void programs_in_reach_are_told(void **state)
{
	struct probe_tree *tree = *state;

	make_programs(tree);
	tree_link(tree, "/proc/10/root/link", "bin/su");
	tree->request.setuid_scan = true;
	tree_run(tree, &probe_setuid);
	member_is(tree, "container.setuid.programs", SIDE_PLAIN, "[/a/b/c/d/deep, /bin/sg, /bin/su]");
}

static void unasked_nothing_is_looked_at(void **state)
{
	struct probe_tree *tree = *state;

	make_programs(tree);
	tree_run(tree, &probe_setuid);
	member_is(tree, "container.setuid.programs", SIDE_PLAIN, "not_collected");
	assert_non_null(strstr(member_side(tree, "container.setuid.programs", SIDE_PLAIN)->reason, "--setuid-scan"));
}

static void what_is_too_deep_leaves_it_unreadable(void **state)
{
	struct probe_tree *tree = *state;
	struct buf path = {0};

	make_programs(tree);
	buf_puts(&path, "/proc/10/root");
	for (int i = 0; i < 65; i++)
		buf_puts(&path, "/d");
	tree_folder(tree, path.data);
	buf_done(&path);
	tree->request.setuid_scan = true;
	tree_run(tree, &probe_setuid);
	member_is(tree, "container.setuid.programs", SIDE_PLAIN, "unreadable");
	member_notes(tree, "container.setuid.programs", SIDE_PLAIN, "at least [/a/b/c/d/deep, /bin/sg, /bin/su]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MEMBER_TEST(labels_are_taken_apart),
		MEMBER_TEST(one_unconfined_process_is_the_weakest),
		MEMBER_TEST(apparmor_beside_another_module_is_asked),
		MEMBER_TEST(unconfined_context_counts),
		MEMBER_TEST(no_module_is_unsupported),
		MEMBER_TEST(ended_processes_have_no_label),
		MEMBER_TEST(loosest_limits_win),
		MEMBER_TEST(junk_limits_are_unreadable),
		MEMBER_TEST(maps_are_parsed_strictly),
		MEMBER_TEST(lowest_root_is_told),
		MEMBER_TEST(map_without_root_has_none),
		MEMBER_TEST(names_and_values_are_judged),
		MEMBER_TEST(secrets_of_all_processes_are_named),
		MEMBER_TEST(environment_too_long_is_unreadable),
		MEMBER_TEST(programs_in_reach_are_told),
		MEMBER_TEST(unasked_nothing_is_looked_at),
		MEMBER_TEST(what_is_too_deep_leaves_it_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
