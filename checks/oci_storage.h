/* The containers that podman and CRI-O keep in a containers-storage folder, running or not.
 *
 * STORAGE/DRIVER-containers/containers.json lists them: id, names, image, and metadata, a JSON text of the engine's own (podman:
 * name, image-name; CRI-O: also pod-id, container-name). Others, as buildah's working containers, have no such metadata and are
 * none (containers/storage containers.go, containers/podman libpod/storage.go, cri-o internal/storage/runtime.go). */
#ifndef CHECKS_OCI_STORAGE_H
#define CHECKS_OCI_STORAGE_H

#include "host/host.h"

struct oci_stored {
	const char *id;     /* 64 hexadecimal digits */
	const char *name;   /* or NULL; like the rest safe */
	const char *engine; /* podman or cri-o */
	const char *image, *image_id; /* or NULL */
	const char *folder; /* STORAGE/DRIVER-containers/ID/userdata */
};
struct oci_stored_list VEC_BODY(struct oci_stored);

/* Of all drivers. What was read before an error stays in the list. ERROR_NOT_FOUND: no such storage. */
int oci_storage_read(const struct host *host, const char *storage, struct arena *arena, struct oci_stored_list *ret,
		     struct error *err);

#endif
