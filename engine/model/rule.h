/* Rules, benchmarks and tailorings as loaded. Immutable; live in the library's arena. */
#ifndef MODEL_RULE_H
#define MODEL_RULE_H

#include "model/check.h"
#include "model/facts.h"

/* X(ENUM, "severity", weight in the score) */
#define SEVERITIES(X)                                                                              \
	X(CRITICAL, "critical", 10)                                                                \
	X(HIGH, "high", 5)                                                                         \
	X(MEDIUM, "medium", 2)                                                                     \
	X(LOW, "low", 1)

enum severity {
#define X(e, n, w) SEVERITY_##e,
	SEVERITIES(X)
#undef X
	SEVERITY_COUNT
};
const char *severity_name(enum severity severity);
int severity_weight(enum severity severity);
bool severity_from_name(const char *name, enum severity *ret);

struct param {
	const char *name;
	enum value_type type;
	struct value value; /* the default */
	const char *about;
	struct position where;
};

struct param_value { /* a parameter's value from an index or a tailoring */
	const char *name;
	struct value value; /* of the parameter's type */
	struct position where;
};
struct param_values VEC_BODY(struct param_value);

/* A rule's own example. `facts` is a complete store: what the case does not give is ABSENT (evaluation asks for that). */
struct rule_case {
	const char *name;
	struct facts *facts;
	const struct subject *subject;
	struct param_values params;
	enum result expect;
	struct position where;
};

struct reference {
	const char *framework; /* "nist-800-190" */
	struct strings items;
};

struct rule {
	const char *slug;
	const char *title;
	enum severity severity;
	enum scope scope;
	const struct check *select;     /* NULL: every subject of the scope */
	const struct check *applies_if; /* NULL: always */
	VEC(struct param) params;
	const struct check *check;      /* NULL: manual */
	struct strings show;            /* facts shown with a manual result */
	const char *look_at;            /* manual rules: what a person looks at */
	const char *why;
	const char *remedy;
	VEC(struct reference) references;
	VEC(struct rule_case) cases;
	const char *path;               /* the file */
};

/* One line of an edition. */
struct entry {
	const char *id;
	const struct rule *rule;
	int level;
	struct strings roles;
	bool automated; /* the edition's own label */
	struct param_values params;
	struct position where;
	size_t section; /* index into benchmark.sections */
};

struct profile {
	const char *name;
	const char *title;
	unsigned levels; /* bit per level 1…31 */
	struct strings roles;
	bool score_all;
};

struct section {
	const char *id;
	const char *title;
};

struct benchmark {
	const char *name;
	const char *revision;
	const char *title;
	const struct check *applies_if;
	VEC(struct profile) profiles;
	size_t default_profile;
	VEC(struct section) sections;
	VEC(struct entry) entries; /* in the edition's order */
	const char *path;
};

struct waiver {
	const char *rule;    /* slug or id */
	const char *subject; /* glob (fnmatch) over the subject's name or id; NULL: all */
	const char *owner;
	const char *reason;
	int64_t expires;     /* seconds since the epoch, end of the day named, UTC */
	struct position where;
};

struct attestation {
	const char *rule;
	const char *who;
	const char *saw;
	bool passes;
	int64_t until;
	struct position where;
};

struct tailored_severity {
	const char *rule;
	enum severity severity;
	struct position where;
};
struct tailored_params {
	const char *rule;
	struct param_values params;
	struct position where;
};

/* What a tailoring says of `score:`. */
enum scoring { SCORING_AS_PROFILE = 0, SCORING_ALL, SCORING_AUTOMATED };

struct tailoring {
	const char *name;
	struct strings only; /* ids or slugs; empty: all */
	struct strings skip;
	VEC(struct tailored_params) params;
	VEC(struct tailored_severity) severities;
	VEC(struct waiver) waivers;
	VEC(struct attestation) attestations;
	enum scoring scoring;
	const char *path;
};

#endif
