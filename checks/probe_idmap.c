/* Who the users of a container are on the host. */
#include "checks/container_facts.h"
#include "checks/id_maps.h"

static const struct field_decl range_fields[] = {
	{"inside", VALUE_INT, "first number in the container"},
	{"outside", VALUE_INT, "the number that it has on the host"},
	{"length", VALUE_INT, "how many follow one another"},
	{0},
};

#define MAP(fact_name, fact_about, fact_source)                                                    \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER,   \
		.about = fact_about, .source = fact_source, .fields = range_fields                 \
	}

static const struct fact_decl facts[] = {
	MAP("uid_map", "users of its user namespace and who they are on the host", "/proc/PID/uid_map of its first process"),
	MAP("gid_map", "groups of its user namespace and which they are on the host", "/proc/PID/gid_map of its first process"),
	{.name = "container.root_uid",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .about = "who user 0 of its processes is on the host, the lowest of them; absent when there is none",
	 .source = "/proc/PID/uid_map"},
	{0},
};

static struct fact_side map_side(const struct container_facts *of, enum id_maps_kind kind, const char *origin)
{
	struct value rows = {.type = VALUE_RECORDS};
	const struct id_map *map;
	struct error err = {0};

	if (id_maps_read(of->ctx, of->container->init->pid, kind, &map, &err) < 0)
		return side_missing(FACT_UNREADABLE, origin, text_safe(of->arena, err.text, strlen(err.text)));
	vec_each(range, map) {
		struct record row = {0};

		record_set(of->arena, &row, "inside", value_int(range->inside));
		record_set(of->arena, &row, "outside", value_int(range->outside));
		record_set(of->arena, &row, "length", value_int(range->length));
		vec_push(of->arena, &rows.records, row);
	}
	return side_present(rows, origin);
}

static struct fact_side users_side(const struct container_facts *of)
{
	return map_side(of, ID_MAPS_USERS, "/proc/PID/uid_map");
}

static struct fact_side groups_side(const struct container_facts *of)
{
	return map_side(of, ID_MAPS_GROUPS, "/proc/PID/gid_map");
}

/* One that came in from the host has the host's root with it. */
static struct fact_side root_side(const struct container_facts *of)
{
	struct fact_side side = side_missing(FACT_ABSENT, "/proc/PID/uid_map", "its user namespace has no user 0");
	const struct process *init = of->container->init;

	vec_each(member, &of->container->members) {
		const struct process *process = member->process;
		const struct id_map *map;
		struct error err = {0};

		if (id_maps_read(of->ctx, process->pid, ID_MAPS_USERS, &map, &err) < 0) {
			if (err.code == ERROR_NOT_FOUND)
				continue;
			return side_from_error(of->arena, &err, side.origin);
		}
		int64_t root = id_maps_outside(map, 0);
		if (root < 0 || (side.state == FACT_PRESENT && root >= side.value.integer))
			continue;
		side = side_present(value_int(root), side.origin);
		if (process != init)
			vec_push(of->arena, &side.notes,
				 container_facts_who(of->arena, process->pid, process->pid, process->comm));
	}
	return side;
}

static const struct container_facts_row rows[] = {
	{"container.uid_map", SIDE_PLAIN, users_side},
	{"container.gid_map", SIDE_PLAIN, groups_side},
	{"container.root_uid", SIDE_PLAIN, root_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_idmap = {
	.name = "idmap",
	.about = "who the users of containers are on the host",
	.facts = facts,
	.after = after,
	.collect = collect,
};
