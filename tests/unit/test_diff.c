/* What differs between two runs. A change is written "kind|id|subject|from|to". */
#include "rule_text.h"
#include "score/diff.h"

static const char *text_or_dash(const char *text)
{
	return text ? text : "-";
}

static const char *change_text(struct arena *arena, const struct diff_change *change)
{
	return arena_printf(arena, "%s|%s|%s|%s|%s", diff_kind_name(change->kind),
			    change->fact ? change->fact : text_or_dash(change->id), text_or_dash(change->subject_name),
			    text_or_dash(change->from), text_or_dash(change->to));
}

/* All changes, one a line. */
static void assert_changes(struct arena *arena, const struct diff *diff, const char *expected)
{
	const char *seen = "";
	size_t counted = 0;

	vec_each(change, &diff->changes) {
		seen = arena_printf(arena, "%s%s\n", seen, change_text(arena, change));
		assert_true(change->text && *change->text && !strchr(change->text, '\n'));
	}
	for (int kind = 0; kind < DIFF_KIND_COUNT; kind++)
		counted += diff->counts[kind];
	assert_string_equal(seen, expected);
	assert_int_equal(counted, diff->changes.count);
}

/* --- reports --- */

static struct report *report_new(struct arena *arena, const char *revision)
{
	struct report *report = ARENA_NEW(arena, struct report);

	vec_push(arena, &report->benchmarks, ((struct benchmark_report){.name = "test", .revision = revision}));
	return report;
}

static struct rule_result *add_rule(struct arena *arena, struct report *report, const char *id, enum severity severity)
{
	struct benchmark_report *benchmark = &report->benchmarks.items[0];

	vec_push(arena, &benchmark->rules,
		 ((struct rule_result){.id = id, .slug = arena_printf(arena, "rule-%s", id + 2), .severity = severity}));
	return &benchmark->rules.items[benchmark->rules.count - 1];
}

/* A finding on container NAME with id ID (both in "ID NAME"), with one piece of evidence. */
static struct finding *add_finding(struct arena *arena, struct rule_result *rule, const char *who, enum result result,
				   int64_t value)
{
	const char *space = strchr(who, ' ');
	struct finding finding = {
		.scope = SCOPE_CONTAINER,
		.subject_id = arena_strndup(arena, who, (size_t)(space - who)),
		.subject_name = space + 1,
		.result = result,
		.message = "seen",
	};

	vec_push(arena, &finding.evidence,
		 ((struct evidence){.fact = "t.int", .state = FACT_PRESENT, .value = value_int(value), .origin = "/x"}));
	vec_push(arena, &rule->findings, finding);
	if (result < rule->result || rule->findings.count == 1)
		rule->result = result;
	return &rule->findings.items[rule->findings.count - 1];
}

enum standing { PASS, MANUAL, WAIVED, FAIL, ERROR, NA };
static const enum result standing_results[] = {
	RESULT_PASS, RESULT_MANUAL, RESULT_FAIL, RESULT_FAIL, RESULT_ERROR, RESULT_NOT_APPLICABLE,
};

static struct report *one_finding(struct arena *arena, int standing)
{
	struct report *report = report_new(arena, "1.0");
	struct rule_result *rule = add_rule(arena, report, "5.1", SEVERITY_LOW);
	struct finding *finding = add_finding(arena, rule, "a web", standing_results[standing], 1);

	if (standing == WAIVED)
		finding->disposition = DISPOSITION_WAIVED;
	return report;
}

static void moves_between_results_are_told_apart(void **unused _unused_)
{
	/* W worse, B better, C changed, - none */
	static const char *const moves[] = {
		[PASS] = "-WWWWC", [MANUAL] = "B-WWWC", [WAIVED] = "BB-WWC", [FAIL] = "BBC-WC", [ERROR] = "BBWW-C", [NA] = "CCCCC-",
	};
	static const char letters[] = "WACGB"; /* by enum diff_kind */

	for (int from = PASS; from <= NA; from++)
		for (int to = PASS; to <= NA; to++) {
			_cleanup_(arena_cleanup) struct arena *arena = arena_new();
			struct diff diff;

			diff_reports(arena, one_finding(arena, from), one_finding(arena, to), &diff);
			assert_int_equal(diff.changes.count, moves[from][to] != '-');
			if (diff.changes.count)
				assert_int_equal(letters[diff.changes.items[0].kind], moves[from][to]);
		}
}

