/* The bytes of a definition file before YAML sees them: valid UTF-8 and nothing that does not show. libyaml tells the place of
 * a bad character only as an offset, and reads UTF-16 where it sees a byte order mark. */
#ifndef LOAD_CHARACTERS_H
#define LOAD_CHARACTERS_H

#include "load/diag.h"

/* How a character is shown that does not show: \x1B, \u{202E}. */
struct characters_escape {
	char text[16];
};

/* Offset of the first byte that text_safe would not copy as it is, line breaks and tabs apart; `len` when there is
 * none, else `ret` is filled. O(len). */
size_t characters_unsafe(const char *bytes, size_t len, struct characters_escape *ret);

/* A whole file; false after one diag at the first place that is wrong. */
bool characters_check(const char *file, const char *bytes, size_t len, struct diags *diags);

/* The offset of a line and column as libyaml counts them: CR, LF and CR LF end a line, a column is a character. */
size_t characters_offset(const char *bytes, size_t len, struct position where);

#endif
