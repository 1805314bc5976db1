/* Kernel parameters: what files set in the order of sysctl.d(5), and what is in force. */
#include "host_tree.h"

extern const struct probe probe_sysctl;

#define INT "host.sysctl."
#define TEXT "host.sysctl_text."

struct row {
	const char *fact;
	const char *declared;
	const char *origin; /* of the declared side, NULL: not looked at */
	const char *effective;
};

static void check_rows(struct probe_tree *tree, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		tree_want(tree, rows[i].fact);
	tree_run(tree, &probe_sysctl);
	for (size_t i = 0; i < count; i++) {
		const char *declared = host_tree_side(tree, rows[i].fact, SIDE_DECLARED);
		const char *effective = host_tree_side(tree, rows[i].fact, SIDE_EFFECTIVE);
		const char *origin = facts_side(facts_host(tree->facts), rows[i].fact, SIDE_DECLARED)->origin;

		if (strcmp(declared, rows[i].declared) != 0 || strcmp(effective, rows[i].effective) != 0)
			fail_msg("%s: declared %s, effective %s", rows[i].fact, declared, effective);
		if (rows[i].origin && !text_eq(origin, rows[i].origin))
			fail_msg("%s: origin %s", rows[i].fact, origin);
	}
}

static void last_assignment_in_base_name_order_wins(void **state)
{
	static const struct row rows[] = {
		{INT "kernel.kptr_restrict", "2", "/etc/sysctl.conf:3", "1"},
		{INT "kernel.dmesg_restrict", "1", "/etc/sysctl.d/10-first.conf:5", "absent"},
		{INT "kernel.yama.ptrace_scope", "2", "/usr/local/lib/sysctl.d/20-local.conf:2", "absent"},
		{INT "vm.mmap_min_addr", "65536", "/lib/sysctl.d/80-lib.conf:1", "absent"},
		{INT "kernel.panic", "absent", NULL, "absent"},
	};

	host_tree_use(*state, "sysctl-layers");
	check_rows(*state, rows, COUNT(rows));
}

static void earlier_folders_and_null_links_mask(void **state)
{
	static const struct row rows[] = {
		{INT "kernel.sysrq", "0", "/etc/sysctl.d/50-masked.conf:1", "absent"},
		{INT "fs.suid_dumpable", "0", "/etc/sysctl.conf:2 (read by procps, not by systemd-sysctl)", "absent"},
		{INT "fs.protected_fifos", "absent", NULL, "absent"},
	};

	host_tree_use(*state, "sysctl-layers");
	check_rows(*state, rows, COUNT(rows));
}

static void plain_names_and_exclusions_stand_before_globs(void **state)
{
	static const struct row rows[] = {
		{INT "net.ipv4.conf.eth0.rp_filter", "2", "/usr/lib/sysctl.d/70-globs.conf:1", "absent"},
		{INT "net.ipv4.conf.hub0.rp_filter", "1", "/usr/lib/sysctl.d/70-globs.conf:2", "absent"},
		{INT "net.ipv4.conf.all.rp_filter", "absent", "/usr/lib/sysctl.d/70-globs.conf:3", "absent"},
		{INT "net.ipv4.conf.default.send_redirects", "0", NULL, "absent"},
		{INT "net.ipv4.conf.eth0.accept_redirects", "0", "/usr/lib/sysctl.d/70-globs.conf:6", "absent"},
		{INT "net/ipv4/conf/eth0.100/rp_filter", "2", "/etc/sysctl.d/10-first.conf:6", "2"},
		{INT "net.ipv4.conf.eth0/100.rp_filter", "2", "/etc/sysctl.d/10-first.conf:6", "2"},
	};

	host_tree_use(*state, "sysctl-layers");
	check_rows(*state, rows, COUNT(rows));
}

static void values_are_read_as_the_kernel_reads_them(void **state)
{
	static const struct row rows[] = {
		{TEXT "kernel.printk", "3 4 1 3", NULL, "4 4 1 7"},
		{INT "kernel.printk", "unreadable", NULL, "unreadable"},
		{INT "kernel.shmall", "unlimited", NULL, "unlimited"},
		{INT "kernel.random.boot_id", "unreadable", NULL, "absent"},
		{TEXT "kernel.core_pattern", "|/bin/core %p", NULL, "absent"},
	};

	host_tree_use(*state, "sysctl-layers");
	check_rows(*state, rows, COUNT(rows));
}

