#include "eval/node.h"

#include "eval/rows.h"

typedef struct outcome judge_side(const struct eval_context *ctx, const struct check *check,
				  const struct test *test, const struct outcome_fact *fact,
				  const struct fact_side *looked);

/* What was declared and what is in effect differ: that is evidence whichever side decided. */
static void note_other_side(const struct eval_context *ctx, const struct outcome_fact *fact,
			    const struct fact_side *looked, struct outcome *outcome)
{
	enum side side = fact->side == SIDE_DECLARED ? SIDE_EFFECTIVE : SIDE_DECLARED;
	struct outcome_fact other = {fact->name, true, side};
	struct fact_side seen = outcome_look(ctx, fact->name, side);

	if (!fact->two_sided || !outcome->evidence.count || looked->state != FACT_PRESENT ||
	    seen.state != FACT_PRESENT || value_equal(&looked->value, &seen.value))
		return;
	vec_push(ctx->arena, &outcome->evidence.items[0].notes,
		 arena_printf(ctx->arena, "%s is %s", outcome_fact_text(ctx->arena, &other),
			      value_display(ctx->arena, &seen.value, OUTCOME_VALUE_SHOWN_MAX)));
}

static bool is_held_against_declared(const struct test *test)
{
	vec_each(condition, &test->conditions)
		if (condition->by_declared)
			return true;
	return false;
}

/* Where nothing was declared there is nothing to hold what is in effect against; what could not be read is an error. */
static struct outcome undeclared(const struct eval_context *ctx, const char *name, const struct fact_side *declared)
{
	struct outcome_fact fact = {name, true, SIDE_DECLARED};
	struct verdict verdict = {.result = RESULT_NOT_APPLICABLE};

	if (declared->state != FACT_ABSENT)
		verdict.result = outcome_of_state(declared->state);
	return outcome_leaf(ctx, &fact, declared, verdict, "what is in effect to be as declared");
}

/* Every side that the check judges, combined as `all`. A side that is absent, and whose test does
 * not say what that means, does not count beside another that is not. */
static struct outcome sides_outcome(const struct eval_context *ctx, const struct check *check,
				    judge_side *judge)
{
	bool two_sided = check->decl && check->decl->two_sided;
	const struct test *tests[SIDE_COUNT] = {&check->plain};
	struct fact_side looked[SIDE_COUNT];
	struct eval_context with_declared = *ctx;
	struct outcomes parts = {0};
	size_t there = 0;

	if (two_sided)
		for (int side = 0; side < SIDE_COUNT; side++) {
			bool plain = check->kind == CHECK_EACH || check->plain.conditions.count;

			tests[side] = plain ? &check->plain : &check->sides[side];
			if (!plain && !tests[side]->conditions.count)
				tests[side] = NULL;
		}
	for (int side = 0; side < SIDE_COUNT; side++) {
		looked[side] = outcome_look(ctx, check->fact, side);
		there += tests[side] && looked[side].state != FACT_ABSENT;
	}
	if (looked[SIDE_DECLARED].state == FACT_PRESENT)
		with_declared.declared = &looked[SIDE_DECLARED].value;
	for (int side = 0; side < SIDE_COUNT; side++) {
		struct outcome_fact fact = {check->fact, two_sided, side};
		struct outcome part;

		if (!tests[side])
			continue;
		if (there && looked[side].state == FACT_ABSENT && !judge_minds_absence(tests[side]))
			continue;
		if (is_held_against_declared(tests[side]) && looked[SIDE_DECLARED].state != FACT_PRESENT)
			part = undeclared(ctx, check->fact, &looked[SIDE_DECLARED]);
		else
			part = judge(&with_declared, check, tests[side], &fact, &looked[side]);
		note_other_side(ctx, &fact, &looked[side], &part);
		vec_push(ctx->arena, &parts, part);
	}
	return outcome_combine(ctx, JUDGE_ALL, &parts);
}

static struct verdict judge_typed(const struct eval_context *ctx, const struct check *check,
				  const struct test *test, const struct value *value)
{
	if (value->type == check->type)
		return judge_present(ctx, test, value);
	return (struct verdict){.result = RESULT_ERROR,
				.reason = arena_printf(ctx->arena, "a %s where the rule judges a %s",
					     value_type_name(value->type),
					     value_type_name(check->type))};
}

static struct outcome leaf_side(const struct eval_context *ctx, const struct check *check,
				const struct test *test, const struct outcome_fact *fact,
				const struct fact_side *looked)
{
	struct verdict verdict = {.result = outcome_of_state(looked->state)};

	if (looked->state == FACT_PRESENT)
		verdict = judge_typed(ctx, check, test, &looked->value);
	else if (looked->state == FACT_ABSENT)
		verdict = judge_absent(ctx, test);
	return outcome_leaf(ctx, fact, looked, verdict, judge_text(ctx, test));
}

