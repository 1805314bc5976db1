/* Which devices the processes of containers may open or make, and which lie in their /dev. */
#include <errno.h>

#include "checks/cgroup_groups.h"
#include "checks/container_root.h"
#include "checks/device_bpf.h"
#include "checks/device_list.h"
#include "checks/device_names.h"
#include "host/broker.h"

#define NODES_DEPTH 3 /* /dev/bus/usb/001 has the deepest */
#define NODES_MAX 4096

static const struct field_decl node_fields[] = {
	{"path", VALUE_STRING, "path in the container"},
	{"type", VALUE_STRING, "b block, c character"},
	{"major", VALUE_INT, "major number"},
	{"minor", VALUE_INT, "minor number"},
	{"access", VALUE_STRING, "of r, w and m: what its control groups allow, and r and w only where its mount has devices"},
	{"what", VALUE_STRING, "kind of device; empty: one that every container has"},
	{0},
};

static const struct fact_decl facts[] = {
	{.name = "container.devices.allowed",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "devices its control groups let its processes open or make; a row without access takes back what a wider one allows",
	 .source = "devices.list, programs of type cgroup_device (bpf(2))",
	 .fields = device_access_fields},
	{.name = "container.devices.all",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_CONTAINER,
	 .about = "its control groups let it open and make every device",
	 .source = "devices.list, programs of type cgroup_device (bpf(2))"},
	{.name = "container.devices.nodes",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "device nodes in its /dev",
	 .source = "/proc/PID/root/dev, devices.txt",
	 .fields = node_fields},
	{0},
};

/* ---- what is allowed ---------------------------------------------------------------------------------- */

static struct device_access no_access(enum fact_state state, const char *origin, const char *reason)
{
	return (struct device_access){.state = state, .origin = origin, .reason = reason};
}

/* The programs of the cgroup v2 folder; UNSUPPORTED where there is none. */
static struct device_access ask_programs(const struct container_facts *of, const struct cgroup_place *place)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct broker *broker = host_broker(of->ctx->host);
	struct broker_devices devices;
	struct device_program programs[BROKER_PROGRAMS_MAX];
	struct error err = {0};
	_cleanup_(close_fd) int fd = host_open_path(of->ctx->host, place->folder, true, &err);
	enum broker_outcome outcome;

	if (fd < 0)
		return no_access(FACT_UNREADABLE, place->origin, text_safe(of->arena, err.text, strlen(err.text)));
	outcome = broker_devices(broker, fd, scratch, &devices);
	/* EINVAL: a kernel without such programs (CONFIG_CGROUP_BPF). Then nothing refuses. */
	if (outcome == BROKER_UNSUPPORTED && broker_errno(broker) == EINVAL)
		devices.count = 0;
	else if (outcome != BROKER_OK)
		return no_access(outcome == BROKER_UNSUPPORTED ? FACT_UNSUPPORTED : FACT_UNREADABLE, place->origin,
				 broker_outcome_meaning(outcome));
	for (size_t i = 0; i < devices.count; i++)
		programs[i] = (struct device_program){devices.programs[i].insns, devices.programs[i].count};
	struct device_access access = device_bpf_evaluate(of->arena, programs, devices.count);
	access.origin = place->origin;
	return access;
}

/* What one control group allows: a hybrid host asks both. */
static struct device_access read_group(const struct container_facts *of, const struct cgroup_group *group)
{
	static const struct cgroup_controller unified = {.v2 = ""};
	struct cgroup_view *view = probe_service(of->ctx, &cgroup_groups_view);
	struct device_access list = device_list_read(view, group->text, of->arena);
	struct cgroup_place place = cgroup_view_find(view, group->text, unified, of->arena);
	struct device_access programs;

	if (place.state == FACT_UNSUPPORTED)
		return list;
	programs = place.state == FACT_PRESENT ? ask_programs(of, &place) : no_access(place.state, place.origin, place.reason);
	return list.state == FACT_UNSUPPORTED ? programs : device_access_both(of->arena, &list, &programs);
}

static struct device_access read_groups(const struct container_facts *of, const struct cgroup_groups *groups)
{
	struct device_access all = no_access(FACT_UNREADABLE, "/proc/PID/cgroup", "its processes ended while they were read");
	bool first = true;

	if (groups->more)
		return no_access(FACT_UNREADABLE, "/proc/PID/cgroup", "its processes are in too many control groups");
	vec_each(group, &groups->list) {
		struct device_access access = read_group(of, group);

		if (access.state == FACT_UNREADABLE && !process_is_same(of->ctx, group->process))
			continue;
		all = first ? access : device_access_either(of->arena, &all, &access);
		first = false;
	}
	return all;
}

