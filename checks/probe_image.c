/* Images of Docker Engine. */
#include "checks/build_secrets.h"
#include "checks/docker_image.h"
#include "checks/docker_time.h"
#include "checks/docker_values.h"
#include "checks/image_build.h"
#include "checks/image_layers.h"

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
	FACT("id", STRING, "the hash that names its content and configuration", "image list Id"),
	{.name = "image.age_days",
	 .type = VALUE_INT,
	 .scope = SCOPE_IMAGE,
	 .unit = "days",
	 .about = "time since its oldest build step, the base it was made on included; absent when a step states no time "
		  "that can be",
	 .source = "image history Created",
	 .unstable = true},
	FACT("run_steps", INT,
	     "build steps that ran commands; absent when its history does not say of every step what it did",
	     "image history CreatedBy"),
	FACT("lone_updates", STRINGS,
	     "build steps that refresh the index of a package manager and install nothing with it",
	     "image history CreatedBy"),
	FACT("unverified", STRINGS,
	     "build steps, and variables of its environment, that switch off the verification of packages or servers, or run "
	     "what they download",
	     "image history CreatedBy, inspect Config.Env"),
	{.name = "image.secrets",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_IMAGE,
	 .about = "what looks like a secret in its environment, labels, command and history; values are never kept",
	 .source = "image inspect Config, image history CreatedBy",
	 .fields = build_secrets_fields},
	FACT("setuid.programs", STRINGS,
	     "programs with setuid, setgid or file capabilities in its layers; absent without --setuid-scan, and where layers are "
	     "not folders of overlay2",
	     "DATA-ROOT/image/overlay2/layerdb, DATA-ROOT/overlay2/*/diff"),
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
	const struct image_layers *layers; /* read when files are looked at */
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

/* ---- the build ------------------------------------------------------------------------------------------- */

static struct fact_side of_strings(struct strings strings, const char *origin)
{
	return side_present(value_strings(strings), origin);
}

static struct fact_side steps_side(const struct image_build *build, const char *origin)
{
	return build->untold ? side_missing(FACT_ABSENT, origin, build->untold) : side_present(value_int(build->run_steps), origin);
}

static struct fact_side age_side(const struct recording *recording, const struct image_build *build, const char *origin)
{
	if (build->oldest == 0)
		return side_missing(FACT_ABSENT, origin, "a build step states no time, or none that can be");
	return side_present(value_int(docker_time_days(build->oldest, host_now(recording->ctx->host))), origin);
}

static const struct {
	const char *fact;
	bool config; /* judges the configuration too */
} of_build[] = {
	{"image.age_days", false},  {"image.run_steps", false}, {"image.lone_updates", false},
	{"image.unverified", true}, {"image.secrets", true},
};

static bool wants_build(const struct probe_context *ctx)
{
	for (size_t i = 0; i < sizeof of_build / sizeof *of_build; i++)
		if (probe_wants(ctx, of_build[i].fact))
			return true;
	return false;
}

/* Why the configuration was not seen: it hides as much as a history that was not. */
static const char *no_config(const struct recording *recording, struct image_build *build)
{
	const struct docker_image *image = recording->image;
	const json_t *config = json_object_get(image->document, image->from_api ? "Config" : "config");

	if (!json_is_object(image->document))
		return image->reason ? image->reason : "the answer is no object";
	return image_build_config(recording->arena, config, build) < 0 ? "the configuration is not what the engine writes" : NULL;
}

static struct fact_side build_side(const struct recording *recording, const struct image_build *build, const char *fact)
{
	const char *origin = recording->image->history_origin;

	if (strcmp(fact, "image.age_days") == 0)
		return age_side(recording, build, origin);
	if (strcmp(fact, "image.run_steps") == 0)
		return steps_side(build, origin);
	if (strcmp(fact, "image.lone_updates") == 0)
		return of_strings(build->lone_updates, origin);
	return strcmp(fact, "image.unverified") == 0 ? of_strings(build->unverified, origin) : side_present(build->secrets, origin);
}

static void record_build(const struct recording *recording)
{
	const struct docker_image *image = recording->image;
	struct image_build build = {.secrets = {.type = VALUE_RECORDS}};
	const char *reason = image->history_reason, *config_reason;
	struct error err = {0};

	if (!reason && image_build_read(recording->arena, image, &build, &err) < 0)
		reason = text_safe(recording->arena, err.text, strlen(err.text));
	config_reason = no_config(recording, &build);
	for (size_t i = 0; i < sizeof of_build / sizeof *of_build; i++) {
		const char *why = !reason && of_build[i].config ? config_reason : reason;

		if (!probe_wants(recording->ctx, of_build[i].fact))
			continue;
		put(recording, of_build[i].fact,
		    why ? side_missing(FACT_UNREADABLE, image->history_origin, why) : build_side(recording, &build, of_build[i].fact));
	}
}

static struct fact_side programs_side(const struct recording *recording)
{
	if (!recording->ctx->request->setuid_scan)
		return side_missing(FACT_ABSENT, NULL, "files are looked at only on demand, see --setuid-scan");
	return image_layers_setuid(recording->ctx, recording->layers, recording->image);
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
	if (probe_wants(ctx, "image.id"))
		put(recording, "image.id", side_present(value_string(recording->image->id), recording->image->origin));
	if (wants_build(ctx))
		record_build(recording);
	if (probe_wants(ctx, "image.setuid.programs"))
		put(recording, "image.setuid.programs", programs_side(recording));
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
	bool history = wants_build(ctx) || probe_wants(ctx, "image.added");
	enum docker_image_depth depth = history ? DOCKER_IMAGE_HISTORIES : DOCKER_IMAGE_DOCUMENTS;
	struct docker_images images;
	struct image_layers layers = {0};
	struct fact_side population;

	if (ctx->request->setuid_scan && probe_wants(ctx, "image.setuid.programs"))
		layers = image_layers_read(ctx, containers);

	docker_image_list(ctx, containers, depth, &images);
	vec_each(image, &images.list) {
		struct recording recording = {.ctx = ctx,
					      .arena = facts_arena(ctx->facts),
					      .image = image,
					      .containers = containers,
					      .layers = &layers};

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
