#include "checks/oci_mounts.h"

#include "checks/docker_mounts.h"
#include "checks/oci_reading.h"

static bool has_component(const char *path, const char *id)
{
	const char *at = strstr(path, id);

	return at && at > path && at[-1] == '/' && (!at[strlen(id)] || at[strlen(id)] == '/');
}

/* Below a folder named for the container, or for its sandbox: ids are drawn when it is made, no folder can have waited. */
static bool is_engines_own(const struct docker_reading *reading, const char *source)
{
	static const char *const sandboxes[] = {"io.kubernetes.cri.sandbox-id", "io.kubernetes.cri-o.SandboxID"};
	const struct oci_reading *oci = oci_reading_whole(reading);

	if (docker_values_is_id(oci->bundle->id) && has_component(source, oci->bundle->id))
		return true;
	/* podman takes any annotation from anybody. */
	if (strcmp(oci->bundle->engine, "containerd") != 0 && strcmp(oci->bundle->engine, "cri-o") != 0)
		return false;
	for (size_t i = 0; i < sizeof sandboxes / sizeof *sandboxes; i++) {
		const char *id = oci_config_annotation(oci->config, reading->arena, sandboxes[i]);

		if (id && docker_values_is_id(id) && has_component(source, id))
			return true;
	}
	return false;
}

static bool is_default_tmpfs(const char *destination)
{
	static const char *const defaults[] = {"/dev", "/dev/shm", "/run"};

	for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
		if (strcmp(destination, defaults[i]) == 0)
			return true;
	return false;
}

/* Options as mount(8) has them; the last of ro and rw wins. */
static bool take_options(const json_t *options, struct docker_mount *mount)
{
	static const char *const modes[] = {"private", "rprivate", "shared", "rshared", "slave", "rslave", "unbindable", "runbindable"};
	const json_t *item;
	size_t i;

	if (!oci_reading_is_list(options))
		return false;
	json_array_foreach(options, i, item) {
		const char *option = json_string_value(item);

		if (!option)
			return false;
		if (strcmp(option, "ro") == 0 || strcmp(option, "rw") == 0)
			mount->writable = option[1] == 'w';
		if (strcmp(option, "bind") == 0 || strcmp(option, "rbind") == 0)
			mount->type = "bind";
		for (size_t j = 0; j < sizeof modes / sizeof *modes; j++)
			if (strcmp(option, modes[j]) == 0)
				mount->propagation = modes[j];
	}
	return true;
}

static const char *source_of(const struct docker_reading *reading, const json_t *item)
{
	const char *text = json_string_value(json_object_get(item, "source"));

	if (!text || *text == '/' || !oci_reading_whole(reading)->bundle->folder)
		return text ? arena_strdup(reading->arena, text) : "";
	return arena_printf(reading->arena, "%s/%s", oci_reading_whole(reading)->bundle->folder, text);
}

/* False: what stands there is no mount. */
static bool add_mount(struct docker_reading *reading, const json_t *item, struct docker_mount_list *mounts)
{
	struct docker_mount mount = {
		.type = oci_reading_text(reading, item, "type"),
		.name = "",
		.driver = "",
		.source = "",
		.destination = oci_reading_text(reading, item, "destination"),
		.propagation = "",
		.writable = true,
	};

	if (!*mount.destination || !take_options(json_object_get(item, "options"), &mount))
		return false;
	if (strcmp(mount.type, "bind") == 0) {
		mount.source = source_of(reading, item);
		if (is_engines_own(reading, mount.source))
			return true;
	} else if (strcmp(mount.type, "tmpfs") != 0 || is_default_tmpfs(mount.destination)) {
		return true;
	}
	vec_push(reading->arena, mounts, mount);
	return true;
}

void oci_mounts_convert(struct docker_reading *reading)
{
	struct docker_mount_list mounts = {0};
	const json_t *item;
	bool fits = oci_reading_is_list(reading->json);
	size_t i;

	json_array_foreach(reading->json, i, item)
		fits = fits && add_mount(reading, item, &mounts);
	if (fits)
		docker_mounts_present(reading, &mounts);
	else
		docker_reading_wrong(reading, "a list of mounts");
}
