/* Programs that the kernel starts, and kinds of files that have an interpreter; file systems of fstab. */
#include "probe_tree.h"

extern const struct probe probe_helpers, probe_fstab;

#define HELPERS "host.kernel.helpers"
#define PROGRAMS "host.kernel.helper_programs"
#define BINFMT "host.binfmt"
#define ENTRY "/proc/sys/fs/binfmt_misc/"

static void run_on(struct probe_tree *tree, const char *fact)
{
	tree_want(tree, fact);
	tree_run(tree, &probe_helpers);
}

static void settings_that_name_a_program_are_told(void **state)
{
	static const char *const expected[][3] = {
		{"modprobe", "/sbin/modprobe", "/proc/sys/kernel/modprobe"},
		{"uevent_helper", "/tmp/x", "/sys/kernel/uevent_helper"},
		{"core_pattern", "/usr/lib/systemd/systemd-coredump", "/proc/sys/kernel/core_pattern"},
		{"release_agent", "/cmd", "/sys/fs/cgroup/rdma/release_agent"},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/sys/kernel/modprobe", "/sbin/modprobe\n", 0644);
	tree_file(tree, "/proc/sys/kernel/hotplug", "\n", 0644);
	tree_file(tree, "/sys/kernel/uevent_helper", "/tmp/x\n", 0644);
	tree_file(tree, "/proc/sys/kernel/core_pattern", "|/usr/lib/systemd/systemd-coredump %P %u\n", 0644);
	tree_file(tree, "/proc/self/mountinfo", "30 1 0:30 / / rw - ext4 /dev/vda rw\n"
						"31 30 0:31 / /sys/fs/cgroup/rdma rw - cgroup cgroup rw,rdma\n"
						"32 30 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
						"33 30 0:33 /docker/x /srv/part rw - cgroup cgroup rw,cpu\n", 0644);
	tree_file(tree, "/sys/fs/cgroup/rdma/release_agent", "/cmd\n", 0644);
	tree_file(tree, "/sys/fs/cgroup/pids/release_agent", "\n", 0644);
	run_on(tree, HELPERS);
	const struct fact_side *side = tree_side(tree, HELPERS);
	assert_int_equal(side->state, FACT_PRESENT);
	assert_int_equal(side->value.records.count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++) {
		assert_string_equal(tree_field(tree, side, i, "setting"), expected[i][0]);
		assert_string_equal(tree_field(tree, side, i, "program"), expected[i][1]);
		assert_string_equal(tree_field(tree, side, i, "where"), expected[i][2]);
	}
	assert_string_equal(tree_shown(tree, PROGRAMS), "[/cmd, /sbin/modprobe, /tmp/x, /usr/lib/systemd/systemd-coredump]");
}

static void dumps_without_a_pipe_name_no_program(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/sys/kernel/core_pattern", "/var/crash/core.%p\n", 0644);
	run_on(tree, HELPERS);
	assert_string_equal(tree_shown(tree, HELPERS), "0 rows");
}

static void setting_that_cannot_be_read_spoils_the_list(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/proc/sys/kernel/modprobe");
	run_on(tree, HELPERS);
	assert_string_equal(tree_shown(tree, HELPERS), "unreadable");
	assert_string_equal(tree_shown(tree, PROGRAMS), "unreadable");
}

static void entries_are_read_where_they_are_mounted(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, ENTRY "qemu-aarch64", "enabled\ninterpreter /usr/bin/qemu-aarch64\nflags: POCF\noffset 0\nmagic 7f454c46\n", 0644);
	tree_file(tree, ENTRY "jar", "disabled\ninterpreter /usr/bin/jexec\nflags: \nextension .jar\n", 0644);
	tree_file(tree, ENTRY "status", "enabled\n", 0644);
	tree_file(tree, ENTRY "register", "", 0200);
	tree_file(tree, "/proc/self/mountinfo", "30 1 0:30 / / rw - ext4 /dev/vda rw\n"
						"31 30 0:31 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n", 0644);
	run_on(tree, BINFMT);
	assert_string_equal(tree_shown(tree, BINFMT), "0 rows");
	tree_file(tree, "/proc/self/mountinfo", "30 1 0:30 / / rw - ext4 /dev/vda rw\n"
						"31 30 0:31 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw\n"
						"32 31 0:32 / /proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw\n", 0644);
	run_on(tree, BINFMT);
	const struct fact_side *side = tree_side(tree, BINFMT);
	assert_int_equal(side->value.records.count, 2);
	assert_string_equal(tree_field(tree, side, 0, "enabled"), "false");
	assert_string_equal(tree_field(tree, side, 1, "enabled"), "true");
	assert_string_equal(tree_field(tree, side, 1, "interpreter"), "/usr/bin/qemu-aarch64");
	assert_string_equal(tree_field(tree, side, 1, "flags"), "POCF");
}

static void tree_at_rest_starts_nothing(void **state)
{
	run_on(*state, HELPERS);
	run_on(*state, BINFMT);
	assert_string_equal(tree_shown(*state, HELPERS), "unsupported");
	assert_string_equal(tree_shown(*state, PROGRAMS), "unsupported");
	assert_string_equal(tree_shown(*state, BINFMT), "unsupported");
}

static void fstab_is_read_line_by_line(void **state)
{
	static const char *const expected[][4] = {
		{"/", "UUID=1", "ext4", "[errors=remount-ro]"},
		{"/srv/a b", "tmpfs", "tmpfs", "[nodev, nosuid]"},
		{"/mnt", "//nas/x", "cifs", "[user=u, password=(redacted)]"},
		{"/tmp", "none", "auto", "[defaults]"},
	};
	static const char *const fields[] = {"target", "source", "fstype", "options"};
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/fstab", "# a comment\n\n UUID=1 /\text4  errors=remount-ro 0 1\n"
				      "tmpfs /srv/a\\040b tmpfs nodev,,nosuid\n//nas/x /mnt cifs user=u,password=hunter2 0 0\n"
				      "none /tmp\nlonely\n", 0644);
	tree_want(tree, "host.fstab");
	tree_run(tree, &probe_fstab);
	const struct fact_side *side = tree_side(tree, "host.fstab");
	assert_int_equal(side->state, FACT_PRESENT);
	assert_int_equal(side->value.records.count, COUNT(expected));
	for (size_t i = 0; i < COUNT(expected); i++)
		for (size_t j = 0; j < COUNT(fields); j++)
			assert_string_equal(tree_field(tree, side, i, fields[j]), expected[i][j]);
}

static void host_without_fstab_has_none(void **state)
{
	tree_want(*state, "host.fstab");
	tree_run(*state, &probe_fstab);
	assert_string_equal(tree_shown(*state, "host.fstab"), "absent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(settings_that_name_a_program_are_told),
		TEST(dumps_without_a_pipe_name_no_program),
		TEST(setting_that_cannot_be_read_spoils_the_list),
		TEST(entries_are_read_where_they_are_mounted),
		TEST(tree_at_rest_starts_nothing),
		TEST(fstab_is_read_line_by_line),
		TEST(host_without_fstab_has_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
