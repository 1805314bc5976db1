/* Faults of container runtimes and engines by which containers escape or reach what they should not, by upstream version. */
#ifndef CHECKS_ADVISORIES_H
#define CHECKS_ADVISORIES_H

#include "base/arena.h"
#include "base/text.h"

#define ADVISORIES_AS_OF "2026-10" /* newer faults are not in the table */

struct advisories {
	struct strings known;    /* ids of faults that this version has */
	struct strings possible; /* of those whose range is not confirmed for this version */
};

/* What upstream's version of a component has. `component`: runc, crun, moby, containerd, buildkit or nvidia-container-toolkit; for
 * others nothing is known. `version` must satisfy version_valid. What a distribution mended without another number is not told
 * apart: that is the caller's to say. Time: the size of the table. Ids are static. */
struct advisories advisories_find(struct arena *arena, const char *component, const char *version);

#endif
