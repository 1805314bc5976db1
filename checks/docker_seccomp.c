#include "checks/docker_seccomp.h"

#include "base/text.h"
#include "checks/docker_values.h"

static bool lets_pass(const json_t *action)
{
	const char *text = json_string_value(action);

	return text_eq(text, "SCMP_ACT_ALLOW") || text_eq(text, "SCMP_ACT_LOG");
}

const char *docker_seccomp_document_kind(const json_t *profile)
{
	const json_t *rule;
	size_t i;

	if (!lets_pass(json_object_get(profile, "defaultAction")))
		return "custom";
	json_array_foreach(json_object_get(profile, "syscalls"), i, rule)
		if (!lets_pass(json_object_get(rule, "action")))
			return "custom";
	return "unconfined";
}

const char *docker_seccomp_kind(const char *profile, size_t len)
{
	_cleanup_(docker_values_drop)
		json_t *json = json_loadb(profile, len, JSON_DECODE_INT_AS_REAL, NULL);

	return docker_seccomp_document_kind(json);
}

bool docker_seccomp_lists_denials(const char *profile, size_t len)
{
	_cleanup_(docker_values_drop)
		json_t *json = json_loadb(profile, len, JSON_DECODE_INT_AS_REAL, NULL);

	return lets_pass(json_object_get(json, "defaultAction"));
}
