/* Editions, and the library that finds them. */
#include "tests/unit/load_fixture.h"

#define EXPECTED_MAX 12

static const char rule_text[] =
	"rule: one\ntitle: T\nseverity: low\nscope: container\nwhy: W\nremedy: R\n"
	"params: { n: { type: int, default: 1, about: x }, re: { type: string, default: x, about: x }, l: { type: strings, default: [], about: x } }\n"
	"check: { all: [ { fact: container.retries, le: $n, in: $l }, { fact: container.user, matches: $re } ] }\n"
	"cases: [ { name: n, expect: pass } ]\n";
static const char manual_text[] = "rule: two\ntitle: T\nseverity: low\nscope: host\nwhy: W\nlook_at: X\n";
static const char broken_text[] = "rule: broken\ntitle: T\nseverity: lo\nscope: host\nwhy: W\nlook_at: X\n";

#define HEAD "benchmark: b\nrevision: 1.2.0\ntitle: T\n"
/* Four lines, the last three profiles and default. */
#define PROFILES                                                                                                       \
	"default_profile: l1\nprofiles:\n  l1: { title: L1, levels: [1], roles: [host] }\n"                            \
	"  l2: { title: L2, levels: [1, 2], roles: [host, worker], score: all }\n"
/* Eight lines; the first entry stands at 12:9. */
#define ENTRIES HEAD PROFILES "sections:\n  - id: \"1\"\n    title: S\n    rules:\n"

struct row {
	const char *name;
	const char *text;
	const char *expected[EXPECTED_MAX];
};

static const struct row rows[] = {
	{"good_edition", HEAD PROFILES "applies_if: { fact: host.present, eq: true }\nsections:\n  - { id: 1, title: S, rules: [ "
	 "{ id: 1.1, rule: one, level: 1, role: host, label: automated, params: { n: 5, re: \"^a\", l: [\"1\"] } }, "
	 "{ id: 1.2, rule: two, level: 2, role: [worker, host], label: manual } ] }\n  - { id: 2, title: no rules of its own }\n", {0}},
	{"missing_keys", "benchmark: b\n", {"1:1: needs the key revision", "1:1: needs the key title", "1:1: needs the key profiles",
	 "1:1: needs the key default_profile", "1:1: needs the key sections"}},
	{"names_differ_from_the_path", "benchmark: c\nrevision: 1.2.1\ntitle: T\n" PROFILES "sections: [ { id: 1, title: S } ]\n",
	 {"1:12: its folder \"b\"", "2:11: its file \"1.2.0\""}},
	{"revision_is_no_version", "benchmark: b\nrevision: latest\ntitle: T\n" PROFILES "sections: [ { id: 1, title: S } ]\n", {"2:11: is a version"}},
	{"unknown_default_profile", HEAD "default_profile: l3\nprofiles: { l1: { title: T, levels: [1], roles: [host] } }\nsections: [ { id: 1, title: S } ]\n",
	 {"4:18: no profile \"l3\"; did you mean l1?"}},
	{"profile_mistakes", HEAD "default_profile: l1\nprofiles:\n  l1: { title: T, levels: [], roles: [], score: some }\n"
	 "  L2: { titel: T, levels: [0, 32, x], roles: [host] }\nsections: [ { id: 1, title: S } ]\n",
	 {"6:27: levels must not be an empty list", "6:38: role must not be an empty list", "6:49: score must be one of", "7:3: a profile's name",
	  "7:7: needs the key title", "7:9: did you mean title?", "7:28: from 1 to 31", "7:31: from 1 to 31", "7:35: whole number"}},
	{"empty_lists", HEAD PROFILES "sections: []\n", {"8:11: sections must not be an empty list"}},
	{"empty_rules", HEAD PROFILES "sections: [ { id: 1, title: S, rules: [] } ]\n", {"8:39: rules must not be an empty list"}},
	{"ids_stand_once", ENTRIES "      - { id: 1.1, rule: one, level: 1, role: host, label: manual }\n"
	 "      - { id: \"1.1\", rule: two, level: 1, role: host, label: manual }\n  - { id: 1, title: S }\n",
	 {"13:15: id \"1.1\" stands here twice, first on line 12", "14:11: id \"1\" stands here twice, first on line 9"}},
	{"unknown_rule", ENTRIES "      - { id: 1.1, rule: onee, level: 1, role: host, label: manual }\n", {"12:26: no rule \"onee\"; did you mean one?"}},
	{"entry_mistakes", ENTRIES "      - { id: 1.1, rule: one, level: 3, role: worker, label: auto }\n      - { id: 1.2, rule: one, level: 1, role: hots, lable: manual }\n"
	 "      - { id: 1.3, rule: one, level: 1, role: worker2, label: manual }\n",
	 {"12:9: no profile selects level 3", "12:62: label must be one of", "13:9: no profile selects role \"hots\"", "13:9: needs the key label", "13:53: did you mean label?",
	  "14:9: no profile selects role \"worker2\""}},
	{"level_and_role_in_no_one_profile", HEAD "default_profile: a\nprofiles: { a: { title: A, levels: [1], roles: [x] }, b: { title: B, levels: [2], roles: [y] } }\n"
	 "sections: [ { id: 1, title: S, rules: [ { id: 1, rule: two, level: 1, role: y, label: manual } ] } ]\n",
	 {"6:41: no profile selects level 1 together with role \"y\""}},
	{"params_are_typed_by_the_rule", ENTRIES "      - { id: 1.1, rule: one, level: 1, role: host, label: manual, params: { n: x, m: 1, re: \"(\", l: [\"a\"] } }\n",
	 {"12:81: whole number", "12:84: no parameter \"m\"; did you mean n?", "12:94: not a regular expression", "12:102: \"a\" is not an int"}},
	{"applies_if_sees_the_host_only", HEAD PROFILES "applies_if: { fact: container.user, eq: $x }\nsections: [ { id: 1, title: S } ]\n",
	 {"8:21: scope container"}},
	{"applies_if_has_no_params", HEAD PROFILES "applies_if: { fact: host.present, eq: $x }\nsections: [ { id: 1, title: S } ]\n",
	 {"8:39: a benchmark has no parameters"}},
	/* The rule's own mistake, at its place in the rule's file, once. */
	{"broken_rule_is_reported_once", ENTRIES "      - { id: 1.1, rule: broken, level: 1, role: host, label: manual }\n"
	 "      - { id: 1.2, rule: broken, level: 1, role: host, label: manual }\n", {"3:11: did you mean low?"}},
};

