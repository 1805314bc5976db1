#include <assert.h>

#include "cli/choose.h"

static const enum option_id allowed[] = {OPTION_BENCHMARK, OPTION_DEFINITIONS, OPTION_COUNT};

/* Where a rule stands in the editions looked at. */
struct place_of_rule {
	const struct benchmark *benchmark;
	const struct entry *entry;
};
struct explained {
	const struct rule *rule;
	VEC(struct place_of_rule) places;
};

static void collect_places(struct workplace *place, const struct chosen *chosen, const char *slug, struct explained *ret)
{
	vec_each(benchmark, chosen)
		vec_each(entry, &(*benchmark)->entries)
			if (strcmp(entry->rule->slug, slug) == 0) {
				struct place_of_rule found = {*benchmark, entry};

				ret->rule = entry->rule;
				vec_push(place->arena, &ret->places, found);
			}
}

static void print_block(const char *label, const char *text)
{
	if (!text)
		return;
	printf("\n%s\n", label);
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		printf("  %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

#define EXPLAINED_FILE_MAX (1u << 20) /* as much as the loader reads */

/* What the rule demands, in its own words: the lines of its file from `check:` to the next key. */
static void print_check(const struct rule *rule)
{
	_cleanup_(close_file) FILE *file = rule->check ? fopen(rule->path, "re") : NULL;
	char line[4096];
	bool inside = false;

	if (!file)
		return;
	puts("\ndemands");
	for (size_t read = 0; read < EXPLAINED_FILE_MAX && fgets(line, sizeof line, file); read += strlen(line)) {
		if (line[0] != ' ' && line[0] != '\n' && line[0] != '#' && line[0] != '-')
			inside = text_starts(line, "select:") || text_starts(line, "applies_if:") || text_starts(line, "check:");
		if (inside && line[0] != '\n')
			printf("  %s", line);
	}
}

static void print_params(struct arena *arena, const struct rule *rule)
{
	if (rule->params.count)
		puts("\nparameters");
	vec_each(param, &rule->params)
		printf("  %s (%s) = %s\n    %s\n", param->name, value_type_name(param->type),
		       value_display(arena, &param->value, 0), param->about);
}

static void add_facts(struct arena *arena, struct strings *facts, const struct check *check)
{
	if (check->fact)
		strings_add_unique(arena, facts, check->fact);
	vec_each(file, &check->files)
		strings_add_unique(arena, facts, *file);
	vec_each(child, &check->children)
		add_facts(arena, facts, *child);
}

static void print_facts(struct workplace *place, const struct rule *rule)
{
	struct strings facts = {0};
	const struct check *checks[] = {rule->select, rule->applies_if, rule->check};

	for (size_t i = 0; i < 3; i++)
		if (checks[i])
			add_facts(place->arena, &facts, checks[i]);
	vec_each(name, &rule->show)
		strings_add_unique(place->arena, &facts, *name);
	if (facts.count)
		puts("\nlooks at");
	vec_each(name, &facts) {
		const struct fact_decl *decl = catalogue_find(place->catalogue, *name);

		printf("  %s\n    %s\n", *name, decl ? decl->about : "");
	}
}

static void print_rule(struct workplace *place, const struct explained *what)
{
	const struct rule *rule = what->rule;

	assert(rule); /* its slug was found in one of the editions */
	printf("%s\n%s\n", rule->slug, rule->title);
	printf("\nseverity %s, judges each %s, %s\n", severity_name(rule->severity), scope_name(rule->scope),
	       rule->check ? "decided by facts" : "to be judged by a person");
	vec_each(at, &what->places)
		printf("%s %s: %s, level %d, labelled %s\n", at->benchmark->name, at->benchmark->revision, at->entry->id,
		       at->entry->level, at->entry->automated ? "automated" : "manual");
	print_check(rule);
	print_block("why", rule->why);
	print_block("look at", rule->look_at);
	print_block("remedy", rule->remedy);
	print_params(place->arena, rule);
	print_facts(place, rule);
	vec_each(reference, &rule->references) {
		printf("\n%s", reference->framework);
		vec_each(item, &reference->items)
			printf(" %s", *item);
	}
	printf("%s\n%s\n", rule->references.count ? "\n" : "", rule->path);
}

static int load_all(struct workplace *place, struct chosen *ret, struct error *err)
{
	struct editions editions = {0};

	if (options_given(place->options, OPTION_BENCHMARK))
		return choose_named(place, ret, err);
	if (library_editions(place->library, &editions, err) < 0)
		return -1;
	vec_each(edition, &editions) {
		const struct benchmark *benchmark = library_benchmark(place->library, edition->path, &place->diags);

		if (!benchmark)
			return workplace_refuse(place, err);
		vec_push(place->arena, ret, benchmark);
	}
	return 0;
}

static int not_found(struct workplace *place, const struct chosen *chosen, const char *name, struct error *err)
{
	struct strings names = {0};

	vec_each(benchmark, chosen)
		vec_each(entry, &(*benchmark)->entries) {
			strings_add_unique(place->arena, &names, entry->rule->slug);
			strings_add_unique(place->arena, &names, entry->id);
		}
	const char *near = text_nearest(name, names.items, names.count);
	return error_set(err, ERROR_USAGE, "%s: no rule or id of that name%s%s%s", name, near ? "; did you mean " : "",
			 near ? near : "", near ? "?" : "");
}

/* An id may mean different rules in different editions: all of them are shown. */
static int explain(struct workplace *place, const char *name, struct error *err)
{
	struct chosen chosen = {0};
	struct strings slugs = {0};

	if (load_all(place, &chosen, err) < 0)
		return -1;
	vec_each(benchmark, &chosen)
		vec_each(entry, &(*benchmark)->entries)
			if (strcmp(entry->id, name) == 0 || strcmp(entry->rule->slug, name) == 0)
				strings_add_unique(place->arena, &slugs, entry->rule->slug);
	if (!slugs.count)
		return not_found(place, &chosen, name, err);
	vec_each(slug, &slugs) {
		struct explained what = {0};

		collect_places(place, &chosen, *slug, &what);
		if (slug != slugs.items)
			puts("\n----");
		print_rule(place, &what);
	}
	return 0;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct workplace place = {0};
	int result = -1;

	if (workplace_open(&place, options, err) == 0)
		result = explain(&place, options->words.items[0], err);
	workplace_close(&place);
	*ret_status = STATUS_CLEAN;
	return result;
}

const struct command command_explain = {
	.name = "explain",
	.words = "ID|RULE",
	.about = "Tell what a rule demands, why, and how to comply.",
	.options = allowed,
	.min_words = 1,
	.max_words = 1,
	.run = run,
};