static struct outcome each_side(const struct eval_context *ctx, const struct check *check,
				const struct test *test, const struct outcome_fact *fact,
				const struct fact_side *looked)
{
	struct verdict verdict = {.result = outcome_of_state(looked->state)};

	if (looked->state == FACT_PRESENT && looked->value.type == check->type)
		return rows_each(ctx, check, fact, looked);
	if (looked->state == FACT_PRESENT)
		verdict = judge_typed(ctx, check, test, &looked->value);
	if (looked->state == FACT_ABSENT)
		verdict = judge_absent(ctx, test);
	return outcome_leaf(ctx, fact, looked, verdict, judge_fields_text(ctx, &check->must));
}

static struct outcome evaluate_fact(const struct eval_context *ctx, const struct check *check)
{
	return sides_outcome(ctx, check, leaf_side);
}

static struct outcome evaluate_each(const struct eval_context *ctx, const struct check *check)
{
	return sides_outcome(ctx, check, each_side);
}

/* Whether the program reads a configuration file, where its default hangs on that. */
static struct fact_side config_file(const struct eval_context *ctx, const struct check *check)
{
	const char *fact = check->decl ? check->decl->config_file_fact : NULL;

	if (!fact)
		return side_missing(FACT_NOT_COLLECTED, NULL, NULL);
	return outcome_look(ctx, fact, SIDE_PLAIN);
}

/* The default that the program takes for what is not set, as a side; or why it cannot be told. */
static struct fact_side setting_default(const struct eval_context *ctx, const struct check *check,
					const struct strings *notes)
{
	struct fact_side file = {.state = FACT_PRESENT};
	struct fact_side chosen = {.state = FACT_PRESENT, .origin = "default"};
	bool with, by_file = check->default_by_config_file;
	const char *file_text = "the configuration file that the default hangs on";
	const char *note = "not set; this is the program's default";

	if (by_file)
		file = config_file(ctx, check);
	if (file.state != FACT_PRESENT && file.state != FACT_ABSENT)
		return side_missing(file.state, file.origin,
				    outcome_state_text(ctx->arena, file_text, &file));
	with = file.state == FACT_PRESENT;
	chosen.value = with ? check->default_with_config : check->default_without_config;
	if (by_file)
		note = with ? "not set; this is the default with a configuration file"
			    : "not set; this is the default without a configuration file";
	vec_push(ctx->arena, &chosen.notes, note);
	vec_each(other, notes)
		vec_push(ctx->arena, &chosen.notes, *other);
	return chosen;
}

static struct outcome evaluate_setting(const struct eval_context *ctx, const struct check *check)
{
	struct outcome_fact fact = {.name = check->fact};
	struct fact_side looked = outcome_look(ctx, check->fact, SIDE_PLAIN);

	if (looked.state == FACT_ABSENT && check->has_default)
		looked = setting_default(ctx, check, &looked.notes);
	return leaf_side(ctx, check, &check->plain, &fact, &looked);
}

static struct outcome evaluate(const struct eval_context *ctx, const struct check *check,
			       unsigned depth);

static struct outcome evaluate_children(const struct eval_context *ctx, const struct check *check,
					unsigned depth)
{
	static const enum judge_logic logics[] = {
		[CHECK_ALL] = JUDGE_ALL, [CHECK_ANY] = JUDGE_ANY, [CHECK_NONE] = JUDGE_NONE};
	struct outcomes children = {0};

	if (depth >= NODE_DEPTH_MAX)
		return (struct outcome){.result = RESULT_ERROR,
					.summary = "the check is nested too deeply"};
	vec_each(child, &check->children)
		vec_push(ctx->arena, &children, evaluate(ctx, *child, depth + 1));
	return outcome_combine(ctx, logics[check->kind], &children);
}

static struct outcome evaluate(const struct eval_context *ctx, const struct check *check,
			       unsigned depth)
{
	static struct outcome (*const leaves[])(const struct eval_context *ctx,
						const struct check *check) = {
		[CHECK_FACT] = evaluate_fact,
		[CHECK_FILE] = rows_file,
		[CHECK_SETTING] = evaluate_setting,
		[CHECK_EACH] = evaluate_each,
	};
	struct outcome outcome;

	outcome = check->kind < CHECK_ALL ? leaves[check->kind](ctx, check)
					  : evaluate_children(ctx, check, depth);
	if (outcome.result == RESULT_FAIL)
		outcome.result = check->otherwise;
	return outcome;
}

struct outcome node_evaluate(const struct eval_context *ctx, const struct check *check)
{
	return evaluate(ctx, check, 0);
}
