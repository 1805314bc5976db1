/* What a stack of filters answers to one system call, whatever its arguments. */
#ifndef CHECKS_SECCOMP_SOLVE_H
#define CHECKS_SECCOMP_SOLVE_H

#include "checks/seccomp_condition.h"

/* Never ALLOW when some arguments are refused, never a refusal when some are let pass, DEPENDS only with both witnesses
 * run. MAYBE is everything that cannot be told so: the instruction pointer, arithmetic on arguments, limits.
 * A `mixed` answer of another class differs by argument without changing sides: the class is the mildest seen. */
struct seccomp_answer {
	enum seccomp_class class;
	bool mixed;
	uint32_t value;        /* errno of ERRNO, data of TRAP, TRACE; 0 otherwise */
	const char *condition; /* DEPENDS: when it is allowed (checks/seccomp_condition.h); NULL otherwise */
	const char *why;       /* MAYBE: a reason, static; NULL otherwise */
	/* Run by the plain interpreter: arguments that pass, and those that do not (refused, or left to a supervisor). */
	bool allowing_known, refusing_known;
	struct seccomp_data allowing, refusing;
	uint32_t refusal; /* what the filters return to `refusing` */
	unsigned paths;
};

/* question->sides[0] is asked, the other is ignored. Condition in the arena. */
void seccomp_solve(struct seccomp_walker *walker, struct arena *arena, const struct seccomp_question *question,
		   struct seccomp_answer *ret);

/* "allow", "errno 1", "depends: arg0 == 0x0", "maybe: …". In the arena or static. */
const char *seccomp_solve_text(struct arena *arena, const struct seccomp_answer *answer);

#endif
