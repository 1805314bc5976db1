#include "checks/cgroup_view.h"

#include <limits.h>

#include "checks/cgroup_values.h"

#define NOT_A_TABLE "not a list of cgroups"

struct cgroup_view {
	const struct host *host;
	const struct mounts *mounts;
	struct arena *arena;
	struct strmap *files; /* path → struct cached */
	int64_t ram_bytes;
	bool ram_known;
	int64_t cpu_count;
	bool cpus_known;
};

struct cached {
	const char *text; /* NULL: an error */
	enum error_code code;
	const char *why;
};

struct cgroup_view *cgroup_view_new(const struct host *host, const struct mounts *mounts,
				    struct arena *arena)
{
	struct cgroup_view *view = ARENA_NEW(arena, struct cgroup_view);

	*view = (struct cgroup_view){
		.host = host, .mounts = mounts, .arena = arena, .files = strmap_new(arena)};
	return view;
}

/* ---- /proc/PID/cgroup -------------------------------------------------------------------- */

static bool list_has(const char *list, size_t len, const char *word)
{
	size_t word_len = strlen(word);

	for (const char *end = list + len; list < end;) {
		const char *comma = memchr(list, ',', (size_t)(end - list));
		size_t item = (size_t)((comma ? comma : end) - list);

		if (item == word_len && memcmp(list, word, item) == 0)
			return true;
		list += item + 1;
	}
	return false;
}

/* "ID:CONTROLLERS:PATH"; the path may hold colons, the name of a controller cannot. A v2 line has
 * no controller. */
static bool line_is_for(const char *line, size_t len, const char *controller, const char **ret_path)
{
	const char *list = memchr(line, ':', len);
	const char *path = list ? memchr(list + 1, ':', len - (size_t)(list + 1 - line)) : NULL;

	if (!path)
		return false;
	*ret_path = path + 1;
	list++;
	if (!controller)
		return path == list && line[0] == '0' && list == line + 2;
	return list_has(list, (size_t)(path - list), controller);
}

/* The path in the hierarchy of a v1 controller, or with NULL in the unified one. NULL: not in the
 * text. */
static const char *path_in_text(const char *text, const char *controller, struct arena *arena)
{
	for (const char *end; *text; text = end + (*end == '\n')) {
		const char *path;

		end = strchrnul(text, '\n');
		if (line_is_for(text, (size_t)(end - text), controller, &path))
			return arena_strndup(arena, path, (size_t)(end - path));
	}
	return NULL;
}

static bool climbs(const char *path)
{
	for (; path; path = strchr(path, '/')) {
		path += strspn(path, "/");
		if (text_eq(path, "..") || text_starts(path, "../"))
			return true;
	}
	return false;
}

/* ---- mounts ------------------------------------------------------------------------------ */

static bool is_of(const struct mount *mount, const char *controller)
{
	if (!controller)
		return text_eq(mount->fstype, "cgroup2");
	return text_eq(mount->fstype, "cgroup") && strings_has(&mount->options, controller);
}

/* The one that shows most of the tree; `ret_any` says that the hierarchy is mounted at all. */
static const struct mount *choose(const struct mounts *mounts, const char *controller,
				  const char *path, bool *ret_any)
{
	const struct mount *best = NULL;

	*ret_any = false;
	vec_each (mount, &mounts->list) {
		if (!is_of(mount, controller) || !mount->visible)
			continue;
		*ret_any = true;
		if (mounts_below(path, mount->root) && (!best || strlen(mount->root) < strlen(best->root)))
			best = mount;
	}
	return best;
}

/* ---- places ------------------------------------------------------------------------------ */

static struct cgroup_place no_place(enum fact_state state, const char *reason)
{
	return (struct cgroup_place){
		.state = state, .reason = reason, .origin = "/proc/PID/cgroup"};
}

static const char *safe(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strlen(text));
}

static struct cgroup_place check_folder(struct cgroup_view *view, struct cgroup_place place,
					struct arena *arena)
{
	struct error err = {0};
	struct stat st;

	if (host_stat(view->host, place.folder, true, &st, &err) == 0 && S_ISDIR(st.st_mode))
		return place;
	place.state = FACT_UNREADABLE;
	if (err.code == ERROR_NONE)
		place.reason = "not a folder";
	else if (err.code == ERROR_NOT_FOUND)
		place.reason = "the cgroup does not exist any more";
	else
		place.reason = safe(arena, err.text);
	return place;
}

static struct cgroup_place place_of(struct cgroup_view *view, const char *path, const char *v1,
				    struct arena *arena)
{
	bool any;
	const struct mount *mount;

	if (path[0] != '/' || strlen(path) >= PATH_MAX)
		return no_place(FACT_UNREADABLE, NOT_A_TABLE);
	if (climbs(path))
		return no_place(FACT_UNREADABLE, "the cgroup lies outside of our cgroup namespace");
	mount = choose(view->mounts, v1, path, &any);
	if (!mount)
		return no_place(FACT_UNREADABLE,
				any ? "the cgroup lies outside of the part that is mounted"
				    : "the controller's hierarchy is not mounted");
	const char *folder = mounts_join(arena, mount->target, mounts_below(path, mount->root));
	return check_folder(view,
			    (struct cgroup_place){
				    .state = FACT_PRESENT,
				    .version = v1 ? 1 : 2,
				    .top = mount->target,
				    .folder = folder,
				    .origin = safe(arena, folder),
				    .partial = !text_eq(mount->root, "/"),
			    },
			    arena);
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (text += strspn(text, " \n"); *text; text += strspn(text, " \n")) {
		size_t item = strcspn(text, " \n");

		if (item == len && memcmp(text, word, len) == 0)
			return true;
		text += item;
	}
	return false;
}

