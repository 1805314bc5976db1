/* `each`, `file` and `setting`: rows, their filters, the places looked at, defaults, parameters. */
#include "rule_text.h"

static void each_row_must_hold(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"all rows hold", "{ each: t.rows, must: { count: { le: 2 } } }", "facts: { t.rows: [ { count: 1 }, { count: 2 } ] }",
		 "pass", NULL, NULL},
		{"one row fails", "{ each: t.rows, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { name: a, count: 1 }, { name: b, count: 3 } ] }", "fail", "t.rows b: count is 3; expected at most 2", NULL},
		{"the filter leaves it out", "{ each: t.rows, where: { open: { eq: true } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { open: false, count: 3 }, { open: true, count: 1 } ] }", "pass", NULL, NULL},
		{"all conditions of a filter hold",
		 "{ each: t.rows, where: { open: { eq: true }, name: { eq: a } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { open: true, name: b, count: 3 }, { open: true, name: a, count: 4 } ] }", "fail", "count is 4", NULL},
		{"no row left", "{ each: t.rows, where: { open: { eq: true } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { open: false, count: 3 } ] }", "pass", "nothing where open: true", NULL},
		{"no row may fail", "{ each: t.rows, must: { count: { le: 2 } }, if_empty: fail }", "facts: { t.rows: [] }", "fail",
		 "t.rows is empty; expected count: at most 2", NULL},
		{"no row may not apply", "{ each: t.rows, must: { count: { le: 2 } }, if_empty: not_applicable }", "facts: { t.rows: [] }",
		 "not_applicable", NULL, NULL},
		{"absent fails", "{ each: t.rows, must: { count: { le: 2 } } }", "", "fail", "t.rows is absent", NULL},
		{"absent as said", "{ each: t.rows, must: { count: { le: 2 } }, if_absent: pass }", "", "pass", NULL, NULL},
		{"unreadable is an error", "{ each: t.rows, must: { count: { le: 2 } }, if_absent: pass }",
		 "facts: { t.rows: { state: unreadable } }", "error", NULL, NULL},
		{"a missing field fails", "{ each: t.rows, must: { count: { le: 2 } } }", "facts: { t.rows: [ { name: a } ] }", "fail",
		 "count is absent", NULL},
		{"a missing field as said", "{ each: t.rows, must: { count: { le: 2, if_absent: pass } } }",
		 "facts: { t.rows: [ { name: a } ] }", "pass", NULL, NULL},
		{"a missing field does not match", "{ each: t.rows, where: { open: { eq: true } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { count: 3 } ] }", "pass", NULL, NULL},
		{"a missing field should be missing", "{ each: t.rows, must: { name: { exists: false } } }",
		 "facts: { t.rows: [ { count: 3 } ] }", "pass", NULL, NULL},
		{"a row that may not count is an error",
		 "{ each: t.rows, where: { open: { eq: true, if_absent: error } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { count: 3 } ] }", "error", NULL, NULL},
		{"unless it holds anyway", "{ each: t.rows, where: { open: { eq: true, if_absent: error } }, must: { count: { le: 2 } } }",
		 "facts: { t.rows: [ { count: 2 } ] }", "pass", NULL, NULL},
		{"or leaves nothing to decide",
		 "{ each: t.rows, where: { open: { eq: true, if_absent: error } }, must: { count: { le: 2 } }, if_empty: fail }",
		 "facts: { t.rows: [ { count: 2 } ] }", "error", NULL, NULL},
		{"items of a list", "{ each: t.strings, must: { item: { not_matches: '^/etc' } } }", "facts: { t.strings: [/var, /etc/x] }",
		 "fail", "t.strings: item is /etc/x; expected no match of ^/etc", NULL},
		{"keys of a map", "{ each: t.map, where: { key: { matches: '^k' } }, must: { value: { eq: v } } }",
		 "facts: { t.map: { k1: v, x: y, k2: w } }", "fail", "t.map k2: value is w", NULL},
		{"both sides", "{ each: t.lists, must: { item: { ne: bad } } }",
		 "facts: { t.lists: { declared: [good], effective: [good, bad] } }", "fail", "t.lists (effective): item is bad", NULL},
		{"an absent side does not count", "{ each: t.lists, must: { item: { ne: bad } } }", "facts: { t.lists: { effective: [good] } }",
		 "pass", NULL, NULL},
	};

	RULE_TEXT_CHECK(rows);
}

