#include "checks/docker_current.h"

#include "checks/docker_image.h"
#include "checks/docker_values.h"

#define SHA256 "sha256:"

/* The images of one daemon by their names. */
struct docker_current {
	struct strmap *ids; /* familiar name → id */
	enum fact_state state;
	const char *origin;
	const char *reason;
};

static const char *without(const char *text, const char *prefix)
{
	return text_starts(text, prefix) ? text + strlen(prefix) : text;
}

const char *docker_current_familiar(struct arena *arena, const char *reference)
{
	const char *name, *slash;

	if (strchr(reference, '@'))
		return NULL;
	name = without(without(reference, "index."), "docker.io/");
	name = without(name, "library/");
	slash = strrchr(name, '/');
	return strchr(slash ?: name, ':') ? name : arena_printf(arena, "%s:latest", name);
}

static const struct docker_current *current_of(struct probe_context *ctx, struct docker_list *list)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct docker_images images;
	struct docker_current *current = list->current;

	if (current)
		return current;
	current = list->current = ARENA_NEW(arena, struct docker_current);
	docker_image_list(ctx, list, DOCKER_IMAGE_NAMES, &images);
	*current = (struct docker_current){strmap_new(arena), images.state, images.origin, images.reason};
	vec_each(image, &images.list)
		vec_each(tag, &image->tags) {
			const char *name = docker_current_familiar(arena, *tag);

			if (name)
				strmap_put(current->ids, name, (void *)image->id);
		}
	docker_image_done(&images);
	return current;
}

/* The engine takes a name before the beginning of an id (moby daemon/images GetImage). */
static bool is_id(const struct docker_current *current, const char *name, const char *reference, const char *id)
{
	return text_starts(reference, SHA256) || (!strmap_get(current->ids, name) && text_starts(without(id, SHA256), reference));
}

static void compare(struct docker_reading *reading, const char *reference, const char *id)
{
	const struct docker_current *current = current_of(reading->ctx, reading->container->list);
	const char *name = docker_current_familiar(reading->arena, reference);
	const char *now;

	if (!name || is_id(current, name, reference, id)) {
		docker_reading_missing(reading, FACT_ABSENT, "it was made by a digest or an id");
		return;
	}
	reading->side->origin = arena_printf(reading->arena, "%s, %s", reading->side->origin, current->origin);
	if (current->state != FACT_PRESENT) {
		docker_reading_missing(reading, current->state, current->reason);
		return;
	}
	now = strmap_get(current->ids, name);
	docker_reading_present(reading, value_bool(now && strcmp(now, id) == 0));
	if (!now)
		docker_reading_note(reading, arena_printf(reading->arena, "no image has the name %s any more", name));
	else if (strcmp(now, id) != 0)
		docker_reading_note(reading, arena_printf(reading->arena, "%s is %s now", name, now));
}

void docker_current_convert(struct docker_reading *reading)
{
	const char *reference = reading->json ? docker_values_text(reading->arena, reading->json) : NULL;
	const json_t *json;
	const char *id;

	if (!docker_reading_need(reading, "Image", &json))
		return;
	id = json ? docker_values_text(reading->arena, json) : NULL;
	if (reference && *reference && id && *id)
		compare(reading, reference, id);
	else
		docker_reading_wrong(reading, "an image reference");
}
