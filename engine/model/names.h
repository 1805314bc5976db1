/* Enum-to-text tables made from X-macros, and the way back. */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define NAMES_COUNT(names) (sizeof(names) / sizeof *(names))

/* Index of `name` in a table that may have holes (NULL), or -1. */
static inline int names_find(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++)
		if (names[i] && strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

/* The table's text; "?" beyond its end or in a hole, so that a message never has a NULL. */
static inline const char *names_at(const char *const *names, size_t count, size_t index)
{
	return index < count && names[index] ? names[index] : "?";
}

#endif
