/* What findings add up to, and what waivers and attestations make of them. */
#include "plan/plan.h"
#include "rule_text.h"
#include "score/report.h"

/* A rule result whose findings are given by letters: P F E M N, W a waived fail. One finding a subject, c0, c1, … */
struct line {
	enum severity severity;
	bool scored;
	int level;
	size_t section;
	const char *findings;
	enum result result;
	bool waived;
};

static enum result letter_result(char letter)
{
	static const char letters[] = "EFMPN";

	return letter == 'W' ? RESULT_FAIL : (enum result)(strchr(letters, letter) - letters);
}

static struct rule_result rule_of(struct arena *arena, const struct line *line)
{
	struct rule_result rule = {
		.severity = line->severity, .scored = line->scored, .level = line->level, .section = line->section, .scope = SCOPE_CONTAINER};

	for (const char *letter = line->findings; *letter; letter++) {
		const char *id = arena_printf(arena, "c%zu", (size_t)(letter - line->findings));
		struct finding finding = {
			.scope = SCOPE_CONTAINER,
			.subject_id = id,
			.subject_name = id,
			.result = letter_result(*letter),
			.message = "seen",
			.disposition = *letter == 'W' ? DISPOSITION_WAIVED : DISPOSITION_NONE,
		};

		vec_push(arena, &rule.findings, finding);
	}
	return rule;
}

static struct benchmark_report *add_up(struct arena *arena, const struct line *lines, size_t count)
{
	struct report *report = ARENA_NEW(arena, struct report);
	struct benchmark_report benchmark = {.name = "test"};

	vec_push(arena, &benchmark.sections, ((struct section_report){.id = "1"}));
	vec_push(arena, &benchmark.sections, ((struct section_report){.id = "2"}));
	vec_push(arena, &benchmark.sections, ((struct section_report){.id = "3"}));
	for (size_t i = 0; i < count; i++)
		vec_push(arena, &benchmark.rules, rule_of(arena, &lines[i]));
	vec_push(arena, &report->benchmarks, benchmark);
	report_add_up(arena, report);
	return &report->benchmarks.items[0];
}
#define ADD_UP(arena, lines) add_up((arena), (lines), sizeof(lines) / sizeof *(lines))

static void a_rule_is_its_worst_finding(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	static const struct line lines[] = {
		{SEVERITY_LOW, true, 1, 0, "PPP", RESULT_PASS, false},   {SEVERITY_LOW, true, 1, 0, "PFP", RESULT_FAIL, false},
		{SEVERITY_LOW, true, 1, 0, "PFE", RESULT_ERROR, false},  {SEVERITY_LOW, true, 1, 0, "PMN", RESULT_MANUAL, false},
		{SEVERITY_LOW, true, 1, 0, "NPN", RESULT_PASS, false},   {SEVERITY_LOW, true, 1, 0, "NN", RESULT_NOT_APPLICABLE, false},
		{SEVERITY_LOW, true, 1, 0, "PWW", RESULT_FAIL, true},    {SEVERITY_LOW, true, 1, 0, "PWF", RESULT_FAIL, false},
		{SEVERITY_LOW, true, 1, 0, "WE", RESULT_ERROR, false},   {SEVERITY_LOW, true, 1, 0, "", RESULT_NOT_APPLICABLE, false},
	};
	const struct benchmark_report *benchmark = ADD_UP(arena, lines);

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		assert_int_equal(benchmark->rules.items[i].result, lines[i].result);
		assert_int_equal(benchmark->rules.items[i].waived, lines[i].waived);
	}
	assert_int_equal(benchmark->score.waived, 1);
}

static void scores_weigh_by_severity(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	static const struct line lines[] = {
		{SEVERITY_CRITICAL, true, 1, 0, "P", 0, false}, {SEVERITY_HIGH, true, 2, 0, "F", 0, false},
		{SEVERITY_MEDIUM, true, 1, 0, "W", 0, false},   {SEVERITY_LOW, true, 1, 1, "P", 0, false},
		{SEVERITY_CRITICAL, false, 1, 1, "F", 0, false}, {SEVERITY_HIGH, true, 1, 1, "E", 0, false},
		{SEVERITY_HIGH, true, 2, 1, "M", 0, false},     {SEVERITY_HIGH, true, 1, 1, "N", 0, false},
	};
	const struct benchmark_report *benchmark = ADD_UP(arena, lines);
	const struct score *score = &benchmark->score;

	assert_int_equal(score->weight_passed, 11);
	assert_int_equal(score->weight_assessed, 18);
	assert_int_equal(score_percent(score), 611);
	assert_int_equal(score->passed, 2);
	assert_int_equal(score->assessed, 4);
	assert_int_equal(score_percent_unweighted(score), 500);
	assert_int_equal(score->selected, 7);
	assert_int_equal(score->decided, 5);
	assert_int_equal(score_coverage(score), 714);
	assert_int_equal(score->waived, 1);
	assert_int_equal(score->results[RESULT_FAIL], 3);
	assert_int_equal(score->results[RESULT_NOT_APPLICABLE], 1);
}

