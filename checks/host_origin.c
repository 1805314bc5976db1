#include "checks/host_origin.h"

#include <limits.h>

#define DELETED "//deleted" /* fs/proc_namespace.c, seq_dentry */

/* ---- index ----------------------------------------------------------------------------------- */

static int by_device(const void *a, const void *b)
{
	const struct host_device *left = a, *right = b;

	return left->dev < right->dev ? -1 : left->dev > right->dev;
}

static int by_number(const void *a, const void *b)
{
	const int64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static const struct host_device *find_device(const struct host_origin *origin, uint64_t dev)
{
	struct host_device key = {.dev = dev};

	if (origin->devices.count == 0)
		return NULL;
	return bsearch(&key, origin->devices.items, origin->devices.count, sizeof key, by_device);
}

static void add_devices(struct host_origin *origin, struct arena *arena)
{
	size_t kept = 0;

	vec_each(mount, &origin->table->list)
		vec_push(arena, &origin->devices, ((struct host_device){.dev = mount->dev}));
	if (origin->devices.count)
		qsort(origin->devices.items, origin->devices.count, sizeof *origin->devices.items, by_device);
	vec_each(device, &origin->devices) {
		if (kept && origin->devices.items[kept - 1].dev == device->dev)
			continue;
		origin->devices.items[kept++] = (struct host_device){device->dev, strmap_new(arena)};
	}
	origin->devices.count = kept;
}

static void add_root(struct host_origin *origin, const struct mount *mount)
{
	const struct host_device *device = find_device(origin, mount->dev);
	const struct mount *other = strmap_get(device->by_root, mount->root);

	if (!other || strlen(mount->target) < strlen(other->target))
		strmap_put(device->by_root, mount->root, (void *)(uintptr_t)mount);
}

static void *open_origin(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct host_origin *origin = ARENA_NEW(arena, struct host_origin);

	origin->table = probe_service(ctx, &mounts_service);
	add_devices(origin, arena);
	vec_each(mount, &origin->table->list) {
		if (mount->shared)
			vec_push(arena, &origin->groups, mount->shared);
		if (mount->visible)
			add_root(origin, mount);
	}
	if (origin->groups.count)
		qsort(origin->groups.items, origin->groups.count, sizeof *origin->groups.items, by_number);
	return origin;
}

const struct service host_origin_service = {.name = "host origin", .open = open_origin};

/* ---- paths ----------------------------------------------------------------------------------- */

bool host_origin_has_device(const struct host_origin *origin, uint64_t dev)
{
	return find_device(origin, dev) != NULL;
}

bool host_origin_shares(const struct host_origin *origin, const struct mount *mount)
{
	return mount->shared && origin->groups.count &&
	       bsearch(&mount->shared, origin->groups.items, origin->groups.count, sizeof mount->shared, by_number) != NULL;
}

static int by_length(const void *a, const void *b)
{
	const char *left = *(const char *const *)a, *right = *(const char *const *)b;
	size_t left_len = strlen(left), right_len = strlen(right);

	if (left_len != right_len)
		return left_len < right_len ? -1 : 1;
	return strcmp(left, right);
}

/* Each folder of the root's path, from itself up to "/": len is that of the part, 0 for "/". */
static bool next_part(const char *root, size_t *len)
{
	if (*len == 0)
		return false;
	do
		(*len)--;
	while (*len > 0 && root[*len] != '/');
	return true;
}

static size_t whole(const char *root)
{
	return text_eq(root, "/") ? 0 : strlen(root);
}

struct strings host_origin_paths(const struct host_origin *origin, const struct mount *mount, struct arena *arena)
{
	const struct host_device *device = find_device(origin, mount->dev);
	char part[PATH_MAX];
	struct strings paths = {0};
	size_t len = whole(mount->root);

	if (!device || len >= sizeof part || text_ends(mount->root, DELETED))
		return paths;
	memcpy(part, mount->root, len);
	do {
		const struct mount *host;

		part[len] = '\0';
		host = strmap_get(device->by_root, len ? part : "/");
		if (host)
			strings_add_unique(arena, &paths,
					   mounts_join(arena, host->target, whole(mount->root) ? mount->root + len : ""));
	} while (next_part(mount->root, &len));
	if (paths.count > 1)
		qsort(paths.items, paths.count, sizeof *paths.items, by_length);
	return paths;
}

bool host_origin_place(const struct host_origin *origin, const char *path, struct arena *arena, struct host_place *ret)
{
	const struct mount *mount = mounts_at(origin->table, path);

	if (!mount)
		return false;
	ret->dev = mount->dev;
	ret->inside = mounts_join(arena, mount->root, mounts_below(path, mount->target));
	ret->path = path;
	return true;
}

/* ---- places ---------------------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
	const struct host_place *left = a, *right = b;
	int order;

	if (left->dev != right->dev)
		return left->dev < right->dev ? -1 : 1;
	order = mounts_compare_paths(left->inside, right->inside);
	return order ? order : mounts_compare_paths(left->path, right->path);
}

void host_places_sort(struct host_places *places)
{
	if (places->count)
		qsort(places->items, places->count, sizeof *places->items, by_place);
}

/* The first that is not before this place. */
static size_t first_at(const struct host_places *places, uint64_t dev, const char *inside)
{
	struct host_place key = {.dev = dev, .inside = inside, .path = ""};
	size_t low = 0, high = places->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_place(&places->items[middle], &key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Equal to the mount's root, or below. */
static void match_below(const struct host_places *places, const struct mounts *table, const struct mount *mount,
			struct arena *arena, host_match_found *found, void *data)
{
	for (size_t i = first_at(places, mount->dev, mount->root); i < places->count; i++) {
		const struct host_place *place = &places->items[i];
		const char *rest = place->dev == mount->dev ? mounts_below(place->inside, mount->root) : NULL;
		struct host_match match = {.place = place, .relation = HOST_ABOVE, .host_path = place->path};

		if (!rest)
			return;
		match.path = mounts_join(arena, mount->target, rest);
		if (!*rest)
			match.relation = HOST_EQUAL;
		else if (mounts_at(table, match.path) != mount)
			continue;
		found(data, mount, &match);
	}
}

static void match_around(const struct host_places *places, const struct mount *mount, struct arena *arena,
			 host_match_found *found, void *data)
{
	char part[PATH_MAX];
	size_t len = whole(mount->root);

	if (len >= sizeof part || text_ends(mount->root, DELETED))
		return;
	memcpy(part, mount->root, len);
	while (next_part(mount->root, &len)) {
		part[len ? len : 1] = '\0';
		for (size_t i = first_at(places, mount->dev, part); i < places->count; i++) {
			const struct host_place *place = &places->items[i];
			struct host_match match = {.place = place, .relation = HOST_INSIDE, .path = mount->target};

			if (place->dev != mount->dev || !text_eq(place->inside, part))
				break;
			match.host_path = mounts_join(arena, place->path, mount->root + len);
			found(data, mount, &match);
		}
	}
}

void host_places_match(const struct host_places *places, const struct mounts *table, const struct mount *mount,
		       struct arena *arena, host_match_found *found, void *data)
{
	if (places->count == 0 || !mount->visible)
		return;
	match_below(places, table, mount, arena, found, data);
	match_around(places, mount, arena, found, data);
}
