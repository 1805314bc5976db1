#include "checks/mounts.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#define MOUNTINFO "/proc/self/mountinfo"

/* ---- one line -------------------------------------------------------------------------------- */

/* The next word, ended in place, and *at behind it; NULL at the end of the line. */
static char *take_word(char **at)
{
	char *word = *at, *end = word + strcspn(word, " ");

	if (end == word)
		return NULL;
	*at = *end ? end + 1 : end;
	*end = '\0';
	return word;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* Blanks, line ends and backslashes stand as three octal digits (fs/proc_namespace.c, mangle). */
char *mounts_unescape(char *word)
{
	char *out = word;

	for (const char *in = word; *in; out++) {
		if (in[0] == '\\' && is_octal(in[1]) && is_octal(in[2]) && is_octal(in[3])) {
			*out = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + (in[3] - '0'));
			in += 4;
		} else {
			*out = *in++;
		}
	}
	*out = '\0';
	return word;
}

static bool take_number(char **at, int64_t *ret)
{
	const char *word = take_word(at);

	return word && text_to_int(word, 10, ret) && *ret >= 0;
}

static bool take_text(char **at, const char **ret)
{
	char *word = take_word(at);

	if (word)
		*ret = mounts_unescape(word);
	return word;
}

static bool take_device(char **at, uint64_t *ret)
{
	char *word = take_word(at), *colon = word ? strchr(word, ':') : NULL;
	int64_t major, minor;

	if (!colon)
		return false;
	*colon = '\0';
	if (!text_to_int(word, 10, &major) || !text_to_int(colon + 1, 10, &minor) || major < 0 || minor < 0 || major > UINT32_MAX ||
	    minor > UINT32_MAX)
		return false;
	*ret = makedev((unsigned)major, (unsigned)minor);
	return true;
}

/* "shared:N master:N propagate_from:N unbindable", up to the separator. */
static bool take_tags(char **at, struct mount *mount)
{
	for (char *word; (word = take_word(at)) != NULL;) {
		if (text_eq(word, "-"))
			return true;
		if (text_starts(word, "shared:") && !text_to_int(word + 7, 10, &mount->shared))
			return false;
		if (text_starts(word, "master:") && !text_to_int(word + 7, 10, &mount->master))
			return false;
	}
	return false;
}

static bool is_access(const char *option)
{
	return text_eq(option, "ro") || text_eq(option, "rw");
}

/* The options of both lists but for "ro" and "rw", which are told apart; one that stands in the first is left out of the second. */
static void split_options(struct arena *arena, struct mount *mount, char *list, size_t known)
{
	for (char *option, *save = NULL; (option = strtok_r(save ? NULL : list, ",", &save)) != NULL;) {
		bool twice = false;

		if (text_eq(mounts_unescape(option), "ro"))
			mount->readonly = true;
		for (size_t i = 0; i < known && !twice; i++)
			twice = text_eq(mount->options.items[i], option);
		if (!twice && !is_access(option))
			vec_push(arena, &mount->options, option);
	}
}

static void set_options(struct arena *arena, struct mount *mount, char *own, char *super)
{
	static const char *const access[] = {"rw", "ro"};

	vec_push(arena, &mount->options, access[0]);
	split_options(arena, mount, own, 0);
	vec_each(option, &mount->options) {
		mount->nosuid |= text_eq(*option, "nosuid");
		mount->nodev |= text_eq(*option, "nodev");
		mount->noexec |= text_eq(*option, "noexec");
	}
	split_options(arena, mount, super, mount->options.count);
	mount->options.items[0] = access[mount->readonly];
}

static bool parse_line(struct arena *arena, char *line, struct mount *mount)
{
	char *own, *super;

	if (!take_number(&line, &mount->id) || !take_number(&line, &mount->parent) || !take_device(&line, &mount->dev) ||
	    !take_text(&line, &mount->root) || !take_text(&line, &mount->target) || (own = take_word(&line)) == NULL ||
	    !take_tags(&line, mount) || !take_text(&line, &mount->fstype))
		return false;
	mount->source = "";
	if (*line == ' ') /* an empty source leaves two blanks behind each other */
		line++;
	else if (!take_text(&line, &mount->source))
		return false;
	super = take_word(&line);
	if (!super || mount->id == 0 || *mount->target != '/')
		return false;
	if (mount->parent == mount->id) /* the first of all lies in itself */
		mount->parent = 0;
	set_options(arena, mount, own, super);
	return true;
}

