/* What the kernel enforces on every process of a container, as far as /proc/PID/task/TID/status tells. */
#ifndef CHECKS_EFFECTIVE_STATUS_H
#define CHECKS_EFFECTIVE_STATUS_H

#include "checks/containers.h"

/* X(ENUM, "name in facts", "key in status"), capabilities(7), proc_pid_status(5) */
#define EFFECTIVE_SETS(X)                                                                          \
	X(EFFECTIVE, "effective", "CapEff")                                                        \
	X(PERMITTED, "permitted", "CapPrm")                                                        \
	X(INHERITABLE, "inheritable", "CapInh")                                                    \
	X(BOUNDING, "bounding", "CapBnd")                                                          \
	X(AMBIENT, "ambient", "CapAmb")

enum effective_set {
#define X(e, n, k) EFFECTIVE_##e,
	EFFECTIVE_SETS(X)
#undef X
	EFFECTIVE_SET_COUNT
};

/* One thread. Credentials, no_new_privs and filters belong to threads, not to processes. */
struct effective_thread {
	pid_t pid, tid;
	pid_t parent;      /* process; 0: outside of what this /proc shows */
	const char *comm;  /* safe; as it calls itself */
	uint64_t sets[EFFECTIVE_SET_COUNT];
	bool no_new_privileges;
	int64_t seccomp;   /* 0 disabled, 1 strict, 2 filter; -1: a kernel without */
	int64_t filters;   /* how many are stacked; -1: not told (before Linux 5.9) */
	int64_t threads;   /* of its process, at the same moment; 0: not told */
	int64_t uid, gid;  /* effective, in the host's numbers */
	struct strings groups;
	bool zombie;
};

/* Parse one status file, as read. False: a line that every kernel writes is missing or no number. Pure. */
bool effective_status_parse(struct arena *arena, const char *text, struct effective_thread *ret);

/* What a thread holds or can come to hold in any way: effective, permitted, bounding or ambient. A process of an ordinary user has
 * no effective ones and gets its bounding set by the next setuid program. */
uint64_t effective_status_reach(const struct effective_thread *thread);

struct effective_process {
	const struct container_member *member;
	struct effective_thread all; /* of its threads: sets joined, the first thread's users and groups */
};

struct effective_status {
	/* PRESENT; UNREADABLE: of some process it is not known, or every one has ended meanwhile. */
	enum fact_state state;
	const char *origin;
	const char *reason;
	uint64_t sets[EFFECTIVE_SET_COUNT]; /* of all threads together */
	struct effective_thread worst;      /* reaches furthest beyond the first process */
	uint64_t beyond;                    /* what the first process cannot reach and that one does */
	bool no_new_privileges;             /* on every thread */
	struct effective_thread without;    /* a thread that lacks it, when one does */
	unsigned modes;                     /* a bit per seccomp mode that occurs; 0: a kernel without */
	bool filters_told;
	struct effective_thread least;      /* the thread with the fewest filters */
	VEC(struct effective_process) processes;
	VEC(struct effective_thread) threads; /* of all processes, in their order */
};

/* Reads all members, once a run for each container; a process that ends while it is read, or whose pid is another's by now, is
 * left out. Never NULL. */
const struct effective_status *effective_status_of(struct probe_context *ctx, const struct container *container);

/* The numbers of users that run, "OUTSIDE:INSIDE", sorted, each once; INSIDE is "-" where the user namespace has no name for it.
 * From /proc/PID/uid_map (user_namespaces(7)). -1: of some process it could not be told. */
int effective_status_users(struct probe_context *ctx, const struct effective_status *status, struct strings *ret,
			   struct error *err);

#endif
