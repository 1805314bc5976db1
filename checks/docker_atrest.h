/* The Docker Engine of a tree at rest: no process runs, its data root is there. */
#ifndef CHECKS_DOCKER_ATREST_H
#define CHECKS_DOCKER_ATREST_H

#include "checks/docker.h"
#include "checks/dockerd_config.h"

/* An engine whose data root (data-root or graph of /etc/docker/daemon.json, else
 * /var/lib/docker) is there, or NULL: none is. Its process is NULL and its subject the host. A
 * configuration file that cannot be read makes the data root a guess (data_root_reason). The
 * configuration is undone by docker_atrest_done. */
struct docker_daemon *docker_atrest_find(struct probe_context *ctx);
void docker_atrest_done(struct docker_daemon *daemon); /* NULL is fine */

#endif