/* ---- paths ----------------------------------------------------------------------------------- */

const char *mounts_below(const char *path, const char *folder)
{
	size_t len = text_eq(folder, "/") ? 0 : strlen(folder);

	if (strncmp(path, folder, len) != 0 || (path[len] && path[len] != '/'))
		return NULL;
	return text_eq(path + len, "/") ? "" : path + len;
}

const char *mounts_join(struct arena *arena, const char *folder, const char *rest)
{
	size_t len = text_eq(folder, "/") ? 0 : strlen(folder), rest_len = strlen(rest);
	char *path;

	if (!rest_len)
		return folder;
	path = arena_alloc(arena, len + rest_len + 1);
	memcpy(path, folder, len);
	memcpy(path + len, rest, rest_len);
	return path;
}

int mounts_compare_paths(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	/* A slash comes before everything else that a name can go on with. */
	int left = *a == '/' ? 1 : *a ? (unsigned char)*a + 2 : 0;
	int right = *b == '/' ? 1 : *b ? (unsigned char)*b + 2 : 0;
	return left - right;
}

const struct mount *mounts_at(const struct mounts *mounts, const char *path)
{
	char prefix[PATH_MAX];
	size_t len = strlen(path);

	if (*path != '/' || len >= sizeof prefix)
		return NULL;
	memcpy(prefix, path, len + 1);
	for (char *slash = prefix + len; slash; slash = strrchr(prefix, '/')) {
		const struct mount *mount;

		*slash = '\0';
		mount = strmap_get(mounts->by_target, *prefix ? prefix : "/");
		if (mount)
			return mount;
	}
	return NULL;
}

/* ---- what lies over what --------------------------------------------------------------------- */

/* All mounts by the one they lie in, then as paths are ordered; of two at one place the later one first. */
static int by_parent(const void *a, const void *b)
{
	const struct mount *left = *(struct mount *const *)a, *right = *(struct mount *const *)b;
	int order;

	if (left->parent != right->parent)
		return left->parent < right->parent ? -1 : 1;
	order = mounts_compare_paths(left->target, right->target);
	if (order)
		return order;
	return left > right ? -1 : left < right;
}

static int by_id(const void *a, const void *b)
{
	const struct mount *left = *(struct mount *const *)a, *right = *(struct mount *const *)b;

	return left->id < right->id ? -1 : left->id > right->id;
}

struct order {
	struct mount **by_parent, **by_id;
	size_t count;
};

