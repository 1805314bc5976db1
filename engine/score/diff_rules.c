#include "score/diff_rules.h"

struct pairing {
	struct arena *arena;
	struct diff *ret;
	struct diff_rules *pairs;
};

static bool same_revision(const struct benchmark_report *a, const struct benchmark_report *b)
{
	return text_eq(a->name, b->name) && text_eq(a->revision, b->revision);
}

static bool in_report(const struct report *report, const struct benchmark_report *benchmark)
{
	vec_each(other, &report->benchmarks)
		if (same_revision(other, benchmark))
			return true;
	return false;
}

/* The benchmark of `report` that `benchmark`, of the report `from`, is compared with: the same
 * revision, or another that has no counterpart of its own. */
static const struct benchmark_report *counterpart(const struct report *report,
						  const struct report *from,
						  const struct benchmark_report *benchmark)
{
	vec_each(other, &report->benchmarks)
		if (same_revision(other, benchmark))
			return other;
	vec_each(other, &report->benchmarks)
		if (text_eq(other->name, benchmark->name) && !in_report(from, other))
			return other;
	return NULL;
}

static struct strmap *rules_by(struct arena *arena, const struct benchmark_report *benchmark,
			       bool by_id)
{
	struct strmap *map = strmap_new(arena);

	vec_each(rule, &benchmark->rules) {
		const char *key = by_id ? rule->id : rule->slug;

		if (!strmap_get(map, key))
			strmap_put(map, key, (void *)rule);
	}
	return map;
}

static void one_sided_rule(struct pairing *p, const struct benchmark_report *benchmark,
			   const struct rule_result *rule, enum diff_kind kind)
{
	const char *result = result_name(rule->result);
	bool gone = kind == DIFF_GONE;

	diff_list_add(p->arena, p->ret,
		      (struct diff_change){
			      .kind = kind,
			      .benchmark = benchmark->name,
			      .id = rule->id,
			      .slug = rule->slug,
			      .severity = rule->severity,
			      .scope = rule->scope,
			      .from = gone ? result : NULL,
			      .to = gone ? NULL : result,
			      .text = arena_printf(p->arena, "%s %s %s: the rule %s (%s)",
						   benchmark->name, rule->id, rule->slug,
						   gone ? "is gone" : "appeared", result),
		      });
}

static void pair_rules(struct pairing *p, const struct benchmark_report *a,
		       const struct benchmark_report *b)
{
	bool by_id = text_eq(a->revision, b->revision);
	struct strmap *before = rules_by(p->arena, a, by_id);
	struct strmap *after = rules_by(p->arena, b, by_id);

	vec_each(rule, &b->rules) {
		const struct rule_result *old = strmap_get(before, by_id ? rule->id : rule->slug);

		if (old)
			vec_push(p->arena, p->pairs, ((struct diff_rule_pair){b, old, rule}));
		else
			one_sided_rule(p, b, rule, DIFF_APPEARED);
	}
	vec_each(rule, &a->rules)
		if (!strmap_get(after, by_id ? rule->id : rule->slug))
			one_sided_rule(p, a, rule, DIFF_GONE);
}

static void one_sided_benchmark(struct pairing *p, const struct benchmark_report *benchmark,
				enum diff_kind kind)
{
	bool gone = kind == DIFF_GONE;

	diff_list_add(
		p->arena, p->ret,
		(struct diff_change){
			.kind = kind,
			.benchmark = benchmark->name,
			.severity = SEVERITY_LOW,
			.from = gone ? benchmark->revision : NULL,
			.to = gone ? NULL : benchmark->revision,
			.text = arena_printf(p->arena, "%s %s: the benchmark %s", benchmark->name,
					     benchmark->revision, gone ? "is gone" : "appeared"),
		});
}

void diff_rules_pair(struct arena *arena, const struct report *a, const struct report *b,
		     struct diff *ret, struct diff_rules *ret_pairs)
{
	struct pairing p = {arena, ret, ret_pairs};

	vec_each(benchmark, &b->benchmarks) {
		const struct benchmark_report *old = counterpart(a, b, benchmark);

		if (old)
			pair_rules(&p, old, benchmark);
		else
			one_sided_benchmark(&p, benchmark, DIFF_APPEARED);
	}
	vec_each(benchmark, &a->benchmarks)
		if (!counterpart(b, a, benchmark))
			one_sided_benchmark(&p, benchmark, DIFF_GONE);
}
