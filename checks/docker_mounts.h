/* Converter for what is mounted into a container (checks/docker_reading.h). */
#ifndef CHECKS_DOCKER_MOUNTS_H
#define CHECKS_DOCKER_MOUNTS_H

#include "checks/docker_reading.h"

/* A row for each of Mounts (inspect) or MountPoints (disk) and for each of HostConfig.Tmpfs, by
 * destination. The source is the path of the host that the container gets: links in what was
 * stated are followed (a note says so; but /etc/localtime that leads to a time zone keeps its
 * name); a volume of the local driver that was made of a folder or a device is a bind of that (a
 * note names the volume). A source that is not there stays as stated. One that cannot be
 * followed makes the fact unreadable: it may lead anywhere. Propagation "" is the engine's
 * rprivate. */
docker_convert docker_mounts_convert;

struct docker_mount {
	const char *type;
	const char *name;   /* of a volume that the engine is to be asked for; else "" */
	const char *driver; /* of a volume, or "" */
	const char *source; /* as stated, not safe: a link of any name is to be followed; "" without one */
	const char *destination;
	const char *propagation; /* "": rprivate */
	bool writable;
};
struct docker_mount_list VEC_BODY(struct docker_mount);

/* The answer from a list that comes from elsewhere, with links followed and sorted likewise. Without named volumes the reading
 * needs no container. */
void docker_mounts_present(struct docker_reading *reading, struct docker_mount_list *mounts);

#endif
