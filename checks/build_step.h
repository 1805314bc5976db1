/* One step of an image's history: what its created_by says (OCI image-spec config.md, "history").
 *
 * Builders write it in their own ways: "RUN /bin/sh -c SCRIPT # buildkit" and "ENV A=b" of BuildKit (frontend/dockerfile2llb),
 * "/bin/sh -c SCRIPT" and "/bin/sh -c #(nop)  ENV A=b" of the classic builder, both with "|2 A=b C=d " in front of the shell where
 * there are build arguments; the container's command when it was committed; nothing at all when it was imported. */
#ifndef CHECKS_BUILD_STEP_H
#define CHECKS_BUILD_STEP_H

#include "checks/build_script.h"

#define BUILD_STEP_MAX 65536 /* bytes of one step; a longer one is not looked at */

enum build_step_kind {
	BUILD_STEP_UNTOLD, /* nothing, an interactive shell, a script that the builder abbreviated, or too long: what it did is not said */
	BUILD_STEP_RUN,
	BUILD_STEP_OTHER, /* another instruction of a build file */
};

struct build_step {
	enum build_step_kind kind;
	/* RUN: of its script. OTHER: its words, those after the instruction's name also as assignments. */
	struct build_commands commands;
	struct strings arguments; /* build arguments, NAME=VALUE; a value is cut at its first blank */
};

void build_step_parse(struct arena *arena, const char *created_by, struct build_step *ret);

#endif
