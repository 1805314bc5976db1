/* The containers that run on this host, found without asking any daemon (service).
 *
 * A process belongs to a container by any of three: a control group named for it
 * (checks/cgroup_path.h), the container's pid namespace, its mount namespace. So whoever came in by
 * nsenter(1) or a debugger is seen, and whoever was moved to another group is too.
 *
 * Processes with namespaces of their own that no control group names are a container when they have a mount
 * namespace and either a pid namespace or two of ipc, uts and network; a systemd service that the manager gave private
 * namespaces (systemd.exec(5), "Sandboxing") is none. The host's namespaces are those of kthreadd, process 2,
 * that no program can be; without it those of process 1. */
#ifndef CHECKS_CONTAINERS_H
#define CHECKS_CONTAINERS_H

#include "checks/processes.h"

/* X(ENUM, "name below /proc/PID/ns"), namespaces(7) */
#define CONTAINERS_NAMESPACES(X)                                                                   \
	X(PID, "pid")                                                                              \
	X(MOUNT, "mnt")                                                                            \
	X(USER, "user")                                                                            \
	X(NETWORK, "net")                                                                          \
	X(IPC, "ipc")                                                                              \
	X(UTS, "uts")                                                                              \
	X(CGROUP, "cgroup")

enum containers_kind {
#define X(e, n) CONTAINERS_##e,
	CONTAINERS_NAMESPACES(X)
#undef X
	CONTAINERS_KINDS
};

/* How a process belongs, a bit each. */
#define CONTAINERS_BY_CGROUP 1u
#define CONTAINERS_BY_PID    2u
#define CONTAINERS_BY_MOUNT  4u

struct container_member {
	const struct process *process;
	unsigned joined;
	const char *cgroup; /* /proc/PID/cgroup as read; equal texts are one and the same */
	uint64_t mount_ns; /* its mount namespace, by inode; 0: could not be read */
};

struct container {
	const char *id;      /* unique among these; 64 digits, a name, OUTER/INNER, or mnt:[INODE] */
	const char *name;    /* short id, name */
	const char *runtime; /* as checks/cgroup_path.h, runc, crun, or unknown */
	const char *parent;  /* id of the container around it, or NULL */
	const char *pod;     /* uid of its Kubernetes pod, or NULL */
	const struct process *init; /* the oldest process 1 of a pid namespace of its own, else the oldest */
	bool has_first;             /* init is such a process 1: when it ends, all in there end (pid_namespaces(7)) */
	uint64_t namespaces[CONTAINERS_KINDS]; /* of init, by inode; 0: could not be read */
	VEC(struct container_member) members;  /* by pid */
};

struct containers {
	VEC(struct container *) list; /* by pid of init */
	struct strmap *by_id;
	struct strmap *oldest; /* containers_oldest's: "pid N", "mnt N" … → struct container */
	uint64_t host[CONTAINERS_KINDS]; /* the host's namespaces; 0: could not be read */
	enum fact_state state; /* PRESENT: all that run are here; UNREADABLE; UNSUPPORTED: a tree at rest */
	const char *origin;
	const char *reason;
};

/* probe_service(ctx, &containers_service) gives const struct containers *. */
extern const struct service containers_service;

/* The one with that id, or NULL. */
const struct container *containers_find(const struct containers *containers, const char *id);

/* The process whose namespaces are the host's: kthreadd, or without it process 1; NULL when neither is there. */
const struct process *containers_host_process(const struct processes *processes);

/* Of the containers in that namespace the one whose first process is the oldest: it has it, the others share it. NULL: none is. */
const struct container *containers_oldest(const struct containers *containers, enum containers_kind kind, uint64_t inode);

/* The inode of a process's namespace, read once a run. ERROR_NOT_FOUND: it has ended, or the kernel has no such namespace;
 * ERROR_DENIED: needs CAP_SYS_PTRACE (namespaces(7)). The only place that reads these links. */
int containers_namespace(struct probe_context *ctx, const struct process *process, enum containers_kind kind, uint64_t *ret,
			 struct error *err);
/* Read those of many at once, which is cheaper than one by one; kinds has 1u << CONTAINERS_… for each. */
void containers_namespace_ask(struct probe_context *ctx, const struct process *const *list, size_t count, unsigned kinds);

#endif
