/* What the control groups of a container's processes let them use, up to the root: the loosest of all its processes. */
#include "checks/cgroup_groups.h"
#include "checks/cgroup_limits.h"
#include "checks/cgroup_values.h"

#define PREFIX "container.cgroup."

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = PREFIX fact_name, .type = VALUE_##fact_type, .scope = SCOPE_CONTAINER,     \
		.about = fact_about, .source = fact_source                                         \
	}

static const struct fact_decl facts[] = {
	FACT("memory_high", SIZE, "memory over which its processes are slowed down", "memory.high"),
	FACT("cpu_weight", INT, "relative CPU weight, 1 to 10000, on cgroup version 2; 100 unless set", "cpu.weight"),
	FACT("cpu_count", INT, "how many CPUs its processes may run on", "cpuset.cpus.effective"),
	{0},
};

/* One container. */
struct reading {
	const struct container_facts *of;
	struct cgroup_view *view;
	struct cgroup_groups groups;
	struct fact_side sides[CGROUP_LIMIT_COUNT];
};

/* ---- of two groups the looser limit ---------------------------------------------------------------- */

typedef struct value join_values(struct arena *arena, const struct value *a, const struct value *b);

static struct value join_numbers(struct arena *arena _unused_, const struct value *a, const struct value *b)
{
	return a->integer >= b->integer ? *a : *b;
}

static struct value join_lists(struct arena *arena, const struct value *a, const struct value *b)
{
	return value_string(cgroup_values_cpus_join(arena, a->string, b->string));
}

static const struct record *row_of(const struct value *rows, const struct value *device)
{
	vec_each(row, &rows->records)
		if (value_equal(record_get(row, "device"), device))
			return row;
	return NULL;
}

/* A device is limited where it is in both, and in what it is limited in both. */
static struct value join_rows(struct arena *arena, const struct value *a, const struct value *b)
{
	struct value rows = {.type = VALUE_RECORDS};

	vec_each(row, &a->records) {
		const struct value *device = record_get(row, "device");
		const struct record *other = row_of(b, device);
		struct record joined = {0};

		record_set(arena, &joined, "device", *device);
		for (const struct field_decl *field = cgroup_limits_io_fields + 1; other && field->name; field++) {
			const struct value *mine = record_get(row, field->name), *theirs = record_get(other, field->name);

			if (mine && theirs)
				record_set(arena, &joined, field->name, join_numbers(arena, mine, theirs));
		}
		if (joined.count > 1)
			vec_push(arena, &rows.records, joined);
	}
	return rows;
}

static join_values *const joins[VALUE_TYPE_COUNT] = {
	[VALUE_SIZE] = join_numbers,
	[VALUE_INT] = join_numbers,
	[VALUE_STRING] = join_lists,
	[VALUE_RECORDS] = join_rows,
};

/* What is not known may be looser than all that is. */
static struct fact_side join(struct arena *arena, struct fact_side a, struct fact_side b, const struct cgroup_group *group)
{
	if (a.state == FACT_UNREADABLE || b.state == FACT_UNREADABLE)
		return a.state == FACT_UNREADABLE ? a : b;
	if (a.state != FACT_PRESENT || b.state != FACT_PRESENT)
		return a.state == FACT_PRESENT ? a : b;
	if (value_equal(&a.value, &b.value))
		return a;
	a.value = joins[a.value.type](arena, &a.value, &b.value);
	if (value_equal(&a.value, &b.value)) {
		a.origin = b.origin;
		vec_each(note, &b.notes)
			vec_push(arena, &a.notes, *note);
	}
	vec_push(arena, &a.notes, cgroup_groups_note(arena, group, value_display(arena, &b.value, 0)));
	return a;
}

static struct fact_side read_groups(struct reading *reading, enum cgroup_limit limit)
{
	const struct container_facts *of = reading->of;
	struct fact_side all = side_missing(FACT_UNREADABLE, "/proc/PID/cgroup", "its processes ended while they were read");
	bool first = true;

	if (reading->groups.more)
		return side_missing(FACT_UNREADABLE, "/proc/PID/cgroup", "its processes are in too many control groups");
	vec_each(group, &reading->groups.list) {
		struct fact_side side = cgroup_limits_read(reading->view, group->text, limit, of->arena);

		if (side.state == FACT_UNREADABLE && !process_is_same(of->ctx, group->process))
			continue;
		all = first ? side : join(of->arena, all, side, group);
		first = false;
	}
	return all;
}

