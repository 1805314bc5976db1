#include "checks/oci_convert.h"

#include "checks/capabilities.h"
#include "checks/docker_records.h"
#include "checks/docker_seccomp.h"
#include "checks/docker_security.h"
#include "checks/oci_devices.h"
#include "checks/oci_reading.h"

void oci_convert_user(struct docker_reading *reading)
{
	const json_t *user = json_object_get(reading->json, "uid"), *group = json_object_get(reading->json, "gid");
	int64_t uid = 0, gid = 0;

	if ((reading->json && !json_is_object(reading->json)) || (user && !docker_values_int(user, &uid)) ||
	    (group && !docker_values_int(group, &gid)))
		docker_reading_wrong(reading, "a user's numbers");
	else if (uid == 0 && gid == 0)
		docker_reading_present(reading, value_string("0"));
	else
		docker_reading_present(
			reading, value_string(arena_printf(reading->arena, "%lld:%lld", (long long)uid, (long long)gid)));
}

/* podman notes the profile it was given; without such a note it is its own. */
void oci_convert_seccomp(struct docker_reading *reading)
{
	const struct oci_reading *oci = oci_reading_whole(reading);
	const char *kind = reading->json ? docker_seccomp_document_kind(reading->json) : "unconfined";

	if (reading->json && !json_is_object(reading->json)) {
		docker_reading_wrong(reading, "a profile");
		return;
	}
	if (strcmp(kind, "custom") == 0 && strcmp(oci->bundle->engine, "podman") == 0 &&
	    !oci_config_annotation(oci->config, reading->arena, "io.podman.annotations.seccomp"))
		kind = "default";
	docker_reading_present(reading, value_string(kind));
	if (reading->json && strcmp(kind, "unconfined") == 0)
		docker_reading_note(reading, "the profile given stops no call");
	if (strcmp(kind, "custom") == 0)
		docker_reading_note(reading, "whether it is the engine's own is not written down");
}

void oci_convert_apparmor(struct docker_reading *reading)
{
	const char *profile = reading->json ? docker_values_text(reading->arena, reading->json) : "";

	if (!profile)
		docker_reading_wrong(reading, "a text");
	else if (docker_security_kernel_apparmor(reading->ctx->host, reading->arena) == DOCKER_NO)
		docker_reading_missing(reading, FACT_UNSUPPORTED, "this kernel has no AppArmor, or it is off");
	else
		docker_reading_present(reading, value_string(*profile ? profile : "unconfined"));
}

void oci_convert_parent(struct docker_reading *reading)
{
	const char *path = reading->json ? docker_values_text(reading->arena, reading->json) : "";
	const char *colon = path ? strchr(path, ':') : NULL, *slash = path ? strrchr(path, '/') : NULL;
	const char *end = colon && (!slash || slash < colon) ? colon : slash;

	if (path)
		docker_reading_present(reading, value_string(end ? arena_strndup(reading->arena, path, (size_t)(end - path)) : ""));
	else
		docker_reading_wrong(reading, "a path");
}

/* "RLIMIT_NOFILE" is "nofile", as limits.conf(5) has it. */
static const char *limit_name(struct arena *arena, const char *type)
{
	char *name = arena_strdup(arena, text_starts(type, "RLIMIT_") ? type + strlen("RLIMIT_") : type);

	for (char *c = name; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	return name;
}

void oci_convert_ulimits(struct docker_reading *reading)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct arena *arena = reading->arena;
	const json_t *item;
	size_t i;

	if (!oci_reading_is_list(reading->json)) {
		docker_reading_wrong(reading, "a list of limits");
		return;
	}
	json_array_foreach(reading->json, i, item) {
		struct record row = {0};
		struct value soft, hard;

		if (!*oci_reading_text(reading, item, "type") || !docker_records_limit(json_object_get(item, "soft"), &soft) ||
		    !docker_records_limit(json_object_get(item, "hard"), &hard)) {
			docker_reading_wrong(reading, "a list of limits");
			return;
		}
		record_set(arena, &row, "name", value_string(limit_name(arena, oci_reading_text(reading, item, "type"))));
		record_set(arena, &row, "soft", soft);
		record_set(arena, &row, "hard", hard);
		vec_push(arena, &rows.records, row);
	}
	docker_reading_present(reading, rows);
}

/* No runtime has such an option; an engine's amounts to all this together. podman says it too, which holds where podman itself
 * lacked some capability to give. */
void oci_convert_privileged(struct docker_reading *reading)
{
	const struct oci_reading *oci = oci_reading_whole(reading);
	const json_t *linux_part = json_object_get(reading->json, "linux");
	const json_t *rules = docker_values_at(linux_part, "resources.devices");
	struct strings bounding = {0};
	const char *said = oci_config_annotation(oci->config, reading->arena, "io.podman.annotations.privileged");
	size_t all = (size_t)capabilities_last(reading->ctx->host, reading->arena) + 1;

	if (docker_values_texts(reading->arena, docker_values_at(reading->json, "process.capabilities.bounding"), &bounding) < 0) {
		docker_reading_wrong(reading, "a list of capabilities");
		return;
	}
	bool whole_of_it = bounding.count >= all && oci_devices_all(reading, rules) &&
			   !json_is_object(json_object_get(linux_part, "seccomp")) &&
			   json_array_size(json_object_get(linux_part, "maskedPaths")) == 0;
	bool by_word = text_eq(said, "TRUE") && strcmp(oci->bundle->engine, "podman") == 0;
	docker_reading_present(reading, value_bool(whole_of_it || by_word));
}
