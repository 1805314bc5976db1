/* For tests: rules written as YAML, compiled by the library against a catalogue of test facts, and run on their one case. */
#ifndef TESTS_RULE_TEXT_H
#define TESTS_RULE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "eval/eval.h"
#include "load/library.h"

static const struct field_decl rule_text_row_fields[] = {
	{"name", VALUE_STRING, "a name"},
	{"count", VALUE_INT, "a number"},
	{"open", VALUE_BOOL, "a flag"},
	{"tags", VALUE_STRINGS, "some words"},
	{0},
};
static const struct field_decl rule_text_file_fields[] = {
	{"path", VALUE_STRING, "the path"},  {"type", VALUE_STRING, "its kind"}, {"mode", VALUE_MODE, "bits"},
	{"owner", VALUE_STRING, "a user"},   {"group", VALUE_STRING, "a group"}, {0},
};
static const struct fact_decl rule_text_facts[] = {
	{.name = "t.bool", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
	{.name = "t.int", .type = VALUE_INT, .scope = SCOPE_CONTAINER},
	{.name = "t.size", .type = VALUE_SIZE, .scope = SCOPE_CONTAINER},
	{.name = "t.duration", .type = VALUE_DURATION, .scope = SCOPE_CONTAINER},
	{.name = "t.mode", .type = VALUE_MODE, .scope = SCOPE_CONTAINER},
	{.name = "t.string", .type = VALUE_STRING, .scope = SCOPE_CONTAINER},
	{.name = "t.strings", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER},
	{.name = "t.version", .type = VALUE_VERSION, .scope = SCOPE_CONTAINER},
	{.name = "t.map", .type = VALUE_MAP, .scope = SCOPE_CONTAINER},
	{.name = "t.rows", .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER, .fields = rule_text_row_fields},
	{.name = "t.pair", .type = VALUE_INT, .scope = SCOPE_CONTAINER, .two_sided = true},
	{.name = "t.lists", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER, .two_sided = true},
	{.name = "t.many.*", .type = VALUE_STRING, .scope = SCOPE_CONTAINER, .member = "a letter"},
	{.name = "t.moving", .type = VALUE_INT, .scope = SCOPE_CONTAINER, .unstable = true},
	{.name = "t.config_file", .type = VALUE_STRING, .scope = SCOPE_CONTAINER},
	{.name = "t.setting.*", .scope = SCOPE_CONTAINER, .program = "t", .config_file_fact = "t.config_file", .member = "an option"},
	{.name = "file.*", .type = VALUE_RECORDS, .scope = SCOPE_HOST, .fields = rule_text_file_fields, .any_scope = true,
	 .member = "a path"},
	{.name = "host.flag", .type = VALUE_BOOL, .scope = SCOPE_HOST},
	{.name = "host.name", .type = VALUE_STRING, .scope = SCOPE_HOST},
	{.name = "host.kernel.release", .type = VALUE_VERSION, .scope = SCOPE_HOST},
};

struct rule_text {
	struct arena *arena;
	struct catalogue *catalogue;
	struct library *library;
	char dir[64];
	unsigned files;
};

static inline const struct fact_decl *rule_text_decl(const char *name)
{
	for (size_t i = 0; i < sizeof rule_text_facts / sizeof *rule_text_facts; i++)
		if (strcmp(rule_text_facts[i].name, name) == 0)
			return &rule_text_facts[i];
	fail_msg("no test fact %s", name);
	return NULL;
}

static inline void rule_text_open(struct rule_text *texts)
{
	struct error err = {0};

	*texts = (struct rule_text){.arena = arena_new(), .dir = "/tmp/plimsoll-rules-XXXXXX"};
	texts->catalogue = catalogue_new(texts->arena);
	for (size_t i = 0; i < sizeof rule_text_facts / sizeof *rule_text_facts; i++)
		catalogue_add(texts->catalogue, &rule_text_facts[i]);
	assert_non_null(mkdtemp(texts->dir));
	if (library_open(texts->dir, texts->catalogue, &texts->library, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void rule_text_close(struct rule_text *texts)
{
	library_close(texts->library);
	rmdir(texts->dir);
	arena_free(texts->arena);
}

/* Load the rule whose text follows the line "rule: …", which this puts in front. */
static inline const struct rule *rule_text_load(struct rule_text *texts, const char *rest)
{
	struct diags diags = {.arena = texts->arena};
	char *slug = arena_printf(texts->arena, "rule-%u", texts->files++);
	char *path = arena_printf(texts->arena, "%s/%s.yaml", texts->dir, slug);
	FILE *file = fopen(path, "we");
	const struct rule *rule;

	assert_non_null(file);
	fprintf(file, "rule: %s\n%s", slug, rest);
	assert_int_equal(fclose(file), 0);
	rule = library_rule_file(texts->library, path, &diags);
	unlink(path);
	if (!rule || diags.list.count) {
		diags_print(&diags, stderr);
		fail_msg("the rule does not load:\n%s", rest);
	}
	return rule;
}

/* A container rule of this check (and further keys) with one case. */
struct rule_text_case {
	const char *name;
	const char *check;  /* a YAML flow mapping */
	const char *facts;  /* lines of the case, "facts: {…}" and the like */
	const char *expect;
	const char *says;   /* in the message; NULL: whatever */
	const char *more;   /* further top keys; NULL: none */
};

static inline const struct rule *rule_text_of(struct rule_text *texts, const struct rule_text_case *row)
{
	return rule_text_load(texts, arena_printf(texts->arena,
						  "title: A test\nseverity: low\nscope: container\nwhy: A reason.\nremedy: A way.\n"
						  "%s\ncheck: %s\ncases:\n  - name: case\n    %s\n    expect: %s\n",
						  row->more ? row->more : "", row->check, row->facts, row->expect));
}

static inline const struct value *rule_text_params(struct arena *arena, const struct rule *rule, const struct rule_case *of)
{
	struct value *params = ARENA_ARRAY(arena, struct value, rule->params.count + 1);

	for (size_t i = 0; i < rule->params.count; i++) {
		params[i] = rule->params.items[i].value;
		vec_each(given, &of->params)
			if (strcmp(given->name, rule->params.items[i].name) == 0)
				params[i] = given->value;
	}
	return params;
}

static inline struct finding rule_text_run(struct rule_text *texts, const struct rule *rule)
{
	const struct rule_case *only = &rule->cases.items[0];
	struct eval_rule what = {rule, rule_text_params(texts->arena, rule, only), true};
	struct finding finding;

	eval_subject(texts->arena, &what, NULL, only->subject, &finding);
	return finding;
}

static inline struct finding rule_text_finding(struct rule_text *texts, const struct rule_text_case *row)
{
	return rule_text_run(texts, rule_text_of(texts, row));
}

/* Each row's case must come to what it expects. */
static inline void rule_text_check(const struct rule_text_case *rows, size_t count)
{
	struct rule_text texts;

	rule_text_open(&texts);
	for (size_t i = 0; i < count; i++) {
		struct finding finding = rule_text_finding(&texts, &rows[i]);

		if (strcmp(result_name(finding.result), rows[i].expect) != 0)
			fail_msg("%s: expected %s, came to %s: %s", rows[i].name, rows[i].expect, result_name(finding.result),
				 finding.message);
		if (rows[i].says && !strstr(finding.message, rows[i].says))
			fail_msg("%s: \"%s\" says nothing of \"%s\"", rows[i].name, finding.message, rows[i].says);
	}
	rule_text_close(&texts);
}
#define RULE_TEXT_CHECK(rows) rule_text_check((rows), sizeof(rows) / sizeof *(rows))

#endif
