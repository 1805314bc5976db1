/* Which rules of two reports are the same. */
#ifndef SCORE_DIFF_RULES_H
#define SCORE_DIFF_RULES_H

#include "score/diff_list.h"

struct diff_rule_pair {
	const struct benchmark_report *benchmark; /* of the later run */
	const struct rule_result *a, *b;
};
struct diff_rules VEC_BODY(struct diff_rule_pair);

/* Pairs in the order of `b`; benchmarks and rules on one side only are added to `ret` as
 * changes. */
void diff_rules_pair(struct arena *arena, const struct report *a, const struct report *b,
		     struct diff *ret, struct diff_rules *ret_pairs);

#endif
