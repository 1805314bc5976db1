/* Who is judged: select, conditions, populations, and what a finding says about those who are not. */
#include "rule_text.h"

struct host {
	struct rule_text texts;
	struct facts *facts;
};

static void host_open(struct host *host)
{
	rule_text_open(&host->texts);
	host->facts = facts_new();
	facts_host(host->facts);
}

static void host_close(struct host *host)
{
	facts_free(host->facts);
	rule_text_close(&host->texts);
}

static void put(struct host *host, struct subject *subject, const char *fact, struct value value)
{
	facts_put(host->facts, subject, rule_text_decl(fact), NULL, SIDE_PLAIN, side_present(value, "/somewhere"));
}

static void put_missing(struct host *host, struct subject *subject, const char *fact, enum fact_state state)
{
	facts_put(host->facts, subject, rule_text_decl(fact), NULL, SIDE_PLAIN, side_missing(state, "/somewhere", "denied"));
}

static struct subject *container(struct host *host, const char *name, int64_t number)
{
	struct subject *subject = facts_subject(host->facts, SCOPE_CONTAINER, arena_printf(host->texts.arena, "id-%s", name), name,
						facts_host(host->facts));

	put(host, subject, "t.int", value_int(number));
	return subject;
}

#define HEAD "title: A test\nseverity: low\nscope: container\nwhy: A reason.\n"
#define CHECKED HEAD "remedy: A way.\ncheck: { fact: t.int, eq: 1 }\ncases:\n  - { name: c, facts: { t.int: 1 }, expect: pass }\n"

static struct findings judge(struct host *host, const char *text, const struct check *applies)
{
	const struct rule *rule = rule_text_load(&host->texts, text);
	struct eval_rule what = {.rule = rule, .params = NULL};
	struct findings findings = {0};

	eval_rule(host->texts.arena, &what, applies, host->facts, &findings);
	return findings;
}

static void assert_finding(const struct findings *findings, size_t index, enum scope scope, enum result result, const char *message)
{
	assert_true(index < findings->count);
	assert_int_equal(findings->items[index].scope, scope);
	assert_string_equal(result_name(findings->items[index].result), result_name(result));
	if (message)
		assert_string_equal(findings->items[index].message, message);
}

static void each_subject_gets_one_finding_in_order(void **unused _unused_)
{
	struct host host;
	struct findings findings;

	host_open(&host);
	container(&host, "web", 1);
	container(&host, "db", 2);
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	findings = judge(&host, CHECKED, NULL);
	assert_int_equal(findings.count, 2);
	assert_finding(&findings, 0, SCOPE_CONTAINER, RESULT_PASS, "t.int is 1");
	assert_string_equal(findings.items[0].subject_id, "id-web");
	assert_finding(&findings, 1, SCOPE_CONTAINER, RESULT_FAIL, "t.int is 2; expected 1");
	assert_string_equal(findings.items[1].subject_name, "db");
	assert_string_equal(findings.items[1].evidence.items[0].origin, "/somewhere");
	host_close(&host);
}

static void no_subject_is_one_finding_on_the_host(void **unused _unused_)
{
	static const struct {
		enum fact_state state;
		enum result result;
		const char *message;
	} rows[] = {
		{FACT_PRESENT, RESULT_NOT_APPLICABLE, "no containers on this host"},
		{FACT_UNREADABLE, RESULT_ERROR, "the list of containers could not be read: timed out"},
		{FACT_UNSUPPORTED, RESULT_NOT_APPLICABLE, "a look for containers does not apply here: timed out"},
		{FACT_NOT_COLLECTED, RESULT_ERROR, "the list of containers was not collected: timed out"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct host host;
		struct findings findings;

		host_open(&host);
		facts_set_population(host.facts, SCOPE_CONTAINER, rows[i].state, "the socket", "timed out");
		findings = judge(&host, CHECKED, NULL);
		assert_int_equal(findings.count, 1);
		assert_finding(&findings, 0, SCOPE_HOST, rows[i].result, rows[i].message);
		host_close(&host);
	}
}

static void an_unknown_rest_is_one_error_more(void **unused _unused_)
{
	struct host host;
	struct findings findings;

	host_open(&host);
	container(&host, "web", 1);
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_UNREADABLE, "the socket", "timed out");
	findings = judge(&host, CHECKED, NULL);
	assert_int_equal(findings.count, 2);
	assert_finding(&findings, 0, SCOPE_CONTAINER, RESULT_PASS, NULL);
	assert_finding(&findings, 1, SCOPE_HOST, RESULT_ERROR, "the full list of containers could not be read: timed out");
	assert_string_equal(findings.items[1].evidence.items[0].origin, "the socket");
	host_close(&host);
}

