/* Converter for what is mounted into a container: mounts of an OCI runtime configuration (config.md "Mounts"). */
#ifndef CHECKS_OCI_MOUNTS_H
#define CHECKS_OCI_MOUNTS_H

#include "checks/docker_reading.h"

/* What comes from the host, without the engine's own files for this container (a folder of its id is on the way to them), and tmpfs
 * that no container has by default; rows as checks/docker_mounts.h makes them. For struct oci_reading. */
docker_convert oci_mounts_convert;

#endif
