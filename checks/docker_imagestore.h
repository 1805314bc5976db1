/* The image store of a graph driver in a data root:
 * HOME/image/DRIVER/{repositories.json,imagedb/{content,metadata}/sha256/…}. */
#ifndef CHECKS_DOCKER_IMAGESTORE_H
#define CHECKS_DOCKER_IMAGESTORE_H

#include "checks/docker_image.h"

/* Fill images->list. As /images/json does, an image without a tag that another one was built on
 * is left out. An image whose configuration cannot be read is in the list, with the reason.
 * ERROR_NOT_FOUND when no home has such a store. */
int docker_imagestore_read(struct probe_context *ctx, const struct docker_list *containers,
			   struct docker_images *images, struct error *err);

#endif
