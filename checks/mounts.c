#include "checks/mounts.h"

#include <fcntl.h>
#include <libmount.h>
#include <linux/magic.h>
#include <sys/vfs.h>

#define MOUNTINFO "/proc/self/mountinfo"
#define MOUNTS_MAX 100000 /* the default of fs.mount-max, Documentation/admin-guide/sysctl/fs */

/* For a source called /dev/root libmount goes and looks for the device by itself, in /proc/cmdline and on block devices.
 * What the kernel says is all we want, so the word is hidden from it behind one of the same length. */
#define ROOT_WORD "/dev/root"
#define ROOT_HIDDEN "/DEV/ROOT"

static void done_table(struct libmnt_table **table)
{
	mnt_unref_table(*table);
}

static void done_iter(struct libmnt_iter **iter)
{
	mnt_free_iter(*iter);
}

/* The source is the second field behind the separator; blanks inside fields are escaped. */
static void hide_root_word(char *line)
{
	char *separator = strstr(line, " - ");
	char *source = separator ? strchr(separator + strlen(" - "), ' ') : NULL;

	if (source && text_starts(source + 1, ROOT_WORD " "))
		memcpy(source + 1, ROOT_HIDDEN, strlen(ROOT_HIDDEN));
}

static void hide_root_words(char *text)
{
	for (char *line = text, *end; *line; line = end + (*end != '\0')) {
		end = strchrnul(line, '\n');
		char last = *end;
		*end = '\0';
		hide_root_word(line);
		*end = last;
	}
}

static const char *safe(struct arena *arena, const char *text)
{
	return text ? text_safe(arena, text, strlen(text)) : "";
}

static const char *source_of(struct arena *arena, struct libmnt_fs *fs)
{
	const char *source = mnt_fs_get_source(fs);

	return text_eq(source, ROOT_HIDDEN) ? ROOT_WORD : safe(arena, source);
}

static struct strings options_of(struct arena *arena, struct libmnt_fs *fs)
{
	struct strings options = {0};
	char *rest = (char *)(uintptr_t)mnt_fs_get_options(fs), *name, *value;
	size_t name_len, value_len;

	while (rest && mnt_optstr_next_option(&rest, &name, &name_len, &value, &value_len) == 0) {
		size_t len = value ? (size_t)(value - name) + value_len : name_len;

		strings_add_unique(arena, &options, text_safe(arena, name, len));
	}
	return options;
}

static int refuse_line(_unused_ struct libmnt_table *table, _unused_ const char *name, _unused_ int line)
{
	return -1; /* a table with a hole is no table */
}

static int fill(struct arena *arena, struct libmnt_table *table, struct mounts *mounts)
{
	_cleanup_(done_iter) struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;

	if (!iter)
		out_of_memory();
	while (mnt_table_next_fs(table, iter, &fs) == 0) {
		struct mount mount = {
			.id = mnt_fs_get_id(fs),
			.target = safe(arena, mnt_fs_get_target(fs)),
			.source = source_of(arena, fs),
			.fstype = safe(arena, mnt_fs_get_fstype(fs)),
			.root = safe(arena, mnt_fs_get_root(fs)),
			.options = options_of(arena, fs),
		};
		if (mount.id <= 0 || mounts->list.count == MOUNTS_MAX)
			return -1;
		vec_push(arena, &mounts->list, mount);
	}
	return 0;
}

static int parse(struct arena *arena, char *text, size_t len, struct mounts *mounts)
{
	_cleanup_(done_table) struct libmnt_table *table = mnt_new_table();
	_cleanup_(close_file) FILE *stream = len ? fmemopen(text, len, "r") : NULL;

	if (!table)
		out_of_memory();
	hide_root_words(text);
	mnt_table_set_parser_errcb(table, refuse_line);
	if (!stream || memchr(text, '\0', len) || mnt_table_parse_stream(table, stream, "mountinfo") != 0)
		return -1;
	return fill(arena, table, mounts);
}

/* A captured tree holds a copy. Real procfs below another root shows our own mounts, by paths that are not the tree's. */
static bool is_live_procfs(struct probe_context *ctx)
{
	_cleanup_(close_fd) int fd = host_open_path(ctx->host, "/proc", true, NULL);
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static void set_missing(struct mounts *mounts, enum fact_state state, const char *reason)
{
	mounts->list.count = 0;
	mounts->state = state;
	mounts->reason = reason;
}

static void read_mounts(struct probe_context *ctx, struct mounts *mounts)
{
	struct arena *arena = facts_arena(ctx->facts);
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct error err = {0};
	bool live = host_is_live(ctx->host);
	char *text;
	size_t len;

	if (!live && is_live_procfs(ctx)) {
		set_missing(mounts, FACT_UNSUPPORTED, "the procfs in this tree shows the mounts of another root");
		return;
	}
	if (host_read(ctx->host, MOUNTINFO, HOST_READ_LARGE, scratch, &text, &len, &err) == 0) {
		if (parse(arena, text, len, mounts) < 0)
			set_missing(mounts, FACT_UNREADABLE, "not a mount table");
		return;
	}
	if (!live && err.code == ERROR_NOT_FOUND)
		set_missing(mounts, FACT_UNSUPPORTED, "a tree at rest has nothing mounted");
	else
		set_missing(mounts, FACT_UNREADABLE, safe(arena, err.text));
}

static void *open_mounts(struct probe_context *ctx)
{
	struct mounts *mounts = ARENA_NEW(facts_arena(ctx->facts), struct mounts);

	mounts->state = FACT_PRESENT;
	mounts->origin = MOUNTINFO;
	read_mounts(ctx, mounts);
	return mounts;
}

const struct service mounts_service = {.name = "mounts", .open = open_mounts};

const struct mount *mounts_by_id(const struct mounts *mounts, int64_t id)
{
	vec_each(mount, &mounts->list)
		if (mount->id == id)
			return mount;
	return NULL;
}
