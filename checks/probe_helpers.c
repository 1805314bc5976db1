#include "checks/dropin.h"
#include "checks/mounts.h"
#include "model/probe.h"

#define HELPERS "host.kernel.helpers"
#define PROGRAMS "host.kernel.helper_programs"
#define BINFMT "host.binfmt"
#define BINFMT_FOLDER "/proc/sys/fs/binfmt_misc"

static const struct field_decl helper_fields[] = {
	{"setting", VALUE_STRING, "what names it: modprobe, hotplug, poweroff_cmd, uevent_helper, release_agent, core_pattern"},
	{"program", VALUE_STRING, "the program, without words behind it"},
	{"where", VALUE_STRING, "file of the setting"},
	{0},
};

static const struct field_decl binfmt_fields[] = {
	{"name", VALUE_STRING, "name of the entry"},
	{"enabled", VALUE_BOOL, "the entry is in use"},
	{"interpreter", VALUE_STRING, "program that runs files of this kind"},
	{"flags", VALUE_STRING, "letters: F opened when it was registered, C with the rights of the file that is run, O, P"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = HELPERS,
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "programs that the kernel starts by itself, as root and outside of every container; settings that name none "
			 "are left out",
		.source = "proc_sys_kernel(5), core(5), cgroups(7) \"Notification\"; /sys/kernel/uevent_helper",
		.fields = helper_fields,
	},
	{
		.name = PROGRAMS,
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "paths of these programs",
		.source = "as " HELPERS,
	},
	{
		.name = BINFMT,
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "kinds of files that a program of their own runs",
		.source = BINFMT_FOLDER " (Documentation/admin-guide/binfmt-misc)",
		.fields = binfmt_fields,
	},
	{0},
};

struct helpers {
	struct probe_context *ctx;
	struct arena *arena;
	struct value rows;
	struct strings programs;
	struct fact_side failed; /* PRESENT: all could be read */
};

static const char *safe(struct arena *arena, const char *text, size_t len)
{
	return text_safe(arena, text, len);
}

static struct fact_side no_kernel(const struct probe_context *ctx, const char *origin)
{
	if (host_is_live(ctx->host))
		return side_missing(FACT_UNREADABLE, origin, "does not exist: is procfs mounted?");
	return side_missing(FACT_UNSUPPORTED, origin, "a tree at rest has no running kernel");
}

/* ---- programs the kernel starts ------------------------------------------------------------------------------ */

/* Behind a pipe sign where the setting may also be no program; a setting that is not there names none. */
static void add_helper(struct helpers *helpers, const char *setting, const char *path, bool piped)
{
	struct error err = {0};
	struct record row = {0};
	char *text;

	if (host_read(helpers->ctx->host, path, HOST_READ_SMALL, helpers->arena, &text, NULL, &err) < 0) {
		if (err.code == ERROR_NOT_FOUND)
			return;
		helpers->failed = side_from_error(helpers->arena, &err, path);
		helpers->failed.state = FACT_UNREADABLE;
		return;
	}
	if (piped && *text != '|')
		return;
	text += piped;
	size_t len = strcspn(text, " \t\n");
	if (len == 0)
		return;
	const char *program = safe(helpers->arena, text, len);
	record_set(helpers->arena, &row, "setting", value_string(setting));
	record_set(helpers->arena, &row, "program", value_string(program));
	record_set(helpers->arena, &row, "where", value_string(safe(helpers->arena, path, strlen(path))));
	vec_push(helpers->arena, &helpers->rows.records, row);
	if (*program == '/')
		strings_add_unique(helpers->arena, &helpers->programs, program);
}

/* Each hierarchy of version 1 has one of its own. */
static void add_release_agents(struct helpers *helpers)
{
	const struct mounts *mounts = probe_service(helpers->ctx, &mounts_service);

	vec_each(mount, &mounts->list)
		if (mount->visible && strcmp(mount->fstype, "cgroup") == 0 && strcmp(mount->root, "/") == 0)
			add_helper(helpers, "release_agent", arena_printf(helpers->arena, "%s/release_agent", mount->target), false);
	if (mounts->state == FACT_UNREADABLE)
		helpers->failed = side_missing(FACT_UNREADABLE, mounts->origin, mounts->reason);
}

