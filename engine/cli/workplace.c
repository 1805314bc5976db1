#include "cli/workplace.h"

#include <sys/stat.h>

#include "collect/collect.h"

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The program's own path without its last `up` components; NULL when it is not known. */
static char *above_program(struct arena *arena, int up)
{
	char exe[4096];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (len <= 0)
		return NULL;
	exe[len] = '\0';
	for (; up > 0; up--) {
		char *slash = strrchr(exe, '/');

		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return arena_strdup(arena, exe);
}

/* build/plimsoll and build/asan/plimsoll lie one or two folders below the checkout, which its Makefile tells. */
static const char *beside_build_tree(struct arena *arena)
{
	struct stat st;

	for (int up = 2; up <= 3; up++) {
		const char *checkout = above_program(arena, up);
		const char *benchmarks = checkout ? arena_printf(arena, "%s/benchmarks", checkout) : NULL;

		if (benchmarks && stat(arena_printf(arena, "%s/Makefile", checkout), &st) == 0 && is_folder(benchmarks))
			return benchmarks;
	}
	return NULL;
}

/* PREFIX/sbin/plimsoll and PREFIX/share/plimsoll, wherever PREFIX has been put. */
static const char *beside_program(struct arena *arena)
{
	const char *prefix = above_program(arena, 2);
	const char *benchmarks = prefix ? arena_printf(arena, "%s/share/plimsoll/benchmarks", prefix) : NULL;

	return benchmarks && is_folder(benchmarks) ? benchmarks : NULL;
}

static const char *definitions_folder(struct workplace *place)
{
	const char *given = options_value(place->options, OPTION_DEFINITIONS);

	if (!given)
		given = beside_build_tree(place->arena);
	if (!given)
		given = beside_program(place->arena);
	return given ? given : PLIMSOLL_DATADIR "/benchmarks";
}

int workplace_open(struct workplace *place, const struct options *options, struct error *err)
{
	*place = (struct workplace){.options = options, .arena = options->arena};
	place->diags.arena = place->arena;
	place->catalogue = collect_catalogue(place->arena);
	if (library_open(definitions_folder(place), place->catalogue, &place->library, err) < 0)
		return error_wrap(err, "definitions");
	library_read_cases(place->library, false);
	return 0;
}

void workplace_close(struct workplace *place)
{
	library_close(place->library);
	place->library = NULL;
}

int workplace_refuse(struct workplace *place, struct error *err)
{
	size_t count = place->diags.list.count;

	diags_print(&place->diags, stderr);
	return error_set(err, ERROR_USAGE, "%zu mistake%s in the definitions", count, count == 1 ? "" : "s");
}

int workplace_host(const struct workplace *place, struct broker *broker, struct host **ret, struct error *err)
{
	const char *root = options_value(place->options, OPTION_ROOT);

	if (host_open(root ? root : "/", ret, err) < 0)
		return error_wrap(err, "--root");
	if (host_is_live(*ret))
		host_lend_broker(*ret, broker);
	return 0;
}