static struct fact_side side_of(const struct container_facts *of, const struct device_access *access, struct value value)
{
	struct fact_side side = side_present(value, access->origin);

	if (access->state != FACT_PRESENT)
		return side_missing(access->state, access->origin, access->reason);
	/* What stays hidden are exceptions from an open list. */
	if (access->note && device_access_allows_all(access))
		vec_push(of->arena, &side.notes, access->note);
	return side;
}

/* ---- what is there ------------------------------------------------------------------------------------ */

struct nodes {
	const struct container_facts *of;
	const struct device_access *access;
	const struct device_names *names;
	struct value rows;
};

static bool take_node(void *data, const struct tree_entry *entry)
{
	struct nodes *nodes = data;
	struct arena *arena = nodes->of->arena;
	uint32_t major = entry->st->stx_rdev_major, minor = entry->st->stx_rdev_minor;
	char type = S_ISBLK(entry->st->stx_mode) ? 'b' : 'c';
	struct record row = {0};
	unsigned letters;

	if (!S_ISBLK(entry->st->stx_mode) && !S_ISCHR(entry->st->stx_mode))
		return true;
	letters = device_access_letters(nodes->access, type, major, minor);
	if (entry->nodev)
		letters &= DEVICE_ACCESS_MKNOD;
	record_set(arena, &row, "path", value_string(text_safe(arena, entry->path, strlen(entry->path))));
	record_set(arena, &row, "type", value_string(type == 'b' ? "b" : "c"));
	record_set(arena, &row, "major", value_int(major));
	record_set(arena, &row, "minor", value_int(minor));
	record_set(arena, &row, "access", value_string(device_access_text(letters)));
	record_set(arena, &row, "what", value_string(device_names_what(nodes->names, arena, type, major, minor)));
	vec_push(arena, &nodes->rows.records, row);
	return true;
}

static struct fact_side nodes_side(const struct container_facts *of, const struct device_access *access,
				   const struct device_names *names)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	_cleanup_(container_root_close) struct container_root root = {0};
	const char *origin = arena_printf(of->arena, "/proc/%d/root/dev", of->container->init->pid);
	struct nodes nodes = {of, access, names, {.type = VALUE_RECORDS}};
	struct error err = {0};

	if (access->state != FACT_PRESENT)
		return side_missing(FACT_UNREADABLE, access->origin, access->reason);
	if (container_root_open(of, &root, &err) == 0) {
		struct tree_walk walk = {.root = root.host, .top = "/dev", .mounts = root.mounts, .depth = NODES_DEPTH,
					 .entries = NODES_MAX, .visit = take_node, .data = &nodes};
		if (tree_walk(&walk, &err) == 0)
			return side_present(nodes.rows, origin);
	}
	return side_missing(FACT_UNREADABLE, origin, text_safe(of->arena, err.text, strlen(err.text)));
}

/* ---- the container --------------------------------------------------------------------------------------- */

static void *open_names(struct probe_context *ctx)
{
	struct device_names *names = ARENA_NEW(facts_arena(ctx->facts), struct device_names);

	*names = device_names_read(ctx->host, facts_arena(ctx->facts));
	return names;
}

static const struct service names_service = {.name = "device names", .open = open_names};

static void record_missing(const struct container_facts *of)
{
	for (const struct fact_decl *decl = facts; decl->name; decl++)
		container_facts_put(of, decl->name, SIDE_PLAIN, of->known);
}

static void record(struct container_facts *of)
{
	if (of->known.state != FACT_PRESENT) {
		record_missing(of);
		return;
	}
	struct cgroup_groups groups = cgroup_groups_of(of);
	struct device_access access = read_groups(of, &groups);

	container_facts_put(of, "container.devices.allowed", SIDE_PLAIN,
			    side_of(of, &access, device_access_value(of->arena, &access)));
	container_facts_put(of, "container.devices.all", SIDE_PLAIN,
			    side_of(of, &access, value_bool(device_access_allows_all(&access))));
	if (probe_wants(of->ctx, "container.devices.nodes"))
		container_facts_put(of, "container.devices.nodes", SIDE_PLAIN,
				    nodes_side(of, &access, probe_service(of->ctx, &names_service)));
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	container_facts_each(ctx, record);
	return 0;
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_devices = {
	.name = "devices",
	.about = "devices that the processes of containers may open",
	.facts = facts,
	.after = after,
	.collect = collect,
};
