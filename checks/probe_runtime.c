/* Containers as they run, whatever started them: which there are, and what they share. */
#include "checks/container_facts.h"
#include "checks/docker_inventory.h"

#define UNDECLARED "nobody declares it"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}

static const struct fact_decl facts[] = {
	FACT("engine", STRING,
	     "what manages it: docker, podman, cri-o, containerd, cri, lxc, systemd-nspawn, buildkit, or none",
	     "the engine that declares it, else /proc/PID/cgroup"),
	FACT("nested_in", STRING, "id of the container around it; absent without one", "/proc/PID/cgroup"),
	FACT("pod", STRING, "uid of its Kubernetes pod; absent without one", "/proc/PID/cgroup"),
	{0},
};

extern const struct probe probe_container;

/* ---- namespaces ---------------------------------------------------------------------------------- */

/* Of containers that share one, the oldest has it. */
static const struct container *owner_of(const struct container_facts *of, enum containers_kind kind)
{
	const struct container *owner = of->container;

	vec_each(other, &of->containers->list)
		if ((*other)->namespaces[kind] == of->container->namespaces[kind] &&
		    (*other)->init->start_ticks < owner->init->start_ticks)
			owner = *other;
	return owner;
}

static struct fact_side namespace_side(const struct container_facts *of, enum containers_kind kind)
{
	uint64_t inode = of->container->namespaces[kind], host = of->containers->host[kind];
	const struct container *owner;
	struct fact_side side = {.state = FACT_PRESENT, .value = {.type = VALUE_STRING}};

	side.origin = arena_printf(of->arena, "/proc/%d/ns", of->container->init->pid);
	if (!inode || !host)
		return side_missing(FACT_UNREADABLE, side.origin, "the namespace could not be read");
	owner = owner_of(of, kind);
	if (inode == host)
		side.value.string = "host";
	else if (owner == of->container)
		side.value.string = "private";
	else
		side.value.string = arena_printf(of->arena, "container:%s", owner->id);
	return side;
}

static const struct {
	const char *fact;
	enum containers_kind kind;
} namespaces[] = {
	{"container.namespaces.pid", CONTAINERS_PID},       {"container.namespaces.ipc", CONTAINERS_IPC},
	{"container.namespaces.network", CONTAINERS_NETWORK}, {"container.namespaces.uts", CONTAINERS_UTS},
	{"container.namespaces.user", CONTAINERS_USER},     {"container.namespaces.cgroup", CONTAINERS_CGROUP},
};

static void put_namespaces(const struct container_facts *of)
{
	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		if (probe_wants(of->ctx, namespaces[i].fact))
			container_facts_put(of, namespaces[i].fact, SIDE_EFFECTIVE,
					    of->known.state == FACT_PRESENT ? namespace_side(of, namespaces[i].kind) : of->known);
}

/* ---- subjects -------------------------------------------------------------------------------------- */

static void put_text(const struct container_facts *of, const char *name, const char *text)
{
	container_facts_put(of, name, SIDE_PLAIN,
			    text ? side_present(value_string(text), of->containers->origin)
				 : side_missing(FACT_ABSENT, of->containers->origin, NULL));
}

static void put_kernel(const struct container_facts *of)
{
	put_namespaces(of);
	put_text(of, "container.nested_in", of->container ? of->container->parent : NULL);
	put_text(of, "container.pod", of->container ? of->container->pod : NULL);
}

static void add_declared(struct container_facts *of)
{
	put_text(of, "container.engine", "docker");
	put_kernel(of);
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

static void add_undeclared(struct probe_context *ctx, const struct container *container)
{
	struct subject *subject = facts_subject(ctx->facts, SCOPE_CONTAINER, container->id, container->name, facts_host(ctx->facts));
	struct container_facts of = container_facts_of(ctx, subject);

	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		container_facts_put(&of, decl->name, SIDE_DECLARED, undeclared_side(container));
	put_text(&of, "container.engine", engine_of(container->runtime));
	put_text(&of, "container.runtime", container->runtime);
	put_text(&of, "container.kind", "container");
	put_text(&of, "container.state", "running");
	container_facts_put(&of, "container.running", SIDE_PLAIN, side_present(value_bool(true), of.containers->origin));
	container_facts_put(&of, "container.pid", SIDE_PLAIN,
			    side_present(value_int(container->init->pid), of.containers->origin));
	put_kernel(&of);
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

	container_facts_each(ctx, add_declared);
	vec_each(container, &containers->list)
		if (!facts_find_subject(ctx->facts, SCOPE_CONTAINER, (*container)->id) &&
		    docker_inventory_chosen(ctx, (*container)->id, (*container)->name))
			add_undeclared(ctx, *container);
	populate(ctx, containers);
	return 0;
}

static const char *const after[] = {"container", NULL};

const struct probe probe_runtime = {
	.name = "runtime",
	.about = "containers as they run, whatever started them",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.populates = 1u << SCOPE_CONTAINER,
	.collect = collect,
};
