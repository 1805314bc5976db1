/* Report formats: one per file reports/report_NAME.c, which exports `const struct format format_NAME`; the Makefile
 * makes the table. */
#ifndef REPORTS_FORMAT_H
#define REPORTS_FORMAT_H

#include <stdio.h>

#include "score/report.h"

struct format_options {
	bool colour;    /* text */
	unsigned width; /* text: columns; 0: do not wrap */
	bool verbose;   /* text: passes and not-applicable ones in full too */
};

struct format {
	const char *name;      /* "json" */
	const char *about;     /* one line */
	const char *extension; /* "json" */
	/* Load what could not be loaded once the process is confined. NULL: nothing */
	int (*prepare)(struct error *err);
	/* Write the whole report. ERROR_SYSTEM when the stream fails. Same report, same options: same bytes. */
	int (*write)(const struct report *report, const struct format_options *options, FILE *stream, struct error *err);
};

/* The generated table: sorted by name, NULL at the end. */
extern const struct format *const format_table[];
const struct format *format_find(const char *name); /* NULL when unknown */

/* Read a JSON report of this or an earlier schema version. Hostile input is expected: located errors, caps, safe texts.
 * Lives in `arena`. REPORT_READ_MAX bytes at most. */
#define REPORT_READ_MAX (256u << 20)
int report_read(FILE *stream, struct arena *arena, struct report **ret, struct error *err);

#endif
