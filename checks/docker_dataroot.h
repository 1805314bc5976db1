/* Docker Engine's own records in its data root: what is left to read when the API does not
 * answer, and what the API does not tell.
 *
 * A home is the folder that holds containers/, image/ and volumes/: the data root itself, or
 * with userns-remap the folder named UID.GID in it. A data root may hold several; a container of
 * any of them starts again when the engine is set back. */
#ifndef CHECKS_DOCKER_DATAROOT_H
#define CHECKS_DOCKER_DATAROOT_H

#include <jansson.h>

#include "host/host.h"

/* The homes below a data root. ERROR_NOT_FOUND when there is none. */
int docker_dataroot_homes(const struct host *host, const char *data_root, struct arena *arena,
			  struct strings *ret, struct error *err);

/* Folders of the containers of a home, HOME/containers/ID, sorted. What is not named by an id is
 * none of the engine's. */
int docker_dataroot_containers(const struct host *host, const char *home, struct arena *arena,
			       struct strings *ret, struct error *err);

/* The folder of one container in the first home that has it, or NULL. */
const char *docker_dataroot_folder(const struct host *host, const struct strings *homes,
				   const char *id, struct arena *arena);

/* A JSON object in a file of at most HOST_READ_CONFIG bytes; *ret is a new reference. */
int docker_dataroot_load(const struct host *host, const char *path, json_t **ret,
			 struct error *err);

/* What a volume of the local driver is made of: paths as they were given, not safe. */
struct docker_volume {
	/* The absolute path that its device option names: a folder for a bind, a block device; NULL: none. */
	const char *device;
	/* HOME/volumes/NAME/_data, where the engine mounts that, or the volume itself. */
	const char *path;
};
/* From HOME/volumes/NAME/opts.json, which is there only when options were given. ERROR_NOT_FOUND
 * when no home has the volume; ERROR_MALFORMED for a name that the engine would not take, or for
 * contents that it did not write. */
int docker_dataroot_volume(const struct host *host, const struct strings *homes, const char *name,
			   struct arena *arena, struct docker_volume *ret, struct error *err);

/* Names that the local driver takes, [a-zA-Z0-9][a-zA-Z0-9_.-]+ (moby volume/local): safe in a
 * path and in a request. */
bool docker_dataroot_is_volume_name(const char *name);

#endif
