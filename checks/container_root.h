/* The files of a container as its first process sees them. */
#ifndef CHECKS_CONTAINER_ROOT_H
#define CHECKS_CONTAINER_ROOT_H

#include "checks/container_facts.h"
#include "checks/tree_walk.h"

struct container_root {
	struct host *host;           /* host/host_process.h */
	const struct mounts *mounts; /* NULL: a captured tree, which is of one piece */
	const char *origin;          /* "/proc/42/root" */
};

/* Undone by container_root_close. */
int container_root_open(const struct container_facts *of, struct container_root *ret, struct error *err);
static inline void container_root_close(struct container_root *root) { host_close(root->host); }

#endif
