#include "eval/eval.h"

#include <string.h>

#include "eval/node.h"

#define MESSAGE_LOOK_AT_MAX 160 /* bytes of a rule's look_at in a message */

/* Whether a subject is judged at all: PASS, or the result and message that it gets instead. */
struct gate {
	enum result result;
	const char *message;
};

static struct eval_context context_of(struct arena *arena, const struct eval_rule *what,
				      const struct subject *subject)
{
	return (struct eval_context){
		.arena = arena,
		.params = what->params,
		.subject = subject,
		.missing_is_absent = what->missing_is_absent,
	};
}

/* "docker.present has to be true", where the condition is that simple. */
static const char *refusal(const struct eval_context *ctx, const struct check *condition,
			   const struct outcome *outcome)
{
	const struct evidence *evidence = outcome->evidence.items;

	if (condition->kind != CHECK_FACT || !outcome->evidence.count ||
	    evidence->state != FACT_PRESENT)
		return arena_printf(ctx->arena, "does not hold: %s", outcome->summary);
	return arena_printf(ctx->arena, "%s has to be %s", evidence->fact, evidence->expected);
}

static struct gate condition_gate(const struct eval_context *ctx, const struct check *condition,
				  const char *whose)
{
	struct outcome outcome = node_evaluate(ctx, condition);
	const char *text = outcome.summary;

	if (outcome.result == RESULT_FAIL)
		text = refusal(ctx, condition, &outcome);
	else if (outcome.result == RESULT_MANUAL)
		text = arena_printf(ctx->arena, "to be judged by a person: %s", text);
	return (struct gate){outcome.result, arena_printf(ctx->arena, "%s %s", whose, text)};
}

/* What was seen, without what was expected: a subject that is not selected did nothing wrong. */
static struct gate select_gate(const struct eval_context *ctx, const struct check *select)
{
	struct outcome outcome = node_evaluate(ctx, select);
	const char *text = outcome.summary, *end = strstr(text, "; expected ");

	if (outcome.result == RESULT_FAIL && end)
		text = arena_strndup(ctx->arena, text, (size_t)(end - text));
	return (struct gate){outcome.result, arena_printf(ctx->arena, "select: %s", text)};
}

/* As `all`, with not_applicable as strong as fail: whoever leaves the subject out for certain
 * decides. */
static struct gate gate_combine(const struct gate *gates, size_t count)
{
	static const enum result order[] = {RESULT_FAIL, RESULT_NOT_APPLICABLE, RESULT_ERROR,
					    RESULT_MANUAL};

	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		for (size_t j = 0; j < count; j++) {
			struct gate gate = gates[j];

			if (gate.result != order[i])
				continue;
			if (gate.result == RESULT_FAIL)
				gate.result = RESULT_NOT_APPLICABLE;
			return gate;
		}
	return (struct gate){RESULT_PASS, NULL};
}

static struct gate gate_of(const struct eval_context *ctx, const struct rule *rule,
			   const struct check *applies, bool select)
{
	struct gate gates[3];
	size_t count = 0;

	if (applies)
		gates[count++] = condition_gate(ctx, applies, "the benchmark's condition");
	if (rule->applies_if)
		gates[count++] = condition_gate(ctx, rule->applies_if, "the rule's condition");
	if (select && rule->select)
		gates[count++] = select_gate(ctx, rule->select);
	return gate_combine(gates, count);
}

static void add_evidence(struct arena *arena, struct finding *finding, const struct evidence *items,
			 size_t count)
{
	for (size_t i = 0; i < count; i++)
		vec_push(arena, &finding->evidence, items[i]);
}

static void show_fact(const struct eval_context *ctx, const char *name, struct finding *finding)
{
	const struct fact *recorded = facts_get(ctx->subject, name);
	bool two_sided = recorded && recorded->two_sided;

	for (int side = 0; side <= (two_sided ? SIDE_EFFECTIVE : SIDE_PLAIN); side++) {
		struct outcome_fact fact = {name, two_sided, side};
		struct fact_side looked = outcome_look(ctx, name, side);
		struct evidence evidence = outcome_evidence(ctx->arena, &fact, &looked);

		add_evidence(ctx->arena, finding, &evidence, 1);
	}
}

static const char *first_line(struct arena *arena, const char *text)
{
	size_t len = strcspn(text, "\n");
	struct value line = value_string(arena_strndup(arena, text, len));

	return value_display(arena, &line, MESSAGE_LOOK_AT_MAX);
}

static void judge_manual(const struct eval_context *ctx, const struct rule *rule,
			 struct finding *finding)
{
	finding->result = RESULT_MANUAL;
	finding->message = "to be judged by a person";
	if (rule->look_at)
		finding->message = arena_printf(ctx->arena, "to be judged by a person: %s",
						first_line(ctx->arena, rule->look_at));
	vec_each(name, &rule->show)
		show_fact(ctx, *name, finding);
}

static void judge_check(const struct eval_context *ctx, const struct rule *rule,
			struct finding *finding)
{
	struct outcome outcome = node_evaluate(ctx, rule->check);
	size_t more = outcome.evidence.count > 1 ? outcome.evidence.count - 1 : 0;

