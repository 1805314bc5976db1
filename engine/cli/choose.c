#include "cli/choose.h"

#include "eval/eval.h"
#include "plan/plan.h"

static int load(struct workplace *place, const struct edition *edition, const struct benchmark **ret, struct error *err)
{
	*ret = library_benchmark(place->library, edition->path, &place->diags);
	return *ret ? 0 : workplace_refuse(place, err);
}

static int no_such(struct workplace *place, const struct editions *editions, const char *wanted, struct error *err)
{
	struct strings names = {0};

	vec_each(edition, editions) {
		strings_add_unique(place->arena, &names, edition->name);
		vec_push(place->arena, &names, arena_printf(place->arena, "%s:%s", edition->name, edition->revision));
	}
	const char *near = text_nearest(wanted, names.items, names.count);
	return error_set(err, ERROR_USAGE, "--benchmark %s: no such benchmark%s%s%s; see plimsoll list benchmarks", wanted,
			 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Editions are sorted newest first, so the first of a name is its newest. */
static const struct edition *find_edition(struct workplace *place, const struct editions *editions, const char *wanted)
{
	const char *colon = strchr(wanted, ':');
	const char *name = colon ? arena_strndup(place->arena, wanted, (size_t)(colon - wanted)) : wanted;

	vec_each(edition, editions)
		if (strcmp(edition->name, name) == 0 && (!colon || strcmp(edition->revision, colon + 1) == 0))
			return edition;
	return NULL;
}

int choose_named(struct workplace *place, struct chosen *ret, struct error *err)
{
	struct editions editions = {0};

	if (library_editions(place->library, &editions, err) < 0)
		return -1;
	vec_each(wanted, &place->options->values[OPTION_BENCHMARK]) {
		const struct edition *edition = find_edition(place, &editions, *wanted);
		const struct benchmark *benchmark;

		if (!edition)
			return no_such(place, &editions, *wanted, err);
		if (load(place, edition, &benchmark, err) < 0)
			return -1;
		vec_push(place->arena, ret, benchmark);
	}
	return 0;
}

static bool already(const struct chosen *chosen, const char *name)
{
	vec_each(benchmark, chosen)
		if (strcmp((*benchmark)->name, name) == 0)
			return true;
	return false;
}

static bool applies(struct workplace *place, const struct benchmark *benchmark, const struct facts *facts)
{
	if (!benchmark->applies_if || !facts)
		return true;
	enum result result = eval_check(place->arena, benchmark->applies_if, facts_host((struct facts *)facts));
	return result == RESULT_PASS || result == RESULT_ERROR;
}

static int choose(struct workplace *place, const struct facts *facts, struct chosen *ret, struct error *err)
{
	struct editions editions = {0};
	struct chosen chosen = {0};

	if (library_editions(place->library, &editions, err) < 0)
		return -1;
	vec_each(edition, &editions) {
		const struct benchmark *benchmark;

		if (already(&chosen, edition->name))
			continue;
		if (load(place, edition, &benchmark, err) < 0)
			return -1;
		if (applies(place, benchmark, facts))
			vec_push(place->arena, &chosen, benchmark);
	}
	*ret = chosen;
	return 0;
}

int choose_newest(struct workplace *place, struct chosen *ret, struct error *err)
{
	return choose(place, NULL, ret, err);
}

int choose_applying(struct workplace *place, const struct facts *facts, struct chosen *ret, struct error *err)
{
	if (choose(place, facts, ret, err) < 0)
		return -1;
	if (!ret->count)
		return error_set(err, ERROR_USAGE, "no benchmark applies to this host; name one with --benchmark");
	return 0;
}

int choose_request(struct workplace *place, struct request *ret, struct error *err)
{
	struct editions editions = {0};

	if (library_editions(place->library, &editions, err) < 0)
		return -1;
	ret->deadline_ms = PLAN_DEADLINE_MS;
	vec_each(edition, &editions) {
		const struct benchmark *benchmark;

		if (load(place, edition, &benchmark, err) < 0)
			return -1;
		if (benchmark->applies_if)
			plan_request_check(place->arena, ret, place->catalogue, benchmark->applies_if);
	}
	return 0;
}
