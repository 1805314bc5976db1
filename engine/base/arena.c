#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>

#include "base/error.h"

#define ALIGNMENT _Alignof(max_align_t)
#define BLOCK_MIN (16u << 10)
#define BLOCK_MAX (1u << 20)

struct block {
	struct block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) char data[];
};

struct arena {
	struct block *blocks; /* the first one is being filled */
	size_t next_size;
};

struct arena *arena_new(void)
{
	struct arena *arena = calloc(1, sizeof *arena);
	if (!arena)
		out_of_memory();
	arena->next_size = BLOCK_MIN;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	for (struct block *block = arena->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

/* calloc, so that large blocks come zeroed from the kernel without a second pass. */
static struct block *block_new(size_t size)
{
	struct block *block = calloc(1, sizeof *block + size);
	if (!block)
		out_of_memory();
	block->size = size;
	return block;
}

/* An object too big for the rest of the current block. Big ones get a block of their own behind
 * the first, so that the room left in the first is not lost. */
static void *alloc_slow(struct arena *arena, size_t size)
{
	if (size > arena->next_size / 4) {
		struct block *own = block_new(size);
		own->used = size;
		if (arena->blocks) {
			own->next = arena->blocks->next;
			arena->blocks->next = own;
		} else {
			arena->blocks = own;
		}
		return own->data;
	}
	struct block *block = block_new(arena->next_size);
	if (arena->next_size < BLOCK_MAX)
		arena->next_size *= 2;
	block->next = arena->blocks;
	block->used = size;
	arena->blocks = block;
	return block->data;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = size ? (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT : ALIGNMENT;
	struct block *block = arena->blocks;
	if (!block || size > block->size - block->used)
		return alloc_slow(arena, size);
	void *object = block->data + block->used;
	block->used += size;
	return object;
}

void *arena_array(struct arena *arena, size_t item_size, size_t count)
{
	size_t size;
	if (__builtin_mul_overflow(item_size, count, &size))
		out_of_memory();
	return arena_alloc(arena, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	if (len)
		memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	char local[256];
	va_list args, again;
	va_start(args, fmt);
	va_copy(again, args);
	int len = vsnprintf(local, sizeof local, fmt, args);
	char *text;
	if (len < 0) {
		text = arena_strdup(arena, "");
	} else if ((size_t)len < sizeof local) {
		text = arena_strndup(arena, local, (size_t)len);
	} else {
		text = arena_alloc(arena, (size_t)len + 1);
		vsnprintf(text, (size_t)len + 1, fmt, again);
	}
	va_end(again);
	va_end(args);
	return text;
}
