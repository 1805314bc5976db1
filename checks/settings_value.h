/* Values of a program's settings, from the words of its command line, from JSON (its configuration
 * file, its API), made safe, with secrets taken out. */
#ifndef CHECKS_SETTINGS_VALUE_H
#define CHECKS_SETTINGS_VALUE_H

#include "model/value.h"

/* From texts in the order given (Go flags, environment): STRINGS takes all, every other type the
 * last one. Numbers, sizes and durations as checks/goflag.h reads them. `texts` must not be empty.
 * ERROR_MALFORMED says what was expected. The value lives in the arena. */
int settings_value_from_texts(struct arena *arena, enum value_type type,
			      const struct strings *texts, struct value *ret, struct error *err);

/* From JSON: texts are read as above ("true" for BOOL); STRINGS takes a list of scalars, null (Go's
 * empty list), or an object, whose members become "key=value" (an object of limits, {"Soft": 1,
 * "Hard": 2}, "key=1:2", as --default-ulimit writes it; any other "key"). ERROR_MALFORMED,
 * ERROR_LIMIT for a list longer than SETTINGS_VALUE_ITEMS_MAX. */
#define SETTINGS_VALUE_ITEMS_MAX 65536
int settings_value_from_json(struct arena *arena, enum value_type type, const json_t *json,
			     struct value *ret, struct error *err);

/* The text made safe, without what a person must not read in a report: the user and password of
 * every URL or proxy address, and what follows "=" after a secret's name (checks/redact.h). Each
 * becomes "(redacted)". */
const char *settings_value_redact(struct arena *arena, const char *text);

#endif
