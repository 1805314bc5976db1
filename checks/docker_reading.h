/* One fact of a container on its way from Docker Engine's JSON to a value: what every converter
 * is given, and how it answers.
 *
 * The same facts stand in two shapes: the API's inspect document, and config.v2.json with
 * hostconfig.json in the data root. Paths are written as inspect has them; "HostConfig." leads
 * to the second file on disk. */
#ifndef CHECKS_DOCKER_READING_H
#define CHECKS_DOCKER_READING_H

#include "checks/docker_engine.h"

/* The two files of a container. */
struct docker_stored {
	json_t *config;
	json_t *host_config;
	const char *config_path;
	const char *host_config_path;
	const char *config_reason;      /* why config is NULL */
	const char *host_config_reason; /* why host_config is NULL */
};

/* Reads both; never fails. `folder` NULL: the data root does not show the container. Undone by
 * docker_reading_unload. */
void docker_reading_load(struct probe_context *ctx, const struct docker_list *list,
			 const char *folder, struct docker_stored *ret);
void docker_reading_unload(struct docker_stored *stored);

struct docker_container {
	const struct docker_listed *listed;
	struct docker_list *list;
	const json_t *inspect; /* borrowed; NULL: the state comes from the data root */
	/* Why there is no answer although the API gave the list; NULL otherwise. */
	const char *inspect_reason;
	/* Beside an answer: for what inspect does not show; empty when nothing of that is wanted. */
	struct docker_stored stored;
	/* Name → struct docker_volume, shared by the containers of a list. */
	struct strmap *volumes;
};

struct docker_reading {
	struct probe_context *ctx;
	struct arena *arena; /* the facts' */
	const struct docker_container *container;
	const json_t *json; /* what stands at the row's path; NULL for no such member, or null */
	struct fact_side *side; /* the answer; origin is set before, notes may be added */
};
typedef void docker_convert(struct docker_reading *reading);

/* Where a path stands in the shape at hand: false when that document could not be read (then
 * ret_side is unreadable with the reason). *ret is NULL for what is missing or null. */
bool docker_reading_find(const struct docker_container *container, struct arena *arena,
			 const char *path, const json_t **ret, struct fact_side *ret_side);

/* What else a converter cannot do without: false when its document could not be read, and the
 * answer is given. */
bool docker_reading_need(struct docker_reading *reading, const char *path, const json_t **ret);
/* The member at a path, or NULL: for what a converter needs besides its own. */
const json_t *docker_reading_at(const struct docker_reading *reading, const char *path);
bool docker_reading_flag(const struct docker_reading *reading, const char *path); /* is true */

/* What the last of HostConfig.SecurityOpt that is NAME, NAME=value or NAME:value says: the value
 * ("" for the bare name), or NULL when none is. Later ones replace earlier ones, moby
 * daemon/daemon_unix.go parseSecurityOpt. Borrowed, not safe. */
const char *docker_reading_security_option(const struct docker_reading *reading, const char *name);

/* Answers. */
void docker_reading_present(struct docker_reading *reading, struct value value);
void docker_reading_missing(struct docker_reading *reading, enum fact_state state,
			    const char *reason);
/* Unreadable: something else than `expected`, or nothing, stands there. */
void docker_reading_wrong(struct docker_reading *reading, const char *expected);
void docker_reading_note(struct docker_reading *reading, const char *note);

#endif
