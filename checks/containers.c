#include "checks/containers.h"

#include "checks/containers_search.h"
#include "checks/oci_bundles.h"

#define ID_SHOWN 12

/* ---- one process ----------------------------------------------------------------------------- */

static const char *const names[] = {
#define X(e, n) n,
	CONTAINERS_NAMESPACES(X)
#undef X
};

static void note_unread(struct search *search, const struct error *err)
{
	if (err->code == ERROR_NOT_FOUND)
		return;
	search->unread++;
	if (!search->why)
		search->why = text_safe(search->arena, err->text, strlen(err->text));
}

uint64_t containers_look_up(struct search *search, const struct process *process, enum containers_kind kind)
{
	struct error err = {0};
	uint64_t inode = 0;

	if (containers_namespace(search->ctx, process, kind, &inode, &err) < 0)
		note_unread(search, &err);
	return inode;
}

/* Most processes of a container, and most of a host, are in one group. */
static const char *keep_cgroup(struct search *search, const char *text)
{
	char *kept = strmap_get(search->cgroups, text);

	if (!kept) {
		kept = arena_strdup(search->arena, text);
		strmap_put(search->cgroups, kept, kept);
	}
	return kept;
}

/* Neither a namespace nor a group: it ended while it was read. */
static void see(struct search *search, const struct process *process)
{
	struct seen seen = {.process = process};
	struct error err = {0};
	char *text;

	if (host_read(search->ctx->host, arena_printf(search->scratch, "/proc/%d/cgroup", process->pid), HOST_READ_SMALL,
		      search->scratch, &text, NULL, &err) < 0) {
		note_unread(search, &err);
		return;
	}
	seen.cgroup = keep_cgroup(search, text);
	cgroup_path_read(search->arena, text, &seen.matches, &seen.service);
	/* Beside kthreadd process 1 is the host's own init, also where nobody may look at it (nested set-ups). */
	if (process->pid == 1 && search->host_is_kernel) {
		seen.pid_ns = search->containers->host[CONTAINERS_PID];
		seen.mount_ns = search->containers->host[CONTAINERS_MOUNT];
	} else {
		seen.pid_ns = containers_look_up(search, process, CONTAINERS_PID);
		seen.mount_ns = containers_look_up(search, process, CONTAINERS_MOUNT);
	}
	vec_push(search->scratch, &search->seen, seen);
}

/* ---- the host -------------------------------------------------------------------------------- */

static const struct process *find_process(const struct processes *processes, pid_t pid)
{
	vec_each(process, &processes->list)
		if (process->pid == pid)
			return process;
	return NULL;
}

/* Inside somebody's pid namespace process 2 is any program: the flag of a kernel thread cannot be had. */
const struct process *containers_host_process(const struct processes *processes)
{
	const struct process *kernel = find_process(processes, 2);

	return kernel && kernel->kernel_thread ? kernel : find_process(processes, 1);
}

static void find_host(struct search *search, const struct processes *processes)
{
	const struct process *host = containers_host_process(processes);

	search->host_is_kernel = host && host->kernel_thread;
	for (int kind = 0; host && kind < CONTAINERS_KINDS; kind++) {
		struct error err = {0};
		uint64_t inode;

		if (containers_namespace(search->ctx, host, kind, &inode, &err) == 0)
			search->containers->host[kind] = inode;
		else if (kind == CONTAINERS_PID || kind == CONTAINERS_MOUNT)
			note_unread(search, &err);
	}
}

bool containers_is_private(const struct search *search, enum containers_kind kind, uint64_t inode)
{
	uint64_t host = search->containers->host[kind];

	return inode && host && inode != host;
}

/* ---- containers by control group --------------------------------------------------------------- */

struct container *containers_add(struct search *search, struct container what)
{
	struct container *container = ARENA_NEW(search->arena, struct container);

	*container = what;
	vec_push(search->arena, &search->containers->list, container);
	strmap_put(search->containers->by_id, container->id, container);
	return container;
}