static size_t first_in(const struct order *order, int64_t parent)
{
	size_t low = 0, high = order->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (order->by_parent[middle]->parent < parent)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Shows what a walk through one mount meets first, at each place; the rest of its mounts lies below that. */
static size_t show_group(const struct order *order, int64_t parent, struct mount **queue, size_t queued)
{
	const struct mount *over = NULL;

	for (size_t i = first_in(order, parent); i < order->count && order->by_parent[i]->parent == parent; i++) {
		struct mount *mount = order->by_parent[i];

		if (over && mounts_below(mount->target, over->target))
			continue;
		over = mount;
		mount->visible = true;
		queue[queued++] = mount;
	}
	return queued;
}

static bool is_top(const struct order *order, const struct mount *mount)
{
	struct mount key = {.id = mount->parent}, *wanted = &key;

	return !bsearch(&wanted, order->by_id, order->count, sizeof *order->by_id, by_id);
}

/* From those that lie in nothing known (the root, or what a changed root leaves of it) downwards: each is shown once. */
static void find_visible(struct mounts *mounts, const struct order *order, struct mount **queue)
{
	size_t queued = 0;

	for (size_t i = 0; i < order->count; i++)
		if ((i == 0 || order->by_parent[i - 1]->parent != order->by_parent[i]->parent) && is_top(order, order->by_parent[i]))
			queued = show_group(order, order->by_parent[i]->parent, queue, queued);
	for (size_t i = 0; i < queued; i++) {
		size_t before = queued;

		queued = show_group(order, queue[i]->id, queue, queued);
		if (queued > before && text_eq(queue[before]->target, queue[i]->target))
			queue[i]->visible = false;
	}
	for (size_t i = 0; i < queued; i++)
		if (queue[i]->visible)
			strmap_put(mounts->by_target, queue[i]->target, queue[i]);
}

static bool has_twice(const struct order *order)
{
	for (size_t i = 1; i < order->count; i++)
		if (order->by_id[i - 1]->id == order->by_id[i]->id)
			return true;
	return false;
}

/* -1: an id stands twice. */
static int index_table(struct arena *arena, struct mounts *mounts)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	size_t count = mounts->list.count;
	struct order order = {
		.by_parent = ARENA_ARRAY(scratch, struct mount *, count),
		.by_id = ARENA_ARRAY(scratch, struct mount *, count),
		.count = count,
	};

	mounts->by_target = strmap_new(arena);
	for (size_t i = 0; i < count; i++)
		order.by_parent[i] = order.by_id[i] = &mounts->list.items[i];
	qsort(order.by_parent, count, sizeof *order.by_parent, by_parent);
	qsort(order.by_id, count, sizeof *order.by_id, by_id);
	if (has_twice(&order))
		return -1;
	find_visible(mounts, &order, ARENA_ARRAY(scratch, struct mount *, count));
	return 0;
}

int mounts_parse(struct arena *arena, char *text, size_t len, struct mounts *ret)
{
	struct mounts found = *ret;

	found.list.items = NULL;
	found.list.count = found.list.capacity = 0;
	if (len == 0 || memchr(text, '\0', len))
		return -1;
	for (char *line = text, *end; *line; line = end) {
		struct mount mount = {0};

		end = strchrnul(line, '\n');
		if (*end)
			*end++ = '\0';
		if (found.list.count == MOUNTS_MAX || !parse_line(arena, line, &mount))
			return -1; /* a table with a hole is no table */
		vec_push(arena, &found.list, mount);
	}
	if (index_table(arena, &found) < 0)
		return -1;
	*ret = found;
	return 0;
}

/* ---- the host's ------------------------------------------------------------------------------ */

/* A captured tree holds a copy. Real procfs below another root shows our own mounts, by paths that are not the tree's. */
static bool is_live_procfs(struct probe_context *ctx)
{
	_cleanup_(close_fd) int fd = host_open_path(ctx->host, "/proc", true, NULL);
	struct statfs fs;

	return fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

static void set_missing(struct mounts *mounts, enum fact_state state, const char *reason)
{
	mounts->state = state;
	mounts->reason = reason;
}

static void read_mounts(struct probe_context *ctx, struct mounts *mounts)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error err = {0};
	bool live = host_is_live(ctx->host);
	char *text;
	size_t len;

	if (!live && is_live_procfs(ctx)) {
		set_missing(mounts, FACT_UNSUPPORTED, "the procfs in this tree shows the mounts of another root");
		return;
	}
	if (host_read(ctx->host, MOUNTINFO, HOST_READ_LARGE, arena, &text, &len, &err) == 0) {
		if (mounts_parse(arena, text, len, mounts) < 0)
			set_missing(mounts, FACT_UNREADABLE, "not a mount table");
		return;
	}
	if (!live && err.code == ERROR_NOT_FOUND)
		set_missing(mounts, FACT_UNSUPPORTED, "a tree at rest has nothing mounted");
	else
		set_missing(mounts, FACT_UNREADABLE, text_safe(arena, err.text, strlen(err.text)));
}

static void *open_mounts(struct probe_context *ctx)
{
	struct mounts *mounts = ARENA_NEW(facts_arena(ctx->facts), struct mounts);

	mounts->state = FACT_PRESENT;
	mounts->origin = MOUNTINFO;
	mounts->by_target = strmap_new(facts_arena(ctx->facts));
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
