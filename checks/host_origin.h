/* Where a mount comes from: the path of the host that leads to the same folder or file of the same file system, by the host's own
 * mount table (proc_pid_mountinfo(5): device and root).
 *
 * A place is what a path means to the kernel: the file system and the path inside it. Two paths of one place are the same folder,
 * whatever links, bind mounts or names led there; a mount shows the place that is its root, and all below. */
#ifndef CHECKS_HOST_ORIGIN_H
#define CHECKS_HOST_ORIGIN_H

#include "checks/mounts.h"

struct host_device {
	uint64_t dev;
	struct strmap *by_root; /* root → the host's visible mount of that, with the shortest target */
};
struct host_origin {
	const struct mounts *table; /* the host's; when it is not PRESENT nothing has an origin */
	VEC(struct host_device) devices; /* of the host's table, sorted */
	VEC(int64_t) groups;        /* peer groups of the host's mounts, sorted */
};

/* probe_service(ctx, &host_origin_service) gives const struct host_origin *. */
extern const struct service host_origin_service;

bool host_origin_has_device(const struct host_origin *origin, uint64_t dev);
/* What is mounted below it shows on the host too: they are of one peer group. */
bool host_origin_shares(const struct host_origin *origin, const struct mount *mount);
/* The paths of the host for a mount's root, shortest first; none for what the host does not show, and for what was deleted. Not
 * safe. At most as many as the root is deep. */
struct strings host_origin_paths(const struct host_origin *origin, const struct mount *mount, struct arena *arena);

struct host_place {
	uint64_t dev;
	const char *inside; /* path in the file system */
	const char *path;   /* path of the host, links followed */
	const void *what;   /* the caller's */
};
struct host_places VEC_BODY(struct host_place);

/* The place of a path of the host whose links were followed (host_realpath). False: it lies in no mount that is known. */
bool host_origin_place(const struct host_origin *origin, const char *path, struct arena *arena, struct host_place *ret);

/* Places as a set to look mounts up in. Sort once filled. */
void host_places_sort(struct host_places *places);

enum host_relation { HOST_EQUAL, HOST_ABOVE, HOST_INSIDE }; /* the mount is the place; has it below; lies below it */
struct host_match {
	const struct host_place *place;
	enum host_relation relation;
	const char *path;      /* in the container */
	const char *host_path; /* of what is there: the place's, or below it the mount's */
};
typedef void host_match_found(void *data, const struct mount *mount, const struct host_match *match);

/* Tells each place that this visible mount of `table` shows: a place below a mount only where a path really leads to it. Costs
 * the matches and the depth of the mount's root, not the number of places. */
void host_places_match(const struct host_places *places, const struct mounts *table, const struct mount *mount,
		       struct arena *arena, host_match_found *found, void *data);

#endif
