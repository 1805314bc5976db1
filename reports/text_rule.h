/* One rule on the page: what was found for whom, why it matters, what to do. */
#ifndef REPORTS_TEXT_RULE_H
#define REPORTS_TEXT_RULE_H

#include "reports/text_layout.h"
#include "reports/text_part.h"

struct text_rule_style {
	const struct text_layout *out;
	bool verbose;
	size_t id_columns; /* so that titles stand below each other */
};

void text_rule_show(const struct text_rule_style *style, const struct rule_result *rule,
		    enum text_part part);
enum text_style text_rule_colour(enum text_part part);

/* "5.1, 5.2, 5.31" */
const char *text_rule_ids(struct arena *arena, const struct text_rules *rules);

#endif
