#include "checks/docker_image.h"

#include "checks/docker_imagestore.h"
#include "checks/docker_time.h"
#include "checks/docker_values.h"
#include "checks/redact.h"

#define NONE "<none>:<none>" /* how older engines write "no tag" */

static void take_tags(struct arena *arena, const json_t *item, struct docker_image *image)
{
	struct strings tags = {0};
	size_t kept = 0;

	docker_values_texts(arena, json_object_get(item, "RepoTags"), &tags);
	vec_each(tag, &tags)
		if (strcmp(*tag, NONE) != 0)
			tags.items[kept++] = *tag;
	tags.count = kept;
	image->tags = tags;
}

static int take_list(struct arena *arena, const json_t *answer, struct docker_images *images,
		     struct error *err)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(answer))
		return error_set(err, ERROR_MALFORMED, "the answer to /images/json is no list");
	json_array_foreach(answer, i, item) {
		const char *id = docker_values_text(arena, json_object_get(item, "Id"));
		struct docker_image image = {.id = id, .from_api = true};

		if (!id || !text_starts(id, "sha256:") ||
		    !docker_values_is_id(id + strlen("sha256:")))
			return error_set(err, ERROR_MALFORMED,
					 "the list of images holds what is no image id");
		take_tags(arena, item, &image);
		vec_push(arena, &images->list, image);
	}
	return 0;
}

struct asking {
	struct arena *arena;
	struct docker_images *images;
	bool history;
};

static void take_answer(void *data, size_t index, json_t *document, const struct error *err)
{
	struct asking *asking = data;
	struct docker_image *image = &asking->images->list.items[index];
	const char *reason = NULL;

	if (!document)
		reason = text_safe(asking->arena, err->text, strlen(err->text));
	if (!document && err->code == ERROR_NOT_FOUND)
		image->gone = true;
	if (asking->history) {
		image->history = json_incref(document);
		image->history_reason = reason;
	} else {
		image->document = json_incref(document);
		image->reason = reason;
	}
}

/* One question about every image. */
static int ask_each(struct probe_context *ctx, struct docker_daemon *daemon, struct asking *asking,
		    struct error *err)
{
	struct docker_images *images = asking->images;
	const char **paths = ARENA_ARRAY(asking->arena, const char *, images->list.count + 1);
	const char *what = asking->history ? "history" : "json";

	for (size_t i = 0; i < images->list.count; i++) {
		struct docker_image *image = &images->list.items[i];
		const char *id = docker_inventory_short_id(asking->arena,
							   image->id + strlen("sha256:"));
		const char *origin = arena_printf(asking->arena, "GET /images/%s/%s", id, what);

		paths[i] = arena_printf(asking->arena, "/images/%s/%s", image->id, what);
		*(asking->history ? &image->history_origin : &image->origin) = origin;
	}
	if (images->list.count == 0)
		return 0;
	return docker_get_all(ctx, daemon, paths, images->list.count, take_answer, asking, err);
}

static int list_from_api(struct probe_context *ctx, struct docker_daemon *daemon,
			 enum docker_image_depth depth, struct docker_images *images, struct error *err)
{
	_cleanup_(docker_values_drop) json_t *answer = NULL;
	struct asking asking = {facts_arena(ctx->facts), images, false};

	if (!daemon->process)
		return error_set(err, ERROR_UNSUPPORTED, "no engine runs in a tree at rest");
	if (docker_get(ctx, daemon, "/images/json", &answer, err) < 0 ||
	    take_list(asking.arena, answer, images, err) < 0 ||
	    (depth >= DOCKER_IMAGE_DOCUMENTS && ask_each(ctx, daemon, &asking, err) < 0))
		return -1;
	asking.history = true;
	return depth >= DOCKER_IMAGE_HISTORIES ? ask_each(ctx, daemon, &asking, err) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct docker_image *x = a, *y = b;

	return strcmp(x->id, y->id);
}

void docker_image_list(struct probe_context *ctx, const struct docker_list *containers,
		       enum docker_image_depth depth, struct docker_images *ret)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error api = {0}, store = {0};

	*ret = (struct docker_images){.state = FACT_PRESENT};
	if (list_from_api(ctx, containers->daemon, depth, ret, &api) == 0) {
		ret->origin = "GET /images/json";
	} else {
		const char *reason = text_safe(arena, api.text, strlen(api.text));

		docker_image_done(ret);
		ret->origin = arena_printf(arena, "%s/image (the API does not answer: %s)",
					   containers->daemon->data_root, reason);
		if (docker_imagestore_read(ctx, containers, ret, &store) < 0) {
			docker_image_done(ret);
			ret->state = FACT_UNREADABLE;
			ret->origin = arena_printf(arena, "GET /images/json, %s/image",
						   containers->daemon->data_root);
			ret->reason = arena_printf(
				arena, "%s; %s", reason,
				text_safe(arena, store.text, strlen(store.text)));
		} else if (containers->daemon->data_root_reason) {
			ret->state = FACT_UNREADABLE;
			ret->reason = containers->daemon->data_root_reason;
		}
	}
	if (ret->list.count > 1)
		qsort(ret->list.items, ret->list.count, sizeof *ret->list.items, compare);
}

void docker_image_done(struct docker_images *images)
{
	vec_each(image, &images->list) {
		json_decref(image->document);
		json_decref(image->history);
	}
	images->list.count = 0;
}

/* "ADD src dst # buildkit" of BuildKit, "/bin/sh -c #(nop) ADD file:HASH in /dst" of the classic
 * builder. */
static const char *add_step(struct arena *arena, const char *step)
{
	const char *nop = strstr(step, "#(nop)");
	char *words;
	size_t len;

	if (nop)
		step = nop + strlen("#(nop)");
	step += strspn(step, " \t");
	if (!text_starts(step, "ADD "))
		return NULL;
	len = strlen(step);
	if (text_ends(step, "# buildkit"))
		len -= strlen("# buildkit");
	while (len > 0 && step[len - 1] == ' ')
		len--;
	words = arena_strndup(arena, step, len);
	return redact_urls(arena, words);
}

/* The API has seconds, the store a text; the API answers with the newest first. */
static struct docker_image_step step_of(const struct docker_image *image, const json_t *step)
{
	const char *text = json_string_value(json_object_get(step, image->from_api ? "CreatedBy" : "created_by"));
	const json_t *created = json_object_get(step, image->from_api ? "Created" : "created");

	return (struct docker_image_step){text ? text : "", docker_time_of(created)};
}

int docker_image_steps(struct arena *arena, const struct docker_image *image, struct docker_image_steps *ret)
{
	size_t count = json_array_size(image->history);
	struct docker_image_steps steps = {0};

	if (image->history && !json_is_null(image->history) && !json_is_array(image->history))
		return -1;
	for (size_t i = 0; i < count; i++) {
		const json_t *json = json_array_get(image->history, image->from_api ? count - 1 - i : i);
		struct docker_image_step step = step_of(image, json);

		if (!json_is_object(json))
			return -1;
		vec_push(arena, &steps, step);
	}
	*ret = steps;
	return 0;
}

int docker_image_added(struct arena *arena, const struct docker_image *image, struct strings *ret)
{
	struct docker_image_steps steps = {0};
	struct strings added = {0};

	if (docker_image_steps(arena, image, &steps) < 0)
		return -1;
	for (size_t i = 1; i < steps.count; i++) {
		const char *text = steps.items[i].created_by;
		const char *add = add_step(arena, text_safe(arena, text, strlen(text)));

		if (add)
			vec_push(arena, &added, add);
	}
	docker_values_unique(&added);
	*ret = added;
	return 0;
}
