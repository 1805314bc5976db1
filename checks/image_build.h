/* What the history and the configuration of an image tell of how it was built. */
#ifndef CHECKS_IMAGE_BUILD_H
#define CHECKS_IMAGE_BUILD_H

#include "checks/docker_image.h"
#include "model/value.h"

#define IMAGE_BUILD_STEPS_MAX 4096

struct image_build {
	const char *untold; /* why not all of it is told: a step that does not say what it did; NULL: it is */
	int64_t run_steps;  /* that ran commands */
	/* "step 3: apt-get update", the oldest being 1; "environment: PIP_TRUSTED_HOST" */
	struct strings lone_updates, unverified;
	struct value secrets; /* build_secrets_fields */
	int64_t oldest;       /* when the oldest step was made; 0: one of them does not say */
};

/* ERROR_MALFORMED: not a history. ERROR_LIMIT: more steps than the maximum. Texts live in the arena. */
int image_build_read(struct arena *arena, const struct docker_image *image, struct image_build *ret, struct error *err);

/* Adds what its environment, labels, command and entrypoint tell, also where the history could not be read. -1: `config` is not
 * what the engine writes. */
int image_build_config(struct arena *arena, const json_t *config, struct image_build *build);

#endif
