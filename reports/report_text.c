/* The report for a person at a terminal: the verdict first, then what to do, worst first; the
 * verdict again at the end. */
#include "reports/format.h"
#include "reports/text_rule.h"
#include "reports/text_summary.h"
#include "reports/text_table.h"
#include "reports/text_time.h"
#include "reports/text_utf8.h"

#define WORD_COLUMNS 7
#define HEAD_COLUMNS 11
#define ID_COLUMNS_MAX 12
#define CONTAINERS_SHOWN 10

static void head_line(const struct text_layout *out, const char *label, const char *text)
{
	text_layout_labelled(out, (struct text_place){.column = HEAD_COLUMNS}, label, text);
}

static void show_head(const struct text_layout *out, const struct report *report)
{
	_cleanup_(buf_done) struct buf root = {0}, tool = {0};

	head_line(out, "host", report->host_name);
	head_line(out, "kernel", report->kernel ? report->kernel : "unknown");
	head_line(out, "looked at", text_time_person(report->collected_at).text);
	if (!report->live || !text_eq(report->root, "/")) {
		buf_printf(&root, "%s%s", report->root,
			   report->live ? "" : " (a tree at rest: nothing that runs was seen)");
		head_line(out, "root", root.data);
	}
	if (report->tailoring)
		head_line(out, "tailoring", report->tailoring);
	if (report->selection)
		head_line(out, "selection", report->selection);
	buf_printf(&tool, "plimsoll %s", report->tool_version);
	head_line(out, "by", tool.data);
}

static size_t id_columns(const struct benchmark_report *benchmark)
{
	size_t most = 0;

	vec_each(rule, &benchmark->rules) {
		size_t columns = text_utf8_columns(rule->id);

		most = columns > most ? columns : most;
	}
	return most < ID_COLUMNS_MAX ? most : ID_COLUMNS_MAX;
}

static void show_in_full(const struct text_rule_style *style, const struct text_rules *rules,
			 enum text_part part)
{
	if (rules->count == 0)
		return;
	text_layout_heading(style->out, text_rule_colour(part), "%s (%zu rule%s)",
			    text_part_heading(part), rules->count, rules->count == 1 ? "" : "s");
	vec_each(rule, rules) {
		if (rule != rules->items)
			fputc('\n', style->out->stream);
		text_rule_show(style, *rule, part);
	}
}

static void show_ids(const struct text_layout *out, struct arena *arena,
		     const struct text_rules *rules, enum text_part part)
{
	if (rules->count == 0)
		return;
	text_layout_cell(out, text_rule_colour(part), WORD_COLUMNS, text_part_word(part));
	text_layout_paragraph(out, WORD_COLUMNS,
			      arena_printf(arena, "%zu rule%s: %s", rules->count,
					   rules->count == 1 ? "" : "s",
					   text_rule_ids(arena, rules)));
}

static void show_parts(const struct text_rule_style *style,
		       const struct benchmark_report *benchmark)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct text_rules passed = text_part_rules(arena, benchmark, TEXT_PART_PASSED);
	struct text_rules left_out = text_part_rules(arena, benchmark, TEXT_PART_NOT_APPLICABLE);

	for (int part = 0; part < TEXT_PART_PASSED; part++) {
		struct text_rules rules = text_part_rules(arena, benchmark, (enum text_part)part);

		show_in_full(style, &rules, (enum text_part)part);
	}
	if (style->verbose) {
		show_in_full(style, &passed, TEXT_PART_PASSED);
		show_in_full(style, &left_out, TEXT_PART_NOT_APPLICABLE);
		return;
	}
	if (passed.count || left_out.count)
		fputc('\n', style->out->stream);
	show_ids(style->out, arena, &passed, TEXT_PART_PASSED);
	show_ids(style->out, arena, &left_out, TEXT_PART_NOT_APPLICABLE);
}

/* Lowest score first, containers without one last; equal ones in the report's order. */
static int compare_containers(const void *a, const void *b)
{
	const struct container_report *left = *(const struct container_report *const *)a;
	const struct container_report *right = *(const struct container_report *const *)b;
	int l = score_percent(&left->score), r = score_percent(&right->score);

	if (l != r)
		return (l < 0 ? 1001 : l) - (r < 0 ? 1001 : r);
	return (left > right) - (left < right);
}

static void show_containers(const struct text_layout *out, const struct benchmark_report *benchmark,
			    bool verbose)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	size_t count = benchmark->containers.count;
	size_t shown = verbose || count <= CONTAINERS_SHOWN ? count : CONTAINERS_SHOWN;
	const struct container_report **sorted =
		ARENA_ARRAY(arena, const struct container_report *, count + 1);

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		sorted[i] = &benchmark->containers.items[i];
	qsort(sorted, count, sizeof *sorted, compare_containers);
	fputc('\n', out->stream);
	text_table_head(out, "container");
	for (size_t i = 0; i < shown; i++)
		text_table_row(out, sorted[i]->name, &sorted[i]->score);
	if (shown < count)
		fprintf(out->stream, "and %zu more, none with a lower score\n", count - shown);
}

static void show_scores(const struct text_layout *out, const struct benchmark_report *benchmark,
			bool verbose)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	text_layout_heading(out, TEXT_STRONG, "SCORES");
	text_table_head(out, "section");
	vec_each(section, &benchmark->sections)
		text_table_row(out, arena_printf(arena, "%s  %s", section->id, section->title),
			       &section->score);
	text_table_row(out, "all", &benchmark->score);
	if (benchmark->levels.count > 1) {
		fputc('\n', out->stream);
		text_table_head(out, "level");
		vec_each(level, &benchmark->levels)
			text_table_row(out, arena_printf(arena, "%d", level->level), &level->score);
	}
	show_containers(out, benchmark, verbose);
}

static void show_benchmark(const struct text_rule_style *style,
			   const struct benchmark_report *benchmark)
{
	show_parts(style, benchmark);
	show_scores(style->out, benchmark, style->verbose);
	text_summary_not_assessed(style->out, benchmark);
}

static int write_text(const struct report *report, const struct format_options *options,
		      FILE *stream, struct error *err)
{
	struct text_layout out = {
		.stream = stream, .width = options->width, .colour = options->colour};

	show_head(&out, report);
	vec_each(benchmark, &report->benchmarks)
		text_summary_verdict(&out, benchmark);
	vec_each(benchmark, &report->benchmarks) {
		struct text_rule_style style = {.out = &out,
						.verbose = options->verbose,
						.id_columns = id_columns(benchmark)};

		if (report->benchmarks.count > 1)
			fprintf(stream, "\n=== %s %s ===\n", benchmark->name, benchmark->revision);
		show_benchmark(&style, benchmark);
	}
	fputc('\n', stream);
	vec_each(benchmark, &report->benchmarks)
		text_summary_last(&out, benchmark, report->host_name);
	if (report->benchmarks.count == 0)
		fputs("NOTHING ASSESSED: no benchmark applies\n", stream);
	if (fflush(stream) != 0 || ferror(stream))
		return error_sys(err, "cannot write the report");
	return 0;
}

const struct format format_text = {
	.name = "text",
	.about = "for a person: the verdict, what fails and what to do about it",
	.extension = "txt",
	.write = write_text,
};
