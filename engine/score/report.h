/* The report: everything a format shows, as plain data. Built by report_build from a plan's findings, or read back from JSON. */
#ifndef SCORE_REPORT_H
#define SCORE_REPORT_H

#include "model/finding.h"

/* What a set of rules adds up to. Percent figures are in tenths, rounded half up; -1: no score (nothing assessed that counts). */
struct score {
	int64_t weight_passed;
	int64_t weight_assessed;    /* passed + failed, scored rules only */
	size_t passed, assessed;    /* the same, unweighted */
	size_t selected;            /* rules selected, scored or not, without not_applicable ones */
	size_t decided;             /* of those: pass or fail */
	size_t results[RESULT_COUNT]; /* rules per result, all selected rules */
	size_t waived;              /* failed rules whose every failed finding is waived */
};
int score_percent(const struct score *score);            /* weighted */
int score_percent_unweighted(const struct score *score);
int score_coverage(const struct score *score);           /* decided ÷ selected */

struct rule_result {
	const char *id;
	const char *slug;
	const char *title;
	enum severity severity;
	enum scope scope;
	int level;
	size_t section;       /* index into benchmark_report.sections */
	bool automated;
	bool scored;
	const char *why, *remedy, *look_at; /* NULL when the rule has none */
	VEC(struct reference) references;
	struct pairs params;  /* name → value used, as displayed */
	enum result result;   /* the worst finding: error, fail, manual, pass; not_applicable only when all are */
	bool waived;          /* fail, and every failed finding is waived */
	struct findings findings;
};

struct section_report {
	const char *id;
	const char *title;
	struct score score;
};
struct level_report {
	int level;
	struct score score;
};
struct container_report { /* findings of container-scoped rules on one container, each counted as a rule */
	const char *id;
	const char *name;
	struct score score;
};

struct benchmark_report {
	const char *name, *revision, *title;
	const char *profile, *profile_title;
	bool score_all;       /* every decided rule counts, whatever the edition's label says */
	struct score score;
	VEC(struct section_report) sections;
	VEC(struct level_report) levels;
	VEC(struct container_report) containers;
	VEC(struct rule_result) rules;
};

struct report {
	const char *tool_version;
	const char *host_name;
	const char *kernel;        /* release, or NULL */
	const char *root;
	bool live;
	int64_t collected_at;      /* seconds since the epoch; reports never read the clock */
	const char *tailoring;     /* name, or NULL */
	const char *selection;     /* what --only, --skip and the tailoring chose: "only 5.4; without 1.1.1", or NULL */
	VEC(struct benchmark_report) benchmarks;
};

struct plan;
/* Evaluate a plan and add up. Waivers and attestations are applied with collected_at as "now".
 * (Implemented beside the plan's types: engine/score sees plan and eval.) */
void report_build(struct arena *arena, const struct plan *plan, const struct facts *facts, struct report **ret);

/* Add up again what follows from the findings: rule results, scores. report_build and the JSON reader both end with it. */
void report_add_up(struct arena *arena, struct report *report);

#endif
