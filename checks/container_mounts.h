/* What is mounted in a container, from the tables of every mount namespace that its processes are in, and where each mount comes
 * from. */
#ifndef CHECKS_CONTAINER_MOUNTS_H
#define CHECKS_CONTAINER_MOUNTS_H

#include "checks/containers.h"
#include "checks/host_origin.h"

/* What a mount is, seen from the host. Of two that fit, the later one is meant. */
enum container_mount_kind {
	CONTAINER_MOUNT_OTHER,  /* a file system of the container's own, or one that the host shows nowhere */
	CONTAINER_MOUNT_VOLUME, /* a volume that an engine manages */
	CONTAINER_MOUNT_HOST,   /* a folder or file of the host */
	CONTAINER_MOUNT_ENGINE, /* made or meant for every container: resolv.conf, shm, /dev/null, a kernel file system at its place */
	CONTAINER_MOUNT_ROOT,   /* its root file system, whatever it is */
};

struct container_mount {
	const struct mount *mount;
	enum container_mount_kind kind;
	const char *source; /* path of the host; NULL for none. Not safe */
};

/* One mount namespace. */
struct container_view {
	const struct process *process; /* whose table it is */
	const struct mounts *table;
	bool host;                     /* the host's own: one of its processes came without a mount namespace, and sees all */
	VEC(struct container_mount) mounts; /* those that are visible, in the table's order */
};

struct container_mounts {
	enum fact_state state; /* PRESENT; UNREADABLE, and then it may have more than is here; UNSUPPORTED as the host's table */
	const char *origin;
	const char *reason;
	VEC(struct container_view) views; /* that of its first process first */
};

#define CONTAINER_MOUNTS_NAMESPACES_MAX 64 /* of one container; with more it is UNREADABLE */

/* Each namespace is read once a run, each container looked through once. Never NULL. Processes that end while they are read are
 * passed over for others of their namespace. */
const struct container_mounts *container_mounts_of(struct probe_context *ctx, const struct container *container);

#endif
