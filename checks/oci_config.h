/* An OCI runtime configuration as the declared state of a container: config.json of the runtime specification
 * (github.com/opencontainers/runtime-spec config.md, config-linux.md).
 *
 * The same facts with the same meaning as Docker's (checks/docker_container.h). What such a file cannot say (restart policy,
 * ports, …) is absent; of a container of Docker it is unreadable, since the engine would know. */
#ifndef CHECKS_OCI_CONFIG_H
#define CHECKS_OCI_CONFIG_H

#include <jansson.h>

#include "checks/oci_bundles.h"

struct oci_config {
	json_t *document;   /* NULL: could not be read */
	const char *path;   /* of the file, or of what should hold one */
	const char *reason; /* why it is NULL */
	bool missing;       /* there is no such file */
};

/* Never fails; undone by oci_config_unload. */
void oci_config_load(struct oci_bundles *bundles, struct oci_bundle *bundle, struct oci_config *ret);
void oci_config_unload(struct oci_config *config);

/* What an annotation says, safe, or NULL: whoever starts a container may write any. */
const char *oci_config_annotation(const struct oci_config *config, struct arena *arena, const char *key);

/* Record the declared side of every wanted fact of the container probe, also those that the file cannot tell. */
void oci_config_record(struct probe_context *ctx, struct subject *subject, const struct oci_bundle *bundle,
		       const struct oci_config *config);

#endif
