#include "checks/cgroup_limits.h"

#include "checks/cgroup_values.h"

const struct field_decl cgroup_limits_io_fields[] = {
	{"device", VALUE_STRING, "block device, major:minor"},
	{"read_bps", VALUE_SIZE, "bytes a second; missing: no limit"},
	{"write_bps", VALUE_SIZE, "bytes a second; missing: no limit"},
	{"read_iops", VALUE_INT, "operations a second; missing: no limit"},
	{"write_iops", VALUE_INT, "operations a second; missing: no limit"},
	{0},
};

/* One limit being read. */
struct reading {
	struct cgroup_view *view;
	const struct cgroup_place *place;
	const struct row *row;
	enum value_type type;
	struct arena *arena; /* of the result */
	struct arena *scratch;
	struct fact_side side; /* the result */
};

typedef int amount_read(struct reading *reading, const char *folder, struct cgroup_amount *ret,
			struct error *err);

struct row {
	struct cgroup_controller controller;
	const char *v1, *v2; /* the file; NULL: this version has none */
	void (*read)(struct reading *reading);
	amount_read *amount;
};

/* ---- results ----------------------------------------------------------------------------- */

static const char *origin_of(struct reading *reading, const char *folder, const char *file)
{
	const char *path = arena_printf(reading->scratch, "%s%s%s", folder, *file ? "/" : "", file);

	return text_safe(reading->arena, path, strlen(path));
}

static const char *own_file(const struct reading *reading)
{
	return reading->place->version == 1 ? reading->row->v1 : reading->row->v2;
}

static void miss(struct reading *reading, enum fact_state state, const char *reason)
{
	reading->side = side_missing(state, reading->side.origin,
				     text_safe(reading->arena, reason, strlen(reason)));
}

static void fail(struct reading *reading, const struct error *err)
{
	miss(reading, FACT_UNREADABLE, err->text);
}

static void note(struct reading *reading, const char *text)
{
	vec_push(reading->arena, &reading->side.notes,
		 text_safe(reading->arena, text, strlen(text)));
}

static void present(struct reading *reading, struct value value, const char *origin)
{
	reading->side = side_present(value, origin);
	if (reading->place->partial)
		note(reading, arena_printf(reading->scratch, "what stands above %s cannot be seen",
					   reading->place->top));
}

static void present_amount(struct reading *reading, int64_t amount, const char *origin)
{
	int64_t ram = reading->type == VALUE_SIZE ? cgroup_view_ram_bytes(reading->view) : 0;

	present(reading, value_typed_int(reading->type, amount), origin);
	if (ram > 0 && amount != VALUE_UNLIMITED && amount > ram)
		note(reading, arena_printf(reading->scratch,
					   "more than the %lld bytes of RAM that the host has",
					   (long long)ram));
}

/* ---- the least up to the root ------------------------------------------------------------ */

struct least {
	struct cgroup_amount amount;
	const char *folder; /* of the file that decided; NULL: no cgroup has such a file */
};

static int find_least(struct reading *reading, struct least *ret, struct error *err)
{
	const char *folder = reading->place->folder;

	*ret = (struct least){.amount = {VALUE_UNLIMITED, 1}};
	for (; folder; folder = cgroup_view_parent(reading->place, folder, reading->scratch)) {
		struct error local = {0};
		struct cgroup_amount amount;

		if (reading->row->amount(reading, folder, &amount, &local) == 0) {
			if (!ret->folder || cgroup_values_less(amount, ret->amount))
				*ret = (struct least){amount, folder};
		} else if (local.code != ERROR_NOT_FOUND) {
			*err = local;
			return -1;
		}
	}
	return 0;
}

static int read_file(struct reading *reading, const char *folder, const char *file,
		     const char **ret, struct error *err)
{
	return cgroup_view_read(reading->view, reading->place, folder, file, reading->scratch, ret,
				err);
}

static int wrong(const char *folder, const char *file, struct error *err)
{
	return error_set(err, ERROR_MALFORMED, "%s/%s: not what the kernel writes there", folder,
			 file);
}

static int amount_plain(struct reading *reading, const char *folder, struct cgroup_amount *ret,
			struct error *err)
{
	const char *text;

