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

/* By inode: the sockets it holds (host/host_process.h) against the listening ones of /proc/PID/net/{unix,tcp,tcp6}
 * (proc_pid_net(5)). -1 when its descriptors or its sockets cannot be read, or an inode is claimed twice (a path may hold a line of
 * its own). */
int listeners_find(struct probe_context *ctx, const struct process *process, struct listeners *ret, struct error *err);

#endif
