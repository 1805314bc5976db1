/* What a container is called, by its engine and by Kubernetes: from its bundle and the annotations of its configuration.
 *
 * containerd's CRI plugin writes io.kubernetes.cri.* (containerd pkg/cri/annotations), CRI-O io.kubernetes.cri-o.* and
 * io.kubernetes.pod.*, io.kubernetes.container.* (cri-o pkg/annotations); they are read of containers of these engines alone,
 * since podman takes any annotation from whoever starts a container. */
#ifndef CHECKS_OCI_IDENTITY_H
#define CHECKS_OCI_IDENTITY_H

#include "checks/oci_config.h"

/* Every text is safe, or NULL. */
struct oci_identity {
	const char *name; /* as its engine has it; of Kubernetes NAMESPACE/POD/CONTAINER, of a sandbox NAMESPACE/POD; never NULL */
	const char *pod;  /* uid */
	const char *pod_name, *pod_namespace, *pod_container;
	const char *image, *image_id;
	bool sandbox;     /* holds the namespaces of a pod: its own id is that of the sandbox too */
};

void oci_identity_read(struct arena *arena, const struct oci_bundle *bundle, const struct oci_config *config,
		       struct oci_identity *ret);

/* Does the request ask for it by a name, that of its pod or in its pod, or the beginning of an id? */
bool oci_identity_chosen(const struct probe_context *ctx, const char *id, const struct oci_identity *identity);

#endif
