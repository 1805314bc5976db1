/* Typed values: what facts hold and what rules compare. Plain data in an arena. */
#ifndef MODEL_VALUE_H
#define MODEL_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* X(ENUM, "name in files", one line of meaning) */
#define VALUE_TYPES(X)                                                                             \
	X(BOOL, "bool", "true or false")                                                           \
	X(INT, "int", "a signed 64-bit whole number")                                              \
	X(STRING, "string", "text")                                                                \
	X(STRINGS, "strings", "a list of texts; order carries no meaning")                         \
	X(MODE, "mode", "permission bits 0000 to 7777, written as a quoted octal")                 \
	X(SIZE, "size", "bytes; written as a number with B, KiB, MiB, GiB or TiB, or unlimited")   \
	X(DURATION, "duration", "milliseconds; written as a number with ms, s, m, h or d")         \
	X(VERSION, "version", "dotted numbers, compared part by part")                             \
	X(MAP, "map", "texts by name")                                                             \
	X(RECORDS, "records", "a list of rows with named, typed fields")

enum value_type {
	VALUE_UNSET = 0, /* only in the declaration of settings, whose rule gives the type */
#define X(e, n, m) VALUE_##e,
	VALUE_TYPES(X)
#undef X
	VALUE_TYPE_COUNT
};

const char *value_type_name(enum value_type type);
bool value_type_from_name(const char *name, enum value_type *ret);

#define VALUE_UNLIMITED INT64_MAX /* a SIZE or INT without bound: memory.max "max", pids 0 */

struct value;

struct pair {
	const char *key;
	const char *text;
};
struct pairs VEC_BODY(struct pair); /* in order of insertion; keys are unique */

struct field {
	const char *name;
	struct value *value; /* NULL: this row has no such field */
};
struct record VEC_BODY(struct field);
struct records VEC_BODY(struct record);

struct value {
	enum value_type type;
	union {
		bool boolean;
		int64_t integer;        /* INT, MODE, SIZE, DURATION */
		const char *string;     /* STRING, VERSION */
		struct strings strings;
		struct pairs map;
		struct records records;
	};
};

/* A field of RECORDS, as a fact declares it. Terminated by a NULL name. */
struct field_decl {
	const char *name;
	enum value_type type; /* never MAP or RECORDS */
	const char *about;
};

struct value value_bool(bool boolean);
struct value value_int(int64_t integer);
struct value value_typed_int(enum value_type type, int64_t integer); /* MODE, SIZE, DURATION */
struct value value_string(const char *text);                         /* borrowed */
struct value value_version(const char *text);                        /* borrowed */
struct value value_strings(struct strings strings);

const struct value *record_get(const struct record *record, const char *name); /* NULL when missing */
void record_set(struct arena *arena, struct record *record, const char *name, struct value value);
const char *map_get(const struct value *map, const char *key); /* NULL when missing */
void map_set(struct arena *arena, struct value *map, const char *key, const char *text);

/* Equal in type and content; STRINGS as sets; VERSION by version_compare. */
bool value_equal(const struct value *a, const struct value *b);

/* One line for a person: true, 3, docker, [a, b], 0644, 64 MiB, 30 s, unlimited, {k=v}, 2 rows; an empty text is "". Amounts are
 * exact: 1000 B, not 0.98 KiB. Cut at `max` bytes with "…" (0: not). */
const char *value_display(struct arena *arena, const struct value *value, size_t max);
/* The same, uncut, added to a text. */
void value_show(struct buf *buf, const struct value *value);

/* Parse a scalar as a rule file or an outside source writes it: bool true/false, int, mode "0660", size "64MiB",
 * duration "30s" or "1m30s", version; a blank may stand before a unit, so what value_display shows is read back. K, M and MB are
 * refused: programs differ on them. STRING takes the text as it is. ERROR_MALFORMED says what is expected. Text is borrowed. */
int value_parse(enum value_type type, const char *text, struct value *ret, struct error *err);

/* JSON: MODE as "0644", SIZE/DURATION/INT as integers ("unlimited" for VALUE_UNLIMITED), RECORDS as a list of objects.
 * value_to_json returns a new reference, NULL for text that is not UTF-8. value_from_json copies into the arena and makes texts
 * safe; `fields` for RECORDS, else NULL; RECORDS without it take the types that show. The error says where inside the value. */
json_t *value_to_json(const struct value *value);
int value_from_json(struct arena *arena, enum value_type type, const struct field_decl *fields, const json_t *json,
		    struct value *ret, struct error *err);

#endif
