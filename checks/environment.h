/* Secrets in an environment: names and values are judged, names alone are kept.
 *
 * NAME=VALUE holds one when the value is a secret's by its form, or when the name is a secret's (checks/redact.h) and the value
 * may be one. It may not be: empty or shorter than 4, the name again, a word of truth (true, no, none …), a path behind a name
 * that ends in FILE, PATH, DIR or SOCK; nor does the name count when it speaks of a public key (a word of it is gpg, pgp, pub or
 * public). */
#ifndef CHECKS_ENVIRONMENT_H
#define CHECKS_ENVIRONMENT_H

#include "checks/docker_reading.h"

/* The name, safe and in the arena, when "NAME=VALUE" holds a secret; else NULL. Nothing else is copied. */
const char *environment_secret(struct arena *arena, const char *entry);

/* Those of a list of such texts, as Docker's Config.Env or the OCI's process.env, sorted, each once. Nothing is an empty list; -1:
 * anything else. */
int environment_secrets(struct arena *arena, const json_t *list, struct strings *ret);

docker_convert environment_convert; /* Config.Env */

#endif
