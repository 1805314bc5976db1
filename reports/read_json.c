/* report_read: reports/schema/report-1.json back into a struct report. Member by member what
 * report_json.c writes. */
#include <stddef.h>

#include "reports/format.h"
#include "reports/json_in.h"
#include "reports/text_time.h"

#define SCHEMA_VERSION 1
#define REPORT_NODES_MAX (8u << 20)
#define SECTIONS_MAX 512
#define LEVEL_MAX 31 /* profile.levels of model/rule.h */

/* A member by its field's name, by another name, and one whose reader fills several fields. */
#define MEMBER(type, field, reader) MEMBER_AS(#field, type, field, reader)
#define MEMBER_AS(name, type, field, reader) {(name), (reader), offsetof(struct type, field), false}
#define MEMBER_WHOLE(name, reader) {(name), (reader), 0, false}

#define ENUM_READER(function, type, from_name, what)                                               \
	static int function(struct json_in *in, const json_t *json, void *into)                    \
	{                                                                                          \
		const char *text = json_string_value(json);                                        \
		type *ret = into;                                                                  \
                                                                                                   \
		return text && from_name(text, ret) ? 0 : json_in_fail(in, "not a " what);         \
	}
ENUM_READER(read_result, enum result, result_from_name, "result")
ENUM_READER(read_severity, enum severity, severity_from_name, "severity")
ENUM_READER(read_scope, enum scope, scope_from_name, "scope")
ENUM_READER(read_state, enum fact_state, fact_state_from_name, "fact state")
ENUM_READER(read_disposition_kind, enum disposition, disposition_from_name, "disposition")
ENUM_READER(read_time, int64_t, text_time_parse, "time such as 2026-01-02T03:04:05Z")

/* A list member: `holder` is the struct, `field` its vector. */
#define LIST_READER(function, holder, field, item_reader)                                          \
	static int function(struct json_in *in, const json_t *json, void *into)                    \
	{                                                                                          \
		struct holder *ret = into;                                                         \
		struct json_in_items list;                                                         \
                                                                                                   \
		if (json_in_list(in, json, sizeof *ret->field.items, item_reader, &list) != 0)     \
			return -1;                                                                 \
		ret->field.items = list.items;                                                     \
		ret->field.count = ret->field.capacity = list.count;                               \
		return 0;                                                                          \
	}

/* One item of a list: an object with these members. */
#define ITEM_READER(function, members)                                                             \
	static int function(struct json_in *in, const json_t *json, void *into)                    \
	{                                                                                          \
		return json_in_object(in, json, members, into);                                    \
	}

static int read_level(struct json_in *in, const json_t *json, void *into)
{
	int *ret = into;

	if (!json_is_integer(json) || json_integer_value(json) < 0 ||
	    json_integer_value(json) > LEVEL_MAX)
		return json_in_fail(in, "not a level from 0 to %d", LEVEL_MAX);
	*ret = (int)json_integer_value(json);
	return 0;
}

/* Scores are checked for form only: report_add_up works them out from the findings. */
static int read_results(struct json_in *in, const json_t *json, void *into)
{
	static const struct json_in_member members[] = {
#define X(e, n) {.key = n, .read = json_in_count, .offset = RESULT_##e * sizeof(size_t)},
		RESULTS(X)
#undef X
			{.key = NULL},
	};
	return json_in_object(in, json, members, into);
}

static int read_score(struct json_in *in, const json_t *json, void *into)
{
	static const struct json_in_member members[] = {
		MEMBER_WHOLE("percent", json_in_percent),
		MEMBER_WHOLE("percent_unweighted", json_in_percent),
		MEMBER_WHOLE("coverage", json_in_percent),
		MEMBER(score, weight_passed, json_in_count),
		MEMBER(score, weight_assessed, json_in_count),
		MEMBER(score, passed, json_in_count),
		MEMBER(score, assessed, json_in_count),
		MEMBER(score, selected, json_in_count),
		MEMBER(score, decided, json_in_count),
		MEMBER(score, results, read_results),
		MEMBER(score, waived, json_in_count),
		{.key = NULL},
	};
	_Static_assert(sizeof(size_t) == sizeof(int64_t), "weights are read as counts");
	return json_in_object(in, json, members, into);
}

/* The evidence's value is made of several members, so these are put aside first. */
struct evidence_parts {
	struct evidence evidence;
	const json_t *side, *type, *fields, *value;
};