#define SOCKET "{ file: { first_of: [/run/s, /var/run/s], if_absent: not_applicable, must: { mode: { no_looser_than: '0660' } } } }"
#define BOTH "{ file: { paths: [/a, /b], if_absent: pass, must: { owner: { eq: root } } } }"
#define CLOSED "{ mode: '0600', owner: root }"
#define OPEN "{ mode: '0666', owner: user }"

static void files_are_found_as_said(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"the first decides", SOCKET, "files: { /run/s: " CLOSED ", /var/run/s: " OPEN " }", "pass", NULL, NULL},
		{"the first fails", SOCKET, "files: { /run/s: " OPEN ", /var/run/s: " CLOSED " }", "fail",
		 "/run/s: mode is 0666; expected no looser than 0660", NULL},
		{"the second where there is no first", SOCKET, "files: { /var/run/s: " OPEN " }", "fail", "/var/run/s", NULL},
		{"an empty list is no file", SOCKET, "files: { /run/s: [], /var/run/s: " CLOSED " }", "pass", NULL, NULL},
		{"none", SOCKET, "", "not_applicable", "/run/s does not exist (nor 1 more)", NULL},
		{"an unreadable first is an error", SOCKET, "files: { /run/s: { state: unreadable }, /var/run/s: " CLOSED " }", "error",
		 "/run/s could not be read", NULL},
		{"an unreadable first hides a fail", SOCKET, "files: { /run/s: { state: unreadable }, /var/run/s: " OPEN " }", "error", NULL,
		 NULL},
		{"an unreadable second does not matter", SOCKET, "files: { /run/s: " CLOSED ", /var/run/s: { state: unreadable } }", "pass",
		 NULL, NULL},
		{"an unreadable second is the one", SOCKET, "files: { /var/run/s: { state: unreadable } }", "error", NULL, NULL},
		{"an unsupported first is none", SOCKET, "files: { /run/s: { state: unsupported }, /var/run/s: " CLOSED " }", "pass", NULL,
		 NULL},
		{"unsupported places do not apply", SOCKET, "files: { /run/s: { state: unsupported }, /var/run/s: { state: unsupported } }",
		 "not_applicable", "does not apply here", NULL},
		{"all paths hold", BOTH, "files: { /a: " CLOSED ", /b: " CLOSED " }", "pass", NULL, NULL},
		{"one of them fails", BOTH, "files: { /a: " CLOSED ", /b: " OPEN " }", "fail", "/b: owner is user; expected root", NULL},
		{"one of them exists", BOTH, "files: { /b: " CLOSED " }", "pass", NULL, NULL},
		{"none of them exists", BOTH, "", "pass", NULL, NULL},
		{"one unreadable", BOTH, "files: { /a: " CLOSED ", /b: { state: unreadable } }", "error", "/b could not be read", NULL},
		{"a fail outweighs it", BOTH, "files: { /a: " OPEN ", /b: { state: unreadable } }", "fail", NULL, NULL},
		{"unreadable alone", BOTH, "files: { /b: { state: unreadable } }", "error", NULL, NULL},
		{"several rows of a glob", "{ file: { glob: /etc/*.d, if_absent: pass, must: { owner: { eq: root } } } }",
		 "files: { /etc/*.d: [ { path: /etc/a.d, owner: root }, { path: /etc/b.d, owner: user } ] }", "fail", "/etc/b.d: owner is user",
		 NULL},
		{"a filter", "{ file: { glob: /etc/*.d, if_absent: fail, where: { type: { eq: file } }, must: { owner: { eq: root } } } }",
		 "files: { /etc/*.d: [ { path: /etc/a.d, type: directory, owner: user } ] }", "fail", "nothing where type: file", NULL},
		{"a missing field", "{ file: { path: /a, if_absent: pass, must: { group: { eq: root } } } }", "files: { /a: " CLOSED " }",
		 "fail", "group is absent", NULL},
	};

	RULE_TEXT_CHECK(rows);
}

