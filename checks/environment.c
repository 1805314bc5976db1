#include "checks/environment.h"

#include <ctype.h>
#include <strings.h>

#include "checks/docker_values.h"
#include "checks/redact.h"

#define SHORTEST 4    /* of a secret */
#define NAME_MAX_CUT 4096 /* a longer name is none that a program asks for */

static const char *const truths[] = {"true", "false", "yes", "no", "on", "off", "none", "null", "enabled", "disabled"};
static const char *const places[] = {"file", "path", "dir", "sock"};
static const char *const shared[] = {"gpg", "pgp", "pub", "public"};

#define HAS(list, text, len) has((list), sizeof(list) / sizeof *(list), (text), (len))
static bool has(const char *const *list, size_t count, const char *text, size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && strncasecmp(list[i], text, len) == 0)
			return true;
	return false;
}

/* The last word of a name: of letters and digits. */
static bool names_place(const char *name)
{
	size_t end = strlen(name), begin = end;

	while (begin && isalnum((unsigned char)name[begin - 1]))
		begin--;
	return HAS(places, name + begin, end - begin);
}

static bool names_public(const char *name)
{
	while (*name) {
		size_t len = 0;

		while (isalnum((unsigned char)name[len]))
			len++;
		if (HAS(shared, name, len))
			return true;
		name += len ? len : 1;
	}
	return false;
}

static bool may_be_secret(const char *name, const char *value)
{
	if (strlen(value) < SHORTEST || strcmp(value, name) == 0 || HAS(truths, value, strlen(value)))
		return false;
	return !(value[0] == '/' && names_place(name));
}

static bool holds_secret(const char *name, const char *value)
{
	if (redact_value_is_secret(value))
		return true;
	return redact_name_is_secret(name) && !names_public(name) && may_be_secret(name, value);
}

const char *environment_secret(struct arena *arena, const char *entry)
{
	const char *equals = strchr(entry, '=');
	size_t len = equals ? (size_t)(equals - entry) : 0;
	char name[NAME_MAX_CUT];

	if (len == 0)
		return NULL;
	snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), entry);
	return holds_secret(name, equals + 1) ? text_safe(arena, name, strlen(name)) : NULL;
}

int environment_secrets(struct arena *arena, const json_t *list, struct strings *ret)
{
	struct strings names = {0};
	const json_t *item;
	size_t i;

	if (list && !json_is_null(list) && !json_is_array(list))
		return -1;
	json_array_foreach(list, i, item) {
		const char *entry = json_string_value(item), *name;

		if (!entry)
			return -1;
		name = environment_secret(arena, entry);
		if (name)
			vec_push(arena, &names, name);
	}
	docker_values_unique(&names);
	*ret = names;
	return 0;
}

void environment_convert(struct docker_reading *reading)
{
	struct strings names;

	if (environment_secrets(reading->arena, reading->json, &names) < 0)
		docker_reading_wrong(reading, "a list of texts");
	else
		docker_reading_present(reading, value_strings(names));
}
