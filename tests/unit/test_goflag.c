/* pflag command lines and the texts of Go values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "checks/dockerd_words.h"
#include "checks/goflag.h"

static const char *const kube_booleans[] = {"anonymous-auth", "v-module", NULL};
static const struct goflag_syntax kube = {.booleans = kube_booleans, .underscores = true};

/* The values joined by "|", each in front of one; "" when there is none. */
static const char *values(struct arena *arena, const struct goflag_syntax *syntax, const char *line, struct goflag option)
{
	char *words = arena_strdup(arena, line), *save = NULL;
	const char *joined = "";
	struct strings argv = {0};

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		vec_push(arena, &argv, strcmp(word, "''") == 0 ? "" : word);
	struct strings found = goflag_values(arena, syntax, &argv, &option);
	vec_each(value, &found)
		joined = arena_printf(arena, "%s|%s", joined, *value);
	return joined;
}

static void each_form_gives_its_values(_unused_ void **state)
{
	static const struct {
		const char *line;
		struct goflag option;
		const char *values;
	} rows[] = {
		{"dockerd", {"--icc", NULL, true}, ""},
		{"dockerd --icc", {"--icc", NULL, true}, "|true"},
		{"dockerd --icc=false", {"--icc", NULL, true}, "|false"},
		{"dockerd --icc false", {"--icc", NULL, true}, "|true"}, /* the word is no value */
		{"dockerd --icc --icc=0", {"--icc", NULL, true}, "|true|0"},
		{"dockerd --icc=", {"--icc", NULL, true}, "|"},
		{"dockerd -H unix:///a -Hfd:// --host=tcp://:1 --host b", {"--host", "-H", false},
		 "|unix:///a|fd://|tcp://:1|b"},
		{"dockerd -H=unix:///a", {"--host", "-H", false}, "|unix:///a"},
		{"dockerd -H= x", {"--host", "-H", false}, "|="},
		{"dockerd --bip ''", {"--bip", NULL, false}, "|"},
		{"dockerd --bip", {"--bip", NULL, false}, ""},
		{"dockerd --label --icc", {"--icc", NULL, true}, ""},          /* a value of --label */
		{"dockerd --label --icc", {"--label", NULL, false}, "|--icc"},
		{"dockerd -l --icc", {"--icc", NULL, true}, ""},
		{"dockerd --debug --icc=0", {"--icc", NULL, true}, "|0"},      /* --debug takes no word */
		{"dockerd -D --log-level debug", {"--log-level", "-l", false}, "|debug"},
		{"dockerd -Dl debug", {"--log-level", "-l", false}, "|debug"}, /* bundled */
		{"dockerd -Dldebug", {"--log-level", "-l", false}, "|debug"},
		{"dockerd -Dldebug", {"--debug", "-D", true}, "|true"},
		{"dockerd -D=false", {"--debug", "-D", true}, "|false"},
		{"dockerd -lD", {"--debug", "-D", true}, ""},                  /* the level is "D" */
		{"dockerd -- --icc", {"--icc", NULL, true}, ""},
		{"dockerd --iccx --icc-y=1", {"--icc", NULL, true}, ""},
		{"dockerd word - --icc", {"--icc", NULL, true}, "|true"},
		{"--icc", {"--icc", NULL, true}, ""},                          /* argv[0] is no option */
		{"dockerd --log_level=debug", {"--log-level", NULL, false}, ""},
		{"dockerd --new-boolean --icc", {"--new-boolean", NULL, true}, "|true"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (strcmp(values(arena, &dockerd_words_syntax, rows[i].line, rows[i].option), rows[i].values) != 0)
			fail_msg("%s: %s", rows[i].line, values(arena, &dockerd_words_syntax, rows[i].line, rows[i].option));
	arena_free(arena);
}

static void underscores_are_dashes_where_the_program_says_so(_unused_ void **state)
{
	struct arena *arena = arena_new();
	struct goflag auth = {"--anonymous-auth", NULL, false};

	assert_string_equal(values(arena, &kube, "kubelet --anonymous_auth=false", auth), "|false");
	assert_string_equal(values(arena, &kube, "kubelet --anonymous_auth x", auth), "|true");
	arena_free(arena);
}

static void empty_command_line_has_no_values(_unused_ void **state)
{
	struct strings none = {0};
	struct goflag icc = {"--icc", NULL, true};

	assert_int_equal(goflag_values(NULL, &dockerd_words_syntax, &none, &icc).count, 0);
}

static void booleans_are_go_s(_unused_ void **state)
{
	static const char *const yes[] = {"1", "t", "T", "TRUE", "true", "True"};
	static const char *const no[] = {"0", "f", "F", "FALSE", "false", "False"};
	static const char *const neither[] = {"", "yes", "on", "tRUE", "2", " true", "true "};
	bool value;

	for (size_t i = 0; i < 6; i++) {
		assert_true(goflag_bool(yes[i], &value) && value);
		assert_true(goflag_bool(no[i], &value) && !value);
	}
	for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
		assert_false(goflag_bool(neither[i], &value));
}

struct number_row {
	const char *text;
	bool good;
	int64_t value;
};

static void check_numbers(const struct number_row *rows, size_t count, bool (*parse)(const char *, int64_t *))
{
	for (size_t i = 0; i < count; i++) {
		int64_t value = 0;
		bool good = parse(rows[i].text, &value);

		if (good != rows[i].good || (good && value != rows[i].value))
			fail_msg("\"%s\": %s %lld", rows[i].text, good ? "good" : "bad", (long long)value);
	}
}

static void integers_are_go_s(_unused_ void **state)
{
	static const struct number_row rows[] = {
		{"0", true, 0}, {"15", true, 15}, {"-15", true, -15}, {"+7", true, 7}, {"0x1F", true, 31},
		{"0o17", true, 15}, {"017", true, 15}, {"0b101", true, 5}, {"1_000", true, 1000},
		{"9223372036854775807", true, INT64_MAX}, {"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0}, {"", false, 0}, {"-", false, 0}, {"--5", false, 0}, {"5 ", false, 0},
		{" 5", false, 0}, {"08", false, 0}, {"1__0", false, 0}, {"1_", false, 0}, {"0x", false, 0}, {"1e3", false, 0},
		{"0x0x1", false, 0},
	};

	check_numbers(rows, sizeof rows / sizeof rows[0], goflag_int);
}

static void durations_are_go_s(_unused_ void **state)
{
	static const struct number_row rows[] = {
		{"0", true, 0}, {"15s", true, 15000}, {"1h15m30.5s", true, 4530500}, {"300ms", true, 300},
		{"1.5h", true, 5400000}, {"-2m", true, -120000}, {"999us", true, 0}, {"1500µs", true, 1}, {".5s", true, 500},
		{"5m", true, 300000}, {"2ms", true, 2}, {"", false, 0}, {"15", false, 0}, {"s", false, 0}, {"1d", false, 0},
		{"1e3s", false, 0}, {"9999999999h", false, 0}, {"0x1s", false, 0}, {"nan", false, 0}, {"1s ", false, 0},
	};

	check_numbers(rows, sizeof rows / sizeof rows[0], goflag_duration_ms);
}

static void sizes_are_docker_s(_unused_ void **state)
{
	static const struct number_row rows[] = {
		{"0", true, 0}, {"512", true, 512}, {"64m", true, 64 << 20}, {"64M", true, 64 << 20}, {"64MB", true, 64 << 20},
		{"64MiB", true, 64 << 20}, {"64 MiB", true, 64 << 20}, {"1.5GiB", true, INT64_C(3) << 29}, {"10b", true, 10},
		{"1kB", true, 1024}, {"2T", true, INT64_C(2) << 40}, {"", false, 0}, {"m", false, 0}, {"-1", false, 0},
		{"64x", false, 0}, {"64mm", false, 0}, {"inf", false, 0}, {"9999999999p", false, 0}, {"8192p", false, 0},
	};

	check_numbers(rows, sizeof rows / sizeof rows[0], goflag_size_bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_gives_its_values),
		cmocka_unit_test(underscores_are_dashes_where_the_program_says_so),
		cmocka_unit_test(empty_command_line_has_no_values),
		cmocka_unit_test(booleans_are_go_s),
		cmocka_unit_test(integers_are_go_s),
		cmocka_unit_test(durations_are_go_s),
		cmocka_unit_test(sizes_are_docker_s),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
