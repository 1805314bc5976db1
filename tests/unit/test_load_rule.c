/* Rules: what is accepted, and every mistake at its line and column. */
#include "tests/unit/load_fixture.h"

#define EXPECTED_MAX 12

/* Five lines. */
#define HEAD(scope) "rule: r\ntitle: T\nseverity: low\nscope: " scope "\nwhy: W\n"
#define TAIL "\nremedy: R\ncases: [ { name: n, expect: pass } ]\n"
/* The check stands at 6:8. */
#define CHECK(text) HEAD("container") "check: " text TAIL
/* Parameters on line 6, the check at 7:8. */
#define PARAMS(params, text) HEAD("container") "params: { " params " }\ncheck: " text TAIL
/* What is added to the case begins at 8:35. */
#define CASE(check, text) HEAD("container") "check: " check "\nremedy: R\ncases: [ { name: n, expect: pass, " text " } ]\n"

struct row {
	const char *name;
	const char *text;
	const char *expected[EXPECTED_MAX];
};

static const struct row good_rows[] = {
	{"fact", CHECK("{ fact: container.privileged, eq: false, if_absent: error, else: manual }"), {0}},
	{"sides", CHECK("{ fact: container.caps, declared: { subset_of: [], if_absent: fail }, effective: { contains: a } }"), {0}},
	{"all_operators_of_int", CHECK("{ fact: container.retries, eq: 1, ne: 2, in: [1, unlimited], not_in: [3], lt: 4, le: 5,"
	 " gt: -1, ge: 0, exists: true }"), {0}},
	{"strings_by_eq", CHECK("{ fact: container.options, eq: [], ne: [a] }"), {0}},
	{"size_and_duration", CHECK("{ all: [ { fact: container.memory, le: 64MiB, lt: 100, ne: unlimited }, "
	 "{ fact: container.timeout, le: 30s } ] }"), {0}},
	{"mode", CHECK("{ fact: container.umask, no_looser_than: \"0022\" }"), {0}},
	{"version_plain_and_quoted", CHECK("{ fact: host.release, version_ge: 5.10, version_lt: \"7\" }"), {0}},
	{"regex", CHECK("{ fact: container.user, matches: \"^[0-9]+$\", not_matches: '$x' }"), {0}},
	{"map", CHECK("{ fact: container.labels, contains: x }"), {0}},
	{"file", CHECK("{ file: { path: \"{daemon.exe}\", if_absent: not_applicable, must: { type: { eq: file }, mode: "
	 "{ no_looser_than: \"0755\" } }, where: { owner: { ne: root } } } }"), {0}},
	{"file_glob", CHECK("{ file: { glob: \"/etc/docker/certs.d/*/*.crt\", if_absent: pass, must: { uid: { eq: 0 } } } }"), {0}},
	{"file_first_of", CHECK("{ file: { first_of: [/run/a, /var/run/a], if_absent: fail, must: { uid: { eq: 0 } } } }"), {0}},
	{"setting", CHECK("{ setting: { program: dockerd, type: strings, flag: --host, short_flag: -H, config: hosts, env: X, "
	 "live: \"/info#/Hosts\", default: [], must: { subset_of: [a] } } }"), {0}},
	{"setting_default_by_config", CHECK("{ setting: { program: dockerd, type: bool, flag: --icc, default: "
	 "{ with_config_file: true, without_config_file: false }, must: { eq: false } } }"), {0}},
	{"each", CHECK("{ each: container.mounts, where: { writable: { eq: true } }, must: { source: { ne: /etc } }, if_empty: "
	 "not_applicable, if_absent: pass }"), {0}},
	{"each_item", CHECK("{ each: container.options, must: { item: { matches: x } } }"), {0}},
	{"each_pair", CHECK("{ each: container.labels, must: { key: { ne: x }, value: { ne: y } } }"), {0}},
	{"nested", CHECK("{ any: [ { none: [ { fact: container.user, eq: root } ] }, { fact: daemon.pid, gt: 1 } ] }"), {0}},
	{"params_of_every_type", PARAMS("a: { type: strings, default: [], about: x }, b: { type: mode, default: \"0644\", about: x }, "
	 "c: { type: string, default: \"$\", about: x }, d: { type: bool, default: true, about: x }, e: { type: size, default: "
	 "1KiB, about: x }, f: { type: int, default: 3, about: x }, g: { type: version, default: 1.2, about: x }, h: { type: duration, "
	 "default: 3h, about: x }",
	 "{ all: [ { fact: container.caps, subset_of: $a }, { fact: container.user, in: $a, matches: $c }, { fact: container.retries, "
	 "not_in: $a } ] }"), {0}},
	{"select_and_applies_if", HEAD("container") "select: { container.user: { ne: x } }\napplies_if: { fact: host.present, eq: true }\n"
	 "check: { fact: daemon.pid, ge: 1 }" TAIL, {0}},
	{"manual", HEAD("host") "look_at: X\nshow: [host.present, host.sysctl.a, \"file./etc/passwd\"]\nreferences: { nist: [4.4, \"x\"] }\n", {0}},
	{"daemon_sees_templates", HEAD("daemon") "check: { fact: \"host.watch.{daemon.exe}\", contains: w }" TAIL, {0}},
	{"case_values", CASE("{ all: [ { fact: container.caps, ne: [] }, { fact: container.mounts, exists: true }, { fact: container.labels, "
	 "contains: a }, { fact: container.memory, gt: 1 }, { file: { glob: /x/*, if_absent: pass, must: { uid: { eq: 0 } } } }, "
	 "{ setting: { program: dockerd, type: bool, flag: --icc, default: { with_config_file: true, without_config_file: false }, "
	 "must: { eq: false } } } ] }",
	 "facts: { container.caps: { declared: [], effective: { state: unreadable, reason: r } }, container.mounts: [ { source: /a, "
	 "writable: true } ], container.labels: { state: a, b: c }, container.memory: { state: not_collected }, daemon.config_file: x }, "
	 "files: { /x/*: [ { path: /x/1, mode: \"0644\" }, {} ] }, settings: { icc: false }"), {0}},
};

