/* A file that appears whole or not at all: written to a temporary file in the same
 * folder, mode 0600, synced, renamed. Opening early finds an unwritable path before work is spent. */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include <stdio.h>

#include "base/error.h"

struct outfile;

/* path "-" is standard output (no temporary file; commit flushes). An existing target that is
 * not a regular file (a fifo, /dev/stdout, /dev/null) is opened and written as it is. */
int outfile_open(const char *path, struct outfile **ret, struct error *err);
FILE *outfile_stream(struct outfile *out); /* borrowed */
/* The folder in which the rename will happen, borrowed; NULL: written as it is. All else that writing takes is open by now. */
const char *outfile_folder(const struct outfile *out);
/* Flush, fsync, rename, fsync the folder; frees `out` whatever happens. */
int outfile_commit(struct outfile *out, struct error *err);
/* Remove the temporary file; frees `out`. NULL is fine. */
void outfile_discard(struct outfile *out);

#endif
