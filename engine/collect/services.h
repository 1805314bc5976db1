/* What the collector keeps behind a probe's context: services opened so far. */
#ifndef COLLECT_SERVICES_H
#define COLLECT_SERVICES_H

#include "model/probe.h"

struct open_service {
	const struct service *service;
	void *handle;
};

struct services {
	struct arena *arena;
	VEC(struct open_service) open;
	struct strmap *wanted;     /* the request's facts, as far as they are looked up already */
	size_t wanted_count;
	struct strmap *decls;      /* name → struct fact_decl, of the probe below and those that it completes */
	const struct probe *probe;
};

/* Close in reverse order of opening. */
void services_close(struct services *services);

/* Record `why` for a wanted fact of the context's probe on every subject of its scope that has nothing recorded. */
void services_mark_unreadable(struct probe_context *ctx, const char *name, struct fact_side why);

#endif
