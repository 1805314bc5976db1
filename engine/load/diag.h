/* Load errors, each at its place: "file:line:column: what; did you mean …". All of a file are kept, up to DIAG_MAX. */
#ifndef LOAD_DIAG_H
#define LOAD_DIAG_H

#include "model/check.h"

#define DIAG_MAX 200      /* per run; one more says "… and more" */
#define DIAG_TEXT_MAX 400 /* bytes of one message before its suggestion; cut with "…" */

struct diag {
	struct position where; /* line 0: about the file as a whole; file NULL: about the run */
	const char *text;
};
struct diags {
	struct arena *arena; /* set by the caller */
	struct diags_list VEC_BODY(struct diag) list;
	size_t total; /* how many were added, those beyond DIAG_MAX too */
};

/* Texts are copied and made safe. */
void diag_add(struct diags *diags, struct position where, const char *fmt, ...) _printf_(3, 4);
/* The same with "; did you mean NEAREST?" when suggestion is not NULL. */
void diag_suggest(struct diags *diags, struct position where, const char *suggestion, const char *fmt, ...) _printf_(4, 5);
/* Whether another one would not be kept: then no suggestion needs to be looked for. */
bool diags_full(const struct diags *diags);
/* Sort by file, line, column and write one line each. */
void diags_print(struct diags *diags, FILE *stream);

#endif
