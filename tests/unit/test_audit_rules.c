/* Audit rules: what a list of them records of a path. Lists are written in the syntax of auditctl(8). */
#include "host_tree.h"

#include <sys/utsname.h>

#include "checks/audit_rules.h"

#define F "/etc/conf/file"
#define D "/etc/conf"
#define BOTH(rest) "-a always,exit -F arch=b64 " rest "\n-a always,exit -F arch=b32 " rest
#define CHANGES                                                                                                        \
	"open,openat,openat2,creat,truncate,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat," \
	"mkdir,mkdirat,rmdir,mknod,mknodat"

static int setup(void **state)
{
	if (tree_setup(state) < 0)
		return -1;
	struct probe_tree *tree = *state;
	tree_file(tree, "/etc/conf/file", "x", 0644);
	tree_folder(tree, "/etc/conf/sub");
	tree_folder(tree, "/etc/confuse");
	tree_link(tree, "/lnk", "etc");
	tree_link(tree, "/etc/conf/link", "file");
	return 0;
}

static struct audit_rules load(struct probe_tree *tree, const char *text)
{
	struct audit_rules rules = {.enabled = true, .origin = "test"};
	struct audit_reader reader = {.host = tree->host, .arena = tree->arena, .rules = &rules};
	char *copy = arena_strdup(tree->arena, text), *line;
	unsigned number = 0;

	while ((line = strsep(&copy, "\n")) != NULL)
		if (*line)
			audit_line_read(&reader, line, arena_printf(tree->arena, "t:%u", ++number));
	return rules;
}

static struct audit_answer decide(struct probe_tree *tree, const char *text, const char *path)
{
	struct audit_rules rules = load(tree, text);
	struct audit_target target = {.path = path, .directory = strcmp(path, F) != 0, .abis = AUDIT_ABIS_ALL};
	struct audit_answer answer;

	audit_rules_decide(tree->arena, &rules, &target, &answer);
	return answer;
}

static const char *letters(struct probe_tree *tree, unsigned bits)
{
	struct value value = value_strings(audit_rules_letters(tree->arena, bits));

	return value_display(tree->arena, &value, 0);
}

struct row {
	const char *rules;
	const char *path;
	const char *letters;
};

static void check_rows(struct probe_tree *tree, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct audit_answer answer = decide(tree, rows[i].rules, rows[i].path);

		if (strcmp(letters(tree, answer.letters), rows[i].letters) != 0)
			fail_msg("%s\n-> %s: %s, wanted %s", rows[i].rules, rows[i].path, letters(tree, answer.letters), rows[i].letters);
	}
}

static void watches_cover_files_and_whole_folders(void **state)
{
	static const struct row rows[] = {
		{"", F, "[]"},
		{"-w " F " -p wa -k x", F, "[w, a]"},
		{"-w " F, F, "[r, w, x, a]"},
		{"-w" F " -pWA", F, "[w, a]"},
		{"-w " D "/ -p wa", F, "[w, a]"},
		{"-w " D " -p wa", D, "[w, a]"},
		{"-w / -p wa", F, "[w, a]"},
		{"-w /etc/confuse -p wa", F, "[]"},
		{"-w " D "/sub -p wa", D, "[]"},
		{"-w " F " -p w\n-w " D " -p a", F, "[w, a]"},
	};

	check_rows(*state, rows, COUNT(rows));
}

static void fields_mean_what_the_kernel_makes_of_them(void **state)
{
	static const struct row rows[] = {
		{"-a always,exit -F path=" F " -F perm=wa -k x", F, "[w, a]"},
		{"-a exit,always -F path=" F " -F perm=wa -F key=x", F, "[w, a]"},
		{"-a always,exit -F path=" F, F, "[r, w, x, a]"},
		{"-a always,exit -S all -F path=" F " -F perm=wa", F, "[w, a]"},
		{"-a always,exit -F dir=" D " -F perm=wa", F, "[w, a]"},
		{"-a always,exit -F dir=" D "/ -F perm=wa", D, "[w, a]"},
		{"-a always,exit -F path=" D " -F perm=wa", D, "[]"},
		{"-a always,exit -F path=" D " -F perm=wa", F, "[]"},
		{"-a always,exit -F perm=wa", F, "[w, a]"},
		{"-a always,exit -F dir=/etc/con -F perm=wa", F, "[]"},
		{"-a always,user -F path=" F, F, "[]"},
		{"-a always,exit -F path=" F " -F path=" F, F, "[]"},
		{"-a always,exit -F path=" F "/", F, "[]"},
		{"-a always,exit -F path!=" F, F, "[]"},
		{"-a always,exit -F path=etc/conf/file", F, "[]"},
	};

	check_rows(*state, rows, COUNT(rows));
}

