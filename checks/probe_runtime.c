/* Containers as they run, whatever started them: what the kernel enforces on all of their processes. */
#include "checks/capabilities.h"
#include "checks/docker_inventory.h"
#include "checks/effective_status.h"

#define UNDECLARED "nobody declares it"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}

static const struct field_decl process_fields[] = {
	{"pid", VALUE_INT, "process id on the host"},
	{"comm", VALUE_STRING, "what it calls itself"},
	{"uid", VALUE_INT, "effective user, in the host's numbers"},
	{"gid", VALUE_INT, "effective group, in the host's numbers"},
	{"groups", VALUE_STRINGS, "further groups, in the host's numbers; at most 64"},
	{"joined", VALUE_STRINGS, "how it belongs: cgroup, pid, mount"},
	{"capabilities", VALUE_STRINGS, "what it holds or can come to hold"},
	{0},
};

static const struct fact_decl facts[] = {
	FACT("engine", STRING,
	     "what manages it: docker, podman, cri-o, containerd, cri, lxc, systemd-nspawn, buildkit, or none",
	     "the engine that declares it, else /proc/PID/cgroup"),
	FACT("nested_in", STRING, "id of the container around it; absent without one", "/proc/PID/cgroup"),
	FACT("pod", STRING, "uid of its Kubernetes pod; absent without one", "/proc/PID/cgroup"),
	FACT("capabilities.effective", STRINGS, "capabilities some process uses", "/proc/PID/status CapEff"),
	FACT("capabilities.permitted", STRINGS, "capabilities some process holds", "/proc/PID/status CapPrm"),
	FACT("capabilities.inheritable", STRINGS, "capabilities some process may hand on through exec",
	     "/proc/PID/status CapInh"),
	FACT("capabilities.ambient", STRINGS, "capabilities some process keeps through exec", "/proc/PID/status CapAmb"),
	FACT("capabilities.confined", BOOL,
	     "every process is in a user namespace that is not the host's: capabilities reach no further",
	     "/proc/PID/ns/user, user_namespaces(7)"),
	FACT("seccomp.mode", STRING, "disabled, strict, filter, or mixed where threads differ; a filter may allow everything",
	     "/proc/PID/task/TID/status Seccomp"),
	{.name = "container.seccomp.filters",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .about = "system call filters on the thread that has the fewest",
	 .source = "/proc/PID/task/TID/status Seccomp_filters"},
	{.name = "container.processes",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "its processes, also those that came in from outside",
	 .source = "/proc/PID/cgroup, ns, status",
	 .fields = process_fields,
	 .unstable = true},
	FACT("users", STRINGS, "users that run, HOST:INSIDE; - is a user without a number inside",
	     "/proc/PID/status Uid, uid_map"),
	{0},
};

extern const struct probe probe_container;

/* One container on its way into facts. */
struct runtime {
	struct probe_context *ctx;
	const struct containers *containers;
	const struct container *container; /* NULL: it does not run */
	struct subject *subject;
	struct effective_status status;
	struct arena *arena;
};

/* ---- sides ------------------------------------------------------------------------------------- */

static struct fact_side present(const struct runtime *runtime, struct value value)
{
	return side_present(value, runtime->status.origin);
}

static void note(const struct runtime *runtime, struct fact_side *side, const char *text)
{
	vec_push(runtime->arena, &side->notes, text);
}

/* Why there is nothing to tell, where that is so. */
static bool is_known(const struct runtime *runtime, struct fact_side *ret)
{
	if (runtime->status.state == FACT_PRESENT)
		return true;
	*ret = side_missing(runtime->status.state, runtime->status.origin, runtime->status.reason);
	return false;
}

static const char *thread_name(const struct runtime *runtime, const struct effective_thread *thread)
{
	if (thread->tid == thread->pid)
		return arena_printf(runtime->arena, "process %d (%s)", thread->pid, thread->comm);
	return arena_printf(runtime->arena, "thread %d (%s) of process %d", thread->tid, thread->comm, thread->pid);
}

static struct fact_side capabilities(const struct runtime *runtime, uint64_t mask)
{
	return present(runtime, value_strings(capabilities_of_mask(runtime->arena, mask)));
}

static const char *list(const struct runtime *runtime, uint64_t mask)
{
	struct value value = value_strings(capabilities_of_mask(runtime->arena, mask));

	return value_display(runtime->arena, &value, 0);
}

static struct fact_side bounding_side(const struct runtime *runtime)
{
	const struct effective_status *status = &runtime->status;
	struct effective_thread all = {0};
	struct fact_side side;

	memcpy(all.sets, status->sets, sizeof all.sets);
	side = capabilities(runtime, effective_status_reach(&all));
	if (status->beyond)
		note(runtime, &side, arena_printf(runtime->arena, "%s reaches %s, which its first process does not",
						  thread_name(runtime, &status->worst), list(runtime, status->beyond)));
	return side;
}

