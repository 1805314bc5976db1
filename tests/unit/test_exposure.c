/* What of the host is within reach of a container, from captured mount tables. The host of every row is the same; the expectations
 * are written by hand from its table. */
#include "probe_tree.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "checks/container_facts.h"
#include "checks/mounts.h"

#define A    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define HOST 100

extern const struct probe probe_exposure;

/* ---- mount tables ------------------------------------------------------------------------------ */

#define LINE(id, parent, target) id " " parent " 0:1 / " target " rw - tmpfs t rw\n"

/* {table, path, target of the mount that it leads into, "-" for none} */
static const struct {
	const char *name, *table, *path, *target;
	int64_t id;
} walks[] = {
	{"one mount", LINE("1", "0", "/"), "/a/b", "/", 1},
	{"the first of all lies in itself", LINE("1", "1", "/") LINE("2", "1", "/"), "/a", "/", 2},
	{"a folder", LINE("1", "0", "/") LINE("2", "1", "/a"), "/a/b", "/a", 2},
	{"a name that only begins alike", LINE("1", "0", "/") LINE("2", "1", "/a"), "/ab", "/", 1},
	{"over another", LINE("1", "0", "/") LINE("2", "1", "/a") LINE("3", "2", "/a"), "/a", "/a", 3},
	{"two in one place, the later one", LINE("1", "0", "/") LINE("2", "1", "/a") LINE("3", "1", "/a"), "/a", "/a", 3},
	{"over a folder above", LINE("1", "0", "/") LINE("2", "1", "/a/b") LINE("3", "1", "/a"), "/a/b", "/a", 3},
	{"below what is covered", LINE("1", "0", "/") LINE("2", "1", "/a") LINE("3", "2", "/a/b") LINE("4", "2", "/a"), "/a/b", "/a", 4},
	{"in what covers", LINE("1", "0", "/") LINE("2", "1", "/a") LINE("3", "2", "/a") LINE("4", "3", "/a/b"), "/a/b/c", "/a/b", 4},
	{"beside with a name that sorts between", LINE("1", "0", "/") LINE("2", "1", "/a") LINE("3", "1", "/a-b") LINE("4", "1", "/a/b"),
	 "/a/b", "/a", 2},
	{"children told before their parents", LINE("3", "2", "/a/b") LINE("2", "1", "/a") LINE("1", "0", "/"), "/a/b", "/a/b", 3},
	{"a root that was changed", LINE("7", "5", "/a") LINE("8", "7", "/a/b"), "/a/b", "/a/b", 8},
	{"a root that was changed has no top", LINE("7", "5", "/a"), "/b", "-", 0},
	{"escapes", LINE("1", "0", "/") LINE("2", "1", "/a\\040b"), "/a b/c", "/a b", 2},
	{"two that lie in each other are in nothing", LINE("1", "0", "/") LINE("2", "3", "/a") LINE("3", "2", "/a"), "/a", "/", 1},
};

static void paths_lead_into_the_uppermost_mount(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(walks); i++) {
		struct mounts mounts = {0};
		char *text = arena_strdup(tree->arena, walks[i].table);

		assert_int_equal(mounts_parse(tree->arena, text, strlen(text), &mounts), 0);
		const struct mount *mount = mounts_at(&mounts, walks[i].path);
		if (!text_eq(mount ? mount->target : "-", walks[i].target) || (mount && mount->id != walks[i].id))
			fail_msg("%s: %s (%d)", walks[i].name, mount ? mount->target : "-", mount ? (int)mount->id : 0);
	}
}

static void flags_and_groups_are_told(void **state)
{
	static const struct {
		const char *tags;
		bool readonly, nodev;
		int64_t shared, master;
	} rows[] = {
		{"rw - tmpfs t rw", false, false, 0, 0},
		{"ro - tmpfs t rw", true, false, 0, 0},
		{"rw - tmpfs t ro", true, false, 0, 0},
		{"rw,nodev shared:3 - tmpfs t rw", false, true, 3, 0},
		{"rw master:4 propagate_from:2 - tmpfs t rw,size=4k", false, false, 0, 4},
		{"rw shared:3 master:4 - tmpfs  rw", false, false, 3, 4}, /* no source */
		{"rw unbindable - tmpfs t rw,nodev", false, false, 0, 0}, /* an option of the file system is none of the mount */
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char *text = arena_printf(tree->arena, "1 0 0:1 / / %s\n", rows[i].tags);
		struct mounts mounts = {0};

		assert_int_equal(mounts_parse(tree->arena, text, strlen(text), &mounts), 0);
		const struct mount *mount = &mounts.list.items[0];
		if (mount->readonly != rows[i].readonly || mount->nodev != rows[i].nodev || mount->shared != rows[i].shared ||
		    mount->master != rows[i].master)
			fail_msg("%s", rows[i].tags);
	}
}

