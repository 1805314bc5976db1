/* The mount table of the audited host, read once a run and shared (service). */
#ifndef CHECKS_MOUNTS_H
#define CHECKS_MOUNTS_H

#include "model/probe.h"

/* One line of proc_pid_mountinfo(5). Texts are unescaped and safe. */
struct mount {
	int64_t id;             /* what statx(2) gives as stx_mnt_id */
	const char *target;     /* where it is mounted, as seen from the root */
	const char *source;     /* device or whatever the file system calls its source */
	const char *fstype;
	const char *root;       /* the folder of the file system that is mounted: not "/" for bind mounts */
	struct strings options; /* of the mount, then of the file system; read-only when either is */
};

struct mounts {
	VEC(struct mount) list; /* in the kernel's order: of two with one target the later one is on top */
	enum fact_state state;  /* PRESENT; UNSUPPORTED for a tree at rest; UNREADABLE */
	const char *origin;
	const char *reason;
};

/* probe_service(ctx, &mounts_service) gives const struct mounts *. The table is the one of our own mount namespace, as are
 * the ids. A captured tree gives the file it holds; a live procfs below another root is ours, not the tree's, and is not read. */
extern const struct service mounts_service;

const struct mount *mounts_by_id(const struct mounts *mounts, int64_t id); /* NULL when missing */

#endif
