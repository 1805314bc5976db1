/* Converters to rows: published ports, devices, ulimits (checks/docker_reading.h). */
#ifndef CHECKS_DOCKER_RECORDS_H
#define CHECKS_DOCKER_RECORDS_H

#include "checks/docker_reading.h"

/* Running: NetworkSettings.Ports, what was resolved. Else what the next start would publish:
 * HostConfig.PortBindings, and with PublishAllPorts each exposed port, with host_port 0 where
 * the engine chooses; an address left out is the daemon's (option ip). Of a range of host ports
 * the lowest. */
docker_convert docker_records_ports;

/* HostConfig: Devices, and DeviceRequests (GPUs, CDI) with the name of what is requested as
 * host_path and no container_path. */
docker_convert docker_records_devices;

/* Limits that the container overrides. hostconfig.json has just these; inspect mixes the
 * daemon's default-ulimits in, so that without the file only an empty list is certain (moby
 * daemon/inspect.go). */
docker_convert docker_records_ulimits;

/* A resource limit as a number: RLIM_INFINITY, in whatever form, is unlimited. False: no number. */
bool docker_records_limit(const json_t *number, struct value *ret);

#endif
