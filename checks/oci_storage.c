#include "checks/oci_storage.h"

#include "checks/docker_document.h"
#include "checks/docker_values.h"

static const char *text_at(struct arena *arena, const json_t *object, const char *key)
{
	const char *text = docker_values_text(arena, json_object_get(object, key));

	return text && *text ? text : NULL;
}

/* False: none of podman's or CRI-O's. */
static bool read_metadata(struct arena *arena, const char *text, struct oci_stored *ret)
{
	_cleanup_(docker_values_drop) json_t *metadata = NULL;

	if (!text || docker_document_load(text, strlen(text), &metadata, NULL) < 0 || !json_is_object(metadata))
		return false;
	ret->engine = text_at(arena, metadata, "pod-id") ? "cri-o" : "podman";
	ret->image = text_at(arena, metadata, "image-name");
	ret->name = ret->name ?: text_at(arena, metadata, "name");
	return json_object_get(metadata, "image-name") != NULL;
}

static bool read_item(struct arena *arena, const char *folder, const json_t *item, struct oci_stored *ret)
{
	const json_t *names = json_object_get(item, "names");

	*ret = (struct oci_stored){
		.id = text_at(arena, item, "id"),
		.name = docker_values_text(arena, json_array_get(names, 0)),
		.image_id = text_at(arena, item, "image"),
	};
	if (!ret->id || !docker_values_is_id(ret->id))
		return false;
	ret->folder = arena_printf(arena, "%s/%s/userdata", folder, ret->id);
	return read_metadata(arena, json_string_value(json_object_get(item, "metadata")), ret);
}

static int read_folder(const struct host *host, const char *folder, struct arena *arena, struct oci_stored_list *ret,
		       struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	_cleanup_(docker_values_drop) json_t *list = NULL;
	const char *path = arena_printf(scratch, "%s/containers.json", folder);
	const json_t *item;
	size_t len, i;
	char *text;

	if (host_read(host, path, HOST_READ_LARGE, scratch, &text, &len, err) < 0)
		return -1;
	if (docker_document_load(text, len, &list, err) < 0)
		return error_wrap(err, "%s", path);
	if (!json_is_array(list))
		return error_set(err, ERROR_MALFORMED, "%s is no list", path);
	json_array_foreach(list, i, item) {
		struct oci_stored stored;

		if (read_item(arena, folder, item, &stored))
			vec_push(arena, ret, stored);
	}
	return 0;
}

/* An engine that has made no container yet leaves a folder without the list. */
int oci_storage_read(const struct host *host, const char *storage, struct arena *arena, struct oci_stored_list *ret,
		     struct error *err)
{
	struct strings names = {0};
	struct error first = {0};

	if (host_list(host, storage, arena, &names, err) < 0)
		return -1;
	vec_each(name, &names) {
		struct error why = {0};

		if (text_ends(*name, "-containers") &&
		    read_folder(host, arena_printf(arena, "%s/%s", storage, *name), arena, ret, &why) < 0 &&
		    why.code != ERROR_NOT_FOUND && first.code == ERROR_NONE)
			first = why;
	}
	if (first.code == ERROR_NONE)
		return 0;
	if (err)
		*err = first;
	return -1;
}
