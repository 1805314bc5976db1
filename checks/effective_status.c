#include "checks/effective_status.h"

#include <errno.h>

#include "checks/id_maps.h"

#define GROUPS_SHOWN 64

/* ---- one status file --------------------------------------------------------------------------- */

/* The text behind "Key:" at the beginning of a line, blanks skipped; NULL when there is none. The first line is the
 * name, in which the kernel writes a line end as \n (fs/proc/array.c, proc_task_name). */
static const char *find(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n'), line += line != NULL) {
		if (strncmp(line, key, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		return line + strspn(line, " \t");
	}
	return NULL;
}

static bool number(const char *text, int base, uint64_t *ret)
{
	char *end;

	if (!text || !strchr("0123456789abcdef", *text) || !*text)
		return false;
	errno = 0;
	*ret = strtoull(text, &end, base);
	return errno == 0 && end > text && (!*end || strchr("\n\t ", *end));
}

static int64_t number_or(const char *text, int64_t otherwise)
{
	uint64_t value;

	return number(text, 10, &value) && value <= INT32_MAX ? (int64_t)value : otherwise;
}

/* "Uid: real effective saved filesystem" */
static bool second_number(const char *text, int64_t *ret)
{
	uint64_t value;

	if (!text)
		return false;
	text += strcspn(text, "\t \n");
	text += strspn(text, "\t ");
	if (!number(text, 10, &value) || value > UINT32_MAX)
		return false;
	*ret = (int64_t)value;
	return true;
}

static void read_groups(struct arena *arena, const char *text, struct strings *ret)
{
	size_t len;

	for (; text && ret->count < GROUPS_SHOWN && (len = strspn(text, "0123456789")) > 0;
	     text += len + strspn(text + len, " "))
		vec_push(arena, ret, arena_strndup(arena, text, len));
}

bool effective_status_parse(struct arena *arena, const char *text, struct effective_thread *ret)
{
	static const char *const keys[] = {
#define X(e, n, k) k,
		EFFECTIVE_SETS(X)
#undef X
	};
	struct effective_thread thread = {.seccomp = number_or(find(text, "Seccomp"), -1),
					  .filters = number_or(find(text, "Seccomp_filters"), -1),
					  .threads = number_or(find(text, "Threads"), 0)};
	const char *name = find(text, "Name"), *state = find(text, "State");
	uint64_t pid, tgid;

	if (!name || !state || !number(find(text, "Pid"), 10, &pid) || !number(find(text, "Tgid"), 10, &tgid) ||
	    pid > INT32_MAX || tgid > INT32_MAX)
		return false;
	for (int set = 0; set < EFFECTIVE_SET_COUNT; set++)
		if (!number(find(text, keys[set]), 16, &thread.sets[set]))
			return false;
	if (!second_number(find(text, "Uid"), &thread.uid) || !second_number(find(text, "Gid"), &thread.gid))
		return false;
	thread.pid = (pid_t)tgid;
	thread.tid = (pid_t)pid;
	thread.parent = (pid_t)number_or(find(text, "PPid"), 0);
	thread.zombie = *state == 'Z' || *state == 'X';
	thread.comm = text_safe(arena, name, strcspn(name, "\n"));
	thread.no_new_privileges = number_or(find(text, "NoNewPrivs"), 0) == 1;
	read_groups(arena, find(text, "Groups"), &thread.groups);
	*ret = thread;
	return true;
}

uint64_t effective_status_reach(const struct effective_thread *thread)
{
	return thread->sets[EFFECTIVE_EFFECTIVE] | thread->sets[EFFECTIVE_PERMITTED] | thread->sets[EFFECTIVE_BOUNDING] |
	       thread->sets[EFFECTIVE_AMBIENT];
}

/* ---- all threads of a container ------------------------------------------------------------------ */

struct reading {
	struct probe_context *ctx;
	const struct container *container;
	struct arena *arena;
	struct arena *scratch;
	struct effective_status *status;
	VEC(struct effective_thread) threads; /* of the process at hand */
};

static void fail(struct reading *reading, const struct error *err)
{
	if (err->code == ERROR_NOT_FOUND)
		return;
	reading->status->state = FACT_UNREADABLE;
	reading->status->reason = text_safe(reading->arena, err->text, strlen(err->text));
}

/* 1: read; 0: it has ended; -1 with the reason noted. */
static int read_thread(struct reading *reading, const char *path)
{
	struct effective_thread thread = {0};
	struct error err = {0};
	char *text;

	if (host_read(reading->ctx->host, path, HOST_READ_SMALL, reading->scratch, &text, NULL, &err) == 0 &&
	    !effective_status_parse(reading->arena, text, &thread))
		error_set(&err, ERROR_MALFORMED, "%s is not as the kernel writes it", path);
	if (err.code) {
		fail(reading, &err);
		return err.code == ERROR_NOT_FOUND ? 0 : -1;
	}
	if (!thread.zombie)
		vec_push(reading->scratch, &reading->threads, thread);
	return 1;
}

/* The file tells of the first thread, and in the same moment how many there are. Where that is the only one it is all
 * that a listing of them could have shown then; one that starts later is missed by either. */
static bool read_only_thread(struct reading *reading, pid_t pid)
{
	bool alone = read_thread(reading, arena_printf(reading->scratch, "/proc/%d/status", pid)) == 1 &&
		     reading->threads.count == 1 && reading->threads.items[0].threads == 1;

	if (!alone)
		reading->threads.count = 0;
	return alone;
}

static void read_threads(struct reading *reading, pid_t pid)
{
	const char *folder = arena_printf(reading->scratch, "/proc/%d/task", pid);
	struct strings names = {0};
	struct error err = {0};

	if (read_only_thread(reading, pid))
		return;

	if (host_list(reading->ctx->host, folder, reading->scratch, &names, &err) < 0) {
		fail(reading, &err);
		return;
	}
	vec_each(name, &names)
		read_thread(reading, arena_printf(reading->scratch, "%s/%s/status", folder, *name));
}

static void add_seccomp(struct effective_status *status, const struct effective_thread *thread, bool first)
{
	if (thread->seccomp < 0)
		return;
	status->modes |= 1u << (thread->seccomp > 2 ? 2 : thread->seccomp);
	status->filters_told = thread->filters >= 0 && (first || status->filters_told);
	if (first || thread->filters < status->least.filters)
		status->least = *thread;
}

static void add_thread(struct effective_status *status, const struct effective_thread *thread, bool first)
{
	for (int set = 0; set < EFFECTIVE_SET_COUNT; set++)
		status->sets[set] |= thread->sets[set];
	if (first)
		status->no_new_privileges = true;
	if (!thread->no_new_privileges && status->no_new_privileges) {
		status->no_new_privileges = false;
		status->without = *thread;
	}
	add_seccomp(status, thread, first);
}

static void add_process(struct reading *reading, const struct container_member *member)
{
	struct effective_status *status = reading->status;
	struct effective_process process = {.member = member};

	vec_each(thread, &reading->threads) {
		uint64_t sets[EFFECTIVE_SET_COUNT];

		add_thread(status, thread, status->processes.count == 0 && thread == reading->threads.items);
		vec_push(reading->arena, &status->threads, *thread);
		memcpy(sets, process.all.sets, sizeof sets);
		if (thread == reading->threads.items)
			process.all = *thread;
		for (int set = 0; set < EFFECTIVE_SET_COUNT; set++)
			process.all.sets[set] = sets[set] | thread->sets[set];
	}
	vec_push(reading->arena, &status->processes, process);
}

static void read_process(struct reading *reading, const struct container_member *member)
{
	reading->threads.count = 0;
	read_threads(reading, member->process->pid);
	if (reading->threads.count && process_is_same(reading->ctx, member->process))
		add_process(reading, member);
}

static void find_worst(struct effective_status *status, const struct container *container)
{
	uint64_t init = 0;
	int most = 0;

	vec_each(process, &status->processes)
		if (process->member->process == container->init)
			init = effective_status_reach(&process->all);
	vec_each(process, &status->processes) {
		uint64_t beyond = effective_status_reach(&process->all) & ~init;

		if (process->member->process == container->init || __builtin_popcountll(beyond) <= most)
			continue;
		most = __builtin_popcountll(beyond);
		status->worst = process->all;
		status->beyond = beyond;
	}
}

static struct effective_status *read_status(struct probe_context *ctx, const struct container *container)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct effective_status *status = ARENA_NEW(facts_arena(ctx->facts), struct effective_status);
	struct reading reading = {
		.ctx = ctx,
		.container = container,
		.arena = facts_arena(ctx->facts),
		.scratch = scratch,
		.status = status,
	};

	status->state = FACT_PRESENT;
	status->origin = "/proc/PID/task/TID/status";

	vec_each(member, &container->members)
		read_process(&reading, member);
	if (status->state == FACT_PRESENT && status->processes.count == 0) {
		status->state = FACT_UNREADABLE; /* others may have taken their place */
		status->reason = "its processes ended while they were read";
	}
	find_worst(status, container);
	return status;
}