/* A hint is borne out by a mount namespace of its own, and where it may be anybody's by what containerd keeps. */
static bool holds(struct search *search, const struct seen *seen, const struct cgroup_match *match)
{
	if (!match->weak)
		return true;
	if (!containers_is_private(search, CONTAINERS_MOUNT, seen->mount_ns))
		return false;
	return !match->space || oci_bundles_has_task(probe_service(search->ctx, &oci_bundles_service), match->space, match->id);
}

const char *containers_name(struct arena *arena, const char *id)
{
	const char *last = strrchr(id, '/') ? strrchr(id, '/') + 1 : id;

	return strlen(last) == 64 ? arena_strndup(arena, last, ID_SHOWN) : last;
}

static void join(struct search *search, struct seen *seen, struct container *container, unsigned joined)
{
	vec_each(link, &seen->links) {
		if (link->container == container) {
			link->joined |= joined;
			return;
		}
	}
	vec_push(search->scratch, &seen->links, ((struct link){container, joined}));
}

static void take_matches(struct search *search, struct seen *seen)
{
	vec_each(match, &seen->matches) {
		struct container *container = strmap_get(search->containers->by_id, match->key);

		if (!holds(search, seen, match))
			continue;
		if (!container)
			container = containers_add(search, (struct container){
								  .id = match->key,
								  .name = containers_name(search->arena, match->key),
								  .runtime = match->runtime,
								  .parent = match->parent,
								  .pod = match->pod,
							  });
		join(search, seen, container, CONTAINERS_BY_CGROUP);
	}
}

/* ---- the first process ----------------------------------------------------------------------- */

/* The last number behind NSpid: is the one in its own namespace, proc_pid_status(5). */
static bool is_first(struct search *search, const struct process *process)
{
	char *text;

	if (host_read(search->ctx->host, arena_printf(search->scratch, "/proc/%d/status", process->pid), HOST_READ_SMALL,
		      search->scratch, &text, NULL, NULL) < 0)
		return false;
	const char *line = strstr(text, "\nNSpid:");
	if (!line)
		return false;
	const char *end = strchrnul(++line, '\n');
	return end - line > 2 && end[-1] == '1' && (end[-2] == '\t' || end[-2] == ' ');
}

bool containers_is_older(const struct seen *a, const struct seen *b)
{
	if (a->process->start_ticks != b->process->start_ticks)
		return a->process->start_ticks < b->process->start_ticks;
	return a->process->pid < b->process->pid;
}

static int by_age(const void *a, const void *b)
{
	const struct seen *left = *(struct seen *const *)a, *right = *(struct seen *const *)b;

	return containers_is_older(left, right) ? -1 : containers_is_older(right, left);
}

struct seen *containers_choose_init(struct search *search, struct candidates *candidates)
{
	if (candidates->count == 1)
		return candidates->items[0];
	qsort(candidates->items, candidates->count, sizeof *candidates->items, by_age);
	vec_each(candidate, candidates)
		if (containers_is_private(search, CONTAINERS_PID, (*candidate)->pid_ns) && is_first(search, (*candidate)->process))
			return *candidate;
	return candidates->items[0];
}

const char *containers_owner_key(struct search *search, enum containers_kind kind, uint64_t inode)
{
	return arena_printf(search->scratch, "%s %llu", names[kind], (unsigned long long)inode);
}

/* Of two containers in one namespace the older has it; the other shares it, which is told elsewhere. */
static void own(struct search *search, struct container *container, enum containers_kind kind, uint64_t inode)
{
	const char *key = containers_owner_key(search, kind, inode);
	const struct container *other = strmap_get(search->owners, key);

	if (!containers_is_private(search, kind, inode))
		return;
	if (!other || container->init->start_ticks < other->init->start_ticks)
		strmap_put(search->owners, key, container);
}

void containers_own(struct search *search, struct container *container, const struct seen *member)
{
	own(search, container, CONTAINERS_PID, member->pid_ns);
	own(search, container, CONTAINERS_MOUNT, member->mount_ns);
}

