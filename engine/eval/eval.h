/* Evaluation: a pure function of (rules, parameters, facts). No I/O, no clock, no host.
 *
 * Leaf: a present fact is compared; absent gives `if_absent` (default: fail; one side of a two-sided
 * fact then does not count, unless both are absent); unreadable and not_collected give error;
 * unsupported gives not_applicable. `exists` judges absent itself. "Both" are the sides that the
 * check judges: a lone judged side that is absent fails by default. A value whose type is not the one
 * that the rule was checked for (a facts document of another build) is an error.
 *
 * Logic is Kleene's, with not_applicable left out of account:
 *   all:  fail if any fails, else error, else manual, else pass; not_applicable when all children are
 *   any:  pass if any passes, else error, else manual, else fail
 *   none: fail if any passes, else error, else manual, else pass
 * `else:` replaces a node's fail; the evidence keeps what it alone came to. Rows of `each` and `file`
 * combine as `all`. Evidence is what decided: of a node's children those whose result made the node's.
 *
 * `first_of` takes the first file that exists; one before it that could not be read might be it, and
 * is an error. A row whose `where:` cannot be decided counts when it passes and is an error otherwise.
 * All texts and values of a finding are copied: it may outlive the facts. Messages are one line. */
#ifndef EVAL_EVAL_H
#define EVAL_EVAL_H

#include "model/finding.h"

struct eval_rule {
	const struct rule *rule;
	const struct value *params; /* by index of rule->params */
	bool missing_is_absent;     /* for a rule's own cases: what nobody recorded is ABSENT */
};

/* One finding for every subject of the rule's scope, in the facts' order: not_applicable where
 * `select` or `applies_if` leave it out. A subject is left out when one of the conditions certainly
 * does not hold, even where another could not be decided.
 *
 * No subject: one finding on the host, not_applicable, error or so as the population's state says.
 * Some subjects, but perhaps not all (UNREADABLE, NOT_COLLECTED): one more finding on the host, an
 * error for the unknown rest. The evidence of such findings names the scope's plural ("containers")
 * in place of a fact. `applies` is the benchmark's own condition, NULL when it has none. */
void eval_rule(struct arena *arena, const struct eval_rule *what, const struct check *applies,
	       const struct facts *facts, struct findings *ret);

/* One subject, without select: for cases. */
void eval_subject(struct arena *arena, const struct eval_rule *what, const struct check *applies,
		  const struct subject *subject, struct finding *ret);

/* A condition without parameters on one subject: a benchmark's applies_if. */
enum result eval_check(struct arena *arena, const struct check *check, const struct subject *subject);

#endif
