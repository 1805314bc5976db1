#include "eval/rows.h"

#include "eval/operator.h"

/* One row and what it comes to. An uncertain row is one whose filter could not be decided. */
struct judged_row {
	const struct record *record;
	struct verdict verdict;
	bool uncertain;
};

/* A fact's side with its rows. */
struct source {
	struct outcome_fact fact;
	struct fact_side looked;
	VEC(struct judged_row) rows; /* those the filter lets through */
	size_t row_count;            /* before the filter */
	enum result result;          /* of state or rows; meaningless when absent or without rows */
};
struct sources VEC_BODY(struct source);

static struct records rows_of(struct arena *arena, const struct value *value)
{
	struct records rows = {0};

	if (value->type == VALUE_RECORDS)
		return value->records;
	if (value->type == VALUE_STRINGS) {
		vec_each(item, &value->strings) {
			struct record row = {0};

			record_set(arena, &row, "item", value_string(*item));
			vec_push(arena, &rows, row);
		}
	}
	if (value->type == VALUE_MAP) {
		vec_each(pair, &value->map) {
			struct record row = {0};

			record_set(arena, &row, "key", value_string(pair->key));
			record_set(arena, &row, "value", value_string(pair->text));
			vec_push(arena, &rows, row);
		}
	}
	return rows;
}

static struct verdict judge_field(const struct eval_context *ctx, const struct field_test *field,
				  const struct value *value)
{
	if (!value)
		return judge_absent(ctx, &field->test);
	if (value->type == field->type)
		return judge_present(ctx, &field->test, value);
	return (struct verdict){.result = RESULT_ERROR,
				.reason = arena_printf(ctx->arena, "a %s where the rule judges a %s",
					     value_type_name(value->type),
					     value_type_name(field->type))};
}

static const char *field_detail(const struct eval_context *ctx, const struct field_test *field,
				const struct value *value, struct verdict verdict)
{
	const char *shown =
		value ? value_display(ctx->arena, value, OUTCOME_VALUE_SHOWN_MAX) : "absent";

	if (verdict.reason)
		return arena_printf(ctx->arena, "%s is %s: %s", field->field, shown,
				    verdict.reason);
	if (verdict.result == RESULT_PASS || !field->test.conditions.count)
		return arena_printf(ctx->arena, "%s is %s", field->field, shown);
	if (verdict.seen)
		return arena_printf(ctx->arena, "%s %s; expected %s", field->field, verdict.seen,
				    judge_text(ctx, &field->test));
	return arena_printf(ctx->arena, "%s is %s; expected %s", field->field, shown,
			    judge_text(ctx, &field->test));
}

/* All field tests on one row; the detail is of the first field that made the result. */
static struct verdict judge_row(const struct eval_context *ctx, const struct field_tests *tests,
				const struct record *row, const char **ret_detail)
{
	struct judge_tally tally = {0};
	const struct field_test *first[RESULT_COUNT] = {0};
	struct verdict verdicts[RESULT_COUNT] = {0};
	enum result decider, result;

	vec_each(field, tests) {
		struct verdict verdict = judge_field(ctx, field, record_get(row, field->field));

		if (!tally.of[verdict.result]++) {
			first[verdict.result] = field;
			verdicts[verdict.result] = verdict;
		}
	}
	result = judge_combine(JUDGE_ALL, &tally, &decider);
	if (ret_detail && first[decider]) {
		const struct value *value = record_get(row, first[decider]->field);

		*ret_detail = field_detail(ctx, first[decider], value, verdicts[decider]);
	}
	return (struct verdict){.result = result, .reason = verdicts[decider].reason};
}

/* Unknown membership: a row that passes anyway does no harm, any other may or may not count. */
static void settle_uncertain(struct judged_row *row, struct verdict filter)
{
	row->uncertain = true;
	if (row->verdict.result == RESULT_PASS)
		return;
	row->verdict.result = RESULT_ERROR;
	row->verdict.reason = filter.reason;
	if (!filter.reason)
		row->verdict.reason = "whether the row counts cannot be decided";
}

static void judge_rows(const struct eval_context *ctx, const struct check *check,
		       struct source *source)
{
	struct records rows = rows_of(ctx->arena, &source->looked.value);
	struct judge_tally tally = {0};
	enum result decider;

