#include "score/diff_rules.h"
#include "score/difference.h"

struct comparison {
	struct arena *arena;
	struct diff *ret;
	struct diff_list_subjects before, after;
};

/* A finding in its rule; `a` or `b` is NULL when it stands on one side only. */
struct finding_pair {
	const struct diff_rule_pair *rule;
	const struct finding *a, *b;
	const struct diff_list_subject *subject;
};

/* What a finding counts as; the table is the one in diff.h. */
enum standing { PASS, MANUAL, WAIVED, FAIL, ERROR, NOT_APPLICABLE, STANDING_COUNT };

static const char *const standing_names[STANDING_COUNT] = {
	[PASS] = "pass", [MANUAL] = "manual", [WAIVED] = "fail (waived)",
	[FAIL] = "fail", [ERROR] = "error",   [NOT_APPLICABLE] = "not_applicable",
};

#define W DIFF_WORSE
#define B DIFF_BETTER
#define C DIFF_CHANGED
static const enum diff_kind moves[STANDING_COUNT][STANDING_COUNT] = {
	[PASS] = {C, W, W, W, W, C},   [MANUAL] = {B, C, W, W, W, C},
	[WAIVED] = {B, B, C, W, W, C}, [FAIL] = {B, B, C, C, W, C},
	[ERROR] = {B, B, W, W, C, C},  [NOT_APPLICABLE] = {C, C, C, C, C, C},
};
#undef W
#undef B
#undef C

static enum standing standing_of(const struct finding *finding)
{
	static const enum standing standings[RESULT_COUNT] = {
		[RESULT_PASS] = PASS,
		[RESULT_FAIL] = FAIL,
		[RESULT_ERROR] = ERROR,
		[RESULT_MANUAL] = MANUAL,
		[RESULT_NOT_APPLICABLE] = NOT_APPLICABLE,
	};

	if (finding->result == RESULT_FAIL && finding->disposition == DISPOSITION_WAIVED)
		return WAIVED;
	return standings[finding->result];
}

static struct diff_list_subject *subject_of(struct comparison *c,
					    struct diff_list_subjects *subjects,
					    const struct finding *finding)
{
	return diff_list_subject(c->arena, subjects, finding->scope, finding->subject_id,
				 finding->subject_name);
}

static void count_findings(struct comparison *c, struct diff_list_subjects *subjects,
			   const struct rule_result *rule)
{
	vec_each(finding, &rule->findings) {
		struct diff_list_subject *subject = subject_of(c, subjects, finding);

		subject->results[finding->result]++;
		if (finding->result <= RESULT_FAIL && rule->severity < subject->worst)
			subject->worst = rule->severity;
	}
}

static const char *results_text(struct arena *arena, const struct diff_list_subject *subject)
{
	const char *text = "";

	for (int result = 0; result < RESULT_COUNT; result++)
		if (subject->results[result])
			text = arena_printf(arena, "%s%s%zu %s", text, *text ? ", " : "",
					    subject->results[result], result_name(result));
	return text;
}

static void report_subjects(struct comparison *c, const struct diff_list_subjects *subjects,
			    enum diff_kind kind)
{
	bool gone = kind == DIFF_GONE;

	vec_each(item, &subjects->list) {
		const struct diff_list_subject *subject = *item;
		const char *results = results_text(c->arena, subject);

		/* The host only stands in where a scope has no subjects of its own. */
		if (subject->other || subject->scope == SCOPE_HOST)
			continue;
		diff_list_add(
			c->arena, c->ret,
			(struct diff_change){
				.kind = kind,
				.severity = subject->worst,
				.scope = subject->scope,
				.subject_id = subject->id,
				.subject_name = subject->name,
				.from = gone ? results : NULL,
				.to = gone ? NULL : results,
				.text = arena_printf(c->arena, "%s %s: %s",
						     diff_list_subject_text(c->arena, subject),
						     gone ? "is gone" : "appeared", results),
			});
	}
}

static void report_finding(struct comparison *c, const struct finding_pair *pair,
			   struct diff_change change, const char *what)
{
	const struct rule_result *rule = pair->b ? pair->rule->b : pair->rule->a;

	change.benchmark = pair->rule->benchmark->name;
	change.id = rule->id;
	change.slug = rule->slug;
	change.severity = rule->severity;
	change.scope = pair->subject->scope;
	change.subject_id = pair->subject->id;
	change.subject_name = pair->subject->name;
	change.text =
		arena_printf(c->arena, "%s %s %s: %s: %s", change.benchmark, change.id, change.slug,
			     diff_list_subject_text(c->arena, pair->subject), what);
	diff_list_add(c->arena, c->ret, change);
}

/* The piece of evidence about the same side of the same fact, the same time round. */
static const struct evidence *same_evidence(const struct finding *in, const struct finding *of,
					    const struct evidence *piece)
{
	size_t nth = 0;

	vec_each(other, &of->evidence) {
		if (other == piece)
			break;
		nth += text_eq(other->fact, piece->fact) && other->side == piece->side;
	}
	vec_each(other, &in->evidence)
		if (text_eq(other->fact, piece->fact) && other->side == piece->side && nth-- == 0)
			return other;
	return NULL;
}

