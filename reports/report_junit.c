/* The report for CI servers: one testsuite a benchmark section, one testcase a finding. Names carry
 * nothing that changes from run to run (no process ids, no times, no container ids), so that a
 * server can follow a testcase over builds. */
#include "reports/format.h"
#include "reports/text_evidence.h"
#include "reports/text_time.h"
#include "reports/text_utf8.h"
#include "reports/xml_writer.h"

static const struct text_limits limits = {.value_bytes = 1000, .rows = 50, .notes = 20};

struct junit {
	const struct xml_writer *xml;
	xmlTextWriterPtr writer;
	struct arena *arena; /* a suite's */
	bool failed;
};

/* What a testcase comes to. A waived fail does not break a build. */
enum kind { KIND_PASS, KIND_FAILURE, KIND_ERROR, KIND_SKIPPED, KIND_COUNT };

struct counts {
	size_t tests;
	size_t of[KIND_COUNT];
};

static enum kind kind_of(const struct finding *finding)
{
	static const enum kind kinds[RESULT_COUNT] = {
		[RESULT_PASS] = KIND_PASS,
		[RESULT_FAIL] = KIND_FAILURE,
		[RESULT_ERROR] = KIND_ERROR,
		[RESULT_MANUAL] = KIND_SKIPPED,
		[RESULT_NOT_APPLICABLE] = KIND_SKIPPED,
	};

	if (finding->result == RESULT_FAIL && finding->disposition == DISPOSITION_WAIVED)
		return KIND_SKIPPED;
	return kinds[finding->result];
}

/* A rule that nobody judged is a testcase too: silence would look like a pass. */
static struct findings findings_of(const struct rule_result *rule, struct finding *space)
{
	struct findings one = {.items = space, .count = 1, .capacity = 1};

	if (rule->findings.count)
		return rule->findings;
	*space = (struct finding){.result = rule->result,
				  .subject_id = "",
				  .subject_name = "",
				  .message = "no subject was judged"};
	return one;
}

/* XML 1.0 §2.2 Char; the writer itself would let everything through. */
static bool xml_char(uint32_t point)
{
	return point == 0x9 || point == 0xA || point == 0xD || (point >= 0x20 && point <= 0xD7FF) ||
	       (point >= 0xE000 && point <= 0xFFFD) || (point >= 0x10000 && point <= 0x10FFFF);
}

static const xmlChar *xml_text(struct junit *junit, const char *text)
{
	_cleanup_(buf_done) struct buf clean = {0};
	uint32_t point;

	for (size_t used; (used = text_utf8_next(text, &point)); text += used) {
		if (xml_char(point))
			buf_add(&clean, text, used);
		else
			buf_puts(&clean, "\xEF\xBF\xBD"); /* U+FFFD */
	}
	return (const xmlChar *)arena_strndup(junit->arena, clean.data ? clean.data : "",
					      clean.len);
}

static void note(struct junit *junit, int written)
{
	if (written < 0)
		junit->failed = true;
}

static void open_element(struct junit *junit, const char *name)
{
	note(junit, junit->xml->StartElement(junit->writer, (const xmlChar *)name));
}

static void close_element(struct junit *junit)
{
	note(junit, junit->xml->EndElement(junit->writer));
}

static void attribute(struct junit *junit, const char *name, const char *text)
{
	note(junit, junit->xml->WriteAttribute(junit->writer, (const xmlChar *)name,
						xml_text(junit, text)));
}

static void number(struct junit *junit, const char *name, size_t value)
{
	attribute(junit, name, arena_printf(junit->arena, "%zu", value));
}

static void add_rule_counts(const struct rule_result *rule, struct counts *counts)
{
	struct finding space;
	struct findings findings = findings_of(rule, &space);

	vec_each(finding, &findings) {
		counts->tests++;
		counts->of[kind_of(finding)]++;
	}
}

static struct counts section_counts(const struct benchmark_report *benchmark, size_t section)
{
	struct counts counts = {0};

	vec_each(rule, &benchmark->rules) {
		if (rule->section == section)
			add_rule_counts(rule, &counts);
	}
	return counts;
}

/* Servers split a class name at dots and show the parts as a tree. */
static const char *name_part(struct arena *arena, const char *text)
{
	char *part = arena_strdup(arena, text);

	for (char *at = part; *at; at++) {
		bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
			     (*at >= '0' && *at <= '9') || *at == '-';

		if (!plain)
			*at = '_';
	}
	return part;
}

