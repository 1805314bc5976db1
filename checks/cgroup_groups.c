#include "checks/cgroup_groups.h"

static void *open_view(struct probe_context *ctx)
{
	return cgroup_view_new(ctx->host, probe_service(ctx, &mounts_service), facts_arena(ctx->facts));
}

const struct service cgroup_groups_view = {
	.name = "cgroups",
	.open = open_view,
};

/* Equal texts are one and the same (checks/containers.h). */
static bool has_group(const struct cgroup_groups *groups, const char *text)
{
	vec_each(group, &groups->list)
		if (group->text == text)
			return true;
	return false;
}

static void add(struct arena *arena, struct cgroup_groups *groups, const struct container_member *member)
{
	if (has_group(groups, member->cgroup))
		return;
	if (groups->list.count == CGROUP_GROUPS_MAX)
		groups->more = true;
	else
		vec_push(arena, &groups->list, ((struct cgroup_group){member->cgroup, member->process}));
}

struct cgroup_groups cgroup_groups_of(const struct container_facts *of)
{
	struct cgroup_groups groups = {0};

	vec_each(member, &of->container->members)
		if (member->process == of->container->init)
			add(of->arena, &groups, member);
	vec_each(member, &of->container->members)
		add(of->arena, &groups, member);
	return groups;
}

const char *cgroup_groups_note(struct arena *arena, const struct cgroup_group *group, const char *what)
{
	pid_t pid = group->process->pid;

	return arena_printf(arena, "%s is in another control group: %s",
			    container_facts_who(arena, pid, pid, group->process->comm), what);
}
