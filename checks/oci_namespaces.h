/* Converters for linux.namespaces of an OCI runtime configuration (config-linux.md "Namespaces"). */
#ifndef CHECKS_OCI_NAMESPACES_H
#define CHECKS_OCI_NAMESPACES_H

#include "checks/docker_reading.h"

/* private; host, also when the kind is not listed; container:ID, or path:PATH where no container has the one that the path leads
 * to. For struct oci_reading. */
docker_convert oci_namespaces_pid, oci_namespaces_ipc, oci_namespaces_network, oci_namespaces_uts, oci_namespaces_user,
	oci_namespaces_cgroup;

#endif