static void sections_levels_and_containers_have_scores(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	static const struct line lines[] = {
		{SEVERITY_HIGH, true, 2, 0, "PF", 0, false},
		{SEVERITY_LOW, true, 1, 1, "PP", 0, false},
		{SEVERITY_LOW, true, 1, 1, "WN", 0, false},
	};
	struct benchmark_report *benchmark = ADD_UP(arena, lines);

	assert_int_equal(score_percent(&benchmark->sections.items[0].score), 0);
	assert_int_equal(score_percent(&benchmark->sections.items[1].score), 500);
	assert_int_equal(score_percent(&benchmark->sections.items[2].score), -1);
	assert_int_equal(benchmark->levels.count, 2);
	assert_int_equal(benchmark->levels.items[0].level, 1);
	assert_int_equal(score_percent(&benchmark->levels.items[1].score), 0);
	assert_int_equal(benchmark->containers.count, 2);
	assert_string_equal(benchmark->containers.items[0].id, "c0");
	assert_int_equal(score_percent(&benchmark->containers.items[0].score), 857);
	assert_int_equal(benchmark->containers.items[0].score.waived, 1);
	assert_int_equal(score_percent(&benchmark->containers.items[1].score), 167);
	assert_int_equal(benchmark->containers.items[1].score.selected, 2);
}

static void adding_up_twice_changes_nothing(void **unused _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	static const struct line lines[] = {{SEVERITY_HIGH, true, 2, 0, "PF", 0, false}, {SEVERITY_LOW, true, 1, 1, "WP", 0, false}};
	struct report report = {0};
	struct benchmark_report once = *ADD_UP(arena, lines);

	vec_push(arena, &report.benchmarks, once);
	report_add_up(arena, &report);
	assert_memory_equal(&report.benchmarks.items[0].score, &once.score, sizeof once.score);
	assert_int_equal(report.benchmarks.items[0].levels.count, once.levels.count);
	assert_int_equal(report.benchmarks.items[0].containers.count, once.containers.count);
}

static void percentages_are_rounded_half_up(void **unused _unused_)
{
	static const struct {
		int64_t passed, assessed;
		int tenths;
	} rows[] = {{0, 0, -1}, {0, 7, 0}, {7, 7, 1000}, {1, 3, 333}, {2, 3, 667}, {1, 16, 63}, {1, 2000, 1}, {1, 2001, 0}, {1, 8, 125}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct score score = {.weight_passed = rows[i].passed, .weight_assessed = rows[i].assessed};

		assert_int_equal(score_percent(&score), rows[i].tenths);
	}
	assert_int_equal(score_coverage(&(struct score){0}), -1);
}

/* --- report_build: a plan of one rule over containers web (t.int 1) and build-7 (t.int 2) --- */

#define NOW 1000000000 /* 2001-09-09 */

struct audit {
	struct rule_text texts;
	struct facts *facts;
	struct plan plan;
	struct benchmark benchmark;
	struct profile profile;
	struct entry entry;
	struct tailoring tailoring;
	struct report *report;
};

static void add_container(struct audit *audit, const char *name, int64_t number)
{
	struct subject *subject = facts_subject(audit->facts, SCOPE_CONTAINER, arena_printf(audit->texts.arena, "0123-%s", name), name,
						facts_host(audit->facts));

	facts_put(audit->facts, subject, rule_text_decl("t.int"), NULL, SIDE_PLAIN, side_present(value_int(number), "/x"));
}

static void audit_facts(struct audit *audit)
{
	struct facts_meta meta = {"1.2.3", NOW, "/", true};
	struct subject *host;

	audit->facts = facts_new();
	facts_set_meta(audit->facts, &meta);
	host = facts_host(audit->facts);
	facts_put(audit->facts, host, rule_text_decl("host.name"), NULL, SIDE_PLAIN, side_present(value_string("node1"), "/x"));
	facts_put(audit->facts, host, rule_text_decl("host.kernel.release"), NULL, SIDE_PLAIN, side_present(value_version("6.1.0"), "/x"));
	add_container(audit, "web", 1);
	add_container(audit, "build-7", 2);
	facts_set_population(audit->facts, SCOPE_CONTAINER, FACT_PRESENT, "the list", NULL);
}

