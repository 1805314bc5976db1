#include "checks/docker_limits.h"

#include <sys/sysmacros.h>

#include "checks/docker_values.h"

#define NANO_CPU 1000000000   /* NanoCpus of one CPU */
#define DEFAULT_PERIOD 100000 /* microseconds, cpu.cfs_period_us */
#define DEVICES_MAX 1024   /* with a limit */

bool docker_limits_number(struct docker_reading *reading, const char *key, int64_t *ret)
{
	const json_t *json = json_object_get(reading->json, key);

	*ret = 0;
	if (reading->json && !json_is_object(reading->json))
		docker_reading_wrong(reading, "an object");
	else if (json && !json_is_null(json) && !docker_values_int(json, ret))
		docker_reading_wrong(reading, "a number");
	else
		return true;
	return false;
}

int64_t docker_limits_swap_left(int64_t memory, int64_t both)
{
	if (memory < 0)
		memory = 0;
	if (both <= 0)
		return VALUE_UNLIMITED;
	return both > memory ? both - memory : 0;
}

int64_t docker_limits_percent(int64_t quota, int64_t period)
{
	__int128 percent;

	if (quota <= 0)
		return VALUE_UNLIMITED;
	if (period <= 0)
		period = DEFAULT_PERIOD;
	percent = ((__int128)quota * 100 + period - 1) / period;
	return percent < VALUE_UNLIMITED ? (int64_t)percent : VALUE_UNLIMITED;
}

/* HostConfig is never missing, where a runtime's configuration may leave out a whole object. */
static bool has_object(struct docker_reading *reading)
{
	if (!json_is_object(reading->json))
		docker_reading_wrong(reading, "an object");
	return json_is_object(reading->json);
}

void docker_limits_swap(struct docker_reading *reading)
{
	int64_t memory, both, swap;

	if (!has_object(reading) || !docker_limits_number(reading, "Memory", &memory) ||
	    !docker_limits_number(reading, "MemorySwap", &both))
		return;
	swap = both == 0 && memory > 0 ? memory : docker_limits_swap_left(memory, both);
	docker_reading_present(reading, value_typed_int(VALUE_SIZE, swap));
}

static bool read_quota(struct docker_reading *reading, int64_t *ret)
{
	int64_t nano, quota, period;

	if (!has_object(reading) || !docker_limits_number(reading, "NanoCpus", &nano) ||
	    !docker_limits_number(reading, "CpuQuota", &quota) || !docker_limits_number(reading, "CpuPeriod", &period))
		return false;
	if (!json_object_get(reading->json, "NanoCpus") && !json_object_get(reading->json, "CpuQuota")) {
		docker_reading_wrong(reading, "a number of CPUs");
		return false;
	}
	*ret = nano > 0 ? docker_limits_percent(nano, NANO_CPU) : docker_limits_percent(quota, period);
	return true;
}

void docker_limits_cpu_quota(struct docker_reading *reading)
{
	int64_t quota;

	if (read_quota(reading, &quota))
		docker_reading_present(reading, value_int(quota));
}

void docker_limits_cpu_limited(struct docker_reading *reading)
{
	const char *cpus = json_string_value(json_object_get(reading->json, "CpusetCpus"));
	int64_t quota;

	if (read_quota(reading, &quota))
		docker_reading_present(reading, value_bool(quota != VALUE_UNLIMITED || (cpus && *cpus)));
}

/* ---- devices ----------------------------------------------------------------------------------------- */

static const struct {
	const char *field;
	enum value_type type;
} throttles[DOCKER_LIMITS_THROTTLES] = {
	{"read_bps", VALUE_SIZE},
	{"write_bps", VALUE_SIZE},
	{"read_iops", VALUE_INT},
	{"write_iops", VALUE_INT},
};

static struct record *row_of(struct docker_reading *reading, struct value *rows, const char *device)
{
	struct record row = {0};

	vec_each(known, &rows->records)
		if (strcmp(record_get(known, "device")->string, device) == 0)
			return known;
	record_set(reading->arena, &row, "device", value_string(device));
	vec_push(reading->arena, &rows->records, row);
	return &rows->records.items[rows->records.count - 1];
}

static bool add_throttle(struct docker_reading *reading, size_t which, const char *device, const json_t *rate, struct value *rows)
{
	int64_t amount;

	if (!device || !docker_values_int(rate, &amount) || rows->records.count == DEVICES_MAX)
		return false;
	record_set(reading->arena, row_of(reading, rows, device), throttles[which].field,
		   value_typed_int(throttles[which].type, amount));
	return true;
}

void docker_limits_throttles(struct docker_reading *reading, const char *const keys[DOCKER_LIMITS_THROTTLES], const char *rate,
			     docker_limits_device *device)
{
	struct value rows = {.type = VALUE_RECORDS};

	for (size_t i = 0; i < DOCKER_LIMITS_THROTTLES; i++) {
		const json_t *list = json_object_get(reading->json, keys[i]), *item;
		bool good = !list || json_is_null(list) || json_is_array(list);
		size_t at;

		json_array_foreach(list, at, item)
			good = good && add_throttle(reading, i, device(reading, item), json_object_get(item, rate), &rows);
		if (!good) {
			docker_reading_wrong(reading, "a list of devices with rates");
			return;
		}
	}
	docker_reading_present(reading, rows);
}

static const char *device_name(struct docker_reading *reading, const json_t *device)
{
	const char *path = docker_values_text(reading->arena, json_object_get(device, "Path"));
	struct stat st;

	if (path && path[0] == '/' && host_stat(reading->ctx->host, path, true, &st, NULL) == 0 && S_ISBLK(st.st_mode))
		return arena_printf(reading->arena, "%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return path;
}

void docker_limits_io(struct docker_reading *reading)
{
	static const char *const keys[] = {"BlkioDeviceReadBps", "BlkioDeviceWriteBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteIOps"};

	if (has_object(reading))
		docker_limits_throttles(reading, keys, "Rate", device_name);
}
