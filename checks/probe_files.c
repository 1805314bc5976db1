#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "checks/mounts.h"
#include "checks/posix_acl.h"

#define ROWS_MAX 16384  /* files one fact tells of */
#define WILDCARDS "*?["
#define ORIGIN_PATHS_MAX 4

static const struct field_decl file_fields[] = {
	{"path", VALUE_STRING, "the path looked at; its links are followed"},
	{"type", VALUE_STRING, "file, directory, socket, fifo, block or char"},
	{"mode", VALUE_MODE, "permission bits; the bits for others hold all that named ACL entries grant"},
	{"owner", VALUE_STRING, "name of the owner in the host's passwd file, or the number"},
	{"group", VALUE_STRING, "name of the group in the host's group file, or the number"},
	{"uid", VALUE_INT, "number of the owner"},
	{"gid", VALUE_INT, "number of the group"},
	{"acl", VALUE_STRINGS, "named entries of the access list within its mask (user:1000:rw-)"},
	{"mount_point", VALUE_STRING, "where the file system that holds it is mounted; only on a live host"},
	{"separate", VALUE_BOOL, "a file system of its own begins there (another device than the folder above); live hosts only"},
	{"target", VALUE_STRING, "where the path leads when links are on the way"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = "file.*",
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "files and folders, one row for each path that exists; absent when none does",
		.source = "statx(2), acl(5), proc_pid_mountinfo(5)",
		.member = "an absolute path or a glob of * ? [set], templates in braces",
		.fields = file_fields,
		.any_scope = true,
	},
	{0},
};

/* One fact of one subject while it is filled. */
struct listing {
	struct probe_context *ctx;
	struct arena *arena;
	const char *member; /* the text behind "file." */
	const char *origin;
	struct strings notes;
	struct value rows;
	struct fact_side failure; /* PRESENT: none yet */
};

static const char *safe(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strlen(text));
}

static int fail(struct listing *listing, enum fact_state state, const char *origin, const char *reason)
{
	listing->failure = side_missing(state, safe(listing->arena, origin), reason);
	return -1;
}

static int fail_by(struct listing *listing, const struct error *err, const char *path)
{
	listing->failure = side_from_error(listing->arena, err, path);
	return -1;
}