static void tables_that_lie_are_refused(void **state)
{
	static const char *const texts[] = {
		LINE("1", "0", "/") LINE("1", "0", "/a"), "0 0 0:1 / / rw - t t rw\n", "-1 0 0:1 / / rw - t t rw\n",
		"1 0 0:1 / a rw - t t rw\n", "1 0 01 / / rw - t t rw\n", "1 0 99999999999:1 / / rw - t t rw\n",
		"1 0 0:1 / / rw shared:x - t t rw\n", "1 0 0:1 / / rw - t\n", "1 0 0:1 / / rw - t t\n", "\n",
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		char *text = arena_strdup(tree->arena, texts[i]);
		struct mounts mounts = {0};

		if (mounts_parse(tree->arena, text, strlen(text), &mounts) == 0)
			fail_msg("%s", texts[i]);
	}
}

/* ---- a host ------------------------------------------------------------------------------------ */

/* The disk, /run, a second disk that lies on /srv and whose folder etc lies on /etc, /boot of its own, /home/u/e from /etc's place. */
static const char host_table[] =
	"20 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
	"21 20 0:20 / /proc rw shared:2 - proc proc rw\n"
	"22 20 0:21 / /sys rw shared:3 - sysfs sysfs rw\n"
	"23 20 0:22 / /run rw shared:4 - tmpfs tmpfs rw\n"
	"24 20 8:2 / /boot rw shared:5 - ext4 /dev/sda2 rw\n"
	"25 20 8:3 / /srv rw shared:6 - xfs /dev/sdb rw\n"
	"26 20 8:3 /etc /etc rw shared:6 - xfs /dev/sdb rw\n"
	"27 22 0:23 / /sys/fs/cgroup rw shared:7 - cgroup cgroup rw,memory\n"
	"28 20 0:5 / /dev rw shared:8 - devtmpfs devtmpfs rw\n"
	"29 20 8:3 /etc /var/lib/docker/volumes/disguised/_data rw - xfs /dev/sdb rw\n"
	"30 20 0:40 /@ /home rw - btrfs /dev/sdc rw,subvol=/@\n";

#define ROOTFS "50 40 0:60 / / rw master:1 - overlay overlay rw,lowerdir=x\n"
#define PROC   "51 50 0:61 / /proc rw,nosuid - proc proc rw\n"
#define SHIELD "52 51 0:61 /sys /proc/sys ro - proc proc rw\n"
#define SYS    "53 50 0:62 / /sys ro - sysfs sysfs ro\n"
#define ALL    ROOTFS PROC SHIELD SYS

static void link_namespace(struct probe_tree *tree, int pid, const char *kind, unsigned inode)
{
	const char *folder = arena_printf(tree->arena, "/proc/%d/ns", pid);

	tree_folder(tree, folder);
	tree_link(tree, arena_printf(tree->arena, "%s/%s", folder, kind), arena_printf(tree->arena, "%s:[%u]", kind, inode));
}

static void make_process(struct probe_tree *tree, int pid, unsigned pid_ns, unsigned mount_ns, const char *cgroup, const char *table)
{
	const char *folder = arena_printf(tree->arena, "/proc/%d", pid);
	static const char *const shared[] = {"user", "net", "cgroup"}, *const own[] = {"ipc", "uts"};

	tree_file(tree, arena_printf(tree->arena, "%s/stat", folder),
		  arena_printf(tree->arena, "%d (x) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 1", pid,
			       pid == 2 ? 0x00200000u : 0u, pid), 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/status", folder),
		  arena_printf(tree->arena, "Name:\tx\nNSpid:\t%d\t1\n", pid), 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/cgroup", folder), cgroup, 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/mountinfo", folder), table, 0644);
	link_namespace(tree, pid, "pid", pid_ns);
	link_namespace(tree, pid, "mnt", mount_ns);
	for (size_t i = 0; i < COUNT(own); i++)
		link_namespace(tree, pid, own[i], mount_ns);
	for (size_t i = 0; i < COUNT(shared); i++)
		link_namespace(tree, pid, shared[i], i == 1 ? mount_ns : HOST);
}

