/* Docker Engine daemons of this host and a bounded, read-only way to ask them (service).
 *
 * A daemon is a process whose executable is dockerd (by /proc/PID/exe, never by a name anybody can
 * take). Its API sockets are those the process itself holds (by inode, /proc/net/unix against
 * /proc/PID/fd). */
#ifndef CHECKS_DOCKER_H
#define CHECKS_DOCKER_H

#include <jansson.h>

#include "checks/processes.h"

struct dockerd_config;
struct docker_session;

struct docker_daemon {
	const struct process *process; /* NULL in a tree at rest */
	struct subject *subject;       /* scope DAEMON, added on discovery */
	/* Absolute; from the process's words, its configuration file, the API, or the default. */
	const char *data_root;
	/* Why data_root is only a guess (the file changed, the API is silent); NULL: it is sure. */
	const char *data_root_reason;
	const char *exec_root;
	const char *config_file; /* the file it reads, or NULL when there is none */
	/* Paths of its API unix sockets, as bound; the first that answers is used. */
	struct strings sockets;
	struct strings listeners;   /* every API listener: unix://PATH, tcp://ADDR:PORT */
	const char *sockets_reason; /* why these two could not be told; NULL: they are all */
	const char *words_reason;   /* why the command line is not known in full; NULL: it is */
	bool activated;             /* told fd://: the service manager opened the sockets */
	bool rootless;
	/* daemon.json as read (checks/dockerd_config.h); never NULL on discovery. */
	struct dockerd_config *config;
	/* Connections and answers kept, opened on first docker_get. */
	struct docker_session *session;
};

struct docker {
	VEC(struct docker_daemon *) daemons;
	/* PRESENT: these are all; UNREADABLE: some process could not be told; UNSUPPORTED: a tree
	 * at rest. */
	enum fact_state state;
	const char *origin;
	const char *reason;
};

/* probe_service(ctx, &docker_service) gives const struct docker *. */
extern const struct service docker_service;

/* GET one document of the Engine API, path without version prefix ("/info"). The version spoken is
 * max(server minimum, min(server maximum, 1.52)), asked for once. The socket must be one that this
 * daemon opened (SO_PEERCRED), or with fd:// its user or root. /info, /version and /networks/bridge
 * are asked for once a run. Only GET, only on the daemon's unix sockets, no proxy, no redirects;
 * whole exchange within request->deadline_ms, at most DOCKER_ANSWER_MAX bytes counted as they
 * arrive. Integers above INT64_MAX become reals. After one time-out the daemon is not asked again:
 * each later call fails at once with the same error. A tree that is not live is never asked
 * (ERROR_SYSTEM). *ret is a new reference. ERROR_TIMEOUT, ERROR_LIMIT, ERROR_DENIED (socket),
 * ERROR_NOT_FOUND (404), ERROR_MALFORMED (not HTTP, not JSON), ERROR_SYSTEM. */
#define DOCKER_ANSWER_MAX (64u << 20)
int docker_get(struct probe_context *ctx, struct docker_daemon *daemon, const char *path,
	       json_t **ret, struct error *err);

/* Many documents over up to four connections at once, answered in any order; `done` is called once
 * for each index with either a document (borrowed) or an error, and must not ask the daemon again
 * itself. Returns -1 only when nothing could be asked at all. */
typedef void docker_done(void *data, size_t index, json_t *document, const struct error *err);
int docker_get_all(struct probe_context *ctx, struct docker_daemon *daemon,
		   const char *const *paths, size_t count, docker_done *done, void *data,
		   struct error *err);

#endif
