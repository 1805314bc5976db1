/* Containers as they run, whatever started them: which there are, and what they share. */
#include "checks/container_facts.h"
#include "checks/docker_inventory.h"
#include "checks/oci_identity.h"

#define UNDECLARED "nobody declares it"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}

static const struct fact_decl facts[] = {
	FACT("engine", STRING,
	     "what manages it: docker, podman, cri-o, containerd, cri, lxc, systemd-nspawn, buildkit, or none",
	     "the runtime or engine that declares it, else /proc/PID/cgroup"),
	FACT("nested_in", STRING, "id of the container around it; absent without one", "/proc/PID/cgroup"),
	FACT("pod", STRING, "uid of its Kubernetes pod; absent without one", "/proc/PID/cgroup, annotations of config.json"),
	FACT("pod.name", STRING, "name of its Kubernetes pod; absent without one", "annotations of config.json"),
	FACT("pod.namespace", STRING, "Kubernetes namespace of its pod; absent without one", "annotations of config.json"),
	FACT("pod.container", STRING, "its name in its pod; absent without one", "annotations of config.json"),
	FACT("bundle", STRING, "folder of its OCI bundle; absent where no runtime keeps one",
	     "containerd's task folders, conmon's words, state of runc and crun"),
	{.name = "container.started_at",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .unit = "seconds since the epoch",
	 .about = "when its first process started; absent while it does not run",
	 .source = "/proc/PID/stat",
	 .unstable = true},
	{0},
};

/* ---- namespaces ---------------------------------------------------------------------------------- */

static struct fact_side namespace_side(const struct container_facts *of, enum containers_kind kind)
{
	uint64_t inode = of->container->namespaces[kind], host = of->containers->host[kind];
	const struct container *owner;
	struct fact_side side = {.state = FACT_PRESENT, .value = {.type = VALUE_STRING}};

	side.origin = arena_printf(of->arena, "/proc/%d/ns", of->container->init->pid);
	if (!inode || !host)
		return side_missing(FACT_UNREADABLE, side.origin, "the namespace could not be read");
	owner = containers_oldest(of->containers, kind, inode);
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

/* ---- what the kernel tells ------------------------------------------------------------------------- */

static struct fact_side text_side(const char *text, const char *origin)
{
	return text ? side_present(value_string(text), origin) : side_missing(FACT_ABSENT, origin, NULL);
}

static void put_text(const struct container_facts *of, const char *name, const char *text, const char *origin)
{
	container_facts_put(of, name, SIDE_PLAIN, text_side(text, origin));
}

static struct fact_side started_side(const struct container_facts *of)
{
	const struct process *init = of->container ? of->container->init : NULL;

