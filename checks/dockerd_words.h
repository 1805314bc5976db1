/* The words of dockerd's own command line. Internal to the docker service and the dockerd settings.
 */
#ifndef CHECKS_DOCKERD_WORDS_H
#define CHECKS_DOCKERD_WORDS_H

#include "checks/goflag.h"
#include "checks/processes.h"

/* The options of every engine from 1.12 to 29 that are boolean; all others take a value (`dockerd
 * --help`). */
extern const struct goflag_syntax dockerd_words_syntax;

/* Whether a process whose executable is dockerd is a daemon. dockerd runs itself again under
 * another argv[0] for chores in namespaces (moby, pkg/reexec): such a child serves nothing. */
bool dockerd_words_is_daemon(const struct process *process);

/* Every value of an option; the last one, or NULL. */
struct strings dockerd_words_values(struct arena *arena, const struct process *process,
				    const char *flag, const char *short_flag);
const char *dockerd_words_last(struct arena *arena, const struct process *process, const char *flag,
			       const char *short_flag);
/* A boolean option; `otherwise` when it is not given or no boolean. */
bool dockerd_words_bool(struct arena *arena, const struct process *process, const char *flag,
			bool otherwise);

/* Why the words are not all there (empty, cut), or NULL. */
const char *dockerd_words_incomplete(struct arena *arena, const struct process *process);

#endif
