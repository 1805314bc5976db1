/* Regular expressions: PCRE2 in UTF mode, without JIT, with limits on match steps, depth and heap. */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include "base/error.h"

struct pattern;

/* Compile; the text is copied. The pattern is freed with pattern_free.
 * ERROR_MALFORMED: not a regular expression (text says where and why). ERROR_LIMIT: over PATTERN_LENGTH_MAX. */
#define PATTERN_LENGTH_MAX 4096
int pattern_compile(const char *text, struct pattern **ret, struct error *err);
void pattern_free(struct pattern *pattern);

enum pattern_match { PATTERN_NO = 0, PATTERN_YES = 1, PATTERN_OVER_LIMIT = -1 };
/* Unanchored search, as the field's tools do. Over the limit is an answer of its own. */
enum pattern_match pattern_match(const struct pattern *pattern, const char *text);

#endif
