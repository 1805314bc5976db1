/* The resource limits of a container's processes, and which of them the kernel ends first when memory is short. */
#include "checks/container_facts.h"
#include "checks/effective_status.h"
#include "checks/limits.h"

static const struct field_decl raised_fields[] = {
	{"name", VALUE_STRING, "name of the limit, as in limits.conf(5)"},
	{"hard", VALUE_INT, "hard limit of the process that has most"},
	{"given", VALUE_INT, "hard limit of who started the container"},
	{0},
};

static const struct fact_decl facts[] = {
	{.name = "container.rlimits",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "resource limits, of each the loosest of all its processes; in the units of getrlimit(2)",
	 .source = "/proc/PID/limits",
	 .fields = limits_fields},
	{.name = "container.rlimits_raised",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "resource limits above those of the process that started it: by its options, the engine's defaults, or by hand",
	 .source = "/proc/PID/limits, of its processes and of its first one's parent",
	 .fields = raised_fields},
	{.name = "container.oom_score_adj",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .about = "how much less likely its processes are ended when memory is short, -1000: never; the lowest of all",
	 .source = "/proc/PID/oom_score_adj"},
	{0},
};

/* ---- every process, once ---------------------------------------------------------------------------------- */

/* 1: read; 0: the process has ended; -1 with the reason in `ret_side`. */
static int read_file(const struct container_facts *of, const struct process *process, const char *name, struct arena *scratch,
		     char **ret, struct fact_side *ret_side)
{
	struct error err = {0};

	if (host_read(of->ctx->host, arena_printf(scratch, "/proc/%d/%s", process->pid, name), HOST_READ_SMALL, scratch, ret, NULL,
		      &err) == 0)
		return 1;
	if (err.code == ERROR_NOT_FOUND)
		return 0;
	*ret_side = side_missing(FACT_UNREADABLE, ret_side->origin, text_safe(of->arena, err.text, strlen(err.text)));
	return -1;
}

static struct fact_side nothing_read(const char *origin)
{
	return side_missing(FACT_UNREADABLE, origin, "its processes ended while they were read");
}

static void note_process(const struct container_facts *of, struct fact_side *side, const struct process *process, const char *what)
{
	vec_push(of->arena, &side->notes,
		 arena_printf(of->arena, "%s has %s", container_facts_who(of->arena, process->pid, process->pid, process->comm), what));
}

/* ---- resource limits ---------------------------------------------------------------------------------------- */

static struct record *row_of(struct value *rows, const char *name)
{
	vec_each(row, &rows->records)
		if (strcmp(record_get(row, "name")->string, name) == 0)
			return row;
	return NULL;
}

/* Raise what is lower in `rows`; the names of what was, in `ret_raised`. */
static void loosen(struct arena *arena, struct value *rows, const struct value *other, struct strings *ret_raised)
{
	static const char *const fields[] = {"soft", "hard"};

	vec_each(theirs, &other->records) {
		struct record *mine = row_of(rows, record_get(theirs, "name")->string);

		for (size_t i = 0; mine && i < 2; i++) {
			const struct value *more = record_get(theirs, fields[i]);

			if (more->integer <= record_get(mine, fields[i])->integer)
				continue;
			record_set(arena, mine, fields[i], *more);
			strings_add_unique(arena, ret_raised, record_get(theirs, "name")->string);
		}
	}
}

static void add_limits(const struct container_facts *of, struct fact_side *all, const struct process *process,
		       const struct value *limits)
{
	struct value raised = value_strings((struct strings){0});

	if (all->state != FACT_PRESENT) {
		*all = side_present(*limits, all->origin);
		return;
	}
	loosen(of->arena, &all->value, limits, &raised.strings);
	if (raised.strings.count)
		note_process(of, all, process, arena_printf(of->arena, "more of %s", value_display(of->arena, &raised, 0)));
}