static const char *type_name(unsigned mode)
{
	static const struct {
		mode_t type;
		const char *name;
	} names[] = {
		{S_IFREG, "file"}, {S_IFDIR, "directory"}, {S_IFSOCK, "socket"},
		{S_IFIFO, "fifo"}, {S_IFBLK, "block"},     {S_IFCHR, "char"},
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if ((mode & S_IFMT) == names[i].type)
			return names[i].name;
	return "unknown";
}

static void add_mount_point(struct listing *listing, struct record *row, const struct statx *st)
{
	if (!host_is_live(listing->ctx->host) || !(st->stx_mask & STATX_MNT_ID))
		return;
	const struct mounts *mounts = probe_service(listing->ctx, &mounts_service);
	const struct mount *mount = mounts_by_id(mounts, (int64_t)st->stx_mnt_id);
	if (mount)
		record_set(listing->arena, row, "mount_point", value_string(safe(listing->arena, mount->target)));
}

/* Device numbers, not mount points: a folder that is bind-mounted onto itself is a mount point on the same file system. */
static void add_separate(struct listing *listing, struct record *row, const char *path, const struct statx *st)
{
	const struct host *host = listing->ctx->host;
	struct stat above;
	char *real;

	if (!host_is_live(host) || host_realpath(host, path, listing->arena, &real, NULL) < 0)
		return;
	const char *slash = strrchr(real, '/');
	const char *folder = slash && slash != real ? arena_strndup(listing->arena, real, (size_t)(slash - real)) : "/";
	if (host_stat(host, folder, true, &above, NULL) == 0)
		record_set(listing->arena, row, "separate",
			   value_bool(above.st_dev != makedev(st->stx_dev_major, st->stx_dev_minor)));
}

static void add_target(struct listing *listing, struct record *row, const char *path)
{
	char *real;

	if (host_realpath(listing->ctx->host, path, listing->arena, &real, NULL) == 0 && strcmp(real, path) != 0)
		record_set(listing->arena, row, "target", value_string(safe(listing->arena, real)));
}

static void add_row(struct listing *listing, const char *path, const struct statx *st, const struct posix_acl *acl)
{
	struct arena *arena = listing->arena;
	struct host *host = listing->ctx->host;
	struct record row = {0};

	record_set(arena, &row, "path", value_string(safe(arena, path)));
	record_set(arena, &row, "type", value_string(type_name(st->stx_mode)));
	record_set(arena, &row, "mode", value_typed_int(VALUE_MODE, acl->mode));
	record_set(arena, &row, "owner", value_string(safe(arena, host_user_name(host, st->stx_uid))));
	record_set(arena, &row, "group", value_string(safe(arena, host_group_name(host, st->stx_gid))));
	record_set(arena, &row, "uid", value_int(st->stx_uid));
	record_set(arena, &row, "gid", value_int(st->stx_gid));
	record_set(arena, &row, "acl", value_strings(acl->entries));
	add_mount_point(listing, &row, st);
	add_separate(listing, &row, path, st);
	add_target(listing, &row, path);
	vec_push(arena, &listing->rows.records, row);
}

/* Templates give texts that were made safe; where that changed a name, the file it stands for cannot be found by it. */
static int check_name(struct listing *listing, const char *path)
{
	if (strchr(listing->member, '{') && (strstr(path, "\\x") || strstr(path, "\\u{")))
		return fail(listing, FACT_UNREADABLE, path, "the name holds characters that cannot be given");
	return 0;
}

static int note_missing(struct listing *listing, const char *path)
{
	char *target;

	if (check_name(listing, path) < 0)
		return -1;
	if (host_readlink(listing->ctx->host, path, listing->arena, &target, NULL) == 0)
		vec_push(listing->arena, &listing->notes,
			 arena_printf(listing->arena, "%s is a link to %s, which does not exist", safe(listing->arena, path),
				      safe(listing->arena, target)));
	return 0;
}

static int look_at(struct listing *listing, const char *path)
{
	struct error err = {0};
	struct statx st;
	struct posix_acl acl;
	_cleanup_(close_fd) int fd = host_open_path(listing->ctx->host, path, true, &err);

	if (fd < 0)
		return err.code == ERROR_NOT_FOUND ? note_missing(listing, path) : fail_by(listing, &err, path);
	if (listing->rows.records.count == ROWS_MAX)
		return fail(listing, FACT_UNREADABLE, path, "too many files");
	if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &st) < 0) {
		error_sys(&err, "statx");
		return fail(listing, FACT_UNREADABLE, path, safe(listing->arena, err.text));
	}
	struct posix_acl_file file = {.mode = st.stx_mode, .uid = st.stx_uid, .gid = st.stx_gid};
	if (posix_acl_read(fd, &file, listing->arena, &acl, &err) < 0)
		return fail_by(listing, &err, path);
	add_row(listing, path, &st, &acl);
	return 0;
}

static int look_at_glob(struct listing *listing, const char *pattern)
{
	struct strings paths = {0};
	struct error err = {0};

	if (host_glob(listing->ctx->host, pattern, listing->arena, &paths, &err) < 0)
		return fail_by(listing, &err, pattern);
	if (!paths.count)
		return check_name(listing, pattern);
	vec_each(path, &paths)
		if (look_at(listing, *path) < 0)
			return -1;
	return 0;
}

/* Whether the member is a glob by its own text; what a template puts in is never one. */
static bool is_glob(const char *member)
{
	for (bool inside = false; *member; member++) {
		inside = *member == '{' || (inside && *member != '}');
		if (!inside && strchr(WILDCARDS, *member))
			return true;
	}
	return false;
}

