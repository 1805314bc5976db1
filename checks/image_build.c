#include "checks/image_build.h"

#include "checks/build_packages.h"
#include "checks/build_secrets.h"

static void add_findings(struct arena *arena, const char *where, const struct build_step *step, struct image_build *build)
{
	const char *update = build_packages_lone_update(step);
	struct strings unverified = {0};

	if (update)
		vec_push(arena, &build->lone_updates, arena_printf(arena, "%s: %s", where, update));
	build_packages_unverified(arena, step, &unverified);
	vec_each(found, &unverified)
		vec_push(arena, &build->unverified, arena_printf(arena, "%s: %s", where, *found));
	build_secrets_step(arena, where, step, &build->secrets);
}

static void take_step(struct arena *arena, const struct docker_image_step *from, const char *where, struct image_build *build)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct build_step step;

	build_step_parse(scratch, from->created_by, &step);
	add_findings(arena, where, &step, build);
	if (step.kind == BUILD_STEP_RUN)
		build->run_steps++;
	if (step.kind == BUILD_STEP_UNTOLD && !build->untold)
		build->untold = arena_printf(arena, "%s of its history does not say what it did", where);
}

/* One step without a time leaves the age open: it may be the base. */
static int64_t oldest_of(const struct docker_image_steps *steps)
{
	int64_t oldest = 0;

	vec_each(step, steps) {
		if (step->created == 0)
			return 0;
		if (oldest == 0 || step->created < oldest)
			oldest = step->created;
	}
	return oldest;
}

int image_build_read(struct arena *arena, const struct docker_image *image, struct image_build *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct image_build build = {.secrets = {.type = VALUE_RECORDS}};
	struct docker_image_steps steps = {0};

	if (docker_image_steps(scratch, image, &steps) < 0)
		return error_set(err, ERROR_MALFORMED, "what stands there is not a list of steps");
	if (steps.count > IMAGE_BUILD_STEPS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d steps", IMAGE_BUILD_STEPS_MAX);
	if (steps.count == 0)
		build.untold = "it has no history";
	for (size_t i = 0; i < steps.count; i++)
		take_step(arena, &steps.items[i], arena_printf(arena, "step %zu", i + 1), &build);
	build.oldest = oldest_of(&steps);
	*ret = build;
	return 0;
}

/* ---- configuration --------------------------------------------------------------------------------------- */

static int take_entries(struct arena *arena, const json_t *list, struct image_build *build)
{
	struct strings unverified = {0};
	const json_t *item;
	size_t i;

	if (list && !json_is_null(list) && !json_is_array(list))
		return -1;
	json_array_foreach(list, i, item) {
		if (!json_is_string(item))
			return -1;
		build_secrets_entry(arena, "environment", json_string_value(item), &build->secrets);
		build_packages_assignment(arena, json_string_value(item), &unverified);
	}
	vec_each(found, &unverified)
		vec_push(arena, &build->unverified, arena_printf(arena, "environment: %s", *found));
	return 0;
}

static int take_labels(struct arena *arena, const json_t *labels, struct value *ret)
{
	const char *key;
	json_t *item;

	if (labels && !json_is_null(labels) && !json_is_object(labels))
		return -1;
	json_object_foreach((json_t *)labels, key, item) {
		const char *value = json_string_value(item);
		struct buf entry = {0};

		if (!value)
			return -1;
		buf_printf(&entry, "%s=%s", key, value);
		build_secrets_entry(arena, "labels", entry.data, ret);
		explicit_bzero(entry.data, entry.len);
		buf_done(&entry);
	}
	return 0;
}

/* As a shell would be given it: options and their words, or one text for a shell. */
static int take_words(struct arena *arena, const char *where, const json_t *list, struct value *ret)
{
	struct buf text = {0};
	const json_t *item;
	size_t i;

	if (list && !json_is_null(list) && !json_is_array(list))
		return -1;
	json_array_foreach(list, i, item) {
		const char *word = json_string_value(item);

		if (word && text.len + strlen(word) < BUILD_STEP_MAX)
			buf_printf(&text, "%s ", word);
	}
	if (text.data) {
		build_secrets_text(arena, where, text.data, ret);
		explicit_bzero(text.data, text.len);
	}
	buf_done(&text);
	return 0;
}

int image_build_config(struct arena *arena, const json_t *config, struct image_build *build)
{
	struct value *secrets = &build->secrets;

	if (take_entries(arena, json_object_get(config, "Env"), build) < 0 ||
	    take_labels(arena, json_object_get(config, "Labels"), secrets) < 0 ||
	    take_words(arena, "command", json_object_get(config, "Cmd"), secrets) < 0)
		return -1;
	return take_words(arena, "entrypoint", json_object_get(config, "Entrypoint"), secrets);
}
