#include "checks/docker_mounts.h"

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"

static const char *text_of(const struct docker_reading *reading, const json_t *object,
			   const char *key)
{
	const char *text = docker_values_text(reading->arena, json_object_get(object, key));

	return text ? text : "";
}

static const char *bytes_of(const struct docker_reading *reading, const json_t *object,
			    const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? arena_strdup(reading->arena, text) : "";
}

static const char *safe(const struct docker_reading *reading, const char *text)
{
	return text_safe(reading->arena, text, strlen(text));
}

static bool add_mount(const struct docker_reading *reading, const json_t *item,
		      struct docker_mount_list *mounts)
{
	struct docker_mount mount = {
		.type = text_of(reading, item, "Type"),
		.name = text_of(reading, item, "Name"),
		.driver = text_of(reading, item, "Driver"),
		.source = bytes_of(reading, item, "Source"),
		.destination = text_of(reading, item, "Destination"),
		.propagation = text_of(reading, item, "Propagation"),
		.writable = json_is_true(json_object_get(item, "RW")),
	};

	if (!*mount.destination || !json_is_boolean(json_object_get(item, "RW")))
		return false;
	if (!*mount.type) /* engines before 1.13 */
		mount.type = *mount.name ? "volume" : "bind";
	vec_push(reading->arena, mounts, mount);
	return true;
}

/* A list in inspect, an object by destination on disk. */
static bool add_all(const struct docker_reading *reading, struct docker_mount_list *mounts)
{
	const json_t *item;
	const char *key;
	json_t *value;
	size_t i;

	if (reading->json && !json_is_array(reading->json) && !json_is_object(reading->json))
		return false;
	json_array_foreach(reading->json, i, item)
		if (!add_mount(reading, item, mounts))
			return false;
	json_object_foreach((json_t *)reading->json, key, value)
		if (!add_mount(reading, value, mounts))
			return false;
	return true;
}

static bool has_option(const char *options, const char *name)
{
	size_t len = strlen(name);

	for (const char *word = options; *word; word += strcspn(word, ",")) {
		word += *word == ',';
		if (strncmp(word, name, len) == 0 && (word[len] == ',' || !word[len]))
			return true;
	}
	return false;
}

/* --tmpfs stands in HostConfig.Tmpfs alone, --mount type=tmpfs among the mounts. */
static bool add_tmpfs(struct docker_reading *reading, struct docker_mount_list *mounts)
{
	const json_t *tmpfs;
	const char *key;
	json_t *options;

	if (!docker_reading_need(reading, "HostConfig.Tmpfs", &tmpfs))
		return false;
	json_object_foreach((json_t *)tmpfs, key, options) {
		struct docker_mount mount = {
			.type = "tmpfs",
			.name = "",
			.driver = "",
			.source = "",
			.destination = text_safe(reading->arena, key, strlen(key)),
			.propagation = "",
			.writable = !json_is_string(options) ||
				    !has_option(json_string_value(options), "ro"),
		};
		vec_push(reading->arena, mounts, mount);
	}
	return true;
}

static int compare(const void *a, const void *b)
{
	const struct docker_mount *x = a, *y = b;

	return strcmp(x->destination, y->destination);
}

static int ask_volume(struct docker_reading *reading, const char *name, struct docker_volume *ret,
		      struct error *err)
{
	_cleanup_(docker_values_drop) json_t *answer = NULL;
	struct arena *arena = reading->arena;
	const char *device, *path;

	if (!docker_dataroot_is_volume_name(name))
		return error_set(err, ERROR_MALFORMED, "no name of a volume: %s", name);
	if (docker_get(reading->ctx, reading->container->list->daemon,
		       arena_printf(arena, "/volumes/%s", name), &answer, err) < 0)
		return -1;
	device = json_string_value(docker_values_at(answer, "Options.device"));
	path = json_string_value(json_object_get(answer, "Mountpoint"));
	*ret = (struct docker_volume){
		.device = device && *device == '/' ? arena_strdup(arena, device) : NULL,
		.path = path ? arena_strdup(arena, path) : NULL,
	};
	return 0;
}

/* From the API while it answers, else from the data root. */
static int find_volume(struct docker_reading *reading, const char *name, struct docker_volume *ret,
		       struct error *err)
{
	const struct docker_list *list = reading->container->list;
	struct error api = {0}, disk = {0};

