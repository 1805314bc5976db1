#include "checks/oci_bundles.h"

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"
#include "checks/oci_state.h"
#include "checks/oci_storage.h"

#define CONTAINERD_RUNC "/run/containerd/runc" /* containerd pkg/process/init.go, where the options name no root */

struct search {
	struct oci_bundles *bundles;
	struct probe_context *ctx;
	struct arena *arena;
	struct strmap *states; /* ROOT/ID that some bundle has already → struct oci_bundle */
};

/* ---- the list ------------------------------------------------------------------------------------ */

static void index_bundle(struct oci_bundles *bundles, struct oci_bundle *bundle)
{
	struct oci_bundle *first = strmap_get(bundles->by_id, bundle->id);

	if (first && (first->owner == 0 || bundle->owner != 0)) {
		bundle->same_id = first->same_id;
		first->same_id = bundle;
		return;
	}
	bundle->same_id = first;
	strmap_put(bundles->by_id, bundle->id, bundle);
}

static void add(struct search *search, struct oci_bundle what)
{
	struct oci_bundle *bundle = ARENA_NEW(search->arena, struct oci_bundle);

	*bundle = what;
	vec_push(search->arena, &search->bundles->list, bundle);
	index_bundle(search->bundles, bundle);
	if (bundle->state)
		strmap_put(search->states, bundle->state, bundle);
}

/* A folder that is not there was not used; a user's own trouble is no reason to doubt the rest. */
static void note_unread(struct search *search, const struct oci_place *place, const struct error *err)
{
	if (err->code == ERROR_NOT_FOUND || place->owner != 0)
		return;
	search->bundles->state = FACT_UNREADABLE;
	search->bundles->reason = text_safe(search->arena, err->text, strlen(err->text));
}

static struct strings list(struct search *search, const struct oci_place *place, const char *path)
{
	struct strings names = {0};
	struct error err = {0};

	if (host_list(search->ctx->host, path, search->arena, &names, &err) < 0)
		note_unread(search, place, &err);
	if (names.count <= OCI_BUNDLES_MAX)
		return names;
	error_set(&err, ERROR_LIMIT, "%s holds more than %d entries", path, OCI_BUNDLES_MAX);
	note_unread(search, place, &err);
	names.count = OCI_BUNDLES_MAX;
	return names;
}

/* ---- containerd ------------------------------------------------------------------------------------ */

static const char *engine_of_space(const char *space)
{
	static const char *const engines[][2] = {{"moby", "docker"}, {"plugins.moby", "docker"}, {"buildkit", "buildkit"}};

	for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
		if (strcmp(space, engines[i][0]) == 0)
			return engines[i][1];
	return "containerd";
}

static void add_tasks(struct search *search, const struct oci_place *place)
{
	const char *tasks = arena_printf(search->arena, "%s/" OCI_PLACES_TASKS, place->path);
	struct strings spaces = list(search, place, tasks);

	vec_each(space, &spaces) {
		const char *folder = arena_printf(search->arena, "%s/%s", tasks, *space);
		struct strings ids = list(search, place, folder);

		vec_each(id, &ids)
			add(search, (struct oci_bundle){
					    .declared_by = "containerd",
					    .engine = engine_of_space(*space),
					    .id = text_safe(search->arena, *id, strlen(*id)),
					    .space = text_safe(search->arena, *space, strlen(*space)),
					    .folder = arena_printf(search->arena, "%s/%s", folder, *id),
					    .owner = place->owner,
				    });
	}
}

/* The root that containerd gives to runc (containerd runtime/v2/runc/options, runtime v1's are named likewise). */
static const char *containerd_root(struct oci_bundles *bundles, const struct oci_bundle *bundle)
{
	_cleanup_(docker_values_drop) json_t *options = NULL;
	struct arena *arena = facts_arena(bundles->ctx->facts);
	const char *root;

	docker_dataroot_load(bundles->ctx->host, arena_printf(arena, "%s/options.json", bundle->folder), &options, NULL);
	root = docker_values_text(arena, json_object_get(options, "root"));
	return arena_printf(arena, "%s/%s/%s", root && *root == '/' ? root : CONTAINERD_RUNC, bundle->space, bundle->id);
}

/* ---- conmon, low-level runtimes, storage -------------------------------------------------------------- */

static void add_conmon(struct search *search, const struct oci_conmon *conmon)
{
	add(search, (struct oci_bundle){
			    .declared_by = "conmon",
			    .engine = conmon->podman ? "podman" : "cri-o",
			    .runtime = conmon->state.runtime,
			    .id = conmon->id,
			    .name = conmon->name,
			    .log_driver = conmon->log_driver,
			    .folder = conmon->bundle,
			    .state = arena_printf(search->arena, "%s/%s", conmon->state.path, conmon->id),
			    .owner = conmon->state.owner,
		    });
}

static void add_states(struct search *search, const struct oci_place *place)
{
	struct strings ids = list(search, place, place->path);

	vec_each(id, &ids) {
		const char *state = arena_printf(search->arena, "%s/%s", place->path, *id);

		if (strmap_get(search->states, state))
			continue;
		add(search, (struct oci_bundle){
				    .declared_by = place->runtime,
				    .engine = "none",
				    .runtime = place->runtime,
				    .id = text_safe(search->arena, *id, strlen(*id)),
				    .state = state,
				    .owner = place->owner,
			    });
	}
}

