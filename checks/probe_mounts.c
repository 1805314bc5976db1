#include "checks/mounts.h"

static const struct field_decl mount_fields[] = {
	{"target", VALUE_STRING, "where it is mounted"},
	{"source", VALUE_STRING, "device, or what the file system names as its source"},
	{"fstype", VALUE_STRING, "type of the file system"},
	{"options", VALUE_STRINGS, "options of the mount and of the file system; ro when either is read-only"},
	{"root", VALUE_STRING, "the folder of the file system that is mounted; not / for bind mounts"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = "host.mounts",
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "what is mounted; of two rows with one target the later one is on top",
		.source = "proc_pid_mountinfo(5)",
		.fields = mount_fields,
	},
	{0},
};

static void set_text(struct arena *arena, struct record *row, const char *field, const char *text)
{
	record_set(arena, row, field, value_string(text_safe(arena, text, strlen(text))));
}

static struct record row_of(struct arena *arena, const struct mount *mount)
{
	struct strings options = {0};
	struct record row = {0};

	vec_each(option, &mount->options)
		vec_push(arena, &options, text_safe(arena, *option, strlen(*option)));
	set_text(arena, &row, "target", mount->target);
	set_text(arena, &row, "source", mount->source);
	set_text(arena, &row, "fstype", mount->fstype);
	record_set(arena, &row, "options", value_strings(options));
	set_text(arena, &row, "root", mount->root);
	return row;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	const struct mounts *mounts = probe_service(ctx, &mounts_service);
	struct value rows = {.type = VALUE_RECORDS};
	struct fact_side side = side_missing(mounts->state, mounts->origin, mounts->reason);

	if (mounts->state == FACT_PRESENT) {
		vec_each(mount, &mounts->list)
			vec_push(arena, &rows.records, row_of(arena, mount));
		side = side_present(rows, mounts->origin);
	}
	probe_put(ctx, facts_host(ctx->facts), "host.mounts", NULL, SIDE_PLAIN, side);
	return 0;
}

const struct probe probe_mounts = {
	.name = "mounts",
	.about = "mounted file systems",
	.facts = declarations,
	.collect = collect,
};