static void not_looking_is_an_error(void **unused _unused_)
{
	struct host host;
	struct findings findings;

	host_open(&host);
	findings = judge(&host, CHECKED, NULL);
	assert_finding(&findings, 0, SCOPE_HOST, RESULT_ERROR, "the list of containers was not collected");
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	facts_subject(host.facts, SCOPE_CONTAINER, "id", "new", facts_host(host.facts));
	findings = judge(&host, CHECKED, NULL);
	assert_finding(&findings, 0, SCOPE_CONTAINER, RESULT_ERROR, "t.int was not collected");
	host_close(&host);
}

static void conditions_leave_subjects_out(void **unused _unused_)
{
	static const struct {
		const char *keys;
		enum result result;
		const char *message;
	} rows[] = {
		{"select: { t.string: { eq: app } }\n", RESULT_PASS, "t.int is 1"},
		{"select: { t.string: { ne: app } }\n", RESULT_NOT_APPLICABLE, "select: t.string is app"},
		{"select: { t.bool: { eq: true } }\n", RESULT_ERROR, "select: t.bool could not be read: denied"},
		{"select: { t.bool: { eq: true }, t.string: { ne: app } }\n", RESULT_NOT_APPLICABLE, "select: t.string is app"},
		{"applies_if: { fact: host.flag, eq: true }\n", RESULT_PASS, NULL},
		{"applies_if: { fact: host.flag, eq: false }\n", RESULT_NOT_APPLICABLE,
		 "the rule's condition host.flag has to be false"},
		{"applies_if: { fact: t.bool, eq: true }\n", RESULT_ERROR, "the rule's condition t.bool could not be read: denied"},
		{"applies_if: { fact: t.bool, eq: true }\nselect: { t.string: { ne: app } }\n", RESULT_NOT_APPLICABLE, NULL},
		{"applies_if: { any: [ { fact: host.flag, eq: false } ] }\n", RESULT_NOT_APPLICABLE,
		 "the rule's condition does not hold: host.flag is true; expected false"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct host host;
		struct findings findings;
		struct subject *web;

		host_open(&host);
		web = container(&host, "web", 1);
		put(&host, web, "t.string", value_string("app"));
		put_missing(&host, web, "t.bool", FACT_UNREADABLE);
		put(&host, facts_host(host.facts), "host.flag", value_bool(true));
		facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
		findings = judge(&host, arena_printf(host.texts.arena, "%s%s", rows[i].keys, CHECKED), NULL);
		assert_int_equal(findings.count, 1);
		assert_finding(&findings, 0, SCOPE_CONTAINER, rows[i].result, rows[i].message);
		host_close(&host);
	}
}

static void the_benchmarks_condition_comes_before_the_population(void **unused _unused_)
{
	static const char *const condition = HEAD "remedy: A way.\ncheck: { fact: host.flag, eq: true }\n"
					     "cases:\n  - { name: c, facts: { host.flag: true }, expect: pass }\n";
	struct host host;
	struct findings findings;
	const struct check *applies;

	host_open(&host);
	applies = rule_text_load(&host.texts, condition)->check;
	put(&host, facts_host(host.facts), "host.flag", value_bool(false));
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_UNREADABLE, "the socket", "timed out");
	findings = judge(&host, CHECKED, applies);
	assert_int_equal(findings.count, 1);
	assert_finding(&findings, 0, SCOPE_HOST, RESULT_NOT_APPLICABLE,
		       "the benchmark's condition host.flag has to be true");
	assert_int_equal(eval_check(host.texts.arena, applies, facts_host(host.facts)), RESULT_FAIL);
	put_missing(&host, facts_host(host.facts), "host.flag", FACT_UNREADABLE);
	assert_int_equal(eval_check(host.texts.arena, applies, facts_host(host.facts)), RESULT_ERROR);
	findings = judge(&host, CHECKED, applies);
	assert_finding(&findings, 0, SCOPE_HOST, RESULT_ERROR, "the list of containers could not be read: timed out");
	host_close(&host);
}

