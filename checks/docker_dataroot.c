#include "checks/docker_dataroot.h"

#include <ctype.h>

#include "checks/docker_document.h"
#include "checks/docker_values.h"

#define VOLUME_NAME_MAX 255 /* one component of a path */

/* UID.GID of userns-remap: moby daemon/daemon_unix.go setupDaemonRoot. */
static bool is_remapped_name(const char *name)
{
	size_t uid = strspn(name, "0123456789");
	size_t gid = name[uid] == '.' ? strspn(name + uid + 1, "0123456789") : 0;

	return uid > 0 && gid > 0 && !name[uid + 1 + gid];
}

static int is_folder(const struct host *host, const char *path, bool *ret, struct error *err)
{
	struct error cause = {0};
	struct stat st;

	*ret = host_stat(host, path, true, &st, &cause) == 0 && S_ISDIR(st.st_mode);
	if (cause.code == ERROR_NONE || cause.code == ERROR_NOT_FOUND)
		return 0;
	if (err)
		*err = cause;
	return -1;
}

int docker_dataroot_homes(const struct host *host, const char *data_root, struct arena *arena,
			  struct strings *ret, struct error *err)
{
	struct strings names = {0}, homes = {0};
	bool there;

	if (host_list(host, data_root, arena, &names, err) < 0)
		return -1;
	if (strings_has(&names, "containers"))
		vec_push(arena, &homes, data_root);
	vec_each(name, &names) {
		const char *home = arena_printf(arena, "%s/%s", data_root, *name);

		if (!is_remapped_name(*name))
			continue;
		if (is_folder(host, arena_printf(arena, "%s/containers", home), &there, err) < 0)
			return -1;
		if (there)
			vec_push(arena, &homes, home);
	}
	if (homes.count == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s has no folder containers", data_root);
	*ret = homes;
	return 0;
}

int docker_dataroot_containers(const struct host *host, const char *home, struct arena *arena,
			       struct strings *ret, struct error *err)
{
	const char *parent = arena_printf(arena, "%s/containers", home);
	struct strings names = {0}, folders = {0};

	if (host_list(host, parent, arena, &names, err) < 0)
		return -1;
	vec_each(name, &names)
		if (docker_values_is_id(*name))
			vec_push(arena, &folders, arena_printf(arena, "%s/%s", parent, *name));
	*ret = folders;
	return 0;
}

const char *docker_dataroot_folder(const struct host *host, const struct strings *homes,
				   const char *id, struct arena *arena)
{
	vec_each(home, homes) {
		const char *folder = arena_printf(arena, "%s/containers/%s", *home, id);
		bool there;

		if (is_folder(host, folder, &there, NULL) == 0 && there)
			return folder;
	}
	return NULL;
}

static int parse(const char *text, size_t len, json_t **ret, struct error *err)
{
	json_t *json;

	if (docker_document_load(text, len, &json, err) < 0)
		return -1;
	if (!json_is_object(json)) {
		json_decref(json);
		return error_set(err, ERROR_MALFORMED, "not a JSON object");
	}
	*ret = json;
	return 0;
}

int docker_dataroot_load(const struct host *host, const char *path, json_t **ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	size_t len;

	if (host_read(host, path, HOST_READ_CONFIG, scratch, &text, &len, err) < 0)
		return -1;
	return parse(text, len, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

bool docker_dataroot_is_volume_name(const char *name)
{
	size_t len = 0;

	while (isalnum((unsigned char)name[len]) ||
	       (len > 0 && name[len] && strchr("_.-", name[len])))
		len++;
	return len > 0 && !name[len] && len <= VOLUME_NAME_MAX;
}

/* "tmpfs", "overlay" or ":/export" of NFS name nothing of this host's. */
static const char *device_of(const struct host *host, const char *folder, struct arena *arena,
			     struct error *err)
{
	_cleanup_(docker_values_drop) json_t *options = NULL;
	const char *device;

	if (docker_dataroot_load(host, arena_printf(arena, "%s/opts.json", folder), &options, err) <
	    0)
		return NULL;
	device = json_string_value(json_object_get(options, "MountDevice"));
	return device && *device == '/' ? arena_strdup(arena, device) : NULL;
}

int docker_dataroot_volume(const struct host *host, const struct strings *homes, const char *name,
			   struct arena *arena, struct docker_volume *ret, struct error *err)
{
	if (!docker_dataroot_is_volume_name(name))
		return error_set(err, ERROR_MALFORMED, "no name of a volume: %s", name);
	vec_each(home, homes) {
		const char *folder = arena_printf(arena, "%s/volumes/%s", *home, name);
		struct error cause = {0};
		const char *device;
		bool there;

		if (is_folder(host, folder, &there, err) < 0)
			return -1;
		if (!there)
			continue;
		device = device_of(host, folder, arena, &cause);
		if (cause.code != ERROR_NONE && cause.code != ERROR_NOT_FOUND) {
			if (err)
				*err = cause;
			return -1;
		}
		*ret = (struct docker_volume){device, arena_printf(arena, "%s/_data", folder)};
		return 0;
	}
	return error_set(err, ERROR_NOT_FOUND, "the data root has no volume %s", name);
}
