/* Every way one call can take through one or two stacks of filters, its number and ABI given and its arguments not.
 *
 * A value is a constant, (word & mask) of an argument, or unknown (other arithmetic, the instruction pointer). A jump on
 * the first is decided; on the second both sides are taken that some argument can take, and what that says of the word
 * is kept; on the third both are taken and the way is no longer `sure`. Constraints carry from filter to filter. So the
 * ways reported are all there are, and possibly some more that are not sure. */
#ifndef CHECKS_SECCOMP_WALK_H
#define CHECKS_SECCOMP_WALK_H

#include "checks/seccomp_filter.h"
#include "checks/seccomp_word.h"

#define SECCOMP_SIDES 2

/* One way to its end. Borrowed until the callback returns. */
struct seccomp_path {
	uint32_t ret[SECCOMP_SIDES]; /* of the stack, where `known` */
	/* False: some filter returned what could not be followed; the stack's return is `ret` or stricter. */
	bool known[SECCOMP_SIDES];
	bool sure;                /* every decision on the way was followed; `data` is a witness of it */
	struct seccomp_data data; /* arguments that lead here when sure, else a guess */
	/* What the undecided jumps said, in their order, the question's own bounds first. */
	const struct seccomp_bound *bounds;
	size_t bound_count;
};
typedef void seccomp_path_end(void *context, const struct seccomp_path *path);

struct seccomp_question {
	const struct seccomp_stack *sides[SECCOMP_SIDES]; /* the second may be NULL */
	uint32_t arch; /* AUDIT_ARCH_… */
	int nr;
	bool narrow; /* the ABI has 32-bit registers: upper halves are 0 */
	/* Ask only about arguments like these; at most SECCOMP_WORDS, at most one for a word. */
	const struct seccomp_bound *given;
	size_t given_count;
};

/* Limits of one question, so that no program written to be hard holds the audit up. */
#define SECCOMP_WALK_STEPS_MAX 262144 /* instructions, solver steps, 64 for a fork */
#define SECCOMP_WALK_PATHS_MAX 2048
#define SECCOMP_WALK_FORKS_MAX 512 /* undecided jumps open at once */
/* And of all questions of one walker together: some 0.2 s. */
#define SECCOMP_WALK_TOTAL_MAX (UINT64_C(32) << 20)

/* Scratch space for any number of questions. */
struct seccomp_walker;
struct seccomp_walker *seccomp_walker_new(void);
void seccomp_walker_free(struct seccomp_walker *walker); /* NULL is fine */
static inline void seccomp_walker_cleanup(struct seccomp_walker **walker) { seccomp_walker_free(*walker); }

/* Calls `end` for each way. False: a limit was reached and ways are missing. Programs must have passed
 * seccomp_filter_check. */
bool seccomp_walk(struct seccomp_walker *walker, const struct seccomp_question *question, seccomp_path_end *end,
		  void *context);

/* The word of an argument in the data, by the number it has in a bound. */
uint32_t seccomp_walk_word(const struct seccomp_data *data, unsigned word);
void seccomp_walk_set_word(struct seccomp_data *data, unsigned word, uint32_t value);

#endif
