/* What belongs together on the page: the findings of one kind, rule by rule, worst severity first,
 * equal ones grouped. */
#ifndef REPORTS_TEXT_PART_H
#define REPORTS_TEXT_PART_H

#include "score/report.h"

/* A finding may be in more than one: a rule that fails for one container and errs for another is in
 * both parts, and an attested one also in that of its result. X(ENUM, "word", "heading") */
#define TEXT_PARTS(X)                                                                              \
	X(FAILED, "FAIL", "FAILED")                                                                \
	X(ERRORS, "ERROR", "COULD NOT LOOK")                                                       \
	X(MANUAL, "MANUAL", "FOR A PERSON TO LOOK AT")                                             \
	X(WAIVED, "WAIVED", "WAIVED: FAILS THAT SOMEBODY OWNS")                                    \
	X(ATTESTED, "ATTEST", "ATTESTED: ANSWERED BY A PERSON")                                    \
	X(PASSED, "PASS", "PASSED")                                                                \
	X(NOT_APPLICABLE, "N/A", "NOT APPLICABLE")

enum text_part {
#define X(e, w, h) TEXT_PART_##e,
	TEXT_PARTS(X)
#undef X
		TEXT_PART_COUNT
};

struct text_findings VEC_BODY(const struct finding *);
struct text_group {
	struct text_findings findings; /* never empty; the same was found for all */
};
struct text_groups VEC_BODY(struct text_group *);

struct text_rules VEC_BODY(const struct rule_result *);

const char *text_part_word(enum text_part part);
const char *text_part_heading(enum text_part part);

/* Rules with a finding in the part. PASSED and NOT_APPLICABLE go by the rule's own result, as does
 * a rule without findings. */
struct text_rules text_part_rules(struct arena *arena, const struct benchmark_report *benchmark,
				  enum text_part part);
struct text_groups text_part_groups(struct arena *arena, const struct rule_result *rule,
				    enum text_part part);

/* How many findings of the rule are of each part. */
struct text_tally {
	size_t of[TEXT_PART_COUNT];
};
struct text_tally text_part_tally(const struct rule_result *rule);

#endif
