/* Converters for single values and limits of an OCI runtime configuration, for struct oci_reading (checks/oci_reading.h). */
#ifndef CHECKS_OCI_CONVERT_H
#define CHECKS_OCI_CONVERT_H

#include "checks/docker_reading.h"

docker_convert oci_convert_user;        /* process.user: "0", or UID:GID */
docker_convert oci_convert_privileged;  /* the whole: all capabilities, no filter, no hidden path, every device; or podman's word */
docker_convert oci_convert_seccomp;     /* linux.seccomp: default (podman's own), unconfined (also none) or custom */
docker_convert oci_convert_apparmor;    /* process.apparmorProfile: none is unconfined; UNSUPPORTED without AppArmor */
docker_convert oci_convert_parent;      /* linux.cgroupsPath: the folder, or SLICE of SLICE:PREFIX:NAME */
docker_convert oci_convert_ulimits;     /* process.rlimits */

#endif
