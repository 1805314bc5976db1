#include <dirent.h>
#include <sys/stat.h>

#include "cli/workplace.h"
#include "eval/eval.h"

static const enum option_id allowed[] = {OPTION_DEFINITIONS, OPTION_COUNT};

#define LINT_DEPTH_MAX 8

struct lint {
	struct workplace place;
	struct strings files;
	size_t rules, benchmarks, tailorings, cases, failed_cases;
};

static int find_files(struct lint *lint, const char *path, int depth, struct error *err);

static int find_in_folder(struct lint *lint, const char *path, int depth, struct error *err)
{
	_cleanup_(close_dir) DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir)
		return error_sys(err, "%s", path);
	if (depth >= LINT_DEPTH_MAX)
		return error_set(err, ERROR_LIMIT, "%s: folders nest too deep", path);
	while ((entry = readdir(dir))) {
		const char *child = arena_printf(lint->place.arena, "%s/%s", path, entry->d_name);
		struct stat st;

		if (entry->d_name[0] == '.' || stat(child, &st) < 0)
			continue;
		if ((S_ISDIR(st.st_mode) || text_ends(child, ".yaml")) && find_files(lint, child, depth + 1, err) < 0)
			return -1;
	}
	return 0;
}

static int find_files(struct lint *lint, const char *path, int depth, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return error_sys(err, "%s", path);
	if (S_ISDIR(st.st_mode))
		return find_in_folder(lint, path, depth, err);
	vec_push(lint->place.arena, &lint->files, path);
	return 0;
}

static const struct value *case_params(struct arena *arena, const struct rule *rule, const struct rule_case *example)
{
	struct value *params = ARENA_ARRAY(arena, struct value, rule->params.count);

	for (size_t i = 0; i < rule->params.count; i++) {
		params[i] = rule->params.items[i].value;
		vec_each(own, &example->params)
			if (strcmp(own->name, rule->params.items[i].name) == 0)
				params[i] = own->value;
	}
	return params;
}

static void run_case(struct lint *lint, const struct rule *rule, const struct rule_case *example)
{
	struct arena *arena = lint->place.arena;
	struct eval_rule what = {rule, case_params(arena, rule, example), true};
	struct finding finding = {0};

	lint->cases++;
	eval_subject(arena, &what, NULL, example->subject, &finding);
	if (finding.result == example->expect)
		return;
	lint->failed_cases++;
	diag_add(&lint->place.diags, example->where, "case \"%s\" comes to %s, not %s: %s", example->name,
		 result_name(finding.result), result_name(example->expect), finding.message);
}

static void run_cases(struct lint *lint, const struct rule *rule)
{
	/* What can only come to another result in the place of fail has no case that fails. */
	const enum result needed[] = {RESULT_PASS, rule->check ? rule->check->otherwise : RESULT_FAIL, RESULT_ERROR};
	unsigned seen = 0;

	vec_each(example, &rule->cases) {
		run_case(lint, rule, example);
		seen |= 1u << example->expect;
	}
	for (size_t i = 0; rule->check && i < sizeof needed / sizeof *needed; i++)
		if (!(seen & 1u << needed[i]))
			diag_add(&lint->place.diags, (struct position){rule->path, 0, 0}, "no case that expects %s",
				 result_name(needed[i]));
}

static void lint_file(struct lint *lint, const char *path)
{
	struct library *library = lint->place.library;
	enum definition kind;
	const struct rule *rule;

	if (library_kind(library, path, &kind, &lint->place.diags) < 0)
		return;
	switch (kind) {
	case DEFINITION_RULE:
		lint->rules++;
		rule = library_rule_file(library, path, &lint->place.diags);
		if (rule)
			run_cases(lint, rule);
		break;
	case DEFINITION_BENCHMARK:
		lint->benchmarks++;
		library_benchmark(library, path, &lint->place.diags);
		break;
	case DEFINITION_TAILORING:
		lint->tailorings++;
		library_tailoring(library, path, &lint->place.diags);
		break;
	}
}

static int lint_all(struct lint *lint, enum status *ret_status, struct error *err)
{
	vec_each(path, &lint->place.options->words)
		if (find_files(lint, *path, 0, err) < 0)
			return -1;
	strings_sort(&lint->files);
	vec_each(path, &lint->files)
		lint_file(lint, *path);
	diags_print(&lint->place.diags, stderr);
	size_t mistakes = lint->place.diags.list.count;
	printf("%zu rules with %zu cases, %zu benchmarks, %zu tailorings: ", lint->rules, lint->cases, lint->benchmarks,
	       lint->tailorings);
	if (mistakes)
		printf("%zu mistake%s\n", mistakes, mistakes == 1 ? "" : "s");
	else
		puts("no mistakes");
	if (!lint->files.count)
		return error_set(err, ERROR_USAGE, "no definition files there");
	*ret_status = mistakes ? STATUS_USAGE : STATUS_CLEAN;
	return 0;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct lint lint = {0};
	int result = -1;

	if (workplace_open(&lint.place, options, err) == 0) {
		library_read_cases(lint.place.library, true);
		result = lint_all(&lint, ret_status, err);
	}
	workplace_close(&lint.place);
	return result;
}

const struct command command_lint = {
	.name = "lint",
	.words = "PATH…",
	.about = "Check definition files and run the rules' own cases.",
	.options = allowed,
	.min_words = 1,
	.max_words = SIZE_MAX,
	.run = run,
};
