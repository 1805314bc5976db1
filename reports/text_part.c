#include "reports/text_part.h"

#include "reports/text_evidence.h"

static const char *const words[TEXT_PART_COUNT] = {
#define X(e, w, h) [TEXT_PART_##e] = w,
	TEXT_PARTS(X)
#undef X
};
static const char *const headings[TEXT_PART_COUNT] = {
#define X(e, w, h) [TEXT_PART_##e] = h,
	TEXT_PARTS(X)
#undef X
};

const char *text_part_word(enum text_part part)
{
	return words[part];
}

const char *text_part_heading(enum text_part part)
{
	return headings[part];
}

static enum text_part part_of(enum result result, bool waived)
{
	static const enum text_part parts[RESULT_COUNT] = {
		[RESULT_ERROR] = TEXT_PART_ERRORS,
		[RESULT_FAIL] = TEXT_PART_FAILED,
		[RESULT_MANUAL] = TEXT_PART_MANUAL,
		[RESULT_PASS] = TEXT_PART_PASSED,
		[RESULT_NOT_APPLICABLE] = TEXT_PART_NOT_APPLICABLE,
	};

	return result == RESULT_FAIL && waived ? TEXT_PART_WAIVED : parts[result];
}

static bool belongs(const struct finding *finding, enum text_part part)
{
	if (part == TEXT_PART_ATTESTED)
		return finding->disposition == DISPOSITION_ATTESTED;
	return part == part_of(finding->result, finding->disposition == DISPOSITION_WAIVED);
}

struct text_tally text_part_tally(const struct rule_result *rule)
{
	struct text_tally tally = {0};

	vec_each(finding, &rule->findings) {
		for (int part = 0; part < TEXT_PART_COUNT; part++)
			tally.of[part] += belongs(finding, (enum text_part)part);
	}
	return tally;
}

static bool has_part(const struct rule_result *rule, enum text_part part)
{
	bool by_rule = part == TEXT_PART_PASSED || part == TEXT_PART_NOT_APPLICABLE ||
		       rule->findings.count == 0;

	return by_rule ? part_of(rule->result, rule->waived) == part
		       : text_part_tally(rule).of[part] > 0;
}

struct text_rules text_part_rules(struct arena *arena, const struct benchmark_report *benchmark,
				  enum text_part part)
{
	struct text_rules rules = {0};

	for (int severity = 0; severity < SEVERITY_COUNT; severity++) {
		vec_each(rule, &benchmark->rules) {
			if ((int)rule->severity == severity && has_part(rule, part))
				vec_push(arena, &rules, rule);
		}
	}
	return rules;
}

struct text_groups text_part_groups(struct arena *arena, const struct rule_result *rule,
				    enum text_part part)
{
	struct strmap *by_key = strmap_new(arena);
	struct text_groups groups = {0};

	vec_each(finding, &rule->findings) {
		if (!belongs(finding, part))
			continue;
		const char *key = text_evidence_key(arena, finding);
		struct text_group *group = strmap_get(by_key, key);

		if (!group) {
			group = ARENA_NEW(arena, struct text_group);
			strmap_put(by_key, key, group);
			vec_push(arena, &groups, group);
		}
		vec_push(arena, &group->findings, finding);
	}
	return groups;
}
