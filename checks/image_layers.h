/* The files of an image at rest: its layers in the folders of the graph driver overlay2.
 *
 * HOME/image/overlay2/layerdb/sha256/CHAIN/{diff,parent,cache-id} name the layer, the chain below it and its folder
 * HOME/overlay2/CACHE-ID/diff (moby layer/filestore.go, daemon/graphdriver/overlay2). */
#ifndef CHECKS_IMAGE_LAYERS_H
#define CHECKS_IMAGE_LAYERS_H

#include "checks/docker_image.h"

/* The layers of the homes of one data root, read once. */
struct image_layers {
	struct strmap *chains; /* "CHAIN-BELOW DIFF" → struct image_layer */
	const char *reason;    /* why they could not be read; NULL: they were */
	bool overlay2;         /* some home has such a store */
};
struct image_layers image_layers_read(struct probe_context *ctx, const struct docker_list *containers);

/* The programs of an image that change rights: its layers are walked, at most IMAGE_LAYERS_FILES files and
 * IMAGE_LAYERS_MILLISECONDS each. What an upper layer replaces or removes is left out (overlayfs.rst, "whiteouts and opaque
 * directories"; a folder's trusted.overlay.opaque shows itself to CAP_SYS_ADMIN alone). Absent: the image has no such folders. */
#define IMAGE_LAYERS_FILES        1000000
#define IMAGE_LAYERS_MILLISECONDS 20000
struct fact_side image_layers_setuid(struct probe_context *ctx, const struct image_layers *layers,
				     const struct docker_image *image);

#endif
