/* One condition on one present value. */
#ifndef EVAL_OPERATOR_H
#define EVAL_OPERATOR_H

#include "eval/context.h"

/* PASS or FAIL; ERROR when the types do not fit (a facts document of another build), a version or
 * an expression from a parameter is none, or matching runs over its limit. */
struct verdict operator_judge(const struct eval_context *ctx, const struct condition *condition,
			      const struct value *value);

/* The value that a parameter or a literal gives; NULL for a literal list (OPERAND_LIST). */
const struct value *operator_operand(const struct eval_context *ctx,
				     const struct condition *condition);

/* "subset_of [chown, kill]": the parameter's value in place. */
const char *operator_text(const struct eval_context *ctx, const struct condition *condition);

#endif
