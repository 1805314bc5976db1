#include "eval/outcome.h"

#include <string.h>

static const char *copy_text(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static struct strings copy_strings(struct arena *arena, const struct strings *from)
{
	struct strings to = {0};

	vec_each(text, from)
		vec_push(arena, &to, arena_strdup(arena, *text));
	return to;
}

/* Scalars and lists; the fields of a row are nothing else (struct field_decl). */
static struct value copy_plain(struct arena *arena, const struct value *from)
{
	struct value to = *from;

	if (from->type == VALUE_STRING || from->type == VALUE_VERSION)
		to.string = copy_text(arena, from->string);
	if (from->type == VALUE_STRINGS)
		to.strings = copy_strings(arena, &from->strings);
	return to;
}

static struct record copy_record(struct arena *arena, const struct record *from)
{
	struct record to = {0};

	vec_each(field, from)
		if (field->value)
			record_set(arena, &to, arena_strdup(arena, field->name),
				   copy_plain(arena, field->value));
	return to;
}

/* Facts may be gone before the report is: findings keep nothing of theirs. */
static struct value copy_value(struct arena *arena, const struct value *from)
{
	struct value to = {.type = from->type};

	if (from->type == VALUE_MAP) {
		vec_each(pair, &from->map)
			vec_push(arena, &to.map,
				 ((struct pair){arena_strdup(arena, pair->key),
						arena_strdup(arena, pair->text)}));
		return to;
	}
	if (from->type != VALUE_RECORDS)
		return copy_plain(arena, from);
	vec_each(record, &from->records)
		vec_push(arena, &to.records, copy_record(arena, record));
	return to;
}

struct fact_side outcome_look(const struct eval_context *ctx, const char *name, enum side side)
{
	const struct fact *fact = facts_get(ctx->subject, name);
	struct fact_side looked = *facts_side(ctx->subject, name, side);
	bool recorded = fact && (!fact->two_sided || looked.origin || looked.reason);

	if (looked.state == FACT_NOT_COLLECTED && ctx->missing_is_absent && !recorded)
		looked.state = FACT_ABSENT;
	return looked;
}

enum result outcome_of_state(enum fact_state state)
{
	return state == FACT_UNSUPPORTED ? RESULT_NOT_APPLICABLE : RESULT_ERROR;
}

const char *outcome_state_text(struct arena *arena, const char *subject,
			       const struct fact_side *looked)
{
	static const char *const verbs[FACT_STATE_COUNT] = {
		[FACT_PRESENT] = "is there",
		[FACT_ABSENT] = "is absent",
		[FACT_UNREADABLE] = "could not be read",
		[FACT_UNSUPPORTED] = "does not apply here",
		[FACT_NOT_COLLECTED] = "was not collected",
	};

	if (looked->reason)
		return arena_printf(arena, "%s %s: %s", subject, verbs[looked->state],
				    looked->reason);
	return arena_printf(arena, "%s %s", subject, verbs[looked->state]);
}

const char *outcome_fact_text(struct arena *arena, const struct outcome_fact *fact)
{
	static const char *const sides[SIDE_COUNT] = {
		[SIDE_DECLARED] = "declared", [SIDE_EFFECTIVE] = "effective"};

	if (text_starts(fact->name, "file."))
		return fact->name + strlen("file.");
	if (!fact->two_sided)
		return fact->name;
	return arena_printf(arena, "%s (%s)", fact->name, sides[fact->side]);
}

struct evidence outcome_evidence(struct arena *arena, const struct outcome_fact *fact,
				 const struct fact_side *looked)
{
	struct evidence evidence = {
		.fact = copy_text(arena, fact->name),
		.two_sided = fact->two_sided,
		.side = fact->side,
		.state = looked->state,
		.origin = copy_text(arena, looked->origin),
		.reason = copy_text(arena, looked->reason),
		.notes = copy_strings(arena, &looked->notes),
		.result = RESULT_MANUAL,
	};

	if (looked->state == FACT_PRESENT)
		evidence.value = copy_value(arena, &looked->value);
	return evidence;
}

struct evidence outcome_keep(struct arena *arena, const struct evidence *from)
{
	struct evidence to = *from;

	to.fact = copy_text(arena, from->fact);
	to.origin = copy_text(arena, from->origin);
	to.reason = copy_text(arena, from->reason);
	to.expected = copy_text(arena, from->expected);
	to.notes = copy_strings(arena, &from->notes);
	to.value = copy_value(arena, &from->value);
	return to;
}

static const char *leaf_summary(struct arena *arena, const char *fact,
				const struct fact_side *looked, struct verdict verdict,
				const char *expected)
{
	const char *seen = outcome_state_text(arena, fact, looked);

	if (looked->state == FACT_PRESENT && verdict.seen)
		seen = arena_printf(arena, "%s %s", fact, verdict.seen);
	else if (looked->state == FACT_PRESENT)
		seen = arena_printf(arena, "%s is %s", fact,
				    value_display(arena, &looked->value, OUTCOME_VALUE_SHOWN_MAX));
	if (verdict.reason)
		return arena_printf(arena, "%s: %s", seen, verdict.reason);
	if (verdict.result == RESULT_FAIL)
		return arena_printf(arena, "%s; expected %s", seen, expected);
	return seen;
}

struct outcome outcome_leaf(const struct eval_context *ctx, const struct outcome_fact *fact,
			    const struct fact_side *looked, struct verdict verdict,
			    const char *expected)
{
	struct outcome outcome = {.result = verdict.result};
	struct evidence evidence = outcome_evidence(ctx->arena, fact, looked);

	evidence.result = verdict.result;
	evidence.expected = expected;
	if (verdict.reason)
		evidence.reason = verdict.reason;
	vec_push(ctx->arena, &outcome.evidence, evidence);
	outcome.summary = leaf_summary(ctx->arena, outcome_fact_text(ctx->arena, fact), looked,
				       verdict, expected);
	return outcome;
}

struct outcome outcome_combine(const struct eval_context *ctx, enum judge_logic logic,
			       const struct outcomes *children)
{
	struct judge_tally tally = {0};
	struct outcome whole = {0};
	enum result decider;

	vec_each(child, children)
		tally.of[child->result]++;
	whole.result = judge_combine(logic, &tally, &decider);
	vec_each(child, children) {
		if (child->result != decider)
			continue;
		if (!whole.summary)
			whole.summary = child->summary;
		vec_each(evidence, &child->evidence)
			vec_push(ctx->arena, &whole.evidence, *evidence);
	}
	if (!whole.summary)
		whole.summary = "nothing to judge";
	return whole;
}