static void sysctl_conf_without_link_is_noted(void **state)
{
	static const char fact[] = INT "net.ipv4.ip_forward", alone[] = INT "fs.suid_dumpable";
	struct probe_tree *tree = *state;

	host_tree_use(tree, "sysctl-layers");
	tree_want(tree, fact);
	tree_want(tree, alone);
	tree_run(tree, &probe_sysctl);
	assert_string_equal(host_tree_side(tree, fact, SIDE_DECLARED), "0");
	assert_true(host_tree_notes(tree, fact, SIDE_DECLARED, "systemd-sysctl sets 1 from /etc/sysctl.d/10-first.conf:4"));
	assert_true(host_tree_notes(tree, alone, SIDE_DECLARED, "there is none"));
}

static void tree_at_rest_has_a_declared_side_only(void **state)
{
	static const struct row rows[] = {{INT "net.ipv4.ip_forward", "0", "/etc/sysctl.conf:1", "unsupported"}};

	host_tree_use(*state, "sysctl-at-rest");
	check_rows(*state, rows, COUNT(rows));
	assert_false(host_tree_notes(*state, rows[0].fact, SIDE_DECLARED, "systemd"));
}

static void names_that_are_no_plain_name_are_unreadable(void **state)
{
	static const struct row rows[] = {
		{INT "net.ipv4.conf.*.rp_filter", "unreadable", NULL, "unreadable"},
		{INT "kernel/../../etc/passwd", "unreadable", NULL, "unreadable"},
		{INT "kernel//x", "unreadable", NULL, "unreadable"},
		{INT "", "unreadable", NULL, "unreadable"},
		{TEXT "kernel", "absent", NULL, "unreadable"},
	};

	host_tree_use(*state, "sysctl-layers");
	check_rows(*state, rows, COUNT(rows));
}

/* A folder in the place of a file cannot be read by root either. */
static void unreadable_file_leaves_only_what_stands_behind_it(void **state)
{
	static const struct row rows[] = {
		{INT "kernel.sysrq", "unreadable", "/etc/sysctl.d/50-folder.conf", "unsupported"},
		{INT "kernel.panic", "1", "/etc/sysctl.d/60-after.conf:1", "unsupported"},
		{INT "net.core.x", "unreadable", NULL, "unsupported"},
		{INT "kernel.none", "unreadable", NULL, "unsupported"},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/sysctl.d/40-before.conf", "kernel.sysrq=1\n", 0644);
	tree_folder(tree, "/etc/sysctl.d/50-folder.conf");
	tree_file(tree, "/etc/sysctl.d/60-after.conf", "kernel.panic=1\nnet.core.*=1\n", 0644);
	check_rows(tree, rows, COUNT(rows));
}

static void hostile_content_is_safe_and_cheap(void **state)
{
	static const struct row rows[] = {
		{TEXT "kernel.x", "a\\x1B[31m\\xFFb", NULL, "unsupported"},
		{INT "a.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.b", "absent", NULL, "unsupported"},
		{INT "kernel.huge", "unreadable", NULL, "unsupported"},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/sysctl.d/a.conf",
		  "kernel.x = a\x1b[31m\xff" "b\na.*a*a*a*a*a*a*a*a*a*a*a*a*c.b = 1\n=\n-=\n- \n[=1\na.[=1\nkernel.huge=-99999999999999999999\n", 0644);
	check_rows(tree, rows, COUNT(rows));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(last_assignment_in_base_name_order_wins),
		TEST(earlier_folders_and_null_links_mask),
		TEST(plain_names_and_exclusions_stand_before_globs),
		TEST(values_are_read_as_the_kernel_reads_them),
		TEST(sysctl_conf_without_link_is_noted),
		TEST(tree_at_rest_has_a_declared_side_only),
		TEST(names_that_are_no_plain_name_are_unreadable),
		TEST(unreadable_file_leaves_only_what_stands_behind_it),
		TEST(hostile_content_is_safe_and_cheap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
