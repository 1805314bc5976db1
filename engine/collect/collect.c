#include "collect/collect.h"

#include <assert.h>

#include "collect/services.h"

struct catalogue *collect_catalogue(struct arena *arena)
{
	struct catalogue *catalogue = catalogue_new(arena);

	for (const struct probe *const *probe = probe_table; *probe; probe++)
		for (const struct fact_decl *decl = (*probe)->facts; decl->name; decl++)
			catalogue_add(catalogue, decl);
	return catalogue;
}

void collect_prepare(void)
{
	for (const struct probe *const *probe = probe_table; *probe; probe++)
		if ((*probe)->prepare)
			(*probe)->prepare();
}

static size_t table_count(void)
{
	size_t count = 0;

	while (probe_table[count])
		count++;
	return count;
}

static bool wanted(struct probe_context *ctx, const struct probe *probe)
{
	if (ctx->request->scopes & probe->populates)
		return true;
	for (; probe; probe = probe->completes)
		for (const struct fact_decl *decl = probe->facts; decl->name; decl++)
			if (probe_wants(ctx, decl->name))
				return true;
	return false;
}

static size_t index_of(const char *name)
{
	for (size_t i = 0; probe_table[i]; i++)
		if (text_eq(probe_table[i]->name, name))
			return i;
	assert(!"a probe names one that does not exist in `after`");
	return 0;
}

enum visit { UNSEEN, OPEN, DONE };

/* Depth first, so that each probe comes behind those it names; the table's own order breaks ties. */
static void visit(size_t index, enum visit *seen, const struct probe **order, size_t *count)
{
	const struct probe *probe = probe_table[index];

	if (seen[index] == DONE)
		return;
	assert(seen[index] == UNSEEN); /* a cycle in `after` is our own bug */
	seen[index] = OPEN;
	for (const char *const *name = probe->after; name && *name; name++)
		visit(index_of(*name), seen, order, count);
	seen[index] = DONE;
	order[(*count)++] = probe;
}

static size_t plan_order(struct probe_context *ctx, struct arena *arena, const struct probe ***ret)
{
	size_t total = table_count(), count = 0, kept = 0;
	const struct probe **order = ARENA_ARRAY(arena, const struct probe *, total);
	enum visit *seen = ARENA_ARRAY(arena, enum visit, total);

	for (size_t i = 0; i < total; i++)
		visit(i, seen, order, &count);
	for (size_t i = 0; i < count; i++)
		if (wanted(ctx, order[i]))
			order[kept++] = order[i];
	*ret = order;
	return kept;
}

/* What a failed probe owed becomes unreadable, so that no rule takes silence for an answer. */
static void mark_failed(struct probe_context *ctx, const struct error *cause)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct fact_side why = side_missing(FACT_UNREADABLE, arena_strdup(arena, ctx->probe->name),
					    text_safe(arena, cause->text, strlen(cause->text)));

	for (int scope = 0; scope < SCOPE_COUNT; scope++)
		if (ctx->probe->populates & (1u << scope))
			facts_set_population(ctx->facts, scope, FACT_UNREADABLE, why.origin, why.reason);
	vec_each(name, &ctx->request->facts)
		services_mark_unreadable(ctx, *name, why);
}

static void set_meta(struct probe_context *ctx)
{
	facts_set_meta(ctx->facts, &(struct facts_meta){
					   .tool_version = PLIMSOLL_VERSION,
					   .collected_at = host_now(ctx->host),
					   .root = host_root(ctx->host),
					   .live = host_is_live(ctx->host),
				   });
	facts_set_population(ctx->facts, SCOPE_HOST, FACT_PRESENT, NULL, NULL);
	facts_host(ctx->facts);
}

int collect_facts(struct host *host, const struct request *request, collect_progress *progress, void *data,
		  struct facts **ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct services services = {.arena = scratch};
	struct probe_context ctx = {.host = host, .facts = facts, .request = request, .services = &services};
	const struct probe **order;
	size_t count;

	(void)err; /* reserved: a run whose every probe failed still is a run */
	set_meta(&ctx);
	count = plan_order(&ctx, scratch, &order);
	for (size_t i = 0; i < count; i++) {
		struct error cause = {0};

		ctx.probe = order[i];
		if (progress)
			progress(data, ctx.probe->name, i, count);
		if (ctx.probe->collect(&ctx, &cause) < 0)
			mark_failed(&ctx, &cause);
	}
	services_close(&services);
	*ret = TAKE_PTR(facts);
	return 0;
}
