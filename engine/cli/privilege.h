/* Give away what an audit does not need before anything that others control is read. */
#ifndef CLI_PRIVILEGE_H
#define CLI_PRIVILEGE_H

#include "base/error.h"

/* Keep of the capabilities only those that reading a host takes, in the permitted, effective and bounding sets, and set
 * no_new_privs (prctl(2)), so that nothing is won back. Not root: drops what there is. Never fails for lack of a capability:
 * what cannot be dropped was not held. ERROR_SYSTEM when the kernel refuses the rest. */
int privilege_drop(struct error *err);

#endif
