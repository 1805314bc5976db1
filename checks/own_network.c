#include "checks/own_network.h"

#include "host/host_process.h"

void own_network_note(struct probe_context *ctx, struct fact_side *side)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct host_process first;
	const char *init;
	char *own;

	if (!host_is_live(ctx->host))
		return;
	if (host_readlink(ctx->host, "/proc/self/ns/net", arena, &own, NULL) == 0 &&
	    host_process_find(ctx->host, 1, &first, NULL) == 0 &&
	    host_process_link(ctx->host, first, HOST_LINK_NETWORK, arena, &init, NULL) == 0 && strcmp(own, init) != 0)
		vec_push(arena, &side->notes, "read in another network namespace than that of process 1");
}