#define CHECKED                                                                                                                    \
	"title: A test\nseverity: high\nscope: container\nwhy: A reason.\nremedy: A way.\n"                                        \
	"params: { limit: { type: int, default: 1, about: a number } }\nreferences: { nist: [4.4] }\n"                             \
	"check: { fact: t.int, le: $limit }\ncases:\n  - { name: c, facts: { t.int: 1 }, expect: pass }\n"
#define MANUAL "title: A test\nseverity: high\nscope: host\nwhy: A reason.\nlook_at: The door.\n"

/* What the plan would hold for an edition of this one rule. */
static void audit_open(struct audit *audit, const char *text)
{
	struct planned_benchmark planned = {.score_all = true};
	static const struct value limit = {.type = VALUE_INT, .integer = 1};

	*audit = (struct audit){0};
	rule_text_open(&audit->texts);
	audit_facts(audit);
	audit->profile = (struct profile){.name = "level1", .title = "Level 1"};
	audit->benchmark = (struct benchmark){.name = "test", .revision = "1.0", .title = "A benchmark"};
	vec_push(audit->texts.arena, &audit->benchmark.sections, ((struct section){"5", "Run time"}));
	vec_push(audit->texts.arena, &audit->benchmark.sections, ((struct section){"6", "Nothing"}));
	audit->entry = (struct entry){.id = "5.4", .rule = rule_text_load(&audit->texts, text), .level = 1, .automated = true};
	planned.benchmark = &audit->benchmark;
	planned.profile = &audit->profile;
	vec_push(audit->texts.arena, &planned.rules,
		 ((struct planned){.entry = &audit->entry, .rule = audit->entry.rule, .params = &limit, .severity = SEVERITY_LOW,
				   .scored = true}));
	vec_push(audit->texts.arena, &audit->plan.benchmarks, planned);
}

static const struct rule_result *audit_run(struct audit *audit)
{
	report_build(audit->texts.arena, &audit->plan, audit->facts, &audit->report);
	return &audit->report->benchmarks.items[0].rules.items[0];
}

static void audit_close(struct audit *audit)
{
	facts_free(audit->facts);
	rule_text_close(&audit->texts);
}

static struct planned *only_rule(struct audit *audit)
{
	return &audit->plan.benchmarks.items[0].rules.items[0];
}

static void a_report_tells_what_was_planned_and_found(void **unused _unused_)
{
	struct audit audit;
	const struct benchmark_report *benchmark;
	const struct rule_result *rule;

	audit_open(&audit, CHECKED);
	audit.tailoring.name = "production";
	audit.plan.tailoring = &audit.tailoring;
	rule = audit_run(&audit);
	benchmark = &audit.report->benchmarks.items[0];
	assert_string_equal(audit.report->host_name, "node1");
	assert_string_equal(audit.report->kernel, "6.1.0");
	assert_string_equal(audit.report->tool_version, "1.2.3");
	assert_string_equal(audit.report->tailoring, "production");
	assert_int_equal(audit.report->collected_at, NOW);
	assert_true(audit.report->live && benchmark->score_all);
	assert_string_equal(benchmark->profile, "level1");
	assert_int_equal(benchmark->sections.count, 2);
	assert_string_equal(rule->id, "5.4");
	assert_int_equal(rule->severity, SEVERITY_LOW);
	assert_string_equal(rule->params.items[0].key, "limit");
	assert_string_equal(rule->params.items[0].text, "1");
	assert_string_equal(rule->references.items[0].items.items[0], "4.4");
	assert_int_equal(rule->result, RESULT_FAIL);
	assert_int_equal(rule->findings.count, 2);
	assert_int_equal(benchmark->containers.count, 2);
	assert_int_equal(score_percent(&benchmark->score), 0);
	audit_close(&audit);
}

