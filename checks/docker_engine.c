#include "checks/docker_engine.h"

#include "base/version.h"
#include "checks/docker_seccomp.h"
#include "checks/docker_values.h"
#include "checks/dockerd_config.h"
#include "checks/settings_dockerd.h"
#include "checks/settings_value.h"

/* An option without the default: ABSENT when it is not given. The tree at rest has a
 * configuration file only. */
static struct fact_side option_get(struct probe_context *ctx, struct docker_daemon *daemon,
				   const char *name, enum value_type type)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct setting_request request = {.fact = "",
					  .program = "dockerd",
					  .type = type,
					  .flag = arena_printf(arena, "--%s", name),
					  .config = name};
	const json_t *json;
	struct value value;

	if (daemon->process)
		return settings_dockerd_resolve(ctx, daemon, &request);
	if (daemon->config->state == FACT_UNREADABLE)
		return side_missing(FACT_UNREADABLE, daemon->config->path, daemon->config->reason);
	json = dockerd_config_get(daemon->config, name, NULL);
	if (!json)
		return side_missing(FACT_ABSENT, "default", "not set");
	if (settings_value_from_json(arena, type, json, &value, NULL) < 0)
		return side_missing(FACT_UNREADABLE, daemon->config->path,
				    "not a value of this option");
	return side_present(value, arena_printf(arena, "%s %s", daemon->config->path, name));
}

/* A profile as an option or /info names it. "builtin" is the word from 23.0 on. */
static const char *profile_kind(struct probe_context *ctx, const char *profile)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	size_t len;

	if (!*profile || strcmp(profile, "default") == 0 || strcmp(profile, "builtin") == 0)
		return "default";
	if (strcmp(profile, "unconfined") == 0)
		return "unconfined";
	if (host_read(ctx->host, profile, HOST_READ_CONFIG, scratch, &text, &len, NULL) < 0)
		return "custom";
	return docker_seccomp_kind(text, len);
}

static const char *text_or(const struct fact_side *side, const char *otherwise)
{
	if (side->state == FACT_PRESENT)
		return side->value.string;
	return side->state == FACT_ABSENT ? otherwise : NULL;
}

static const char *origin_of(struct arena *arena, const struct fact_side *side)
{
	if (side->state == FACT_ABSENT)
		return "default of the engine";
	return side->reason ? arena_printf(arena, "%s: %s", side->origin, side->reason)
			    : side->origin;
}

static void take_options(struct probe_context *ctx, struct docker_daemon *daemon,
			 struct docker_engine *engine)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct fact_side seccomp = option_get(ctx, daemon, "seccomp-profile", VALUE_STRING);
	struct fact_side no_new = option_get(ctx, daemon, "no-new-privileges", VALUE_BOOL);
	struct fact_side address = option_get(ctx, daemon, "ip", VALUE_STRING);
	struct fact_side remap = option_get(ctx, daemon, "userns-remap", VALUE_STRING);
	const char *profile = text_or(&seccomp, "");

	engine->seccomp = profile ? profile_kind(ctx, profile) : NULL;
	engine->seccomp_origin = origin_of(arena, &seccomp);
	if (no_new.state == FACT_PRESENT)
		engine->no_new_privileges = no_new.value.boolean ? DOCKER_YES : DOCKER_NO;
	else
		engine->no_new_privileges = no_new.state == FACT_ABSENT ? DOCKER_NO
									: DOCKER_UNKNOWN;
	engine->no_new_privileges_origin = origin_of(arena, &no_new);
	engine->address = text_or(&address, "0.0.0.0");
	if (text_or(&remap, ""))
		engine->remapped = *text_or(&remap, "") || daemon->rootless ? DOCKER_YES
									    : DOCKER_NO;
}

/* "name=seccomp,profile=default" → the rest behind the name, or NULL when no option has that
 * name. */
static const char *security_option(const json_t *options, const char *name)
{
	const json_t *item;
	size_t i, len = strlen(name);

	json_array_foreach(options, i, item) {
		const char *text = json_string_value(item);

		if (text && text_starts(text, "name=") && strncmp(text + 5, name, len) == 0 &&
		    (text[5 + len] == ',' || !text[5 + len]))
			return text + 5 + len;
	}
	return NULL;
}

static void take_info(struct probe_context *ctx, const json_t *info, struct docker_engine *engine)
{
	static const char origin[] = "GET /info SecurityOptions";
	const json_t *options = json_object_get(info, "SecurityOptions");
	const char *version = json_string_value(json_object_get(info, "ServerVersion"));
	const char *seccomp = security_option(options, "seccomp");
	bool tells = version && version_valid(version) && version_compare(version, "24.0.0") >= 0;

	if (!json_is_array(options) && !json_is_null(options))
		return;
	engine->seccomp_origin = origin;
	if (!seccomp)
		engine->seccomp = "unconfined"; /* the kernel has no filters */
	else
		engine->seccomp = profile_kind(ctx, text_starts(seccomp, ",profile=") ? seccomp + 9
										      : "");
	engine->remapped = security_option(options, "userns") ||
					   security_option(options, "rootless")
				   ? DOCKER_YES
				   : DOCKER_NO;
	if (!security_option(options, "no-new-privileges") && !tells)
		return;
	engine->no_new_privileges = security_option(options, "no-new-privileges") ? DOCKER_YES
										  : DOCKER_NO;
	engine->no_new_privileges_origin = origin;
}

const struct docker_engine *docker_engine_of(struct probe_context *ctx, struct docker_list *list)
{
	_cleanup_(docker_values_drop) json_t *info = NULL;

	if (list->engine)
		return list->engine;
	list->engine = ARENA_NEW(facts_arena(ctx->facts), struct docker_engine);
	take_options(ctx, list->daemon, list->engine);
	if (list->from_api && docker_get(ctx, list->daemon, "/info", &info, NULL) == 0)
		take_info(ctx, info, list->engine);
	return list->engine;
}
