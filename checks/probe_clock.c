#include <sys/timex.h>

#include "model/probe.h"

#define FACT "host.clock.synchronized"

static const struct fact_decl declarations[] = {
	{
		.name = FACT,
		.type = VALUE_BOOL,
		.scope = SCOPE_HOST,
		.about = "the kernel's clock is kept in time by some program",
		.source = "adjtimex(2), STA_UNSYNC",
	},
	{0},
};

/* Once confined we may make no call that could set the clock, so this one is made before. */
static struct {
	bool asked;
	int state; /* -1: refused */
	struct timex clock;
} kernel;

static void prepare(void)
{
	kernel.state = adjtimex(&kernel.clock);
	kernel.asked = true;
}

static struct fact_side clock_side(const struct host *host)
{
	if (!host_is_live(host))
		return side_missing(FACT_UNSUPPORTED, "adjtimex(2)", "a tree at rest has no running kernel");
	if (!kernel.asked || kernel.state < 0)
		return side_missing(FACT_UNREADABLE, "adjtimex(2)", "the kernel did not tell the state of its clock");
	return side_present(value_bool(!(kernel.clock.status & STA_UNSYNC)), "adjtimex(2)");
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	probe_put(ctx, facts_host(ctx->facts), FACT, NULL, SIDE_PLAIN, clock_side(ctx->host));
	return 0;
}

const struct probe probe_clock = {
	.name = "clock",
	.about = "whether the clock is kept in time",
	.facts = declarations,
	.prepare = prepare,
	.collect = collect,
};
