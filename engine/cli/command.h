/* Subcommands: one per file engine/cli/command_NAME.c, which exports `const struct command command_NAME`; the
 * Makefile makes the table. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdio.h>

#include "cli/options.h"

/* Exit statuses, plimsoll(8). Incomplete outranks fail. */
enum status {
	STATUS_CLEAN = 0,
	STATUS_FAIL = 1,       /* a fail at or above --fail-on, a score below --min-score; diff: something changed */
	STATUS_USAGE = 2,      /* wrong usage or definitions */
	STATUS_INCOMPLETE = 3, /* some selected rule ended in error, or of a benchmark asked for nothing applies */
	STATUS_INTERNAL = 4,   /* a fault of our own */
};

struct command {
	const char *name;
	const char *words;  /* what follows the options, for the usage: "PATH…" */
	const char *about;  /* one line */
	const enum option_id *options; /* ended by OPTION_COUNT */
	size_t min_words, max_words;
	const char *const *choices; /* completions of the first word, NULL-terminated; or NULL */
	/* Returns 0 with *ret_status, or -1 with an error, which becomes a message and a status. */
	int (*run)(const struct options *options, enum status *ret_status, struct error *err);
};

extern const struct command *const command_table[]; /* generated, sorted by name, NULL at the end */

const struct command *command_find(const char *name);
void command_usage(FILE *stream, const struct command *command); /* NULL: of the whole program */
enum status command_status_of(const struct error *err);

#endif
