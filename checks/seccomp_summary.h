/* What a stack of filters amounts to, as facts tell it: every call of every ABI, the dangerous ones, the 64-bit holes.
 * The caller keeps it by the programs' hash: it depends on nothing else. */
#ifndef CHECKS_SECCOMP_SUMMARY_H
#define CHECKS_SECCOMP_SUMMARY_H

#include "base/text.h"
#include "checks/seccomp_hole.h"
#include "checks/seccomp_solve.h"
#include "checks/syscalls.h"

struct seccomp_call {
	int nr;
	const char *name; /* NULL: a number without a call that is known */
	struct seccomp_answer answer;
};

struct seccomp_abi_summary {
	const struct syscalls_abi *abi;
	struct VEC_BODY(struct seccomp_call) calls; /* every number asked, in order */
	struct strings names[SECCOMP_CLASSES];      /* of calls with a name, in the order of numbers */
	size_t unnamed_allowed; /* numbers without a name that pass, or pass with some arguments */
};

/* A call that breaks out or widens what the kernel offers, in one ABI; perhaps with some arguments only. */
struct seccomp_danger {
	const struct syscalls_abi *abi;
	const char *name; /* "mount", "clone(CLONE_NEWUSER)" */
	int nr;
	struct seccomp_answer answer;
};

/* What a summary can tell, each a piece of work of its own. */
#define SECCOMP_SUMMARY_DANGERS 1u
#define SECCOMP_SUMMARY_HOLES   2u
#define SECCOMP_SUMMARY_CALLS   4u
#define SECCOMP_SUMMARY_ALL     7u

struct seccomp_summary {
	const struct seccomp_stack *stack;
	unsigned parts; /* what is told so far */
	struct VEC_BODY(struct seccomp_abi_summary) abis; /* CALLS; as syscalls_abis has them */
	struct VEC_BODY(struct seccomp_danger) dangers;   /* DANGERS; by name, then ABI; an ABI without the call has no row */
	struct seccomp_holes holes;                       /* HOLES */
};

/* Adds those of `parts` that are not told yet. Programs must have passed seccomp_filter_check_stack. Never fails: what cannot
 * be told is SECCOMP_MAYBE, and past SECCOMP_WALK_TOTAL_MAX everything of that part still to be asked is. In the arena. */
void seccomp_summary_tell(struct seccomp_summary *summary, struct arena *arena, unsigned parts);

/* Everything of a stack, which is borrowed. */
struct seccomp_summary *seccomp_summary_make(struct arena *arena, const struct seccomp_stack *stack);

/* A call with a name that passes in this ABI with some arguments at least, or NULL; calls that cannot be told count. Asks no
 * more calls than it takes. */
const char *seccomp_summary_passes(const struct seccomp_stack *stack, struct arena *arena, const struct syscalls_abi *abi);
/* A call with a name that is refused in this ABI with some arguments at least, seen by running; NULL: none. */
const char *seccomp_summary_refuses(const struct seccomp_stack *stack, struct arena *arena, const struct syscalls_abi *abi);

#endif