static int read_side(struct json_in *in, const struct evidence_parts *parts, struct evidence *ret)
{
	const char *side = json_string_value(parts->side);

	if (json_is_null(parts->side))
		return 0;
	ret->two_sided = true;
	if (text_eq(side, "declared"))
		ret->side = SIDE_DECLARED;
	else if (text_eq(side, "effective"))
		ret->side = SIDE_EFFECTIVE;
	else
		return json_in_fail(in, "the side is neither declared nor effective nor null");
	return 0;
}

/* One field of a row. `context` of the reader holds the object of field types. */
struct row_target {
	const json_t *types;
	struct record *row;
};

static int read_field(struct json_in *in, const char *key, const json_t *json, void *into)
{
	struct row_target *target = into;
	const char *type_name = json_string_value(json_object_get(target->types, key));
	enum value_type type;
	struct value value;

	if (!type_name || !value_type_from_name(type_name, &type) || type == VALUE_MAP ||
	    type == VALUE_RECORDS)
		return json_in_fail(in, "\"fields\" gives no usable type for it");
	if (value_from_json(in->arena, type, NULL, json, &value, in->err) != 0)
		return json_in_wrap(in);

	struct value *copy = ARENA_NEW(in->arena, struct value);
	*copy = value;
	vec_push(in->arena, target->row, ((struct field){.name = key, .value = copy}));
	return 0;
}

static int read_row(struct json_in *in, const json_t *json, void *into)
{
	struct row_target target = {.types = in->context, .row = into};

	return json_in_pairs(in, json, read_field, &target);
}

static int read_rows(struct json_in *in, const struct evidence_parts *parts, struct value *ret)
{
	const void *outer = in->context;
	struct json_in_items list;

	if (!json_is_object(parts->fields))
		return json_in_fail(in, "records without \"fields\"");
	in->context = parts->fields;
	if (json_in_list(in, parts->value, sizeof *ret->records.items, read_row, &list) != 0)
		return -1;
	in->context = outer;
	*ret = (struct value){.type = VALUE_RECORDS};
	ret->records.items = list.items;
	ret->records.count = ret->records.capacity = list.count;
	return 0;
}

static int read_value(struct json_in *in, const struct evidence_parts *parts, struct value *ret)
{
	const char *type_name = json_string_value(parts->type);
	enum value_type type;

	if (json_is_null(parts->type))
		return json_is_null(parts->value) && !parts->fields
			       ? 0
			       : json_in_fail(in, "a value without a type");
	if (!type_name || !value_type_from_name(type_name, &type))
		return json_in_fail(in, "not a type of value");
	if (type == VALUE_RECORDS)
		return read_rows(in, parts, ret);
	if (parts->fields)
		return json_in_fail(in, "\"fields\" with a value that is not records");
	return value_from_json(in->arena, type, NULL, parts->value, ret, in->err) == 0
		       ? 0
		       : json_in_wrap(in);
}

static int read_evidence(struct json_in *in, const json_t *json, void *into)
{
	static const struct json_in_member members[] = {
		MEMBER_AS("fact", evidence_parts, evidence.fact, json_in_text),
		MEMBER_AS("side", evidence_parts, side, json_in_raw),
		MEMBER_AS("state", evidence_parts, evidence.state, read_state),
		MEMBER_AS("type", evidence_parts, type, json_in_raw),
		{.key = "fields",
		 .read = json_in_raw,
		 .offset = offsetof(struct evidence_parts, fields),
		 .optional = true},
		MEMBER_AS("value", evidence_parts, value, json_in_raw),
		MEMBER_AS("origin", evidence_parts, evidence.origin, json_in_text_or_null),
		MEMBER_AS("reason", evidence_parts, evidence.reason, json_in_text_or_null),
		MEMBER_AS("expected", evidence_parts, evidence.expected, json_in_text_or_null),
		MEMBER_AS("notes", evidence_parts, evidence.notes, json_in_strings),
		MEMBER_AS("result", evidence_parts, evidence.result, read_result),
		{.key = NULL},
	};
	struct evidence_parts parts = {0};

	if (json_in_object(in, json, members, &parts) != 0 ||
	    read_side(in, &parts, &parts.evidence) != 0 ||
	    read_value(in, &parts, &parts.evidence.value) != 0)
		return -1;
	*(struct evidence *)into = parts.evidence;
	return 0;
}
LIST_READER(read_evidence_list, finding, evidence, read_evidence)

