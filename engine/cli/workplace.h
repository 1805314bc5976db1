/* What most commands need first: the catalogue, the library of definitions, the host, the outputs. */
#ifndef CLI_WORKPLACE_H
#define CLI_WORKPLACE_H

#include "../reports/format.h"
#include "base/outfile.h"
#include "cli/command.h"
#include "host/host.h"
#include "load/library.h"

struct workplace {
	const struct options *options;
	struct arena *arena;
	struct catalogue *catalogue;
	struct library *library;
	struct diags diags;
};

/* Open the catalogue and the library: --definitions, else benchmarks/ beside the build tree this program lies in, else
 * ../share/plimsoll/benchmarks from its folder, else the installed folder. ERROR_USAGE when there is none. */
int workplace_open(struct workplace *place, const struct options *options, struct error *err);
void workplace_close(struct workplace *place);

/* Print the diags to standard error and make them an error: "N mistakes in the definitions". -1 always. */
int workplace_refuse(struct workplace *place, struct error *err);

/* The host named by --root, or this one, with the broker that was started for it. */
int workplace_host(const struct workplace *place, struct broker *broker, struct host **ret, struct error *err);

/* One -f FORMAT[=PATH]. */
struct output {
	const struct format *format;
	const char *path; /* "-" for standard output */
	struct outfile *file;
};
struct outputs VEC_BODY(struct output);

/* Open every report's file before work is spent. No -f: text to standard output. ERROR_USAGE: unknown format, a path that
 * cannot be written, two reports to one place. */
int outputs_open(const struct options *options, struct outputs *ret, struct error *err);
int outputs_write(struct outputs *outputs, const struct options *options, const struct report *report, struct error *err);
void outputs_discard(struct outputs *outputs);
/* confine_process for these. */
int outputs_confine(const struct outputs *outputs, struct arena *arena, struct error *err);

/* Progress on standard error when that is a terminal; a collect_progress. */
void progress_show(void *data, const char *probe, size_t index, size_t count);
void progress_clear(void);

#endif
