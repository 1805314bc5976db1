#include "checks/docker_imagestore.h"

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"

struct store {
	struct probe_context *ctx;
	struct arena *arena;
	const char *path;       /* HOME/image/DRIVER */
	struct strmap *tags;    /* image id → struct strings */
	struct strmap *parents; /* image id → itself: another image was built on it */
};

/* {"Repositories": {"bb": {"bb:latest": "sha256:…", "bb@sha256:…": "sha256:…"}}} */
static void take_repository(struct store *store, const json_t *references)
{
	const char *reference;
	json_t *id;

	json_object_foreach((json_t *)references, reference, id) {
		const char *image = docker_values_text(store->arena, id);
		struct strings *tags;

		if (!image || strchr(reference, '@'))
			continue;
		tags = strmap_get(store->tags, image);
		if (!tags) {
			tags = ARENA_NEW(store->arena, struct strings);
			strmap_put(store->tags, image, tags);
		}
		vec_push(store->arena, tags, text_safe(store->arena, reference, strlen(reference)));
	}
}

/* The file appears with the first tag. */
static int read_tags(struct store *store, struct error *err)
{
	_cleanup_(docker_values_drop) json_t *json = NULL;
	struct error cause = {0};
	const char *name;
	json_t *references;

	if (docker_dataroot_load(store->ctx->host,
				 arena_printf(store->arena, "%s/repositories.json", store->path),
				 &json, &cause) < 0) {
		if (cause.code == ERROR_NOT_FOUND)
			return 0;
		if (err)
			*err = cause;
		return -1;
	}
	json_object_foreach(json_object_get(json, "Repositories"), name, references)
		take_repository(store, references);
	return 0;
}

static void read_parent(struct store *store, const char *name)
{
	const char *path = arena_printf(store->arena, "%s/imagedb/metadata/sha256/%s/parent",
					store->path, name);
	char *parent;

	if (host_read(store->ctx->host, path, HOST_READ_SMALL, store->arena, &parent, NULL, NULL) ==
	    0)
		strmap_put(store->parents, parent, parent);
}

static void add_image(struct store *store, struct docker_images *images, const char *name)
{
	struct docker_image image = {.id = arena_printf(store->arena, "sha256:%s", name)};
	const struct strings *tags = strmap_get(store->tags, image.id);
	struct error err = {0};

	if (tags)
		image.tags = *tags;
	else if (strmap_get(store->parents, image.id))
		return;
	docker_values_unique(&image.tags);
	image.origin = arena_printf(store->arena, "%s/imagedb/content/sha256/%s", store->path,
				    name);
	image.history_origin = image.origin;
	if (docker_dataroot_load(store->ctx->host, image.origin, &image.document, &err) < 0)
		image.reason = image.history_reason = text_safe(store->arena, err.text,
								strlen(err.text));
	else
		image.history = json_incref(json_object_get(image.document, "history"));
	vec_push(store->arena, &images->list, image);
}

static int read_store(struct store *store, struct docker_images *images, struct error *err)
{
	struct strings names = {0};

	if (read_tags(store, err) < 0)
		return -1;
	if (host_list(store->ctx->host,
		      arena_printf(store->arena, "%s/imagedb/content/sha256", store->path),
		      store->arena, &names, err) < 0)
		return -1;
	vec_each(name, &names)
		if (docker_values_is_id(*name))
			read_parent(store, *name);
	vec_each(name, &names)
		if (docker_values_is_id(*name))
			add_image(store, images, *name);
	return 0;
}

int docker_imagestore_read(struct probe_context *ctx, const struct docker_list *containers,
			   struct docker_images *images, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	size_t found = 0;

	if (containers->homes.count == 0)
		return error_set(err, ERROR_SYSTEM, "%s", containers->homes_reason);
	vec_each(home, &containers->homes) {
		struct strings drivers = {0};
		const char *parent = arena_printf(arena, "%s/image", *home);
		struct error cause = {0};

		if (host_list(ctx->host, parent, arena, &drivers, &cause) < 0 &&
		    cause.code != ERROR_NOT_FOUND) {
			if (err)
				*err = cause;
			return -1;
		}
		vec_each(driver, &drivers) {
			struct store store = {
				.ctx = ctx,
				.arena = arena,
				.path = arena_printf(arena, "%s/%s", parent, *driver),
				.tags = strmap_new(arena),
				.parents = strmap_new(arena),
			};

			if (read_store(&store, images, err) < 0)
				return -1;
			found++;
		}
	}
	return found ? 0
		     : error_set(err, ERROR_NOT_FOUND, "%s has no image store of a graph driver",
				 containers->homes.items[0]);
}
