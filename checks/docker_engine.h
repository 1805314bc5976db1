/* What a daemon gives to a container that asks for nothing: the defaults that inspect does not
 * show. */
#ifndef CHECKS_DOCKER_ENGINE_H
#define CHECKS_DOCKER_ENGINE_H

#include "checks/docker_inventory.h"

enum docker_truth { DOCKER_UNKNOWN = 0, DOCKER_NO, DOCKER_YES };

/* Every text is safe, in the facts' arena. */
struct docker_engine {
	const char *seccomp; /* "default" (the engine's), "unconfined", "custom"; NULL: not known */
	const char *seccomp_origin; /* where that stands, or why it is not known */
	enum docker_truth no_new_privileges;
	const char *no_new_privileges_origin;
	const char *address; /* published ports without an address bind to it; NULL: not known */
	enum docker_truth remapped; /* user namespaces: userns-remap or rootless */
};

/* From /info (SecurityOptions: the profile since 1.11, no-new-privileges since 24.0), else as the
 * daemon's options resolve (checks/settings_dockerd.h), else the engine's own defaults.
 * Read once a list and kept in it. Never fails. */
const struct docker_engine *docker_engine_of(struct probe_context *ctx, struct docker_list *list);

#endif
