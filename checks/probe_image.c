/* Images of Docker Engine. */
#include "checks/docker_image.h"
#include "checks/docker_values.h"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "image." fact_name, .type = VALUE_##fact_type, .scope = SCOPE_IMAGE,       \
		.about = fact_about, .source = fact_source                                         \
	}

static const struct fact_decl facts[] = {
	FACT("tags", STRINGS, "names and tags of the image", "image list RepoTags"),
	FACT("user", STRING, "user that its containers start as, as stated; none is 0",
	     "image inspect Config.User"),
	FACT("healthcheck", BOOL, "it declares a health check", "image inspect Config.Healthcheck"),
	FACT("environment.names", STRINGS,
	     "names of its environment variables; values are never kept",
	     "image inspect Config.Env"),
	FACT("exposed_ports", STRINGS, "ports it declares, with their protocol",
	     "image inspect Config.ExposedPorts"),
	FACT("added", STRINGS,
	     "ADD steps it was built with, but for the one that laid its root file system down",
	     "image history"),
	FACT("in_use", BOOL, "some container, running or not, was made from it",
	     "container list ImageID"),
	{0},
};

/* What is being recorded. */
struct recording {
	struct probe_context *ctx;
	struct arena *arena;
	struct subject *subject;
	const struct docker_image *image;
	const struct docker_list *containers;
};

static void put(const struct recording *recording, const char *fact, struct fact_side side)
{
	probe_put(recording->ctx, recording->subject, fact, NULL, SIDE_PLAIN, side);
}

static struct fact_side strings_side(int result, struct strings strings, const char *origin)
{
	if (result < 0)
		return side_missing(FACT_UNREADABLE, origin, "what stands there is not a list");
	return side_present(value_strings(strings), origin);
}

static struct fact_side user_side(struct arena *arena, const json_t *json, const char *origin)
{
	const char *user = docker_values_user(arena, json);

	if (!user)
		return side_missing(FACT_UNREADABLE, origin, "what stands there is not a text");
	return side_present(value_string(user), origin);
}

static struct fact_side health_side(struct arena *arena, const json_t *json, const char *origin)
{
	int check = docker_values_has_health_check(json);

	(void)arena;
	if (check < 0)
		return side_missing(FACT_UNREADABLE, origin,
				    "what stands there is not a health check");
	return side_present(value_bool(check), origin);
}

static struct fact_side names_side(struct arena *arena, const json_t *json, const char *origin)
{
	struct strings names = {0};
	int result = docker_values_names(arena, json, &names);

	return strings_side(result, names, origin);
}

static struct fact_side keys_side(struct arena *arena, const json_t *json, const char *origin)
{
	struct strings keys = {0};
	int result = docker_values_keys(arena, json, &keys);

	return strings_side(result, keys, origin);
}

static const struct {
	const char *fact;
	const char *key; /* of Config; the store writes config */
	struct fact_side (*convert)(struct arena *arena, const json_t *json, const char *origin);
} rows[] = {
	{"image.user", "User", user_side},
	{"image.healthcheck", "Healthcheck", health_side},
	{"image.environment.names", "Env", names_side},
	{"image.exposed_ports", "ExposedPorts", keys_side},
};

/* An image without a configuration ("FROM scratch" by other tools) sets nothing. */
static void record_config(const struct recording *recording)
{
	const struct docker_image *image = recording->image;
	const char *part = image->from_api ? "Config" : "config";
	const json_t *config = json_object_get(image->document, part);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *origin = arena_printf(recording->arena, "%s %s.%s", image->origin, part,
						  rows[i].key);

		if (!probe_wants(recording->ctx, rows[i].fact))
			continue;
		if (!json_is_object(image->document))
			put(recording, rows[i].fact,
			    side_missing(FACT_UNREADABLE, origin,
					 image->reason ? image->reason
						       : "the answer is no object"));
		else
			put(recording, rows[i].fact,
			    rows[i].convert(recording->arena, json_object_get(config, rows[i].key),
					    origin));
	}
}

static struct fact_side added_side(const struct recording *recording)
{
	const struct docker_image *image = recording->image;
	struct strings added = {0};
	int result;

	if (image->history_reason)
		return side_missing(FACT_UNREADABLE, image->history_origin, image->history_reason);
	result = docker_image_added(recording->arena, image, &added);
	return strings_side(result, added, image->history_origin);
}

static struct fact_side use_side(const struct recording *recording)
{
	const struct docker_list *list = recording->containers;
	bool unknown = list->state != FACT_PRESENT;

	vec_each(container, &list->containers) {
		if (!container->image_id)
			unknown = true;
		else if (strcmp(container->image_id, recording->image->id) == 0)
			return side_present(value_bool(true), list->origin);
	}
	if (unknown)
		return side_missing(FACT_UNREADABLE, list->origin,
				    list->reason ? list->reason
						 : "a container's image cannot be read");
	return side_present(value_bool(false), list->origin);
}

static void record(const struct recording *recording)
{
	struct probe_context *ctx = recording->ctx;

	if (probe_wants(ctx, "image.tags"))
		put(recording, "image.tags",
		    side_present(value_strings(recording->image->tags), recording->image->origin));
	record_config(recording);
	if (probe_wants(ctx, "image.added"))
		put(recording, "image.added", added_side(recording));
	if (probe_wants(ctx, "image.in_use"))
		put(recording, "image.in_use", use_side(recording));
}

/* Two daemons may hold the same image: it is a subject of each. */
static struct subject *subject_of(struct probe_context *ctx, const struct docker_image *image,
				  const struct docker_daemon *daemon)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *name = image->tags.count ? image->tags.items[0]
					     : docker_inventory_short_id(
						       arena, image->id + strlen("sha256:"));
	struct subject *subject = facts_subject(ctx->facts, SCOPE_IMAGE, image->id, name,
						daemon->subject);

	if (subject->parent == daemon->subject)
		return subject;
	return facts_subject(ctx->facts, SCOPE_IMAGE,
			     arena_printf(arena, "%s (%s)", image->id, daemon->subject->id), name,
			     daemon->subject);
}

static struct fact_side collect_images(struct probe_context *ctx,
				       const struct docker_list *containers)
{
	struct docker_images images;
	struct fact_side population;

	docker_image_list(ctx, containers, probe_wants(ctx, "image.added") ? DOCKER_IMAGE_HISTORY : DOCKER_IMAGE_DOCUMENTS, &images);
	vec_each(image, &images.list) {
		struct recording recording = {.ctx = ctx,
					      .arena = facts_arena(ctx->facts),
					      .image = image,
					      .containers = containers};

		if (image->gone)
			continue;
		recording.subject = subject_of(ctx, image, containers->daemon);
		record(&recording);
	}
	population = (struct fact_side){
		.state = images.state, .origin = images.origin, .reason = images.reason};
	docker_image_done(&images);
	return population;
}

static int collect(struct probe_context *ctx, struct error *err)
{
	struct docker_inventory *inventory = probe_service(ctx, &docker_inventory_service);

	(void)err; /* what cannot be read is a state of the population or of a fact */
	vec_each(list, &inventory->lists)
		docker_inventory_populate(ctx, SCOPE_IMAGE, collect_images(ctx, list));
	if (inventory->lists.count == 0 || !inventory->daemons_known)
		docker_inventory_populate(ctx, SCOPE_IMAGE, docker_inventory_side(inventory));
	return 0;
}

const struct probe probe_image = {
	.name = "image",
	.about = "images of Docker Engine",
	.facts = facts,
	.populates = 1u << SCOPE_IMAGE,
	.collect = collect,
};
