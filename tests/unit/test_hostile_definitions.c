/* Every file of tests/hostile/definitions, as each kind of definition: at least one error, each at its place, and no crash. The
 * same files seed tests/fuzz/fuzz_definitions.c. */
#include <sys/resource.h>
#include <time.h>

#include "load/yaml.h"
#include "tests/unit/load_fixture.h"

#define HOSTILE TEST_SRCDIR "/tests/hostile"
#define FOLDER HOSTILE "/definitions"

typedef const void *loader(struct library *library, const char *path, struct diags *diags);

static const void *as_rule(struct library *library, const char *path, struct diags *diags)
{
	return library_rule_file(library, path, diags);
}

static const void *as_benchmark(struct library *library, const char *path, struct diags *diags)
{
	return library_benchmark(library, path, diags);
}

static const void *as_tailoring(struct library *library, const char *path, struct diags *diags)
{
	return library_tailoring(library, path, diags);
}

static const struct {
	const char *name;
	loader *load;
} kinds[] = {{"rule", as_rule}, {"benchmark", as_benchmark}, {"tailoring", as_tailoring}};

static bool is_safe(struct arena *arena, const char *text)
{
	return strcmp(text_safe(arena, text, strlen(text)), text) == 0;
}

static bool refused_well(struct fixture *fixture, const char *path, size_t kind)
{
	struct diags diags = {.arena = fixture->arena};
	const void *result = kinds[kind].load(fixture->library, path, &diags);
	bool good = !result && diags.list.count > 0;

	vec_each(diag, &diags.list) {
		bool more = diag == diags.list.items + DIAG_MAX;

		good = good && is_safe(fixture->arena, diag->text) && (more || (diag->where.line > 0 && diag->where.column > 0));
		good = good && (more || strcmp(diag->where.file, path) == 0);
	}
	if (!good)
		print_error("%s as a %s is not refused as it should\n", path, kinds[kind].name);
	return good;
}

static void every_hostile_file_is_refused_at_a_place(void **state _unused_)
{
	_cleanup_(close_dir) DIR *dir = opendir(FOLDER);
	struct fixture fixture = {.arena = arena_new()};
	struct error err = {0};
	const struct dirent *entry;
	size_t files = 0, wrong = 0;

	assert_non_null(dir);
	fixture.catalogue = load_facts_catalogue(fixture.arena);
	assert_int_equal(library_open(HOSTILE, fixture.catalogue, &fixture.library, &err), 0);
	while ((entry = readdir(dir))) {
		if (!text_ends(entry->d_name, ".yaml"))
			continue;
		files++;
		for (size_t kind = 0; kind < sizeof kinds / sizeof *kinds; kind++)
			wrong += !refused_well(&fixture, arena_printf(fixture.arena, FOLDER "/%s", entry->d_name), kind);
	}
	library_close(fixture.library);
	arena_free(fixture.arena);
	assert_true(files > 50);
	assert_int_equal(wrong, 0);
}

/* A unit repeated as often as size and number of values allow, so that the loader sees it all. */
struct bulk {
	const char *head, *unit, *tail;
	size_t values; /* of a unit */
	size_t kind;
};

#define RULE "rule: r\nscope: container\n"
#define CHECKS RULE "check: { all: ["

static const struct bulk bulks[] = {
	{CHECKS, "{fact: container.user, eq: x},", "] }\n", 5, 0},
	{CHECKS, "{fact: a.b, uq: x},", "] }\n", 5, 0},
	{CHECKS, "{fuct: x},", "] }\n", 3, 0},
	{CHECKS, "{fact: 'host.watch.{a}{b}{c}{d}', eq: []},", "] }\n", 5, 0},
	{CHECKS, "{each: container.mounts, must: {x: {eq: 1}}},", "] }\n", 9, 0},
	{CHECKS, "{setting: {}},", "] }\n", 3, 0},
	{CHECKS, "{file: {}},", "] }\n", 3, 0},
	{RULE "check: { fact: container.options, subset_of: [", "a,", "] }\n", 1, 0},
	{RULE "check: { fact: container.retries, in: [", "7,", "] }\n", 1, 0},
	{CHECKS, "{fact: container.user, matches: '(ab){1000}'},", "] }\n", 5, 0},
	{RULE "params: { a: { type: strings, default: [], about: x } }\ncheck: { all: [", "{fact: container.options, eq: $a},", "] }\n", 5, 0},
	{RULE "check: { fact: container.user, eq: x }\ncases: [", "{name: a, expect: pass},", "]\n", 5, 0},
	{RULE "check: { fact: container.labels, exists: true }\ncases: [ { name: n, expect: pass, facts: { container.labels: {", "? k\n:  v,", "} } } ]\n", 2, 0},
	{"rule: r\n", "\xc3\xa9: x\n", "", 2, 0},
	{"benchmark: b\nprofiles: {p: {title: P, levels: [1], roles: [r]}}\nsections: [{id: 1, title: S, rules: [",
	 "{id: x, rule: y, level: 1, role: r},", "]}]\n", 9, 1},
	{"benchmark: b\nsections: [", "{id: 1},", "]\n", 3, 1},
	{"benchmark: b\nsections: [", "{id: 1, title: a, rules: [{}]},", "]\n", 8, 1},
	{"tailoring: t\nseverity: { a: b }\nonly: [", "a,", "]\n", 1, 2},
	{"tailoring: t\nwaivers: [", "{},", "]\n", 1, 2},
};

