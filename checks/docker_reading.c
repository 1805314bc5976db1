#include "checks/docker_reading.h"

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"

#define HOST_CONFIG "HostConfig."

static const char *load(struct probe_context *ctx, const char *path, json_t **ret)
{
	struct error err = {0};

	if (docker_dataroot_load(ctx->host, path, ret, &err) == 0)
		return NULL;
	return text_safe(facts_arena(ctx->facts), err.text, strlen(err.text));
}

void docker_reading_load(struct probe_context *ctx, const struct docker_list *list,
			 const char *folder, struct docker_stored *ret)
{
	struct arena *arena = facts_arena(ctx->facts);

	*ret = (struct docker_stored){0};
	if (!folder) {
		ret->config_path = ret->host_config_path = list->daemon->data_root;
		ret->config_reason = list->homes_reason
					     ? list->homes_reason
					     : "the data root does not show the container";
		ret->host_config_reason = ret->config_reason;
		return;
	}
	ret->config_path = arena_printf(arena, "%s/config.v2.json", folder);
	ret->host_config_path = arena_printf(arena, "%s/hostconfig.json", folder);
	ret->config_reason = load(ctx, ret->config_path, &ret->config);
	ret->host_config_reason = load(ctx, ret->host_config_path, &ret->host_config);
}

void docker_reading_unload(struct docker_stored *stored)
{
	json_decref(stored->config);
	json_decref(stored->host_config);
	stored->config = stored->host_config = NULL;
}

/* A path that ends in a dot is the object itself. */
static const char *shown(struct arena *arena, const char *path)
{
	size_t len = strlen(path);

	return arena_strndup(arena, path, len > 0 && path[len - 1] == '.' ? len - 1 : len);
}

static const json_t *without_null(const json_t *json)
{
	return json_is_null(json) ? NULL : json;
}

/* Answered, but without the object that the path leads through: what it holds was not seen. */
static bool lacks_host_config(const struct docker_container *container, const char *path)
{
	return text_starts(path, HOST_CONFIG) &&
	       !json_is_object(json_object_get(container->inspect, "HostConfig"));
}

static bool find_answered(const struct docker_container *container, struct arena *arena,
			  const char *path, const json_t **ret, struct fact_side *ret_side)
{
	const char *id = docker_inventory_short_id(arena, container->listed->id);

	ret_side->origin = arena_printf(arena, "GET /containers/%s/json %s", id,
					shown(arena, path));
	if (lacks_host_config(container, path)) {
		*ret_side = side_missing(FACT_UNREADABLE, ret_side->origin,
					 "the answer has no HostConfig");
		return false;
	}
	*ret = without_null(docker_values_at(container->inspect, path));
	return true;
}

static const char *join_reasons(const struct docker_container *container, struct arena *arena,
				const char *reason)
{
	if (!container->inspect_reason)
		return reason;
	return arena_printf(arena, "%s; %s", container->inspect_reason, reason);
}

bool docker_reading_find(const struct docker_container *container, struct arena *arena,
			 const char *path, const json_t **ret, struct fact_side *ret_side)
{
	const struct docker_stored *stored = &container->stored;
	bool host = text_starts(path, HOST_CONFIG);
	const char *rest = host ? path + strlen(HOST_CONFIG) : path;
	const json_t *json = host ? stored->host_config : stored->config;

	if (container->inspect)
		return find_answered(container, arena, path, ret, ret_side);
	ret_side->origin = arena_printf(arena, *rest ? "%s %s" : "%s%s",
					host ? stored->host_config_path : stored->config_path,
					rest);
	if (!json) {
		const char *reason = host ? stored->host_config_reason : stored->config_reason;

		*ret_side = side_missing(FACT_UNREADABLE, ret_side->origin,
					 join_reasons(container, arena, reason));
		return false;
	}
	*ret = without_null(docker_values_at(json, rest));
	return true;
}

bool docker_reading_need(struct docker_reading *reading, const char *path, const json_t **ret)
{
	struct fact_side why = {0};

	if (docker_reading_find(reading->container, reading->arena, path, ret, &why))
		return true;
	*reading->side = why;
	return false;
}

const json_t *docker_reading_at(const struct docker_reading *reading, const char *path)
{
	struct fact_side ignored = {0};
	const json_t *json = NULL;

	return docker_reading_find(reading->container, reading->arena, path, &json, &ignored)
		       ? json
		       : NULL;
}

bool docker_reading_flag(const struct docker_reading *reading, const char *path)
{
	return json_is_true(docker_reading_at(reading, path));
}

const char *docker_reading_security_option(const struct docker_reading *reading, const char *name)
{
	const json_t *options = docker_reading_at(reading, "HostConfig.SecurityOpt"), *item;
	size_t i, len = strlen(name);
	const char *found = NULL;

	json_array_foreach(options, i, item) {
		const char *text = json_string_value(item);

		if (!text || strncmp(text, name, len) != 0)
			continue;
		if (!text[len])
			found = text + len;
		else if (text[len] == '=' || text[len] == ':')
			found = text + len + 1;
	}
	return found;
}

void docker_reading_present(struct docker_reading *reading, struct value value)
{
	reading->side->state = FACT_PRESENT;
	reading->side->value = value;
}

void docker_reading_missing(struct docker_reading *reading, enum fact_state state,
			    const char *reason)
{
	reading->side->state = state;
	reading->side->reason = reason;
}

void docker_reading_wrong(struct docker_reading *reading, const char *expected)
{
	docker_reading_missing(
		reading, FACT_UNREADABLE,
		arena_printf(reading->arena, "%s there where %s is expected",
			     reading->json ? "something else stands" : "nothing stands", expected));
}

void docker_reading_note(struct docker_reading *reading, const char *note)
{
	vec_push(reading->arena, &reading->side->notes, note);
}
