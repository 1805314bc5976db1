/* A bounded walk through folders that somebody else fills: those of a container, seen through its root (host/host_process.h).
 *
 * Links are not followed. Nothing is asked of a file system that might never answer (fuse, network): which one it is tells the
 * mount table before it is entered, and statx(2) with AT_STATX_DONT_SYNC takes what the kernel knows. */
#ifndef CHECKS_TREE_WALK_H
#define CHECKS_TREE_WALK_H

#include "checks/mounts.h"

struct tree_entry {
	const char *path; /* inside the root, raw */
	int fd;           /* O_PATH; closed behind visit */
	const struct statx *st;
	bool nosuid, nodev; /* of the mount it is on */
};

struct tree_walk {
	const struct host *root;
	const char *top;       /* a folder; itself not visited */
	const struct mounts *mounts; /* of a process with this root; NULL: other mounts than the top's are not entered */
	unsigned depth;        /* 1: what the folder holds itself */
	size_t entries;        /* at most */
	int64_t milliseconds;  /* at most; 0: no limit */
	/* Called for all entries, folders before what they hold. False: do not go into this folder. */
	bool (*visit)(void *data, const struct tree_entry *entry);
	void *data;
};

/* Procfs, sysfs and the like are left out. Complete: 0. ERROR_LIMIT: `depth`, `entries` or `milliseconds` did not suffice.
 * ERROR_UNSUPPORTED: a file system was not entered for its kind. Others: a folder could not be listed. What was visited by then
 * stands; a folder that went away meanwhile is none. */
int tree_walk(const struct tree_walk *walk, struct error *err);

#endif