static const struct row bad_rows[] = {
	{"unknown_key_has_suggestion", HEAD("host") "look_at: X\nremedi: R\n", {"7:1: no key \"remedi\"; did you mean remedy?"}},
	{"missing_keys_are_all_named", "rule: r\n", {"1:1: needs the key title", "1:1: needs the key severity", "1:1: needs the key scope",
	 "1:1: needs the key why", "1:1: check, or look_at"}},
	{"check_needs_remedy_and_cases", HEAD("host") "check: { fact: host.present, eq: true }\nlook_at: x\n",
	 {"1:1: needs the key remedy", "1:1: needs the key cases", "7:10: look_at is for rules without check"}},
	{"wrong_kinds", "rule: [r]\ntitle: { a: b }\nseverity: low\nscope: host\nwhy: W\nlook_at: X\nparams: x\n",
	 {"1:7: rule must be a single value", "2:8: title must be a single value", "7:9: params must be a mapping"}},
	{"root_is_no_mapping", "- a\n", {"1:1: a rule must be a mapping"}},
	{"name_differs_from_file", "rule: other\ntitle: T\nseverity: low\nscope: host\nwhy: W\nlook_at: X\n", {"1:7: its file \"r\""}},
	{"empty_texts", "rule: r\ntitle: \"\"\nseverity: low\nscope: host\nwhy: \" \"\nlook_at: X\n",
	 {"2:8: title must not be empty", "5:6: why must not be empty"}},
	{"choices_have_suggestions", "rule: r\ntitle: T\nseverity: hihg\nscope: contaner\nwhy: W\nlook_at: X\n",
	 {"3:11: not \"hihg\"; did you mean high?", "4:8: did you mean container?"}},
	{"yaml_errors_and_rule_errors_together", "rule: r\ntitle: *x\nseverity: low\nscope: host\nwhy: W\nwhy: V\nlook_at:\nremedi: x\n",
	 {"2:8: aliases", "6:1: twice", "7:9: empty", "8:1: did you mean remedy?"}},

	{"no_form", CHECK("{ xyzzy: 1 }"), {"6:8: a check needs one of"}},
	{"form_suggestion", CHECK("{ facts: container.user, eq: x }"), {"6:10: did you mean fact?"}},
	{"two_forms", CHECK("{ fact: container.user, each: container.mounts }"), {"6:32: each stands beside fact"}},
	{"unknown_fact", CHECK("{ fact: container.priviledged, eq: true }"), {"6:16: did you mean container.privileged?"}},
	{"suggestion_of_safe_text", CASE("{ fact: container.user, eq: x }", "facts: { \"host.sysctk.a\\tb\": 1 }"), {"8:44: did you mean host.sysctl.a\\x09b?"}},
	{"no_file_for_a_suggestion", CHECK("{ fact: hile.x, eq: true }"), {"6:16: no probe knows a fact \"hile.x\""}},
	{"unknown_operator", CHECK("{ fact: container.caps, subsetof: [a] }"), {"6:32: unknown operator \"subsetof\"; did you mean subset_of?"}},
	{"unknown_operator_of_unknown_fact", CHECK("{ fact: nothing.such, subsetof: [a], le: x }"), {"6:16: no probe knows", "6:30: did you mean subset_of?"}},
	{"operator_not_for_type", CHECK("{ fact: container.user, ge: 3 }"), {"6:32: ge does not apply to type string"}},
	{"operator_missing", CHECK("{ fact: container.user, if_absent: pass }"), {"6:8: an operator is missing"}},
	{"operator_missing_on_side", CHECK("{ fact: container.caps, declared: { if_absent: pass }, effective: {} }"),
	 {"6:42: an operator is missing", "6:74: must not be empty"}},
	{"side_of_one_sided_fact", CHECK("{ fact: container.user, declared: { eq: x } }"), {"6:42: container.user has one side"}},
	{"operator_beside_sides", CHECK("{ fact: container.caps, declared: { eq: [x] }, eq: [x] }"), {"6:55: stands beside declared"}},
	{"declared_operand", CHECK("{ fact: container.caps, effective: { subset_of: $declared } }"), {0}},
	{"declared_operand_of_declared", CHECK("{ fact: container.caps, declared: { subset_of: $declared } }"),
	 {"6:55: $declared stands for the declared side, in a test of the effective one"}},
	{"declared_operand_of_one_sided", CHECK("{ fact: container.retries, le: $declared }"), {"6:39: $declared stands for the declared side"}},
	{"declared_operand_of_other_type", CHECK("{ fact: container.caps, effective: { contains: $declared } }"),
	 {"6:55: contains does not take a value of type strings"}},
	{"side_misspelt", CHECK("{ fact: container.caps, declred: { eq: [x] } }"), {"6:32: did you mean declared?"}},
	{"else_of_other_result", CHECK("{ fact: container.user, eq: x, else: fail }"), {"6:45: else must be one of manual, not_applicable"}},
	{"if_absent_of_other_result", CHECK("{ fact: container.user, eq: x, if_absent: maybe }"), {"6:50: if_absent must be one of"}},
	{"fact_of_other_scope", CHECK("{ all: [ { fact: image.tags, contains: x }, { fact: daemon.pid, eq: 1 } ] }"), {"6:25: scope image"}},
	{"fact_of_inner_scope", HEAD("host") "check: { fact: daemon.pid, eq: 1 }" TAIL, {"6:16: \"daemon.pid\" is a fact of scope daemon, which a rule of scope host does not see"}},
	{"unknown_scope_says_nothing_of_scopes", "rule: r\ntitle: T\nseverity: low\nscope: x\nwhy: W\ncheck: { fact: image.tags, contains: x }" TAIL,
	 {"4:8: scope must be one of"}},
	{"family_without_member", CHECK("{ fact: host.sysctl.*, eq: 1 }"), {"6:16: is a family of facts; name one: a sysctl name"}},
	{"setting_as_fact", CHECK("{ fact: daemon.setting.icc, eq: 1 }"), {"6:16: judge it with the form setting"}},

	{"bool_operands", CHECK("{ all: [ { fact: container.privileged, eq: \"true\" }, { fact: container.privileged, eq: yes } ] }"),
	 {"6:51: without quotes", "6:95: true or false"}},
	{"int_operands", CHECK("{ fact: container.retries, eq: \"5\", ne: five, lt: 010, gt: [1], in: 3 }"),
	 {"6:39: without quotes", "6:48: whole number", "6:58: octal", "6:67: int must be a single value", "6:76: in must be a list"}},
	{"unquoted_octal_mode", CHECK("{ fact: container.umask, no_looser_than: 0660, eq: \"0999\" }"),
	 {"6:49: quote it", "6:59: is not a mode"}},
	{"size_operand", CHECK("{ fact: container.memory, le: 64MB }"), {"6:38: is not a size"}},
	{"duration_operand", CHECK("{ fact: container.timeout, le: 30 }"), {"6:39: is not a duration"}},
	{"version_operand", CHECK("{ fact: host.release, version_ge: latest }"), {"6:42: is not a version"}},
	{"regex_does_not_compile", CHECK("{ fact: container.user, matches: \"a(\" }"), {"6:41: not a regular expression"}},
	{"strings_operand_is_scalar", CHECK("{ fact: container.caps, subset_of: a }"), {"6:43: strings must be a list"}},
	{"empty_lists", CHECK("{ all: [ { fact: container.user, in: [] }, { fact: container.caps, superset_of: [], disjoint_from: [] }, "
	 "{ any: [] } ] }"), {"6:45: in must not be an empty list", "6:88: superset_of must not", "6:107: disjoint_from must not",
	 "6:120: must not be empty"}},
	{"exists_operand", CHECK("{ fact: container.user, exists: 1 }"), {"6:40: is not a bool"}},
	{"list_in_list", CHECK("{ fact: container.caps, subset_of: [ [a] ] }"), {"6:45: string must be a single value"}},

	{"unknown_param", PARAMS("allowed: { type: strings, default: [a], about: x }", "{ fact: container.caps, subset_of: $alowed }"),
	 {"7:43: no parameter \"alowed\"; did you mean allowed?"}},
	{"param_of_wrong_type", PARAMS("a: { type: string, default: x, about: x }", "{ all: [ { fact: container.caps, subset_of: $a }, "
	 "{ fact: container.retries, eq: $a }, { fact: container.user, in: $a } ] }"),
	 {"7:52: parameter $a is of type string, strings is needed here", "7:89: int is needed", "7:123: strings is needed"}},
	{"param_default_is_no_expression", PARAMS("a: { type: string, default: \"[\", about: x }", "{ fact: container.user, matches: $a }"),
	 {"7:41: the default of $a: not a regular expression"}},
	{"param_item_is_not_of_the_type_tested", PARAMS("a: { type: strings, default: [\"1\", x], about: x }", "{ fact: container.retries, in: $a }"),
	 {"7:39: the default of $a: \"x\" is not an int"}},
	{"param_in_a_list", PARAMS("a: { type: string, default: x, about: x }", "{ fact: container.caps, subset_of: [$a] }"), {"7:44: a parameter cannot stand here"}},
	{"param_declarations", PARAMS("A: { type: int, default: 1, about: x }, b: { type: map, default: 1, about: x }, c: { type: int }, "
	 "d: { type: int, default: x, about: x }, e: 1", "{ fact: container.user, eq: x }"),
	 {"6:11: a parameter's name", "6:62: type must be one of", "6:94: needs the key default", "6:94: needs the key about",
	  "6:134: whole number", "6:152: a parameter must be a mapping"}},

	{"template_unknown", CHECK("{ fact: \"host.watch.{daemon.exee}\", contains: w }"), {"6:16: \"daemon.exee\"; did you mean daemon.exe?"}},
	{"template_of_other_type", CHECK("{ fact: \"host.watch.{daemon.pid}\", contains: w }"), {"6:16: {daemon.pid} cannot be filled in"}},
	{"template_of_inner_scope", HEAD("host") "check: { fact: \"host.watch.{daemon.exe}\", contains: w }" TAIL, {"6:16: scope daemon"}},
	{"template_unbalanced", CHECK("{ fact: \"host.watch.{daemon.exe\", contains: w }"), {"6:16: a brace without its other half"}},
	{"template_nested", CHECK("{ fact: \"host.watch.{a{b}}\", contains: w }"), {"6:16: a brace"}},

	{"file_keys", CHECK("{ file: { path: /a, glob: /b, if_abset: pass } }"), {"6:16: exactly one of path", "6:16: needs the key if_absent",
	 "6:16: needs the key must", "6:38: did you mean if_absent?"}},
	{"file_paths", CHECK("{ file: { paths: [a, /b/*, /c/../d, 5], if_absent: pass, must: { uid: { eq: 0 } } } }"),
	 {"6:26: begins with /", "6:29: in glob only", "6:35: \"..\"", "6:44: begins with /"}},
	{"file_fields", CHECK("{ file: { path: /a, if_absent: pass, must: { mod: { eq: 1 }, mode: { no_looser_than: 0660 }, type: "
	 "{ in: [file, direktory] } }, where: {} } }"),
	 {"6:53: no field \"mod\"; did you mean mode?", "6:93: quote it", "6:109: did you mean directory?", "6:143: must not be empty"}},
	{"setting_keys", CHECK("{ setting: { program: dockred, type: map, must: { eq: x } } }"),
	 {"6:30: did you mean dockerd?", "6:45: type must be one of bool", "6:19: needs flag or config"}},
	{"setting_texts", CHECK("{ setting: { program: dockerd, type: int, flag: -icc, short_flag: --x, config: a..b, env: \"A=\", live: info, "
	 "default: { with_config_file: x }, must: { matches: x } } }"),
	 {"6:56: --name", "6:74: -x", "6:87: a dotted path", "6:98: environment variable", "6:110: live is", "6:125: needs the key without_config_file",
	  "6:145: whole number", "6:158: matches does not apply"}},
	{"each_of_scalar", CHECK("{ each: container.user, must: { item: { eq: x } } }"), {"6:16: is of type string; each needs"}},
	{"each_fields", CHECK("{ each: container.mounts, where: { sourc: { eq: x } }, must: { writable: { eq: x } }, if_empty: error }"),
	 {"6:43: did you mean source?", "6:87: true or false", "6:104: if_empty must be one of"}},
	{"each_needs_must", CHECK("{ each: container.mounts }"), {"6:8: needs the key must"}},
	{"select_and_show", HEAD("container") "select: { container.uesr: { eq: x }, container.user: {} }\nshow: []\nlook_at: x\n",
	 {"6:11: did you mean container.user?", "6:54: must not be empty", "7:7: must not be an empty list"}},
	{"references", HEAD("host") "look_at: x\nreferences: { a: b, c: [] }\n", {"7:18: must be a list", "7:24: must not be an empty list"}},

	{"case_keys", CASE("{ fact: container.user, eq: x }", "expct: pass, facts: {}, files: [], settings: x"),
	 {"8:35: did you mean expect?", "8:55: must not be empty", "8:66: files must be a mapping", "8:80: settings must be a mapping"}},
	{"case_facts_the_rule_does_not_name", CASE("{ fact: container.user, eq: x }",
	 "facts: { container.usr: x, container.retries: 1 }, files: { /a: {} }, settings: { icc: true }"),
	 {"8:44: no probe knows a fact \"container.usr\"", "8:62: does not look at \"container.retries\"", "8:95: does not look at \"/a\"",
	  "8:117: does not look at \"icc\""}},
	{"case_values_of_wrong_type", CASE("{ all: [ { fact: container.retries, eq: 1 }, { fact: container.mounts, exists: true }, { fact: container.caps, ne: [] }, "
	 "{ fact: container.options, ne: [] }, { fact: container.umask, exists: true } ] }",
	 "facts: { container.retries: x, container.mounts: [ { sorce: x, writable: 1 } ], container.caps: [a], container.options: { state: present }, "
	 "container.umask: 0644 }"),
	 {"8:63: whole number", "8:88: did you mean source?", "8:108: true or false", "8:131: has two sides", "8:164: what is present has a value",
	  "8:192: quote it"}},
	{"case_file_and_setting_values", CASE("{ all: [ { file: { path: /a, if_absent: pass, must: { uid: { eq: 0 } } } }, { setting: { program: dockerd, type: bool, flag: --icc, "
	 "must: { eq: false } } } ] }", "files: { /a: { mode: 0644 } }, settings: { icc: 5 }"), {"8:56: quote it", "8:83: true or false"}},
	{"case_params", HEAD("container") "params: { n: { type: int, default: 1, about: x } }\ncheck: { fact: container.retries, le: $n }\nremedy: R\ncases:\n"
	 "  - { name: a, params: { n: x, m: 1 }, expect: pass }\n  - { name: a, expect: pass }\n",
	 {"10:29: whole number", "10:32: no parameter \"m\"", "11:5: two cases have the name"}},
	{"case_list_is_empty", HEAD("host") "check: { fact: host.present, eq: true }\nremedy: R\ncases: []\n", {"8:8: cases must not be an empty list"}},
	{"broken_check_says_nothing_of_case_facts", CASE("{ fact: container.uzer, eq: x }", "facts: { container.user: x }"), {"6:16: did you mean container.user?"}},
};

