/* The configuration file of a running dockerd (daemon.json), read once. Internal to the docker
 * service and the dockerd settings. */
#ifndef CHECKS_DOCKERD_CONFIG_H
#define CHECKS_DOCKERD_CONFIG_H

#include <jansson.h>

#include "checks/processes.h"

struct dockerd_config {
	const char *path;      /* absolute: what --config-file names, else the default place */
	enum fact_state state; /* PRESENT: parsed; ABSENT: there is no such file; UNREADABLE */
	const char *reason;    /* why not PRESENT */
	/* Written, replaced or moved into place after the process started: what it runs with is not
	 * known. */
	bool changed;
	bool stamped; /* `changed` is known: the file was found */
	json_t *json; /* the object; NULL unless PRESENT */
	const char *text; /* what was parsed, for line numbers; in the facts' arena */
	size_t text_len;
};

/* Read `path`; `named`: given by --config-file, so that the file was there when the process
 * started. The path is resolved on the host; when the process has another root (a container's)
 * nothing is read and the state is UNREADABLE. An empty file counts as {}, as Docker 23 takes it.
 * Never fails: see state. Undone by dockerd_config_done. */
void dockerd_config_read(struct probe_context *ctx, const struct process *process, const char *path,
			 bool named, struct dockerd_config *ret);
void dockerd_config_done(struct dockerd_config *config);

/* Another file that dockerd read when it started, such as a seccomp profile; into the arena. ERROR_SYSTEM when it changed since or
 * the process has another root; otherwise as host_read. */
int dockerd_config_read_other(struct probe_context *ctx, const struct process *process, const char *path, struct arena *arena,
			      char **ret, size_t *ret_len, struct error *err);

/* The member a dotted key leads to ("log-opts.max-size"; a member's own name may hold dots), or
 * NULL; null counts as not given. Borrowed. *ret_line (may be NULL) is where it stands. */
const json_t *dockerd_config_get(const struct dockerd_config *config, const char *key,
				 unsigned *ret_line);

#endif