	if (!init)
		return of->known;
	if (!init->started_at)
		return side_missing(FACT_UNREADABLE, "/proc/stat", "when the system started is not known");
	return side_present(value_int(init->started_at), arena_printf(of->arena, "/proc/%d/stat", init->pid));
}

static void put_kernel(const struct container_facts *of)
{
	put_namespaces(of);
	put_text(of, "container.nested_in", of->container ? of->container->parent : NULL, of->containers->origin);
	container_facts_put(of, "container.started_at", SIDE_PLAIN, started_side(of));
}

/* ---- who declares it ---------------------------------------------------------------------------------- */

struct found {
	struct probe_context *ctx;
	struct oci_bundles *bundles;
	struct strmap *taken; /* bundles that belong to a container, by address */
	VEC(const struct fact_decl *) declared; /* those of the declared side that are wanted */
};

static const char *address(struct arena *arena, const struct oci_bundle *bundle)
{
	return arena_printf(arena, "%p", (const void *)bundle);
}

static void take(struct found *found, const struct oci_bundle *bundle)
{
	strmap_put(found->taken, address(facts_arena(found->ctx->facts), bundle), (void *)bundle);
}

static const char *const pod_words[] = {"container.pod.name", "container.pod.namespace", "container.pod.container"};

/* Docker tells of its own; beside that only where its runtime keeps it. */
static void add_docker(struct found *found, struct subject *subject)
{
	struct oci_bundle *bundle = oci_bundles_named(found->bundles, subject->id);
	const struct container_facts whole = container_facts_of(found->ctx, subject), *of = &whole;

	while (bundle && strcmp(bundle->engine, "docker") != 0)
		bundle = bundle->same_id;
	if (bundle)
		take(found, bundle);
	put_text(of, "container.engine", "docker", of->containers->origin);
	put_text(of, "container.bundle", bundle ? bundle->folder : NULL, bundle ? bundle->declared_by : NULL);
	put_text(of, "container.pod", of->container ? of->container->pod : NULL, of->containers->origin);
	for (size_t i = 0; i < sizeof pod_words / sizeof *pod_words; i++)
		put_text(of, pod_words[i], NULL, NULL);
	put_kernel(of);
}

static const char *engine_of(const char *runtime)
{
	static const char *const none[] = {"runc", "crun", "unknown"};

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (strcmp(runtime, none[i]) == 0)
			return "none";
	return runtime;
}

/* What looks like Docker's but no engine tells of may be declared by one that could not be asked. */
static struct fact_side undeclared_side(const struct container *container)
{
	if (strcmp(container->runtime, "docker") == 0)
		return side_missing(FACT_UNREADABLE, "/proc/PID/cgroup", "a container of Docker, of which no engine tells");
	return side_missing(FACT_ABSENT, NULL, UNDECLARED);
}

static void find_declared(struct found *found)
{
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		if (probe_wants(found->ctx, decl->name))
			vec_push(facts_arena(found->ctx->facts), &found->declared, decl);
}

static void put_undeclared(const struct found *found, const struct container_facts *of)
{
	struct fact_side side = undeclared_side(of->container);

	vec_each(decl, &found->declared)
		facts_put(found->ctx->facts, of->subject, *decl, NULL, SIDE_DECLARED, side);
	put_text(of, "container.engine", engine_of(of->container->runtime), of->containers->origin);
	put_text(of, "container.runtime", of->container->runtime, of->containers->origin);
	put_text(of, "container.kind", "container", of->containers->origin);
	put_text(of, "container.bundle", NULL, NULL);
	for (size_t i = 0; i < sizeof pod_words / sizeof *pod_words; i++)
		put_text(of, pod_words[i], NULL, NULL);
}

/* Whoever knows only the low-level runtime leaves the engine to the control group. */
static const char *engine_by(const struct container_facts *of, const struct oci_bundle *bundle)
{
	return strcmp(bundle->engine, "none") == 0 && of->container ? engine_of(of->container->runtime) : bundle->engine;
}

/* A name that nobody gives leaves what was recorded, or is absent where nothing was. */
static void put_words(const struct container_facts *of, const struct oci_bundle *bundle, const struct oci_identity *identity,
		      const char *origin)
{
	const struct {
		const char *fact, *text;
		bool kept;
	} words[] = {
		{"container.engine", engine_by(of, bundle), false},
		{"container.runtime", bundle->runtime ?: of->container ? of->container->runtime : NULL, false},
		{"container.kind", identity->sandbox ? "sandbox" : "container", false},
		{"container.bundle", bundle->folder, false},
		{"container.declared_by", bundle->declared_by, false},
		{"container.image", identity->image, true},
		{"container.image_id", identity->image_id, true},
		{"container.log_driver", bundle->log_driver, true},
		{"container.pod.name", identity->pod_name, false},
		{"container.pod.namespace", identity->pod_namespace, false},
		{"container.pod.container", identity->pod_container, false},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].text || !words[i].kept)
			put_text(of, words[i].fact, words[i].text, origin);
}

/* The control group is the kernel's word, an annotation is anybody's. */
static struct fact_side pod_side(const struct container_facts *of, const char *annotated, const char *origin)
{
	const char *pod = of->container ? of->container->pod : NULL;
	struct fact_side side = pod ? text_side(pod, of->containers->origin) : text_side(annotated, origin);

	if (pod && annotated && strcmp(pod, annotated) != 0)
		vec_push(of->arena, &side.notes, arena_printf(of->arena, "an annotation says %s", annotated));
	return side;
}

/* Of what does not run: an engine writes no configuration before the first start. */
static const char *state_of(const struct container_facts *of, const struct oci_bundle *bundle, const struct oci_config *config)
{
	if (bundle && bundle->created)
		return "created";
	if (of->container || bundle->init)
		return "running";
	return config->missing ? "created" : "exited";
}

