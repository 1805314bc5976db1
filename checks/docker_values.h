/* Values out of the JSON that Docker Engine writes, over its API and into its data root.
 *
 * Every text that comes out is safe and in the arena. Go writes an empty list or object as null
 * or leaves it out. */
#ifndef CHECKS_DOCKER_VALUES_H
#define CHECKS_DOCKER_VALUES_H

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* Scope cleanup: `_cleanup_(docker_values_drop) json_t *document = NULL;`. */
static inline void docker_values_drop(json_t **document)
{
	json_decref(*document);
}

/* The value at a path of keys with dots between them, NULL when something on the way is missing
 * or no object. Borrowed. */
const json_t *docker_values_at(const json_t *document, const char *path);

/* A whole number, also one written as a real; what does not fit is the nearest that does. False
 * for anything else. */
bool docker_values_int(const json_t *number, int64_t *ret);

/* A string, or NULL for anything else. A NUL inside becomes a visible escape. */
const char *docker_values_text(struct arena *arena, const json_t *string);

/* The strings of a list, or the keys of an object, sorted and each once. NULL or null are none.
 * -1 for any other type, or when an item of the list is no string. */
int docker_values_texts(struct arena *arena, const json_t *list, struct strings *ret);
int docker_values_keys(struct arena *arena, const json_t *object, struct strings *ret);

/* Names of NAME=value strings in a list, sorted and each once; values are never copied.
 * Otherwise as docker_values_texts. */
int docker_values_names(struct arena *arena, const json_t *list, struct strings *ret);

/* Sort, and keep each text once. O(n log n): lists come from images that anybody made. */
void docker_values_unique(struct strings *texts);

/* Does text hold 64 lower case hexadecimal digits and nothing else: an id of a container, or of
 * an image behind "sha256:"? */
bool docker_values_is_id(const char *text);

/* Is a health check configured: Config.Healthcheck names a test, and not NONE? -1: no such
 * object (what is null or left out is none). */
int docker_values_has_health_check(const json_t *health_check);

/* A user as a configuration states it: "" is "0", everything else stays as it is. NULL when it
 * is no string. */
const char *docker_values_user(struct arena *arena, const json_t *user);

#endif
