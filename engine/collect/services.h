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
};

/* Close in reverse order of opening. */
void services_close(struct services *services);

/* Record `why` for a wanted fact of the context's probe on every subject of its scope that has nothing recorded. */
void services_mark_unreadable(struct probe_context *ctx, const char *name, struct fact_side why);

#endif
