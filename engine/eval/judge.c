#include "eval/judge.h"

#include <string.h>

#include "eval/operator.h"

/* For each connective: the child results that decide, strongest first, and what each makes of the
 * whole. */
static const struct {
	enum result child, whole;
} logics[][4] = {
	[JUDGE_ALL] = {{RESULT_FAIL, RESULT_FAIL},
		       {RESULT_ERROR, RESULT_ERROR},
		       {RESULT_MANUAL, RESULT_MANUAL},
		       {RESULT_PASS, RESULT_PASS}},
	[JUDGE_ANY] = {{RESULT_PASS, RESULT_PASS},
		       {RESULT_ERROR, RESULT_ERROR},
		       {RESULT_MANUAL, RESULT_MANUAL},
		       {RESULT_FAIL, RESULT_FAIL}},
	[JUDGE_NONE] = {{RESULT_PASS, RESULT_FAIL},
			{RESULT_ERROR, RESULT_ERROR},
			{RESULT_MANUAL, RESULT_MANUAL},
			{RESULT_FAIL, RESULT_PASS}},
};

enum result judge_combine(enum judge_logic logic, const struct judge_tally *tally,
			  enum result *ret_decider)
{
	for (size_t i = 0; i < 4; i++) {
		if (!tally->of[logics[logic][i].child])
			continue;
		*ret_decider = logics[logic][i].child;
		return logics[logic][i].whole;
	}
	*ret_decider = RESULT_NOT_APPLICABLE;
	return RESULT_NOT_APPLICABLE;
}

/* `what` says what there is to say of an error and of a fail. */
static struct verdict conjunction(const struct judge_tally *tally, struct verdict what)
{
	enum result decider;

	what.result = judge_combine(JUDGE_ALL, tally, &decider);
	if (what.result != RESULT_ERROR)
		what.reason = NULL;
	if (what.result != RESULT_FAIL)
		what.seen = NULL;
	return what;
}

struct verdict judge_present(const struct eval_context *ctx, const struct test *test,
			     const struct value *value)
{
	struct judge_tally tally = {0};
	struct verdict whole = {0};

	vec_each(condition, &test->conditions) {
		struct verdict verdict = operator_judge(ctx, condition, value);

		tally.of[verdict.result]++;
		if (verdict.reason && !whole.reason)
			whole.reason = verdict.reason;
		if (verdict.seen && !whole.seen)
			whole.seen = verdict.seen;
	}
	return conjunction(&tally, whole);
}

bool judge_minds_absence(const struct test *test)
{
	if (test->has_if_absent)
		return true;
	vec_each(condition, &test->conditions)
		if (condition->op == OP_EXISTS)
			return true;
	return false;
}

/* `exists: false` beside other conditions leaves those to if_absent. */
struct verdict judge_absent(const struct eval_context *ctx, const struct test *test)
{
	struct judge_tally tally = {0};
	bool others = test->conditions.count == 0;

	vec_each(condition, &test->conditions) {
		const struct value *operand = operator_operand(ctx, condition);

		if (condition->op != OP_EXISTS)
			others = true;
		else if (!operand || operand->type != VALUE_BOOL)
			tally.of[RESULT_ERROR]++;
		else
			tally.of[operand->boolean ? RESULT_FAIL : RESULT_PASS]++;
	}
	if (others)
		tally.of[test->has_if_absent ? test->if_absent : RESULT_FAIL]++;
	return conjunction(&tally, (struct verdict){.reason = "absent, and the rule cannot judge without it"});
}

/* Operands come from rule files, where a block scalar may hold line ends. */
static const char *one_line(const struct eval_context *ctx, struct buf *buf)
{
	const char *text = buf->data ? text_safe(ctx->arena, buf->data, buf->len) : "";

	buf_done(buf);
	return text;
}

static void add_test(const struct eval_context *ctx, const struct test *test, const char *field,
		     struct buf *buf)
{
	vec_each(condition, &test->conditions) {
		if (buf->len)
			buf_puts(buf, " and ");
		if (field)
			buf_printf(buf, "%s: ", field);
		buf_puts(buf, operator_text(ctx, condition));
	}
}

const char *judge_text(const struct eval_context *ctx, const struct test *test)
{
	struct buf buf = {0};

	add_test(ctx, test, NULL, &buf);
	return one_line(ctx, &buf);
}

const char *judge_fields_text(const struct eval_context *ctx, const struct field_tests *tests)
{
	struct buf buf = {0};

	vec_each(field, tests)
		add_test(ctx, &field->test, field->field, &buf);
	return one_line(ctx, &buf);
}