static void a_change_names_everything(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diff diff;
	const struct diff_change *change;

	diff_reports(arena, one_finding(arena, PASS), one_finding(arena, FAIL), &diff);
	assert_changes(arena, &diff, "worse|5.1|web|pass|fail\n");
	change = &diff.changes.items[0];
	assert_string_equal(change->benchmark, "test");
	assert_string_equal(change->slug, "rule-1");
	assert_int_equal(change->scope, SCOPE_CONTAINER);
	assert_string_equal(change->subject_id, "a");
	assert_string_equal(change->text, "test 5.1 rule-1: container web: pass -> fail: seen");
}

static struct report *failing_with(struct arena *arena, const char *who, int64_t value)
{
	struct report *report = report_new(arena, "1.0");

	add_finding(arena, add_rule(arena, report, "5.1", SEVERITY_LOW), who, RESULT_FAIL, value);
	return report;
}

static void still_failing_differs_by_value_alone(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct report *a = failing_with(arena, "a web", 1), *same = failing_with(arena, "a web", 1);
	struct diff diff;

	same->benchmarks.items[0].rules.items[0].findings.items[0].evidence.items[0].origin = "/proc/42/status";
	diff_reports(arena, a, same, &diff);
	assert_changes(arena, &diff, "");
	diff_reports(arena, a, failing_with(arena, "a web", 2), &diff);
	assert_changes(arena, &diff, "changed|5.1|web|fail|fail\n");
	assert_string_equal(diff.changes.items[0].text, "test 5.1 rule-1: container web: still fail: t.int: 1 -> 2");
}

static void a_replaced_container_is_the_same_subject(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct diff diff;

	diff_reports(arena, failing_with(arena, "a web", 1), failing_with(arena, "b web", 1), &diff);
	assert_changes(arena, &diff, "");
	diff_reports(arena, failing_with(arena, "a web", 1), failing_with(arena, "b web", 3), &diff);
	assert_non_null(strstr(diff.changes.items[0].text, "container web (replaced)"));
	diff_reports(arena, failing_with(arena, "a web", 1), failing_with(arena, "a site", 1), &diff);
	assert_changes(arena, &diff, "");
	diff_reports(arena, failing_with(arena, "a web", 1), failing_with(arena, "b site", 1), &diff);
	assert_changes(arena, &diff,
		       "appeared|-|site|-|1 fail\nappeared|5.1|site|-|fail\n"
		       "gone|-|web|1 fail|-\n");
}

static void worst_comes_first(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	static const struct {
		const char *id;
		enum severity severity;
		enum result from, to;
	} rows[] = {
		{"5.1", SEVERITY_LOW, RESULT_FAIL, RESULT_PASS},  {"5.2", SEVERITY_LOW, RESULT_PASS, RESULT_FAIL},
		{"5.3", SEVERITY_HIGH, RESULT_PASS, RESULT_FAIL}, {"5.4", SEVERITY_HIGH, RESULT_PASS, RESULT_NOT_APPLICABLE},
		{"5.5", SEVERITY_LOW, RESULT_PASS, RESULT_ERROR},
	};
	struct report *a = report_new(arena, "1.0"), *b = report_new(arena, "1.0");
	struct diff diff;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		add_finding(arena, add_rule(arena, a, rows[i].id, rows[i].severity), "a web", rows[i].from, 1);
		add_finding(arena, add_rule(arena, b, rows[i].id, rows[i].severity), "a web", rows[i].to, 1);
	}
	diff_reports(arena, a, b, &diff);
	assert_changes(arena, &diff,
		       "worse|5.3|web|pass|fail\nworse|5.2|web|pass|fail\nworse|5.5|web|pass|error\n"
		       "changed|5.4|web|pass|not_applicable\nbetter|5.1|web|fail|pass\n");
	assert_int_equal(diff.counts[DIFF_WORSE], 3);
}

