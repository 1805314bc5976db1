/* Secrets in the text that an image keeps of its build and its start: judged, never kept. */
#ifndef CHECKS_BUILD_SECRETS_H
#define CHECKS_BUILD_SECRETS_H

#include "checks/build_step.h"
#include "model/value.h"

extern const struct field_decl build_secrets_fields[];

#define BUILD_SECRETS_MAX 256

/* Rows of build_secrets_fields, added to ret up to the maximum, for NAME=VALUE as in an environment (checks/environment.h), for
 * shell text, and for the words of a step. What stands for another thing ($x, <x>, /run/secrets/x) is none. `where` is kept. */
void build_secrets_entry(struct arena *arena, const char *where, const char *entry, struct value *ret);
void build_secrets_text(struct arena *arena, const char *where, const char *text, struct value *ret);
void build_secrets_step(struct arena *arena, const char *where, const struct build_step *step, struct value *ret);

#endif
