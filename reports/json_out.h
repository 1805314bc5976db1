/* JSON written as it goes, so that a report of any size takes no memory: indent 2, one member a
 * line, values on one line. */
#ifndef REPORTS_JSON_OUT_H
#define REPORTS_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

struct json_out {
	FILE *stream;
	unsigned depth;
	bool filled;      /* the innermost object or list has a member already */
	bool unencodable; /* some text was not UTF-8 */
};

/* `key` is NULL in a list and at the top. */
void json_out_open(struct json_out *out, const char *key, char bracket);
void json_out_close(struct json_out *out, char bracket);
void json_out_text(struct json_out *out, const char *key, const char *text); /* NULL gives null */
void json_out_int(struct json_out *out, const char *key, int64_t number);
void json_out_bool(struct json_out *out, const char *key, bool boolean);
void json_out_tenths(struct json_out *out, const char *key,
		     int tenths); /* 873 gives 87.3, negative gives null */
void json_out_value(struct json_out *out, const char *key,
		    json_t *owned); /* on one line; NULL counts as unencodable */

/* The final newline. ERROR_INTERNAL: a text was not UTF-8. ERROR_SYSTEM: the stream failed. */
int json_out_finish(struct json_out *out, struct error *err);

#endif
