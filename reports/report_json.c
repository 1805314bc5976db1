/* The report for machines: reports/schema/report-1.json. Every key is always there, in this order,
 * null where there is nothing; only `fields` depends on the value's type. Written finding by
 * finding. */
#include "reports/format.h"
#include "reports/json_out.h"
#include "reports/text_time.h"

#define SCHEMA_VERSION 1

static void put_score(struct json_out *out, const struct score *score)
{
	json_out_open(out, "score", '{');
	json_out_tenths(out, "percent", score_percent(score));
	json_out_tenths(out, "percent_unweighted", score_percent_unweighted(score));
	json_out_tenths(out, "coverage", score_coverage(score));
	json_out_int(out, "weight_passed", score->weight_passed);
	json_out_int(out, "weight_assessed", score->weight_assessed);
	json_out_int(out, "passed", (int64_t)score->passed);
	json_out_int(out, "assessed", (int64_t)score->assessed);
	json_out_int(out, "selected", (int64_t)score->selected);
	json_out_int(out, "decided", (int64_t)score->decided);
	json_out_open(out, "results", '{');
	for (int i = 0; i < RESULT_COUNT; i++)
		json_out_int(out, result_name((enum result)i), (int64_t)score->results[i]);
	json_out_close(out, '}');
	json_out_int(out, "waived", (int64_t)score->waived);
	json_out_close(out, '}');
}

static void put_strings(struct json_out *out, const char *key, const struct strings *strings)
{
	json_out_open(out, key, '[');
	vec_each(text, strings)
		json_out_text(out, NULL, *text);
	json_out_close(out, ']');
}

