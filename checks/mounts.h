/* Mount tables as the kernel tells them, of the host and of containers: one reader, and what a path leads to.
 *
 * Of a table not every row counts: what is mounted over, at the same place or at a folder above, can no longer be reached by any
 * path. */
#ifndef CHECKS_MOUNTS_H
#define CHECKS_MOUNTS_H

#include "model/probe.h"

/* One line of proc_pid_mountinfo(5). Texts are unescaped and as the kernel has them, not safe: names of others stand in them. */
struct mount {
	int64_t id;             /* what statx(2) gives as stx_mnt_id */
	int64_t parent;         /* id of the mount it lies in */
	uint64_t dev;           /* makedev(3) of the file system; on btrfs st_dev of its files is another */
	const char *root;       /* the folder of the file system that is mounted: not "/" for bind mounts */
	const char *target;     /* where it is mounted, as seen from the root */
	const char *fstype;
	const char *source;     /* device or whatever the file system calls its source */
	struct strings options; /* of the mount, then of the file system; read-only when either is */
	bool readonly, nosuid, nodev, noexec;
	int64_t shared, master; /* peer groups it spreads to and hears from, 0: none; mount_namespaces(7) */
	bool visible;           /* a path leads to it: nothing lies over its target or over a folder above */
};

struct mounts {
	VEC(struct mount) list; /* in the kernel's order: of two with one target the later one is on top */
	struct strmap *by_target; /* the visible ones */
	enum fact_state state;  /* PRESENT; UNSUPPORTED for a tree at rest; UNREADABLE */
	const char *origin;
	const char *reason;
};

#define MOUNTS_MAX 100000 /* the default of fs.mount-max, Documentation/admin-guide/sysctl/fs */

/* Reads a table into `ret`, whose list and index it sets. The text is changed and lives on in the result. -1: not a table, or more
 * than MOUNTS_MAX. */
int mounts_parse(struct arena *arena, char *text, size_t len, struct mounts *ret);

/* A word of mountinfo or fstab(5) with its octal escapes undone, in place. */
char *mounts_unescape(char *word);

/* The mount that a path leads into, links in it aside; NULL for none, and for paths longer than PATH_MAX. */
const struct mount *mounts_at(const struct mounts *mounts, const char *path);

/* What is left of `path` behind `folder`: "" for the folder itself, "/…" for what is below; NULL elsewhere. */
const char *mounts_below(const char *path, const char *folder);
/* The folder and what mounts_below left. */
const char *mounts_join(struct arena *arena, const char *folder, const char *rest);
/* Order in which whatever is below a path comes right behind it. */
int mounts_compare_paths(const char *a, const char *b);

/* probe_service(ctx, &mounts_service) gives const struct mounts *: the host's. The table is the one of our own mount namespace, as
 * are the ids. A captured tree gives the file it holds; a live procfs below another root is ours, not the tree's, and is not
 * read. */
extern const struct service mounts_service;

const struct mount *mounts_by_id(const struct mounts *mounts, int64_t id); /* NULL when missing */

#endif