static void rules_are_matched_by_slug_across_revisions(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct report *a = report_new(arena, "1.0"), *b = report_new(arena, "1.1");
	struct diff diff;

	add_finding(arena, add_rule(arena, a, "5.1", SEVERITY_LOW), "a web", RESULT_PASS, 1);
	add_finding(arena, add_rule(arena, a, "5.2", SEVERITY_LOW), "a web", RESULT_FAIL, 1);
	add_finding(arena, add_rule(arena, b, "6.1", SEVERITY_LOW), "a web", RESULT_FAIL, 1);
	add_finding(arena, add_rule(arena, b, "6.3", SEVERITY_LOW), "a web", RESULT_PASS, 1);
	diff_reports(arena, a, b, &diff);
	assert_changes(arena, &diff, "worse|6.1|web|pass|fail\nappeared|6.3|-|-|pass\ngone|5.2|-|fail|-\n");
}

static void ids_count_within_one_revision(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct report *a = report_new(arena, "1.0"), *b = report_new(arena, "1.0");
	struct diff diff;

	add_finding(arena, add_rule(arena, a, "5.1", SEVERITY_LOW), "a web", RESULT_PASS, 1);
	add_finding(arena, add_rule(arena, b, "6.1", SEVERITY_LOW), "a web", RESULT_PASS, 1);
	diff_reports(arena, a, b, &diff);
	assert_changes(arena, &diff, "appeared|6.1|-|-|pass\ngone|5.1|-|pass|-\n");
}

static void benchmarks_on_one_side_are_one_change(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct report *a = report_new(arena, "1.0"), *b = one_finding(arena, FAIL);
	struct diff diff;

	a->benchmarks.items[0].name = "other";
	diff_reports(arena, a, b, &diff);
	assert_changes(arena, &diff, "appeared|-|-|-|1.0\ngone|-|-|1.0|-\n");
	assert_string_equal(diff.changes.items[0].text, "test 1.0: the benchmark appeared");
}

static void an_unknown_rest_appears_on_the_host(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct report *a = one_finding(arena, PASS), *b = one_finding(arena, PASS);
	struct finding rest = {
		.scope = SCOPE_HOST, .subject_id = "host", .subject_name = "node1", .result = RESULT_ERROR, .message = "timed out"};
	struct diff diff;

	vec_push(arena, &b->benchmarks.items[0].rules.items[0].findings, rest);
	diff_reports(arena, a, b, &diff);
	assert_changes(arena, &diff, "appeared|5.1|node1|-|error\n");
	diff_reports(arena, b, a, &diff);
	assert_changes(arena, &diff, "");
}

/* --- facts --- */

static struct facts *facts_of_container(const char *id)
{
	struct facts *facts = facts_new();

	facts_subject(facts, SCOPE_CONTAINER, id, "web", facts_host(facts));
	facts_set_population(facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
	return facts;
}

static void put(struct facts *facts, const char *name, enum side side, struct fact_side what)
{
	facts_put(facts, facts_subject_at(facts, 1), rule_text_decl(name), NULL, side, what);
}

static void put_list(struct facts *facts, const char *first, const char *second)
{
	struct strings items = {0};

	vec_push(facts_arena(facts), &items, first);
	vec_push(facts_arena(facts), &items, second);
	put(facts, "t.strings", SIDE_PLAIN, side_present(value_strings(items), "/x"));
}

static void put_row(struct facts *facts, const char *name, int64_t pid)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct record row = {0};

	record_set(facts_arena(facts), &row, "name", value_string(name));
	record_set(facts_arena(facts), &row, "pid", value_int(pid));
	vec_push(facts_arena(facts), &rows.records, row);
	put(facts, "t.rows", SIDE_PLAIN, side_present(rows, "/x"));
}

