/* Where low-level runtimes keep what they know of their containers on this host, read from the command lines of those that run,
 * beside the places that every one of them has by default.
 *
 * A process speaks for the host when it sees the host's mounts, so that a path it names is the host's; a program in somebody's
 * container that calls itself conmon does not. One that is not root's (rootless podman has mounts of its own) speaks for its
 * user, checks/oci_bundles.h. */
#ifndef CHECKS_OCI_PLACES_H
#define CHECKS_OCI_PLACES_H

#include "checks/processes.h"

/* A folder. */
struct oci_place {
	const char *path;
	const char *runtime; /* whose state it holds: runc, crun; NULL for others */
	uid_t owner;         /* whose word it is: of the process that named it, 0 for the defaults of the system */
};
struct oci_places_list VEC_BODY(struct oci_place);

/* conmon(8), as podman and CRI-O start one for every container: conmon src/cli.c. */
struct oci_conmon {
	const char *id;         /* -c */
	const char *name;       /* -n, or NULL */
	const char *bundle;     /* -b */
	const char *pid_file;   /* -p, or NULL */
	const char *log_driver; /* -l DRIVER:PATH, or NULL */
	struct oci_place state; /* of -r RUNTIME, with --root among its --runtime-arg or by default */
	bool podman;            /* podman has itself called when the container ends (--exit-command), CRI-O asks */
};

struct oci_places {
	/* containerd's state folders: /run/containerd, and those in which its shims work: the shim's own folder is its bundle,
	 * STATE/io.containerd.runtime.v2.task/NAMESPACE/ID (containerd runtime/v2/README.md). */
	struct oci_places_list containerd;
	struct oci_places_list runtimes; /* runc(8), crun(1): --root; /run/runc, /run/crun, /run/user/UID/… */
	struct oci_places_list storages; /* containers-storage: /var/lib/containers/storage, podman(1), crio(8) --root, -b of conmon */
	VEC(struct oci_conmon) conmons;
};

#define OCI_PLACES_TASKS "io.containerd.runtime.v2.task"

/* Texts are safe and live in the facts' arena. */
void oci_places_find(struct probe_context *ctx, const struct processes *processes, struct oci_places *ret);

#endif
