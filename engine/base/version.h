/* Versions as engines and kernels write them. */
#ifndef BASE_VERSION_H
#define BASE_VERSION_H

#include <stdbool.h>

/* Compare two versions: optional leading "v", dot-separated numeric parts (missing parts are 0),
 * then a pre-release after "-" that is older than none when it starts with alpha, beta, rc, pre or dev and
 * ignored otherwise (6.1.0-18-amd64 equals 6.1.0, 20.10.24+dfsg1 equals 20.10.24); semver 2.0 §11 for pre-releases.
 * Returns <0, 0, >0. Both must satisfy version_valid. */
int version_compare(const char *a, const char *b);
bool version_valid(const char *text); /* starts with a digit after an optional "v" */

#endif
