/* Collection: run the probes that the request needs, in order, each once. */
#ifndef COLLECT_COLLECT_H
#define COLLECT_COLLECT_H

#include "model/probe.h"

/* The generated table: sorted by name, NULL at the end. */
extern const struct probe *const probe_table[];

/* All declarations of all probes. */
struct catalogue *collect_catalogue(struct arena *arena);

/* Calls the probes' prepare (model/probe.h). */
void collect_prepare(void);

/* Facts of this host for the request. `progress` may be NULL; it is called before each probe. Probes run after those they
 * name in `after`. A probe that fails leaves its wanted facts unreadable with its reason: the run goes on. */
typedef void collect_progress(void *data, const char *probe, size_t index, size_t count);
int collect_facts(struct host *host, const struct request *request, collect_progress *progress, void *data, struct facts **ret,
		  struct error *err);

#endif
