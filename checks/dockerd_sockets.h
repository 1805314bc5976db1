/* The sockets on which a dockerd process itself listens, as the kernel has them. Internal to the
 * docker service. */
#ifndef CHECKS_DOCKERD_SOCKETS_H
#define CHECKS_DOCKERD_SOCKETS_H

#include "checks/processes.h"

struct dockerd_sockets_query {
	const struct process *process;
	/* As given: "unix:///run/docker.sock", "fd://", "tcp://:2375"; empty: the default. */
	struct strings hosts;
	/* "/var/run/docker.sock", or below a rootless daemon's run-time folder. */
	const char *default_socket;
	/* False: the list may be longer (a configuration file that changed or cannot be read). */
	bool hosts_known;
	/* Below it a daemon listens for others: metrics, libnetwork, swarm control. */
	const char *exec_root;
	const char *cwd; /* of the process, for relative paths; NULL: not known */
	/* Addresses of its listeners that are no API (metrics-addr): "127.0.0.1:9323". */
	struct strings others;
};

struct dockerd_sockets {
	struct strings paths;     /* of API unix sockets, as bound, relative ones made absolute */
	struct strings listeners; /* every API listener: unix://PATH, tcp://ADDR:PORT */
	bool activated;           /* the hosts name fd://: the service manager opened them */
};

/* By inode: /proc/PID/fd against the listening sockets of /proc/PID/net/{unix,tcp,tcp6}
 * (proc_pid_net(5)). A listener is the API's when the hosts name it; with fd:// or unknown hosts
 * also every other one, but for sockets below exec_root, swarm's ports (2377, 7946) and `others`.
 * -1 when the process's descriptors or its sockets cannot be read, or an inode is claimed twice (a
 * path may hold a line of its own). */
int dockerd_sockets_find(struct probe_context *ctx, const struct dockerd_sockets_query *query,
			 struct dockerd_sockets *ret, struct error *err);

#endif
