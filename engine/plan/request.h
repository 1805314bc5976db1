/* What a rule's checks ask of the probes. */
#ifndef PLAN_REQUEST_H
#define PLAN_REQUEST_H

#include "plan/plan.h"

/* Everything one rule needs: its scope's subjects, its select, applies_if, check and the facts it shows. */
void request_rule(struct arena *arena, struct request *request, const struct catalogue *catalogue, const struct rule *rule);

/* One fact by name, with the facts that its templates name. */
void request_fact(struct arena *arena, struct request *request, const struct catalogue *catalogue, const char *name);

#endif
