/* The plan: which rules of which editions are evaluated with which parameters, and what must be collected for that. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "load/library.h"
#include "model/probe.h"
#include "model/rule.h"

#define PLAN_DEADLINE_MS 5000 /* for one answer of a daemon */

struct planned {
	const struct entry *entry;
	const struct rule *rule;
	const struct value *params; /* by index of rule->params */
	enum severity severity;
	bool scored;
	const struct attestation *attestation;  /* NULL: none */
	VEC(const struct waiver *) waivers;
};

struct planned_benchmark {
	const struct benchmark *benchmark;
	const struct profile *profile;
	VEC(struct planned) rules; /* in the edition's order */
	bool score_all;
};

struct plan {
	VEC(struct planned_benchmark) benchmarks;
	const struct tailoring *tailoring;
	struct request request;
};

struct plan_options {
	const char *profile;   /* NULL: each benchmark's default */
	struct strings only;   /* ids or slugs; empty: all */
	struct strings skip;
	const struct tailoring *tailoring;
	struct strings containers;
};

/* Make a plan for these editions. Unknown profile, id, slug or parameter: ERROR_USAGE with a suggestion, or for the tailoring
 * a diag at its place. The plan lives in `arena` and borrows the definitions. */
int plan_make(struct arena *arena, const struct benchmark *const *benchmarks, size_t count, const struct plan_options *options,
	      const struct catalogue *catalogue, struct diags *diags, struct plan **ret, struct error *err);

/* Add to a request every fact that a check names (templates and settings' helpers too). */
void plan_request_check(struct arena *arena, struct request *request, const struct catalogue *catalogue, const struct check *check);

#endif