void containers_set_init(struct search *search, struct container *container, const struct seen *init)
{
	container->init = init->process;
	container->namespaces[CONTAINERS_PID] = init->pid_ns;
	container->namespaces[CONTAINERS_MOUNT] = init->mount_ns;
	containers_own(search, container, init);
}

static void find_inits(struct search *search)
{
	struct strmap *map = strmap_new(search->scratch);

	vec_each(seen, &search->seen) {
		vec_each(link, &seen->links) {
			struct candidates *candidates = strmap_get(map, link->container->id);

			if (!candidates) {
				candidates = ARENA_NEW(search->scratch, struct candidates);
				strmap_put(map, link->container->id, candidates);
			}
			vec_push(search->scratch, candidates, seen);
		}
	}
	vec_each(container, &search->containers->list)
		containers_set_init(search, *container, containers_choose_init(search, strmap_get(map, (*container)->id)));
}

/* ---- members by namespace -------------------------------------------------------------------- */

/* A process in a namespace that its own container was given from another has not come in from outside. */
static bool is_shared_by_own(const struct seen *seen, const struct container *owner, enum containers_kind kind, uint64_t inode)
{
	vec_each(link, &seen->links)
		if (link->container != owner && (link->joined & CONTAINERS_BY_CGROUP) &&
		    link->container->namespaces[kind] == inode)
			return true;
	return false;
}

static void join_owner(struct search *search, struct seen *seen, enum containers_kind kind, uint64_t inode, unsigned joined)
{
	struct container *owner;

	if (!containers_is_private(search, kind, inode))
		return;
	/* In a namespace of a container it belongs to already, whoever owns that. */
	vec_each(link, &seen->links)
		if (link->container->namespaces[kind] == inode)
			link->joined |= joined;
	owner = strmap_get(search->owners, containers_owner_key(search, kind, inode));
	if (owner && !is_shared_by_own(seen, owner, kind, inode))
		join(search, seen, owner, joined);
}

static void join_by_namespaces(struct search *search)
{
	vec_each(seen, &search->seen) {
		join_owner(search, seen, CONTAINERS_PID, seen->pid_ns, CONTAINERS_BY_PID);
		join_owner(search, seen, CONTAINERS_MOUNT, seen->mount_ns, CONTAINERS_BY_MOUNT);
	}
}

/* ---- the service ------------------------------------------------------------------------------- */

static int by_init(const void *a, const void *b)
{
	const struct container *left = *(struct container *const *)a, *right = *(struct container *const *)b;

	if (left->init->pid != right->init->pid)
		return left->init->pid < right->init->pid ? -1 : 1;
	return strcmp(left->id, right->id);
}

/* Room for the longest of these names and numbers. */
#define NAMESPACE_KEY_MAX 32

static const char *namespace_key(char *key, enum containers_kind kind, uint64_t inode)
{
	snprintf(key, NAMESPACE_KEY_MAX, "%s %llu", names[kind], (unsigned long long)inode);
	return key;
}

static void note_oldest(struct search *search, struct container *container)
{
	struct containers *containers = search->containers;

	for (enum containers_kind kind = 0; kind < CONTAINERS_KINDS; kind++) {
		uint64_t inode = container->namespaces[kind];
		const struct container *oldest = containers_oldest(containers, kind, inode);
		char key[NAMESPACE_KEY_MAX];

		if (!oldest || container->init->start_ticks < oldest->init->start_ticks)
			strmap_put(containers->oldest, arena_strdup(search->arena, namespace_key(key, kind, inode)), container);
	}
}

/* The oldest process in a pid namespace is its process 1: nobody enters but by being made there, and without it nobody is. */
static void note_firsts(struct search *search)
{
	struct strmap *oldest = strmap_new(search->scratch);

	vec_each(seen, &search->seen) {
		const char *key = containers_owner_key(search, CONTAINERS_PID, seen->pid_ns);
		const struct seen *other = strmap_get(oldest, key);

		if (containers_is_private(search, CONTAINERS_PID, seen->pid_ns) && (!other || containers_is_older(seen, other)))
			strmap_put(oldest, key, seen);
	}
	vec_each(container, &search->containers->list) {
		uint64_t inode = (*container)->namespaces[CONTAINERS_PID];
		const struct seen *first = strmap_get(oldest, containers_owner_key(search, CONTAINERS_PID, inode));

		(*container)->has_first = first && first->process == (*container)->init;
	}
}