static struct fact_side effective_side(const struct runtime *runtime)
{
	return capabilities(runtime, runtime->status.sets[EFFECTIVE_EFFECTIVE]);
}

static struct fact_side permitted_side(const struct runtime *runtime)
{
	return capabilities(runtime, runtime->status.sets[EFFECTIVE_PERMITTED]);
}

static struct fact_side inheritable_side(const struct runtime *runtime)
{
	return capabilities(runtime, runtime->status.sets[EFFECTIVE_INHERITABLE]);
}

static struct fact_side ambient_side(const struct runtime *runtime)
{
	return capabilities(runtime, runtime->status.sets[EFFECTIVE_AMBIENT]);
}

static struct fact_side no_new_privileges_side(const struct runtime *runtime)
{
	struct fact_side side = present(runtime, value_bool(runtime->status.no_new_privileges));

	if (!runtime->status.no_new_privileges)
		note(runtime, &side,
		     arena_printf(runtime->arena, "%s is without it", thread_name(runtime, &runtime->status.without)));
	return side;
}

static struct fact_side mode_side(const struct runtime *runtime)
{
	static const char *const modes[] = {NULL, "disabled", "strict", "mixed", "filter", "mixed", "mixed", "mixed"};
	const char *mode = modes[runtime->status.modes & 7];
	struct fact_side side;

	if (!mode)
		return side_missing(FACT_UNSUPPORTED, runtime->status.origin, "this kernel has no seccomp");
	side = present(runtime, value_string(mode));
	if (strcmp(mode, "mixed") == 0)
		note(runtime, &side, arena_printf(runtime->arena, "%s has no filter or the fewest",
						  thread_name(runtime, &runtime->status.least)));
	return side;
}

static struct fact_side filters_side(const struct runtime *runtime)
{
	struct fact_side side;

	if (!runtime->status.filters_told)
		return side_missing(FACT_UNSUPPORTED, runtime->status.origin, "this kernel does not tell (before Linux 5.9)");
	side = present(runtime, value_int(runtime->status.least.filters));
	note(runtime, &side, thread_name(runtime, &runtime->status.least));
	return side;
}

static struct fact_side confined_side(const struct runtime *runtime)
{
	uint64_t host = runtime->containers->host[CONTAINERS_USER];
	struct fact_side side = present(runtime, value_bool(true));

	side.origin = "/proc/PID/ns/user";
	if (!host)
		return side_missing(FACT_UNREADABLE, side.origin, "the host's user namespace is not known");
	vec_each(process, &runtime->status.processes) {
		struct error err = {0};
		uint64_t inode = 0;

		if (containers_namespace(runtime->ctx, process->member->process, CONTAINERS_USER, &inode, &err) < 0 &&
		    err.code != ERROR_NOT_FOUND)
			return side_from_error(runtime->arena, &err, side.origin);
		if (inode != host || !side.value.boolean)
			continue;
		side.value.boolean = false;
		note(runtime, &side, arena_printf(runtime->arena, "%s is in the host's user namespace",
						  thread_name(runtime, &process->all)));
	}
	return side;
}

static struct fact_side users_side(const struct runtime *runtime)
{
	struct strings users;
	struct error err = {0};

	if (effective_status_users(runtime->ctx, &runtime->status, &users, &err) < 0)
		return side_from_error(runtime->arena, &err, "/proc/PID/uid_map");
	return side_present(value_strings(users), "/proc/PID/status Uid, uid_map");
}

static struct strings joined_names(struct arena *arena, unsigned joined)
{
	static const char *const names[] = {"cgroup", "pid", "mount"};
	struct strings ways = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (joined & (1u << i))
			vec_push(arena, &ways, names[i]);
	return ways;
}

static struct fact_side processes_side(const struct runtime *runtime)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct arena *arena = runtime->arena;

	vec_each(process, &runtime->status.processes) {
		const struct effective_thread *all = &process->all;
		struct record row = {0};

		record_set(arena, &row, "pid", value_int(all->pid));
		record_set(arena, &row, "comm", value_string(all->comm));
		record_set(arena, &row, "uid", value_int(all->uid));
		record_set(arena, &row, "gid", value_int(all->gid));
		record_set(arena, &row, "groups", value_strings(all->groups));
		record_set(arena, &row, "joined", value_strings(joined_names(arena, process->member->joined)));
		record_set(arena, &row, "capabilities",
			   value_strings(capabilities_of_mask(arena, effective_status_reach(all))));
		vec_push(arena, &rows.records, row);
	}
	return present(runtime, rows);
}

/* ---- namespaces ---------------------------------------------------------------------------------- */

