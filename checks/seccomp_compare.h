/* What one stack of filters lets pass and another does not, each with arguments that show it. */
#ifndef CHECKS_SECCOMP_COMPARE_H
#define CHECKS_SECCOMP_COMPARE_H

#include "base/text.h"
#include "checks/seccomp_walk.h"
#include "checks/syscalls.h"

/* One call and direction. */
struct seccomp_difference {
	const struct syscalls_abi *abi;
	int nr;
	const char *name;            /* "#NR" for a number without one */
	bool first_allows;           /* and the second does not; else the other way round */
	struct seccomp_data witness; /* run through both */
	uint32_t ret[SECCOMP_SIDES]; /* what they return to it */
};

struct seccomp_comparison {
	struct VEC_BODY(struct seccomp_difference) differences; /* by number, first_allows before the other */
	struct strings unclear; /* calls whose ways could not all be followed: there may be more */
};

/* One call, both sides of the question. */
void seccomp_compare_call(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
			  const struct seccomp_question *question, struct seccomp_comparison *ret);

/* Every number of the ABI, over the product of both stacks; allow and log count as allowed, everything else does not.
 * At most two differences a call. Results in the arena; appended, so that one comparison can take several ABIs. */
void seccomp_compare(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
		     const struct seccomp_stack *first, const struct seccomp_stack *second,
		     struct seccomp_comparison *ret);

#endif
