/* Containers of every Docker Engine of this host, running or not (service): the list that the
 * container and the image probe share. */
#ifndef CHECKS_DOCKER_INVENTORY_H
#define CHECKS_DOCKER_INVENTORY_H

#include "checks/docker.h"

enum docker_activity {
	DOCKER_ACTIVITY_UNKNOWN = 0,
	DOCKER_ACTIVITY_STOPPED, /* created, exited or dead */
	DOCKER_ACTIVITY_RUNNING, /* all else: also paused, restarting or being removed */
};

struct docker_listed {
	const char *id;       /* 64 hexadecimal digits */
	const char *name;     /* safe, without a slash; the short id when the name cannot be read */
	const char *image_id; /* safe, "sha256:…", or NULL when it cannot be read */
	const char *folder;   /* HOME/containers/ID, or NULL when the data root does not show it */
	enum docker_activity activity;
};

/* The containers of one daemon. */
struct docker_list {
	struct docker_daemon *daemon;
	bool from_api;         /* else from the data root, because the API did not answer */
	enum fact_state state; /* UNREADABLE: neither could be read, or the data root is a guess */
	const char *origin;    /* which of them was read, or was tried */
	const char *reason;    /* of UNREADABLE */
	struct strings homes; /* checks/docker_dataroot.h; none when the data root cannot be read */
	const char *homes_reason; /* why there are none */
	VEC(struct docker_listed) containers; /* by name, then id */
	struct docker_engine *engine;         /* checks/docker_engine.h, read when first needed */
	struct docker_current *current;       /* checks/docker_current.h, likewise */
};

/* Together: PRESENT when every daemon and the containers of each are known (perhaps none);
 * UNREADABLE; UNSUPPORTED with a reason for a tree at rest without an engine. In a tree at rest
 * without the processes of a host the engine is the one whose data root is there. */
struct docker_inventory {
	VEC(struct docker_list) lists;
	enum fact_state state;
	const char *origin;
	const char *reason;
	bool daemons_known; /* the lists are of all daemons; false: state is UNREADABLE */
	struct docker_daemon *at_rest; /* checks/docker_atrest.h, or NULL */
};

/* probe_service(ctx, &docker_inventory_service) gives struct docker_inventory *. */
extern const struct service docker_inventory_service;

/* As the state of a population. */
struct fact_side docker_inventory_side(const struct docker_inventory *inventory);

/* The first twelve characters of an id, as people and tools write it. */
const char *docker_inventory_short_id(struct arena *arena, const char *id);

/* Does the request ask for this container, by its name or the beginning of its id? Without names it asks for
 * all. */
bool docker_inventory_chosen(const struct probe_context *ctx, const char *id, const char *name);

/* Record what is known of a scope's subjects, unless another probe already found that some of
 * them may be missing. */
void docker_inventory_populate(struct probe_context *ctx, enum scope scope, struct fact_side side);

#endif
