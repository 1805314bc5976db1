/* The distinct stacks of filters that were seen in a run, each kept and evaluated once: a host has few. */
#ifndef CHECKS_SECCOMP_STACKS_H
#define CHECKS_SECCOMP_STACKS_H

#include "checks/seccomp_summary.h"
#include "model/probe.h"

struct seccomp_known {
	struct seccomp_stack stack;
	uint64_t hash; /* FNV-1a of the programs, oldest first, each behind its length; the same on every host of an architecture */
	const char *name; /* the hash as 16 hexadecimal digits */
	size_t instructions;
	struct seccomp_summary *summary; /* told as far as somebody asked */
};

struct seccomp_stacks;
struct seccomp_stacks *seccomp_stacks_new(struct arena *arena); /* everything lives there */

/* The one with these programs, copied when it is new. Programs of the same hash are compared, as whoever writes a filter may
 * write one with the hash of another. ERROR_MALFORMED, ERROR_LIMIT: the kernel would not have taken it. */
struct seccomp_known *seccomp_stacks_add(struct seccomp_stacks *stacks, const struct seccomp_stack *stack, struct error *err);

/* That of no filter: everything passes. */
struct seccomp_known *seccomp_stacks_none(struct seccomp_stacks *stacks);
/* What seccomp's strict mode amounts to, as a filter: read, write, exit and sigreturn of each ABI (kernel/seccomp.c
 * mode1_syscalls); everything else kills. */
struct seccomp_known *seccomp_stacks_strict(struct seccomp_stacks *stacks);

#endif
