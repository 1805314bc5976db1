#include "cli/choose.h"
#include "cli/facts_manual.h"
#include "collect/collect.h"

static const enum option_id allowed[] = {OPTION_BENCHMARK, OPTION_FORMAT, OPTION_DEFINITIONS, OPTION_COUNT};

/* How many ids are decided by facts, partly (some outcome is left to a person), or manual. */
struct tally {
	size_t decided, partly, manual;
};

static bool leaves_to_person(const struct check *check)
{
	if (check->otherwise == RESULT_MANUAL || check->if_empty == RESULT_MANUAL ||
	    (check->plain.has_if_absent && check->plain.if_absent == RESULT_MANUAL))
		return true;
	vec_each(child, &check->children)
		if (leaves_to_person(*child))
			return true;
	return false;
}

static struct tally tally(const struct benchmark *benchmark)
{
	struct tally count = {0};

	vec_each(entry, &benchmark->entries) {
		if (!entry->rule->check)
			count.manual++;
		else if (leaves_to_person(entry->rule->check))
			count.partly++;
		else
			count.decided++;
	}
	return count;
}

static int list_benchmarks(struct workplace *place, struct error *err)
{
	struct editions editions = {0};

	if (library_editions(place->library, &editions, err) < 0)
		return -1;
	printf("%-20s %-10s %5s %8s %7s %7s  %s\n", "benchmark", "revision", "ids", "decided", "partly", "manual", "title");
	vec_each(edition, &editions) {
		const struct benchmark *benchmark = library_benchmark(place->library, edition->path, &place->diags);

		if (!benchmark)
			return workplace_refuse(place, err);
		struct tally count = tally(benchmark);
		printf("%-20s %-10s %5zu %8zu %7zu %7zu  %s\n", benchmark->name, benchmark->revision, benchmark->entries.count,
		       count.decided, count.partly, count.manual, benchmark->title);
	}
	return 0;
}

static int chosen_or_newest(struct workplace *place, struct chosen *ret, struct error *err)
{
	return options_given(place->options, OPTION_BENCHMARK) ? choose_named(place, ret, err) : choose_newest(place, ret, err);
}

static int list_rules(struct workplace *place, struct error *err)
{
	struct chosen chosen = {0};

	if (chosen_or_newest(place, &chosen, err) < 0)
		return -1;
	vec_each(benchmark, &chosen) {
		printf("%s %s\n", (*benchmark)->name, (*benchmark)->revision);
		vec_each(entry, &(*benchmark)->entries)
			printf("  %-8s %-9s %-8s %-38s %s\n", entry->id, severity_name(entry->rule->severity),
			       entry->rule->check ? "facts" : "manual", entry->rule->slug, entry->rule->title);
	}
	return 0;
}

static size_t selected_by(const struct benchmark *benchmark, const struct profile *profile)
{
	size_t count = 0;

	vec_each(entry, &benchmark->entries)
		vec_each(role, &entry->roles)
			if (profile->levels & 1u << entry->level && strings_has(&profile->roles, *role)) {
				count++;
				break;
			}
	return count;
}

static int list_profiles(struct workplace *place, struct error *err)
{
	struct chosen chosen = {0};

	if (chosen_or_newest(place, &chosen, err) < 0)
		return -1;
	vec_each(benchmark, &chosen) {
		printf("%s %s\n", (*benchmark)->name, (*benchmark)->revision);
		vec_each(profile, &(*benchmark)->profiles)
			printf("  %-20s %4zu rules  %s%s\n", profile->name, selected_by(*benchmark, profile), profile->title,
			       profile == &(*benchmark)->profiles.items[(*benchmark)->default_profile] ? " (default)" : "");
	}
	return 0;
}

static int list_facts(struct workplace *place, struct error *err)
{
	const char *format = options_value(place->options, OPTION_FORMAT);

	if (format && strcmp(format, "mdoc") == 0) {
		facts_manual(place->catalogue, stdout);
		return 0;
	}
	if (format && strcmp(format, "text") != 0)
		return error_set(err, ERROR_USAGE, "--format %s: text or mdoc is wanted", format);
	for (size_t i = 0; i < catalogue_count(place->catalogue); i++) {
		const struct fact_decl *decl = catalogue_at(place->catalogue, i);

		printf("%-40s %-9s %-10s %s\n", decl->name, decl->type ? value_type_name(decl->type) : "by rule",
		       scope_name(decl->scope), decl->about);
	}
	return 0;
}

static int list_formats(struct workplace *place, struct error *err)
{
	(void)place, (void)err;
	for (const struct format *const *format = format_table; *format; format++)
		printf("%-8s %s\n", (*format)->name, (*format)->about);
	return 0;
}

static const struct listing {
	const char *name;
	bool definitions; /* whether it takes a library */
	int (*list)(struct workplace *place, struct error *err);
} listings[] = {
	{"benchmarks", true, list_benchmarks}, {"facts", false, list_facts}, {"formats", false, list_formats},
	{"profiles", true, list_profiles},     {"rules", true, list_rules},
};
static const char *const list_names[] = {"benchmarks", "facts", "formats", "profiles", "rules", NULL};

static const struct listing *find_listing(const char *name)
{
	for (size_t i = 0; i < sizeof listings / sizeof *listings; i++)
		if (strcmp(listings[i].name, name) == 0)
			return &listings[i];
	return NULL;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	const char *what = options->words.items[0];
	const struct listing *listing = find_listing(what);
	struct workplace place = {.options = options, .arena = options->arena};
	int result = 0;

	if (!listing)
		return error_set(err, ERROR_USAGE, "list %s: benchmarks, rules, profiles, facts or formats is wanted", what);
	if (listing->definitions)
		result = workplace_open(&place, options, err);
	else
		place.catalogue = collect_catalogue(place.arena);
	if (result == 0)
		result = listing->list(&place, err);
	workplace_close(&place);
	*ret_status = STATUS_CLEAN;
	return result;
}

const struct command command_list = {
	.name = "list",
	.words = "benchmarks|rules|profiles|facts|formats",
	.about = "Print what this build knows.",
	.options = allowed,
	.min_words = 1,
	.max_words = 1,
	.choices = list_names,
	.run = run,
};
