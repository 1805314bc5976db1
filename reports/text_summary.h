/* The figures of a benchmark for people: the verdict, the score tables, what the score does not
 * speak of. */
#ifndef REPORTS_TEXT_SUMMARY_H
#define REPORTS_TEXT_SUMMARY_H

#include "reports/text_layout.h"
#include "score/report.h"

/* Name, profile, then the word, the score with its coverage and the counts. */
void text_summary_verdict(const struct text_layout *out, const struct benchmark_report *benchmark);
/* The same shortly, for the end of the page, where a terminal leaves the reader. */
void text_summary_last(const struct text_layout *out, const struct benchmark_report *benchmark,
		       const char *host);
void text_summary_not_assessed(const struct text_layout *out,
			       const struct benchmark_report *benchmark);

#endif