static void make_socket(struct probe_tree *tree, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", tree_path(tree, path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	close(fd);
}

static void make_host(struct probe_tree *tree)
{
	static const char *const folders[] = {
		"/etc", "/boot", "/root/.ssh", "/home/u/.aws", "/usr", "/run", "/dev", "/srv/etc", "/var/lib/docker/volumes",
		"/sys/fs/cgroup", "/sys/firmware", "/proc/sys/kernel", "/proc/acpi",
	};

	for (size_t i = 0; i < COUNT(folders); i++)
		tree_folder(tree, folders[i]);
	tree_file(tree, "/proc/stat", "cpu 1\n", 0644);
	tree_file(tree, "/proc/sys/kernel/core_pattern", "core\n", 0644);
	tree_file(tree, "/proc/keys", "", 0644);
	tree_file(tree, "/proc/self/mountinfo", host_table, 0644);
	tree_link(tree, "/lib", "usr/lib");
	tree_folder(tree, "/usr/lib");
	make_socket(tree, "/run/docker.sock");
	make_process(tree, 1, HOST, HOST, "0::/init.scope\n", host_table);
	make_process(tree, 2, HOST, HOST, "0::/\n", host_table);
}

static const char *shown_row(struct probe_tree *tree, const struct record *row)
{
	const char *all = "";

	vec_each(field, row)
		all = arena_printf(tree->arena, "%s%s%s", all, *all ? " " : "",
				   field->value->type == VALUE_BOOL ? (field->value->boolean ? "rw" : "ro")
								    : value_display(tree->arena, field->value, 0));
	return all;
}

/* "row; row" of records, otherwise the value, or the name of the state. */
static const char *shown(struct probe_tree *tree, const char *fact, enum side which)
{
	const struct fact_side *side = facts_side(facts_find_subject(tree->facts, SCOPE_CONTAINER, A), fact, which);
	const char *all = "";

	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	if (side->value.type != VALUE_RECORDS)
		return value_display(tree->arena, &side->value, 0);
	vec_each(row, &side->value.records)
		all = arena_printf(tree->arena, "%s%s%s", all, *all ? "; " : "", shown_row(tree, row));
	return all;
}

static const char *told(struct probe_tree *tree, const char *fact, enum side side)
{
	tree_want(tree, fact);
	facts_subject(tree->facts, SCOPE_CONTAINER, A, "a", facts_host(tree->facts));
	tree_run(tree, &probe_exposure);
	return shown(tree, fact, side);
}

#define PATHS   "container.exposes.host_paths"
#define SOCKETS "container.exposes.sockets"
#define KERNEL  "container.exposes.kernel_interfaces"
#define MOUNTS  "container.mounts"
#define SECRETS "container.exposes.user_secrets"
#define WRITES  "container.writable_kernel_paths"
#define FROM(id, dev, root, target, flags) id " 50 " dev " " root " " target " " flags " - ext4 d rw\n"