	if (read_file(reading, folder, own_file(reading), &text, err) < 0)
		return -1;
	return cgroup_values_amount(text, ret) ? 0 : wrong(folder, own_file(reading), err);
}

static int amount_cpu(struct reading *reading, const char *folder, struct cgroup_amount *ret,
		      struct error *err)
{
	const char *quota, *period;
	bool right;

	if (read_file(reading, folder, own_file(reading), &quota, err) < 0)
		return -1;
	if (reading->place->version == 2)
		right = cgroup_values_cpu_max(quota, ret);
	else if (read_file(reading, folder, "cpu.cfs_period_us", &period, err) < 0)
		return -1;
	else
		right = cgroup_values_cfs(quota, period, ret);
	return right ? 0 : wrong(folder, own_file(reading), err);
}

/* No cgroup on the way has the file: the root has none, a v2 controller may be handed down to
 * nobody here, or this kernel cannot do it. */
static void record_no_file(struct reading *reading)
{
	const struct cgroup_place *place = reading->place;

	if (text_eq(place->folder, place->top) ||
	    (place->version == 2 &&
	     !cgroup_view_is_enabled(reading->view, place, reading->row->controller.v2,
				     reading->scratch)))
		present_amount(reading, VALUE_UNLIMITED, place->origin);
	else
		miss(reading, FACT_UNSUPPORTED,
		     arena_printf(reading->scratch, "this kernel has no %s", own_file(reading)));
}

/* Rounded up: a small share is not none. */
static int64_t percent_of(struct cgroup_amount amount)
{
	__int128 percent = ((__int128)amount.value * 100 + amount.per - 1) / amount.per;

	if (amount.value == VALUE_UNLIMITED || percent >= VALUE_UNLIMITED)
		return VALUE_UNLIMITED;
	return (int64_t)percent;
}

static void read_least(struct reading *reading)
{
	struct error err = {0};
	struct least least;

	if (find_least(reading, &least, &err) < 0)
		return fail(reading, &err);
	if (!least.folder)
		return record_no_file(reading);
	const char *origin = origin_of(reading, least.folder, own_file(reading));
	bool is_share = reading->row->amount == amount_cpu;
	present_amount(reading, is_share ? percent_of(least.amount) : least.amount.value, origin);
}

/* ---- memory and swap of v1 --------------------------------------------------------------- */

/* Which limit is the one that memory.stat tells; NULL: none any more, it was changed meanwhile. */
static const char *find_equal(struct reading *reading, const char *file, int64_t value)
{
	const char *folder = reading->place->folder, *text;
	struct cgroup_amount amount;

	for (; folder; folder = cgroup_view_parent(reading->place, folder, reading->scratch))
		if (read_file(reading, folder, file, &text, NULL) == 0 &&
		    cgroup_values_amount(text, &amount) && amount.value == value)
			return folder;
	return NULL;
}

static void present_v1(struct reading *reading, int64_t amount, int64_t decided_by)
{
	const char *file = own_file(reading);
	const char *folder = find_equal(reading, file, decided_by);

	present_amount(reading, amount,
		       folder ? origin_of(reading, folder, file)
			      : origin_of(reading, reading->place->folder, "memory.stat"));
}

static void read_memory_v1(struct reading *reading, bool swap)
{
	const char *text, *folder = reading->place->folder;
	struct cgroup_amount memory, both;
	struct error err = {0};

	if (read_file(reading, folder, "memory.stat", &text, &err) < 0)
		return fail(reading, &err);
	if (!cgroup_values_key(text, "hierarchical_memory_limit", &memory)) {
		wrong(folder, "memory.stat", &err);
		return fail(reading, &err);
	}
	if (!swap)
		return present_v1(reading, memory.value, memory.value);
	if (!cgroup_values_key(text, "hierarchical_memsw_limit", &both))
		return miss(reading, FACT_UNSUPPORTED,
			    "this kernel does not account swap to cgroups");
	if (both.value == VALUE_UNLIMITED)
		return present_v1(reading, VALUE_UNLIMITED, VALUE_UNLIMITED);
	present_v1(reading, both.value > memory.value ? both.value - memory.value : 0, both.value);
}

static void read_memory(struct reading *reading)
{
	if (reading->place->version == 1)
		read_memory_v1(reading, false);
	else
		read_least(reading);
}

