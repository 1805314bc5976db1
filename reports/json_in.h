/* Reading our own JSON back from whoever hands it in: tables of members, errors with the place,
 * caps. */
#ifndef REPORTS_JSON_IN_H
#define REPORTS_JSON_IN_H

#include <jansson.h>
#include <stdio.h>

#include "base/text.h"

/* Where we are, from the inside out; frames live on the C stack of the readers. */
struct json_in_frame {
	const struct json_in_frame *up;
	const char *key; /* NULL: the item `index` of a list */
	size_t index;
};

struct json_in {
	struct arena *arena; /* for everything that is kept */
	struct error *err;
	const struct json_in_frame *at;
	const void *context; /* the caller's */
};

/* Read one value into the place. Returns 0 or -1 with in->err set. */
typedef int json_in_reader(struct json_in *in, const json_t *json, void *into);

/* An object's members, in the order in which they are read; the last has no key. All must be there
 * but the optional ones, and nothing else may be. `offset` is the place within the struct. */
struct json_in_member {
	const char *key;
	json_in_reader *read;
	size_t offset;
	bool optional;
};

/* Load a document of at most `bytes_max` bytes and `nodes_max` values. Duplicate keys are refused.
 * On success the caller owns the result. ERROR_LIMIT, ERROR_MALFORMED "LINE:COLUMN: …",
 * ERROR_SYSTEM. */
struct json_in_limits {
	size_t bytes_max;
	size_t nodes_max; /* jansson takes up to some hundred bytes for two bytes of input */
};
int json_in_load(FILE *stream, const struct json_in_limits *limits, json_t **ret,
		 struct error *err);

int json_in_object(struct json_in *in, const json_t *json, const struct json_in_member *members,
		   void *into);

struct json_in_items {
	void *items; /* in the arena; NULL when there are none */
	size_t count;
};
int json_in_list(struct json_in *in, const json_t *json, size_t item_size, json_in_reader *read,
		 struct json_in_items *ret);

/* Each key with its value; `key` is safe. The object's own order. */
typedef int json_in_pair_reader(struct json_in *in, const char *key, const json_t *json,
				void *into);
int json_in_pairs(struct json_in *in, const json_t *json, json_in_pair_reader *read, void *into);

/* ERROR_MALFORMED "/benchmarks/0/rules/3/id: …". Returns -1. */
int json_in_fail(struct json_in *in, const char *fmt, ...) _printf_(2, 3);
/* Put the place before an error that something else set. Returns -1. */
int json_in_wrap(struct json_in *in);

/* Readers of single values. Texts are made safe. */
int json_in_text(struct json_in *in, const json_t *json, void *into); /* const char * */
int json_in_text_or_null(struct json_in *in, const json_t *json,
			 void *into); /* const char *, NULL for null */
int json_in_lines_or_null(struct json_in *in, const json_t *json,
			  void *into); /* the same, newlines kept */
int json_in_strings(struct json_in *in, const json_t *json, void *into); /* struct strings */
int json_in_bool(struct json_in *in, const json_t *json, void *into);    /* bool */
int json_in_count(struct json_in *in, const json_t *json, void *into);   /* size_t */
int json_in_percent(struct json_in *in, const json_t *json,
		    void *into); /* checked, not kept: it follows from the rest */
int json_in_raw(struct json_in *in, const json_t *json, void *into); /* const json_t *, borrowed */

#endif
