/* Programs of a container that give whoever runs them other rights: asked for by --setuid-scan, since it looks at every file. */
#include "checks/container_root.h"
#include "checks/docker_values.h"
#include "checks/setuid_entry.h"

#define DEPTH_MAX 64
#define FILES_MAX 1000000
#define MILLISECONDS_MAX 20000 /* of one container */
#define PROGRAMS_MAX 4096

static const struct fact_decl facts[] = {
	{.name = "container.setuid.programs",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_CONTAINER,
	 .about = "programs with setuid, setgid or file capabilities that any of its users can run; only with --setuid-scan",
	 .source = "/proc/PID/root, execve(2), capabilities(7)"},
	{0},
};

struct scan {
	struct arena *arena;
	struct strings programs;
	bool more; /* than PROGRAMS_MAX */
};

/* Where others may not pass nothing below can be reached. */
static bool take(void *data, const struct tree_entry *entry)
{
	struct scan *scan = data;

	if (!(entry->st->stx_mode & S_IXOTH))
		return false;
	if (!setuid_entry_changes_rights(entry))
		return true;
	if (scan->programs.count == PROGRAMS_MAX)
		scan->more = true;
	else
		vec_push(scan->arena, &scan->programs, text_safe(scan->arena, entry->path, strlen(entry->path)));
	return true;
}

static int scan_root(const struct container_facts *of, struct scan *scan, const char **ret_origin, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	_cleanup_(container_root_close) struct container_root root = {0};

	if (container_root_open(of, &root, err) < 0)
		return -1;
	*ret_origin = root.origin;
	return tree_walk(&(struct tree_walk){.root = root.host, .top = "/", .mounts = root.mounts, .depth = DEPTH_MAX,
					     .entries = FILES_MAX, .milliseconds = MILLISECONDS_MAX, .visit = take, .data = scan},
			 err);
}

static struct fact_side programs_side(const struct container_facts *of)
{
	struct scan scan = {.arena = of->arena};
	const char *origin = "/proc/PID/root";
	struct value programs;
	struct fact_side side;
	struct error err = {0};

	if (scan_root(of, &scan, &origin, &err) == 0 && scan.more)
		error_set(&err, ERROR_LIMIT, "more than %d programs", PROGRAMS_MAX);
	docker_values_unique(&scan.programs);
	programs = value_strings(scan.programs);
	if (err.code == ERROR_NONE)
		return side_present(programs, origin);
	side = side_missing(FACT_UNREADABLE, origin, text_safe(of->arena, err.text, strlen(err.text)));
	if (scan.programs.count)
		vec_push(of->arena, &side.notes, arena_printf(of->arena, "at least %s", value_display(of->arena, &programs, 4096)));
	return side;
}

static const struct container_facts_row rows[] = {
	{"container.setuid.programs", SIDE_PLAIN, programs_side},
	{0},
};

static void narrow(struct container_facts *of)
{
	if (!of->ctx->request->setuid_scan)
		of->known = side_missing(FACT_NOT_COLLECTED, NULL, "files are looked at only on demand, see --setuid-scan");
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, narrow);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_setuid = {
	.name = "setuid",
	.about = "setuid programs in containers",
	.facts = facts,
	.after = after,
	.collect = collect,
};