/* Of containers that share one, the oldest has it. */
static const struct container *owner_of(const struct runtime *runtime, enum containers_kind kind)
{
	const struct container *owner = runtime->container;

	vec_each(other, &runtime->containers->list)
		if ((*other)->namespaces[kind] == runtime->container->namespaces[kind] &&
		    (*other)->init->start_ticks < owner->init->start_ticks)
			owner = *other;
	return owner;
}

static struct fact_side namespace_side(const struct runtime *runtime, enum containers_kind kind)
{
	uint64_t inode = runtime->container->namespaces[kind], host = runtime->containers->host[kind];
	const struct container *owner;
	struct fact_side side = {.state = FACT_PRESENT, .value = {.type = VALUE_STRING}};

	side.origin = arena_printf(runtime->arena, "/proc/%d/ns", runtime->container->init->pid);
	if (!inode || !host)
		return side_missing(FACT_UNREADABLE, side.origin, "the namespace could not be read");
	owner = owner_of(runtime, kind);
	if (inode == host)
		side.value.string = "host";
	else if (owner == runtime->container)
		side.value.string = "private";
	else
		side.value.string = arena_printf(runtime->arena, "container:%s", owner->id);
	return side;
}

/* ---- tables ---------------------------------------------------------------------------------------- */

static const struct row {
	const char *fact;
	enum side side;
	struct fact_side (*read)(const struct runtime *runtime);
} rows[] = {
	{"container.capabilities.bounding", SIDE_EFFECTIVE, bounding_side},
	{"container.no_new_privileges", SIDE_EFFECTIVE, no_new_privileges_side},
	{"container.capabilities.effective", SIDE_PLAIN, effective_side},
	{"container.capabilities.permitted", SIDE_PLAIN, permitted_side},
	{"container.capabilities.inheritable", SIDE_PLAIN, inheritable_side},
	{"container.capabilities.ambient", SIDE_PLAIN, ambient_side},
	{"container.capabilities.confined", SIDE_PLAIN, confined_side},
	{"container.seccomp.mode", SIDE_PLAIN, mode_side},
	{"container.seccomp.filters", SIDE_PLAIN, filters_side},
	{"container.processes", SIDE_PLAIN, processes_side},
	{"container.users", SIDE_PLAIN, users_side},
};

static const struct {
	const char *fact;
	enum containers_kind kind;
} namespaces[] = {
	{"container.namespaces.pid", CONTAINERS_PID},       {"container.namespaces.ipc", CONTAINERS_IPC},
	{"container.namespaces.network", CONTAINERS_NETWORK}, {"container.namespaces.uts", CONTAINERS_UTS},
	{"container.namespaces.user", CONTAINERS_USER},     {"container.namespaces.cgroup", CONTAINERS_CGROUP},
};

/* This probe's own, or one of the declared state's. */
static const struct fact_decl *decl_of(const char *name)
{
	for (const struct fact_decl *decl = facts; decl->name; decl++)
		if (strcmp(decl->name, name) == 0)
			return decl;
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		if (strcmp(decl->name, name) == 0)
			return decl;
	return NULL;
}

static void put(const struct runtime *runtime, const char *name, enum side side, struct fact_side what)
{
	if (probe_wants(runtime->ctx, name))
		facts_put(runtime->ctx->facts, runtime->subject, decl_of(name), NULL, side, what);
}

static void put_text(const struct runtime *runtime, const char *name, const char *text)
{
	if (text)
		put(runtime, name, SIDE_PLAIN, side_present(value_string(text), runtime->containers->origin));
	else
		put(runtime, name, SIDE_PLAIN, side_missing(FACT_ABSENT, runtime->containers->origin, NULL));
}

static void put_kernel(const struct runtime *runtime)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fact_side side;

		if (!probe_wants(runtime->ctx, rows[i].fact))
			continue;
		put(runtime, rows[i].fact, rows[i].side, is_known(runtime, &side) ? rows[i].read(runtime) : side);
	}
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
		struct fact_side side;

		put(runtime, namespaces[i].fact, SIDE_EFFECTIVE,
		    !is_known(runtime, &side) ? side : namespace_side(runtime, namespaces[i].kind));
	}
	put_text(runtime, "container.nested_in", runtime->container ? runtime->container->parent : NULL);
	put_text(runtime, "container.pod", runtime->container ? runtime->container->pod : NULL);
}

/* ---- subjects -------------------------------------------------------------------------------------- */

static bool needs_status(struct probe_context *ctx)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (probe_wants(ctx, rows[i].fact))
			return true;
	return false;
}

/* An engine that says a container runs, of which no process was found: then what it may do is not known. */
static bool should_run(const struct runtime *runtime)
{
	const struct fact_side *running = facts_side(runtime->subject, "container.running", SIDE_PLAIN);

	return runtime->containers->state == FACT_PRESENT && running->state == FACT_PRESENT && running->value.boolean;
}

