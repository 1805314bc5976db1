/* Images and containers of all engines of the host that nobody uses any more. */
#include "checks/docker_dataroot.h"
#include "checks/docker_image.h"
#include "checks/docker_time.h"
#include "checks/docker_values.h"

#define NAMES_NOTED 20

static const struct fact_decl facts[] = {
	{.name = "docker.images.unused",
	 .type = VALUE_INT,
	 .scope = SCOPE_HOST,
	 .about = "images of all engines that no container was made from, running or not",
	 .source = "image list Id, container list ImageID"},
	{.name = "docker.containers.stopped",
	 .type = VALUE_INT,
	 .scope = SCOPE_HOST,
	 .about = "containers of all engines that ended or were never started",
	 .source = "container list State"},
	{.name = "docker.containers.stopped_days",
	 .type = VALUE_INT,
	 .scope = SCOPE_HOST,
	 .unit = "days",
	 .about = "time for which one of them has been so at the longest; absent without any",
	 .source = "inspect State.FinishedAt, Created",
	 .unstable = true},
	{0},
};

/* How many were found, and what keeps that from being all. */
struct tally {
	struct probe_context *ctx;
	struct arena *arena;
	size_t count;
	struct strings names; /* of the first */
	int64_t days;         /* the most */
	const char *origin;
	const char *reason;      /* why the count is not known */
	const char *days_reason; /* why the days are not */
};

static void add(struct tally *tally, const char *name)
{
	tally->count++;
	if (tally->names.count < NAMES_NOTED)
		vec_push(tally->arena, &tally->names, name);
}

static struct fact_side tally_side(const struct tally *tally)
{
	struct value names = value_strings(tally->names);
	struct fact_side side;

	if (tally->reason)
		return side_missing(FACT_UNREADABLE, tally->origin, tally->reason);
	side = side_present(value_int((int64_t)tally->count), tally->origin);
	if (tally->count)
		vec_push(tally->arena, &side.notes,
			 arena_printf(tally->arena, "%s%s", tally->count > NAMES_NOTED ? "among them " : "",
				      value_display(tally->arena, &names, 2048)));
	return side;
}

static void put(struct tally *tally, const char *fact, struct fact_side side)
{
	if (probe_wants(tally->ctx, fact))
		probe_put(tally->ctx, facts_host(tally->ctx->facts), fact, NULL, SIDE_PLAIN, side);
}

/* ---- images ------------------------------------------------------------------------------------------------ */

static bool is_used(const struct docker_list *list, const struct docker_image *image, const char **ret_reason)
{
	vec_each(container, &list->containers) {
		if (!container->image_id)
			*ret_reason = "a container's image cannot be read";
		else if (strcmp(container->image_id, image->id) == 0)
			return true;
	}
	return false;
}

static void count_images(struct tally *tally, const struct docker_list *list)
{
	struct docker_images images;

	docker_image_list(tally->ctx, list, DOCKER_IMAGE_NAMES, &images);
	tally->origin = images.origin;
	if (images.state != FACT_PRESENT)
		tally->reason = images.reason;
	if (list->state != FACT_PRESENT)
		tally->reason = list->reason;
	vec_each(image, &images.list) {
		const char *id = image->id + strlen("sha256:");

		if (!is_used(list, image, &tally->reason))
			add(tally, image->tags.count ? image->tags.items[0] : docker_inventory_short_id(tally->arena, id));
	}
	docker_image_done(&images);
}

/* ---- containers -------------------------------------------------------------------------------------------- */

static int load(struct tally *tally, const struct docker_list *list, const struct docker_listed *container, json_t **ret,
		struct error *err)
{
	if (container->folder)
		return docker_dataroot_load(tally->ctx->host, arena_printf(tally->arena, "%s/config.v2.json", container->folder), ret, err);
	return docker_get(tally->ctx, list->daemon, arena_printf(tally->arena, "/containers/%s/json", container->id), ret, err);
}

/* Since it ended, or was made when it never ran. Both are at the same places in both documents. */
static void take_days(struct tally *tally, const struct docker_list *list, const struct docker_listed *container)
{
	_cleanup_(docker_values_drop) json_t *document = NULL;
	struct error err = {0};
	int64_t since = 0, days;

	if (load(tally, list, container, &document, &err) < 0) {
		if (err.code != ERROR_NOT_FOUND)
			tally->days_reason = text_safe(tally->arena, err.text, strlen(err.text));
		return;
	}
	since = docker_time_of(docker_values_at(document, "State.FinishedAt"));
	if (since == 0)
		since = docker_time_of(json_object_get(document, "Created"));
	if (since == 0)
		tally->days_reason = arena_printf(tally->arena, "%s does not say since when", container->name);
	days = docker_time_days(since, host_now(tally->ctx->host));
	if (since && days > tally->days)
		tally->days = days;
}

static void count_containers(struct tally *tally, const struct docker_list *list)
{
	tally->origin = list->origin;
	if (list->state != FACT_PRESENT)
		tally->reason = list->reason;
	vec_each(container, &list->containers) {
		if (container->activity == DOCKER_ACTIVITY_UNKNOWN)
			tally->reason = arena_printf(tally->arena, "the state of %s cannot be read", container->name);
		if (container->activity != DOCKER_ACTIVITY_STOPPED)
			continue;
		add(tally, container->name);
		if (probe_wants(tally->ctx, "docker.containers.stopped_days"))
			take_days(tally, list, container);
	}
}

static struct fact_side days_side(const struct tally *tally)
{
	const char *reason = tally->reason ? tally->reason : tally->days_reason;

	if (reason)
		return side_missing(FACT_UNREADABLE, tally->origin, reason);
	if (tally->count == 0)
		return side_missing(FACT_ABSENT, tally->origin, "no container has stopped");
	return side_present(value_int(tally->days), tally->origin);
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	const struct docker_inventory *inventory = probe_service(ctx, &docker_inventory_service);
	struct tally images = {.ctx = ctx, .arena = facts_arena(ctx->facts)}, containers = images;
	bool none = inventory->lists.count == 0;

	vec_each(list, &inventory->lists) {
		if (probe_wants(ctx, "docker.images.unused"))
			count_images(&images, list);
		count_containers(&containers, list);
	}
	if (!none && !inventory->daemons_known)
		images.reason = containers.reason = inventory->reason;
	/* No engine: nothing is counted where something may be, and there is nothing to ask where there is none. */
	struct fact_side nothing = side_missing(inventory->state == FACT_PRESENT ? FACT_ABSENT : inventory->state, inventory->origin,
						inventory->reason ? inventory->reason : "no engine runs");
	put(&images, "docker.images.unused", none ? nothing : tally_side(&images));
	put(&containers, "docker.containers.stopped", none ? nothing : tally_side(&containers));
	put(&containers, "docker.containers.stopped_days", none ? nothing : days_side(&containers));
	return 0;
}

const struct probe probe_leftovers = {
	.name = "leftovers",
	.about = "unused images and stopped containers",
	.facts = facts,
	.collect = collect,
};