static const struct {
	const char *name, *table, *fact, *told;
} rows[] = {
	{"nothing", ALL, PATHS, ""},
	{"nothing is mounted", ALL, MOUNTS, ""},
	{"a folder of no matter", ALL FROM("60", "8:3", "/data", "/d", "rw"), PATHS, ""},
	{"has its path by the mount that shows it", ALL FROM("60", "8:3", "/data", "/d", "rw"), MOUNTS, "bind /srv/data /d rw private"},
	{"a folder that is mounted elsewhere on the host", ALL FROM("60", "8:3", "/etc", "/d", "rw"), PATHS, "/etc /d /etc rw"},
	{"goes by its shortest name, a volume's name aside", ALL FROM("60", "8:3", "/etc", "/d", "rw"), MOUNTS, "bind /etc /d rw private"},
	{"what lies under the mounted /etc is not /etc", ALL FROM("60", "8:1", "/etc", "/d", "rw"), PATHS, ""},
	{"a file in it", ALL FROM("60", "8:3", "/etc/shadow", "/s", "ro"), PATHS, "/etc /s /etc/shadow ro"},
	{"a name that begins alike", ALL FROM("60", "8:3", "/etcetera", "/s", "ro"), PATHS, ""},
	{"the disk of /etc", ALL FROM("60", "8:3", "/", "/s", "rw"), PATHS, "/etc /s/etc /etc rw"},
	{"the host's root without what is mounted on it", ALL FROM("60", "8:1", "/", "/h", "ro"), PATHS,
	 "/ /h / ro; /root /h/root /root ro; /usr /h/usr /usr ro; /var/lib/docker /h/var/lib/docker /var/lib/docker ro"},
	{"covered below", ALL FROM("60", "8:1", "/", "/h", "ro") "61 60 0:70 / /h/usr ro - tmpfs t rw\n"
	 "62 60 0:71 / /h/var ro - tmpfs t rw\n", PATHS, "/ /h / ro; /root /h/root /root ro"},
	{"covered itself", ALL FROM("60", "8:2", "/", "/b", "rw") "61 60 0:70 / /b rw - tmpfs t rw\n", PATHS, ""},
	{"covered above", ALL FROM("60", "8:2", "/", "/x/b", "rw") FROM("61", "0:70", "/", "/x", "rw"), PATHS, ""},
	{"a subvolume of btrfs", ALL FROM("60", "0:40", "/@/u/src", "/s", "rw"), PATHS, "/home /s /home/u/src rw"},
	{"above a subvolume of btrfs", ALL FROM("60", "0:40", "/", "/s", "rw"), PATHS, "/home /s/@ /home rw"},
	{"a source that was deleted", ALL FROM("60", "8:3", "/etc/x//deleted", "/s", "rw"), PATHS, ""},
	{"has no path", ALL FROM("60", "8:3", "/data//deleted", "/s", "rw"), MOUNTS, ""},
	{"the engine's data root", ALL FROM("60", "8:1", "/var/lib/docker", "/d", "rw"), PATHS, "/var/lib/docker /d /var/lib/docker rw"},
	{"files of another container", ALL FROM("60", "8:1", "/var/lib/docker/containers/" B, "/d", "rw"), PATHS,
	 "/var/lib/docker /d /var/lib/docker/containers/" B " rw"},
	{"its own files", ALL FROM("60", "8:1", "/var/lib/docker/containers/" A "/resolv.conf", "/etc/resolv.conf", "rw")
	 FROM("61", "8:1", "/var/lib/docker/containers/" A "/mounts/secrets/x", "/key", "ro"), PATHS, ""},
	{"are no mounts", ALL FROM("60", "8:1", "/var/lib/docker/containers/" A "/resolv.conf", "/etc/resolv.conf", "rw"), MOUNTS, ""},
	{"those of whose network it shares", ALL FROM("60", "8:1", "/var/lib/docker/containers/" B "/hosts", "/etc/hosts", "rw"), PATHS, ""},
	{"a volume", ALL FROM("60", "8:1", "/var/lib/docker/volumes/v/_data", "/v", "rw"), PATHS, ""},
	{"is told as one", ALL FROM("60", "8:1", "/var/lib/docker/volumes/v/_data", "/v", "rw"), MOUNTS,
	 "volume /var/lib/docker/volumes/v/_data /v rw private"},
	{"a root on a folder of the host", "50 40 8:1 /var/lib/x / rw - ext4 d rw\n", PATHS, ""},
	{"is no mount of the host", "50 40 8:1 /usr/x / rw - ext4 d rw\n", MOUNTS, ""},
	{"the host's root as its own", "50 40 8:1 / / ro - ext4 d rw\n", PATHS,
	 "/ / / ro; /root /root /root ro; /usr /usr /usr ro; /var/lib/docker /var/lib/docker /var/lib/docker ro"},
	{"/dev/null of the host", ALL FROM("60", "0:5", "/null", "/dev/null", "rw"), PATHS, ""},
	{"a disk of the host", ALL FROM("60", "0:5", "/sda", "/dev/sda", "rw"), PATHS, "/dev /dev/sda /dev/sda rw"},
	{"the socket under another name", ALL FROM("60", "0:22", "/docker.sock", "/tmp/x", "ro"), SOCKETS,
	 "/run/docker.sock docker /tmp/x file ro"},
	{"its folder", ALL FROM("60", "0:22", "/", "/r", "rw"), SOCKETS, "/run/docker.sock docker /r/docker.sock folder rw"},
	{"its folder with something over it", ALL FROM("60", "0:22", "/", "/r", "rw") "61 60 0:43 /null /r/docker.sock rw - tmpfs t rw\n",
	 SOCKETS, ""},
	{"a file with more of a name", ALL FROM("60", "0:22", "/docker.sock.md", "/d", "rw"), SOCKETS, ""},
	{"a socket that was replaced", ALL FROM("60", "0:22", "/docker.sock//deleted", "/d", "rw"), SOCKETS, ""},
	{"the host's root without /run", ALL FROM("60", "8:1", "/", "/h", "rw"), SOCKETS, ""},
	{"keys in it", ALL FROM("60", "8:1", "/", "/h", "ro"), SECRETS, "/h/root/.ssh /root/.ssh"},
	{"keys elsewhere by their name", ALL FROM("60", "8:3", "/people/a/.ssh/id", "/k", "ro"), SECRETS, "/k /srv/people/a/.ssh/id"},
	{"a name that is more than that", ALL FROM("60", "8:3", "/people/a/.sshx", "/k", "ro"), SECRETS, ""},
	{"protected", ALL, KERNEL, ""},
	{"and told so", ALL, WRITES, "[]"},
	{"proc without protection", ROOTFS PROC SYS, KERNEL, "core_pattern /proc/sys/kernel/core_pattern rw"},
	{"is told", ROOTFS PROC SYS, WRITES, "[/proc/sys]"},
	{"a part without protection", ALL "60 52 0:61 /sys/net /proc/sys/net rw - proc proc rw\n", WRITES, "[/proc/sys]"},
	{"proc read-only in itself", ROOTFS "51 50 0:61 / /proc rw - proc proc ro\n", KERNEL, ""},
	{"one file of the host's proc", ALL "60 50 0:20 /sys/kernel/core_pattern /x rw - proc proc rw\n", KERNEL, "core_pattern /x rw"},
	{"the host's proc", ALL "60 50 0:20 / /p rw - proc proc rw\n", KERNEL,
	 "core_pattern /p/sys/kernel/core_pattern rw; processes of the host /p rw"},
	{"the host's proc read-only still shows processes", ALL "60 50 0:20 / /p ro - proc proc rw\n", KERNEL, "processes of the host /p ro"},
	{"sysfs writable", ROOTFS PROC SHIELD "53 50 0:62 / /sys rw - sysfs sysfs rw\n", WRITES, "[/sys]"},
	{"a group that may be written", ALL "60 53 0:23 /docker/x /sys/fs/cgroup rw - cgroup cgroup rw,memory\n", "container.cgroup_writable",
	 "true"},
	{"has no release_agent", ALL "60 53 0:23 /docker/x /sys/fs/cgroup rw - cgroup cgroup rw,memory\n",
	 "container.release_agent_reachable", "false"},
	{"the whole tree has", ALL "60 53 0:23 / /sys/fs/cgroup rw - cgroup cgroup rw,memory\n", "container.release_agent_reachable", "true"},
	{"read-only it has not", ALL "60 53 0:23 / /sys/fs/cgroup ro - cgroup cgroup rw,memory\n", "container.release_agent_reachable", "false"},
	{"version 2 has not", ALL "60 53 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "container.release_agent_reachable", "false"},
	{"what can be read", ALL "60 51 0:63 / /proc/acpi ro - tmpfs t ro\n", "container.unmasked_paths", "[/proc/keys, /sys/firmware]"},
	{"a device over a file covers it", ALL "60 51 0:64 /null /proc/keys rw - tmpfs t rw\n", "container.unmasked_paths",
	 "[/proc/acpi, /sys/firmware]"},
	{"another proc shows it again", ALL "60 51 0:64 /null /proc/keys rw - tmpfs t rw\n" "61 50 0:65 / /p ro - proc proc rw\n",
	 "container.unmasked_paths", "[/proc/acpi, /proc/keys, /sys/firmware]"},
	{"file systems of the kernel", ALL "60 53 0:7 / /sys/kernel/debug rw - debugfs d rw\n" "61 53 0:8 / /sys/fs/bpf rw - bpf b rw\n",
	 "container.exposes.filesystems", "[bpf, debugfs]"},
	{"shared with the host", ALL FROM("60", "8:3", "/data", "/d", "rw shared:6"), "container.shared_mounts", "[/d]"},
	{"shared inside alone", ALL FROM("60", "8:3", "/data", "/d", "rw shared:99 master:6"), "container.shared_mounts", "[]"},
	{"is a slave", ALL FROM("60", "8:3", "/data", "/d", "rw shared:99 master:6"), MOUNTS, "bind /srv/data /d rw slave"},
	{"no table", "junk\n", MOUNTS, "unreadable"},
	{"a changed root", FROM("60", "8:1", "/etc", "/d", "rw"), PATHS, "unreadable"},
};

static void captured_tables_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		make_host(tree);
		make_process(tree, 10, 200, 300, "0::/docker/" A "\n", rows[i].table);
		const char *got = told(tree, rows[i].fact, SIDE_EFFECTIVE);
		if (text_eq(got, "not_collected"))
			got = shown(tree, rows[i].fact, SIDE_PLAIN);
		if (!text_eq(got, rows[i].told))
			fail_msg("%s: \"%s\", not \"%s\"", rows[i].name, got, rows[i].told);
		tree_teardown(&tree);
	}
}

