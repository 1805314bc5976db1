/* When a call is let pass, in words: `arg0 == 0x0 or arg0 == 0x8`, `(arg0.low & 0x7e020000) == 0x0`. */
#ifndef CHECKS_SECCOMP_CONDITION_H
#define CHECKS_SECCOMP_CONDITION_H

#include "base/arena.h"
#include "checks/seccomp_walk.h"

/* Bounds that hold together. */
struct seccomp_way {
	struct seccomp_bound *bounds;
	size_t count;
};
struct seccomp_ways VEC_BODY(struct seccomp_way);

#define SECCOMP_WAYS_MAX 32 /* more are not told */
#define SECCOMP_CONDITION_MAX 1024 /* bytes, about; longer ends with "…" */

/* Copy one path's bounds, without those that others among them imply. Past SECCOMP_WAYS_MAX nothing is added. */
void seccomp_condition_add(struct arena *arena, struct seccomp_ways *ways, const struct seccomp_path *path);
/* Any of the ways; they are simplified in place. `whole` false: there are more, the text says so. In the arena. */
const char *seccomp_condition_text(struct arena *arena, struct seccomp_ways *ways, bool whole);

/* A call with its arguments up to the last that is not 0: "socket(0x100000010)". In the arena. */
const char *seccomp_condition_call(struct arena *arena, const char *name, const struct seccomp_data *data);

#endif