static bool check_row(const struct row *row)
{
	struct fixture fixture;
	const char *path;
	const struct rule *rule;
	bool good;

	fixture_init(&fixture);
	path = fixture_write(&fixture, "b/rules/r.yaml", row->text);
	rule = library_rule_file(fixture_open(&fixture), path, &fixture.diags);
	good = fixture_diags_are(row->name, &fixture.diags, row->expected, EXPECTED_MAX);
	good = good && (rule != NULL) == (row->expected[0] == NULL);
	if (!good)
		print_error("%s failed\n", row->name);
	fixture_done(&fixture);
	return good;
}

static void check_rows(const struct row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++)
		wrong += !check_row(&rows[i]);
	assert_int_equal(wrong, 0);
}

static void well_written_rules_are_accepted(void **state _unused_)
{
	check_rows(good_rows, sizeof good_rows / sizeof *good_rows);
}

static void each_mistake_is_reported_at_its_place(void **state _unused_)
{
	check_rows(bad_rows, sizeof bad_rows / sizeof *bad_rows);
}

static const struct row ten_mistakes = {
	"ten_mistakes",
	"rule: r\n"
	"title: T\n"
	"severity: sever\n"                                           /* 1 */
	"scope: container\n"
	"pramas: { x: y }\n"                                          /* 2 */
	"check:\n"
	"  all:\n"
	"    - { fact: container.user, ge: 5 }\n"                     /* 3 */
	"    - { fact: container.umask, no_looser_than: 0644 }\n"     /* 4 */
	"    - fact: image.tags\n"                                    /* 5 */
	"      contains: x\n"
	"    - file:\n"
	"        path: /etc/*.conf\n"                                 /* 6 */
	"        if_absent: pass\n"
	"        must:\n"
	"          mode: { no_looser_than: \"0644\" }\n"
	"          mode: { eq: \"0600\" }\n"                          /* 7 */
	"    - { fact: container.user, matches: \"(\" }\n"            /* 8 */
	"    - { fact: container.caps, subset_of: $none }\n"          /* 9 */
	"why: W\n"
	"remedy: R\n"
	"cases:\n"
	"  - name: one\n"
	"    expect: passes\n",                                       /* 10 */
	{"3:11: severity must be one of", "5:1: did you mean params?", "8:31: ge does not apply", "9:48: quote it", "10:13: scope image",
	 "13:15: in glob only", "17:11: twice, first on line 16", "18:40: not a regular expression", "19:42: no parameter \"none\"",
	 "24:13: did you mean pass?"},
};

