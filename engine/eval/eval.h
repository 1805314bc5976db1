/* Evaluation: a pure function of (rules, parameters, facts). No I/O, no clock, no host.
 *
 * Leaf: a present fact is compared; absent gives `if_absent` (default: fail; one side of a two-sided fact then does not count, unless
 * both are absent); unreadable and not_collected give error; unsupported gives not_applicable. `exists` judges absent itself.
 * Logic is Kleene's, with not_applicable left out of account:
 *   all:  fail if any fails, else error, else manual, else pass;  not_applicable when all children are
 *   any:  pass if any passes, else error, else manual, else fail; none: fail if any passes, else error, else manual, else pass
 * `else:` replaces a node's fail. Rows of `each` and `file` combine as `all`. Evidence is what decided: of a node's children those whose result
 * made the node's. */
#ifndef EVAL_EVAL_H
#define EVAL_EVAL_H

#include "model/finding.h"

struct eval_rule {
	const struct rule *rule;
	const struct value *params; /* by index of rule->params */
	bool missing_is_absent;     /* for a rule's own cases: what nobody recorded is ABSENT, not NOT_COLLECTED */
};

/* One finding for every subject of the rule's scope, in the facts' order: not_applicable where `select` or `applies_if` leave it out.
 * No subject: one finding on the host, not_applicable, error or so as the population's state says.
 * `applies` is the benchmark's own condition, NULL when it has none. */
void eval_rule(struct arena *arena, const struct eval_rule *what, const struct check *applies, const struct facts *facts, struct findings *ret);

/* One subject, without select: for cases. */
void eval_subject(struct arena *arena, const struct eval_rule *what, const struct check *applies, const struct subject *subject, struct finding *ret);

/* A condition without parameters on one subject: a benchmark's applies_if. */
enum result eval_check(struct arena *arena, const struct check *check, const struct subject *subject);

#endif