#define VALUES_MAX (YAML_NODES_MAX - 200)

static void check_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__)
	struct rusage usage;

	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	if (usage.ru_maxrss >= 64 * 1024)
		fail_msg("%ld KiB", usage.ru_maxrss);
#endif
}

static void full_size_files_take_little_memory_and_time(void **state _unused_)
{
	for (size_t i = 0; i < sizeof bulks / sizeof *bulks; i++) {
		_cleanup_(buf_done) struct buf buf = {0};
		struct fixture fixture;
		const char *path;

		buf_puts(&buf, bulks[i].head);
		for (size_t values = 0; values < VALUES_MAX && buf.len < 1000000; values += bulks[i].values)
			buf_puts(&buf, bulks[i].unit);
		buf_puts(&buf, bulks[i].tail);
		fixture_init(&fixture);
		path = fixture_write(&fixture, "b/rules/r.yaml", buf.data);
		fixture_open(&fixture);
		assert_true(refused_well(&fixture, path, bulks[i].kind));
		fixture_done(&fixture);
		check_memory();
	}
}

/* Mappings of many keys, each another; the last of the rows is one key a line. */
static const struct {
	const char *head, *tail;
} wide[] = {
	{RULE "check: { fact: container.labels, exists: true }\ncases: [ { name: n, expect: pass, facts: { container.labels: {", "} } } ]\n"},
	{RULE "check: { fact: container.user, ", "}\n"},
	{RULE "select: { ", "}\n"},
	{RULE "check: { file: { ", "} }\n"},
	{RULE "params: { ", "}\n"},
	{RULE "references: { ", "}\n"},
	{RULE "check: { fact: container.user, eq: x }\ncases: [ { name: n, expect: pass, facts: { ", "} } ]\n"},
	{RULE, ""},
};

#define WIDE_COUNT (sizeof wide / sizeof *wide)

/* Processor time for all rows with so many keys. */
static clock_t load_wide(int keys)
{
	clock_t spent = 0;

	for (size_t i = 0; i < WIDE_COUNT; i++) {
		_cleanup_(buf_done) struct buf buf = {0};
		struct fixture fixture;
		const char *path;

		buf_puts(&buf, wide[i].head);
		for (int k = 0; k < keys; k++)
			buf_printf(&buf, i + 1 < WIDE_COUNT ? "k%d: x, " : "k%d: x\n", k);
		buf_puts(&buf, wide[i].tail);
		fixture_init(&fixture);
		path = fixture_write(&fixture, "b/rules/r.yaml", buf.data);
		fixture_open(&fixture);
		spent -= clock();
		assert_true(refused_well(&fixture, path, 0));
		spent += clock();
		fixture_done(&fixture);
	}
	return spent;
}

static void eight_times_the_keys_cost_no_quadratic_time(void **state _unused_)
{
	clock_t few = load_wide(6000), many = load_wide(48000);

	/* In proportion it would be 8 times, by the square 64 times. */
	if (many > 25 * few)
		fail_msg("%ld against %ld microseconds", (long)many, (long)few);
	check_memory();
}

/* Closed, below the limit on values, and as costly as can be while everything is right. */
static void largest_good_rule_takes_little_memory(void **state _unused_)
{
	_cleanup_(buf_done) struct buf buf = {0};
	struct fixture fixture;
	const char *path;

	buf_puts(&buf, "rule: r\nscope: container\nseverity: low\ntitle: T\nwhy: W\nremedy: R\n"
		       "cases: [ { name: n, expect: pass } ]\ncheck: { all: [");
	for (int i = 0; i < 19900; i++)
		buf_puts(&buf, "{fact: container.user, eq: x},");
	buf_puts(&buf, "{fact: container.user, eq: x}]}\n");
	fixture_init(&fixture);
	path = fixture_write(&fixture, "b/rules/r.yaml", buf.data);
	assert_non_null(library_rule_file(fixture_open(&fixture), path, &fixture.diags));
	fixture_done(&fixture);
	check_memory();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_hostile_file_is_refused_at_a_place),
		cmocka_unit_test(full_size_files_take_little_memory_and_time),
		cmocka_unit_test(eight_times_the_keys_cost_no_quadratic_time),
		cmocka_unit_test(largest_good_rule_takes_little_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
