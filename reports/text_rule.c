#include "reports/text_rule.h"

#include "reports/text_evidence.h"

#define WORD_COLUMNS 7      /* the longest word and a space */
#define SEVERITY_COLUMNS 10 /* the longest severity and label */
#define SUBJECTS_SHOWN 8

static const struct text_limits short_limits = {.value_bytes = 400, .rows = 10, .notes = 4};
static const struct text_limits no_limits = {0};
static const struct text_place body = {.indent = WORD_COLUMNS,
				       .column = WORD_COLUMNS + SEVERITY_COLUMNS};

enum text_style text_rule_colour(enum text_part part)
{
	static const enum text_style styles[TEXT_PART_COUNT] = {
		[TEXT_PART_FAILED] = TEXT_BAD,           [TEXT_PART_ERRORS] = TEXT_UNSURE,
		[TEXT_PART_MANUAL] = TEXT_STRONG,        [TEXT_PART_WAIVED] = TEXT_UNSURE,
		[TEXT_PART_ATTESTED] = TEXT_STRONG,      [TEXT_PART_PASSED] = TEXT_GOOD,
		[TEXT_PART_NOT_APPLICABLE] = TEXT_FAINT,
	};

	return styles[part];
}

const char *text_rule_ids(struct arena *arena, const struct text_rules *rules)
{
	_cleanup_(buf_done) struct buf ids = {0};

	vec_each(rule, rules)
		buf_printf(&ids, "%s%s", ids.len ? ", " : "", (*rule)->id);
	return arena_strndup(arena, ids.data ? ids.data : "", ids.len);
}

static void line(const struct text_rule_style *style, const char *label, const char *text)
{
	text_layout_labelled(style->out, body, label, text);
}

static void headline(const struct text_rule_style *style, const struct rule_result *rule,
		     enum text_part part)
{
	enum text_style colour = text_rule_colour(part);

	text_layout_cell(style->out, colour, WORD_COLUMNS, text_part_word(part));
	text_layout_cell(style->out, TEXT_PLAIN, SEVERITY_COLUMNS, severity_name(rule->severity));
	text_layout_cell(style->out, TEXT_STRONG, style->id_columns + 2, rule->id);
	text_layout_paragraph(style->out, body.column + style->id_columns + 2, rule->title);
}

static const char *name_of(const struct finding *finding)
{
	return finding->subject_name[0] ? finding->subject_name : finding->subject_id;
}

