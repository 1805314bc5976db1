/* The one table of options: it prints the usage and the completions, and a test holds it against the man page. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/text.h"

/* X(ENUM, short or 0, "long", "ARGUMENT" or NULL, may be repeated, help) */
#define OPTIONS(X)                                                                                  \
	X(BENCHMARK, 'b', "benchmark", "NAME[:REVISION]", true,                                     \
	  "this benchmark, without a revision its newest")                            \
	X(PROFILE, 'p', "profile", "PROFILE", false, "rules of this profile (default: the benchmark's own)") \
	X(TAILORING, 't', "tailoring", "FILE", false, "selection, parameters, waivers, attestations")  \
	X(ROOT, 0, "root", "DIR", false, "the host whose root folder is at DIR, at rest")             \
	X(FACTS, 0, "facts", "FILE", false, "evaluate a saved facts document instead of this host") \
	X(ONLY, 0, "only", "ID|RULE", true, "only this rule")                                       \
	X(SKIP, 0, "skip", "ID|RULE", true, "not this rule")                                        \
	X(CONTAINER, 0, "container", "NAME|ID", true, "only this container")                        \
	X(FORMAT, 'f', "format", "FORMAT[=PATH]", true, "what to write and where to (default: standard output)") \
	X(FAIL_ON, 0, "fail-on", "SEVERITY", false, "exit 1 from this severity on: critical, high, medium, low or none (default: low)") \
	X(MIN_SCORE, 0, "min-score", "PERCENT", false, "exit 1 when a score is below this")         \
	X(TIMEOUT, 0, "timeout", "SECONDS", false, "longest wait for one answer of a daemon (default: 5)") \
	X(NO_SECCOMP_DUMP, 0, "no-seccomp-dump", NULL, false,                                       \
	  "do not stop container processes, some 30 us each, to read their system call filters")    \
	X(INTERRUPT_WAITS, 0, "interrupt-waits", NULL, false,                                       \
	  "read them also of threads in a wait with a time limit, which ends it with EINTR")        \
	X(SETUID_SCAN, 0, "setuid-scan", NULL, false,                                               \
	  "walk the files of running containers for programs that give rights")                     \
	X(DEFINITIONS, 0, "definitions", "DIR", false, "folder of the benchmarks")                  \
	X(COLOR, 0, "color", "WHEN", false, "auto, always or never (default: auto)")                \
	X(WIDTH, 0, "width", "COLUMNS", false, "width of the text report, 0 for no wrapping")       \
	X(VERBOSE, 'v', "verbose", NULL, false, "show what passed in full too")                     \
	X(HELP, 'h', "help", NULL, false, "show this help")                                         \
	X(VERSION, 'V', "version", NULL, false, "show the version")

enum option_id {
#define X(e, s, l, a, r, h) OPTION_##e,
	OPTIONS(X)
#undef X
	OPTION_COUNT
};

struct option_decl {
	char short_name;
	const char *name;
	const char *argument;
	bool repeats;
	const char *help;
};
const struct option_decl *option_decl(enum option_id option);

/* What a command line said. Texts are borrowed from argv. */
struct options {
	struct arena *arena;
	struct strings values[OPTION_COUNT]; /* flags: one empty text */
	struct strings words;                /* what is no option */
};

bool options_given(const struct options *options, enum option_id option);
/* The last value of an option, or NULL. */
const char *options_value(const struct options *options, enum option_id option);
/* A whole number within the bounds: ERROR_USAGE otherwise. Leaves ret alone when the option is not given. */
int options_number(const struct options *options, enum option_id option, const int64_t bounds[2], int64_t *ret,
		   struct error *err);

/* Parse argv[1…] with the options allowed here (OPTION_COUNT ends the list) by the rules of getopt_long(3); options and
 * words may mix. Help and version are always allowed. ERROR_USAGE, with a suggestion for a mistyped option. */
int options_parse(struct arena *arena, int argc, char **argv, const enum option_id *allowed, struct options *ret,
		  struct error *err);

#endif
