#include "checks/cgroup_values.h"

#include <errno.h>

#define CPUS_MAX 65536 /* the kernel's NR_CPUS and MAX_NUMNODES stay below */

bool cgroup_values_less(struct cgroup_amount a, struct cgroup_amount b)
{
	if (a.value == VALUE_UNLIMITED)
		return false;
	if (b.value == VALUE_UNLIMITED)
		return true;
	return (__int128)a.value * b.per < (__int128)b.value * a.per;
}

/* Digits at `*at`, which moves behind them. Over the top is VALUE_UNLIMITED. */
static bool take_number(const char **at, int64_t *ret)
{
	char *end;

	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	unsigned long long number = strtoull(*at, &end, 10);
	*ret = errno || number >= CGROUP_VALUES_V1_UNLIMITED ? VALUE_UNLIMITED : (int64_t)number;
	*at = end;
	return true;
}

static bool take_amount(const char **at, int64_t *ret)
{
	if (!text_starts(*at, "max"))
		return take_number(at, ret);
	*at += strlen("max");
	*ret = VALUE_UNLIMITED;
	return true;
}

static bool at_end(const char *text)
{
	return text_eq(text, "") || text_eq(text, "\n");
}

bool cgroup_values_amount(const char *text, struct cgroup_amount *ret)
{
	struct cgroup_amount amount = {.per = 1};

	if (!take_amount(&text, &amount.value) || !at_end(text))
		return false;
	*ret = amount;
	return true;
}

static bool is_period(int64_t period)
{
	return period > 0 && period < VALUE_UNLIMITED;
}

bool cgroup_values_cpu_max(const char *text, struct cgroup_amount *ret)
{
	struct cgroup_amount amount;

	if (!take_amount(&text, &amount.value) || *text++ != ' ' ||
	    !take_number(&text, &amount.per))
		return false;
	if (!at_end(text) || !is_period(amount.per))
		return false;
	*ret = amount;
	return true;
}

bool cgroup_values_cfs(const char *quota, const char *period, struct cgroup_amount *ret)
{
	struct cgroup_amount amount = {.value = VALUE_UNLIMITED};
	bool none = *quota == '-';

	quota += none;
	if (!take_number(&quota, none ? &amount.per : &amount.value) || !at_end(quota))
		return false;
	if (!take_number(&period, &amount.per) || !at_end(period) || !is_period(amount.per))
		return false;
	*ret = amount;
	return true;
}

bool cgroup_values_key(const char *text, const char *key, struct cgroup_amount *ret)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) != 0 || line[len] != ' ')
			continue;
		line += len + 1;
		ret->per = 1;
		return take_number(&line, &ret->value) && (*line == '\n' || !*line);
	}
	return false;
}

/* "0-3,8": the next range, which moves `*at` behind it; the comma too. */
static bool take_range(const char **at, int64_t *ret_first, int64_t *ret_last)
{
	if (!take_number(at, ret_first))
		return false;
	*ret_last = *ret_first;
	if (**at == '-' && ((*at)++, !take_number(at, ret_last)))
		return false;
	if (*ret_last < *ret_first || *ret_last >= CPUS_MAX)
		return false;
	if (**at == ',' && (*at)[1] >= '0' && (*at)[1] <= '9')
		(*at)++;
	else if (!at_end(*at))
		return false;
	return true;
}

bool cgroup_values_cpus(const char *text, struct arena *arena, const char **ret_list,
			int64_t *ret_count)
{
	const char *at = text;
	int64_t count = 0, next = 0;

	while (!at_end(at)) {
		int64_t first, last;

		if (!take_range(&at, &first, &last) || first < next)
			return false;
		count += last - first + 1;
		next = last + 1;
	}
	*ret_list = arena_strndup(arena, text, (size_t)(at - text));
	*ret_count = count;
	return true;
}

static void mark(bool *set, const char *text)
{
	int64_t first, last;

	while (!at_end(text) && take_range(&text, &first, &last))
		memset(set + first, true, (size_t)(last - first + 1));
}

const char *cgroup_values_cpus_join(struct arena *arena, const char *a, const char *b)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	bool *set = ARENA_ARRAY(scratch, bool, CPUS_MAX + 1);
	const char *list;
	struct buf out = {0};

	mark(set, a);
	mark(set, b);
	for (int first = 0, end; first < CPUS_MAX; first = end + 1) {
		for (end = first; set[end]; end++)
			;
		if (end == first)
			continue;
		buf_printf(&out, "%s%d", out.len ? "," : "", first);
		if (end > first + 1)
			buf_printf(&out, "-%d", end - 1);
	}
	list = arena_strdup(arena, out.data ? out.data : "");
	buf_done(&out);
	return list;
}

/* ---- devices ----------------------------------------------------------------------------- */

static struct cgroup_device *device_of(struct cgroup_devices *devices, struct arena *arena,
				       int64_t major, int64_t minor)
{
	struct cgroup_device device = {.major = (uint32_t)major, .minor = (uint32_t)minor};

	vec_each (known, devices)
		if (known->major == device.major && known->minor == device.minor)
			return known;
	if (devices->count == CGROUP_VALUES_DEVICES_MAX)
		return NULL;
	for (size_t i = 0; i < CGROUP_IO_COUNT; i++)
		device.limits[i] = VALUE_UNLIMITED;
	vec_push(arena, devices, device);
	return &devices->items[devices->count - 1];
}

/* "8:16 ". A device that is gone, or one that the kernel has no name for, is left out there. */
static struct cgroup_device *take_device(const char **at, struct cgroup_devices *devices,
					 struct arena *arena)
{
	int64_t major, minor;

	if (!take_number(at, &major) || *(*at)++ != ':' || !take_number(at, &minor) ||
	    *(*at)++ != ' ')
		return NULL;
	return major > UINT32_MAX || minor > UINT32_MAX ? NULL
							: device_of(devices, arena, major, minor);
}

static void tighten(struct cgroup_device *device, enum cgroup_io kind, int64_t limit)
{
	if (limit < device->limits[kind])
		device->limits[kind] = limit;
}

static const char *const io_keys[CGROUP_IO_COUNT] = {"rbps=", "wbps=", "riops=", "wiops="};

static bool take_pair(const char **at, struct cgroup_device *device)
{
	for (enum cgroup_io kind = 0; kind < CGROUP_IO_COUNT; kind++) {
		int64_t limit;

		if (!text_starts(*at, io_keys[kind]))
			continue;
		*at += strlen(io_keys[kind]);
		if (!take_amount(at, &limit))
			return false;
		tighten(device, kind, limit);
		return **at == ' ' || **at == '\n' || !**at;
	}
	*at += strcspn(*at, " \n");
	return true;
}

bool cgroup_values_io_max(const char *text, struct arena *arena, struct cgroup_devices *devices)
{
	while (*text) {
		struct cgroup_device *device = take_device(&text, devices, arena);

		if (!device)
			return false;
		while (*text && *text != '\n') {
			if (!take_pair(&text, device))
				return false;
			text += strspn(text, " ");
		}
		text += *text == '\n';
	}
	return true;
}

bool cgroup_values_throttle(const char *text, enum cgroup_io kind, struct arena *arena,
			    struct cgroup_devices *devices)
{
	while (*text) {
		struct cgroup_device *device = take_device(&text, devices, arena);
		int64_t limit;

		if (!device || !take_number(&text, &limit) || (*text && *text != '\n'))
			return false;
		tighten(device, kind, limit);
		text += *text == '\n';
	}
	return true;
}