/* Several probes ask of the same container: id → struct effective_status. */
static void *open_statuses(struct probe_context *ctx)
{
	return strmap_new(facts_arena(ctx->facts));
}

static const struct service statuses_service = {
	.name = "statuses",
	.open = open_statuses,
};

const struct effective_status *effective_status_of(struct probe_context *ctx, const struct container *container)
{
	struct strmap *statuses = probe_service(ctx, &statuses_service);
	struct effective_status *status = strmap_get(statuses, container->id);

	if (!status) {
		status = read_status(ctx, container);
		strmap_put(statuses, container->id, status);
	}
	return status;
}

/* ---- users --------------------------------------------------------------------------------------- */

int effective_status_users(struct probe_context *ctx, const struct effective_status *status, struct strings *ret,
			   struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings users = {0};

	vec_each(process, &status->processes) {
		const struct id_map *map;
		struct error why = {0};

		if (id_maps_read(ctx, process->all.pid, ID_MAPS_USERS, &map, &why) < 0) {
			if (why.code == ERROR_NOT_FOUND)
				continue;
			if (err)
				*err = why;
			return -1;
		}
		int64_t inside = id_maps_inside(map, process->all.uid);
		strings_add_unique(arena, &users,
				   inside < 0 ? arena_printf(arena, "%lld:-", (long long)process->all.uid)
					      : arena_printf(arena, "%lld:%lld", (long long)process->all.uid, (long long)inside));
	}
	strings_sort(&users);
	*ret = users;
	return 0;
}