	source->row_count = rows.count;
	vec_each(record, &rows) {
		struct verdict in = {.result = RESULT_PASS};
		struct judged_row row = {.record = record};

		if (check->filter.count)
			in = judge_row(ctx, &check->filter, record, NULL);
		if (in.result == RESULT_FAIL || in.result == RESULT_NOT_APPLICABLE)
			continue;
		row.verdict = judge_row(ctx, &check->must, record, NULL);
		if (in.result != RESULT_PASS)
			settle_uncertain(&row, in);
		tally.of[row.verdict.result]++;
		vec_push(ctx->arena, &source->rows, row);
	}
	source->result = judge_combine(JUDGE_ALL, &tally, &decider);
}

static struct source source_look(const struct eval_context *ctx, const struct check *check,
				 struct outcome_fact fact, const struct fact_side *looked)
{
	struct source source = {.fact = fact, .looked = *looked};

	if (looked->state == FACT_PRESENT)
		judge_rows(ctx, check, &source);
	else if (looked->state != FACT_ABSENT)
		source.result = outcome_of_state(looked->state);
	return source;
}

static const char *rows_expected(const struct eval_context *ctx, const struct check *check)
{
	const char *must = judge_fields_text(ctx, &check->must);

	if (!check->filter.count)
		return must;
	return arena_printf(ctx->arena, "%s where %s", must,
			    judge_fields_text(ctx, &check->filter));
}

/* What decided a row: "mode is 0666; expected no looser than 0660". */
static const char *row_detail(const struct eval_context *ctx, const struct check *check,
			      const struct judged_row *row)
{
	const char *detail = "nothing to judge";

	if (row->uncertain && row->verdict.reason)
		return row->verdict.reason;
	judge_row(ctx, &check->must, row->record, &detail);
	return detail;
}

/* What a person calls a row: a file's path, a map's key, the first field of others; items of a
 * list speak for themselves. */
static const char *row_name(const struct eval_context *ctx, const struct check *check,
			    const struct source *source, const struct judged_row *row)
{
	const struct value *first = row->record->count ? row->record->items[0].value : NULL;
	const struct value *path = record_get(row->record, "path");
	const char *fact = outcome_fact_text(ctx->arena, &source->fact);

	if (check->kind == CHECK_FILE && path && path->type == VALUE_STRING)
		return path->string;
	if (source->looked.value.type == VALUE_STRINGS || !first)
		return fact;
	return arena_printf(ctx->arena, "%s %s", fact,
			    value_display(ctx->arena, first, OUTCOME_VALUE_SHOWN_MAX));
}

/* The rows of a source whose result is `decider`, as evidence. */
static struct outcome rows_outcome(const struct eval_context *ctx, const struct check *check,
				   const struct source *source, enum result decider)
{
	struct fact_side shown = source->looked;
	struct outcome outcome = {.result = decider};
	struct evidence evidence;
	size_t more = 0;

	shown.value = (struct value){.type = VALUE_RECORDS};
	vec_each(row, &source->rows) {
		if (row->verdict.result != decider)
			continue;
		if (!outcome.summary) {
			outcome.summary = arena_printf(ctx->arena, "%s: %s",
						       row_name(ctx, check, source, row),
						       row_detail(ctx, check, row));
			shown.reason = row->verdict.reason;
		}
		if (shown.value.records.count == ROWS_SHOWN_MAX)
			more++;
		else
			vec_push(ctx->arena, &shown.value.records, *row->record);
	}
	evidence = outcome_evidence(ctx->arena, &source->fact, &shown);
	evidence.result = decider;
	evidence.expected = rows_expected(ctx, check);
	if (more)
		vec_push(ctx->arena, &evidence.notes,
			 arena_printf(ctx->arena, "and %zu more", more));
	vec_push(ctx->arena, &outcome.evidence, evidence);
	return outcome;
}

static struct outcome source_outcome(const struct eval_context *ctx, const struct check *check,
				     const struct source *source)
{
	struct verdict verdict = {.result = source->result};

	if (source->looked.state == FACT_PRESENT)
		return rows_outcome(ctx, check, source, source->result);
	return outcome_leaf(ctx, &source->fact, &source->looked, verdict,
			    rows_expected(ctx, check));
}

static const char *empty_summary(const struct eval_context *ctx, const struct check *check,
				 const struct source *source)
{
	const char *fact = outcome_fact_text(ctx->arena, &source->fact);

	if (source->row_count)
		return arena_printf(ctx->arena, "%s: nothing where %s", fact,
				    judge_fields_text(ctx, &check->filter));
	return arena_printf(ctx->arena,
			    check->kind == CHECK_FILE ? "%s does not exist" : "%s is empty", fact);
}

