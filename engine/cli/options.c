#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>

static const struct option_decl decls[] = {
#define X(e, s, l, a, r, h) {s, l, a, r, h},
	OPTIONS(X)
#undef X
};

const struct option_decl *option_decl(enum option_id option)
{
	return &decls[option];
}

bool options_given(const struct options *options, enum option_id option)
{
	return options->values[option].count > 0;
}

const char *options_value(const struct options *options, enum option_id option)
{
	const struct strings *values = &options->values[option];

	return values->count ? values->items[values->count - 1] : NULL;
}

int options_number(const struct options *options, enum option_id option, const int64_t bounds[2], int64_t *ret, struct error *err)
{
	const char *text = options_value(options, option);
	int64_t number;

	if (!text)
		return 0;
	if (!text_to_int(text, 10, &number) || number < bounds[0] || number > bounds[1])
		return error_set(err, ERROR_USAGE, "--%s %s: a whole number from %lld to %lld is wanted", decls[option].name,
				 text, (long long)bounds[0], (long long)bounds[1]);
	*ret = number;
	return 0;
}

/* getopt_long's tables for the options allowed; `val` is the option's number plus one. */
struct getopt_tables {
	struct option_table VEC_BODY(struct option) longs;
	struct buf shorts;
	struct strings names;
	char by_short[OPTION_COUNT];
};

static void allow(struct arena *arena, struct getopt_tables *tables, enum option_id option)
{
	const struct option_decl *decl = &decls[option];
	struct option entry = {decl->name, decl->argument ? required_argument : no_argument, NULL, (int)option + 256};

	vec_push(arena, &tables->longs, entry);
	vec_push(arena, &tables->names, decl->name);
	if (!decl->short_name)
		return;
	tables->by_short[option] = decl->short_name;
	buf_printf(&tables->shorts, "%c%s", decl->short_name, decl->argument ? ":" : "");
}

static void build_tables(struct arena *arena, const enum option_id *allowed, struct getopt_tables *tables)
{
	struct option end = {0};

	buf_puts(&tables->shorts, ":"); /* report a missing argument as ':' */
	for (; *allowed != OPTION_COUNT; allowed++)
		allow(arena, tables, *allowed);
	allow(arena, tables, OPTION_HELP);
	allow(arena, tables, OPTION_VERSION);
	vec_push(arena, &tables->longs, end);
}

static int unknown_option(struct arena *arena, const struct getopt_tables *tables, const char *word, int letter, struct error *err)
{
	const char *bare = word + strspn(word, "-");
	const char *name = arena_strndup(arena, bare, strcspn(bare, "="));

	if (letter && !text_starts(word, "--"))
		return error_set(err, ERROR_USAGE, "-%c: no such option here", letter);
	const char *near = text_nearest(name, tables->names.items, tables->names.count);
	return error_set(err, ERROR_USAGE, "--%s: no such option here%s%s%s", name, near ? "; did you mean --" : "",
			 near ? near : "", near ? "?" : "");
}

static enum option_id option_of(const struct getopt_tables *tables, int val)
{
	if (val >= 256)
		return (enum option_id)(val - 256);
	for (int i = 0; i < OPTION_COUNT; i++)
		if (tables->by_short[i] == val)
			return (enum option_id)i;
	return OPTION_COUNT;
}

static int take(struct options *ret, enum option_id option, struct error *err)
{
	if (ret->values[option].count && decls[option].argument && !decls[option].repeats)
		return error_set(err, ERROR_USAGE, "--%s is given twice", decls[option].name);
	vec_push(ret->arena, &ret->values[option], optarg ? optarg : "");
	return 0;
}

int options_parse(struct arena *arena, int argc, char **argv, const enum option_id *allowed, struct options *ret, struct error *err)
{
	struct getopt_tables tables = {0};
	int val, result = 0;

	*ret = (struct options){.arena = arena};
	build_tables(arena, allowed, &tables);
	opterr = 0;
	optind = 0; /* glibc: start afresh, getopt(3) */
	while (!result && (val = getopt_long(argc, argv, tables.shorts.data, tables.longs.items, NULL)) != -1) {
		const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

		if (val == '?')
			result = unknown_option(arena, &tables, word, optopt < 256 ? optopt : 0, err);
		else if (val == ':')
			result = error_set(err, ERROR_USAGE, "%s: an argument is wanted", word);
		else
			result = take(ret, option_of(&tables, val), err);
	}
	for (int i = optind; !result && i < argc; i++)
		vec_push(arena, &ret->words, argv[i]);
	buf_done(&tables.shorts);
	return result;
}
