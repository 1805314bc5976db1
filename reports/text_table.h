/* The score table: one row a section, level or container. */
#ifndef REPORTS_TEXT_TABLE_H
#define REPORTS_TEXT_TABLE_H

#include "reports/text_layout.h"
#include "score/report.h"

void text_table_head(const struct text_layout *out, const char *what);
void text_table_row(const struct text_layout *out, const char *name, const struct score *score);

#endif
