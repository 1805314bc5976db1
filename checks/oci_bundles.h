/* What container runtimes themselves keep on disk about their containers (service): no daemon is asked.
 *
 *  - containerd: STATE/io.containerd.runtime.v2.task/NAMESPACE/ID with config.json (runtime/v2/README.md); its runc keeps
 *    ROOT/NAMESPACE/ID/state.json, ROOT from options.json there or /run/containerd/runc
 *  - conmon(8) of podman and CRI-O: the bundle, the name and the file with the process id are among its words
 *  - runc: ROOT/ID/state.json (init_process_pid, init_process_start in clock ticks after boot, config.labels "bundle=…";
 *    opencontainers/runc libcontainer/container.go, specconv/spec_linux.go)
 *  - crun: ROOT/ID/status (pid, process-start-time, bundle) and the config.json that was applied (libcrun/status.c)
 *  - containers-storage: ROOT/DRIVER-containers/containers.json and ID/userdata/config.json, also of containers that do not run
 *
 * Somebody's word is not taken for more than it can be: a process is a container's first one when its start time fits too; what
 * a user other than root keeps says nothing of processes that run as root, nor of containers that root's runtimes declare. */
#ifndef CHECKS_OCI_BUNDLES_H
#define CHECKS_OCI_BUNDLES_H

#include "checks/containers.h"
#include "checks/oci_places.h"

#define OCI_BUNDLES_MAX 16384 /* of one folder; more make the list unreadable */

struct oci_bundle {
	const char *declared_by; /* containerd, conmon, runc, crun or storage */
	const char *engine;      /* docker, buildkit, containerd, podman, cri-o or none */
	const char *runtime;     /* runc, crun; NULL: not told */
	const char *id;          /* as its runtime has it; safe, without a slash */
	const char *name;        /* as its engine calls it, or NULL */
	const char *space;       /* containerd's namespace, or NULL */
	const char *image, *image_id, *log_driver; /* or NULL */
	uid_t owner;             /* whose word all this is */
	struct oci_bundle *same_id; /* the next one of this id, or NULL */
	const char *folder;      /* the bundle; NULL: it never had one, or nobody asked yet (oci_bundles_ask) */
	/* What costs more to know, by oci_bundles_ask. */
	bool asked;
	const char *state;       /* ROOT/ID of its low-level runtime, or NULL */
	const char *config;      /* the config.json that declares it, perhaps not there; NULL: it has none */
	const struct process *init; /* its first process, verified; NULL: it does not run */
	bool created;            /* made but not started yet */
};

/* Plain data of the service. */
struct oci_bundles {
	VEC(struct oci_bundle *) list;
	struct strmap *by_id;   /* id → first of a chain by same_id, root's in front */
	struct strmap *by_pid;  /* decimal pid of init → struct oci_bundle; NULL until somebody asks by process */
	struct probe_context *ctx;
	const struct processes *processes;
	/* PRESENT: these are all that are kept; UNREADABLE: there may be others. */
	enum fact_state state;
	const char *origin;
	const char *reason;
};

/* probe_service(ctx, &oci_bundles_service) gives struct oci_bundles *. */
extern const struct service oci_bundles_service;

/* Read what the list alone does not tell; once, later calls do nothing. */
void oci_bundles_ask(struct oci_bundles *bundles, struct oci_bundle *bundle);

/* The one whose first process this is, or NULL. */
struct oci_bundle *oci_bundles_of_process(struct oci_bundles *bundles, const struct process *process);

/* The one that declares a running container: by its first process, else by an id of 64 digits whose own first process is not
 * somewhere else. NULL: nobody does. */
struct oci_bundle *oci_bundles_of(struct oci_bundles *bundles, const struct container *container);

/* The first with that id, or NULL: nothing more is read. */
struct oci_bundle *oci_bundles_named(const struct oci_bundles *bundles, const char *id);

/* Does containerd have a task of that id in that namespace? */
bool oci_bundles_has_task(const struct oci_bundles *bundles, const char *space, const char *id);

#endif
