/* How many containers run on the host: what a benchmark about containers asks before it applies. */
#include "checks/containers.h"

static const struct fact_decl facts[] = {
	{.name = "host.containers",
	 .type = VALUE_INT,
	 .scope = SCOPE_HOST,
	 .about = "containers that run, whatever started them",
	 .source = "/proc/PID/cgroup, ns"},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	const struct containers *containers = probe_service(ctx, &containers_service);

	/* Not all were found: there may be more, and none found is no proof of none. */
	if (containers->state != FACT_PRESENT)
		probe_missing(ctx, facts_host(ctx->facts), "host.containers", containers->state, containers->origin, "%s",
			      containers->reason);
	else
		probe_present(ctx, facts_host(ctx->facts), "host.containers", value_int((int64_t)containers->list.count), "%s",
			      containers->origin);
	return 0;
}

const struct probe probe_containers = {
	.name = "containers",
	.about = "how many containers run",
	.facts = facts,
	.collect = collect,
};
