/* The file in which runc or crun keeps the state of one container. */
#ifndef CHECKS_OCI_STATE_H
#define CHECKS_OCI_STATE_H

#include "host/host.h"

struct oci_state {
	pid_t pid;          /* of the first process */
	uint64_t start;     /* clock ticks after boot (field 22 of stat) */
	const char *runtime; /* runc or crun */
	const char *bundle; /* safe; NULL: not told */
	const char *config; /* the config.json kept beside it, as crun does; NULL: none is */
	bool created;       /* it waits for its start */
};

/* From FOLDER/state.json (runc) or FOLDER/status (crun); see checks/oci_bundles.h. `brief`: the bundle is not asked for, which
 * spares parsing most of what runc keeps. ERROR_NOT_FOUND: none is there; ERROR_MALFORMED: one without a process and its start. */
int oci_state_read(const struct host *host, const char *folder, bool brief, struct arena *arena, struct oci_state *ret,
		   struct error *err);

#endif