static void make_library(struct fixture *fixture)
{
	fixture_init(fixture);
	fixture_write(fixture, "b/rules/one.yaml", rule_text);
	fixture_write(fixture, "b/rules/two.yaml", manual_text);
	fixture_write(fixture, "a/rules/broken.yaml", broken_text);
}

static bool check_row(const struct row *row)
{
	struct fixture fixture;
	const struct benchmark *benchmark;
	const char *path;
	bool good;

	make_library(&fixture);
	path = fixture_write(&fixture, "b/1.2.0.yaml", row->text);
	benchmark = library_benchmark(fixture_open(&fixture), path, &fixture.diags);
	good = fixture_diags_are(row->name, &fixture.diags, row->expected, EXPECTED_MAX);
	good = good && (benchmark != NULL) == (row->expected[0] == NULL);
	if (!good)
		print_error("%s failed\n", row->name);
	fixture_done(&fixture);
	return good;
}

static void each_mistake_is_reported_at_its_place(void **state _unused_)
{
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		wrong += !check_row(&rows[i]);
	assert_int_equal(wrong, 0);
}

static void edition_is_compiled_as_written(void **state _unused_)
{
	struct fixture fixture;
	const struct benchmark *benchmark;
	const char *path;

	make_library(&fixture);
	path = fixture_write(&fixture, "b/1.2.0.yaml", rows[0].text);
	benchmark = library_benchmark(fixture_open(&fixture), path, &fixture.diags);
	assert_non_null(benchmark);
	assert_ptr_equal(library_benchmark(fixture.library, path, &fixture.diags), benchmark);
	assert_string_equal(benchmark->profiles.items[benchmark->default_profile].name, "l1");
	assert_int_equal(benchmark->profiles.items[1].levels, 1u << 1 | 1u << 2);
	assert_true(benchmark->profiles.items[1].score_all);
	assert_int_equal(benchmark->sections.count, 2);
	assert_int_equal(benchmark->entries.count, 2);
	assert_string_equal(benchmark->entries.items[0].id, "1.1");
	assert_true(benchmark->entries.items[0].automated);
	assert_int_equal(benchmark->entries.items[0].params.items[0].value.integer, 5);
	assert_int_equal(benchmark->entries.items[1].roles.count, 2);
	assert_int_equal(benchmark->entries.items[1].section, 0);
	assert_ptr_equal(benchmark->entries.items[1].rule, library_rule(fixture.library, "two", &fixture.diags));
	assert_int_equal(fixture.diags.total, 0);
	fixture_done(&fixture);
}

