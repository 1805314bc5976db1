/* What a dockerd process is: its roots, its configuration file, its sockets. Internal to the docker
 * service. */
#ifndef CHECKS_DOCKERD_DAEMON_H
#define CHECKS_DOCKERD_DAEMON_H

#include "checks/docker.h"
#include "checks/dockerd_config.h"

/* Fill everything of `daemon` but process, subject and session. `daemon->config` points to storage
 * of the caller's. The paths follow dockerd's own order: command line, configuration file, default;
 * a rootless daemon's defaults lie below the XDG folders and home of its environment. */
void dockerd_daemon_describe(struct probe_context *ctx, const struct process *process,
			     struct docker_daemon *daemon);

#endif
