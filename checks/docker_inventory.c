#include "checks/docker_inventory.h"

#include "checks/docker_atrest.h"
#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"

const char *docker_inventory_short_id(struct arena *arena, const char *id)
{
	return arena_strndup(arena, id, 12);
}

bool docker_inventory_chosen(const struct probe_context *ctx, const char *id, const char *name)
{
	if (ctx->request->containers.count == 0)
		return true;
	vec_each(text, &ctx->request->containers) {
		const char *word = **text == '/' ? *text + 1 : *text;

		if (strcmp(word, name) == 0 || (*word && text_starts(id, word)))
			return true;
	}
	return false;
}

void docker_inventory_populate(struct probe_context *ctx, enum scope scope, struct fact_side side)
{
	const struct fact_side *known = facts_population(ctx->facts, scope);

	if (known->state == FACT_UNREADABLE ||
	    (known->state == FACT_PRESENT && side.state == FACT_UNSUPPORTED))
		return;
	facts_set_population(ctx->facts, scope, side.state, side.origin, side.reason);
}

struct fact_side docker_inventory_side(const struct docker_inventory *inventory)
{
	return (struct fact_side){.state = inventory->state,
				  .origin = inventory->origin,
				  .reason = inventory->reason};
}

static int compare(const void *a, const void *b)
{
	const struct docker_listed *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->id, y->id);
}

static const char *without_slash(const char *name)
{
	return *name == '/' ? name + 1 : name;
}

/* A container that others link to also has names like /other/alias: its own has the one slash. */
static const char *own_name(struct arena *arena, const json_t *names)
{
	const json_t *item;
	size_t i;

	json_array_foreach(names, i, item) {
		const char *name = docker_values_text(arena, item);

		if (name && *name && !strchr(without_slash(name), '/'))
			return without_slash(name);
	}
	return NULL;
}

/* The API's list has the state in a word (moby api/types/container State). */
static enum docker_activity activity_of_word(const char *state)
{
	static const char *const stopped[] = {"created", "exited", "dead"};

	for (size_t i = 0; state && i < sizeof stopped / sizeof *stopped; i++)
		if (strcmp(state, stopped[i]) == 0)
			return DOCKER_ACTIVITY_STOPPED;
	return state ? DOCKER_ACTIVITY_RUNNING : DOCKER_ACTIVITY_UNKNOWN;
}

/* On disk it has flags; one that restarts keeps Running. */
static enum docker_activity activity_of_flags(const json_t *state)
{
	const json_t *running = json_object_get(state, "Running");

	if (!json_is_boolean(running))
		return DOCKER_ACTIVITY_UNKNOWN;
	return json_is_true(running) || json_is_true(json_object_get(state, "RemovalInProgress")) ? DOCKER_ACTIVITY_RUNNING
												   : DOCKER_ACTIVITY_STOPPED;
}

static int add_answered(struct probe_context *ctx, struct docker_list *list, const json_t *item,
			struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *id = docker_values_text(arena, json_object_get(item, "Id"));
	const char *name = own_name(arena, json_object_get(item, "Names"));

	if (!id || !docker_values_is_id(id))
		return error_set(err, ERROR_MALFORMED,
				 "the list of containers holds what is no container id");
	struct docker_listed listed = {
		.id = id,
		.name = name ? name : docker_inventory_short_id(arena, id),
		.image_id = docker_values_text(arena, json_object_get(item, "ImageID")),
		.folder = docker_dataroot_folder(ctx->host, &list->homes, id, arena),
		.activity = activity_of_word(json_string_value(json_object_get(item, "State"))),
	};
	vec_push(arena, &list->containers, listed);
	return 0;
}

static int list_from_api(struct probe_context *ctx, struct docker_list *list, struct error *err)
{
	_cleanup_(docker_values_drop) json_t *answer = NULL;
	const json_t *item;
	size_t i;

	if (!list->daemon->process)
		return error_set(err, ERROR_UNSUPPORTED, "no engine runs in a tree at rest");
	if (docker_get(ctx, list->daemon, "/containers/json?all=1", &answer, err) < 0)
		return -1;
	if (!json_is_array(answer))
		return error_set(err, ERROR_MALFORMED, "the answer to /containers/json is no list");
	json_array_foreach(answer, i, item) {
		if (add_answered(ctx, list, item, err) < 0) {
			list->containers.count = 0;
			return -1;
		}
	}
	list->from_api = true;
	return 0;
}

/* A folder without config.v2.json is being made or removed: the engine skips it too. Any other
 * trouble leaves a container that we know of and cannot read. */