/* The first difference in what two failing findings saw; NULL when there is none. */
static const char *evidence_difference(struct arena *arena, const struct finding *a,
				       const struct finding *b)
{
	vec_each(piece, &b->evidence) {
		const struct evidence *old = same_evidence(a, b, piece);
		struct difference_side now = {piece->state, &piece->value}, then;
		const char *what;

		if (!old)
			return arena_printf(arena, "now also %s: %s", piece->fact,
					    difference_shown(arena, &now));
		then = (struct difference_side){old->state, &old->value};
		what = difference_sides(arena, &then, &now);
		if (what)
			return arena_printf(arena, "%s: %s", piece->fact, what);
	}
	vec_each(piece, &a->evidence)
		if (!same_evidence(b, a, piece))
			return arena_printf(arena, "no longer %s", piece->fact);
	return NULL;
}

static void compare_findings(struct comparison *c, const struct finding_pair *pair)
{
	enum standing from = standing_of(pair->a), to = standing_of(pair->b);
	struct diff_change change = {moves[from][to], .from = standing_names[from],
				     .to = standing_names[to]};
	const char *what;

	if (from != to) {
		what = arena_printf(c->arena, "%s -> %s: %s", change.from, change.to,
				    pair->b->message);
		report_finding(c, pair, change, what);
		return;
	}
	if (from != FAIL && from != WAIVED)
		return;
	what = evidence_difference(c->arena, pair->a, pair->b);
	if (what)
		report_finding(c, pair, change,
			       arena_printf(c->arena, "still %s: %s", change.to, what));
}

/* The finding of `rule` on a subject; a rule has one for each. */
static const struct finding *finding_on(struct comparison *c, struct strmap *findings,
					const struct diff_list_subject *subject)
{
	return strmap_get(findings,
			  arena_printf(c->arena, "%s %s", scope_name(subject->scope), subject->id));
}

static struct strmap *findings_of(struct comparison *c, const struct rule_result *rule)
{
	struct strmap *map = strmap_new(c->arena);

	vec_each(finding, &rule->findings)
		strmap_put(map,
			   arena_printf(c->arena, "%s %s", scope_name(finding->scope),
					finding->subject_id),
			   finding);
	return map;
}

static void appeared(struct comparison *c, const struct finding_pair *pair)
{
	struct diff_change change = {DIFF_APPEARED, .to = standing_names[standing_of(pair->b)]};
	bool bad = pair->b->result <= RESULT_FAIL;

	if (pair->b->result == RESULT_NOT_APPLICABLE || (!pair->subject->other && !bad))
		return;
	report_finding(c, pair, change,
		       arena_printf(c->arena, "%s: %s", change.to, pair->b->message));
}

static void gone(struct comparison *c, const struct finding_pair *pair)
{
	struct diff_change change = {DIFF_GONE, .from = standing_names[standing_of(pair->a)]};

	if (pair->a->result == RESULT_NOT_APPLICABLE || !pair->subject->other)
		return;
	report_finding(c, pair, change,
		       arena_printf(c->arena, "no finding any more, was %s", change.from));
}

static void compare_rules(struct comparison *c, const struct diff_rule_pair *rules)
{
	struct strmap *before = findings_of(c, rules->a), *after = findings_of(c, rules->b);

	vec_each(finding, &rules->b->findings) {
		const struct diff_list_subject *subject = subject_of(c, &c->after, finding);
		struct finding_pair pair = {rules, NULL, finding, subject};

		if (subject->other)
			pair.a = finding_on(c, before, subject->other);
		if (pair.a)
			compare_findings(c, &pair);
		else
			appeared(c, &pair);
	}
	vec_each(finding, &rules->a->findings) {
		const struct diff_list_subject *subject = subject_of(c, &c->before, finding);
		struct finding_pair pair = {rules, finding, NULL, subject};

		if (!subject->other || !finding_on(c, after, subject->other))
			gone(c, &pair);
	}
}

void diff_reports(struct arena *arena, const struct report *a, const struct report *b,
		  struct diff *ret)
{
	struct comparison c = {.arena = arena, .ret = ret};
	struct diff_rules pairs = {0};

	*ret = (struct diff){0};
	diff_rules_pair(arena, a, b, ret, &pairs);
	vec_each(pair, &pairs) {
		count_findings(&c, &c.before, pair->a);
		count_findings(&c, &c.after, pair->b);
	}
	diff_list_pair(arena, &c.before, &c.after);
	report_subjects(&c, &c.after, DIFF_APPEARED);
	report_subjects(&c, &c.before, DIFF_GONE);
	vec_each(pair, &pairs)
		compare_rules(&c, pair);
	diff_list_sort(ret);
}
