/* What one evaluation sees: a subject, the rule's parameters, and where results are put. */
#ifndef EVAL_CONTEXT_H
#define EVAL_CONTEXT_H

#include "model/finding.h"

struct eval_context {
	struct arena *arena;          /* receives everything that is returned */
	const struct value *params;   /* by index of the rule's parameters; NULL: none */
	const struct subject *subject;
	const struct value *declared; /* what $declared stands for; NULL: nothing */
	bool missing_is_absent;       /* see struct eval_rule */
};

/* What one comparison comes to. Texts live in the context's arena or in the definitions. */
struct verdict {
	enum result result;
	const char *reason; /* ERROR: why it could not be decided; else NULL */
	const char *seen;   /* FAIL: what of a list made it so, "has [kill]"; NULL: the whole value */
};

#endif