/* Of the mounted root, whatever is handed down from there. */
static struct cgroup_place check_available(struct cgroup_view *view, struct cgroup_place place,
					   const char *controller, struct arena *arena)
{
	struct error err = {0};
	const char *text;

	if (place.state != FACT_PRESENT || !*controller)
		return place;
	if (cgroup_view_read(view, &place, place.top, "cgroup.controllers", arena, &text, &err) <
	    0) {
		place.state = FACT_UNREADABLE;
		place.reason = safe(arena, err.text);
	} else if (!has_word(text, controller)) {
		place.state = FACT_UNSUPPORTED;
		place.reason = arena_printf(arena, "this host has no %s controller", controller);
	}
	return place;
}

struct cgroup_place cgroup_view_find(struct cgroup_view *view, const char *text,
				     struct cgroup_controller controller, struct arena *arena)
{
	const char *path = controller.v1 ? path_in_text(text, controller.v1, arena) : NULL;

	if (view->mounts->state != FACT_PRESENT)
		return (struct cgroup_place){.state = view->mounts->state,
					     .reason = view->mounts->reason,
					     .origin = view->mounts->origin};
	if (path)
		return place_of(view, path, controller.v1, arena);
	path = controller.v2 ? path_in_text(text, NULL, arena) : NULL;
	if (path)
		return check_available(view, place_of(view, path, NULL, arena), controller.v2,
				       arena);
	return no_place(FACT_UNSUPPORTED,
			arena_printf(arena, "this host has no %s controller%s",
				     controller.v1 ? controller.v1 : controller.v2,
				     controller.v2 ? "" : " of version 1"));
}

const char *cgroup_view_parent(const struct cgroup_place *place, const char *folder,
			       struct arena *arena)
{
	const char *slash = strrchr(folder, '/');

	if (strlen(folder) <= strlen(place->top) || !slash)
		return NULL;
	return arena_strndup(arena, folder, (size_t)(slash - folder));
}

/* ---- files ------------------------------------------------------------------------------- */

static int read_file(struct cgroup_view *view, const char *path, struct arena *arena,
		     const char **ret, struct error *err)
{
	char *text;
	size_t len;

	if (host_read(view->host, path, HOST_READ_CONFIG, arena, &text, &len, err) < 0)
		return -1;
	if (memchr(text, '\0', len))
		return error_set(err, ERROR_MALFORMED, "%s: not a text", path);
	*ret = text;
	return 0;
}

static struct cached *read_once(struct cgroup_view *view, const char *path)
{
	struct cached *cached = strmap_get(view->files, path);
	struct error err = {0};

	if (cached)
		return cached;
	cached = ARENA_NEW(view->arena, struct cached);
	if (read_file(view, path, view->arena, &cached->text, &err) < 0) {
		cached->code = err.code;
		cached->why = arena_strdup(view->arena, err.text);
	}
	strmap_put(view->files, arena_strdup(view->arena, path), cached);
	return cached;
}

int cgroup_view_read(struct cgroup_view *view, const struct cgroup_place *place, const char *folder,
		     const char *file, struct arena *arena, const char **ret, struct error *err)
{
	const char *path = arena_printf(arena, "%s/%s", folder, file);
	const struct cached *cached;

	if (text_eq(folder, place->folder) && !text_eq(folder, place->top))
		return read_file(view, path, arena, ret, err);
	cached = read_once(view, path);
	if (!cached->text)
		return error_set(err, cached->code, "%s", cached->why);
	*ret = cached->text;
	return 0;
}

/* A cgroup's own cgroup.controllers lists what its parent hands down; nothing below can have what
 * the topmost has not. */
bool cgroup_view_is_enabled(struct cgroup_view *view, const struct cgroup_place *place,
			    const char *controller, struct arena *arena)
{
	const char *folder = place->folder, *parent, *text;

	while ((parent = cgroup_view_parent(place, folder, arena)) != NULL &&
	       !text_eq(parent, place->top))
		folder = parent;
	if (text_eq(folder, place->top))
		return false;
	return cgroup_view_read(view, place, folder, "cgroup.controllers", arena, &text, NULL) ==
		       0 &&
	       has_word(text, controller);
}

int64_t cgroup_view_ram_bytes(struct cgroup_view *view)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *text, *line;
	long long kib;

	if (view->ram_known)
		return view->ram_bytes;
	view->ram_known = true;
	if (read_file(view, "/proc/meminfo", scratch, &text, NULL) < 0)
		return 0;
	line = strstr(text, "MemTotal:");
	if (line && sscanf(line, "MemTotal: %18lld kB", &kib) == 1 && kib > 0 &&
	    kib < INT64_MAX / 1024)
		view->ram_bytes = kib * 1024;
	return view->ram_bytes;
}

int64_t cgroup_view_cpu_count(struct cgroup_view *view)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *text, *list;

	if (view->cpus_known)
		return view->cpu_count;
	view->cpus_known = true;
	if (read_file(view, "/sys/devices/system/cpu/online", scratch, &text, NULL) == 0 &&
	    !cgroup_values_cpus(text, scratch, &list, &view->cpu_count))
		view->cpu_count = 0;
	return view->cpu_count;
}
