/* Base64 (RFC 4648, section 4) as PEM and JSON carry it. */
#ifndef CHECKS_BASE64_H
#define CHECKS_BASE64_H

#include <stdbool.h>

#include "base/arena.h"

/* `len` characters up to the first padding; blanks and line ends between them do not count. False for any other character. The
 * bytes live in the arena, a NUL behind them. */
bool base64_decode(struct arena *arena, const char *text, size_t len, unsigned char **ret, size_t *ret_len);

#endif