/* A row as it stands: the order of its fields is part of the document. */
static json_t *row_to_json(const struct record *row)
{
	json_t *object = json_object();

	vec_each(field, row) {
		if (field->value &&
		    json_object_set_new(object, field->name, value_to_json(field->value)) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* The types of the fields, which the rows themselves do not tell: "0644" may be a mode or a text.
 */
static json_t *field_types(const struct records *rows)
{
	json_t *types = json_object();

	vec_each(row, rows) {
		vec_each(field, row) {
			if (field->value && !json_object_get(types, field->name))
				json_object_set_new(
					types, field->name,
					json_string(value_type_name(field->value->type)));
		}
	}
	return types;
}

static void put_value(struct json_out *out, const struct value *value)
{
	json_out_text(out, "type",
		      value->type == VALUE_UNSET ? NULL : value_type_name(value->type));
	if (value->type == VALUE_UNSET) {
		json_out_text(out, "value", NULL);
	} else if (value->type == VALUE_RECORDS) {
		json_out_value(out, "fields", field_types(&value->records));
		json_out_open(out, "value", '[');
		vec_each(row, &value->records)
			json_out_value(out, NULL, row_to_json(row));
		json_out_close(out, ']');
	} else {
		json_out_value(out, "value", value_to_json(value));
	}
}

static void put_evidence(struct json_out *out, const struct evidence *evidence)
{
	static const char *const sides[SIDE_COUNT] = {
		[SIDE_DECLARED] = "declared", [SIDE_EFFECTIVE] = "effective"};

	json_out_open(out, NULL, '{');
	json_out_text(out, "fact", evidence->fact);
	json_out_text(out, "side", evidence->two_sided ? sides[evidence->side] : NULL);
	json_out_text(out, "state", fact_state_name(evidence->state));
	put_value(out, &evidence->value);
	json_out_text(out, "origin", evidence->origin);
	json_out_text(out, "reason", evidence->reason);
	json_out_text(out, "expected", evidence->expected);
	put_strings(out, "notes", &evidence->notes);
	json_out_text(out, "result", result_name(evidence->result));
	json_out_close(out, '}');
}

static void put_disposition(struct json_out *out, const struct finding *finding)
{
	if (finding->disposition == DISPOSITION_NONE) {
		json_out_text(out, "disposition", NULL);
		return;
	}
	json_out_open(out, "disposition", '{');
	json_out_text(out, "kind", disposition_name(finding->disposition));
	json_out_text(out, "by", finding->disposition_by);
	json_out_text(out, "reason", finding->disposition_reason);
	json_out_text(out, "until", text_time_rfc3339(finding->disposition_until).text);
	json_out_close(out, '}');
}

static void put_finding(struct json_out *out, const struct finding *finding)
{
	json_out_open(out, NULL, '{');
	json_out_text(out, "scope", scope_name(finding->scope));
	json_out_text(out, "subject_id", finding->subject_id);
	json_out_text(out, "subject_name", finding->subject_name);
	json_out_text(out, "result", result_name(finding->result));
	json_out_text(out, "message", finding->message);
	json_out_open(out, "evidence", '[');
	vec_each(evidence, &finding->evidence)
		put_evidence(out, evidence);
	json_out_close(out, ']');
	put_disposition(out, finding);
	json_out_close(out, '}');
}

static void put_rule_texts(struct json_out *out, const struct rule_result *rule)
{
	json_out_text(out, "why", rule->why);
	json_out_text(out, "remedy", rule->remedy);
	json_out_text(out, "look_at", rule->look_at);
	json_out_open(out, "references", '{');
	vec_each(reference, &rule->references)
		put_strings(out, reference->framework, &reference->items);
	json_out_close(out, '}');
	json_out_open(out, "params", '{');
	vec_each(param, &rule->params)
		json_out_text(out, param->key, param->text);
	json_out_close(out, '}');
}

static void put_rule(struct json_out *out, const struct benchmark_report *benchmark,
		     const struct rule_result *rule)
{
	json_out_open(out, NULL, '{');
	json_out_text(out, "id", rule->id);
	json_out_text(out, "slug", rule->slug);
	json_out_text(out, "title", rule->title);
	json_out_text(out, "severity", severity_name(rule->severity));
	json_out_text(out, "scope", scope_name(rule->scope));
	json_out_int(out, "level", rule->level);
	json_out_text(out, "section", benchmark->sections.items[rule->section].id);
	json_out_bool(out, "automated", rule->automated);
	json_out_bool(out, "scored", rule->scored);
	put_rule_texts(out, rule);
	json_out_text(out, "result", result_name(rule->result));
	json_out_bool(out, "waived", rule->waived);
	json_out_open(out, "findings", '[');
	vec_each(finding, &rule->findings)
		put_finding(out, finding);
	json_out_close(out, ']');
	json_out_close(out, '}');
}

static void put_parts(struct json_out *out, const struct benchmark_report *benchmark)
{
	json_out_open(out, "sections", '[');
	vec_each(section, &benchmark->sections) {
		json_out_open(out, NULL, '{');
		json_out_text(out, "id", section->id);
		json_out_text(out, "title", section->title);
		put_score(out, &section->score);
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	json_out_open(out, "levels", '[');
	vec_each(level, &benchmark->levels) {
		json_out_open(out, NULL, '{');
		json_out_int(out, "level", level->level);
		put_score(out, &level->score);
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
	json_out_open(out, "containers", '[');
	vec_each(container, &benchmark->containers) {
		json_out_open(out, NULL, '{');
		json_out_text(out, "id", container->id);
		json_out_text(out, "name", container->name);
		put_score(out, &container->score);
		json_out_close(out, '}');
	}
	json_out_close(out, ']');
}

static void put_benchmark(struct json_out *out, const struct benchmark_report *benchmark)
{
	json_out_open(out, NULL, '{');
	json_out_text(out, "name", benchmark->name);
	json_out_text(out, "revision", benchmark->revision);
	json_out_text(out, "title", benchmark->title);
	json_out_text(out, "profile", benchmark->profile);
	json_out_text(out, "profile_title", benchmark->profile_title);
	json_out_bool(out, "score_all", benchmark->score_all);
	put_score(out, &benchmark->score);
	put_parts(out, benchmark);
	json_out_open(out, "rules", '[');
	vec_each(rule, &benchmark->rules)
		put_rule(out, benchmark, rule);
	json_out_close(out, ']');
	json_out_close(out, '}');
}

static int write_json(const struct report *report, const struct format_options *options _unused_,
		      FILE *stream, struct error *err)
{
	struct json_out out = {.stream = stream};

	json_out_open(&out, NULL, '{');
	json_out_int(&out, "plimsoll_report", SCHEMA_VERSION);
	json_out_text(&out, "tool", report->tool_version);
	json_out_text(&out, "host", report->host_name);
	json_out_text(&out, "kernel", report->kernel);
	json_out_text(&out, "collected_at", text_time_rfc3339(report->collected_at).text);
	json_out_text(&out, "root", report->root);
	json_out_bool(&out, "live", report->live);
	json_out_text(&out, "tailoring", report->tailoring);
	json_out_text(&out, "selection", report->selection);
	json_out_open(&out, "benchmarks", '[');
	vec_each(benchmark, &report->benchmarks)
		put_benchmark(&out, benchmark);
	json_out_close(&out, ']');
	json_out_close(&out, '}');
	return json_out_finish(&out, err);
}

const struct format format_json = {
	.name = "json",
	.about = "everything, for machines; `plimsoll convert` and `plimsoll diff` read it back",
	.extension = "json",
	.write = write_json,
};
