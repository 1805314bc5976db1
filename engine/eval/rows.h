/* Checks over rows: `each` over a list-valued fact, `file` over the files that exist. */
#ifndef EVAL_ROWS_H
#define EVAL_ROWS_H

#include "eval/outcome.h"

/* Rows of a piece of evidence, and pieces of evidence of one `file`; a note counts the rest. */
#define ROWS_SHOWN_MAX 20

/* One present or absent side of an EACH check's fact. */
struct outcome rows_each(const struct eval_context *ctx, const struct check *check,
			 const struct outcome_fact *fact, const struct fact_side *looked);
struct outcome rows_file(const struct eval_context *ctx, const struct check *check);

#endif
