#include "checks/image_layers.h"

#include <sys/xattr.h>

#include "checks/docker_values.h"
#include "checks/setuid_entry.h"

#define DEPTH_MAX    64
#define LAYERS_MAX   512 /* of one image; the engine allows 127 */
#define PROGRAMS_MAX 4096
#define ORIGIN       "overlay2/*/diff"

struct image_layer {
	const char *chain;  /* sha256:… */
	const char *folder; /* HOME/overlay2/CACHE-ID/diff */
};

/* ---- which folders ---------------------------------------------------------------------------------------- */

/* The text of one of its files, "" when it is not there. */
static int read_text(struct probe_context *ctx, const char *folder, const char *name, char **ret, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error why = {0};

	if (host_read(ctx->host, arena_printf(arena, "%s/%s", folder, name), HOST_READ_SMALL, arena, ret, NULL, &why) == 0)
		return 0;
	if (why.code != ERROR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	*ret = arena_strdup(arena, "");
	return 0;
}

static const char *key_of(struct arena *arena, const char *below, const char *diff)
{
	return arena_printf(arena, "%s %s", below, diff);
}

static int read_layer(struct probe_context *ctx, const char *home, const char *name, struct image_layers *layers, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *folder = arena_printf(arena, "%s/image/overlay2/layerdb/sha256/%s", home, name);
	struct image_layer *layer = ARENA_NEW(arena, struct image_layer);
	char *diff, *below, *cache;

	if (read_text(ctx, folder, "diff", &diff, err) < 0 || read_text(ctx, folder, "parent", &below, err) < 0 ||
	    read_text(ctx, folder, "cache-id", &cache, err) < 0)
		return -1;
	if (!docker_values_is_id(cache) && strspn(cache, "0123456789abcdef-") != strlen(cache))
		return error_set(err, ERROR_MALFORMED, "%s/cache-id names no folder", folder);
	layer->chain = arena_printf(arena, "sha256:%s", name);
	layer->folder = arena_printf(arena, "%s/overlay2/%s/diff", home, cache);
	strmap_put(layers->chains, key_of(arena, below, diff), layer);
	return 0;
}

static int read_home(struct probe_context *ctx, const char *home, struct image_layers *layers, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings names = {0};
	struct error why = {0};

	if (host_list(ctx->host, arena_printf(arena, "%s/image/overlay2/layerdb/sha256", home), arena, &names, &why) < 0) {
		if (why.code == ERROR_NOT_FOUND)
			return 0;
		*err = why;
		return -1;
	}
	layers->overlay2 = true;
	vec_each(name, &names)
		if (docker_values_is_id(*name) && read_layer(ctx, home, *name, layers, err) < 0)
			return -1;
	return 0;
}

struct image_layers image_layers_read(struct probe_context *ctx, const struct docker_list *containers)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct image_layers layers = {.chains = strmap_new(arena), .reason = containers->homes_reason};
	struct error err = {0};

	vec_each(home, &containers->homes)
		if (read_home(ctx, *home, &layers, &err) < 0)
			layers.reason = text_safe(arena, err.text, strlen(err.text));
	return layers;
}

static int find_folders(struct arena *arena, const struct image_layers *layers, const struct docker_image *image,
			struct strings *ret, struct error *err)
{
	const json_t *list = docker_values_at(image->document, image->from_api ? "RootFS.Layers" : "rootfs.diff_ids");
	const char *below = "";
	const json_t *item;
	size_t i;

