/* The certificate files that a dockerd serves its API with. */
#ifndef CHECKS_DOCKERD_TLS_H
#define CHECKS_DOCKERD_TLS_H

#include "checks/docker.h"

enum dockerd_tls_file { DOCKERD_TLS_CA, DOCKERD_TLS_CERT, DOCKERD_TLS_KEY, DOCKERD_TLS_FILES };

/* PRESENT: the absolute path. ABSENT: TLS is off, or this engine reads no such file. UNREADABLE: a source that would decide
 * cannot be read. As cmd/dockerd (options.go, daemon.go of 20.10 and later) has it:
 * - TLS is on by --tls, by --tlsverify in whatever sense, and by either key of the file; DOCKER_TLS_VERIFY alone
 *   does not turn it on.
 * - A path is the flag's, the file's, or the default below DOCKER_CERT_PATH, DOCKER_CONFIG or ~/.docker.
 * - Flags and defaults count only where the command line or DOCKER_TLS_VERIFY asks for TLS: an engine whose file alone does
 *   reads the paths of the file and no others. */
struct fact_side dockerd_tls_find(struct probe_context *ctx, const struct docker_daemon *daemon,
				  enum dockerd_tls_file file);

#endif
