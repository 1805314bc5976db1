/* Sets of capability names, as facts hold them: lower case, without "cap_" (capabilities(7)). */
#ifndef CHECKS_CAPABILITIES_H
#define CHECKS_CAPABILITIES_H

#include "host/host.h"

/* One name in that form: "CAP_NET_ADMIN", "Net_Admin" and "net_admin" are "net_admin", "ALL" is
 * "all". A name that no library knows is kept. Made safe, in the arena. */
const char *capabilities_name(struct arena *arena, const char *text);

/* The number of the last capability that the audited kernel has: /proc/sys/kernel/cap_last_cap,
 * without it the newest that this build knows (a tree at rest has no kernel to ask). */
int capabilities_last(const struct host *host, struct arena *arena);

/* What Docker Engine leaves in the bounding set: its default set of 14 less what is dropped,
 * then what is added (an addition wins over a drop of the same name); "all" added is everything
 * less the drops; "all" dropped is the additions alone; a privileged container has everything.
 * Names as capabilities_name gives them; the result is sorted. `last` as capabilities_last gives
 * it. Source: moby oci/caps/utils.go TweakCapabilities, oci/caps/defaults.go. */
struct strings capabilities_bounding(struct arena *arena, const struct strings *added,
				     const struct strings *dropped, bool privileged, int last);

/* The names of a set as the kernel writes it, a bit per number (proc_pid_status(5), CapEff); sorted. A bit above those that this
 * build knows is its number. */
struct strings capabilities_of_mask(struct arena *arena, uint64_t mask);

#endif
