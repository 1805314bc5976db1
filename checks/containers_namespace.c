#include "checks/containers.h"

#include <errno.h>

#include "host/host_process.h"

#define ASKED_MAX 64     /* as many as one question may name */
#define THREADS_ASKED 16 /* of a process whose first one has ended */

static const struct {
	const char *name;
	enum host_link link;
} kinds[] = {
#define X(e, n) {n, HOST_LINK_##e},
	CONTAINERS_NAMESPACES(X)
#undef X
};

/* What is known of one process. */
struct known {
	unsigned asked; /* a bit per kind */
	uint64_t inode[CONTAINERS_KINDS];
	int sys[CONTAINERS_KINDS]; /* errno; 0 with inode 0: the link says something else */
};

/* Service: one for each process of the table, in its order. */
struct table {
	const struct processes *processes;
	struct known *known;
};

static void *open_table(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct table *table = ARENA_NEW(arena, struct table);

	table->processes = probe_service(ctx, &processes_service);
	table->known = ARENA_ARRAY(arena, struct known, table->processes->list.count);
	return table;
}

static const struct service table_service = {
	.name = "namespaces",
	.open = open_table,
};

static int by_pid(const void *key, const void *item)
{
	pid_t pid = *(const pid_t *)key, other = ((const struct process *)item)->pid;

	return (pid > other) - (pid < other);
}

static struct known *find(struct probe_context *ctx, const struct process *process)
{
	struct table *table = probe_service(ctx, &table_service);
	const struct process *items = table->processes->list.items;
	const struct process *found = items ? bsearch(&process->pid, items, table->processes->list.count, sizeof *items, by_pid) : NULL;

	return found && found->start_ticks == process->start_ticks ? &table->known[found - items] : NULL;
}

static unsigned links_of(unsigned wanted)
{
	unsigned links = 0;

	for (int kind = 0; kind < CONTAINERS_KINDS; kind++)
		if (wanted & 1u << kind)
			links |= 1u << kinds[kind].link;
	return links;
}

static void take(struct known *known, unsigned wanted, const struct host_links *links)
{
	for (int kind = 0; kind < CONTAINERS_KINDS; kind++) {
		const char *text = links->text[kinds[kind].link];

		if (!(wanted & 1u << kind))
			continue;
		known->inode[kind] = text ? host_process_inode(text, kinds[kind].name) : 0;
		known->sys[kind] = links->sys[kinds[kind].link];
	}
	known->asked |= wanted;
}

/* The first thread may have ended before the others: then theirs tell (fs/proc/namespaces.c asks the thread's nsproxy). */
static void ask_threads(struct probe_context *ctx, const struct process *process, enum containers_kind kind, struct known *known)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *folder = arena_printf(scratch, "/proc/%d/task", process->pid);
	struct strings threads = {0};

	host_list(ctx->host, folder, scratch, &threads, NULL);
	for (size_t i = 0; i < threads.count && i < THREADS_ASKED && !known->inode[kind]; i++) {
		const char *path = arena_printf(scratch, "%s/%s", folder, threads.items[i]);
		_cleanup_(close_fd) int fd = host_open_path(ctx->host, path, false, NULL);
		struct host_links links;

		if (fd < 0)
			continue;
		host_process_links_at(ctx->host, &fd, 1, links_of(1u << kind), scratch, &links);
		if (links.text[kinds[kind].link])
			take(known, 1u << kind, &links);
	}
}

static int tell(struct probe_context *ctx, const struct process *process, enum containers_kind kind, struct known *known,
		uint64_t *ret, struct error *err)
{
	if (known->sys[kind] == ENOENT) {
		ask_threads(ctx, process, kind, known);
		if (!known->inode[kind])
			known->sys[kind] = ESRCH; /* not asked again */
	}
	if (known->inode[kind]) {
		*ret = known->inode[kind];
		return 0;
	}
	if (known->sys[kind])
		return host_process_refused(process->pid, kinds[kind].link, known->sys[kind], err);
	return error_set(err, ERROR_MALFORMED, "/proc/%d/ns/%s is no link to a namespace", process->pid, kinds[kind].name);
}

int containers_namespace(struct probe_context *ctx, const struct process *process, enum containers_kind kind, uint64_t *ret,
			 struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct host_process named = {process->pid, process->start_ticks};
	struct known alone = {0}, *known = find(ctx, process) ?: &alone;
	struct host_links links;

	if (!(known->asked & 1u << kind)) {
		unsigned missing = ((1u << CONTAINERS_KINDS) - 1) & ~known->asked;

		host_process_links(ctx->host, &named, 1, links_of(missing), scratch, &links);
		take(known, missing, &links);
	}
	return tell(ctx, process, kind, known, ret, err);
}

/* Up to ASKED_MAX processes in one question. Those that cannot be opened have ended: asked alone, they say so. */
static void ask_some(struct probe_context *ctx, const struct process *const *list, size_t count, unsigned wanted)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct host_links links[ASKED_MAX];
	struct known *known[ASKED_MAX];
	int folders[ASKED_MAX] = {0};
	size_t opened = 0;

	for (size_t i = 0; i < count; i++) {
		struct host_process named = {list[i]->pid, list[i]->start_ticks};

		known[opened] = find(ctx, list[i]);
		folders[opened] = known[opened] ? host_process_open_again(ctx->host, named, list[i]->folder, NULL) : -1;
		opened += folders[opened] >= 0;
	}
	host_process_links_at(ctx->host, folders, opened, links_of(wanted), scratch, links);
	for (size_t i = 0; i < opened; i++) {
		take(known[i], wanted, &links[i]);
		close(folders[i]);
	}
}

void containers_namespace_ask(struct probe_context *ctx, const struct process *const *list, size_t count, unsigned wanted)
{
	for (size_t done = 0; done < count; done += ASKED_MAX)
		ask_some(ctx, list + done, count - done < ASKED_MAX ? count - done : ASKED_MAX, wanted);
}
