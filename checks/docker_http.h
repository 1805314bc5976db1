/* GET over one unix socket: the transport below docker_get. Internal to the docker service. */
#ifndef CHECKS_DOCKER_HTTP_H
#define CHECKS_DOCKER_HTTP_H

#include "checks/docker.h"

struct docker_http;

struct docker_http_peer {
	const struct host *host; /* live; the socket is opened inside its root */
	const char *path;        /* of the socket; borrowed */
	pid_t pid; /* who must have called listen(2) on it (unix(7), SO_PEERCRED); 0: any process */
	uid_t uid; /* with pid 0: of this user or root; (uid_t)-1: of any user */
	int64_t deadline_ms; /* for each exchange, connecting included */
};

/* Find the socket and see who listens on it. ERROR_DENIED, ERROR_TIMEOUT (its queue stayed full),
 * ERROR_SYSTEM (also: it is missing, or another process's, or libcurl cannot be loaded),
 * ERROR_INTERNAL when libcurl cannot be set up. */
int docker_http_open(const struct docker_http_peer *peer, struct docker_http **ret,
		     struct error *err);
void docker_http_close(struct docker_http *http); /* NULL is fine */

/* Put in front of every path from now on: "/v1.41". */
void docker_http_set_prefix(struct docker_http *http, const char *prefix);

struct docker_http_job {
	const char *const *paths;
	size_t count;
	docker_done *done;
	void *data;
};

/* As docker_get and docker_get_all (checks/docker.h). Headers count too: at most
 * DOCKER_HTTP_HEADERS_MAX bytes of them. Asking again from within `done` is ERROR_INTERNAL. */
#define DOCKER_HTTP_HEADERS_MAX (256u << 10)
int docker_http_get(struct docker_http *http, const char *path, json_t **ret, struct error *err);
int docker_http_get_all(struct docker_http *http, const struct docker_http_job *job,
			struct error *err);

#endif
