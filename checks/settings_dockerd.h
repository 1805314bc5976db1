/* dockerd's options, resolved as dockerd resolves them. */
#ifndef CHECKS_SETTINGS_DOCKERD_H
#define CHECKS_SETTINGS_DOCKERD_H

#include "checks/docker.h"

/* The value a running daemon works with, in this order: the API (when the request names `live`, the
 * document has it, and it is one of /info, /version, /networks/bridge), the command line, the
 * configuration file, the environment (when the request names `env`; of a boolean any text but the
 * empty one is true, as dockerd takes DOCKER_TLS_VERIFY), else ABSENT. The evidence: origin  "GET
 * /info LiveRestoreEnabled", "dockerd --icc (pid 4242)", "/etc/docker/daemon.json:7 icc",
 * "DOCKER_TLS_VERIFY of pid 4242" notes   sources that say something else than the winner, an API
 * that did not answer UNREADABLE: a source that would decide cannot be read, holds something of
 * another type, or the file changed after the daemon started and neither API nor command line
 * decides: it may have been reloaded (SIGHUP) or not, also for a key it does not hold. Secrets are
 * taken out (checks/settings_value.h). Texts live in the facts' arena. */
struct fact_side settings_dockerd_resolve(struct probe_context *ctx, struct docker_daemon *daemon,
					  const struct setting_request *request);

#endif
