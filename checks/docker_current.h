/* Is the image that a container was made from still the one that its reference names on this host? (checks/docker_reading.h) */
#ifndef CHECKS_DOCKER_CURRENT_H
#define CHECKS_DOCKER_CURRENT_H

#include "checks/docker_reading.h"

/* A reference as the engine lists it: without docker.io/ and library/ in front, with a tag. NULL: one with a digest. Pure.
 * Source: github.com/distribution/reference, FamiliarString and TagNameOnly. */
const char *docker_current_familiar(struct arena *arena, const char *reference);

/* Config.Image against Image and the list of images, which is asked for once a daemon. Absent: made by a digest or an id; false
 * also where nothing has the name any more. */
docker_convert docker_current_convert;

#endif
