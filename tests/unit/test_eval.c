/* Operators, absence, states and Kleene's logic: what a leaf and a connective come to. */
#include "rule_text.h"

#define PASSES(check, facts) {check " on " facts, "{ fact: " check " }", "facts: { " facts " }", "pass", NULL, NULL}
#define FAILS(check, facts) {check " on " facts, "{ fact: " check " }", "facts: { " facts " }", "fail", NULL, NULL}

static void every_operator_decides(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		PASSES("t.bool, eq: true", "t.bool: true"),
		FAILS("t.bool, eq: true", "t.bool: false"),
		PASSES("t.int, eq: -3", "t.int: -3"),
		FAILS("t.int, eq: 3", "t.int: 4"),
		PASSES("t.string, eq: a b", "t.string: a b"),
		FAILS("t.string, eq: a", "t.string: A"),
		PASSES("t.string, eq: ''", "t.string: ''"),
		PASSES("t.strings, eq: [a, b]", "t.strings: [b, a, b]"),
		FAILS("t.strings, eq: [a, b]", "t.strings: [a]"),
		PASSES("t.strings, eq: []", "t.strings: []"),
		PASSES("t.mode, eq: '0644'", "t.mode: '0644'"),
		FAILS("t.mode, eq: '0644'", "t.mode: '4644'"),
		PASSES("t.size, eq: 64MiB", "t.size: 67108864"),
		FAILS("t.size, eq: unlimited", "t.size: 67108864"),
		PASSES("t.duration, eq: 60s", "t.duration: 1m"),
		PASSES("t.version, eq: '20.10'", "t.version: '20.10.0'"),
		FAILS("t.version, eq: '20.10'", "t.version: '20.10.1'"),
		PASSES("t.bool, ne: true", "t.bool: false"),
		FAILS("t.bool, ne: true", "t.bool: true"),
		PASSES("t.strings, ne: [a]", "t.strings: [a, b]"),
		FAILS("t.strings, ne: [a, b]", "t.strings: [b, a]"),
		PASSES("t.string, in: [x, a]", "t.string: a"),
		FAILS("t.string, in: [x, a]", "t.string: b"),
		PASSES("t.int, in: [1, 2]", "t.int: 2"),
		FAILS("t.int, in: [1, 2]", "t.int: 3"),
		PASSES("t.mode, in: ['0600', '0640']", "t.mode: '0640'"),
		PASSES("t.string, not_in: [x, a]", "t.string: b"),
		FAILS("t.string, not_in: [x, a]", "t.string: x"),
		PASSES("t.int, lt: 3", "t.int: 2"),
		FAILS("t.int, lt: 3", "t.int: 3"),
		PASSES("t.int, le: 3", "t.int: 3"),
		FAILS("t.int, le: 3", "t.int: 4"),
		PASSES("t.int, gt: 3", "t.int: 4"),
		FAILS("t.int, gt: 3", "t.int: 3"),
		PASSES("t.int, ge: 3", "t.int: 3"),
		FAILS("t.int, ge: 3", "t.int: 2"),
		PASSES("t.size, le: unlimited", "t.size: unlimited"),
		FAILS("t.size, le: 1TiB", "t.size: unlimited"),
		FAILS("t.size, lt: unlimited", "t.size: unlimited"),
		PASSES("t.duration, lt: 1h", "t.duration: 59m"),
		FAILS("t.duration, lt: 1h", "t.duration: 60m"),
		PASSES("t.string, matches: '^a+$'", "t.string: aaa"),
		FAILS("t.string, matches: '^a+$'", "t.string: aab"),
		PASSES("t.string, matches: b", "t.string: aab"),
		PASSES("t.string, not_matches: '^a+$'", "t.string: aab"),
		FAILS("t.string, not_matches: a", "t.string: aab"),
		PASSES("t.strings, contains: a", "t.strings: [b, a]"),
		FAILS("t.strings, contains: a", "t.strings: [ab]"),
		PASSES("t.string, contains: bc", "t.string: abcd"),
		FAILS("t.string, contains: bd", "t.string: abcd"),
		PASSES("t.map, contains: k", "t.map: { k: v }"),
		FAILS("t.map, contains: v", "t.map: { k: v }"),
		PASSES("t.strings, subset_of: [a, b]", "t.strings: [a]"),
		PASSES("t.strings, subset_of: [a, b]", "t.strings: []"),
		FAILS("t.strings, subset_of: [a, b]", "t.strings: [a, c]"),
		FAILS("t.strings, subset_of: []", "t.strings: [a]"),
		PASSES("t.strings, superset_of: [a]", "t.strings: [a, b]"),
		FAILS("t.strings, superset_of: [a, c]", "t.strings: [a, b]"),
		PASSES("t.strings, disjoint_from: [c]", "t.strings: [a, b]"),
		FAILS("t.strings, disjoint_from: [c, b]", "t.strings: [a, b]"),
		PASSES("t.mode, no_looser_than: '0644'", "t.mode: '0600'"),
		PASSES("t.mode, no_looser_than: '0644'", "t.mode: '0644'"),
		FAILS("t.mode, no_looser_than: '0644'", "t.mode: '0700'"),
		FAILS("t.mode, no_looser_than: '0755'", "t.mode: '4755'"),
		PASSES("t.version, version_ge: '20.10'", "t.version: '20.10.24'"),
		PASSES("t.version, version_ge: '20.10'", "t.version: '20.10'"),
		FAILS("t.version, version_ge: '20.10'", "t.version: '20.9.99'"),
		PASSES("t.version, version_lt: '20.10'", "t.version: '20.9'"),
		FAILS("t.version, version_lt: '20.10'", "t.version: '20.10'"),
		PASSES("t.bool, exists: true", "t.bool: false"),
		FAILS("t.bool, exists: false", "t.bool: false"),
		PASSES("t.rows, exists: true", "t.rows: []"),
		PASSES("t.int, ge: 1, le: 2", "t.int: 2"),
		FAILS("t.int, ge: 1, le: 2", "t.int: 3"),
		FAILS("t.int, ge: 1, ne: 3", "t.int: 0"),
	};

	RULE_TEXT_CHECK(rows);
}

