/* The 64-bit hole: a filter judges all 64 bits of an argument of which the call uses 32. `socket(16)` refused by a 64-bit
 * comparison is had by socket(0x100000010). */
#ifndef CHECKS_SECCOMP_HOLE_H
#define CHECKS_SECCOMP_HOLE_H

#include "checks/seccomp_condition.h"
#include "checks/syscalls.h"

struct seccomp_hole {
	const struct syscalls_abi *abi;
	const char *name;            /* of the call */
	unsigned arg;                /* 0 to 5 */
	struct seccomp_data refused; /* with the upper half 0; both were run */
	struct seccomp_data passing; /* the same for the call, let pass */
	const char *text;            /* passing as a call: "socket(0x100000010)" */
};
struct seccomp_holes VEC_BODY(struct seccomp_hole);

/* Every argument of the table in seccomp_hole.c; one hole for each at most, none where the ABI is narrow. Something that
 * an argument like it refuses is needed: what a call does on its own with other bits is not looked at. Appended. */
void seccomp_hole_find(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
		       const struct seccomp_stack *stack, struct seccomp_holes *ret);

#endif