static const struct fact_side *side_of(struct reading *reading, enum cgroup_limit limit)
{
	struct fact_side *side = &reading->sides[limit];

	if (side->state == FACT_NOT_COLLECTED)
		*side = read_groups(reading, limit);
	return side;
}

/* ---- what follows from several ---------------------------------------------------------------------- */

static struct fact_side count_side(struct reading *reading)
{
	struct fact_side side = *side_of(reading, CGROUP_LIMIT_CPUS);
	const char *list;

	if (side.state == FACT_PRESENT) {
		int64_t count = 0;

		cgroup_values_cpus(side.value.string, reading->of->arena, &list, &count);
		side.value = value_int(count);
	}
	return side;
}

/* A quota, or fewer CPUs than the host has. */
static struct fact_side limited_side(struct reading *reading)
{
	struct fact_side quota = *side_of(reading, CGROUP_LIMIT_CPU_QUOTA), count = count_side(reading);
	int64_t online = cgroup_view_cpu_count(reading->view);

	if (quota.state == FACT_PRESENT && quota.value.integer != VALUE_UNLIMITED)
		return side_present(value_bool(true), quota.origin);
	if (count.state == FACT_PRESENT && count.value.integer < online)
		return side_present(value_bool(true), count.origin);
	if (quota.state == FACT_UNREADABLE || count.state == FACT_UNREADABLE)
		return quota.state == FACT_UNREADABLE ? quota : count;
	if (count.state == FACT_PRESENT && online == 0)
		return side_missing(FACT_UNREADABLE, "/sys/devices/system/cpu/online", "how many CPUs the host has is not known");
	quota.state = FACT_PRESENT;
	quota.value = value_bool(false);
	quota.reason = NULL;
	return quota;
}

/* ---- the table --------------------------------------------------------------------------------------- */

static const struct {
	const char *fact;
	enum side side;
	enum cgroup_limit limit;
	struct fact_side (*derive)(struct reading *reading);
} rows[] = {
	{PREFIX "memory_max", SIDE_EFFECTIVE, CGROUP_LIMIT_MEMORY_MAX, NULL},
	{PREFIX "swap_max", SIDE_EFFECTIVE, CGROUP_LIMIT_SWAP_MAX, NULL},
	{PREFIX "memory_high", SIDE_PLAIN, CGROUP_LIMIT_MEMORY_HIGH, NULL},
	{PREFIX "pids_max", SIDE_EFFECTIVE, CGROUP_LIMIT_PIDS_MAX, NULL},
	{PREFIX "cpu_quota_percent", SIDE_EFFECTIVE, CGROUP_LIMIT_CPU_QUOTA, NULL},
	{PREFIX "cpu_weight", SIDE_PLAIN, CGROUP_LIMIT_CPU_WEIGHT, NULL},
	{PREFIX "cpu_shares", SIDE_EFFECTIVE, CGROUP_LIMIT_CPU_SHARES, NULL},
	{PREFIX "cpus", SIDE_EFFECTIVE, CGROUP_LIMIT_CPUS, NULL},
	{PREFIX "mems", SIDE_EFFECTIVE, CGROUP_LIMIT_MEMS, NULL},
	{PREFIX "io_max", SIDE_EFFECTIVE, CGROUP_LIMIT_IO_MAX, NULL},
	{PREFIX "cpu_count", SIDE_PLAIN, 0, count_side},
	{PREFIX "cpu_limited", SIDE_EFFECTIVE, 0, limited_side},
};

static struct fact_side read_row(struct reading *reading, size_t row)
{
	if (reading->of->known.state != FACT_PRESENT)
		return reading->of->known;
	return rows[row].derive ? rows[row].derive(reading) : *side_of(reading, rows[row].limit);
}

static void record(struct container_facts *of)
{
	struct reading reading = {.of = of, .view = probe_service(of->ctx, &cgroup_groups_view)};

	for (size_t limit = 0; limit < CGROUP_LIMIT_COUNT; limit++)
		reading.sides[limit].state = FACT_NOT_COLLECTED;
	if (of->known.state == FACT_PRESENT)
		reading.groups = cgroup_groups_of(of);
	for (size_t row = 0; row < sizeof rows / sizeof *rows; row++)
		if (probe_wants(of->ctx, rows[row].fact))
			container_facts_put(of, rows[row].fact, rows[row].side, read_row(&reading, row));
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	container_facts_each(ctx, record);
	return 0;
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_limits = {
	.name = "limits",
	.about = "what control groups let the processes of containers use",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.collect = collect,
};