static void states_other_than_present_decide(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"absent fails", "{ fact: t.int, eq: 1 }", "", "fail", "t.int is absent; expected 1", NULL},
		{"absent as said", "{ fact: t.int, eq: 1, if_absent: pass }", "", "pass", NULL, NULL},
		{"absent may be manual", "{ fact: t.int, eq: 1, if_absent: manual }", "", "manual", "to be judged", NULL},
		{"absent may not apply", "{ fact: t.int, eq: 1, if_absent: not_applicable }", "", "not_applicable", "absent", NULL},
		{"absent may be an error", "{ fact: t.int, eq: 1, if_absent: error }", "", "error", "absent", NULL},
		{"absent does not exist", "{ fact: t.int, exists: false }", "", "pass", NULL, NULL},
		{"absent should exist", "{ fact: t.int, exists: true }", "", "fail", "to exist: true", NULL},
		{"unreadable is an error", "{ fact: t.int, eq: 1, if_absent: pass }",
		 "facts: { t.int: { state: unreadable, reason: permission denied } }", "error",
		 "t.int could not be read: permission denied", NULL},
		{"unreadable may exist", "{ fact: t.int, exists: false }", "facts: { t.int: { state: unreadable } }", "error", NULL, NULL},
		{"not collected is an error", "{ fact: t.int, eq: 1 }", "facts: { t.int: { state: not_collected } }", "error",
		 "was not collected", NULL},
		{"unsupported does not apply", "{ fact: t.int, eq: 1 }",
		 "facts: { t.int: { state: unsupported, reason: no such controller } }", "not_applicable", "no such controller", NULL},
		{"else replaces a fail", "{ fact: t.int, eq: 1, else: manual }", "facts: { t.int: 2 }", "manual",
		 "to be judged by a person: t.int is 2", NULL},
		{"else keeps an error", "{ fact: t.int, eq: 1, else: manual }", "facts: { t.int: { state: unreadable } }", "error", NULL, NULL},
		{"else replaces an absence", "{ fact: t.int, eq: 1, else: not_applicable }", "", "not_applicable", NULL, NULL},
		{"over the limit is an error", "{ fact: t.string, matches: '^(a|aa|a+)+$' }",
		 "facts: { t.string: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab }", "error", "over its limit", NULL},
	};

	RULE_TEXT_CHECK(rows);
}