static void put_run(const struct container_facts *of, const struct oci_bundle *bundle, const struct oci_config *config)
{
	const struct process *init = of->container ? of->container->init : bundle->init;
	const char *origin = of->containers->origin;

	put_text(of, "container.state", state_of(of, bundle, config), origin);
	container_facts_put(of, "container.running", SIDE_PLAIN, side_present(value_bool(init), origin));
	container_facts_put(of, "container.pid", SIDE_PLAIN,
			    init ? side_present(value_int(init->pid), origin)
				 : side_missing(FACT_ABSENT, origin, "the container does not run"));
}

/* One that runs, one that is declared, or both: either may be NULL. `id` is unique. */
static void add(struct found *found, const char *id, const struct container *container, struct oci_bundle *bundle)
{
	struct arena *arena = facts_arena(found->ctx->facts);
	struct oci_identity identity = {.name = container ? container->name : NULL};
	_cleanup_(oci_config_unload) struct oci_config config = {0};

	if (bundle) {
		take(found, bundle);
		oci_config_load(found->bundles, bundle, &config);
		oci_identity_read(arena, bundle, &config, &identity);
	}
	if (!oci_identity_chosen(found->ctx, id, &identity))
		return;
	struct subject *subject =
		facts_subject(found->ctx->facts, SCOPE_CONTAINER, id, identity.name, facts_host(found->ctx->facts));
	struct container_facts of = container_facts_of(found->ctx, subject);
	if (bundle)
		oci_config_record(found->ctx, subject, bundle, &config);
	else
		put_undeclared(found, &of);
	if (bundle)
		put_words(&of, bundle, &identity, config.path);
	put_run(&of, bundle, &config);
	container_facts_put(&of, "container.pod", SIDE_PLAIN, pod_side(&of, identity.pod, config.path));
	/* Whether it should run is known by now. */
	of = container_facts_of(found->ctx, subject);
	put_kernel(&of);
}

static void add_running(struct found *found, const struct containers *containers)
{
	vec_each(container, &containers->list)
		if (!facts_find_subject(found->ctx->facts, SCOPE_CONTAINER, (*container)->id))
			add(found, (*container)->id, *container, oci_bundles_of(found->bundles, *container));
}

/* What was not met among those that run. Others may have its id: then it goes by its place too. */
static void add_rest(struct found *found)
{
	struct arena *arena = facts_arena(found->ctx->facts);

	vec_each(each, &found->bundles->list) {
		struct oci_bundle *bundle = *each;
		const char *id = bundle->id;

		if (strmap_get(found->taken, address(arena, bundle)))
			continue;
		oci_bundles_ask(found->bundles, bundle);
		if (facts_find_subject(found->ctx->facts, SCOPE_CONTAINER, id))
			id = arena_printf(arena, "%s@%s", id, bundle->folder ?: bundle->state);
		add(found, id, NULL, bundle);
	}
}

static void populate(struct probe_context *ctx, const struct containers *containers, const struct oci_bundles *bundles)
{
	const struct fact_side *known = facts_population(ctx->facts, SCOPE_CONTAINER);
	struct fact_side side = side_missing(containers->state, containers->origin, containers->reason);

	if (side.state != FACT_UNREADABLE && bundles->state == FACT_UNREADABLE)
		side = side_missing(bundles->state, bundles->origin, bundles->reason);
	else if (side.state == FACT_UNSUPPORTED && bundles->list.count)
		side = side_missing(bundles->state, bundles->origin, bundles->reason);
	if (side.state == FACT_UNSUPPORTED && known->state != FACT_NOT_COLLECTED)
		return;
	if (known->state == FACT_PRESENT && known->origin && side.state == FACT_PRESENT)
		side.origin = arena_printf(facts_arena(ctx->facts), "%s; %s", known->origin, side.origin);
	docker_inventory_populate(ctx, SCOPE_CONTAINER, side);
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	const struct containers *containers = probe_service(ctx, &containers_service);
	struct found found = {
		.ctx = ctx,
		.bundles = probe_service(ctx, &oci_bundles_service),
		.taken = strmap_new(facts_arena(ctx->facts)),
	};
	size_t count = facts_subject_count(ctx->facts);

	find_declared(&found);
	for (size_t i = 0; i < count; i++) {
		struct subject *subject = facts_subject_at(ctx->facts, i);

		if (subject->scope == SCOPE_CONTAINER)
			add_docker(&found, subject);
	}
	add_running(&found, containers);
	add_rest(&found);
	populate(ctx, containers, found.bundles);
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