#define SETTING(rest) "{ setting: { program: t, type: bool, flag: --icc, config: icc, " rest " } }"
#define BY_FILE SETTING("default: { with_config_file: false, without_config_file: true }, must: { eq: false }")

static void settings_fall_back_to_defaults(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"set", SETTING("default: true, must: { eq: false }"), "settings: { icc: false }", "pass", NULL, NULL},
		{"set to the wrong", SETTING("default: false, must: { eq: false }"), "settings: { icc: true }", "fail",
		 "t.setting.icc is true; expected false", NULL},
		{"the default fails", SETTING("default: true, must: { eq: false }"), "", "fail", "is true", NULL},
		{"the default passes", SETTING("default: false, must: { eq: false }"), "", "pass", NULL, NULL},
		{"no default fails", SETTING("must: { eq: false }"), "", "fail", "is absent", NULL},
		{"no default as said", SETTING("must: { eq: false, if_absent: pass }"), "", "pass", NULL, NULL},
		{"unreadable is an error", SETTING("default: false, must: { eq: false }"), "settings: { icc: { state: unreadable } }", "error",
		 NULL, NULL},
		{"default with a file", BY_FILE, "facts: { t.config_file: /etc/t }", "pass", NULL, NULL},
		{"default without a file", BY_FILE, "", "fail", "is true", NULL},
		{"default that nobody can tell", BY_FILE, "facts: { t.config_file: { state: unreadable, reason: denied } }", "error",
		 "the configuration file that the default hangs on could not be read: denied", NULL},
		{"set although nobody can tell", BY_FILE, "facts: { t.config_file: { state: unreadable } }\n    settings: { icc: false }",
		 "pass", NULL, NULL},
		{"lists", "{ setting: { program: t, type: strings, flag: --x, default: [], must: { contains: a } } }", "settings: { x: [b] }",
		 "fail", "t.setting.x is [b]; expected to have a", NULL},
	};

	RULE_TEXT_CHECK(rows);
}

#define PARAM(type, value) "params: { p: { type: " type ", default: " value ", about: a value } }"

static void parameters_stand_for_operands(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"the default", "{ fact: t.int, le: $p }", "facts: { t.int: 3 }", "pass", NULL, PARAM("int", "3")},
		{"its value is shown", "{ fact: t.int, le: $p }", "facts: { t.int: 4 }", "fail", "expected at most 3", PARAM("int", "3")},
		{"the case's own", "{ fact: t.int, le: $p }", "params: { p: 4 }\n    facts: { t.int: 4 }", "pass", NULL, PARAM("int", "3")},
		{"a list", "{ fact: t.strings, subset_of: $p }", "facts: { t.strings: [kill, x] }", "fail", "expected nothing beyond [chown, kill]",
		 PARAM("strings", "[chown, kill]")},
		{"in a list", "{ fact: t.string, in: $p }", "facts: { t.string: b }", "pass", NULL, PARAM("strings", "[a, b]")},
		{"not in a list", "{ fact: t.string, in: $p }", "facts: { t.string: c }", "fail", "one of [a, b]", PARAM("strings", "[a, b]")},
		{"an expression", "{ fact: t.string, matches: $p }", "facts: { t.string: abc }", "pass", NULL, PARAM("string", "'^a'")},
		{"in a row", "{ each: t.rows, must: { name: { in: $p } } }", "facts: { t.rows: [ { name: c } ] }", "fail",
		 "name is c; expected one of [a, b]", PARAM("strings", "[a, b]")},
	};

	RULE_TEXT_CHECK(rows);
}

