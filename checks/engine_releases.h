/* What is publicly known of Docker Engine's releases: how long lines are maintained, and faults with the releases they are in.
 * Numbers are the project's own; a distribution's build of the same number may hold the fixes. */
#ifndef CHECKS_ENGINE_RELEASES_H
#define CHECKS_ENGINE_RELEASES_H

#include "base/text.h"

/* Until when the table below knows everything, in seconds since the epoch. */
#define ENGINE_RELEASES_AS_OF INT64_C(1793404800) /* 2026-10-31 */
#define ENGINE_RELEASES_FRESH (90 * INT64_C(86400))

enum engine_support {
	ENGINE_SUPPORT_UNKNOWN, /* not published, or the table is too old to tell */
	ENGINE_SUPPORT_ENDED,
	ENGINE_SUPPORT_CURRENT,
};

/* Is the line of this version maintained at `now`? *ret_line says which one and why, static. An end is certain for good; that
 * a line goes on is believed for ENGINE_RELEASES_FRESH after the table was made.
 * Sources: moby project/BRANCHES-AND-TAGS.md, "Expected End of Maintenance"; release notes of Docker Engine for the date of
 * the next line where a line ends with it. */
enum engine_support engine_releases_support(const char *version, int64_t now, const char **ret_line);

/* The faults published of this version: identifiers in `ret_ids`, "CVE-…: fixed in 1.2.3" in `ret_notes`.
 * Source: the project's advisories at GitHub (moby/moby), osv.dev. */
void engine_releases_faults(struct arena *arena, const char *version, struct strings *ret_ids, struct strings *ret_notes);

#endif