static int read_disposition(struct json_in *in, const json_t *json, void *into)
{
	static const struct json_in_member members[] = {
		MEMBER_AS("kind", finding, disposition, read_disposition_kind),
		MEMBER_AS("by", finding, disposition_by, json_in_text_or_null),
		MEMBER_AS("reason", finding, disposition_reason, json_in_text_or_null),
		MEMBER_AS("until", finding, disposition_until, read_time),
		{.key = NULL},
	};
	const struct finding *finding = into;

	if (json_is_null(json))
		return 0;
	if (json_in_object(in, json, members, into) != 0)
		return -1;
	return finding->disposition == DISPOSITION_NONE
		       ? json_in_fail(in, "none is written as null")
		       : 0;
}

static const struct json_in_member finding_members[] = {
	MEMBER(finding, scope, read_scope),
	MEMBER(finding, subject_id, json_in_text),
	MEMBER(finding, subject_name, json_in_text),
	MEMBER(finding, result, read_result),
	MEMBER(finding, message, json_in_text),
	MEMBER_WHOLE("evidence", read_evidence_list),
	MEMBER_WHOLE("disposition", read_disposition),
	{.key = NULL},
};
ITEM_READER(read_finding, finding_members)
LIST_READER(read_findings, rule_result, findings, read_finding)

static int read_section_id(struct json_in *in, const json_t *json, void *into)
{
	const struct benchmark_report *benchmark = in->context;
	size_t *ret = into;
	const char *id;

	if (json_in_text(in, json, &id) != 0)
		return -1;
	for (size_t i = 0; i < benchmark->sections.count; i++) {
		if (text_eq(benchmark->sections.items[i].id, id)) {
			*ret = i;
			return 0;
		}
	}
	return json_in_fail(in, "no such section");
}

static int read_reference(struct json_in *in, const char *key, const json_t *json, void *into)
{
	struct rule_result *rule = into;
	struct reference reference = {.framework = key};

	if (json_in_strings(in, json, &reference.items) != 0)
		return -1;
	vec_push(in->arena, &rule->references, reference);
	return 0;
}

static int read_references(struct json_in *in, const json_t *json, void *into)
{
	return json_in_pairs(in, json, read_reference, into);
}

static int read_param(struct json_in *in, const char *key, const json_t *json, void *into)
{
	struct rule_result *rule = into;
	struct pair param = {.key = key};

	if (json_in_text(in, json, &param.text) != 0)
		return -1;
	vec_push(in->arena, &rule->params, param);
	return 0;
}

static int read_params(struct json_in *in, const json_t *json, void *into)
{
	return json_in_pairs(in, json, read_param, into);
}

static const struct json_in_member rule_members[] = {
	MEMBER(rule_result, id, json_in_text),
	MEMBER(rule_result, slug, json_in_text),
	MEMBER(rule_result, title, json_in_text),
	MEMBER(rule_result, severity, read_severity),
	MEMBER(rule_result, scope, read_scope),
	MEMBER(rule_result, level, read_level),
	MEMBER(rule_result, section, read_section_id),
	MEMBER(rule_result, automated, json_in_bool),
	MEMBER(rule_result, scored, json_in_bool),
	MEMBER(rule_result, why, json_in_lines_or_null),
	MEMBER(rule_result, remedy, json_in_lines_or_null),
	MEMBER(rule_result, look_at, json_in_lines_or_null),
	MEMBER_WHOLE("references", read_references),
	MEMBER_WHOLE("params", read_params),
	MEMBER(rule_result, result, read_result),
	MEMBER(rule_result, waived, json_in_bool),
	MEMBER_WHOLE("findings", read_findings),
	{.key = NULL},
};
ITEM_READER(read_rule, rule_members)
LIST_READER(read_rules, benchmark_report, rules, read_rule)

static const struct json_in_member section_members[] = {
	MEMBER(section_report, id, json_in_text),
	MEMBER(section_report, title, json_in_text),
	MEMBER(section_report, score, read_score),
	{.key = NULL},
};
ITEM_READER(read_section, section_members)
LIST_READER(read_section_list, benchmark_report, sections, read_section)

/* A rule names its section by id, so an id must mean one section; the cap keeps looking them up
 * cheap. */
