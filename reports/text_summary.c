#include "reports/text_summary.h"

#include "reports/text_part.h"
#include "reports/text_rule.h"

#define WORD_COLUMNS 7

struct percent {
	char text[16];
};

static struct percent percent(int tenths)
{
	struct percent ret;

	if (tenths < 0)
		snprintf(ret.text, sizeof ret.text, "none");
	else
		snprintf(ret.text, sizeof ret.text, "%d.%d %%", tenths / 10, tenths % 10);
	return ret;
}

struct verdict {
	const char *word;
	enum text_style style;
};

static size_t rules_in(const struct benchmark_report *benchmark, enum text_part part)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	return text_part_rules(arena, benchmark, part).count;
}

/* A waived fail is not held against the host, an error is: the tool does not know. */
static struct verdict verdict_of(const struct benchmark_report *benchmark)
{
	bool fails = rules_in(benchmark, TEXT_PART_FAILED) > 0;
	bool errors = rules_in(benchmark, TEXT_PART_ERRORS) > 0;

	if (fails)
		return (struct verdict){errors ? "FAIL, and INCOMPLETE" : "FAIL", TEXT_BAD};
	if (errors)
		return (struct verdict){"INCOMPLETE", TEXT_UNSURE};
	if (benchmark->score.decided == 0)
		return (struct verdict){"NOTHING ASSESSED", TEXT_UNSURE};
	if (benchmark->score.waived > 0)
		return (struct verdict){"PASS, but for what is waived", TEXT_GOOD};
	return (struct verdict){"PASS", TEXT_GOOD};
}

/* "2 critical, 1 low, 1 waived" of the rules whose result is fail; empty when there is nothing to
 * add. */
static void describe_fails(const struct benchmark_report *benchmark, struct buf *buf)
{
	size_t by_severity[SEVERITY_COUNT] = {0};

	vec_each(rule, &benchmark->rules)
		by_severity[rule->severity] += rule->result == RESULT_FAIL && !rule->waived;
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		if (by_severity[i])
			buf_printf(buf, "%s%zu %s", buf->len ? ", " : "", by_severity[i],
				   severity_name((enum severity)i));
	}
	if (benchmark->score.waived)
		buf_printf(buf, "%s%zu waived", buf->len ? ", " : "", benchmark->score.waived);
}

static void describe_counts(const struct benchmark_report *benchmark, struct buf *buf)
{
	const size_t *results = benchmark->score.results;
	_cleanup_(buf_done) struct buf fails = {0};

	describe_fails(benchmark, &fails);
	buf_printf(buf, "%zu fail", results[RESULT_FAIL]);
	if (fails.len)
		buf_printf(buf, " (%s)", fails.data);
	buf_printf(buf, ", %zu error, %zu manual, %zu pass, %zu not applicable",
		   results[RESULT_ERROR], results[RESULT_MANUAL], results[RESULT_PASS],
		   results[RESULT_NOT_APPLICABLE]);
}

void text_summary_verdict(const struct text_layout *out, const struct benchmark_report *benchmark)
{
	const struct score *score = &benchmark->score;
	struct verdict verdict = verdict_of(benchmark);
	_cleanup_(buf_done) struct buf name = {0}, figures = {0}, counts = {0};

	buf_printf(&name, "%s (%s %s), profile %s: %s", benchmark->title, benchmark->name,
		   benchmark->revision, benchmark->profile, benchmark->profile_title);
	fputc('\n', out->stream);
	text_layout_paragraph(out, 0, name.data);
	text_layout_words(out, verdict.style, verdict.word);
	fputc('\n', out->stream);
	buf_printf(&figures, "%s", percent(score_percent(score)).text);
	if (score_percent(score) >= 0)
		buf_printf(&figures, " weighted by severity, %s of rules",
			   percent(score_percent_unweighted(score)).text);
	buf_printf(&figures, "; coverage %s (%zu of %zu rules decided)",
		   percent(score_coverage(score)).text, score->decided, score->selected);
	text_layout_labelled(out, (struct text_place){.column = WORD_COLUMNS}, "score",
			     figures.data);
	describe_counts(benchmark, &counts);
	text_layout_labelled(out, (struct text_place){.column = WORD_COLUMNS}, "rules",
			     counts.data);
	if (score->selected == 0 && benchmark->rules.count && benchmark->rules.items[0].findings.count)
		text_layout_labelled(out, (struct text_place){.column = WORD_COLUMNS}, "reason",
				     benchmark->rules.items[0].findings.items[0].message);
}

void text_summary_last(const struct text_layout *out, const struct benchmark_report *benchmark,
		       const char *host)
{
	struct verdict verdict = verdict_of(benchmark);
	_cleanup_(buf_done) struct buf figures = {0};

	buf_printf(&figures,
		   "score %s, coverage %s: ", percent(score_percent(&benchmark->score)).text,
		   percent(score_coverage(&benchmark->score)).text);
	describe_counts(benchmark, &figures);
	text_layout_words(out, verdict.style, verdict.word);
	fprintf(out->stream, ": %s %s on %s\n", benchmark->name, benchmark->revision, host);
	text_layout_labelled(out, (struct text_place){.indent = 2, .column = 2}, "", figures.data);
}

static void not_assessed(const struct text_layout *out, const struct text_rules *rules,
			 const char *what)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(buf_done) struct buf text = {0};

	if (rules->count == 0)
		return;
	buf_printf(&text, "%zu rule%s %s: %s", rules->count, rules->count == 1 ? "" : "s", what,
		   text_rule_ids(arena, rules));
	text_layout_labelled(out, (struct text_place){.column = 2}, "-", text.data);
}

static struct text_rules rules_with(struct arena *arena, const struct benchmark_report *benchmark,
				    enum result result)
{
	struct text_rules rules = {0};

	vec_each(rule, &benchmark->rules) {
		if (rule->result == result)
			vec_push(arena, &rules, rule);
	}
	return rules;
}

static struct text_rules decided_unscored(struct arena *arena,
					  const struct benchmark_report *benchmark)
{
	struct text_rules rules = {0};

	vec_each(rule, &benchmark->rules) {
		if (!rule->scored && (rule->result == RESULT_PASS || rule->result == RESULT_FAIL))
			vec_push(arena, &rules, rule);
	}
	return rules;
}

void text_summary_not_assessed(const struct text_layout *out,
			       const struct benchmark_report *benchmark)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct text_rules errors = rules_with(arena, benchmark, RESULT_ERROR);
	struct text_rules manual = rules_with(arena, benchmark, RESULT_MANUAL);
	struct text_rules unscored = decided_unscored(arena, benchmark);
	_cleanup_(buf_done) struct buf rest = {0};

	text_layout_heading(out, TEXT_STRONG, "WHAT THE SCORE DOES NOT SPEAK OF");
	not_assessed(out, &errors, "could not be looked at, wholly or in part");
	not_assessed(out, &manual, "a person has to look at");
	not_assessed(out, &unscored,
		     "decided above but not scored, as the edition labels them manual");
	buf_printf(&rest, "Whatever profile %s leaves out%s.", benchmark->profile,
		   benchmark->score.results[RESULT_NOT_APPLICABLE]
			   ? ", and what does not apply here"
			   : "");
	text_layout_labelled(out, (struct text_place){.column = 2}, "-", rest.data);
}
