/* Command lines as Go programs read them (github.com/spf13/pflag: dockerd, kubelet and their kind),
 * and the texts of their values.
 *
 * --name=value, --name value, -n value, -nvalue, -n=value; a boolean alone is true and takes no
 * further word; short booleans may be bundled (-Dl debug); "--" ends the options. Which options are
 * boolean must be known: in `--label --icc` the second word is a value. */
#ifndef CHECKS_GOFLAG_H
#define CHECKS_GOFLAG_H

#include "base/text.h"

struct goflag_syntax {
	const char *const *booleans; /* long names without dashes of the program's boolean options,
					NULL-terminated */
	const char *short_booleans;  /* their letters */
	bool underscores;            /* --log_level is --log-level (Kubernetes components) */
};

struct goflag {
	const char *flag;       /* "--host", or NULL */
	const char *short_flag; /* "-H", or NULL */
	bool boolean;           /* also when the syntax does not list it */
};

/* Every value that the words argv[1…] give the option, in order: a list accumulates, of a scalar
 * the last one counts. Empty values are values. Words are borrowed; the list lives in the arena. */
struct strings goflag_values(struct arena *arena, const struct goflag_syntax *syntax,
			     const struct strings *argv, const struct goflag *option);

/* strconv.ParseBool: 1 t T TRUE true True, 0 f F FALSE false False. */
bool goflag_bool(const char *text, bool *ret);
/* strconv.ParseInt with base 0: decimal, 0x…, 0o… and 0… octal, 0b…; a sign; "_" between digits. */
bool goflag_int(const char *text, int64_t *ret);
/* time.ParseDuration: "1h15m30.5s", "300ms", "0"; milliseconds, fractions of one dropped. */
bool goflag_duration_ms(const char *text, int64_t *ret);
/* Docker's units.RAMInBytes: "512", "64m", "64MB", "1.5GiB"; every unit is a power of 1024. */
bool goflag_size_bytes(const char *text, int64_t *ret);

#endif