static void show_subjects(const struct text_rule_style *style, const struct text_findings *findings)
{
	const struct finding *first = findings->items[0];
	_cleanup_(buf_done) struct buf names = {0};
	size_t shown = style->verbose || findings->count <= SUBJECTS_SHOWN + 1 ? findings->count
									       : SUBJECTS_SHOWN;

	/* There is one host, and the head of the report names it. */
	if (first->scope == SCOPE_HOST && findings->count == 1)
		return;
	if (findings->count == 1)
		buf_printf(&names, "%s ", scope_name(first->scope));
	else
		buf_printf(&names, "%zu %s: ", findings->count, scope_plural(first->scope));
	for (size_t i = 0; i < shown; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", name_of(findings->items[i]));
	if (shown < findings->count)
		buf_printf(&names, " and %zu more", findings->count - shown);
	line(style, "on", names.data);
}

/* Whether others of the group have this piece of evidence from somewhere else. */
static bool origins_differ(const struct text_findings *findings, size_t index)
{
	const char *origin = findings->items[0]->evidence.items[index].origin;

	vec_each(finding, findings) {
		if (index >= (*finding)->evidence.count ||
		    !text_eq((*finding)->evidence.items[index].origin, origin))
			return true;
	}
	return false;
}

static void show_evidence(const struct text_rule_style *style, struct arena *arena,
			  const struct text_findings *findings)
{
	const struct finding *first = findings->items[0];
	const struct text_limits *limits = style->verbose ? &no_limits : &short_limits;

	for (size_t i = 0; i < first->evidence.count; i++) {
		struct text_lines lines = {0};
		bool differ = origins_differ(findings, i);

		text_evidence_lines(arena, &first->evidence.items[i], limits, &lines);
		vec_each(one, &lines) {
			if (text_evidence_repeats(arena, first->message, &first->evidence.items[i],
						  one))
				continue;
			if (differ && text_eq(one->label, "from"))
				one->text = arena_printf(arena, "%s (%s; likewise for the others)",
							 one->text, name_of(first));
			line(style, one->label, one->text);
		}
	}
}

static void show_disposition(const struct text_rule_style *style, struct arena *arena,
			     const struct finding *finding)
{
	const char *text = text_evidence_disposition(arena, finding);

	/* The verb is the label. */
	if (text)
		line(style, disposition_name(finding->disposition), strchr(text, ' ') + 1);
}

#define ELLIPSIS "\xE2\x80\xA6" /* with which value_display cuts */
#define LOOK_AT_KNOWN_BY 24     /* bytes at its beginning by which it is found again in a message */

/* What a message says beyond the rule's own look_at, of which it has the first line, perhaps cut.
 */
static const char *without_look_at(struct arena *arena, const char *message, const char *look_at)
{
	size_t line = look_at ? strcspn(look_at, "\n") : 0;
	const char *at, *cut;

	if (line == 0)
		return message;
	at = strstr(message, arena_strndup(arena, look_at,
					   line < LOOK_AT_KNOWN_BY ? line : LOOK_AT_KNOWN_BY));
	if (!at)
		return message;
	cut = strstr(at, ELLIPSIS);
	if (cut)
		at = cut + strlen(ELLIPSIS);
	else
		at += strnlen(at, line);
	return at + strspn(at, " ");
}

static void show_message(const struct text_rule_style *style, struct arena *arena,
			 const struct rule_result *rule, const struct finding *finding)
{
	bool no_answer =
		finding->result == RESULT_ERROR || finding->result == RESULT_NOT_APPLICABLE;
	const char *text = without_look_at(arena, finding->message, rule->look_at);

	/* An attestation's message is what the disposition says with more. */
	if (*text && finding->disposition != DISPOSITION_ATTESTED)
		line(style, no_answer ? "because" : "seen", text);
}

static void show_groups(const struct text_rule_style *style, struct arena *arena,
			const struct rule_result *rule, enum text_part part)
{
	struct text_groups groups = text_part_groups(arena, rule, part);

	vec_each(group, &groups) {
		const struct text_findings *findings = &(*group)->findings;
		const struct finding *first = findings->items[0];

		show_subjects(style, findings);
		show_message(style, arena, rule, first);
		show_evidence(style, arena, findings);
		show_disposition(style, arena, first);
	}
	if (rule->findings.count == 0)
		line(style, "because", "no subject was judged");
}

/* The rule's other findings, so that nobody takes this part for all of it. */
static void show_others(const struct text_rule_style *style, const struct rule_result *rule,
			enum text_part part)
{
	static const char *const verbs[TEXT_PART_COUNT] = {
		[TEXT_PART_FAILED] = "fail",   [TEXT_PART_ERRORS] = "could not be looked at",
		[TEXT_PART_MANUAL] = "manual", [TEXT_PART_WAIVED] = "waived",
		[TEXT_PART_PASSED] = "pass",   [TEXT_PART_NOT_APPLICABLE] = "not applicable",
	};
	struct text_tally tally = text_part_tally(rule);
	_cleanup_(buf_done) struct buf others = {0};

	for (int other = 0; other < TEXT_PART_COUNT; other++) {
		if (verbs[other] && other != (int)part && tally.of[other] > 0)
			buf_printf(&others, "%s%zu %s", others.len ? ", " : "", tally.of[other],
				   verbs[other]);
	}
	if (others.len && part != TEXT_PART_ATTESTED)
		line(style, "besides", others.data);
}

static void show_references(const struct text_rule_style *style, const struct rule_result *rule)
{
	_cleanup_(buf_done) struct buf text = {0};

	vec_each(reference, &rule->references) {
		buf_printf(&text, "%s%s", text.len ? "; " : "", reference->framework);
		vec_each(item, &reference->items)
			buf_printf(&text, " %s", *item);
	}
	if (text.len)
		line(style, "see", text.data);
}

static void show_params(const struct text_rule_style *style, const struct rule_result *rule)
{
	_cleanup_(buf_done) struct buf text = {0};

	vec_each(param, &rule->params)
		buf_printf(&text, "%s%s = %s", text.len ? ", " : "", param->key, param->text);
	if (text.len)
		line(style, "params", text.data);
}

/* Reasons and remedies help where there is something to do. */
static void show_advice(const struct text_rule_style *style, const struct rule_result *rule,
			enum text_part part)
{
	bool to_do = part == TEXT_PART_FAILED || part == TEXT_PART_MANUAL;

	if (rule->look_at && (style->verbose || part == TEXT_PART_MANUAL))
		line(style, "look at", rule->look_at);
	if (rule->why && (style->verbose || to_do))
		line(style, "why", rule->why);
	if (rule->remedy && (style->verbose || part == TEXT_PART_FAILED))
		line(style, "remedy", rule->remedy);
	if (!style->verbose)
		return;
	line(style, "rule", rule->slug);
	show_params(style, rule);
	show_references(style, rule);
}

void text_rule_show(const struct text_rule_style *style, const struct rule_result *rule,
		    enum text_part part)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	headline(style, rule, part);
	show_groups(style, arena, rule, part);
	show_others(style, rule, part);
	show_advice(style, rule, part);
}
