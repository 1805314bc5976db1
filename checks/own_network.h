/* Whose network it is that /proc/sys/net shows. */
#ifndef CHECKS_OWN_NETWORK_H
#define CHECKS_OWN_NETWORK_H

#include "model/probe.h"

/* Parameters below /proc/sys/net are those of the reader's own network namespace (network_namespaces(7)): a note where that is
 * not the one of process 1. Nothing in a tree that is not live. */
void own_network_note(struct probe_context *ctx, struct fact_side *side);

#endif
