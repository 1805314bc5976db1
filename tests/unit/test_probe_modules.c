/* Kernel modules: loaded, blocked, built in. */
#include "host_tree.h"

extern const struct probe probe_modules;

#define LOADED "host.modules.loaded"
#define BLOCKED "host.modules.blocked"
#define BUILTIN "host.modules.builtin"

static void run(struct probe_tree *tree, const char *host)
{
	if (host)
		host_tree_use(tree, host);
	tree_want(tree, LOADED);
	tree_want(tree, BLOCKED);
	tree_want(tree, BUILTIN);
	tree_run(tree, &probe_modules);
}

static void loaded_names_have_underscores(void **state)
{
	run(*state, "modules-layers");
	assert_string_equal(tree_shown(*state, LOADED), "[br_netfilter, overlay, snd_fake]");
}

/* hfs runs another command after all; hfsplus and dccp-ipv4 have an earlier install line. */
static void blocked_are_those_that_modprobe_leaves(void **state)
{
	run(*state, "modules-layers");
	assert_string_equal(tree_shown(*state, BLOCKED),
			    "[cramfs, dccp_*, floppy, freevxfs, jffs2, nouveau, pcspkr, rds, sctp, udf, usb_storage]");
	assert_true(host_tree_notes(*state, BLOCKED, SIDE_PLAIN, "/etc/modprobe.d/masked.conf: rds"));
	assert_true(host_tree_notes(*state, BLOCKED, SIDE_PLAIN, "/proc/cmdline: floppy nouveau pcspkr"));
}

static void builtin_is_of_the_running_release(void **state)
{
	run(*state, "modules-layers");
	assert_string_equal(tree_shown(*state, BUILTIN), "[squashfs, usb_storage]");
	assert_string_equal(tree_side(*state, BUILTIN)->origin, "/lib/modules/6.1.0-18-amd64/modules.builtin");
}

static void tree_at_rest_has_files_only(void **state)
{
	run(*state, "modules-at-rest");
	assert_string_equal(tree_shown(*state, LOADED), "unsupported");
	assert_string_equal(tree_shown(*state, BLOCKED), "[]");
	assert_string_equal(tree_shown(*state, BUILTIN), "[ext4]");
}

static void two_kernels_at_rest_are_not_guessed(void **state)
{
	run(*state, "modules-two-kernels");
	assert_string_equal(tree_shown(*state, BUILTIN), "unsupported");
}

static void kernel_without_modules_has_none_loaded(void **state)
{
	run(*state, "modules-none");
	assert_string_equal(tree_shown(*state, LOADED), "[]");
	assert_true(host_tree_notes(*state, LOADED, SIDE_PLAIN, "loads no modules"));
	assert_string_equal(tree_shown(*state, BUILTIN), "absent");
}

static void unreadable_file_spoils_the_blocked(void **state)
{
	tree_folder(*state, "/usr/lib/modprobe.d/x.conf");
	run(*state, NULL);
	assert_string_equal(tree_shown(*state, BLOCKED), "unreadable");
	assert_string_equal(tree_side(*state, BLOCKED)->origin, "/usr/lib/modprobe.d/x.conf");
}

static void release_cannot_lead_elsewhere(void **state)
{
	tree_file(*state, "/proc/sys/kernel/osrelease", "../../etc\n", 0644);
	run(*state, NULL);
	assert_string_equal(tree_shown(*state, BUILTIN), "unreadable");
}

static void install_commands_are_taken_apart(void **state)
{
	static const struct {
		const char *line;
		const char *blocked;
	} rows[] = {
		{"install x /bin/false", "[x]"},
		{"install x false", "[x]"},
		{"install x /usr/sbin/nologin now", "[x]"},
		{"install x :", "[x]"},
		{"install x /bin/falsely", "[]"},
		{"install x /bin/true; modprobe x", "[]"},
		{"install x /bin/true && insmod x", "[]"},
		{"install x", "[]"},
		{"install x $(false)", "[]"},
		{"Install x /bin/false", "[]"},
		{"installx /bin/false", "[]"},
		{"\tblacklist\tx-y", "[x_y]"},
		{"blacklist x\\", "[x]"},
		{"install x /bin/\\\nfalse", "[x]"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		tree_file(tree, "/etc/modprobe.d/a.conf", rows[i].line, 0644);
		run(tree, NULL);
		if (strcmp(tree_shown(tree, BLOCKED), rows[i].blocked) != 0)
			fail_msg("%s: %s", rows[i].line, tree_shown(tree, BLOCKED));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(loaded_names_have_underscores),
		TEST(blocked_are_those_that_modprobe_leaves),
		TEST(builtin_is_of_the_running_release),
		TEST(tree_at_rest_has_files_only),
		TEST(two_kernels_at_rest_are_not_guessed),
		TEST(kernel_without_modules_has_none_loaded),
		TEST(unreadable_file_spoils_the_blocked),
		TEST(release_cannot_lead_elsewhere),
		TEST(install_commands_are_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