static void links_count_as_the_kernel_follows_them(void **state)
{
	static const struct row rows[] = {
		{"-w /lnk/conf/file -p wa", F, "[w, a]"},
		{"-a always,exit -F dir=/lnk/conf -F perm=wa", D, "[w, a]"},
		{"-w /etc/conf/link -p wa", F, "[]"},
		{"-a always,exit -F dir=/lnk -F perm=wa", D, "[]"},
		{"-w /etc/conf/../conf/file -p wa", F, "[w, a]"},
	};

	check_rows(*state, rows, COUNT(rows));
}

static void rules_for_some_callers_do_not_suffice(void **state)
{
	static const struct row rows[] = {
		{"-a always,exit -F path=" F " -F perm=wa -F auid>=1000", F, "[]"},
		{"-a always,exit -F path=" F " -F perm=wa -F success=1", F, "[]"},
		{"-a always,exit -F path=" F " -F perm=wa -C uid!=euid", F, "[]"},
		{"-a always,exit -F path=" F " -F perm=wa -F unheard_of=1", F, "[]"},
		{"-a always,exit -F arch=b64 -S open -F path=" F " -F perm=wa", F, "[]"},
		{"-a always,exit -F path=" F " -F perm=wa -F auid>=1000\n-w " F " -p w", F, "[w]"},
	};
	struct audit_answer answer;

	check_rows(*state, rows, COUNT(rows));
	answer = decide(*state, rows[0].rules, F);
	assert_int_equal(answer.notes.count, 1);
	assert_string_equal(answer.notes.items[0], "t:1 records it only for what its further fields match");
	assert_string_equal(answer.origin, "test");
}

/* On machines with one ABI auditctl refuses the other's name. */
static bool has_two_abis(void)
{
	struct utsname names;

	return uname(&names) == 0 && audit_rules_machine_abis(names.machine) == AUDIT_ABIS_ALL;
}

static void both_abis_must_be_recorded(void **state)
{
	static const struct row rows[] = {
		{"-a always,exit -F arch=b64 -F path=" F " -F perm=wa", F, "[]"},
		{BOTH("-F path=" F " -F perm=wa"), F, "[w, a]"},
		{"-a always,exit -F arch=x86_64 -F path=" F " -F perm=wa\n-a always,exit -F arch=i386 -F path=" F " -F perm=w", F, "[w]"},
		{"-a always,exit -F arch!=b64 -F path=" F " -F perm=wa\n-a always,exit -F arch=b64 -F path=" F " -F perm=wa", F, "[w, a]"},
		{BOTH("-S " CHANGES " -F path=" F " -F perm=wa"), F, "[w]"},
		{"-a always,exit -S " CHANGES " -F path=" F, F, "[]"},
		{"-a never,exit -F arch=b32 -F path=" F "\n-w " F " -p wa", F, "[]"},
	};

	if (!has_two_abis())
		skip();
	check_rows(*state, rows, COUNT(rows));
	assert_int_equal(decide(*state, rows[0].rules, F).notes.count, 1);
}

static void first_match_wins_and_never_hides(void **state)
{
	static const struct row rows[] = {
		{"-a never,exit -F path=" F "\n-w " F " -p wa", F, "[]"},
		{"-w " F " -p wa\n-a never,exit -F path=" F, F, "[w, a]"},
		{"-w " F " -p wa\n-A never,exit -F path=" F, F, "[]"},
		{"-a never,exit -F path=" F " -F perm=a\n-w " F " -p wa", F, "[w]"},
		{"-a never,exit -F dir=/etc\n-w " D, D, "[]"},
		{"-a never,exit -F dir=" D "/sub\n-w " D " -p wa", D, "[w, a]"},
		{"-a never,exit -F path=" F " -F auid=unset\n-w " F " -p wa", F, "[]"},
		{"-a never,exit -F auid=unset\n-w " F " -p wa", F, "[w, a]"},
		{"-a never,exit -F arch=b64 -S adjtimex -F uid=1\n-w " F " -p wa", F, "[w, a]"},
		{"-a never,exit -F arch=b64 -S chmod\n-w " F " -p wa", F, "[w]"},
		{"-a never,exit -S all\n-w " F " -p wa", F, "[]"},
		{"-a never,user -F uid=0\n-w " F " -p wa", F, "[w, a]"},
	};
	struct audit_answer answer;

	check_rows(*state, rows, COUNT(rows));
	answer = decide(*state, rows[5].rules, D);
	assert_string_equal(answer.notes.items[0], "t:1 leaves a part of it out");
}

