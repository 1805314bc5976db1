/* What differs between two runs: two reports or two facts documents. Pure; the same inputs give
 * the same list.
 *
 * Subjects are matched by scope and id, and where an id is gone by name: a container made anew
 * under its old name is the same subject, "replaced". What moves by nature is left out: facts
 * whose declaration says `unstable`, the fields of rows that DIFF_UNSTABLE_FIELDS names,
 * origins, reasons and notes. Rows and lists are compared as sets of rows and items. */
#ifndef SCORE_DIFF_H
#define SCORE_DIFF_H

#include "score/report.h"

/* Fields of RECORDS that are left out wherever they stand (host.process.*). */
#define DIFF_UNSTABLE_FIELDS "pid"

/* In order of attention. X(ENUM, "name", meaning) */
#define DIFF_KINDS(X)                                                                              \
	X(WORSE, "worse", "a result fell, or a fact can no longer be read")                        \
	X(APPEARED, "appeared", "a subject, rule, finding or fact that was not there")             \
	X(CHANGED, "changed", "neither better nor worse: another value, another reason to fail")   \
	X(GONE, "gone", "a subject, rule, finding or fact that is no longer there")                \
	X(BETTER, "better", "a result rose, or a fact can be read again")

enum diff_kind {
#define X(e, n, m) DIFF_##e,
	DIFF_KINDS(X)
#undef X
	DIFF_KIND_COUNT
};
const char *diff_kind_name(enum diff_kind kind);

/* All texts live in the arena or in the inputs, which must outlive the list. */
struct diff_change {
	enum diff_kind kind;
	const char *benchmark;    /* NULL: facts, or a subject as a whole */
	const char *id, *slug;    /* NULL: not about one rule */
	const char *fact;         /* diff_facts: the fact; NULL: not about one */
	enum severity severity;   /* of the rule; of a subject the worst of its fails and errors */
	enum scope scope;
	const char *subject_id;   /* NULL: about a rule or a benchmark as a whole */
	const char *subject_name;
	const char *from, *to;    /* results, values or states, shown; NULL: there was or is nothing */
	const char *text;         /* the whole change in one line */
	size_t order;             /* ties: the order of the inputs */
};
struct diff {
	VEC(struct diff_change) changes; /* by kind, severity, order */
	size_t counts[DIFF_KIND_COUNT];
};

/* Benchmarks are matched by name and revision, else by name; rules by id within one revision, by
 * slug across revisions.
 *
 *   from \ to   pass     manual   waived   fail     error    not_applicable
 *   pass        -        worse    worse    worse    worse    changed
 *   manual      better   -        worse    worse    worse    changed
 *   waived      better   better   -        worse    worse    changed
 *   fail        better   better   changed  -        worse    changed
 *   error       better   better   worse    worse    -        changed
 *   n/a         changed  changed  changed  changed  changed  -
 *
 * A waiver that ended is as loud as a new fail. fail → error: it can no longer be looked at; error →
 * fail: a defect is known now; both ask for attention.
 *
 * A finding that still fails is changed when the values of its evidence differ. A subject that
 * appeared is one change with its results counted, and one for each of its fails and errors; one
 * that is gone is one change. A rule on one side only is one change. A finding on one side only,
 * of a known subject and rule, is a change unless it is not_applicable. */
void diff_reports(struct arena *arena, const struct report *a, const struct report *b,
		  struct diff *ret);

/* Facts of matched subjects, and which subjects and populations there are. A fact that was
 * collected in one run only appeared or is gone; unreadable ↔ anything else is worse or better;
 * another value or state is changed. */
void diff_facts(struct arena *arena, const struct facts *a, const struct facts *b,
		struct diff *ret);

#endif
