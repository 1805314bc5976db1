/* Who runs in a container: the programs, and what its first process did not start. */
#include "checks/capabilities.h"
#include "checks/container_facts.h"
#include "checks/effective_status.h"
#include "checks/id_maps.h"

static const struct field_decl session_fields[] = {
	{"pid", VALUE_INT, "process id on the host"},
	{"comm", VALUE_STRING, "what it calls itself"},
	{"user", VALUE_INT, "effective user, in the numbers of its user namespace; missing without one"},
	{"root", VALUE_BOOL, "that is user 0"},
	{"beyond", VALUE_STRINGS, "capabilities that it holds or can come to hold and the container's first process cannot"},
	{0},
};

static const struct fact_decl facts[] = {
	{.name = "container.programs",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_CONTAINER,
	 .about = "executables of its processes, by the names that they see",
	 .source = "/proc/PID/exe"},
	{.name = "container.sessions",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "processes that do not descend from its first one: exec sessions, and who came in otherwise",
	 .source = "/proc/PID/status PPid, Uid, Cap*; uid_map",
	 .fields = session_fields,
	 .unstable = true},
	{.name = "container.starts_as_root",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_CONTAINER,
	 .about = "its first process is user 0 of its user namespace",
	 .source = "/proc/PID/status Uid, uid_map"},
	{0},
};

/* ---- programs ------------------------------------------------------------------------------------------ */

static struct fact_side programs_side(const struct container_facts *of)
{
	struct fact_side side = side_present(value_strings((struct strings){0}), "/proc/PID/exe");

	vec_each(member, &of->container->members) {
		const struct process *process = member->process;

		/* What one of them runs may be what is looked for. */
		if (process->exe_denied)
			return side_missing(FACT_UNREADABLE, side.origin,
					    arena_printf(of->arena, "the executable of %s may not be read",
							 container_facts_who(of->arena, process->pid, process->pid, process->comm)));
		if (process->exe)
			strings_add_unique(of->arena, &side.value.strings, process->exe);
	}
	return side;
}

/* ---- sessions ------------------------------------------------------------------------------------------ */

#define NOBODY SIZE_MAX

/* They are by pid. */
static size_t find(const struct effective_status *status, pid_t pid)
{
	size_t low = 0, high = status->processes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		pid_t at = status->processes.items[middle].all.pid;

		if (at == pid)
			return middle;
		if (at < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return NOBODY;
}

enum descent { UNKNOWN = 0, ON_THE_WAY, OWN, STRANGER };

/* Parents were read one after the other and a pid may have been given anew meanwhile: who comes back to himself is a stranger. */
static void trace(const struct effective_status *status, enum descent *known, size_t start)
{
	size_t at = start;
	enum descent found;

	while (at != NOBODY && known[at] == UNKNOWN) {
		known[at] = ON_THE_WAY;
		at = find(status, status->processes.items[at].all.parent);
	}
	found = at != NOBODY && known[at] == OWN ? OWN : STRANGER;
	for (at = start; at != NOBODY && known[at] == ON_THE_WAY; at = find(status, status->processes.items[at].all.parent))
		known[at] = found;
}

static int user_inside(const struct container_facts *of, const struct effective_thread *thread, int64_t *ret, struct error *err)
{
	const struct id_map *map;

	if (id_maps_read(of->ctx, thread->pid, ID_MAPS_USERS, &map, err) < 0)
		return -1;
	*ret = id_maps_inside(map, thread->uid);
	return 0;
}

static struct record session_row(struct arena *arena, const struct effective_thread *thread, int64_t user, uint64_t beyond)
{
	struct record row = {0};

	record_set(arena, &row, "pid", value_int(thread->pid));
	record_set(arena, &row, "comm", value_string(thread->comm));
	if (user >= 0)
		record_set(arena, &row, "user", value_int(user));
	record_set(arena, &row, "root", value_bool(user == 0));
	record_set(arena, &row, "beyond", value_strings(capabilities_of_mask(arena, beyond)));
	return row;
}

/* What is known of its processes and which is the first, or why not. */
static struct fact_side first_side(const struct container_facts *of, const struct effective_status *status, size_t *ret)
{
	if (status->state != FACT_PRESENT)
		return side_missing(status->state, status->origin, status->reason);
	*ret = find(status, of->container->init->pid);
	if (*ret == NOBODY)
		return side_missing(FACT_UNREADABLE, status->origin, "its first process ended while it was read");
	return (struct fact_side){.state = FACT_PRESENT};
}

static struct fact_side sessions_side(const struct container_facts *of)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const struct effective_status *status = effective_status_of(of->ctx, of->container);
	enum descent *known = ARENA_ARRAY(scratch, enum descent, status->processes.count + 1);
	struct value rows = {.type = VALUE_RECORDS};
	size_t first;
	struct fact_side side = first_side(of, status, &first);

	if (side.state != FACT_PRESENT)
		return side;
	known[first] = OWN;
	for (size_t i = 0; i < status->processes.count; i++) {
		const struct effective_thread *thread = &status->processes.items[i].all;
		uint64_t own = effective_status_reach(&status->processes.items[first].all);
		struct error err = {0};
		int64_t user;

		trace(status, known, i);
		if (known[i] == OWN)
			continue;
		if (user_inside(of, thread, &user, &err) == 0)
			vec_push(of->arena, &rows.records,
				 session_row(of->arena, thread, user, effective_status_reach(thread) & ~own));
		else if (err.code != ERROR_NOT_FOUND)
			return side_from_error(of->arena, &err, "/proc/PID/uid_map");
	}
	return side_present(rows, status->origin);
}

static struct fact_side starts_as_root_side(const struct container_facts *of)
{
	const struct effective_status *status = effective_status_of(of->ctx, of->container);
	struct error err = {0};
	int64_t user;
	size_t first;
	struct fact_side side = first_side(of, status, &first);

	if (side.state != FACT_PRESENT)
		return side;
	if (user_inside(of, &status->processes.items[first].all, &user, &err) < 0)
		return side_missing(FACT_UNREADABLE, "/proc/PID/uid_map", text_safe(of->arena, err.text, strlen(err.text)));
	return side_present(value_bool(user == 0), arena_printf(of->arena, "/proc/%d/status Uid", of->container->init->pid));
}

static const struct container_facts_row rows[] = {
	{"container.programs", SIDE_PLAIN, programs_side},
	{"container.sessions", SIDE_PLAIN, sessions_side},
	{"container.starts_as_root", SIDE_PLAIN, starts_as_root_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_sessions = {
	.name = "sessions",
	.about = "programs of containers, and who came in",
	.facts = facts,
	.after = after,
	.collect = collect,
};
