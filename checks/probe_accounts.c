#include "model/probe.h"

static const struct fact_decl declarations[] = {
	{
		.name = "host.group.*",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "accounts in a group, listed or by primary group, from the host's own files; absent when there is no such group",
		.source = "group(5), passwd(5)",
		.member = "name of a group (docker)",
	},
	{0},
};

static struct fact_side members_of(struct probe_context *ctx, const char *group)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings members = {0};
	struct error err = {0};

	if (host_group_members(ctx->host, group, arena, &members, &err) == 0)
		return side_present(value_strings(members), "/etc/group and /etc/passwd");
	struct fact_side side = side_from_error(arena, &err, "/etc/group and /etc/passwd");
	/* Files that are no regular files are broken, not a lack of this kernel. */
	if (side.state == FACT_UNSUPPORTED)
		side.state = FACT_UNREADABLE;
	return side;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct strings groups = probe_members(ctx, "host.group.*");

	vec_each(group, &groups)
		probe_put(ctx, facts_host(ctx->facts), "host.group.*", *group, SIDE_PLAIN, members_of(ctx, *group));
	return 0;
}

const struct probe probe_accounts = {
	.name = "accounts",
	.about = "accounts and groups",
	.facts = declarations,
	.collect = collect,
};
