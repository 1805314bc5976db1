/* The second half of cli/confine.h. */
#ifndef CLI_CONFINE_CALLS_H
#define CLI_CONFINE_CALLS_H

#include "base/error.h"

/* Load the filter. 0 without one where the kernel has no filters or the build leaves them out. */
int confine_calls(struct error *err);

#endif
