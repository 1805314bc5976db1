/* Security modules: a securityfs that is not mounted is not a kernel without modules. */
#include "host_tree.h"

extern const struct probe probe_lsm;

static const char *const facts[] = {"host.lsm.active", "host.lsm.apparmor_enabled", "host.lsm.selinux_mode", "host.lockdown"};

static void run(struct probe_tree *tree)
{
	for (size_t i = 0; i < COUNT(facts); i++)
		tree_want(tree, facts[i]);
	tree_run(tree, &probe_lsm);
}

static void each_host_is_told(void **state)
{
	static const struct {
		const char *host;
		const char *shown[COUNT(facts)];
	} rows[] = {
		{"lsm-apparmor", {"[lockdown, capability, landlock, yama, apparmor]", "true", "disabled", "integrity"}},
		{"lsm-selinux", {"[lockdown, capability, selinux]", "false", "enforcing", "none"}},
		{"lsm-selinux-permissive-config", {"unsupported", "unsupported", "permissive", "unsupported"}},
		{"lsm-not-mounted", {"unreadable", "false", "disabled", "unreadable"}},
		{"lsm-no-framework", {"[]", "false", "disabled", "none"}},
		{"lsm-no-lockdown", {"[capability]", "false", "disabled", "none"}},
		{"sysctl-at-rest", {"unsupported", "unsupported", "unsupported", "unsupported"}},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		host_tree_use(tree, rows[i].host);
		run(tree);
		for (size_t k = 0; k < COUNT(facts); k++)
			if (strcmp(tree_shown(tree, facts[k]), rows[i].shown[k]) != 0)
				fail_msg("%s %s: %s", rows[i].host, facts[k], tree_shown(tree, facts[k]));
	}
}

static void signs_of_hidden_modules_are_noted(void **state)
{
	struct probe_tree *tree = *state;

	host_tree_use(tree, "lsm-not-mounted");
	run(tree);
	assert_string_equal(tree_side(tree, facts[0])->reason, "securityfs is not mounted on /sys/kernel/security");
	assert_true(host_tree_notes(tree, facts[0], SIDE_PLAIN, "yama is active"));
	assert_true(host_tree_notes(tree, facts[0], SIDE_PLAIN, "/proc/self/attr/current is unconfined"));
}

static void selinuxfs_not_mounted_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/sys/kernel/security/lsm", "capability,selinux", 0644);
	tree_folder(tree, "/sys/fs/selinux");
	run(tree);
	assert_string_equal(tree_shown(tree, "host.lsm.selinux_mode"), "unreadable");
}

static void unknown_lockdown_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/sys/kernel/security/lsm", "capability,lockdown", 0644);
	tree_file(tree, "/sys/kernel/security/lockdown", "none integrity [fortress]\n", 0644);
	run(tree);
	assert_string_equal(tree_shown(tree, "host.lockdown"), "unreadable");
}

static void selinux_config_takes_the_last_line(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/selinux/config", "SELINUX=enforcing\n  SELINUX= Disabled \nSELINUXTYPE=x\nSELINUX=maybe\n", 0644);
	run(tree);
	assert_string_equal(tree_shown(tree, "host.lsm.selinux_mode"), "disabled");
	assert_string_equal(tree_side(tree, "host.lsm.selinux_mode")->origin, "/etc/selinux/config:2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_host_is_told),
		TEST(signs_of_hidden_modules_are_noted),
		TEST(selinuxfs_not_mounted_is_unreadable),
		TEST(unknown_lockdown_is_unreadable),
		TEST(selinux_config_takes_the_last_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