/* No row anywhere: `if_empty` decides, and the places looked at are the evidence. */
static struct outcome empty_outcome(const struct eval_context *ctx, const struct check *check,
				    const struct sources *sources)
{
	struct outcome outcome = {.result = check->if_empty};

	vec_each(source, sources) {
		struct fact_side shown = source->looked;
		struct evidence evidence;

		if (shown.state == FACT_PRESENT)
			shown.value = (struct value){.type = VALUE_RECORDS};
		if (!outcome.summary)
			outcome.summary = empty_summary(ctx, check, source);
		evidence = outcome_evidence(ctx->arena, &source->fact, &shown);
		evidence.result = check->if_empty;
		evidence.expected = rows_expected(ctx, check);
		if (outcome.evidence.count < ROWS_SHOWN_MAX)
			vec_push(ctx->arena, &outcome.evidence, evidence);
	}
	if (sources->count > 1)
		outcome.summary = arena_printf(ctx->arena, "%s (nor %zu more)",
					       outcome.summary, sources->count - 1);
	if (check->if_empty == RESULT_FAIL)
		outcome.summary = arena_printf(ctx->arena, "%s; expected %s", outcome.summary,
					       rows_expected(ctx, check));
	return outcome;
}

static void cut_evidence(const struct eval_context *ctx, struct outcome *outcome)
{
	struct evidence *last = outcome->evidence.items + ROWS_SHOWN_MAX - 1;

	if (outcome->evidence.count <= ROWS_SHOWN_MAX)
		return;
	vec_push(ctx->arena, &last->notes,
		 arena_printf(ctx->arena, "and %zu more files",
			      outcome->evidence.count - ROWS_SHOWN_MAX));
	outcome->evidence.count = ROWS_SHOWN_MAX;
}

/* Rows of all sources together, as `all`; a source that could not be read is an error among
 * them. */
static struct outcome together(const struct eval_context *ctx, const struct check *check,
			       const struct sources *sources)
{
	struct outcomes parts = {0};
	bool certain = false, blank = false;
	size_t uncertain = 0;
	struct outcome whole;

	vec_each(source, sources) {
		vec_each(row, &source->rows) {
			certain |= !row->uncertain;
			uncertain += row->uncertain;
		}
		if (source->looked.state == FACT_ABSENT ||
		    (source->looked.state == FACT_PRESENT && !source->rows.count))
			blank = true;
		else
			vec_push(ctx->arena, &parts, source_outcome(ctx, check, source));
	}
	whole = outcome_combine(ctx, JUDGE_ALL, &parts);
	if (!parts.count || (whole.result == RESULT_NOT_APPLICABLE && blank && !certain))
		return empty_outcome(ctx, check, sources);
	/* Perhaps no row counts at all: then if_empty would have decided. */
	if (uncertain && !certain && whole.result != RESULT_ERROR &&
	    whole.result != check->if_empty) {
		whole.result = RESULT_ERROR;
		whole.summary = arena_printf(ctx->arena, "%s: whether it counts cannot be decided",
					     whole.summary);
	}
	cut_evidence(ctx, &whole);
	return whole;
}

struct outcome rows_each(const struct eval_context *ctx, const struct check *check,
			 const struct outcome_fact *fact, const struct fact_side *looked)
{
	struct sources sources = {0};

	vec_push(ctx->arena, &sources, source_look(ctx, check, *fact, looked));
	return together(ctx, check, &sources);
}

/* The file that counts is the first that exists; one before it that cannot be read might be it. */
static struct outcome first_of(const struct eval_context *ctx, const struct check *check,
			       const struct sources *sources)
{
	vec_each(source, sources) {
		struct sources one = {.items = source, .count = 1};
		bool exists = source->looked.state == FACT_PRESENT && source->row_count;

		if (exists || source->looked.state == FACT_UNREADABLE ||
		    source->looked.state == FACT_NOT_COLLECTED)
			return together(ctx, check, &one);
	}
	return together(ctx, check, sources);
}

struct outcome rows_file(const struct eval_context *ctx, const struct check *check)
{
	struct sources sources = {0};

	vec_each(name, &check->files) {
		struct outcome_fact fact = {.name = *name};
		struct fact_side looked = outcome_look(ctx, *name, SIDE_PLAIN);

		if (looked.state == FACT_PRESENT && looked.value.type != VALUE_RECORDS)
			looked = side_missing(FACT_UNREADABLE, looked.origin, "no list of files");
		vec_push(ctx->arena, &sources, source_look(ctx, check, fact, &looked));
	}
	return check->first_of ? first_of(ctx, check, &sources) : together(ctx, check, &sources);
}
