#include "checks/tree_walk.h"

#include <fcntl.h>
#include <time.h>

struct folder {
	char *path;
	unsigned depth;
	uint64_t mount;
	bool nosuid, nodev;
};

struct walking {
	const struct tree_walk *walk;
	struct arena *arena;
	VEC(struct folder) folders; /* still to be listed */
	size_t entries;
	int64_t deadline;
	struct error *err; /* the first thing that was left out */
};

/* What is on a disk or in memory and answers at once. */
static const char *const entered[] = {
	"overlay", "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "bcachefs", "aufs", "vfat", "exfat", "ntfs3", "iso9660", "udf",
	"squashfs", "erofs", "tmpfs", "ramfs", "devtmpfs", "devpts", "mqueue", "hugetlbfs", "rootfs",
};
/* Holds nobody's programs and devices. */
static const char *const passed[] = {
	"proc", "sysfs", "cgroup", "cgroup2", "securityfs", "debugfs", "tracefs", "bpf", "pstore", "efivarfs", "configfs", "selinuxfs",
	"binfmt_misc", "fusectl", "nsfs", "rpc_pipefs",
};

#define HAS(list, text) has((list), sizeof(list) / sizeof *(list), (text))
static bool has(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- mounts ------------------------------------------------------------------------------------------ */

static void left_out(struct walking *walking, enum error_code code, const char *path, const char *why)
{
	if (walking->err->code == ERROR_NONE)
		error_set(walking->err, code, "%s: %s", path, why);
}

/* Fills in the mount that an entry is on. False: a folder on it is not to be entered, which has been said. */
static bool may_enter(struct walking *walking, bool is_folder, struct folder *at, const struct folder *from)
{
	const struct mounts *mounts = walking->walk->mounts;
	const struct mount *mount;

	if (from && at->mount == from->mount) {
		at->nosuid = from->nosuid;
		at->nodev = from->nodev;
		return true;
	}
	if (!mounts)
		return !from;
	mount = mounts_by_id(mounts, (int64_t)at->mount);
	if (!mount) {
		left_out(walking, ERROR_SYSTEM, at->path, "mounted while it was looked at");
		return false;
	}
	at->nosuid = mount->nosuid;
	at->nodev = mount->nodev;
	if (HAS(entered, mount->fstype))
		return true;
	if (is_folder && !HAS(passed, mount->fstype))
		left_out(walking, ERROR_UNSUPPORTED, at->path, "is not entered for its kind of file system");
	return false;
}

/* ---- entries ------------------------------------------------------------------------------------------- */

static int open_entry(struct walking *walking, const char *path, struct statx *ret)
{
	struct error why = {0};
	_cleanup_(close_fd) int fd = host_open_path(walking->walk->root, path, false, &why);

	if (fd >= 0 && statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_BASIC_STATS | STATX_MNT_ID, ret) < 0)
		error_sys(&why, "%s", path);
	if (why.code == ERROR_NONE && !(ret->stx_mask & STATX_MNT_ID))
		error_set(&why, ERROR_UNSUPPORTED, "this kernel does not tell mounts apart");
	if (why.code == ERROR_NONE)
		return TAKE_FD(fd);
	if (why.code != ERROR_NOT_FOUND && walking->err->code == ERROR_NONE)
		*walking->err = why;
	return -1;
}

static void push(struct walking *walking, struct folder folder)
{
	folder.path = arena_strdup(walking->arena, folder.path);
	vec_push(walking->arena, &walking->folders, folder);
}

static void see(struct walking *walking, const struct folder *folder, char *path)
{
	struct statx st;
	struct folder at = {.path = path, .depth = folder->depth + 1};
	_cleanup_(close_fd) int fd = open_entry(walking, path, &st);

	if (fd < 0)
		return;
	at.mount = st.stx_mnt_id;
	bool is_folder = S_ISDIR(st.stx_mode), enter = may_enter(walking, is_folder, &at, folder) && is_folder;
	struct tree_entry entry = {path, fd, &st, at.nosuid, at.nodev};
	if (!walking->walk->visit(walking->walk->data, &entry) || !enter)
		return;
	if (at.depth < walking->walk->depth)
		push(walking, at);
	else
		left_out(walking, ERROR_LIMIT, path, "folders inside one another are deeper than is looked at");
}

static bool is_over(struct walking *walking)
{
	const struct tree_walk *walk = walking->walk;

	if (walking->entries++ >= walk->entries)
		left_out(walking, ERROR_LIMIT, walk->top, "more files than are looked at");
	else if (walk->milliseconds && walking->entries % 64 == 0 && now_ms() > walking->deadline)
		left_out(walking, ERROR_LIMIT, walk->top, "looking at all files took too long");
	else
		return false;
	return true;
}

/* False: over a bound. */
static bool list_folder(struct walking *walking, const struct folder *folder)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct strings names = {0};
	struct error why = {0};

	if (host_list(walking->walk->root, folder->path, scratch, &names, &why) < 0) {
		if (why.code != ERROR_NOT_FOUND && walking->err->code == ERROR_NONE)
			*walking->err = why;
		return true;
	}
	vec_each(name, &names) {
		if (is_over(walking))
			return false;
		see(walking, folder, arena_printf(scratch, "%s/%s", strcmp(folder->path, "/") == 0 ? "" : folder->path, *name));
	}
	return true;
}

int tree_walk(const struct tree_walk *walk, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct error why = {0};
	struct walking walking = {.walk = walk, .arena = arena, .deadline = now_ms() + walk->milliseconds, .err = &why};
	struct folder top = {.path = arena_strdup(arena, walk->top)};
	struct statx st;
	_cleanup_(close_fd) int fd = open_entry(&walking, walk->top, &st);

	if (fd >= 0) {
		top.mount = st.stx_mnt_id;
		if (may_enter(&walking, true, &top, NULL))
			push(&walking, top);
	}
	while (walking.folders.count) {
		struct folder folder = walking.folders.items[--walking.folders.count];

		if (!list_folder(&walking, &folder))
			break;
	}
	if (why.code == ERROR_NONE)
		return 0;
	if (err)
		*err = why;
	return -1;
}
