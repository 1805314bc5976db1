/* The control groups that the processes of a container are in: several when some were moved, or came in from elsewhere.
 *
 * By the groups of each process's first thread; threads can only be told apart in hierarchies that few set up (cgroup-v2.rst,
 * "Threads"; cgroup-v1/cgroups.rst, tasks). */
#ifndef CHECKS_CGROUP_GROUPS_H
#define CHECKS_CGROUP_GROUPS_H

#include "checks/cgroup_view.h"
#include "checks/container_facts.h"

/* The hierarchies of this host, shared by a run: probe_service(ctx, &cgroup_groups_view) gives struct cgroup_view *. */
extern const struct service cgroup_groups_view;

struct cgroup_group {
	const char *text;              /* /proc/PID/cgroup, as cgroup_view_find wants it */
	const struct process *process; /* one that is in it; of the first group the container's first process */
};

#define CGROUP_GROUPS_MAX 1024 /* of one container */
struct cgroup_groups {
	VEC(struct cgroup_group) list; /* at least one */
	bool more;                     /* than CGROUP_GROUPS_MAX */
};

/* Of a container that runs; in the facts' arena. */
struct cgroup_groups cgroup_groups_of(const struct container_facts *of);

/* "process 42 (sleep) is in another control group: WHAT", the note that goes with what a group adds. */
const char *cgroup_groups_note(struct arena *arena, const struct cgroup_group *group, const char *what);

#endif
