/* Seccomp profiles as Docker Engine is given them: what their words amount to. */
#ifndef CHECKS_DOCKER_SECCOMP_H
#define CHECKS_DOCKER_SECCOMP_H

#include <jansson.h>
#include <stdbool.h>

/* "unconfined" when the profile (a JSON document) stops no call: its default action is allow or
 * log, and no rule in it has an action that refuses, traps or kills. "custom" for any other,
 * also for what is not a profile: the engine refuses to start a container with it. Source:
 * docs.docker.com/engine/security/seccomp, moby profiles/seccomp/seccomp.go. Static text. */
const char *docker_seccomp_kind(const char *profile, size_t len);
/* The same of a document; linux.seccomp of an OCI runtime configuration has the same words. */
const char *docker_seccomp_document_kind(const json_t *profile);
/* Does its default action let calls pass, so that it stops just those it names? False for what is no profile. */
bool docker_seccomp_lists_denials(const char *profile, size_t len);

#endif
