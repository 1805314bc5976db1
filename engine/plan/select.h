/* Which entries of an edition are planned, and what the tailoring changes for them. */
#ifndef PLAN_SELECT_H
#define PLAN_SELECT_H

#include "plan/plan.h"

struct select {
	struct arena *arena;
	const struct plan_options *options;
	const struct catalogue *catalogue;
	struct diags *diags;
	struct strings matched; /* names of `only` that selected something */
};

/* Every name in only, skip and the tailoring must be an id or slug of these editions: ERROR_USAGE with a suggestion for
 * the command line, a diag for the tailoring. */
int select_check_names(struct select *select, const struct benchmark *const *benchmarks, size_t count, struct error *err);

/* In the profile (level and role), in `only` when given, not in `skip`. */
bool select_entry(struct select *select, const struct profile *profile, const struct entry *entry);

/* A name of `only` that exists but lies outside every profile in use would select nothing: ERROR_USAGE. */
int select_check_used(const struct select *select, struct error *err);

/* The tailoring's value of a parameter, when it has one. A value of the wrong type is a diag. */
void select_tailored_param(struct select *select, const struct entry *entry, size_t index, struct value *value);

/* Severity, waivers and attestation of the tailoring for this rule. */
void select_tailoring(struct select *select, struct planned *planned);

#endif
