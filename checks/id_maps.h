/* Numbers of users and groups inside a user namespace and on the host: /proc/PID/uid_map and gid_map (user_namespaces(7)), read
 * once a run for each process. */
#ifndef CHECKS_ID_MAPS_H
#define CHECKS_ID_MAPS_H

#include "model/probe.h"

#define ID_MAPS_LINES_MAX 340 /* user_namespaces(7) */

struct id_range {
	int64_t inside, outside, length; /* each 0 to 2^32 */
};
struct id_map VEC_BODY(struct id_range);

enum id_maps_kind { ID_MAPS_USERS, ID_MAPS_GROUPS };

/* Lines "inside outside length". False: anything else. Pure. */
bool id_maps_parse(struct arena *arena, const char *text, struct id_map *ret);

/* The map of a process, in the facts' arena; without a range where nobody has written it. ERROR_NOT_FOUND: it has ended. */
int id_maps_read(struct probe_context *ctx, pid_t pid, enum id_maps_kind kind, const struct id_map **ret, struct error *err);

/* The number inside for one outside and the other way round; -1 without. */
int64_t id_maps_inside(const struct id_map *map, int64_t outside);
int64_t id_maps_outside(const struct id_map *map, int64_t inside);

#endif
