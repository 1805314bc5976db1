/* Values as cgroup files write them. Pure; every text is hostile. */
#ifndef CHECKS_CGROUP_VALUES_H
#define CHECKS_CGROUP_VALUES_H

#include "base/arena.h"
#include "base/error.h"
#include "model/value.h"

/* Part of a whole that a limit allows: `value` / `per`, VALUE_UNLIMITED without bound whatever
 * `per` is. Plain limits are per 1. */
struct cgroup_amount {
	int64_t value;
	int64_t per; /* > 0 */
};
bool cgroup_values_less(struct cgroup_amount a, struct cgroup_amount b);

/* What v1 memory calls no limit: PAGE_COUNTER_MAX pages (mm/page_counter.c), LONG_MAX rounded down
 * to a page of 4, 16 or 64 KiB, 9223372036854771712 with the first; before Linux 3.19 2^64-1. */
#define CGROUP_VALUES_V1_UNLIMITED (INT64_MAX - 65535)

/* "max", or a number; one beyond int64_t or from CGROUP_VALUES_V1_UNLIMITED on is unlimited. A
 * newline may follow. */
bool cgroup_values_amount(const char *text, struct cgroup_amount *ret);

/* cpu.max: "max 100000", "50000 100000". */
bool cgroup_values_cpu_max(const char *text, struct cgroup_amount *ret);

/* cpu.cfs_quota_us and cpu.cfs_period_us; a negative quota is none. */
bool cgroup_values_cfs(const char *quota, const char *period, struct cgroup_amount *ret);

/* A line "KEY NUMBER" of memory.stat. */
bool cgroup_values_key(const char *text, const char *key, struct cgroup_amount *ret);

/* A list of CPUs or nodes, "0-3,8", "" is none: checked, without the newline, in the arena; how
 * many. */
bool cgroup_values_cpus(const char *text, struct arena *arena, const char **ret_list,
			int64_t *ret_count);

/* What stands in one of two such lists, in the arena; a text that is no list adds nothing. */
const char *cgroup_values_cpus_join(struct arena *arena, const char *a, const char *b);

/* One limit of one device. */
enum cgroup_io {
	CGROUP_IO_RBPS,
	CGROUP_IO_WBPS,
	CGROUP_IO_RIOPS,
	CGROUP_IO_WIOPS,
	CGROUP_IO_COUNT
};

struct cgroup_device {
	uint32_t major, minor;
	int64_t limits[CGROUP_IO_COUNT]; /* VALUE_UNLIMITED without */
};
struct cgroup_devices VEC_BODY(struct cgroup_device);

#define CGROUP_VALUES_DEVICES_MAX 4096

/* Add what a file says, each limit the least of what is there and what comes. io.max:
 * "8:16 rbps=2097152 wbps=max", unknown keys are left out. v1, of one kind: "8:16 1048576". */
bool cgroup_values_io_max(const char *text, struct arena *arena, struct cgroup_devices *devices);
bool cgroup_values_throttle(const char *text, enum cgroup_io kind, struct arena *arena,
			    struct cgroup_devices *devices);

#endif