static void put_helpers(struct probe_context *ctx)
{
	static const struct {
		const char *setting, *path;
		bool piped;
	} settings[] = {
		{"modprobe", "/proc/sys/kernel/modprobe", false},
		{"hotplug", "/proc/sys/kernel/hotplug", false},
		{"poweroff_cmd", "/proc/sys/kernel/poweroff_cmd", false},
		{"uevent_helper", "/sys/kernel/uevent_helper", false},
		{"core_pattern", "/proc/sys/kernel/core_pattern", true},
	};
	struct helpers helpers = {
		.ctx = ctx,
		.arena = facts_arena(ctx->facts),
		.rows = {.type = VALUE_RECORDS},
		.failed = {.state = FACT_PRESENT},
	};
	struct stat st;

	if (host_stat(ctx->host, "/proc/sys/kernel", true, &st, NULL) < 0)
		helpers.failed = no_kernel(ctx, "/proc/sys/kernel");
	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
		add_helper(&helpers, settings[i].setting, settings[i].path, settings[i].piped);
	add_release_agents(&helpers);
	strings_sort(&helpers.programs);
	bool known = helpers.failed.state == FACT_PRESENT;
	probe_put(ctx, facts_host(ctx->facts), HELPERS, NULL, SIDE_PLAIN,
		  known ? side_present(helpers.rows, "/proc/sys/kernel") : helpers.failed);
	probe_put(ctx, facts_host(ctx->facts), PROGRAMS, NULL, SIDE_PLAIN,
		  known ? side_present(value_strings(helpers.programs), "/proc/sys/kernel") : helpers.failed);
}

/* ---- kinds of files ------------------------------------------------------------------------------------------ */

/* "enabled", "interpreter PATH", "flags: LETTERS", and lines on what is matched (fs/binfmt_misc.c, entry_status). */
static struct record entry_of(struct arena *arena, const char *name, char *text)
{
	static const struct {
		const char *start, *field;
	} lines[] = {{"interpreter ", "interpreter"}, {"flags: ", "flags"}};
	struct record row = {0};
	unsigned number = 0;

	record_set(arena, &row, "name", value_string(safe(arena, name, strlen(name))));
	record_set(arena, &row, "enabled", value_bool(text_starts(text, "enabled")));
	for (char *line; (line = dropin_line(&text, &number)) != NULL;)
		for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
			if (text_starts(line, lines[i].start)) {
				const char *rest = line + strlen(lines[i].start);

				record_set(arena, &row, lines[i].field, value_string(safe(arena, rest, strlen(rest))));
			}
	return row;
}

static struct fact_side binfmt_side(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct value rows = {.type = VALUE_RECORDS};
	struct strings names = {0};
	const struct mounts *mounts = probe_service(ctx, &mounts_service);
	const struct mount *mount = mounts_at(mounts, BINFMT_FOLDER);
	struct error err = {0};

	if (mounts->state != FACT_PRESENT)
		return side_missing(mounts->state, mounts->origin, mounts->reason);
	/* Looking into a folder that waits to be mounted (autofs) would mount it. */
	if (!mount || strcmp(mount->fstype, "binfmt_misc") != 0)
		return side_present(rows, "no file system binfmt_misc on " BINFMT_FOLDER);
	if (host_list(ctx->host, BINFMT_FOLDER, arena, &names, &err) < 0 && err.code != ERROR_NOT_FOUND)
		return side_from_error(arena, &err, BINFMT_FOLDER);
	vec_each(name, &names) {
		const char *path = arena_printf(arena, BINFMT_FOLDER "/%s", *name);
		char *text;

		if (strcmp(*name, "register") == 0 || strcmp(*name, "status") == 0)
			continue;
		if (host_read(ctx->host, path, HOST_READ_SMALL, arena, &text, NULL, &err) == 0) {
			vec_push(arena, &rows.records, entry_of(arena, *name, text));
		} else if (err.code != ERROR_NOT_FOUND) {
			struct fact_side side = side_from_error(arena, &err, path);

			side.state = FACT_UNREADABLE;
			return side;
		}
	}
	return side_present(rows, BINFMT_FOLDER);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	if (probe_wants(ctx, HELPERS) || probe_wants(ctx, PROGRAMS))
		put_helpers(ctx);
	if (probe_wants(ctx, BINFMT))
		probe_put(ctx, facts_host(ctx->facts), BINFMT, NULL, SIDE_PLAIN, binfmt_side(ctx));
	return 0;
}

const struct probe probe_helpers = {
	.name = "helpers",
	.about = "programs that the kernel starts by itself",
	.facts = declarations,
	.collect = collect,
};