static void ask_inits(struct search *search)
{
	VEC(const struct process *) inits = {0};

	vec_each(container, &search->containers->list)
		vec_push(search->scratch, &inits, (*container)->init);
	containers_namespace_ask(search->ctx, inits.items, inits.count, (1u << CONTAINERS_KINDS) - 1);
}

static void finish(struct search *search)
{
	struct containers *containers = search->containers;

	vec_each(seen, &search->seen)
		vec_each(link, &seen->links)
			vec_push(search->arena, &link->container->members,
				 ((struct container_member){seen->process, link->joined, seen->cgroup, seen->mount_ns}));
	ask_inits(search);
	vec_each(container, &containers->list)
		for (int kind = CONTAINERS_MOUNT + 1; kind < CONTAINERS_KINDS; kind++)
			containers_namespace(search->ctx, (*container)->init, kind, &(*container)->namespaces[kind], NULL);
	if (containers->list.count)
		qsort(containers->list.items, containers->list.count, sizeof *containers->list.items, by_init);
	vec_each(container, &containers->list)
		note_oldest(search, *container);
	note_firsts(search);
	if (!search->unread)
		return;
	containers->state = FACT_UNREADABLE;
	containers->reason = arena_printf(search->arena, "of %zu processes it could not be told where they belong: %s",
					  search->unread, search->why);
}

static bool is_searched(const struct process *process)
{
	return !process->kernel_thread && !process->zombie;
}

/* What tells where a process belongs, and whose rights it has. */
static void ask_all(struct search *search, const struct processes *processes)
{
	VEC(const struct process *) list = {0};

	vec_each(process, &processes->list)
		if (is_searched(process))
			vec_push(search->scratch, &list, process);
	containers_namespace_ask(search->ctx, list.items, list.count,
				 1u << CONTAINERS_PID | 1u << CONTAINERS_MOUNT | 1u << CONTAINERS_USER);
}

static void run_search(struct search *search, const struct processes *processes)
{
	ask_all(search, processes);
	find_host(search, processes);
	vec_each(process, &processes->list)
		if (is_searched(process))
			see(search, process);
	vec_each(seen, &search->seen)
		take_matches(search, seen);
	find_inits(search);
	join_by_namespaces(search);
	containers_bare_find(search);
	join_by_namespaces(search);
	finish(search);
}

static void *open_containers(struct probe_context *ctx)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const struct processes *processes = probe_service(ctx, &processes_service);
	struct arena *arena = facts_arena(ctx->facts);
	struct containers *containers = ARENA_NEW(arena, struct containers);
	struct search search = {
		.ctx = ctx,
		.containers = containers,
		.arena = arena,
		.scratch = scratch,
		.cgroups = strmap_new(scratch),
		.owners = strmap_new(scratch),
	};

	containers->by_id = strmap_new(arena);
	containers->oldest = strmap_new(arena);
	containers->state = processes->state;
	containers->origin = "/proc/PID/cgroup, ns";
	containers->reason = processes->reason;
	if (processes->state != FACT_UNSUPPORTED)
		run_search(&search, processes);
	if (processes->state == FACT_PRESENT && !containers->host[CONTAINERS_MOUNT] && containers->state == FACT_PRESENT) {
		containers->state = FACT_UNREADABLE;
		containers->reason = "the host's own namespaces are not known";
	}
	return containers;
}

const struct service containers_service = {
	.name = "containers",
	.open = open_containers,
};

const struct container *containers_find(const struct containers *containers, const char *id)
{
	return strmap_get(containers->by_id, id);
}

const struct container *containers_oldest(const struct containers *containers, enum containers_kind kind, uint64_t inode)
{
	char key[NAMESPACE_KEY_MAX];

	return strmap_get(containers->oldest, namespace_key(key, kind, inode));
}