static void editions_are_newest_first(void **state _unused_)
{
	static const char *const files[] = {"b/1.9.0.yaml", "b/1.10.0.yaml", "b/1.10.0-rc1.yaml", "a/2.yaml", "a/draft.yaml", "b/notes.txt", ".c/1.yaml"};
	static const char *const expected[] = {"a 2", "a draft", "b 1.10.0", "b 1.10.0-rc1", "b 1.9.0"};
	struct fixture fixture;
	struct editions editions = {0};
	struct error err = {0};

	fixture_init(&fixture);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		fixture_write(&fixture, files[i], "x");
	assert_int_equal(library_editions(fixture_open(&fixture), &editions, &err), 0);
	assert_int_equal(editions.count, sizeof expected / sizeof *expected);
	for (size_t i = 0; i < editions.count; i++)
		assert_string_equal(arena_printf(fixture.arena, "%s %s", editions.items[i].name, editions.items[i].revision), expected[i]);
	assert_true(text_ends(editions.items[2].path, "/b/1.10.0.yaml"));
	fixture_done(&fixture);
}

static void slugs_are_unique_over_the_library(void **state _unused_)
{
	struct fixture fixture;
	struct strings slugs = {0};
	struct error err = {0};

	make_library(&fixture);
	assert_int_equal(library_slugs(fixture_open(&fixture), &slugs, &err), 0);
	assert_int_equal(slugs.count, 3);
	assert_string_equal(slugs.items[0], "broken");
	fixture_done(&fixture);

	make_library(&fixture);
	fixture_write(&fixture, "c/rules/two.yaml", manual_text);
	assert_int_equal(library_slugs(fixture_open(&fixture), &slugs, &err), -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
	assert_non_null(strstr(err.text, "b/rules/two.yaml and "));
	fixture_done(&fixture);
}

static void own_folder_is_searched_first(void **state _unused_)
{
	struct fixture fixture;
	const struct benchmark *benchmark;
	const char *path;

	make_library(&fixture);
	fixture_write(&fixture, "a/rules/two.yaml", "rule: two\n");
	path = fixture_write(&fixture, "b/1.2.0.yaml", rows[0].text);
	benchmark = library_benchmark(fixture_open(&fixture), path, &fixture.diags);
	assert_non_null(benchmark);
	assert_true(text_ends(benchmark->entries.items[1].rule->path, "/b/rules/two.yaml"));
	fixture_done(&fixture);
}

static void missing_library_and_rule_are_errors(void **state _unused_)
{
	struct fixture fixture;
	struct library *library = NULL;
	struct error err = {0};

	make_library(&fixture);
	assert_int_equal(library_open("/nonexistent", fixture.catalogue, &library, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
	assert_null(library);
	assert_null(library_rule(fixture_open(&fixture), "tow", &fixture.diags));
	assert_true(text_ends(fixture.diags.list.items[0].text, "no rule \"tow\"; did you mean two?"));
	fixture_done(&fixture);
}

struct kind_row {
	const char *text;
	int kind; /* -1: none */
};

static void kind_is_told_by_the_keys(void **state _unused_)
{
	static const struct kind_row kinds[] = {
		{"rule: x\n", DEFINITION_RULE}, {"benchmark: x\ntitle: *a\n", DEFINITION_BENCHMARK}, {"tailoring: x\n", DEFINITION_TAILORING},
		{"title: x\nrule: y\n", DEFINITION_RULE}, {"other: x\n", -1}, {"[rule]\n", -1}, {"rule: 'x\n", -1},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct fixture fixture;
		enum definition kind;
		const char *path;

		fixture_init(&fixture);
		path = fixture_write(&fixture, "x.yaml", kinds[i].text);
		assert_int_equal(library_kind(fixture_open(&fixture), path, &kind, &fixture.diags), kinds[i].kind < 0 ? -1 : 0);
		assert_int_equal(fixture.diags.total, kinds[i].kind < 0);
		if (kinds[i].kind >= 0)
			assert_int_equal(kind, kinds[i].kind);
		fixture_done(&fixture);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_is_reported_at_its_place),
		cmocka_unit_test(edition_is_compiled_as_written),
		cmocka_unit_test(editions_are_newest_first),
		cmocka_unit_test(slugs_are_unique_over_the_library),
		cmocka_unit_test(own_folder_is_searched_first),
		cmocka_unit_test(missing_library_and_rule_are_errors),
		cmocka_unit_test(kind_is_told_by_the_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
