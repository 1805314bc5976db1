/* Folders of container engines on the host, and which of the files in them an engine makes for a container. */
#ifndef CHECKS_ENGINE_FILES_H
#define CHECKS_ENGINE_FILES_H

#include "checks/containers.h"

struct engine_files {
	struct strings data;  /* where engines keep images, containers and volumes: not safe, links followed */
	struct strings state; /* where they keep what runs */
};

/* probe_service(ctx, &engine_files_service) gives const struct engine_files *: the folders that are there, of those which engines
 * use unless told otherwise and of those which the engines of this host were told (dockerd's settings; options of containerd,
 * crio, podman and conmon). */
extern const struct service engine_files_service;

enum engine_file {
	ENGINE_FILE_NONE,   /* no engine's, or nobody's business in a container: other containers, images, keys */
	ENGINE_FILE_OWN,    /* made for this container: resolv.conf, hostname, hosts, shm, secrets; an init program */
	ENGINE_FILE_VOLUME, /* a volume that the engine manages */
};

/* What a path of the host is to the container that has it mounted at `target`. */
enum engine_file engine_files_kind(const struct engine_files *files, const struct container *container, const char *path,
				   const char *target);

#endif