static const char *case_name(struct arena *arena, struct strmap *seen,
			     const struct rule_result *rule, const struct finding *finding)
{
	const char *subject =
		finding->subject_name[0] ? finding->subject_name : finding->subject_id;
	const char *name = arena_printf(arena, "%s %s", rule->id, rule->slug);
	size_t *times;

	if (finding->scope != SCOPE_HOST && subject[0])
		name = arena_printf(arena, "%s [%s]", name, subject);
	times = strmap_get(seen, name);
	if (!times) {
		times = ARENA_NEW(arena, size_t);
		strmap_put(seen, name, times);
	}
	/* Two daemons may each have a container of this name. */
	return ++*times > 1 ? arena_printf(arena, "%s #%zu", name, *times) : name;
}

static void add_line(struct buf *buf, const char *label, const char *text)
{
	if (text)
		buf_printf(buf, "%-9s %s\n", label, text);
}

static void put_details(struct junit *junit, const struct rule_result *rule,
			const struct finding *finding)
{
	_cleanup_(buf_done) struct buf text = {0};
	struct text_lines lines = {0};

	vec_each(evidence, &finding->evidence)
		text_evidence_lines(junit->arena, evidence, &limits, &lines);
	buf_printf(&text, "\n%s\n", rule->title);
	vec_each(line, &lines)
		add_line(&text, line->label, line->text);
	add_line(&text, "who", text_evidence_disposition(junit->arena, finding));
	add_line(&text, "look at", rule->look_at);
	add_line(&text, "why", rule->why);
	add_line(&text, "remedy", rule->remedy);
	note(junit, junit->xml->WriteString(junit->writer, xml_text(junit, text.data)));
}

static void put_outcome(struct junit *junit, const struct rule_result *rule,
			const struct finding *finding)
{
	static const char *const elements[KIND_COUNT] = {
		[KIND_FAILURE] = "failure",
		[KIND_ERROR] = "error",
		[KIND_SKIPPED] = "skipped",
	};
	enum kind kind = kind_of(finding);
	const char *waiver = text_evidence_disposition(junit->arena, finding);

	if (!elements[kind])
		return;
	open_element(junit, elements[kind]);
	attribute(junit, "type",
		  kind == KIND_SKIPPED ? result_name(finding->result)
				       : severity_name(rule->severity));
	if (kind == KIND_SKIPPED)
		attribute(junit, "message",
			  waiver ? waiver
				 : arena_printf(junit->arena, "%s: %s",
						finding->result == RESULT_MANUAL ? "manual"
										 : "not applicable",
						finding->message));
	else
		attribute(junit, "message", finding->message);
	if (finding->result != RESULT_NOT_APPLICABLE)
		put_details(junit, rule, finding);
	close_element(junit);
}

static void put_property(struct junit *junit, const char *name, const char *value)
{
	if (!value)
		return;
	open_element(junit, "property");
	attribute(junit, "name", name);
	attribute(junit, "value", value);
	close_element(junit);
}

static const char *percent(struct arena *arena, int tenths)
{
	return tenths < 0 ? NULL : arena_printf(arena, "%d.%d", tenths / 10, tenths % 10);
}

static void put_properties(struct junit *junit, const struct report *report,
			   const struct benchmark_report *benchmark, size_t section)
{
	const struct score *score = &benchmark->sections.items[section].score;

	open_element(junit, "properties");
	put_property(junit, "tool",
		     arena_printf(junit->arena, "plimsoll %s", report->tool_version));
	put_property(junit, "benchmark", benchmark->name);
	put_property(junit, "revision", benchmark->revision);
	put_property(junit, "profile", benchmark->profile);
	put_property(junit, "tailoring", report->tailoring);
	put_property(junit, "selection", report->selection);
	put_property(junit, "kernel", report->kernel);
	put_property(junit, "root", report->root);
	put_property(junit, "section.score", percent(junit->arena, score_percent(score)));
	put_property(junit, "section.coverage", percent(junit->arena, score_coverage(score)));
	close_element(junit);
}