/* The loader has no such parameters today; evaluation takes them for every scalar. */
static void a_list_of_texts_judges_any_scalar(void **unused _unused_)
{
	static const struct {
		const char *fact;
		enum value_type type;
		const char *value;
		const char *item;
		enum result result;
	} rows[] = {
		{"t.int", VALUE_INT, "22", "22", RESULT_PASS},
		{"t.int", VALUE_INT, "22", "many", RESULT_FAIL},
		{"t.int", VALUE_INT, "unlimited", "unlimited", RESULT_PASS},
		{"t.mode", VALUE_MODE, "0644", "0644", RESULT_PASS},
		{"t.mode", VALUE_MODE, "0644", "644", RESULT_PASS},
		{"t.size", VALUE_SIZE, "65536", "64KiB", RESULT_PASS},
		{"t.size", VALUE_SIZE, "65536", "64 KiB", RESULT_PASS},
		{"t.duration", VALUE_DURATION, "60s", "1m", RESULT_PASS},
		{"t.bool", VALUE_BOOL, "true", "true", RESULT_PASS},
		{"t.version", VALUE_VERSION, "1.2", "1.2.0", RESULT_PASS},
		{"t.version", VALUE_VERSION, "1.2", "none", RESULT_FAIL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		_cleanup_(facts_cleanup) struct facts *facts = facts_new();
		const struct fact_decl *decl = rule_text_decl(rows[i].fact);
		struct check check = {.decl = decl, .fact = rows[i].fact, .type = decl->type, .otherwise = RESULT_FAIL};
		struct rule rule = {.scope = SCOPE_HOST, .check = &check};
		struct strings list = {0};
		struct value param, value;
		struct finding finding;

		assert_int_equal(value_parse(rows[i].type, rows[i].value, &value, NULL), 0);
		vec_push(arena, &list, "other");
		vec_push(arena, &list, rows[i].item);
		param = value_strings(list);
		vec_push(arena, &check.plain.conditions, ((struct condition){.op = OP_IN, .param = 0}));
		facts_put(facts, facts_host(facts), decl, NULL, SIDE_PLAIN, side_present(value, "/x"));
		eval_subject(arena, &(struct eval_rule){&rule, &param, false}, NULL, facts_host(facts), &finding);
		if (finding.result != rows[i].result)
			fail_msg("%s in [%s]: %s", rows[i].value, rows[i].item, finding.message);
	}
}

static void a_wrong_expression_is_an_error(void **unused _unused_)
{
	static const struct rule_text_case row = {
		"expression", "{ fact: t.string, matches: $p }", "facts: { t.string: abc }", "pass", NULL, PARAM("string", "'^a'")};
	struct value broken = value_string("(");
	struct rule_text texts;
	const struct rule *rule;
	struct finding finding;

	rule_text_open(&texts);
	rule = rule_text_of(&texts, &row);
	eval_subject(texts.arena, &(struct eval_rule){rule, &broken, true}, NULL, rule->cases.items[0].subject, &finding);
	assert_int_equal(finding.result, RESULT_ERROR);
	assert_non_null(strstr(finding.message, "t.string is abc: parameter: "));
	rule_text_close(&texts);
}

/* A facts document of another build may hold what the rule was not checked for. */
static void a_value_of_another_type_is_an_error(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	static const struct fact_decl other = {.name = "t.int", .type = VALUE_STRING, .scope = SCOPE_HOST};
	struct check check = {.fact = "t.int", .type = VALUE_INT, .otherwise = RESULT_FAIL};
	struct rule rule = {.scope = SCOPE_HOST, .check = &check};
	struct finding finding;

	vec_push(arena, &check.plain.conditions, ((struct condition){.op = OP_EQ, .param = -1, .operand = value_int(1)}));
	facts_put(facts, facts_host(facts), &other, NULL, SIDE_PLAIN, side_present(value_string("1"), "/x"));
	eval_subject(arena, &(struct eval_rule){.rule = &rule}, NULL, facts_host(facts), &finding);
	assert_int_equal(finding.result, RESULT_ERROR);
	assert_string_equal(finding.message, "t.int is 1: a string where the rule judges a int");
}

static void evidence_holds_the_rows_that_decided(void **unused _unused_)
{
	static const struct rule_text_case some = {
		"some", "{ each: t.rows, where: { open: { eq: true } }, must: { count: { le: 2 } } }",
		"facts: { t.rows: [ { name: a, open: true, count: 1 }, { name: b, open: true, count: 3 }, { name: c, open: false, count: 9 } ] }",
		"fail", NULL, NULL};
	struct rule_text texts;
	const struct evidence *evidence;
	struct finding finding;

	rule_text_open(&texts);
	finding = rule_text_finding(&texts, &some);
	assert_int_equal(finding.evidence.count, 1);
	evidence = &finding.evidence.items[0];
	assert_string_equal(evidence->fact, "t.rows");
	assert_string_equal(evidence->expected, "count: at most 2 where open: true");
	assert_int_equal(evidence->value.type, VALUE_RECORDS);
	assert_int_equal(evidence->value.records.count, 1);
	assert_string_equal(record_get(&evidence->value.records.items[0], "name")->string, "b");
	rule_text_close(&texts);
}

static void evidence_is_cut_at_twenty_rows(void **unused _unused_)
{
	struct rule_text_case many = {"many", "{ each: t.strings, must: { item: { eq: a } } }", NULL, "fail", NULL, NULL};
	struct rule_text texts;
	const struct evidence *evidence;
	struct finding finding;
	char *list;

	rule_text_open(&texts);
	list = arena_strdup(texts.arena, "x0");
	for (int i = 1; i < 23; i++)
		list = arena_printf(texts.arena, "%s, x%d", list, i);
	many.facts = arena_printf(texts.arena, "facts: { t.strings: [%s] }", list);
	finding = rule_text_finding(&texts, &many);
	evidence = &finding.evidence.items[0];
	assert_int_equal(evidence->value.records.count, 20);
	assert_string_equal(record_get(&evidence->value.records.items[19], "item")->string, "x19");
	assert_string_equal(evidence->notes.items[evidence->notes.count - 1], "and 3 more");
	rule_text_close(&texts);
}

static void evidence_of_a_default_says_so(void **unused _unused_)
{
	static const struct rule_text_case row = {"default", BY_FILE, "", "fail", NULL, NULL};
	struct rule_text texts;
	const struct evidence *evidence;
	struct finding finding;

	rule_text_open(&texts);
	finding = rule_text_finding(&texts, &row);
	evidence = &finding.evidence.items[0];
	assert_string_equal(evidence->origin, "default");
	assert_string_equal(evidence->notes.items[0], "not set; this is the default without a configuration file");
	assert_true(evidence->value.type == VALUE_BOOL && evidence->value.boolean);
	rule_text_close(&texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_must_hold),
		cmocka_unit_test(files_are_found_as_said),
		cmocka_unit_test(settings_fall_back_to_defaults),
		cmocka_unit_test(parameters_stand_for_operands),
		cmocka_unit_test(a_list_of_texts_judges_any_scalar),
		cmocka_unit_test(a_wrong_expression_is_an_error),
		cmocka_unit_test(a_value_of_another_type_is_an_error),
		cmocka_unit_test(evidence_holds_the_rows_that_decided),
		cmocka_unit_test(evidence_is_cut_at_twenty_rows),
		cmocka_unit_test(evidence_of_a_default_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
