/* One daemon's API in use: the socket that answers, the version spoken, the documents asked for
 * once. Internal to the docker service. */
#ifndef CHECKS_DOCKER_SESSION_H
#define CHECKS_DOCKER_SESSION_H

#include "checks/docker.h"

struct docker_http;

/* The newest version of the API whose answers this program knows. */
#define DOCKER_SESSION_API_MAJOR 1
#define DOCKER_SESSION_API_MINOR 52

/* Never fails: what went wrong is what every question then fails with. */
struct docker_session *docker_session_open(struct probe_context *ctx,
					   const struct docker_daemon *daemon);
void docker_session_close(struct docker_session *session); /* NULL is fine */

/* The connection for versioned questions, or NULL with the reason. */
struct docker_http *docker_session_http(struct docker_session *session, struct error *err);

/* As docker_get, with the three documents kept. */
int docker_session_get(struct docker_session *session, const char *path, json_t **ret,
		       struct error *err);

#endif
