/* Converters for devices: linux.devices and linux.resources.devices of an OCI runtime configuration (config-linux.md "Devices",
 * "Allowed Device list"). */
#ifndef CHECKS_OCI_DEVICES_H
#define CHECKS_OCI_DEVICES_H

#include "checks/docker_reading.h"

/* Of the object linux, for struct oci_reading. */
docker_convert oci_devices_convert; /* the devices, under the kernel's name for them, and what is allowed with them */
docker_convert oci_devices_rules;   /* what is allowed beside those and what every container has */

/* Do the rules allow everything with every block device? */
bool oci_devices_all(const struct docker_reading *reading, const json_t *rules);

#endif
