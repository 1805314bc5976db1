/* The sockets on which a process listens, as the kernel has them. */
#ifndef CHECKS_LISTENERS_H
#define CHECKS_LISTENERS_H

#include "checks/processes.h"

struct listener {
	uint64_t inode;
	const char *path;    /* unix, as bound, safe; NULL for TCP */
	const char *address; /* TCP: "127.0.0.1:2375" */
	unsigned port;
};
struct listeners VEC_BODY(struct listener);

/* All on which some process listens for TCP in that one's network namespace, whoever holds them: /proc/PID/net/{tcp,tcp6}. The
 * kernel walks its table of all connections to show these, so a namespace that has no TCP socket, by net/sockstat and sockstat6,
 * is not asked. ERROR_NOT_FOUND: the process has ended. */
int listeners_tcp(struct probe_context *ctx, pid_t pid, struct listeners *ret, struct error *err);

/* By inode: the sockets it holds (host/host_process.h) against the listening ones of /proc/PID/net/{unix,tcp,tcp6}
 * (proc_pid_net(5)). -1 when its descriptors or its sockets cannot be read, or an inode is claimed twice (a path may hold a line of
 * its own). */
int listeners_find(struct probe_context *ctx, const struct process *process, struct listeners *ret, struct error *err);

#endif