static void put_cases(struct junit *junit, const struct benchmark_report *benchmark, size_t section)
{
	struct strmap *seen = strmap_new(junit->arena);
	const char *class_name = arena_printf(
		junit->arena, "plimsoll.%s.%s.%s", name_part(junit->arena, benchmark->name),
		name_part(junit->arena, benchmark->revision),
		name_part(junit->arena, benchmark->sections.items[section].id));

	vec_each(rule, &benchmark->rules) {
		struct finding space;
		struct findings findings = findings_of(rule, &space);

		if (rule->section != section)
			continue;
		vec_each(finding, &findings) {
			open_element(junit, "testcase");
			attribute(junit, "name", case_name(junit->arena, seen, rule, finding));
			attribute(junit, "classname", class_name);
			attribute(junit, "time", "0");
			put_outcome(junit, rule, finding);
			close_element(junit);
		}
	}
}

static void put_suite(struct junit *junit, const struct report *report,
		      const struct benchmark_report *benchmark, size_t section)
{
	const struct section_report *about = &benchmark->sections.items[section];
	struct counts counts = section_counts(benchmark, section);
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	if (counts.tests == 0)
		return;
	junit->arena = arena;
	open_element(junit, "testsuite");
	attribute(junit, "name",
		  arena_printf(arena, "%s %s: %s %s", benchmark->name, benchmark->revision,
			       about->id, about->title));
	number(junit, "tests", counts.tests);
	number(junit, "failures", counts.of[KIND_FAILURE]);
	number(junit, "errors", counts.of[KIND_ERROR]);
	number(junit, "skipped", counts.of[KIND_SKIPPED]);
	attribute(junit, "time", "0");
	attribute(junit, "timestamp", text_time_zoneless(report->collected_at).text);
	attribute(junit, "hostname", report->host_name);
	put_properties(junit, report, benchmark, section);
	put_cases(junit, benchmark, section);
	close_element(junit);
	junit->arena = NULL;
}

static void put_suites(struct junit *junit, const struct report *report)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct counts counts = {0};

	vec_each(benchmark, &report->benchmarks) {
		vec_each(rule, &benchmark->rules)
			add_rule_counts(rule, &counts);
	}
	junit->arena = arena;
	open_element(junit, "testsuites");
	attribute(junit, "name", "plimsoll");
	number(junit, "tests", counts.tests);
	number(junit, "failures", counts.of[KIND_FAILURE]);
	number(junit, "errors", counts.of[KIND_ERROR]);
	attribute(junit, "time", "0");
	vec_each(benchmark, &report->benchmarks) {
		for (size_t section = 0; section < benchmark->sections.count; section++)
			put_suite(junit, report, benchmark, section);
	}
	close_element(junit);
}

/* libxml2 prints to standard error when this fails, so it never does: the stream remembers. */
static int write_bytes(void *stream, const char *bytes, int len)
{
	fwrite(bytes, 1, (size_t)len, stream);
	return len;
}

static int prepare(struct error *err)
{
	const struct xml_writer *xml;

	return xml_writer_load(&xml, err);
}

static int write_junit(const struct report *report, const struct format_options *options _unused_,
		       FILE *stream, struct error *err)
{
	const struct xml_writer *xml;
	xmlOutputBufferPtr buffer;

	if (xml_writer_load(&xml, err) < 0)
		return -1;
	buffer = xml->OutputBufferCreateIO(write_bytes, NULL, stream, NULL);
	struct junit junit = {.xml = xml, .writer = buffer ? xml->NewTextWriter(buffer) : NULL};

	if (!junit.writer)
		out_of_memory();
	note(&junit, xml->SetIndent(junit.writer, 1));
	note(&junit, xml->SetIndentString(junit.writer, (const xmlChar *)"  "));
	note(&junit, xml->StartDocument(junit.writer, NULL, "UTF-8", NULL));
	put_suites(&junit, report);
	note(&junit, xml->EndDocument(junit.writer));
	/* Flushes; the stream itself stays open. */
	xml->FreeTextWriter(junit.writer);
	if (fflush(stream) != 0 || ferror(stream))
		return error_sys(err, "cannot write the report");
	if (junit.failed)
		return error_set(err, ERROR_SYSTEM,
				 "cannot write the report: the XML writer failed");
	return 0;
}

const struct format format_junit = {
	.name = "junit",
	.about = "JUnit XML for CI servers: a suite a section, a case a finding",
	.extension = "xml",
	.prepare = prepare,
	.write = write_junit,
};