static const char *without_wildcards(struct arena *arena, const char *text)
{
	_cleanup_(buf_done) struct buf buf = {0};

	for (; *text; text++)
		buf_printf(&buf, strchr(WILDCARDS, *text) ? "[%c]" : "%c", *text);
	return arena_strndup(arena, buf.data ? buf.data : "", buf.len);
}

/* Paths or globs that the member stands for with this subject's facts. */
static int expand(struct listing *listing, const struct subject *subject, bool glob, struct strings *ret)
{
	const char *close = strrchr(listing->member, '}'), *tail = close ? close + 1 : "";
	const char *head = arena_strndup(listing->arena, listing->member, strlen(listing->member) - strlen(tail));
	struct strings texts = {0};

	if (!close) {
		vec_push(listing->arena, ret, listing->member);
		return 0;
	}
	if (probe_expand(listing->ctx, subject, head, &texts, &listing->failure) < 0)
		return -1;
	vec_each(text, &texts) {
		if (**text != '/')
			return fail(listing, FACT_UNREADABLE, *text, "not an absolute path");
		const char *start = glob && !is_glob(head) ? without_wildcards(listing->arena, *text) : *text;
		vec_push(listing->arena, ret, arena_printf(listing->arena, "%s%s", start, tail));
	}
	return 0;
}

static const char *origin_of(struct arena *arena, const struct strings *paths)
{
	const char *text = NULL;

	for (size_t i = 0; i < paths->count && i < ORIGIN_PATHS_MAX; i++)
		text = text ? arena_printf(arena, "%s, %s", text, paths->items[i]) : paths->items[i];
	if (paths->count > ORIGIN_PATHS_MAX)
		text = arena_printf(arena, "%s and %zu more", text, paths->count - ORIGIN_PATHS_MAX);
	return text ? safe(arena, text) : NULL;
}

static struct fact_side list(struct listing *listing, const struct subject *subject)
{
	bool glob = is_glob(listing->member);
	struct strings paths = {0};

	if (expand(listing, subject, glob, &paths) < 0)
		return listing->failure;
	vec_each(path, &paths)
		if ((glob ? look_at_glob(listing, *path) : look_at(listing, *path)) < 0)
			return listing->failure;
	const char *origin = origin_of(listing->arena, &paths);
	struct fact_side side = side_present(listing->rows, origin);
	if (!listing->rows.records.count)
		side = side_missing(FACT_ABSENT, origin, glob ? "nothing matches" : "does not exist");
	side.notes = listing->notes;
	return side;
}

/* The deepest scope that the templates name: where the fact is recorded. */
static enum scope scope_of(const char *member)
{
	enum scope deepest = SCOPE_HOST;

	for (const char *open = strchr(member, '{'); open; open = strchr(open + 1, '{')) {
		char name[32] = "";
		enum scope scope;

		strncpy(name, open + 1, sizeof name - 1);
		name[strcspn(name, ".")] = '\0';
		if (scope_from_name(name, &scope) && scope > deepest)
			deepest = scope;
	}
	return deepest;
}

static void record(struct probe_context *ctx, struct subject *subject, const char *member)
{
	struct listing listing = {
		.ctx = ctx,
		.arena = facts_arena(ctx->facts),
		.member = member,
		.rows = {.type = VALUE_RECORDS},
		.failure = {.state = FACT_PRESENT},
	};

	probe_put(ctx, subject, "file.*", member, SIDE_PLAIN, list(&listing, subject));
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct strings members = probe_members(ctx, "file.*");

	facts_host(ctx->facts);
	vec_each(member, &members)
		for (size_t i = 0; i < facts_subject_count(ctx->facts); i++) {
			struct subject *subject = facts_subject_at(ctx->facts, i);

			if (subject->scope == scope_of(*member))
				record(ctx, subject, *member);
		}
	return 0;
}

const struct probe probe_files = {
	.name = "files",
	.about = "files and folders that rules name",
	.facts = declarations,
	.after = (const char *const[]){"dockerd", "engine", "helpers", "processes", NULL},
	.collect = collect,
};
