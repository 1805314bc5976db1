/* Memory that lives as long as a phase (definitions, facts, findings).
 *
 * Objects are not freed one by one; arena_free ends them all. A pointer may go
 * to an arena that lives longer, never shorter. Allocation never fails: out of
 * memory ends the process (base/error.h). */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */
static inline void arena_cleanup(struct arena **arena) { arena_free(*arena); }

/* Zeroed, aligned for any type. O(1) amortised. */
void *arena_alloc(struct arena *arena, size_t size);
/* The same for `count` items; a product that overflows is out of memory. */
void *arena_array(struct arena *arena, size_t item_size, size_t count);
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *fmt, ...) _printf_(2, 3);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_array((arena), sizeof(type), (count)))

/* A growing array in an arena: `VEC(struct rule *) rules = {0}; vec_push(a, &rules, r);`.
 * A struct that is passed about is given a name: `struct strings VEC_BODY(const char *);`. */
#define VEC_BODY(type) { type *items; size_t count; size_t capacity; }
#define VEC(type) struct VEC_BODY(type)

/* Grow so that one more item fits; the old block stays in the arena. */
void *vec_grow(struct arena *arena, void *items, size_t item_size, size_t count, size_t *capacity);

#define vec_push(arena, vec, item)                                                                 \
	do {                                                                                       \
		if ((vec)->count == (vec)->capacity)                                               \
			(vec)->items = vec_grow((arena), (vec)->items, sizeof *(vec)->items,       \
						(vec)->count, &(vec)->capacity);                   \
		(vec)->items[(vec)->count++] = (item);                                             \
	} while (0)

#define vec_each(ptr, vec)                                                                         \
	for (__auto_type ptr = (vec)->items;                                                       \
	     ptr && ptr < (vec)->items + (vec)->count; ptr++)

#endif
