#include "checks/container_root.h"

#include "host/host_process.h"

static int read_mounts(const struct container_facts *of, struct arena *scratch, const struct mounts **ret, struct error *err)
{
	const char *path = arena_printf(scratch, "/proc/%d/mountinfo", of->container->init->pid);
	struct mounts *mounts = ARENA_NEW(scratch, struct mounts);
	char *text;
	size_t len;

	*ret = NULL;
	if (!host_is_live(of->ctx->host))
		return 0;
	if (host_read(of->ctx->host, path, HOST_READ_CONFIG, scratch, &text, &len, err) < 0)
		return -1;
	if (mounts_parse(scratch, text, len, mounts) < 0)
		return error_set(err, ERROR_MALFORMED, "%s is no mount table", path);
	*ret = mounts;
	return 0;
}

int container_root_open(const struct container_facts *of, struct arena *scratch, struct container_root *ret, struct error *err)
{
	const struct process *init = of->container->init;
	struct container_root root = {.origin = arena_printf(of->arena, "/proc/%d/root", init->pid)};

	if (read_mounts(of, scratch, &root.mounts, err) < 0 ||
	    host_process_root(of->ctx->host, (struct host_process){init->pid, init->start_ticks}, &root.host, err) < 0)
		return -1;
	*ret = root;
	return 0;
}
