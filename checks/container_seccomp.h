/* The system call filters that a container's threads really run under, read from the kernel through the broker.
 *
 * Filters belong to threads, and what a container may do is what its weakest thread may. A thread without a filter settles
 * that, and nothing is asked then. Otherwise the filters of every thread must be known, because equal numbers of filters
 * (/proc/PID/task/TID/status Seccomp_filters) are a hint and no proof. Each thread is stopped for a moment to be read
 * (host/broker.h), so where there is proof that two have the same filters one of them is enough:
 *
 *   Who has neither no_new_privs nor CAP_SYS_ADMIN in his user namespace cannot install a filter (seccomp(2)); a filter is
 *   inherited by fork and kept by exec, none is ever taken away. So when the container's first process is in the host's user
 *   namespace and has neither, all its filters are from before its program was started, and a descendant of it with as many
 *   has exactly those.
 *
 * What is taken for granted there: whoever made the container gave its first process no CAP_SYS_ADMIN that it dropped by itself;
 * and a process whose parent is gone, so that its descent cannot be seen, was not brought in from outside with as many filters
 * of another kind.
 *
 * A thread that waits where a stop would end its system call with EINTR is never stopped: another one stands for it where that
 * is proven, and it is asked again a few times. If nothing helps its filters are not known, and neither is what the container
 * may do: UNREADABLE, with the thread named. So it is with a thread that is traced, frozen, or one of too many. */
#ifndef CHECKS_CONTAINER_SECCOMP_H
#define CHECKS_CONTAINER_SECCOMP_H

#include "checks/container_facts.h"
#include "checks/effective_status.h"
#include "checks/seccomp_stacks.h"

#define CONTAINER_SECCOMP_DUMPS_MAX 256 /* threads read in one container */

struct container_seccomp {
	enum fact_state state; /* PRESENT, or why nothing can be told */
	const char *origin;
	const char *reason;
	/* The distinct stacks of its threads, by hash; when some thread has none, that one alone. Shared between containers. */
	VEC(struct seccomp_known *) stacks;
	const char *key; /* the same text for the same stacks */
	struct strings notes; /* who has no filter; that threads differ */
};

/* Looks at the container's threads. of->known must be PRESENT. */
struct container_seccomp container_seccomp_look(const struct container_facts *of);

/* All that was seen in this run. */
struct seccomp_stacks *container_seccomp_stacks(struct probe_context *ctx);

#endif
