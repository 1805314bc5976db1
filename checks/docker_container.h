/* The declared state of one container as facts: one mapping from both shapes of Docker Engine's
 * JSON, so that the same container gives the same values whichever was read
 * (checks/docker_reading.h). */
#ifndef CHECKS_DOCKER_CONTAINER_H
#define CHECKS_DOCKER_CONTAINER_H

#include "checks/docker_reading.h"

/* Record every wanted fact. The context's probe is the one that declares them. */
void docker_container_record(struct probe_context *ctx, struct subject *subject,
			     const struct docker_container *container);

/* Is something wanted that inspect does not show, so that the files are worth reading beside an
 * answer? */
bool docker_container_needs_files(const struct probe_context *ctx);

#endif
