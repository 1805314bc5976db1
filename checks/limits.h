/* The resource limits of a process as the kernel has them: /proc/PID/limits. */
#ifndef CHECKS_LIMITS_H
#define CHECKS_LIMITS_H

#include "base/arena.h"
#include "base/error.h"
#include "model/value.h"

/* RECORDS {name STRING, soft INT, hard INT} from the file's text, in its order. Names are those of
 * limits.conf(5) and Docker ("nofile", "nproc", "memlock"), so that they meet container.ulimits; a
 * limit that this build does not know keeps the kernel's words. "unlimited", and what no int64_t
 * holds, is VALUE_UNLIMITED. Units are the kernel's (getrlimit(2)): bytes, seconds of CPU time,
 * microseconds for rttime. ERROR_MALFORMED: not such a file; ERROR_LIMIT: too many rows.
 * Source: proc_pid_limits(5), fs/proc/base.c lnames. */
#define LIMITS_ROWS_MAX 64
int limits_parse(struct arena *arena, const char *text, struct value *ret, struct error *err);

/* For the declaration of container.rlimits:
 *
 *   container.rlimits   RECORDS, effective; fields limits_fields; origin /proc/PID/limits
 */
extern const struct field_decl limits_fields[];

#endif