static void read_swap(struct reading *reading)
{
	if (reading->place->version == 1)
		read_memory_v1(reading, true);
	else
		read_least(reading);
}

/* ---- what the cgroup itself says --------------------------------------------------------- */

static void read_own(struct reading *reading)
{
	const char *folder = reading->place->folder;
	struct cgroup_amount amount;
	struct error err = {0};

	if (amount_plain(reading, folder, &amount, &err) == 0)
		present_amount(reading, amount.value,
			       origin_of(reading, folder, own_file(reading)));
	else if (err.code != ERROR_NOT_FOUND)
		fail(reading, &err);
	else
		miss(reading, FACT_UNSUPPORTED, "the controller is not handed down to this cgroup");
}

/* A cgroup without the controller uses what the nearest parent with it may use. */
static void read_cpus(struct reading *reading)
{
	const char *folder = reading->place->folder, *file = own_file(reading), *text, *list;
	struct error err = {0};
	int64_t count;

	while (read_file(reading, folder, file, &text, &err) < 0) {
		const char *parent = cgroup_view_parent(reading->place, folder, reading->scratch);

		if (err.code != ERROR_NOT_FOUND)
			return fail(reading, &err);
		if (!parent)
			return miss(reading, FACT_UNSUPPORTED,
				    arena_printf(reading->scratch, "this kernel has no %s", file));
		folder = parent;
		err.code = ERROR_NONE;
	}
	if (!cgroup_values_cpus(text, reading->arena, &list, &count)) {
		wrong(folder, file, &err);
		return fail(reading, &err);
	}
	present(reading, reading->type == VALUE_INT ? value_int(count) : value_string(list),
		origin_of(reading, folder, file));
}

/* ---- devices ----------------------------------------------------------------------------- */

static const char *const throttle_files[CGROUP_IO_COUNT] = {
	"blkio.throttle.read_bps_device",
	"blkio.throttle.write_bps_device",
	"blkio.throttle.read_iops_device",
	"blkio.throttle.write_iops_device",
};

static int read_throttle(struct reading *reading, struct cgroup_devices *devices, struct error *err)
{
	const char *folder = reading->place->folder, *text;

	for (enum cgroup_io kind = 0; kind < CGROUP_IO_COUNT; kind++) {
		if (read_file(reading, folder, throttle_files[kind], &text, err) < 0)
			return -1;
		if (!cgroup_values_throttle(text, kind, reading->scratch, devices))
			return wrong(folder, throttle_files[kind], err);
	}
	return 0;
}

/* `ret_folder`: the nearest cgroup with a limit. */
static int read_io_max(struct reading *reading, struct cgroup_devices *devices,
		       const char **ret_folder, struct error *err)
{
	const char *folder = reading->place->folder, *text;

	for (; folder; folder = cgroup_view_parent(reading->place, folder, reading->scratch)) {
		struct error local = {0};

		if (read_file(reading, folder, "io.max", &text, &local) < 0) {
			if (local.code == ERROR_NOT_FOUND)
				continue;
			*err = local;
			return -1;
		}
		if (!cgroup_values_io_max(text, reading->scratch, devices))
			return wrong(folder, "io.max", err);
		if (*text && !*ret_folder)
			*ret_folder = folder;
	}
	return 0;
}

static void add_device(struct reading *reading, struct value *rows,
		       const struct cgroup_device *device)
{
	struct record record = {0};
	bool limited = false;

	record_set(
		reading->arena, &record, "device",
		value_string(arena_printf(reading->arena, "%u:%u", device->major, device->minor)));
	for (enum cgroup_io kind = 0; kind < CGROUP_IO_COUNT; kind++) {
		const struct field_decl *field = &cgroup_limits_io_fields[1 + kind];

		if (device->limits[kind] == VALUE_UNLIMITED)
			continue;
		limited = true;
		record_set(reading->arena, &record, field->name,
			   value_typed_int(field->type, device->limits[kind]));
	}
	if (limited)
		vec_push(reading->arena, &rows->records, record);
}