/* ---- several namespaces -------------------------------------------------------------------------- */

static void every_mount_namespace_counts(void **state)
{
	struct probe_tree *tree = *state;

	make_host(tree);
	make_process(tree, 10, 200, 300, "0::/docker/" A "\n", ALL);
	make_process(tree, 11, 200, 301, "0::/docker/" A "\n", ALL FROM("60", "8:2", "/", "/b", "rw"));
	assert_string_equal(told(tree, PATHS, SIDE_PLAIN), "/boot /b /boot rw");
}

static void root_is_read_only_when_all_are(void **state)
{
	struct probe_tree *tree = *state;

	make_host(tree);
	make_process(tree, 10, 200, 300, "0::/docker/" A "\n", "50 40 0:60 / / ro - overlay o rw\n");
	make_process(tree, 11, 200, 301, "0::/docker/" A "\n", "50 40 0:60 / / rw - overlay o rw\n");
	assert_string_equal(told(tree, "container.rootfs.readonly", SIDE_EFFECTIVE), "false");
}

static void one_in_the_hosts_mounts_has_the_host(void **state)
{
	struct probe_tree *tree = *state;

	make_host(tree);
	make_process(tree, 10, 200, 300, "0::/docker/" A "\n", ALL);
	make_process(tree, 11, 200, HOST, "0::/\n", host_table);
	assert_string_equal(told(tree, MOUNTS, SIDE_EFFECTIVE), "bind / / rw shared");
	assert_string_equal(told(tree, SOCKETS, SIDE_PLAIN), "/run/docker.sock docker /run/docker.sock folder rw");
	const struct fact_side *side = facts_side(facts_find_subject(tree->facts, SCOPE_CONTAINER, A), SOCKETS, SIDE_PLAIN);
	assert_int_equal(side->notes.count, 1);
	assert_string_equal(side->notes.items[0], "process 11 (x) is in the host's mount namespace");
}