	if (list->from_api && ask_volume(reading, name, ret, &api) == 0)
		return 0;
	/* A volume that is gone leaves a container behind that cannot start. */
	if (api.code == ERROR_NOT_FOUND)
		return 0;
	if (docker_dataroot_volume(reading->ctx->host, &list->homes, name, reading->arena, ret,
				   &disk) == 0 ||
	    (disk.code == ERROR_NOT_FOUND && list->homes.count > 0))
		return 0;
	return error_set(err, disk.code, "%s%s%s", api.text, api.code ? "; " : "", disk.text);
}

static const struct docker_volume *volume_of(struct docker_reading *reading, const char *name,
					     struct error *err)
{
	struct strmap *known = reading->container->volumes;
	struct docker_volume *volume = strmap_get(known, name);

	if (volume)
		return volume;
	volume = ARENA_NEW(reading->arena, struct docker_volume);
	if (find_volume(reading, name, volume, err) < 0)
		return NULL;
	strmap_put(known, name, volume);
	return volume;
}

static int resolve_volume(struct docker_reading *reading, struct docker_mount *mount, struct error *err)
{
	const struct docker_volume *volume;

	if (strcmp(mount->type, "volume") != 0 || !*mount->name ||
	    (*mount->driver && strcmp(mount->driver, "local") != 0))
		return 0;
	volume = volume_of(reading, mount->name, err);
	if (!volume)
		return error_wrap(err, "volume %s", mount->name);
	if (volume->device) {
		mount->type = "bind";
		mount->source = volume->device;
		docker_reading_note(reading,
				    arena_printf(reading->arena, "%s: the volume %s is made of %s",
						 mount->destination, mount->name,
						 safe(reading, volume->device)));
	} else if (!*mount->source && volume->path) {
		mount->source = volume->path;
	}
	return 0;
}

static int follow_links(struct docker_reading *reading, struct docker_mount *mount, struct error *err)
{
	struct error cause = {0};
	char *real;

	if (*mount->source != '/')
		return 0;
	if (host_realpath(reading->ctx->host, mount->source, reading->arena, &real, &cause) < 0) {
		if (cause.code == ERROR_NOT_FOUND)
			return 0;
		*err = cause;
		return -1;
	}
	/* localtime(5): the one link that half the world mounts; its own name is what people know. */
	if (strcmp(mount->source, "/etc/localtime") == 0 &&
	    text_starts(real, "/usr/share/zoneinfo/"))
		return 0;
	if (strcmp(real, mount->source) != 0)
		docker_reading_note(reading,
				    arena_printf(reading->arena, "%s: %s leads to %s",
						 mount->destination, safe(reading, mount->source),
						 safe(reading, real)));
	mount->source = real;
	return 0;
}

static struct record row_of(const struct docker_reading *reading, const struct docker_mount *mount)
{
	struct record row = {0};

	record_set(reading->arena, &row, "type", value_string(mount->type));
	if (*mount->name)
		record_set(reading->arena, &row, "volume", value_string(mount->name));
	if (*mount->source)
		record_set(reading->arena, &row, "source",
			   value_string(safe(reading, mount->source)));
	record_set(reading->arena, &row, "destination", value_string(mount->destination));
	record_set(reading->arena, &row, "writable", value_bool(mount->writable));
	record_set(reading->arena, &row, "propagation",
		   value_string(*mount->propagation ? mount->propagation : "rprivate"));
	return row;
}

void docker_mounts_present(struct docker_reading *reading, struct docker_mount_list *mounts)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct error err = {0};

	if (mounts->count > 1)
		qsort(mounts->items, mounts->count, sizeof *mounts->items, compare);
	vec_each(mount, mounts) {
		if (resolve_volume(reading, mount, &err) < 0 ||
		    follow_links(reading, mount, &err) < 0) {
			docker_reading_missing(reading, FACT_UNREADABLE,
					       arena_printf(reading->arena, "%s: %s",
							    mount->destination,
							    safe(reading, err.text)));
			return;
		}
		struct record row = row_of(reading, mount);
		vec_push(reading->arena, &rows.records, row);
	}
	docker_reading_present(reading, rows);
}

void docker_mounts_convert(struct docker_reading *reading)
{
	struct docker_mount_list mounts = {0};

	if (!add_all(reading, &mounts))
		docker_reading_wrong(reading, "a list of mounts");
	else if (add_tmpfs(reading, &mounts))
		docker_mounts_present(reading, &mounts);
}
