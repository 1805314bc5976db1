/* JSON from outside: a whole document of bounded length, depth and number of items. */
#ifndef MODEL_JSON_INPUT_H
#define MODEL_JSON_INPUT_H

#include <jansson.h>
#include <stdio.h>

#include "base/error.h"

struct json_caps {
	size_t bytes;
	size_t depth; /* lists and objects inside each other */
	size_t items; /* lists, objects and the items in them: what jansson turns into allocations of 50 to 200 bytes each */
};

/* Read to the end of the stream. `*ret` is a new reference; texts are valid UTF-8 without NUL but not safe yet; no object has a
 * key twice; whole numbers fit 64 bits. ERROR_LIMIT, ERROR_SYSTEM, or ERROR_MALFORMED with line and column. */
int json_input_read(FILE *stream, const struct json_caps *caps, json_t **ret, struct error *err);

static inline void json_cleanup(json_t **json) { json_decref(*json); }

#endif