static void two_sides_count_as_said(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"both hold", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 1, effective: 2 } }", "pass", NULL, NULL},
		{"effective differs", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 1, effective: 0 } }", "fail",
		 "t.pair (effective) is 0; expected at least 1", NULL},
		{"declared differs", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 0, effective: 1 } }", "fail",
		 "t.pair (declared) is 0", NULL},
		{"a lone side decides", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { effective: 1 } }", "pass", NULL, NULL},
		{"a lone side fails", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 0 } }", "fail", NULL, NULL},
		{"none there fails", "{ fact: t.pair, ge: 1 }", "", "fail", "absent", NULL},
		{"absence said counts", "{ fact: t.pair, declared: { ge: 1, if_absent: fail }, effective: { ge: 1 } }",
		 "facts: { t.pair: { effective: 1 } }", "fail", "t.pair (declared) is absent", NULL},
		{"existence counts", "{ fact: t.pair, exists: true }", "facts: { t.pair: { effective: 1 } }", "fail", NULL, NULL},
		{"one side judged", "{ fact: t.pair, effective: { ge: 1 } }", "facts: { t.pair: { declared: 0, effective: 1 } }", "pass",
		 NULL, NULL},
		{"the side judged is absent", "{ fact: t.pair, effective: { ge: 1 } }", "facts: { t.pair: { declared: 1 } }", "fail", NULL,
		 NULL},
		{"unreadable is an error", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 1, effective: { state: unreadable } } }",
		 "error", "t.pair (effective) could not be read", NULL},
		{"a fail outweighs it", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { declared: 0, effective: { state: unreadable } } }",
		 "fail", NULL, NULL},
		{"unreadable beside absent", "{ fact: t.pair, ge: 1 }", "facts: { t.pair: { effective: { state: unreadable } } }", "error",
		 NULL, NULL},
		{"unsupported leaves the other", "{ fact: t.pair, ge: 1 }",
		 "facts: { t.pair: { declared: 1, effective: { state: unsupported } } }", "pass", NULL, NULL},
		{"no more than declared", "{ fact: t.pair, effective: { le: $declared } }", "facts: { t.pair: { declared: 2, effective: 2 } }",
		 "pass", NULL, NULL},
		{"more than declared", "{ fact: t.pair, effective: { le: $declared } }", "facts: { t.pair: { declared: 2, effective: 3 } }",
		 "fail", "t.pair (effective) is 3; expected at most 2, as declared", NULL},
		{"nothing declared", "{ fact: t.pair, effective: { le: $declared } }", "facts: { t.pair: { effective: 3 } }",
		 "not_applicable", "t.pair (declared) is absent", NULL},
		{"what was declared is not known", "{ fact: t.pair, effective: { le: $declared } }",
		 "facts: { t.pair: { declared: { state: unreadable }, effective: 3 } }", "error", "t.pair (declared) could not be read", NULL},
		{"what is in effect is not known", "{ fact: t.pair, effective: { le: $declared } }",
		 "facts: { t.pair: { declared: 2, effective: { state: unreadable } } }", "error", "t.pair (effective)", NULL},
		{"different demands", "{ fact: t.pair, declared: { eq: 0 }, effective: { eq: 1 } }",
		 "facts: { t.pair: { declared: 0, effective: 1 } }", "pass", NULL, NULL},
	};

	RULE_TEXT_CHECK(rows);
}

