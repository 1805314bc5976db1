#include "checks/processes.h"

static const struct field_decl process_fields[] = {
	{"pid", VALUE_INT, "process id"},
	{"exe", VALUE_STRING, "path of the executable, as the process's own mount namespace names it"},
	{"user", VALUE_STRING, "name of the effective user, or its number; missing when it cannot be read"},
	{"args", VALUE_STRINGS, "words of the command line, the program's own name first"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = "host.process.*",
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "running processes of an executable; absent when none runs",
		.source = "proc_pid_exe(5), proc_pid_cmdline(5), proc_pid_status(5)",
		.member = "base name of an executable (dockerd)",
		.fields = process_fields,
	},
	{0},
};

static struct record process_row(struct probe_context *ctx, const struct process *process)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct record row = {0};

	record_set(arena, &row, "pid", value_int(process->pid));
	record_set(arena, &row, "exe", value_string(process->exe));
	if (process->uid != (uid_t)-1) {
		const char *user = host_user_name(ctx->host, process->uid);

		record_set(arena, &row, "user", value_string(text_safe(arena, user, strlen(user))));
	}
	record_set(arena, &row, "args", value_strings(process->argv));
	return row;
}

static bool runs(const struct process *process, const char *name)
{
	const char *slash = process->exe ? strrchr(process->exe, '/') : NULL;

	return slash && strcmp(slash + 1, name) == 0;
}

#define COMM_MAX 15 /* characters of a name that the kernel keeps (proc_pid_comm(5)) */

/* An executable that may not be read, of a process that goes by the name asked for. A name proves nothing and any process may take
 * another, but where no executable may be read it is all there is. */
static bool might_run(const struct process *process, const char *name)
{
	const char *word = process->argv.count ? process->argv.items[0] : "", *slash = strrchr(word, '/');

	return process->exe_denied && (strncmp(process->comm, name, COMM_MAX) == 0 || strcmp(slash ? slash + 1 : word, name) == 0);
}

static struct fact_side unreadable_exe(struct arena *arena, const struct process *process)
{
	return side_missing(FACT_UNREADABLE, arena_printf(arena, "/proc/%d/exe", process->pid),
			    "the process has the name, but its executable may not be read");
}

static struct fact_side find_processes(struct probe_context *ctx, const struct processes *processes, const char *name)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct value rows = {.type = VALUE_RECORDS};

	if (processes->state != FACT_PRESENT)
		return side_missing(processes->state, processes->origin, processes->reason);
	vec_each(process, &processes->list) {
		/* A list that is short is not given as the whole. */
		if (might_run(process, name))
			return unreadable_exe(arena, process);
		if (runs(process, name))
			vec_push(arena, &rows.records, process_row(ctx, process));
	}
	struct fact_side side = rows.records.count
		? side_present(rows, "/proc/PID/exe")
		: side_missing(FACT_ABSENT, "/proc/PID/exe", "no process runs an executable of this name");
	if (processes->exe_denied)
		vec_push(arena, &side.notes,
			 arena_printf(arena, "%zu processes of other names do not show their executables", processes->exe_denied));
	return side;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	const struct processes *processes = probe_service(ctx, &processes_service);
	struct strings members = probe_members(ctx, "host.process.*");

	vec_each(name, &members)
		probe_put(ctx, facts_host(ctx->facts), "host.process.*", *name, SIDE_PLAIN, find_processes(ctx, processes, *name));
	return 0;
}

const struct probe probe_processes = {
	.name = "processes",
	.about = "running processes",
	.facts = declarations,
	.collect = collect,
};
