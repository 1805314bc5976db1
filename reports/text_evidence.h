/* Findings as labelled lines of plain text, for every format that shows them to people. */
#ifndef REPORTS_TEXT_EVIDENCE_H
#define REPORTS_TEXT_EVIDENCE_H

#include "model/finding.h"

/* "found", "row" (of records), "because", "expected", "from", "note", in this order. */
struct text_line {
	const char *label;
	const char *text;
};
struct text_lines VEC_BODY(struct text_line);

/* How much of one piece of evidence is shown; 0: all. */
struct text_limits {
	size_t value_bytes;
	size_t rows;
	size_t notes;
};

void text_evidence_lines(struct arena *arena, const struct evidence *evidence,
			 const struct text_limits *limits, struct text_lines *ret);

/* Whether the finding's message has said what this line of its evidence says. */
bool text_evidence_repeats(struct arena *arena, const char *message,
			   const struct evidence *evidence, const struct text_line *line);

/* Equal keys: the same was found, whoever the subject is and wherever it was read. */
const char *text_evidence_key(struct arena *arena, const struct finding *finding);

/* "waived by OWNER until 2027-01-31: REASON", "attested by WHO until …: SAW"; NULL without a
 * disposition. */
const char *text_evidence_disposition(struct arena *arena, const struct finding *finding);

#endif
