#include "base/text.h"

bool strings_has(const struct strings *set, const char *text)
{
	for (size_t i = 0; i < set->count; i++)
		if (strcmp(set->items[i], text) == 0)
			return true;
	return false;
}

void strings_add_unique(struct arena *arena, struct strings *set, const char *text)
{
	if (!strings_has(set, text))
		vec_push(arena, set, text);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void strings_sort(struct strings *set)
{
	if (set->count > 1)
		qsort(set->items, set->count, sizeof *set->items, compare);
}
