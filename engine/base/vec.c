#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

void *vec_grow(struct arena *arena, void *items, size_t item_size, size_t count, size_t *capacity)
{
	size_t bigger = *capacity ? *capacity : 2;
	if (__builtin_mul_overflow(bigger, (size_t)2, &bigger))
		out_of_memory();
	void *copy = arena_array(arena, item_size, bigger);
	if (count)
		memcpy(copy, items, item_size * count);
	*capacity = bigger;
	return copy;
}
