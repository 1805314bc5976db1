/* Converters for limits of an OCI runtime configuration (github.com/opencontainers/runtime-spec config-linux.md, "Control groups"),
 * for struct oci_reading (checks/oci_reading.h). Units and meaning are those of checks/cgroup_limits.h. */
#ifndef CHECKS_OCI_LIMITS_H
#define CHECKS_OCI_LIMITS_H

#include "checks/docker_reading.h"

docker_convert oci_limits_swap;        /* linux.resources.memory: swap is memory and swap together; not set: no limit */
docker_convert oci_limits_cpu_quota;   /* linux.resources.cpu */
docker_convert oci_limits_cpu_limited; /* linux.resources.cpu: a quota or a list of CPUs */
docker_convert oci_limits_io;          /* linux.resources.blockIO */

#endif
