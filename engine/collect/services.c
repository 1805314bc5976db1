#include "collect/services.h"

void *probe_service(struct probe_context *ctx, const struct service *service)
{
	struct services *services = ctx->services;

	vec_each(open, &services->open)
		if (open->service == service)
			return open->handle;

	/* A service may ask for another while it opens, so the entry is made afterwards. */
	void *handle = service->open(ctx);
	struct open_service entry = {service, handle};
	vec_push(services->arena, &services->open, entry);
	return handle;
}

void services_close(struct services *services)
{
	for (size_t i = services->open.count; i > 0; i--) {
		struct open_service *open = &services->open.items[i - 1];

		if (open->service->close)
			open->service->close(open->handle);
	}
	services->open.count = 0;
}

static const struct fact_decl *decl_of(const struct probe *probe, const char *name)
{
	for (const struct fact_decl *decl = probe->facts; decl->name; decl++) {
		size_t len = strlen(decl->name);

		if (text_ends(decl->name, ".*") ? strncmp(decl->name, name, len - 1) == 0
						: strcmp(decl->name, name) == 0)
			return decl;
	}
	return NULL;
}

void services_mark_unreadable(struct probe_context *ctx, const char *name, struct fact_side why)
{
	const struct fact_decl *decl = decl_of(ctx->probe, name);

	if (!decl)
		return;
	for (size_t i = 0; i < facts_subject_count(ctx->facts); i++) {
		struct subject *subject = facts_subject_at(ctx->facts, i);

		if (subject->scope != decl->scope || strmap_get(subject->facts, name))
			continue;
		facts_put(ctx->facts, subject, decl, name, SIDE_DECLARED, why);
		if (decl->two_sided)
			facts_put(ctx->facts, subject, decl, name, SIDE_EFFECTIVE, why);
	}
}
