/* The filter that an OCI configuration asks for: linux.seccomp of config.json, built by libseccomp as runtimes build it.
 *
 * Source: OCI runtime specification, config-linux.md "Seccomp". As runc and crun do: names that the library does not know are
 * left out, a rule with the default's action says nothing, errnoRet counts for ERRNO and TRACE and is EPERM when it is missing,
 * several conditions on one argument are rules of their own. Not built: what runc puts in front for calls newer than all that
 * the profile names (ENOSYS instead of the default's errno); such a call is refused either way. */
#ifndef CHECKS_SECCOMP_PROFILE_H
#define CHECKS_SECCOMP_PROFILE_H

#include <jansson.h>

#include "base/arena.h"
#include "checks/seccomp_filter.h"

/* `profile`: the object, parsed with JSON_DECODE_INT_AS_REAL. Instructions in the arena, checked. ERROR_MALFORMED: not as
 * the specification has it; ERROR_UNSUPPORTED: an action, operator or number that cannot be built here. */
int seccomp_profile_build(struct arena *arena, const json_t *profile, struct seccomp_program *ret, struct error *err);

#endif
