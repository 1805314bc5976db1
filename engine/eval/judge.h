/* A test - conditions on one value, all of which must hold - and Kleene's logic. */
#ifndef EVAL_JUDGE_H
#define EVAL_JUDGE_H

#include "eval/context.h"

/* The three connectives over child results, NOT_APPLICABLE left out of account (eval.h); without
 * any other child the whole is NOT_APPLICABLE. */
enum judge_logic { JUDGE_ALL, JUDGE_ANY, JUDGE_NONE };

struct judge_tally {
	size_t of[RESULT_COUNT]; /* how many children came to each result */
};
/* ret_decider: the child result that made it; children with that result are the evidence. */
enum result judge_combine(enum judge_logic logic, const struct judge_tally *tally,
			  enum result *ret_decider);

/* A present value against a test. */
struct verdict judge_present(const struct eval_context *ctx, const struct test *test,
			     const struct value *value);
/* An absent one: `exists` judges it, else `if_absent`, fail by default. */
struct verdict judge_absent(const struct eval_context *ctx, const struct test *test);
/* Whether the test itself says what absence means, by `if_absent` or `exists`. */
bool judge_minds_absence(const struct test *test);

/* "at least 1 and at most 2"; a safe, single line. */
const char *judge_text(const struct eval_context *ctx, const struct test *test);
/* "type: socket and mode: no looser than 0660". */
const char *judge_fields_text(const struct eval_context *ctx, const struct field_tests *tests);

#endif
