#include "checks/oci_limits.h"

#include "checks/docker_limits.h"
#include "checks/docker_values.h"

void oci_limits_swap(struct docker_reading *reading)
{
	int64_t memory, both;

	if (docker_limits_number(reading, "limit", &memory) && docker_limits_number(reading, "swap", &both))
		docker_reading_present(reading, value_typed_int(VALUE_SIZE, docker_limits_swap_left(memory, both)));
}

static bool read_quota(struct docker_reading *reading, int64_t *ret)
{
	int64_t quota, period;

	if (!docker_limits_number(reading, "quota", &quota) || !docker_limits_number(reading, "period", &period))
		return false;
	*ret = docker_limits_percent(quota, period);
	return true;
}

void oci_limits_cpu_quota(struct docker_reading *reading)
{
	int64_t quota;

	if (read_quota(reading, &quota))
		docker_reading_present(reading, value_int(quota));
}

void oci_limits_cpu_limited(struct docker_reading *reading)
{
	const char *cpus = json_string_value(json_object_get(reading->json, "cpus"));
	int64_t quota;

	if (read_quota(reading, &quota))
		docker_reading_present(reading, value_bool(quota != VALUE_UNLIMITED || (cpus && *cpus)));
}

/* A device by its numbers. */
static const char *device_name(struct docker_reading *reading, const json_t *device)
{
	int64_t major, minor;

	if (!docker_values_int(json_object_get(device, "major"), &major) || !docker_values_int(json_object_get(device, "minor"), &minor))
		return NULL;
	return arena_printf(reading->arena, "%lld:%lld", (long long)major, (long long)minor);
}

void oci_limits_io(struct docker_reading *reading)
{
	static const char *const keys[] = {"throttleReadBpsDevice", "throttleWriteBpsDevice", "throttleReadIOPSDevice",
					   "throttleWriteIOPSDevice"};

	docker_limits_throttles(reading, keys, "rate", device_name);
}
