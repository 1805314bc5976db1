#include "checks/process_root.h"

#include "host/host_process.h"

/* The third to fifth word of a line: device, root of the mount within it, where it is mounted
 * (proc_pid_mountinfo(5)). */
static bool split_mount(char *line, const char *ret[static 3])
{
	char *save = NULL;

	for (int i = 0; i < 5; i++) {
		const char *word = strtok_r(i ? NULL : line, " ", &save);

		if (!word)
			return false;
		if (i >= 2)
			ret[i - 2] = word;
	}
	return true;
}

/* "major:minor root" of what a process has mounted at /, or NULL when that cannot be told. */
static const char *root_mount(struct probe_context *ctx, const char *pid)
{
	struct arena *arena = facts_arena(ctx->facts);
	char *text, *save = NULL;
	const char *found = NULL;
	const char *path = arena_printf(arena, "/proc/%s/mountinfo", pid);

	if (host_read(ctx->host, path, HOST_READ_CONFIG, arena, &text, NULL, NULL) < 0)
		return NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *words[3];

		if (split_mount(line, words) && strcmp(words[2], "/") == 0)
			found = arena_printf(arena, "%s %s", words[0], words[1]);
	}
	return found; /* the last one lies on top */
}

/* In one mount namespace, which a link tells for less than the table of mounts. */
static bool shares_mounts(struct probe_context *ctx, const struct process *process, const char *host_pid)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct host_process named = {process->pid, process->start_ticks};
	const char *host_path = arena_printf(arena, "/proc/%s/ns/mnt", host_pid);
	const char *own;
	char *host;

	return host_process_link(ctx->host, named, HOST_LINK_MOUNT, arena, &own, NULL) == 0 &&
	       host_readlink(ctx->host, host_path, arena, &host, NULL) == 0 &&
	       strcmp(own, host) == 0;
}

/* Live, the root we read is our own. */
bool process_root_is_other(struct probe_context *ctx, const struct process *process)
{
	const char *pid = arena_printf(facts_arena(ctx->facts), "%d", (int)process->pid);
	const char *host_pid = host_is_live(ctx->host) ? "self" : "1";

	if (shares_mounts(ctx, process, host_pid))
		return false;
	const char *own = root_mount(ctx, pid);
	const char *host = root_mount(ctx, host_pid);
	return own && host && strcmp(own, host) != 0;
}