static void waivers_apply_where_they_match(void **unused _unused_)
{
	static const struct {
		const char *name;
		struct waiver waiver;
		enum disposition disposition;
		const char *says;
	} rows[] = {
		{"by id and name", {.rule = "5.4", .subject = "build-*", .expires = NOW}, DISPOSITION_WAIVED, NULL},
		{"by slug", {.rule = "rule-0", .subject = "build-?", .expires = NOW + 1}, DISPOSITION_WAIVED, NULL},
		{"by subject id", {.rule = "5.4", .subject = "0123-b*", .expires = NOW + 1}, DISPOSITION_WAIVED, NULL},
		{"every subject", {.rule = "5.4", .expires = NOW + 1}, DISPOSITION_WAIVED, NULL},
		{"another subject", {.rule = "5.4", .subject = "web", .expires = NOW + 1}, DISPOSITION_NONE, NULL},
		{"part of a name", {.rule = "5.4", .subject = "build", .expires = NOW + 1}, DISPOSITION_NONE, NULL},
		{"another rule", {.rule = "5.40", .expires = NOW + 1}, DISPOSITION_NONE, NULL},
		{"expired", {.rule = "5.4", .expires = NOW - 1}, DISPOSITION_NONE, "(the waiver of team-ci expired on 2001-09-09)"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct waiver waiver = rows[i].waiver;
		struct audit audit;
		const struct rule_result *rule;
		const struct finding *failed;

		waiver.owner = "team-ci";
		waiver.reason = "needs it";
		audit_open(&audit, CHECKED);
		vec_push(audit.texts.arena, &only_rule(&audit)->waivers, &waiver);
		rule = audit_run(&audit);
		failed = &rule->findings.items[1];
		if (failed->disposition != rows[i].disposition)
			fail_msg("%s: %s", rows[i].name, disposition_name(failed->disposition));
		assert_int_equal(failed->result, RESULT_FAIL);
		assert_int_equal(rule->waived, rows[i].disposition == DISPOSITION_WAIVED);
		assert_int_equal(rule->findings.items[0].disposition, DISPOSITION_NONE);
		if (rows[i].says)
			assert_non_null(strstr(failed->message, rows[i].says));
		if (rule->waived) {
			assert_string_equal(failed->disposition_by, "team-ci");
			assert_string_equal(failed->disposition_reason, "needs it");
			assert_int_equal(failed->disposition_until, waiver.expires);
		}
		audit_close(&audit);
	}
}

static void a_later_waiver_replaces_an_expired_one(void **unused _unused_)
{
	static const struct waiver old = {.rule = "5.4", .owner = "a", .reason = "r", .expires = NOW - 9};
	static const struct waiver fresh = {.rule = "5.4", .owner = "b", .reason = "r", .expires = NOW + 9};
	struct audit audit;
	const struct rule_result *rule;

	audit_open(&audit, CHECKED);
	vec_push(audit.texts.arena, &only_rule(&audit)->waivers, &old);
	vec_push(audit.texts.arena, &only_rule(&audit)->waivers, &fresh);
	rule = audit_run(&audit);
	assert_string_equal(rule->findings.items[1].disposition_by, "b");
	assert_null(strstr(rule->findings.items[1].message, "expired"));
	audit_close(&audit);
}

static void attestations_answer_manual_findings(void **unused _unused_)
{
	static const struct {
		struct attestation attestation;
		enum result result;
		enum disposition disposition;
		const char *message;
	} rows[] = {
		{{.passes = true, .until = NOW}, RESULT_PASS, DISPOSITION_ATTESTED, "attested by Ada: it is shut"},
		{{.passes = false, .until = NOW}, RESULT_FAIL, DISPOSITION_ATTESTED, "attested by Ada: it is shut"},
		{{.passes = true, .until = NOW - 1}, RESULT_MANUAL, DISPOSITION_NONE,
		 "to be judged by a person: The door. (the attestation of Ada ran out on 2001-09-09)"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct attestation attestation = rows[i].attestation;
		struct audit audit;
		const struct rule_result *rule;

		attestation.rule = "5.4";
		attestation.who = "Ada";
		attestation.saw = "it is shut";
		audit_open(&audit, MANUAL);
		only_rule(&audit)->attestation = &attestation;
		rule = audit_run(&audit);
		assert_int_equal(rule->result, rows[i].result);
		assert_int_equal(rule->findings.items[0].disposition, rows[i].disposition);
		assert_string_equal(rule->findings.items[0].message, rows[i].message);
		audit_close(&audit);
	}
}

static void attestations_leave_decided_findings_alone(void **unused _unused_)
{
	static const struct attestation attestation = {.rule = "5.4", .who = "Ada", .saw = "fine", .passes = true, .until = NOW + 9};
	struct audit audit;

	audit_open(&audit, CHECKED);
	only_rule(&audit)->attestation = &attestation;
	assert_int_equal(audit_run(&audit)->result, RESULT_FAIL);
	audit_close(&audit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_is_its_worst_finding),
		cmocka_unit_test(scores_weigh_by_severity),
		cmocka_unit_test(sections_levels_and_containers_have_scores),
		cmocka_unit_test(adding_up_twice_changes_nothing),
		cmocka_unit_test(percentages_are_rounded_half_up),
		cmocka_unit_test(a_report_tells_what_was_planned_and_found),
		cmocka_unit_test(waivers_apply_where_they_match),
		cmocka_unit_test(a_later_waiver_replaces_an_expired_one),
		cmocka_unit_test(attestations_answer_manual_findings),
		cmocka_unit_test(attestations_leave_decided_findings_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