/* A child that comes to pass, fail, error, manual, not_applicable: P F E M N. */
static const char letters[] = "PFEMN";
static const char *const child_facts[] = {"'yes'", "'no'", "{ state: unreadable }", "{ state: absent }", "{ state: unsupported }"};
static const char *const child_results[] = {"pass", "fail", "error", "manual", "not_applicable"};

struct truth_table {
	const char *connective;
	const char *rows[5]; /* first child, second child */
};

static void check_truth(struct rule_text *texts, const struct truth_table *table, size_t a, size_t b)
{
	const char *expect = child_results[strchr(letters, table->rows[a][b]) - letters];
	struct rule_text_case row = {
		.check = arena_printf(texts->arena,
				      "{ %s: [ { fact: t.many.a, eq: 'yes', if_absent: manual },"
				      " { fact: t.many.b, eq: 'yes', if_absent: manual } ] }",
				      table->connective),
		.facts = arena_printf(texts->arena, "facts: { t.many.a: %s, t.many.b: %s }", child_facts[a], child_facts[b]),
		.expect = expect,
	};
	struct finding finding = rule_text_finding(texts, &row);

	if (strcmp(result_name(finding.result), expect) != 0)
		fail_msg("%s of %c and %c: expected %s, came to %s", table->connective, letters[a], letters[b], expect,
			 result_name(finding.result));
}

static void connectives_follow_kleene(void **unused _unused_)
{
	static const struct truth_table tables[] = {
		{"all", {"PFEMP", "FFFFF", "EFEEE", "MFEMM", "PFEMN"}},
		{"any", {"PPPPP", "PFEMF", "PEEEE", "PMEMM", "PFEMN"}},
		{"none", {"FFFFF", "FPEMP", "FEEEE", "FMEMM", "FPEMN"}},
	};
	struct rule_text texts;

	rule_text_open(&texts);
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		for (size_t a = 0; a < 5; a++)
			for (size_t b = 0; b < 5; b++)
				check_truth(&texts, &tables[i], a, b);
	rule_text_close(&texts);
}

static void nested_nodes_combine(void **unused _unused_)
{
	static const struct rule_text_case rows[] = {
		{"an error that cannot matter", "{ any: [ { fact: t.bool, eq: true }, { all: [ { fact: t.int, eq: 1 } ] } ] }",
		 "facts: { t.bool: true, t.int: { state: unreadable } }", "pass", NULL, NULL},
		{"an error that can matter", "{ any: [ { fact: t.bool, eq: true }, { all: [ { fact: t.int, eq: 1 } ] } ] }",
		 "facts: { t.bool: false, t.int: { state: unreadable } }", "error", "t.int", NULL},
		{"none inside all", "{ all: [ { fact: t.bool, eq: true }, { none: [ { fact: t.int, eq: 1 } ] } ] }",
		 "facts: { t.bool: true, t.int: 1 }", "fail", "t.int is 1", NULL},
		{"else inside any", "{ any: [ { fact: t.bool, eq: true, else: not_applicable }, { fact: t.int, eq: 1 } ] }",
		 "facts: { t.bool: false, t.int: 2 }", "fail", "t.int is 2", NULL},
		{"else of a connective", "{ all: [ { fact: t.bool, eq: true } ], else: manual }", "facts: { t.bool: false }", "manual", NULL,
		 NULL},
	};

	RULE_TEXT_CHECK(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operator_decides),   cmocka_unit_test(states_other_than_present_decide),
		cmocka_unit_test(two_sides_count_as_said),  cmocka_unit_test(connectives_follow_kleene),
		cmocka_unit_test(nested_nodes_combine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
