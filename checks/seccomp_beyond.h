/* What the live filters of a container let pass beyond those that its OCI configuration declares. */
#ifndef CHECKS_SECCOMP_BEYOND_H
#define CHECKS_SECCOMP_BEYOND_H

#include "checks/container_seccomp.h"
#include "checks/oci_config.h"

#define SECCOMP_BEYOND_ROWS_MAX 128 /* more are counted in a note */

/* {call, abi, witness, declared, live} */
extern const struct field_decl seccomp_beyond_fields[];

/* `config`: what declares it. Each pair of filters is compared once a run. seccomp->state must be PRESENT. */
struct fact_side seccomp_beyond_side(const struct container_facts *of, const struct container_seccomp *seccomp,
				     const struct oci_config *config);

#endif