/* What storage tells of one that runs belongs to its conmon's word. */
static void add_stored(struct search *search, const struct oci_place *place, const struct oci_stored *stored)
{
	for (struct oci_bundle *known = strmap_get(search->bundles->by_id, stored->id); known; known = known->same_id) {
		if (known->owner != place->owner || strcmp(known->declared_by, "conmon") != 0)
			continue;
		known->name = known->name ?: stored->name;
		known->image = stored->image;
		known->image_id = stored->image_id;
		return;
	}
	add(search, (struct oci_bundle){
			    .declared_by = "storage",
			    .engine = stored->engine,
			    .id = stored->id,
			    .name = stored->name,
			    .image = stored->image,
			    .image_id = stored->image_id,
			    .folder = stored->folder,
			    .owner = place->owner,
		    });
}

static void add_storage(struct search *search, const struct oci_place *place)
{
	struct oci_stored_list stored = {0};
	struct error err = {0};

	if (oci_storage_read(search->ctx->host, place->path, search->arena, &stored, &err) < 0)
		note_unread(search, place, &err);
	vec_each(each, &stored)
		add_stored(search, place, each);
}

/* ---- the first process -------------------------------------------------------------------------------- */

static const struct process *find_process(const struct oci_bundles *bundles, pid_t pid)
{
	size_t low = 0, high = bundles->processes->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct process *process = &bundles->processes->list.items[middle];

		if (process->pid == pid)
			return process;
		if (process->pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const struct process *verified(const struct oci_bundles *bundles, const struct oci_bundle *bundle,
				      const struct oci_state *state)
{
	const struct process *process = find_process(bundles, state->pid);

	if (!process || process->start_ticks != state->start || process->zombie || process->kernel_thread)
		return NULL;
	return bundle->owner == 0 || (process->uid != 0 && process->uid != (uid_t)-1) ? process : NULL;
}

void oci_bundles_ask(struct oci_bundles *bundles, struct oci_bundle *bundle)
{
	struct arena *arena = facts_arena(bundles->ctx->facts);
	struct oci_state state = {0};

	if (bundle->asked)
		return;
	bundle->asked = true;
	if (!bundle->state && bundle->space)
		bundle->state = containerd_root(bundles, bundle);
	if (bundle->state && oci_state_read(bundles->ctx->host, bundle->state, bundle->folder, arena, &state, NULL) == 0) {
		bundle->init = verified(bundles, bundle, &state);
		bundle->created = bundle->init && state.created;
		bundle->runtime = bundle->runtime ?: state.runtime;
		bundle->folder = bundle->folder ?: state.bundle;
	}
	if (state.config)
		bundle->config = state.config;
	else if (bundle->folder)
		bundle->config = arena_printf(arena, "%s/config.json", bundle->folder);
}

/* ---- questions ---------------------------------------------------------------------------------------- */

static const char *pid_key(struct arena *arena, pid_t pid)
{
	return arena_printf(arena, "%d", pid);
}

static void index_processes(struct oci_bundles *bundles)
{
	struct arena *arena = facts_arena(bundles->ctx->facts);

	bundles->by_pid = strmap_new(arena);
	vec_each(each, &bundles->list) {
		struct oci_bundle *bundle = *each, *known;

		oci_bundles_ask(bundles, bundle);
		if (!bundle->init)
			continue;
		known = strmap_get(bundles->by_pid, pid_key(arena, bundle->init->pid));
		if (!known || (known->owner != 0 && bundle->owner == 0))
			strmap_put(bundles->by_pid, pid_key(arena, bundle->init->pid), bundle);
	}
}

struct oci_bundle *oci_bundles_of_process(struct oci_bundles *bundles, const struct process *process)
{
	char key[16];

	if (!bundles->by_pid)
		index_processes(bundles);
	snprintf(key, sizeof key, "%d", process->pid);
	return strmap_get(bundles->by_pid, key);
}

struct oci_bundle *oci_bundles_of(struct oci_bundles *bundles, const struct container *container)
{
	for (struct oci_bundle *bundle = oci_bundles_named(bundles, container->id); bundle; bundle = bundle->same_id) {
		oci_bundles_ask(bundles, bundle);
		if (bundle->init == container->init)
			return bundle;
		if (!bundle->init && bundle->owner == 0 && docker_values_is_id(container->id))
			return bundle;
		vec_each(member, &container->members)
			if (member->process == bundle->init)
				return bundle;
	}
	return oci_bundles_of_process(bundles, container->init);
}

struct oci_bundle *oci_bundles_named(const struct oci_bundles *bundles, const char *id)
{
	return strmap_get(bundles->by_id, id);
}

bool oci_bundles_has_task(const struct oci_bundles *bundles, const char *space, const char *id)
{
	for (const struct oci_bundle *bundle = oci_bundles_named(bundles, id); bundle; bundle = bundle->same_id)
		if (bundle->owner == 0 && text_eq(bundle->space, space))
			return true;
	return false;
}

/* ---- the service ---------------------------------------------------------------------------------------- */

/* Those that tell most come first: a low-level runtime's own state is left to who had it made. */
static void *open_bundles(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct oci_bundles *bundles = ARENA_NEW(arena, struct oci_bundles);
	struct oci_places places = {0};
	struct search search = {.bundles = bundles, .ctx = ctx, .arena = arena, .states = strmap_new(arena)};

	bundles->ctx = ctx;
	bundles->processes = probe_service(ctx, &processes_service);
	bundles->by_id = strmap_new(arena);
	bundles->state = FACT_PRESENT;
	bundles->origin = "state of runtimes";
	oci_places_find(ctx, bundles->processes, &places);
	vec_each(place, &places.containerd)
		add_tasks(&search, place);
	vec_each(conmon, &places.conmons)
		add_conmon(&search, conmon);
	vec_each(place, &places.runtimes)
		add_states(&search, place);
	vec_each(place, &places.storages)
		add_storage(&search, place);
	return bundles;
}

const struct service oci_bundles_service = {
	.name = "oci bundles",
	.open = open_bundles,
};
