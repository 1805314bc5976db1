#include "eval/eval.h"
#include "score/disposition.h"

struct build {
	struct arena *arena;
	const struct facts *facts;
	int64_t now;
};

/* The report may outlive the definitions. */
static const char *copy(const struct build *build, const char *text)
{
	return text ? arena_strdup(build->arena, text) : NULL;
}

static struct reference copy_reference(const struct build *build, const struct reference *from)
{
	struct reference to = {.framework = copy(build, from->framework)};

	vec_each(item, &from->items)
		vec_push(build->arena, &to.items, copy(build, *item));
	return to;
}

static void describe_rule(const struct build *build, const struct planned *planned,
			  struct rule_result *ret)
{
	const struct rule *rule = planned->rule;

	*ret = (struct rule_result){
		.id = copy(build, planned->entry->id),
		.slug = copy(build, rule->slug),
		.title = copy(build, rule->title),
		.severity = planned->severity,
		.scope = rule->scope,
		.level = planned->entry->level,
		.section = planned->entry->section,
		.automated = planned->entry->automated,
		.scored = planned->scored,
		.why = copy(build, rule->why),
		.remedy = copy(build, rule->remedy),
		.look_at = copy(build, rule->look_at),
	};
	vec_each(reference, &rule->references)
		vec_push(build->arena, &ret->references, copy_reference(build, reference));
	for (size_t i = 0; i < rule->params.count; i++)
		vec_push(build->arena, &ret->params,
			 ((struct pair){copy(build, rule->params.items[i].name),
					value_display(build->arena, &planned->params[i], 0)}));
}

static void build_rule(const struct build *build, const struct planned *planned,
		       const struct check *applies, struct rule_result *ret)
{
	struct eval_rule what = {.rule = planned->rule, .params = planned->params};

	describe_rule(build, planned, ret);
	eval_rule(build->arena, &what, applies, build->facts, &ret->findings);
	vec_each(finding, &ret->findings)
		disposition_apply(build->arena, planned, build->now, finding);
}

static struct benchmark_report build_benchmark(const struct build *build,
					       const struct planned_benchmark *planned)
{
	const struct benchmark *benchmark = planned->benchmark;
	struct benchmark_report report = {
		.name = copy(build, benchmark->name),
		.revision = copy(build, benchmark->revision),
		.title = copy(build, benchmark->title),
		.profile = copy(build, planned->profile->name),
		.profile_title = copy(build, planned->profile->title),
		.score_all = planned->score_all,
	};

	vec_each(section, &benchmark->sections)
		vec_push(build->arena, &report.sections,
			 ((struct section_report){.id = copy(build, section->id),
						  .title = copy(build, section->title)}));
	vec_each(rule, &planned->rules) {
		struct rule_result result;

		build_rule(build, rule, benchmark->applies_if, &result);
		vec_push(build->arena, &report.rules, result);
	}
	return report;
}

static const struct subject *host_of(const struct facts *facts)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++)
		if (facts_subject_at(facts, i)->scope == SCOPE_HOST)
			return facts_subject_at(facts, i);
	return NULL;
}

static const char *host_text(const struct build *build, const char *fact)
{
	const struct fact_side *side = facts_side(host_of(build->facts), fact, SIDE_PLAIN);

	if (side->state != FACT_PRESENT ||
	    (side->value.type != VALUE_STRING && side->value.type != VALUE_VERSION))
		return NULL;
	return copy(build, side->value.string);
}

static void describe_run(const struct build *build, const struct plan *plan, struct report *report)
{
	const struct facts_meta *meta = facts_meta(build->facts);
	const struct subject *host = host_of(build->facts);

	report->tool_version = copy(build, meta->tool_version);
	report->host_name = host_text(build, "host.name");
	if (!report->host_name)
		report->host_name = host ? copy(build, host->name) : "unknown";
	report->kernel = host_text(build, "host.kernel.release");
	report->root = copy(build, meta->root);
	report->live = meta->live;
	report->collected_at = meta->collected_at;
	report->tailoring = plan->tailoring ? copy(build, plan->tailoring->name) : NULL;
}

void report_build(struct arena *arena, const struct plan *plan, const struct facts *facts,
		  struct report **ret)
{
	struct build build = {arena, facts, facts_meta(facts)->collected_at};
	struct report *report = ARENA_NEW(arena, struct report);

	describe_run(&build, plan, report);
	vec_each(planned, &plan->benchmarks)
		vec_push(arena, &report->benchmarks, build_benchmark(&build, planned));
	report_add_up(arena, report);
	*ret = report;
}