	if (json_array_size(list) > LAYERS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d layers", LAYERS_MAX);
	json_array_foreach(list, i, item) {
		const char *diff = json_string_value(item);
		const struct image_layer *layer = diff ? strmap_get(layers->chains, key_of(arena, below, diff)) : NULL;

		if (!layer)
			return error_set(err, ERROR_SYSTEM, "a layer of the image is not in the data root");
		vec_push(arena, ret, layer->folder);
		below = layer->chain;
	}
	return 0;
}

/* ---- the walk ----------------------------------------------------------------------------------------------- */

struct scan {
	struct probe_context *ctx;
	struct arena *arena;
	struct strings folders; /* the lowest first */
	size_t at;
	struct strings programs;
	bool more;
};

/* Of a folder: what stands below it in lower layers is not seen. */
static bool is_opaque(const struct scan *scan, const char *path)
{
	static const char *const names[] = {"trusted.overlay.opaque", "user.overlay.opaque"};
	struct error err = {0};
	_cleanup_(close_fd) int fd = host_open_path(scan->ctx->host, path, false, &err);
	char link[64], value = 0;
	bool opaque = false;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	for (size_t i = 0; fd >= 0 && i < sizeof names / sizeof *names; i++)
		opaque |= getxattr(link, names[i], &value, 1) == 1 && value == 'y';
	return opaque;
}

/* Is `path`, "/usr/bin/su", replaced or removed by this layer: it, or a folder on the way? */
static bool hides(const struct scan *scan, const char *folder, const char *path)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();

	for (const char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		const char *here = arena_printf(scratch, "%s%s", folder,
						slash ? arena_strndup(scratch, path, (size_t)(slash - path)) : path);
		struct error err = {0};
		struct stat st;

		if (host_stat(scan->ctx->host, here, false, &st, &err) < 0)
			return false;
		if (!slash || !S_ISDIR(st.st_mode) || is_opaque(scan, here))
			return true;
	}
}

static bool is_hidden(const struct scan *scan, const char *path)
{
	for (size_t i = scan->at + 1; i < scan->folders.count; i++)
		if (hides(scan, scan->folders.items[i], path))
			return true;
	return false;
}

/* As in a container, what is behind a folder that others may not pass cannot be run by them. */
static bool take(void *data, const struct tree_entry *entry)
{
	struct scan *scan = data;
	const char *path = entry->path + strlen(scan->folders.items[scan->at]);

	if (!(entry->st->stx_mode & S_IXOTH))
		return false;
	if (!setuid_entry_changes_rights(entry) || is_hidden(scan, path))
		return true;
	if (scan->programs.count == PROGRAMS_MAX)
		scan->more = true;
	else
		vec_push(scan->arena, &scan->programs, text_safe(scan->arena, path, strlen(path)));
	return true;
}

static int walk(struct scan *scan, struct error *err)
{
	for (scan->at = 0; scan->at < scan->folders.count; scan->at++) {
		struct tree_walk walk = {.root = scan->ctx->host, .top = scan->folders.items[scan->at], .depth = DEPTH_MAX,
					 .entries = IMAGE_LAYERS_FILES, .milliseconds = IMAGE_LAYERS_MILLISECONDS,
					 .visit = take, .data = scan};

		if (tree_walk(&walk, err) < 0)
			return -1;
	}
	return scan->more ? error_set(err, ERROR_LIMIT, "more than %d programs", PROGRAMS_MAX) : 0;
}

struct fact_side image_layers_setuid(struct probe_context *ctx, const struct image_layers *layers,
				     const struct docker_image *image)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct scan scan = {.ctx = ctx, .arena = arena};
	struct error err = {0};
	struct value programs;

	if (image->reason || layers->reason)
		return side_missing(FACT_UNREADABLE, ORIGIN, image->reason ? image->reason : layers->reason);
	if (!layers->overlay2)
		return side_missing(FACT_ABSENT, ORIGIN, "the layers are not folders of overlay2: they cannot be looked at at rest");
	if (find_folders(arena, layers, image, &scan.folders, &err) == 0)
		walk(&scan, &err);
	docker_values_unique(&scan.programs);
	programs = value_strings(scan.programs);
	if (err.code == ERROR_NONE)
		return side_present(programs, ORIGIN);
	struct fact_side side = side_missing(FACT_UNREADABLE, ORIGIN, text_safe(arena, err.text, strlen(err.text)));
	if (scan.programs.count)
		vec_push(arena, &side.notes, arena_printf(arena, "at least %s", value_display(arena, &programs, 4096)));
	return side;
}
