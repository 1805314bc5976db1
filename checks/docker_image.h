/* Images of Docker Engine: one shape for what the API answers and what the image store of the
 * data root holds. */
#ifndef CHECKS_DOCKER_IMAGE_H
#define CHECKS_DOCKER_IMAGE_H

#include "checks/docker_inventory.h"

struct docker_image {
	const char *id;      /* safe; "sha256:" and 64 hexadecimal digits */
	struct strings tags; /* safe, sorted; without digests */
	json_t *document; /* inspect, or the image's configuration in the store; NULL: unreadable */
	const char *origin; /* where that is from */
	const char *reason; /* why it is NULL */
	json_t *history;    /* a list of steps; NULL: unreadable, or not asked for */
	const char *history_origin;
	const char *history_reason;
	bool from_api; /* else the store's shape */
	bool gone;     /* removed since it was listed */
};

/* The images of one daemon that are not only steps of another one. */
struct docker_images {
	VEC(struct docker_image) list; /* by id */
	enum fact_state state;         /* PRESENT or UNREADABLE */
	const char *origin;
	const char *reason;
};

enum docker_image_depth {
	DOCKER_IMAGE_NAMES, /* ids and tags */
	DOCKER_IMAGE_DOCUMENTS,
	DOCKER_IMAGE_HISTORIES, /* with the documents */
};

/* /images/json, and as deep as is asked an inspect and the history of each; when the API does not answer the
 * store of the data root. A store of containerd's (the default of fresh engines from 29 on)
 * cannot be read without the API. Undone by docker_image_done. */
void docker_image_list(struct probe_context *ctx, const struct docker_list *containers,
		       enum docker_image_depth depth, struct docker_images *ret);
void docker_image_done(struct docker_images *images);

/* One step of the history. */
struct docker_image_step {
	const char *created_by; /* raw: may hold secrets; "" when the step does not say */
	int64_t created;        /* seconds since the epoch; 0: it does not say, or says what cannot be (checks/docker_time.h) */
};
struct docker_image_steps VEC_BODY(struct docker_image_step);

/* The history, oldest step first; borrowed from the image. -1 when it is not what the engine writes. */
int docker_image_steps(struct arena *arena, const struct docker_image *image, struct docker_image_steps *ret);

/* From the history: the words of each ADD step, "ADD file:… in /f", without the credentials and
 * queries of URLs. The oldest step lays the root file system down and is not told. -1 when the
 * history is not what the engine writes. */
int docker_image_added(struct arena *arena, const struct docker_image *image, struct strings *ret);

#endif
