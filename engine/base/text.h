/* Text: growing buffers, safe strings, small predicates, suggestions. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* A growing, NUL-terminated buffer on the heap. Zero-initialise; done with buf_done. */
struct buf {
	char *data; /* NULL while empty */
	size_t len;
	size_t capacity;
};
void buf_add(struct buf *buf, const char *bytes, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *fmt, ...) _printf_(2, 3);
void buf_done(struct buf *buf);

/* Text from outside made safe once, on entry: invalid UTF-8, C0/C1 control
 * characters (tab and newline too), DEL, bidi controls (U+202A–E, U+2066–9, U+200E/F, U+061C), line and
 * paragraph separators, U+FEFF and U+FFFE/F (no XML characters) become a visible escape `\xHH` or `\u{HHHH}`; a backslash
 * stays as it is. Everything else is copied. A result over TEXT_SAFE_MAX bytes is cut so that it fits with
 * a trailing "…". Safe text comes back unchanged. */
#define TEXT_SAFE_MAX 65536
const char *text_safe(struct arena *arena, const char *bytes, size_t len);

bool text_starts(const char *text, const char *prefix);
bool text_ends(const char *text, const char *suffix);
bool text_eq(const char *a, const char *b); /* NULL equals only NULL */

/* The whole text as a decimal (or with `base` 8) number. Returns false on anything else or overflow. */
bool text_to_int(const char *text, int base, int64_t *ret);

/* The candidate nearest to `word` by Damerau-Levenshtein distance, or NULL when none is
 * close (distance > max(1, len/3)). Ties: the first. Powers every "did you mean". */
const char *text_nearest(const char *word, const char *const *candidates, size_t count);

/* A set of strings in order of insertion. Plain data. */
struct strings VEC_BODY(const char *);
bool strings_has(const struct strings *set, const char *text);
void strings_add_unique(struct arena *arena, struct strings *set, const char *text);
void strings_sort(struct strings *set); /* by strcmp */

/* String-keyed hash map in an arena; keys are borrowed. Iteration goes in order of insertion. */
struct strmap;
struct strmap *strmap_new(struct arena *arena);
void *strmap_get(const struct strmap *map, const char *key); /* NULL when missing */
void strmap_put(struct strmap *map, const char *key, void *item); /* replaces */
size_t strmap_count(const struct strmap *map);
const char *strmap_key_at(const struct strmap *map, size_t index);
void *strmap_item_at(const struct strmap *map, size_t index);

#endif
