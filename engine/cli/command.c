#include "cli/command.h"

const struct command *command_find(const char *name)
{
	for (const struct command *const *command = command_table; *command; command++)
		if (strcmp((*command)->name, name) == 0)
			return *command;
	return NULL;
}

static void print_option(FILE *stream, enum option_id option)
{
	const struct option_decl *decl = option_decl(option);
	char left[64];

	snprintf(left, sizeof left, "%s%c%s --%s%s%s", decl->short_name ? "-" : " ", decl->short_name ? decl->short_name : ' ',
		 decl->short_name ? "," : " ", decl->name, decl->argument ? " " : "", decl->argument ? decl->argument : "");
	fprintf(stream, "  %-34s %s%s\n", left, decl->help, decl->repeats ? "; may be repeated" : "");
}

static void usage_of_command(FILE *stream, const struct command *command)
{
	fprintf(stream, "usage: plimsoll %s [options]%s%s\n%s\n\noptions:\n", command->name, *command->words ? " " : "",
		command->words, command->about);
	for (const enum option_id *option = command->options; *option != OPTION_COUNT; option++)
		print_option(stream, *option);
	print_option(stream, OPTION_HELP);
}

void command_usage(FILE *stream, const struct command *command)
{
	if (command) {
		usage_of_command(stream, command);
		return;
	}
	fputs("usage: plimsoll COMMAND [options] …\n"
	      "Audit what a container host really enforces against hardening benchmarks.\n\ncommands:\n",
	      stream);
	for (const struct command *const *each = command_table; *each; each++)
		fprintf(stream, "  %-12s %s\n", (*each)->name, (*each)->about);
	fputs("\n`plimsoll COMMAND --help` tells a command's options; plimsoll(8) is the manual.\n"
	      "exit status: 0 clean, 1 failed, 2 wrong usage or definitions, 3 incomplete, 4 a fault of our own\n",
	      stream);
}

enum status command_status_of(const struct error *err)
{
	return err->code == ERROR_INTERNAL ? STATUS_INTERNAL : STATUS_USAGE;
}
