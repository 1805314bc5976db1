/* Device access on cgroup v1: devices.list (cgroup-v1/devices.rst). */
#ifndef CHECKS_DEVICE_LIST_H
#define CHECKS_DEVICE_LIST_H

#include "checks/cgroup_view.h"
#include "checks/device_access.h"

#define DEVICE_LIST_LINES_MAX 2048 /* of all lists together */

/* Texts of devices.list, lines "TYPE MAJOR:MINOR ACCESS", of a cgroup and all of its parents: what
 * every one allows is effective; without any list everything is. The kernel writes "a *:* rwm"
 * also for "all but ..." and keeps the exceptions to itself (security/device_cgroup.c,
 * devcgroup_seq_show): `note` says so. Never fails: UNREADABLE for what is no such list. */
struct device_access device_list_parse(struct arena *arena, const struct strings *lists);

/* The same for the process whose /proc/PID/cgroup is `text`. UNSUPPORTED with a reason where
 * devices are no v1 controller: there programs decide. */
struct device_access device_list_read(struct cgroup_view *view, const char *text,
				      struct arena *arena);

#endif
