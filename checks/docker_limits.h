/* Converters for limits that hang on several members of HostConfig (checks/docker_reading.h, the path "HostConfig.").
 *
 * Units and meaning are those of checks/cgroup_limits.h. What the members mean: docs.docker.com, "Resource constraints", and
 * the Engine API, HostConfig. */
#ifndef CHECKS_DOCKER_LIMITS_H
#define CHECKS_DOCKER_LIMITS_H

#include "checks/docker_reading.h"

/* MemorySwap is memory and swap together: -1 without limit, 0 or not set as much swap as memory. */
docker_convert docker_limits_swap;
/* NanoCpus, or CpuQuota in each CpuPeriod (100 ms when not set). */
docker_convert docker_limits_cpu_quota;
/* NanoCpus, CpuQuota or CpusetCpus is set. */
docker_convert docker_limits_cpu_limited;
/* BlkioDeviceReadBps and its three relatives, each device by its number where the host has it, else by its path. */
docker_convert docker_limits_io;

/* ---- for checks/oci_limits.h too ---- */

/* A member of the reading's object that is a number; nothing, and no object, is 0. False when it is something else, and that is
 * answered. */
bool docker_limits_number(struct docker_reading *reading, const char *key, int64_t *ret);

/* Of memory and swap together what is left for swap when `memory` is used up; 0 and below: no limit. */
int64_t docker_limits_swap_left(int64_t memory, int64_t both);

/* quota / period in percent, rounded up; a quota of 0 and below is unlimited, a period likewise 100 ms (in microseconds). */
int64_t docker_limits_percent(int64_t quota, int64_t period);

/* Rows of cgroup_limits_io_fields, from the lists at `keys`: bytes read and written, then operations. `device` names an item's. */
#define DOCKER_LIMITS_THROTTLES 4
typedef const char *docker_limits_device(struct docker_reading *reading, const json_t *item);
void docker_limits_throttles(struct docker_reading *reading, const char *const keys[DOCKER_LIMITS_THROTTLES], const char *rate,
			     docker_limits_device *device);

#endif