static void ten_planted_mistakes_come_in_one_go(void **state _unused_)
{
	check_rows(&ten_mistakes, 1);
}

static const struct rule *load_one(struct fixture *fixture, const char *text)
{
	const char *path;

	fixture_init(fixture);
	path = fixture_write(fixture, "b/rules/r.yaml", text);
	return library_rule_file(fixture_open(fixture), path, &fixture->diags);
}

static void rule_is_compiled_as_written(void **state _unused_)
{
	struct fixture fixture;
	const struct rule *rule = load_one(&fixture,
		"rule: r\ntitle: T\nseverity: high\nscope: daemon\nselect: { daemon.pid: { gt: 0 } }\n"
		"params: { p: { type: int, default: 7, about: x } }\n"
		"check:\n  all:\n    - { fact: host.sysctl.a, in: [1, 2], declared_: 1 }\n");

	assert_null(rule);
	fixture_done(&fixture);
	rule = load_one(&fixture,
		"rule: r\ntitle: T\nseverity: high\nscope: daemon\nselect: { daemon.pid: { gt: 0 } }\n"
		"params: { p: { type: int, default: 7, about: x } }\n"
		"check:\n  all:\n    - { fact: host.sysctl.a, in: [1, 2], le: $p, else: manual }\n"
		"    - setting: { program: dockerd, type: bool, flag: --icc, default: true, must: { eq: false, if_absent: fail } }\n"
		"    - file: { first_of: [/a, \"/{daemon.exe}\"], if_absent: not_applicable, must: { type: { eq: socket } } }\n"
		"why: |\n  two\n  lines\nremedy: R\ncases: [ { name: n, expect: fail } ]\n");
	assert_non_null(rule);
	assert_string_equal(rule->why, "two lines");
	assert_int_equal(rule->severity, SEVERITY_HIGH);
	assert_int_equal(rule->select->kind, CHECK_ALL);
	assert_int_equal(rule->select->children.items[0]->type, VALUE_INT);
	assert_int_equal(rule->params.items[0].value.integer, 7);

	const struct check *fact = rule->check->children.items[0];
	assert_int_equal(fact->kind, CHECK_FACT);
	assert_int_equal(fact->otherwise, RESULT_MANUAL);
	assert_string_equal(fact->fact, "host.sysctl.a");
	assert_string_equal(fact->decl->name, "host.sysctl.*");
	assert_int_equal(fact->plain.conditions.items[0].list.items[1].integer, 2);
	assert_int_equal(fact->plain.conditions.items[0].param, -1);
	assert_int_equal(fact->plain.conditions.items[1].param, 0);
	assert_int_equal(fact->plain.conditions.items[1].where.line, 9);

	const struct check *setting = rule->check->children.items[1];
	assert_string_equal(setting->fact, "daemon.setting.icc");
	assert_string_equal(setting->setting->fact, "daemon.setting.icc");
	assert_string_equal(setting->setting->flag, "--icc");
	assert_true(setting->has_default && setting->default_with_config.boolean && setting->default_without_config.boolean);
	assert_true(setting->plain.has_if_absent);
	assert_int_equal(setting->plain.if_absent, RESULT_FAIL);

	const struct check *file = rule->check->children.items[2];
	assert_true(file->first_of);
	assert_string_equal(file->files.items[1], "file./{daemon.exe}");
	assert_int_equal(file->if_empty, RESULT_NOT_APPLICABLE);
	assert_int_equal(file->must.items[0].type, VALUE_STRING);
	fixture_done(&fixture);
}