static struct fact_side rlimits_side(const struct container_facts *of)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct fact_side all = nothing_read("/proc/PID/limits");
	const char *last = "";

	vec_each(member, &of->container->members) {
		const struct process *process = member->process;
		struct value limits;
		struct error err = {0};
		char *text;
		int got = read_file(of, process, "limits", scratch, &text, &all);

		if (got < 0)
			return all;
		/* Most processes inherit theirs from the first. */
		if (got == 0 || strcmp(text, last) == 0 || !process_is_same(of->ctx, process))
			continue;
		if (limits_parse(of->arena, text, &limits, &err) < 0)
			return side_missing(FACT_UNREADABLE, all.origin, text_safe(of->arena, err.text, strlen(err.text)));
		add_limits(of, &all, process, &limits);
		last = text;
	}
	return all;
}

/* ---- those above what was handed down ----------------------------------------------------------------------- */

/* Of the process that started it: the shim or monitor of its runtime. */
static struct fact_side given_side(const struct container_facts *of)
{
	const struct effective_status *status = effective_status_of(of->ctx, of->container);
	struct fact_side side = side_missing(FACT_UNREADABLE, "/proc/PID/limits", "who started it is not known");
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct process parent = {0};
	struct value limits;
	struct error err = {0};
	char *text;

	vec_each(process, &status->processes)
		if (process->member->process == of->container->init)
			parent.pid = process->all.parent;
	if (parent.pid <= 0 || read_file(of, &parent, "limits", scratch, &text, &side) <= 0)
		return side;
	if (limits_parse(of->arena, text, &limits, &err) < 0)
		return side_missing(FACT_UNREADABLE, side.origin, text_safe(of->arena, err.text, strlen(err.text)));
	return side_present(limits, arena_printf(of->arena, "/proc/%d/limits", parent.pid));
}

static struct fact_side raised_side(const struct container_facts *of)
{
	struct fact_side given = given_side(of), all = rlimits_side(of);
	struct value rows = {.type = VALUE_RECORDS};

	if (all.state != FACT_PRESENT || given.state != FACT_PRESENT)
		return all.state != FACT_PRESENT ? all : given;
	vec_each(limit, &all.value.records) {
		const struct value *name = record_get(limit, "name"), *hard = record_get(limit, "hard");
		const struct record *handed = row_of(&given.value, name->string);
		struct record row = {0};

		if (!handed || hard->integer <= record_get(handed, "hard")->integer)
			continue;
		record_set(of->arena, &row, "name", *name);
		record_set(of->arena, &row, "hard", *hard);
		record_set(of->arena, &row, "given", *record_get(handed, "hard"));
		vec_push(of->arena, &rows.records, row);
	}
	return side_present(rows, arena_printf(of->arena, "%s, %s", all.origin, given.origin));
}

/* ---- out of memory --------------------------------------------------------------------------------------------- */

static struct fact_side oom_side(const struct container_facts *of)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct fact_side lowest = nothing_read("/proc/PID/oom_score_adj");

	vec_each(member, &of->container->members) {
		const struct process *process = member->process;
		int64_t adj;
		char *text;
		int got = read_file(of, process, "oom_score_adj", scratch, &text, &lowest);

		if (got < 0)
			return lowest;
		if (got == 0)
			continue;
		text[strcspn(text, "\n")] = '\0';
		if (!text_to_int(text, 10, &adj))
			return side_missing(FACT_UNREADABLE, lowest.origin, "not a number");
		if ((lowest.state == FACT_PRESENT && adj >= lowest.value.integer) || !process_is_same(of->ctx, process))
			continue;
		lowest = side_present(value_int(adj), lowest.origin);
		if (process != of->container->init)
			note_process(of, &lowest, process, "it");
	}
	return lowest;
}

static const struct container_facts_row rows[] = {
	{"container.rlimits", SIDE_PLAIN, rlimits_side},
	{"container.rlimits_raised", SIDE_PLAIN, raised_side},
	{"container.oom_score_adj", SIDE_PLAIN, oom_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_rlimits = {
	.name = "rlimits",
	.about = "resource limits of the processes of containers",
	.facts = facts,
	.after = after,
	.collect = collect,
};
