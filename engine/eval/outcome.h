/* What a node of a check comes to: its result, the evidence that decided, and one line about the
 * first of it. */
#ifndef EVAL_OUTCOME_H
#define EVAL_OUTCOME_H

#include "eval/context.h"
#include "eval/judge.h"

#define OUTCOME_VALUE_SHOWN_MAX 160 /* bytes of a value in a message; evidence has it whole */

struct outcome {
	enum result result;
	const char *summary; /* never NULL */
	struct outcome_evidence VEC_BODY(struct evidence) evidence;
};
struct outcomes VEC_BODY(struct outcome);

/* A side of a fact; a message calls it "container.mounts", "host.sysctl.x (effective)", and a file
 * by its path. */
struct outcome_fact {
	const char *name;
	bool two_sided;
	enum side side;
};

/* The side as it was recorded. What nobody recorded is NOT_COLLECTED, or ABSENT where the context
 * asks for that; in a two-sided fact a side without origin and reason was not recorded. */
struct fact_side outcome_look(const struct eval_context *ctx, const char *fact, enum side side);
/* What the state alone decides: UNREADABLE and NOT_COLLECTED are ERROR, UNSUPPORTED is
 * NOT_APPLICABLE. Not for the other two. */
enum result outcome_of_state(enum fact_state state);
/* "x could not be read: permission denied", for every state but PRESENT. */
const char *outcome_state_text(struct arena *arena, const char *subject,
			       const struct fact_side *looked);

/* A copy of evidence whose texts and values live in this arena. */
struct evidence outcome_keep(struct arena *arena, const struct evidence *from);

/* Evidence with deep copies of value, origin and notes. */
struct evidence outcome_evidence(struct arena *arena, const struct outcome_fact *fact,
				 const struct fact_side *looked);
const char *outcome_fact_text(struct arena *arena, const struct outcome_fact *fact);

/* A leaf: a judged side of a fact, `verdict` what came of it. */
struct outcome outcome_leaf(const struct eval_context *ctx, const struct outcome_fact *fact,
			    const struct fact_side *looked, struct verdict verdict,
			    const char *expected);
/* Combine: evidence and summary of the children that made the result. */
struct outcome outcome_combine(const struct eval_context *ctx, enum judge_logic logic,
			       const struct outcomes *children);

#endif