static void case_facts_go_to_one_subject(void **state _unused_)
{
	struct fixture fixture;
	const struct rule *rule = load_one(&fixture,
		HEAD("container") "check: { all: [ { fact: container.caps, ne: [] }, { fact: daemon.pid, eq: 1 }, { fact: container.labels, "
		"contains: a }, { file: { path: /x, if_absent: pass, must: { uid: { eq: 0 } } } } ] }\nremedy: R\ncases:\n  - name: n\n"
		"    facts: { container.caps: { declared: [a] }, daemon.pid: { state: unreadable }, container.labels: { state: x, k: v } }\n"
		"    files: { /x: { mode: \"0640\" } }\n    expect: error\n");
	const struct rule_case *one;
	const struct fact_side *side;

	assert_non_null(rule);
	one = &rule->cases.items[0];
	assert_int_equal(one->expect, RESULT_ERROR);
	assert_int_equal(one->where.line, 9);
	assert_int_equal(one->subject->scope, SCOPE_CONTAINER);
	side = facts_side(one->subject, "container.caps", SIDE_DECLARED);
	assert_int_equal(side->state, FACT_PRESENT);
	assert_string_equal(side->value.strings.items[0], "a");
	assert_int_equal(facts_side(one->subject, "container.caps", SIDE_EFFECTIVE)->state, FACT_ABSENT);
	side = facts_side(one->subject, "daemon.pid", SIDE_PLAIN);
	assert_int_equal(side->state, FACT_UNREADABLE);
	assert_non_null(side->reason);
	side = facts_side(one->subject, "container.labels", SIDE_PLAIN);
	assert_string_equal(map_get(&side->value, "state"), "x");
	side = facts_side(one->subject, "file./x", SIDE_PLAIN);
	assert_int_equal(side->value.records.count, 1);
	assert_string_equal(record_get(&side->value.records.items[0], "path")->string, "/x");
	assert_int_equal(record_get(&side->value.records.items[0], "mode")->integer, 0640);
	fixture_done(&fixture);
}

