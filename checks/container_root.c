#include "checks/container_root.h"

#include "checks/container_mounts.h"
#include "host/host_process.h"

/* A captured tree is of one piece: its mounts are no boundaries. */
static int find_mounts(const struct container_facts *of, const struct mounts **ret, struct error *err)
{
	const struct container_mounts *mounts = container_mounts_of(of->ctx, of->container);

	*ret = NULL;
	if (!host_is_live(of->ctx->host))
		return 0;
	if (!mounts->views.count)
		return error_set(err, ERROR_UNSUPPORTED, "%s", mounts->reason ? mounts->reason : "its mounts are not known");
	*ret = mounts->views.items[0].table;
	return 0;
}

int container_root_open(const struct container_facts *of, struct container_root *ret, struct error *err)
{
	const struct process *init = of->container->init;
	struct container_root root = {.origin = arena_printf(of->arena, "/proc/%d/root", init->pid)};

	if (find_mounts(of, &root.mounts, err) < 0 ||
	    host_process_root(of->ctx->host, (struct host_process){init->pid, init->start_ticks}, &root.host, err) < 0)
		return -1;
	*ret = root;
	return 0;
}