static void manual_rules_show_their_facts(void **unused _unused_)
{
	static const char *const text = HEAD "show: [t.int, t.bool]\nlook_at: |\n  Whether the number is right.\n  And why.\n";
	struct host host;
	struct findings findings;
	const struct finding *finding;
	struct subject *web;

	host_open(&host);
	web = container(&host, "web", 7);
	put_missing(&host, web, "t.bool", FACT_UNREADABLE);
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	findings = judge(&host, text, NULL);
	assert_finding(&findings, 0, SCOPE_CONTAINER, RESULT_MANUAL, 
		       "to be judged by a person: Whether the number is right. And why.");
	finding = &findings.items[0];
	assert_int_equal(finding->evidence.count, 2);
	assert_int_equal(finding->evidence.items[0].value.integer, 7);
	assert_null(finding->evidence.items[0].expected);
	assert_int_equal(finding->evidence.items[1].state, FACT_UNREADABLE);
	assert_string_equal(finding->evidence.items[1].reason, "denied");
	host_close(&host);
}

static void findings_outlive_the_facts(void **unused _unused_)
{
	struct host host;
	struct findings findings;
	struct subject *web;
	char name[] = "text of the facts";

	host_open(&host);
	web = container(&host, "web", 1);
	put(&host, web, "t.string", value_string(arena_strdup(facts_arena(host.facts), name)));
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	findings = judge(&host,
			 HEAD "remedy: A way.\ncheck: { fact: t.string, eq: other }\n"
			      "cases:\n  - { name: c, facts: { t.string: other }, expect: pass }\n",
			 NULL);
	facts_free(host.facts);
	host.facts = NULL;
	assert_string_equal(findings.items[0].evidence.items[0].value.string, name);
	assert_string_equal(findings.items[0].evidence.items[0].origin, "/somewhere");
	assert_string_equal(findings.items[0].subject_name, "web");
	host_close(&host);
}

static void several_pieces_are_counted(void **unused _unused_)
{
	struct host host;
	struct findings findings;
	struct subject *web;

	host_open(&host);
	web = container(&host, "web", 2);
	put(&host, web, "t.bool", value_bool(false));
	facts_set_population(host.facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	findings = judge(&host,
			 HEAD "remedy: A way.\ncheck: { all: [ { fact: t.int, eq: 1 }, { fact: t.bool, eq: true } ] }\n"
			      "cases:\n  - { name: c, facts: { t.int: 1, t.bool: true }, expect: pass }\n",
			 NULL);
	assert_finding(&findings, 0, SCOPE_CONTAINER, RESULT_FAIL, "t.int is 2; expected 1 (and 1 more)");
	assert_int_equal(findings.items[0].evidence.count, 2);
	assert_string_equal(findings.items[0].evidence.items[1].expected, "true");
	host_close(&host);
}

static void a_side_that_differs_is_noted(void **unused _unused_)
{
	static const struct rule_text_case row = {
		"sides", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 1, effective: 0 } }", "fail", NULL, NULL};
	struct rule_text texts;
	struct finding finding;

	rule_text_open(&texts);
	finding = rule_text_finding(&texts, &row);
	assert_int_equal(finding.evidence.count, 1);
	assert_int_equal(finding.evidence.items[0].side, SIDE_EFFECTIVE);
	assert_string_equal(finding.evidence.items[0].notes.items[0], "t.pair (declared) is 1");
	rule_text_close(&texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_subject_gets_one_finding_in_order),
		cmocka_unit_test(no_subject_is_one_finding_on_the_host),
		cmocka_unit_test(an_unknown_rest_is_one_error_more),
		cmocka_unit_test(not_looking_is_an_error),
		cmocka_unit_test(conditions_leave_subjects_out),
		cmocka_unit_test(the_benchmarks_condition_comes_before_the_population),
		cmocka_unit_test(manual_rules_show_their_facts),
		cmocka_unit_test(findings_outlive_the_facts),
		cmocka_unit_test(several_pieces_are_counted),
		cmocka_unit_test(a_side_that_differs_is_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
