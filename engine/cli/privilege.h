/* Give away what an audit does not need before anything that others control is read. In this order: privilege_broker, which needs
 * all rights; privilege_drop; outputs opened; then confine_process of cli/confine.h; and only then definitions, facts
 * documents and the host are read. */
#ifndef CLI_PRIVILEGE_H
#define CLI_PRIVILEGE_H

#include "base/error.h"
#include "host/broker.h"

/* Start the process that looks where privilege is needed (host/broker.h): for host_lend_broker and, after host_close, broker_stop.
 * NULL where no live host is audited: `root` is the value of --root, or NULL. Also NULL, with a word on standard error, when it
 * does not start: then what only the privileged see becomes unreadable. */
struct broker *privilege_broker(const char *root);

/* Keep of the capabilities only those that reading files and audit rules takes, in the permitted, effective and bounding sets, and
 * set no_new_privs (prctl(2)), so that nothing is won back. Not root: drops what there is. Never fails for lack of a capability:
 * what cannot be dropped was not held. ERROR_SYSTEM when the kernel refuses the rest. */
int privilege_drop(struct error *err);

#endif
