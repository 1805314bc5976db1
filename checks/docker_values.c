#include "checks/docker_values.h"

#include <math.h>

#define KEY_MAX 64 /* of one key in a path that this program's own tables name */

const json_t *docker_values_at(const json_t *document, const char *path)
{
	while (document && *path) {
		char key[KEY_MAX];
		size_t len = strcspn(path, ".");

		if (len >= sizeof key)
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		document = json_object_get(document, key);
		path += path[len] ? len + 1 : len;
	}
	return document;
}

bool docker_values_int(const json_t *number, int64_t *ret)
{
	if (json_is_integer(number)) {
		*ret = json_integer_value(number);
		return true;
	}
	if (!json_is_real(number) || isnan(json_real_value(number)))
		return false;
	/* INT64_MAX is no double: the nearest is 2^63, which does not fit. */
	if (json_real_value(number) >= 0x1p63)
		*ret = INT64_MAX;
	else if (json_real_value(number) < -0x1p63)
		*ret = INT64_MIN;
	else
		*ret = (int64_t)json_real_value(number);
	return true;
}

const char *docker_values_text(struct arena *arena, const json_t *string)
{
	if (!json_is_string(string))
		return NULL;
	return text_safe(arena, json_string_value(string), json_string_length(string));
}

void docker_values_unique(struct strings *texts)
{
	size_t kept = 0;

	strings_sort(texts);
	for (size_t i = 0; i < texts->count; i++)
		if (kept == 0 || strcmp(texts->items[kept - 1], texts->items[i]) != 0)
			texts->items[kept++] = texts->items[i];
	texts->count = kept;
}

static bool is_none(const json_t *json)
{
	return !json || json_is_null(json);
}

int docker_values_texts(struct arena *arena, const json_t *list, struct strings *ret)
{
	struct strings texts = {0};
	const json_t *item;
	size_t i;

	if (!is_none(list) && !json_is_array(list))
		return -1;
	json_array_foreach(list, i, item) {
		const char *text = docker_values_text(arena, item);

		if (!text)
			return -1;
		vec_push(arena, &texts, text);
	}
	docker_values_unique(&texts);
	*ret = texts;
	return 0;
}

int docker_values_keys(struct arena *arena, const json_t *object, struct strings *ret)
{
	struct strings keys = {0};
	const char *key;
	json_t *item;

	if (!is_none(object) && !json_is_object(object))
		return -1;
	json_object_foreach((json_t *)object, key, item)
		vec_push(arena, &keys, text_safe(arena, key, strlen(key)));
	docker_values_unique(&keys);
	*ret = keys;
	return 0;
}

int docker_values_names(struct arena *arena, const json_t *list, struct strings *ret)
{
	struct strings names = {0};
	const json_t *item;
	size_t i;

	if (!is_none(list) && !json_is_array(list))
		return -1;
	json_array_foreach(list, i, item) {
		const char *text = json_string_value(item);

		if (!text)
			return -1;
		vec_push(arena, &names, text_safe(arena, text, strcspn(text, "=")));
	}
	docker_values_unique(&names);
	*ret = names;
	return 0;
}

bool docker_values_is_id(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

int docker_values_has_health_check(const json_t *health_check)
{
	const json_t *test = json_object_get(health_check, "Test");
	const char *first = json_string_value(json_array_get(test, 0));

	if (is_none(health_check))
		return 0;
	if (!json_is_object(health_check) || (!is_none(test) && !json_is_array(test)))
		return -1;
	if (json_array_size(test) == 0)
		return 0;
	return first ? strcmp(first, "NONE") != 0 : -1;
}

const char *docker_values_user(struct arena *arena, const json_t *user)
{
	const char *text = is_none(user) ? "" : docker_values_text(arena, user);

	return text && !*text ? "0" : text;
}
