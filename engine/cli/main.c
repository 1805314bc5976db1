#include <locale.h>
#include <stdio.h>

#include "cli/command.h"

static int complain(const char *where, const struct error *err)
{
	fprintf(stderr, "plimsoll%s%s: %s\n", *where ? " " : "", where, err->text);
	return command_status_of(err);
}

static int no_such_command(const char *name)
{
	struct strings names = {0};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (const struct command *const *each = command_table; *each; each++)
		vec_push(arena, &names, (*each)->name);
	const char *near = text_nearest(name, names.items, names.count);
	fprintf(stderr, "plimsoll: %s: no such command%s%s%s\n", text_safe(arena, name, strlen(name)), near ? "; did you mean " : "",
		near ? near : "", near ? "?" : "");
	return STATUS_USAGE;
}

static int check_words(const struct command *command, const struct options *options, struct error *err)
{
	if (options->words.count < command->min_words)
		return error_set(err, ERROR_USAGE, "%s is wanted; see plimsoll %s --help", command->words, command->name);
	if (options->words.count > command->max_words)
		return error_set(err, ERROR_USAGE, "%s: one word too many; see plimsoll %s --help",
				 options->words.items[command->max_words], command->name);
	return 0;
}

static int show_version(void)
{
	puts("plimsoll " PLIMSOLL_VERSION);
	return STATUS_CLEAN;
}

static int run(const struct command *command, int argc, char **argv)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	enum status status = STATUS_INTERNAL;
	struct options options;
	struct error err = {0};

	if (options_parse(arena, argc, argv, command->options, &options, &err) < 0)
		return complain(command->name, &err);
	if (options_given(&options, OPTION_HELP)) {
		command_usage(stdout, command);
		return STATUS_CLEAN;
	}
	if (options_given(&options, OPTION_VERSION))
		return show_version();
	if (check_words(command, &options, &err) < 0 || command->run(&options, &status, &err) < 0)
		return complain(command->name, &err);
	return status;
}

/* What could not be written to standard output must not pass for success. */
static int finish(int status)
{
	if (fflush(stdout) != 0 || ferror(stdout)) {
		fprintf(stderr, "plimsoll: standard output: write failed\n");
		return STATUS_INTERNAL;
	}
	return status;
}

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	if (argc < 2) {
		command_usage(stderr, NULL);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		const struct command *command = argc > 2 ? command_find(argv[2]) : NULL;

		if (argc > 2 && !command)
			return no_such_command(argv[2]);
		command_usage(stdout, command);
		return finish(STATUS_CLEAN);
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "version") == 0)
		return finish(show_version());
	const struct command *command = command_find(argv[1]);
	if (!command)
		return no_such_command(argv[1]);
	return finish(run(command, argc - 1, argv + 1));
}
