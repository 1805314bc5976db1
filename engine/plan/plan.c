#include "plan/plan.h"

#include "plan/request.h"
#include "plan/select.h"

static const struct profile *find_profile(const struct benchmark *benchmark, const char *name)
{
	vec_each(profile, &benchmark->profiles)
		if (strcmp(profile->name, name) == 0)
			return profile;
	return NULL;
}

/* A profile name must exist somewhere; an edition that does not have it is evaluated with its default. */
static int check_profile(const struct benchmark *const *benchmarks, size_t count, const char *name, struct arena *arena,
			 struct error *err)
{
	struct strings names = {0};

	for (size_t i = 0; i < count; i++)
		vec_each(profile, &benchmarks[i]->profiles)
			strings_add_unique(arena, &names, profile->name);
	if (strings_has(&names, name))
		return 0;
	const char *near = text_nearest(name, names.items, names.count);
	return error_set(err, ERROR_USAGE, "no profile \"%s\"%s%s%s", name, near ? "; did you mean " : "", near ? near : "",
			 near ? "?" : "");
}

static const struct param_value *param_override(const struct param_values *values, const char *name)
{
	vec_each(value, values)
		if (strcmp(value->name, name) == 0)
			return value;
	return NULL;
}

/* Default, then the edition's value, then the tailoring's. */
static const struct value *bind_params(struct select *select, const struct entry *entry)
{
	const struct rule *rule = entry->rule;
	struct value *params = ARENA_ARRAY(select->arena, struct value, rule->params.count);

	for (size_t i = 0; i < rule->params.count; i++) {
		const struct param_value *own = param_override(&entry->params, rule->params.items[i].name);

		params[i] = own ? own->value : rule->params.items[i].value;
		select_tailored_param(select, entry, i, &params[i]);
	}
	return params;
}

static struct planned plan_entry(struct select *select, const struct entry *entry, bool score_all)
{
	struct planned planned = {
		.entry = entry,
		.rule = entry->rule,
		.params = bind_params(select, entry),
		.severity = entry->rule->severity,
		.scored = score_all || entry->automated,
	};
	select_tailoring(select, &planned);
	return planned;
}

static void plan_benchmark(struct select *select, const struct benchmark *benchmark, const struct plan_options *options,
			   struct plan *plan)
{
	const struct profile *profile = options->profile ? find_profile(benchmark, options->profile) : NULL;
	struct planned_benchmark planned = {.benchmark = benchmark};

	planned.profile = profile ? profile : &benchmark->profiles.items[benchmark->default_profile];
	planned.score_all = planned.profile->score_all;
	if (plan->tailoring && plan->tailoring->scoring != SCORING_AS_PROFILE)
		planned.score_all = plan->tailoring->scoring == SCORING_ALL;
	if (benchmark->applies_if)
		plan_request_check(select->arena, &plan->request, select->catalogue, benchmark->applies_if);
	vec_each(entry, &benchmark->entries) {
		if (!select_entry(select, planned.profile, entry))
			continue;
		struct planned rule = plan_entry(select, entry, planned.score_all);
		vec_push(select->arena, &planned.rules, rule);
		request_rule(select->arena, &plan->request, select->catalogue, entry->rule);
	}
	vec_push(select->arena, &plan->benchmarks, planned);
}

/* A report's head names the host and its kernel, whatever the rules ask. */
static void request_head(struct plan *plan, struct arena *arena, const struct catalogue *catalogue)
{
	request_fact(arena, &plan->request, catalogue, "host.name");
	request_fact(arena, &plan->request, catalogue, "host.kernel.release");
}

int plan_make(struct arena *arena, const struct benchmark *const *benchmarks, size_t count, const struct plan_options *options,
	      const struct catalogue *catalogue, struct diags *diags, struct plan **ret, struct error *err)
{
	struct plan *plan = ARENA_NEW(arena, struct plan);
	struct select select = {.arena = arena, .options = options, .catalogue = catalogue, .diags = diags};
	size_t before = diags->list.count;

	plan->tailoring = options->tailoring;
	plan->request.containers = (__typeof__(plan->request.containers)){
		options->containers.items, options->containers.count, options->containers.capacity};
	plan->request.deadline_ms = PLAN_DEADLINE_MS;
	request_head(plan, arena, catalogue);
	if (options->profile && check_profile(benchmarks, count, options->profile, arena, err) < 0)
		return -1;
	if (select_check_names(&select, benchmarks, count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		plan_benchmark(&select, benchmarks[i], options, plan);
	if (select_check_used(&select, err) < 0)
		return -1;
	if (diags->list.count > before)
		return error_set(err, ERROR_USAGE, "the tailoring does not fit the definitions");
	*ret = plan;
	return 0;
}