static void read_io(struct reading *reading)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct cgroup_devices devices = {0};
	const char *folder = NULL;
	struct error err = {0};
	bool v2 = reading->place->version == 2;

	if ((v2 ? read_io_max(reading, &devices, &folder, &err)
		: read_throttle(reading, &devices, &err)) < 0) {
		if (err.code == ERROR_NOT_FOUND)
			return miss(reading, FACT_UNSUPPORTED,
				    "this kernel does not throttle devices");
		return fail(reading, &err);
	}
	vec_each (device, &devices)
		add_device(reading, &rows, device);
	if (!v2)
		folder = reading->place->folder;
	present(reading, rows,
		folder ? origin_of(reading, folder, own_file(reading)) : reading->place->origin);
}

/* ---- the table --------------------------------------------------------------------------- */

#define BOTH(word) .controller = {word, word}

static const struct row rows[CGROUP_LIMIT_COUNT] = {
	[CGROUP_LIMIT_MEMORY_MAX] = {BOTH("memory"), .v1 = "memory.limit_in_bytes",
				     .v2 = "memory.max", .read = read_memory,
				     .amount = amount_plain},
	[CGROUP_LIMIT_SWAP_MAX] = {BOTH("memory"), .v1 = "memory.memsw.limit_in_bytes",
				   .v2 = "memory.swap.max", .read = read_swap,
				   .amount = amount_plain},
	[CGROUP_LIMIT_MEMORY_HIGH] = {BOTH("memory"), .v2 = "memory.high", .read = read_least,
				      .amount = amount_plain},
	[CGROUP_LIMIT_PIDS_MAX] = {BOTH("pids"), .v1 = "pids.max", .v2 = "pids.max",
				   .read = read_least, .amount = amount_plain},
	[CGROUP_LIMIT_CPU_QUOTA] = {BOTH("cpu"), .v1 = "cpu.cfs_quota_us", .v2 = "cpu.max",
				    .read = read_least, .amount = amount_cpu},
	[CGROUP_LIMIT_CPU_WEIGHT] = {BOTH("cpu"), .v2 = "cpu.weight", .read = read_own},
	[CGROUP_LIMIT_CPU_SHARES] = {BOTH("cpu"), .v1 = "cpu.shares", .read = read_own},
	[CGROUP_LIMIT_CPUS] = {BOTH("cpuset"), .v1 = "cpuset.effective_cpus",
			       .v2 = "cpuset.cpus.effective", .read = read_cpus},
	[CGROUP_LIMIT_MEMS] = {BOTH("cpuset"), .v1 = "cpuset.effective_mems",
			       .v2 = "cpuset.mems.effective", .read = read_cpus},
	[CGROUP_LIMIT_CPU_COUNT] = {BOTH("cpuset"), .v1 = "cpuset.effective_cpus",
				    .v2 = "cpuset.cpus.effective", .read = read_cpus},
	[CGROUP_LIMIT_IO_MAX] = {.controller = {"blkio", "io"},
				 .v1 = "blkio.throttle.*_device",
				 .v2 = "io.max",
				 .read = read_io},
};

static const struct {
	const char *name;
	enum value_type type;
} kinds[CGROUP_LIMIT_COUNT] = {
#define X(e, n, t) [CGROUP_LIMIT_##e] = {n, VALUE_##t},
	CGROUP_LIMITS(X)
#undef X
};

const char *cgroup_limits_name(enum cgroup_limit limit)
{
	return kinds[limit].name;
}

struct fact_side cgroup_limits_read(struct cgroup_view *view, const char *text,
				    enum cgroup_limit limit, struct arena *arena)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct cgroup_place place = cgroup_view_find(view, text, rows[limit].controller, scratch);
	struct reading reading = {
		.view = view,
		.place = &place,
		.row = &rows[limit],
		.type = kinds[limit].type,
		.arena = arena,
		.scratch = scratch,
	};

	place.origin = arena_strdup(arena, place.origin);
	reading.side.origin = place.origin;
	if (place.state != FACT_PRESENT)
		miss(&reading, place.state, place.reason);
	else if (!own_file(&reading))
		miss(&reading, FACT_UNSUPPORTED,
		     arena_printf(scratch, "cgroup version %d has no %s", place.version,
				  kinds[limit].name));
	else
		rows[limit].read(&reading);
	return reading.side;
}
