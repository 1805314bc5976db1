#include "score/score.h"

/* The enum goes from worst to best (RESULTS), so the worst finding is the least. */
static enum result worst(const struct findings *findings)
{
	enum result result = RESULT_NOT_APPLICABLE;

	vec_each(finding, findings)
		if (finding->result < result)
			result = finding->result;
	return result;
}

static bool all_fails_waived(const struct findings *findings)
{
	vec_each(finding, findings)
		if (finding->result == RESULT_FAIL && finding->disposition != DISPOSITION_WAIVED)
			return false;
	return true;
}

static int compare_levels(const void *a, const void *b)
{
	int left = ((const struct level_report *)a)->level;
	int right = ((const struct level_report *)b)->level;

	return (left > right) - (left < right);
}

static struct score *level_score(struct arena *arena, struct benchmark_report *benchmark, int level)
{
	vec_each(known, &benchmark->levels)
		if (known->level == level)
			return &known->score;
	vec_push(arena, &benchmark->levels, ((struct level_report){.level = level}));
	return &benchmark->levels.items[benchmark->levels.count - 1].score;
}

static void add_rule(struct arena *arena, struct benchmark_report *benchmark,
		     struct rule_result *rule)
{
	struct score_item item;

	rule->result = worst(&rule->findings);
	rule->waived = rule->result == RESULT_FAIL && all_fails_waived(&rule->findings);
	item = (struct score_item){rule->result, rule->severity, rule->scored, rule->waived};
	score_add(&benchmark->score, &item);
	score_add(level_score(arena, benchmark, rule->level), &item);
	if (rule->section < benchmark->sections.count)
		score_add(&benchmark->sections.items[rule->section].score, &item);
}

static struct container_report *container(struct arena *arena, struct strmap *by_id,
					  const struct finding *finding)
{
	struct container_report *known = strmap_get(by_id, finding->subject_id);

	if (known)
		return known;
	known = ARENA_NEW(arena, struct container_report);
	known->id = finding->subject_id;
	known->name = finding->subject_name;
	strmap_put(by_id, known->id, known);
	return known;
}

static void add_containers(struct arena *arena, struct benchmark_report *benchmark)
{
	struct strmap *by_id = strmap_new(arena);

	vec_each(rule, &benchmark->rules)
		vec_each(finding, &rule->findings) {
			struct score_item item = {finding->result, rule->severity, rule->scored,
						  finding->result == RESULT_FAIL &&
							  finding->disposition ==
								  DISPOSITION_WAIVED};

			if (finding->scope == SCOPE_CONTAINER)
				score_add(&container(arena, by_id, finding)->score, &item);
		}
	for (size_t i = 0; i < strmap_count(by_id); i++) {
		const struct container_report *known = strmap_item_at(by_id, i);

		vec_push(arena, &benchmark->containers, *known);
	}
}

static void add_benchmark(struct arena *arena, struct benchmark_report *benchmark)
{
	benchmark->score = (struct score){0};
	vec_each(section, &benchmark->sections)
		section->score = (struct score){0};
	benchmark->levels.count = 0;
	benchmark->containers.count = 0;
	vec_each(rule, &benchmark->rules)
		add_rule(arena, benchmark, rule);
	if (benchmark->levels.count)
		qsort(benchmark->levels.items, benchmark->levels.count,
		      sizeof *benchmark->levels.items, compare_levels);
	add_containers(arena, benchmark);
}

void report_add_up(struct arena *arena, struct report *report)
{
	vec_each(benchmark, &report->benchmarks)
		add_benchmark(arena, benchmark);
}