static void nothing_is_recorded_when_silenced(void **state)
{
	static const struct row rows[] = {
		{"-a never,task\n-w " F " -p wa", F, "[]"},
		{"-w " F " -p wa\n-a task,never", F, "[]"},
		{"-a always,task\n-a never,task\n-w " F " -p wa", F, "[w, a]"},
		{"-a never,task -F uid=1\n-w " F " -p wa", F, "[w, a]"},
		{"-w " F " -p wa\n-e 0", F, "[]"},
		{"-e 0\n-w " F " -p wa\n-e 1", F, "[w, a]"},
		{"-w " F " -p wa\n-a always,exclude -F msgtype=SYSCALL", F, "[]"},
		{"-w " F " -p wa\n-a never,exclude -F msgtype>=1000", F, "[]"},
		{"-w " F " -p wa\n-a always,exclude -F msgtype=CWD", F, "[w, a]"},
		{"-w " F " -p wa\n-a always,exclude -F msgtype=SYSCALL -F uid=1", F, "[w, a]"},
	};
	struct audit_answer answer;

	check_rows(*state, rows, COUNT(rows));
	answer = decide(*state, rows[0].rules, F);
	assert_string_equal(answer.origin, "t:1");
	answer = decide(*state, rows[4].rules, F);
	assert_string_equal(answer.origin, "t:2");
}

static void control_lines_change_the_list(void **state)
{
	static const struct row rows[] = {
		{"-w " F " -p wa\n-D", F, "[]"},
		{"-w " F " -p wa -k a\n-w " D " -p w -k b\n-D -k a", F, "[w]"},
		{"-w " F " -p wa -k a\n-W " F " -p wa -k a", F, "[]"},
		{"-w " F " -p wa\n-d always,exit -F path=" F " -F perm=wa", F, "[]"},
		{"-e 2\n-w " F " -p wa", F, "[]"},
		{"-b 8192\n-f 1\n-r 0\n--loginuid-immutable\n--backlog_wait_time 60000\n-w " F " -p wa", F, "[w, a]"},
		{"-a possible,exit -S open\n-w " F " -p wa", F, "[w, a]"},
	};

	check_rows(*state, rows, COUNT(rows));
}

static void loading_stops_at_what_auditctl_refuses(void **state)
{
	static const char *const refused[] = {
		"-Z",
		"nonsense",
		"-w etc/conf",
		"-w",
		"-w " F " -p wz",
		"-w " F " -a always,exit",
		"-a always,exit -a always,exit",
		"-a always,nowhere -S all",
		"-a always -S all",
		"-F path=" F " -a always,exit",
		"-k key -w " F,
		"-a always,exit -F path",
		"-a always,exit -F perm!=w",
		"-a always,exit -S open -F arch=b64",
		"-a always,exit -F arch=b17",
		"-a always,task -S open",
		"-e 3",
		"-f x",
		"-R /etc/other",
		"-W /etc/none",
		"-d always,exit -F path=/none",
		"--unheard-of",
		"-w /etc -p wa\n-w /etc -p wa",
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(refused); i++) {
		const char *stops = arena_printf(tree->arena, "%s\n-w " F " -p x", refused[i]);
		const char *goes_on = arena_printf(tree->arena, "-i\n%s\n-w " F " -p x", refused[i]);
		struct audit_rules rules = load(tree, stops);

		if (decide(tree, stops, F).letters & AUDIT_PERM_EXEC)
			fail_msg("went on behind: %s", refused[i]);
		assert_int_equal(rules.notes.count, 1);
		assert_true(text_ends(rules.notes.items[0], "no line behind it is loaded"));
		if (!(decide(tree, goes_on, F).letters & AUDIT_PERM_EXEC))
			fail_msg("stopped in spite of -i: %s", refused[i]);
	}
}

static void escaped_blanks_belong_to_the_word(void **state)
{
	struct probe_tree *tree = *state;
	struct audit_rules rules = load(tree, "-w /etc/a\\ b\\\\c -p wa");

	assert_int_equal(rules.list.count, 1);
	assert_string_equal(rules.list.items[0].path, "/etc/a b\\c");
}

static void letters_come_in_one_order(void **state)
{
	assert_string_equal(letters(*state, AUDIT_LETTERS_ALL), "[r, w, x, a]");
	assert_string_equal(letters(*state, AUDIT_PERM_ATTR | AUDIT_PERM_READ), "[r, a]");
	assert_string_equal(letters(*state, 0), "[]");
}

static void deciding_rules_are_the_origin(void **state)
{
	if (!has_two_abis())
		skip();
	struct audit_answer answer = decide(*state, BOTH("-F path=" F " -F perm=wa") "\n-w " F " -p rwxa", F);

	assert_string_equal(answer.origin, "t:1, t:2, t:3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(watches_cover_files_and_whole_folders),
		TEST(fields_mean_what_the_kernel_makes_of_them),
		TEST(links_count_as_the_kernel_follows_them),
		TEST(rules_for_some_callers_do_not_suffice),
		TEST(both_abis_must_be_recorded),
		TEST(first_match_wins_and_never_hides),
		TEST(nothing_is_recorded_when_silenced),
		TEST(control_lines_change_the_list),
		TEST(loading_stops_at_what_auditctl_refuses),
		TEST(escaped_blanks_belong_to_the_word),
		TEST(letters_come_in_one_order),
		TEST(deciding_rules_are_the_origin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
