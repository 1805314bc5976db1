/* Which container a process's control groups name: /proc/PID/cgroup as text, nothing else is read.
 *
 * Every line counts: on hybrid hosts the telling one may be any of the v1 hierarchies or "0::"
 * (cgroups(7), /proc/PID/cgroup). A path may name several containers, each inside the one before
 * it (an engine inside a container): all are told, outermost first. What a container makes below
 * its own group cannot take it out of the list nor give it another's name. */
#ifndef CHECKS_CGROUP_PATH_H
#define CHECKS_CGROUP_PATH_H

#include "base/text.h"

#define CGROUP_PATH_DEPTH_MAX 8 /* containers inside one another that are told */

struct cgroup_match {
	const char *runtime; /* docker, podman, cri-o, containerd, lxc, systemd-nspawn, buildkit, cri
			      * (below kubepods, by whom is not said), unknown */
	const char *id;      /* 64 hexadecimal digits, or the name its runtime gave it */
	const char *key;     /* unique: the id, behind those of the containers around it and "/" */
	const char *parent;  /* key of the container around it, or NULL */
	const char *pod;     /* uid of its Kubernetes pod, or NULL */
	const char *space;   /* containerd's namespace, where the path is /NAMESPACE/ID; or NULL */
	bool weak;           /* the path is no proof: namespaces of its own have to bear it out */
};
struct cgroup_matches VEC_BODY(struct cgroup_match);

/* `text` is the file's content as read. Texts of the result are safe and in the arena; a key
 * stands once. `*ret_service` (may be NULL): on some line the process is in a *.service itself. */
void cgroup_path_read(struct arena *arena, const char *text, struct cgroup_matches *ret,
		      bool *ret_service);

#endif