	finding->result = outcome.result;
	finding->message = outcome.summary;
	add_evidence(ctx->arena, finding, outcome.evidence.items, outcome.evidence.count);
	if (more)
		finding->message =
			arena_printf(ctx->arena, "%s (and %zu more)", outcome.summary, more);
	if (outcome.result != RESULT_MANUAL)
		return;
	finding->message =
		arena_printf(ctx->arena, "to be judged by a person: %s", finding->message);
	vec_each(name, &rule->show)
		show_fact(ctx, *name, finding);
}

static struct finding finding_about(struct arena *arena, const struct subject *subject)
{
	return (struct finding){
		.scope = subject->scope,
		.subject_id = arena_strdup(arena, subject->id),
		.subject_name = arena_strdup(arena, subject->name),
	};
}

/* Most of what an evaluation writes on its way is not what it comes to. */
static void keep(struct arena *arena, struct finding *finding)
{
	__typeof__(finding->evidence) kept = {0};

	finding->message = text_safe(arena, finding->message, strlen(finding->message));
	vec_each(evidence, &finding->evidence)
		vec_push(arena, &kept, outcome_keep(arena, evidence));
	finding->evidence = kept;
}

static struct finding judge_subject(struct arena *arena, const struct eval_rule *what,
				    const struct check *applies, const struct subject *subject,
				    bool select)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct eval_context ctx = context_of(scratch, what, subject);
	struct finding finding = finding_about(arena, subject);
	struct gate gate = gate_of(&ctx, what->rule, applies, select);

	if (gate.result != RESULT_PASS) {
		finding.result = gate.result;
		finding.message = gate.message;
	} else if (what->rule->check) {
		judge_check(&ctx, what->rule, &finding);
	} else {
		judge_manual(&ctx, what->rule, &finding);
	}
	keep(arena, &finding);
	return finding;
}

void eval_subject(struct arena *arena, const struct eval_rule *what, const struct check *applies,
		  const struct subject *subject, struct finding *ret)
{
	*ret = judge_subject(arena, what, applies, subject, false);
}

enum result eval_check(struct arena *arena, const struct check *check,
		       const struct subject *subject)
{
	struct eval_context ctx = {.arena = arena, .subject = subject};

	return node_evaluate(&ctx, check).result;
}

static const struct subject *host_of(const struct facts *facts)
{
	static const struct subject unknown = {.scope = SCOPE_HOST, .id = "host", .name = "host"};

	for (size_t i = 0; i < facts_subject_count(facts); i++)
		if (facts_subject_at(facts, i)->scope == SCOPE_HOST)
			return facts_subject_at(facts, i);
	return &unknown;
}

/* What the population's state says about subjects that are not listed; false: there are none to
 * speak of. */
static bool unlisted(struct arena *arena, enum scope scope, const struct fact_side *population,
		     bool some, struct finding *finding)
{
	const char *plural = scope_plural(scope);
	struct outcome_fact fact = {.name = plural};

	finding->result = RESULT_NOT_APPLICABLE;
	finding->message = arena_printf(arena, "no %s on this host", plural);
	if (population->state == FACT_PRESENT || population->state == FACT_ABSENT)
		return !some;
	if (population->state == FACT_UNSUPPORTED) {
		finding->message = outcome_state_text(
			arena, arena_printf(arena, "a look for %s", plural), population);
		return !some;
	}
	finding->result = RESULT_ERROR;
	finding->message = outcome_state_text(
		arena, arena_printf(arena, some ? "the full list of %s" : "the list of %s", plural),
		population);
	vec_push(arena, &finding->evidence, outcome_evidence(arena, &fact, population));
	finding->evidence.items[0].result = RESULT_ERROR;
	return true;
}

/* A finding on the host for a scope's missing subjects. Conditions over the host's own facts may
 * leave it out; those over facts of the missing subjects cannot be decided here and are passed
 * over. */
static void judge_unlisted(struct arena *arena, const struct eval_rule *what,
			   const struct check *applies, const struct facts *facts, bool some,
			   struct findings *ret)
{
	const struct subject *host = host_of(facts);
	struct eval_context ctx = context_of(arena, what, host);
	struct finding finding = finding_about(arena, host);
	struct gate gate = gate_of(&ctx, what->rule, applies, false);

	if (!unlisted(arena, what->rule->scope, facts_population(facts, what->rule->scope), some,
		      &finding))
		return;
	if (gate.result == RESULT_NOT_APPLICABLE && some)
		return;
	if (gate.result == RESULT_NOT_APPLICABLE) {
		finding.result = gate.result;
		finding.message = gate.message;
		finding.evidence.count = 0;
	}
	finding.message = text_safe(arena, finding.message, strlen(finding.message));
	vec_push(arena, ret, finding);
}

void eval_rule(struct arena *arena, const struct eval_rule *what, const struct check *applies,
	       const struct facts *facts, struct findings *ret)
{
	bool some = false;

	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		if (subject->scope != what->rule->scope)
			continue;
		vec_push(arena, ret, judge_subject(arena, what, applies, subject, true));
		some = true;
	}
	if (what->rule->scope != SCOPE_HOST)
		judge_unlisted(arena, what, applies, facts, some, ret);
	else if (!some)
		vec_push(arena, ret,
			 ((struct finding){.subject_id = "host",
					   .subject_name = "host",
					   .result = RESULT_ERROR,
					   .message = "the facts have no host"}));
}