static void read_kernel(struct runtime *runtime)
{
	const struct containers *containers = runtime->containers;

	runtime->status = (struct effective_status){.state = FACT_PRESENT, .origin = containers->origin};
	if (runtime->container && needs_status(runtime->ctx)) {
		effective_status_read(runtime->ctx, runtime->container, &runtime->status);
	} else if (!runtime->container) {
		runtime->status.state = containers->state == FACT_UNREADABLE ? FACT_UNREADABLE : FACT_ABSENT;
		runtime->status.reason = containers->state == FACT_UNREADABLE ? containers->reason : "it does not run";
	}
	if (runtime->status.state == FACT_ABSENT && should_run(runtime)) {
		runtime->status.state = FACT_UNREADABLE;
		runtime->status.reason = "its engine says that it runs, but no process of it could be read";
	}
	/* A member that could not be told from others may be the strongest. */
	if (runtime->status.state == FACT_PRESENT && containers->state == FACT_UNREADABLE) {
		runtime->status.state = FACT_UNREADABLE;
		runtime->status.reason = containers->reason;
	}
}

static void add_declared(struct probe_context *ctx, const struct containers *containers, struct subject *subject)
{
	struct runtime runtime = {
		.ctx = ctx,
		.containers = containers,
		.container = containers_find(containers, subject->id),
		.subject = subject,
		.arena = facts_arena(ctx->facts),
	};

	read_kernel(&runtime);
	put_text(&runtime, "container.engine", "docker");
	put_kernel(&runtime);
}

/* What looks like Docker's but no engine tells of may be declared by one that could not be asked. */
static struct fact_side undeclared_side(const struct container *container)
{
	if (strcmp(container->runtime, "docker") == 0)
		return side_missing(FACT_UNREADABLE, "/proc/PID/cgroup", "a container of Docker, of which no engine tells");
	return side_missing(FACT_ABSENT, NULL, UNDECLARED);
}

static const char *engine_of(const char *runtime)
{
	static const char *const none[] = {"runc", "crun", "unknown"};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (strcmp(runtime, none[i]) == 0)
			return "none";
	return runtime;
}

static void add_undeclared(struct probe_context *ctx, const struct containers *containers, const struct container *container)
{
	struct runtime runtime = {
		.ctx = ctx,
		.containers = containers,
		.container = container,
		.subject = facts_subject(ctx->facts, SCOPE_CONTAINER, container->id, container->name, facts_host(ctx->facts)),
		.arena = facts_arena(ctx->facts),
	};

	read_kernel(&runtime);
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		put(&runtime, decl->name, SIDE_DECLARED, undeclared_side(container));
	put_text(&runtime, "container.engine", engine_of(container->runtime));
	put_text(&runtime, "container.runtime", container->runtime);
	put_text(&runtime, "container.kind", "container");
	put_text(&runtime, "container.state", "running");
	put(&runtime, "container.running", SIDE_PLAIN, side_present(value_bool(true), containers->origin));
	put(&runtime, "container.pid", SIDE_PLAIN, side_present(value_int(container->init->pid), containers->origin));
	put_kernel(&runtime);
}

static void populate(struct probe_context *ctx, const struct containers *containers)
{
	const struct fact_side *known = facts_population(ctx->facts, SCOPE_CONTAINER);
	struct fact_side side = side_missing(containers->state, containers->origin, containers->reason);

	if (side.state == FACT_UNSUPPORTED && known->state != FACT_NOT_COLLECTED)
		return;
	if (known->state == FACT_PRESENT && known->origin && side.state == FACT_PRESENT)
		side.origin = arena_printf(facts_arena(ctx->facts), "%s; %s", known->origin, side.origin);
	docker_inventory_populate(ctx, SCOPE_CONTAINER, side);
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	const struct containers *containers = probe_service(ctx, &containers_service);
	size_t declared = facts_subject_count(ctx->facts);

	for (size_t i = 0; i < declared; i++) {
		struct subject *subject = facts_subject_at(ctx->facts, i);

		if (subject->scope == SCOPE_CONTAINER)
			add_declared(ctx, containers, subject);
	}
	vec_each(container, &containers->list)
		if (!facts_find_subject(ctx->facts, SCOPE_CONTAINER, (*container)->id) &&
		    docker_inventory_chosen(ctx, (*container)->id, (*container)->name))
			add_undeclared(ctx, containers, *container);
	populate(ctx, containers);
	return 0;
}

static const char *const after[] = {"container", NULL};

const struct probe probe_runtime = {
	.name = "runtime",
	.about = "containers as they run, whatever started them, as the kernel has them",
	.facts = facts,
	.after = after,
	.populates = 1u << SCOPE_CONTAINER,
	.collect = collect,
};
