/* Where a process's cgroups are: each controller by itself, on v1, v2 and hybrid hosts.
 *
 * Sources: cgroups(7), proc_pid_cgroup(5), Documentation/admin-guide/cgroup-v1/cgroups.rst and
 * cgroup-v2.rst. */
#ifndef CHECKS_CGROUP_VIEW_H
#define CHECKS_CGROUP_VIEW_H

#include "checks/mounts.h"

/* What one run knows of the mounted hierarchies, and the files of parent cgroups that were read
 * already. Lives in the arena; host, mounts and arena must outlive it. */
struct cgroup_view;
struct cgroup_view *cgroup_view_new(const struct host *host, const struct mounts *mounts,
				    struct arena *arena);

/* One controller has another name in each version (blkio, io), or is in one of them only. */
struct cgroup_controller {
	const char *v1; /* NULL: v1 has none */
	const char *v2; /* NULL: v2 has none; "": the hierarchy itself, whatever its controllers */
};

/* A process's cgroup in the hierarchy of one controller. Texts live in the arena given. */
struct cgroup_place {
	/* PRESENT. UNSUPPORTED: this host has no such controller, or a tree at rest has no cgroups.
	 * UNREADABLE: it is there, but not where it can be read: not mounted, outside of our cgroup
	 * namespace or of the part that is mounted, removed meanwhile. */
	enum fact_state state;
	const char *reason; /* NULL when PRESENT */
	const char *origin; /* never NULL, safe */
	int version;        /* 1 or 2 */
	const char *top;    /* where the hierarchy is mounted */
	const char *folder; /* the cgroup, `top` or below it. Raw: a name is anybody's choice */
	bool partial;       /* only a part is mounted: parents above `top` cannot be seen */
};

/* `text` is /proc/PID/cgroup as we read it. A v1 hierarchy wins over v2: a controller is in one of
 * them, and a v2 that has it not says so in cgroup.controllers. */
struct cgroup_place cgroup_view_find(struct cgroup_view *view, const char *text,
				     struct cgroup_controller controller, struct arena *arena);

/* The parent of a folder within the place, or NULL behind `top`. */
const char *cgroup_view_parent(const struct cgroup_place *place, const char *folder,
			       struct arena *arena);

/* The text of a file in `folder`. What belongs to a parent of the place is read once a run.
 * ERROR_NOT_FOUND: there is no such file, which at one level means "no limit here" (root cgroups
 * and v2 cgroups without the controller). */
int cgroup_view_read(struct cgroup_view *view, const struct cgroup_place *place, const char *folder,
		     const char *file, struct arena *arena, const char **ret, struct error *err);

/* Is this controller handed down to the place's cgroup or one of its parents other than the root
 * (v2, cgroup.controllers)? */
bool cgroup_view_is_enabled(struct cgroup_view *view, const struct cgroup_place *place,
			    const char *controller, struct arena *arena);

/* Bytes of MemTotal in /proc/meminfo; 0: not known. Read once. */
int64_t cgroup_view_ram_bytes(struct cgroup_view *view);

/* How many CPUs are online, of /sys/devices/system/cpu/online; 0: not known. Read once. */
int64_t cgroup_view_cpu_count(struct cgroup_view *view);

#endif
