/* Findings: rule × subject × result, with the evidence that decided. Plain data, so that a report read back from
 * JSON is the same thing as one just made. All texts are safe and live in one arena. */
#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include "model/rule.h"

struct evidence {
	const char *fact;
	bool two_sided;
	enum side side;        /* meaningful when two_sided */
	enum fact_state state;
	struct value value;    /* type UNSET unless state is PRESENT; for EACH and FILE: RECORDS with the rows that decided */
	const char *origin;    /* may be NULL */
	const char *reason;    /* why not present; may be NULL */
	const char *expected;  /* "false", "nothing beyond [chown, kill]" with parameter values in place; NULL when only shown */
	struct strings notes;
	enum result result;    /* what this piece alone came to */
};

/* X(ENUM, "name") */
#define DISPOSITIONS(X)                                                                            \
	X(NONE, "none")                                                                            \
	X(WAIVED, "waived")                                                                        \
	X(ATTESTED, "attested")

enum disposition {
#define X(e, n) DISPOSITION_##e,
	DISPOSITIONS(X)
#undef X
	DISPOSITION_COUNT
};
const char *disposition_name(enum disposition disposition);
bool disposition_from_name(const char *name, enum disposition *ret);

struct finding {
	enum scope scope;
	const char *subject_id;
	const char *subject_name;
	enum result result;
	const char *message; /* one line: what was seen, or why not applicable, error or manual; never NULL */
	VEC(struct evidence) evidence;
	enum disposition disposition;
	const char *disposition_by;     /* owner of the waiver, who attested; NULL without */
	const char *disposition_reason; /* reason of the waiver, what was seen */
	int64_t disposition_until;      /* seconds since the epoch */
};
struct findings VEC_BODY(struct finding);

#endif