static void changed_root_of_one_is_told_by_another(void **state)
{
	struct probe_tree *tree = *state;

	make_host(tree);
	make_process(tree, 10, 200, 300, "0::/docker/" A "\n", "60 50 8:2 / /b rw - ext4 d rw\n");
	make_process(tree, 11, 200, 300, "0::/docker/" A "\n", ALL FROM("60", "8:2", "/", "/x/b", "rw"));
	assert_string_equal(told(tree, PATHS, SIDE_PLAIN), "/boot /x/b /boot rw");
}

/* A second name of a socket stands in no table: its inode tells. */
static void second_name_of_a_socket_is_found(void **state)
{
	struct probe_tree *tree = *state;

	make_host(tree);
	make_process(tree, 10, 200, 300, "0::/docker/" A "\n", ALL FROM("60", "0:22", "/x", "/y", "rw"));
	tree_folder(tree, "/proc/10/root");
	assert_int_equal(link(tree_path(tree, "/run/docker.sock"), tree_path(tree, "/proc/10/root/y")), 0);
	assert_string_equal(told(tree, SOCKETS, SIDE_PLAIN), "/run/docker.sock docker /y file rw");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_lead_into_the_uppermost_mount),
		TEST(flags_and_groups_are_told),
		TEST(tables_that_lie_are_refused),
		cmocka_unit_test(captured_tables_are_judged),
		TEST(every_mount_namespace_counts),
		TEST(root_is_read_only_when_all_are),
		TEST(one_in_the_hosts_mounts_has_the_host),
		TEST(changed_root_of_one_is_told_by_another),
		TEST(second_name_of_a_socket_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