static void add_stored(struct probe_context *ctx, struct docker_list *list, const char *folder)
{
	_cleanup_(docker_values_drop) json_t *config = NULL;
	struct arena *arena = facts_arena(ctx->facts);
	const char *id = strrchr(folder, '/') + 1;
	struct error err = {0};
	const char *name;

	if (docker_dataroot_load(ctx->host, arena_printf(arena, "%s/config.v2.json", folder),
				 &config, &err) < 0 &&
	    err.code == ERROR_NOT_FOUND)
		return;
	name = docker_values_text(arena, json_object_get(config, "Name"));
	struct docker_listed listed = {
		.id = id,
		.name = name && *without_slash(name) ? without_slash(name)
						     : docker_inventory_short_id(arena, id),
		.image_id = docker_values_text(arena, json_object_get(config, "Image")),
		.folder = folder,
		.activity = activity_of_flags(json_object_get(config, "State")),
	};
	vec_push(arena, &list->containers, listed);
}

static int list_from_data_root(struct probe_context *ctx, struct docker_list *list,
			       struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings all = {0};

	if (list->homes.count == 0)
		return error_set(err, ERROR_SYSTEM, "%s", list->homes_reason);
	vec_each(home, &list->homes) {
		struct strings folders = {0};

		if (docker_dataroot_containers(ctx->host, *home, arena, &folders, err) < 0)
			return -1;
		vec_each(folder, &folders)
			vec_push(arena, &all, *folder);
	}
	vec_each(folder, &all)
		add_stored(ctx, list, *folder);
	return 0;
}

static const char *kept(struct arena *arena, const struct error *err)
{
	return text_safe(arena, err->text, strlen(err->text));
}

static void find_homes(struct probe_context *ctx, struct docker_list *list)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error err = {0};

	if (docker_dataroot_homes(ctx->host, list->daemon->data_root, arena, &list->homes, &err) <
	    0)
		list->homes_reason = kept(arena, &err);
}

static struct docker_list read_list(struct probe_context *ctx, struct docker_daemon *daemon)
{
	struct docker_list list = {.daemon = daemon, .state = FACT_PRESENT};
	struct arena *arena = facts_arena(ctx->facts);
	struct error api = {0}, disk = {0};

	find_homes(ctx, &list);
	if (list_from_api(ctx, &list, &api) == 0) {
		list.origin = "GET /containers/json";
	} else if (list_from_data_root(ctx, &list, &disk) == 0) {
		list.origin = arena_printf(arena, "%s/containers (the API does not answer: %s)",
					   list.homes.items[0], kept(arena, &api));
		if (daemon->data_root_reason) {
			list.state = FACT_UNREADABLE;
			list.reason = arena_printf(arena,
						   "%s may not be the engine's data root: %s",
						   daemon->data_root, daemon->data_root_reason);
		}
	} else {
		list.state = FACT_UNREADABLE;
		list.origin = arena_printf(arena, "GET /containers/json, %s/containers",
					   daemon->data_root);
		list.reason = arena_printf(arena, "%s; %s", kept(arena, &api), kept(arena, &disk));
	}
	if (list.containers.count > 1)
		qsort(list.containers.items, list.containers.count, sizeof *list.containers.items,
		      compare);
	return list;
}

static void conclude(struct docker_inventory *inventory)
{
	bool complete = inventory->state != FACT_UNREADABLE;

	if (complete)
		inventory->state = FACT_PRESENT;
	vec_each(list, &inventory->lists) {
		if (complete) {
			inventory->origin = list->origin;
			inventory->reason = NULL;
		}
		if (list->state != FACT_PRESENT && complete) {
			complete = false;
			inventory->state = FACT_UNREADABLE;
			inventory->reason = list->reason;
		}
	}
}

static void add_list(struct probe_context *ctx, struct docker_inventory *inventory,
		     struct docker_daemon *daemon)
{
	struct docker_list list = read_list(ctx, daemon);

	vec_push(facts_arena(ctx->facts), &inventory->lists, list);
}

static void *open_inventory(struct probe_context *ctx)
{
	const struct docker *docker = probe_service(ctx, &docker_service);
	struct docker_inventory *inventory = ARENA_NEW(facts_arena(ctx->facts),
						       struct docker_inventory);

	inventory->state = docker->state;
	inventory->origin = docker->origin;
	inventory->reason = docker->reason;
	inventory->daemons_known = docker->state != FACT_UNREADABLE;
	vec_each(daemon, &docker->daemons)
		add_list(ctx, inventory, *daemon);
	if (inventory->lists.count == 0 && !host_is_live(ctx->host)) {
		inventory->at_rest = docker_atrest_find(ctx);
		if (inventory->at_rest)
			add_list(ctx, inventory, inventory->at_rest);
	}
	if (inventory->lists.count > 0)
		conclude(inventory);
	return inventory;
}

static void close_inventory(void *service)
{
	docker_atrest_done(((struct docker_inventory *)service)->at_rest);
}

const struct service docker_inventory_service = {
	.name = "docker inventory",
	.open = open_inventory,
	.close = close_inventory,
};