/* Small files that ask for much. */
static void costly_rules_end_with_a_located_error(void **state _unused_)
{
	struct fixture fixture;
	_cleanup_(buf_done) struct buf buf = {0};

	buf_puts(&buf, HEAD("container") "check:\n  all:\n");
	for (int i = 0; i < 10000; i++)
		buf_puts(&buf, "  - { fact: container.user, matches: \"(ab){1000}\" }\n");
	buf_puts(&buf, "remedy: R\ncases:\n");
	for (int i = 0; i < 5000; i++)
		buf_printf(&buf, "- { name: n%d, expect: pass }\n", i);
	assert_null(load_one(&fixture, buf.data));
	assert_true(fixture_matches(&fixture.diags.list.items[0], "208:38: more than 200 regular expressions"));
	assert_int_equal(fixture.diags.total, 9801);
	fixture_done(&fixture);
}

static void a_broken_rule_is_reported_once(void **state _unused_)
{
	struct fixture fixture;

	assert_null(load_one(&fixture, "rule: r\n"));
	assert_int_equal(fixture.diags.total, 5);
	assert_null(library_rule(fixture.library, "r", &fixture.diags));
	assert_int_equal(fixture.diags.total, 5);
	fixture_done(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_written_rules_are_accepted),
		cmocka_unit_test(each_mistake_is_reported_at_its_place),
		cmocka_unit_test(ten_planted_mistakes_come_in_one_go),
		cmocka_unit_test(rule_is_compiled_as_written),
		cmocka_unit_test(case_facts_go_to_one_subject),
		cmocka_unit_test(costly_rules_end_with_a_located_error),
		cmocka_unit_test(a_broken_rule_is_reported_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
