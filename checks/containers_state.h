/* What low-level runtimes leave below /run about the containers they started by themselves. */
#ifndef CHECKS_CONTAINERS_STATE_H
#define CHECKS_CONTAINERS_STATE_H

#include "checks/processes.h"

struct containers_stated {
	const char *runtime; /* runc or crun */
	const char *id;      /* safe */
};

/* The container whose first process is this one, by pid and, where stated, start time: /run/runc/ID/state.json
 * (init_process_pid, init_process_start in clock ticks after boot; opencontainers/runc libcontainer/container.go) and
 * /run/crun/ID/status (pid, process-start-time). False: none says so. */
bool containers_state_find(struct probe_context *ctx, const struct process *init, struct containers_stated *ret);

#endif
