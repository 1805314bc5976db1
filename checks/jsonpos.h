/* The line where a key stands in a JSON text. jansson parses but keeps no positions; this finds
 * them for origins. */
#ifndef CHECKS_JSONPOS_H
#define CHECKS_JSONPOS_H

#include <stddef.h>

/* Line (from 1) of the last place where the members keys[0] … keys[count - 1] lead from the root
 * object, each inside the object before it: of a key given twice the last one counts, as jansson
 * and Go take it. 0 when there is none, or a list lies on the way. `text` must be a document that
 * jansson accepts; on anything else the answer means nothing, but reading stays within `len`.
 * O(len), no allocation but for keys written with escapes. */
unsigned jsonpos_line(const char *text, size_t len, const char *const *keys, size_t count);

#endif