static void facts_differ_by_value_and_state(void **unused _unused_)
{
	static const struct fact_side unreadable = {.state = FACT_UNREADABLE, .reason = "denied"}, absent = {.state = FACT_ABSENT};
	const struct fact_side one = side_present(value_int(1), "/x"), two = side_present(value_int(2), "/y");
	const struct {
		struct fact_side a, b;
		const char *expected;
	} rows[] = {
		{one, one, ""},
		{one, side_present(value_int(1), "/elsewhere"), ""},
		{one, two, "changed|t.int|web|1|2\n"},
		{one, absent, "changed|t.int|web|1|absent\n"},
		{one, unreadable, "worse|t.int|web|1|unreadable\n"},
		{unreadable, absent, "better|t.int|web|unreadable|absent\n"},
		{unreadable, unreadable, ""},
		{{.state = FACT_NOT_COLLECTED}, one, "appeared|t.int|web|not_collected|1\n"},
		{one, {.state = FACT_NOT_COLLECTED}, "gone|t.int|web|1|not_collected\n"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		_cleanup_(facts_cleanup) struct facts *a = facts_of_container("1");
		_cleanup_(facts_cleanup) struct facts *b = facts_of_container("1");
		struct diff diff;

		put(a, "t.int", SIDE_PLAIN, rows[i].a);
		put(b, "t.int", SIDE_PLAIN, rows[i].b);
		diff_facts(arena, a, b, &diff);
		assert_changes(arena, &diff, rows[i].expected);
	}
}

static void each_side_of_a_fact_is_compared(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *a = facts_of_container("1");
	_cleanup_(facts_cleanup) struct facts *b = facts_of_container("1");
	struct diff diff;

	put(a, "t.pair", SIDE_DECLARED, side_present(value_int(1), "/x"));
	put(a, "t.pair", SIDE_EFFECTIVE, side_present(value_int(1), "/x"));
	put(b, "t.pair", SIDE_DECLARED, side_present(value_int(1), "/x"));
	put(b, "t.pair", SIDE_EFFECTIVE, side_present(value_int(0), "/x"));
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "changed|t.pair|web|1|0\n");
	assert_string_equal(diff.changes.items[0].text, "container web: t.pair (effective): 1 -> 0");
}

static void what_moves_by_nature_is_left_out(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *a = facts_of_container("1");
	_cleanup_(facts_cleanup) struct facts *b = facts_of_container("1");
	struct diff diff;

	put(a, "t.moving", SIDE_PLAIN, side_present(value_int(1), "/x"));
	put(b, "t.moving", SIDE_PLAIN, side_present(value_int(2), "/x"));
	put_row(a, "dockerd", 10);
	put_row(b, "dockerd", 11);
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "");
	put_row(b, "containerd", 10);
	diff_facts(arena, a, b, &diff);
	assert_string_equal(diff.changes.items[0].text,
			    "container web: t.rows: added [{name=containerd}]; removed [{name=dockerd}]");
}

static void lists_differ_by_their_items(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *a = facts_of_container("1");
	_cleanup_(facts_cleanup) struct facts *b = facts_of_container("1");
	struct diff diff;

	put_list(a, "x", "y");
	put_list(b, "y", "x");
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "");
	put_list(b, "y", "z");
	diff_facts(arena, a, b, &diff);
	assert_string_equal(diff.changes.items[0].text, "container web: t.strings: added [z]; removed [x]");
}

static void subjects_come_and_go(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(facts_cleanup) struct facts *a = facts_of_container("1");
	_cleanup_(facts_cleanup) struct facts *b = facts_of_container("2");
	struct diff diff;

	put(a, "t.int", SIDE_PLAIN, side_present(value_int(1), "/x"));
	put(b, "t.int", SIDE_PLAIN, side_present(value_int(1), "/x"));
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "");
	facts_subject(b, SCOPE_CONTAINER, "3", "db", facts_host(b));
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "appeared|-|db|-|db\n");
	diff_facts(arena, b, a, &diff);
	assert_changes(arena, &diff, "gone|-|db|db|-\n");
	facts_set_population(b, SCOPE_CONTAINER, FACT_UNREADABLE, "the socket", "timed out");
	diff_facts(arena, a, b, &diff);
	assert_changes(arena, &diff, "worse|-|-|present|unreadable\nappeared|-|db|-|db\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moves_between_results_are_told_apart),
		cmocka_unit_test(a_change_names_everything),
		cmocka_unit_test(still_failing_differs_by_value_alone),
		cmocka_unit_test(a_replaced_container_is_the_same_subject),
		cmocka_unit_test(worst_comes_first),
		cmocka_unit_test(rules_are_matched_by_slug_across_revisions),
		cmocka_unit_test(ids_count_within_one_revision),
		cmocka_unit_test(benchmarks_on_one_side_are_one_change),
		cmocka_unit_test(an_unknown_rest_appears_on_the_host),
		cmocka_unit_test(facts_differ_by_value_and_state),
		cmocka_unit_test(each_side_of_a_fact_is_compared),
		cmocka_unit_test(what_moves_by_nature_is_left_out),
		cmocka_unit_test(lists_differ_by_their_items),
		cmocka_unit_test(subjects_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