static int read_sections(struct json_in *in, const json_t *json, void *into)
{
	const struct benchmark_report *benchmark = into;

	if (json_array_size(json) > SECTIONS_MAX)
		return json_in_fail(in, "more than %d sections", SECTIONS_MAX);
	if (read_section_list(in, json, into) != 0)
		return -1;
	for (size_t i = 0; i < benchmark->sections.count; i++) {
		for (size_t k = 0; k < i; k++) {
			if (text_eq(benchmark->sections.items[i].id,
				    benchmark->sections.items[k].id))
				return json_in_fail(in, "two sections have the same id");
		}
	}
	return 0;
}

static const struct json_in_member level_members[] = {
	MEMBER(level_report, level, read_level),
	MEMBER(level_report, score, read_score),
	{.key = NULL},
};
ITEM_READER(read_level_report, level_members)
LIST_READER(read_levels, benchmark_report, levels, read_level_report)

static const struct json_in_member container_members[] = {
	MEMBER(container_report, id, json_in_text),
	MEMBER(container_report, name, json_in_text),
	MEMBER(container_report, score, read_score),
	{.key = NULL},
};
ITEM_READER(read_container, container_members)
LIST_READER(read_containers, benchmark_report, containers, read_container)

static const struct json_in_member benchmark_members[] = {
	MEMBER(benchmark_report, name, json_in_text),
	MEMBER(benchmark_report, revision, json_in_text),
	MEMBER(benchmark_report, title, json_in_text),
	MEMBER(benchmark_report, profile, json_in_text),
	MEMBER(benchmark_report, profile_title, json_in_text),
	MEMBER(benchmark_report, score_all, json_in_bool),
	MEMBER(benchmark_report, score, read_score),
	MEMBER_WHOLE("sections", read_sections), /* before the rules, which name them */
	MEMBER_WHOLE("levels", read_levels),
	MEMBER_WHOLE("containers", read_containers),
	MEMBER_WHOLE("rules", read_rules),
	{.key = NULL},
};

static int read_benchmark(struct json_in *in, const json_t *json, void *into)
{
	in->context = into;
	return json_in_object(in, json, benchmark_members, into);
}
LIST_READER(read_benchmarks, report, benchmarks, read_benchmark)

static int read_version(struct json_in *in, const json_t *json, void *into _unused_)
{
	if (!json_is_integer(json))
		return json_in_fail(in, "not a whole number");
	if (json_integer_value(json) != SCHEMA_VERSION)
		return error_set(in->err, ERROR_UNSUPPORTED,
				 "a report of schema version %lld, this build reads version %d",
				 (long long)json_integer_value(json), SCHEMA_VERSION);
	return 0;
}

static const struct json_in_member report_members[] = {
	MEMBER_WHOLE("plimsoll_report", read_version),
	MEMBER_AS("tool", report, tool_version, json_in_text),
	MEMBER_AS("host", report, host_name, json_in_text),
	MEMBER(report, kernel, json_in_text_or_null),
	MEMBER(report, collected_at, read_time),
	MEMBER(report, root, json_in_text),
	MEMBER(report, live, json_in_bool),
	MEMBER(report, tailoring, json_in_text_or_null),
	{"selection", json_in_text_or_null, offsetof(struct report, selection), true},
	MEMBER_WHOLE("benchmarks", read_benchmarks),
	{.key = NULL},
};

static int read_document(struct json_in *in, const json_t *json, struct report *report)
{
	const json_t *version = json_object_get(json, "plimsoll_report");

	/* Before anything else: a later version's keys would look unknown. */
	if (!version)
		return error_set(in->err, ERROR_MALFORMED,
				 "not a plimsoll report: no \"plimsoll_report\" at the top");
	if (read_version(in, version, NULL) != 0)
		return -1;
	return json_in_object(in, json, report_members, report);
}

int report_read(FILE *stream, struct arena *arena, struct report **ret, struct error *err)
{
	const struct json_in_limits limits = {.bytes_max = REPORT_READ_MAX,
					      .nodes_max = REPORT_NODES_MAX};
	struct report *report = ARENA_NEW(arena, struct report);
	struct json_in in = {.arena = arena, .err = err};
	json_t *json;
	int failed;

	if (json_in_load(stream, &limits, &json, err) != 0)
		return -1;
	failed = read_document(&in, json, report);
	json_decref(json);
	if (failed)
		return -1;
	report_add_up(arena, report);
	*ret = report;
	return 0;
}
