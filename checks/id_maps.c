#include "checks/id_maps.h"

bool id_maps_parse(struct arena *arena, const char *text, struct id_map *ret)
{
	struct id_map map = {0};

	while (*text) {
		unsigned long inside, outside, length;
		int end = 0;

		if (sscanf(text, "%10lu %10lu %10lu%n", &inside, &outside, &length, &end) != 3 || text[end] != '\n' ||
		    (inside | outside | length) > UINT32_MAX || map.count == ID_MAPS_LINES_MAX)
			return false;
		vec_push(arena, &map, ((struct id_range){(int64_t)inside, (int64_t)outside, (int64_t)length}));
		text += end + 1;
	}
	*ret = map;
	return true;
}

int64_t id_maps_inside(const struct id_map *map, int64_t outside)
{
	vec_each(range, map)
		if (outside >= range->outside && outside - range->outside < range->length)
			return range->inside + (outside - range->outside);
	return -1;
}

int64_t id_maps_outside(const struct id_map *map, int64_t inside)
{
	vec_each(range, map)
		if (inside >= range->inside && inside - range->inside < range->length)
			return range->outside + (inside - range->inside);
	return -1;
}

/* path → struct id_map */
static void *open_maps(struct probe_context *ctx)
{
	return strmap_new(facts_arena(ctx->facts));
}

static const struct service maps_service = {.name = "id maps", .open = open_maps};

int id_maps_read(struct probe_context *ctx, pid_t pid, enum id_maps_kind kind, const struct id_map **ret, struct error *err)
{
	static const char *const names[] = {"uid_map", "gid_map"};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *path = arena_printf(scratch, "/proc/%d/%s", pid, names[kind]);
	struct strmap *maps = probe_service(ctx, &maps_service);
	struct arena *arena = facts_arena(ctx->facts);
	struct id_map *map = strmap_get(maps, path);
	char *text;

	if (!map) {
		if (host_read(ctx->host, path, HOST_READ_SMALL, scratch, &text, NULL, err) < 0)
			return -1;
		map = ARENA_NEW(arena, struct id_map);
		if (!id_maps_parse(arena, text, map))
			return error_set(err, ERROR_MALFORMED, "%s is not as the kernel writes it", path);
		strmap_put(maps, arena_strdup(arena, path), map);
	}
	*ret = map;
	return 0;
}
