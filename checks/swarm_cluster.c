#include "checks/swarm.h"

#include "checks/base64.h"
#include "checks/docker_values.h"
#include "checks/environment.h"

static struct fact_side unreadable(const struct swarm *swarm, const char *origin, const char *reason)
{
	return side_missing(FACT_UNREADABLE, origin, arena_strdup(swarm->arena, reason));
}

const char *swarm_cluster_trouble(struct swarm *swarm)
{
	const char *state = docker_values_text(swarm->arena, docker_values_at(swarm->info, "Swarm.LocalNodeState"));
	const char *error = docker_values_text(swarm->arena, docker_values_at(swarm->info, "Swarm.Error"));

	if (!swarm->info)
		return swarm->info_reason;
	if (error && *error)
		return error;
	return text_eq(state, "active") ? NULL : arena_printf(swarm->arena, "this node is %s", state && *state ? state : "in no state");
}

/* ---- GET /info ------------------------------------------------------------------------------- */

/* A number of /info that no swarm in working order has as 0. */
static struct fact_side count_side(struct swarm *swarm, const char *path)
{
	const char *origin = arena_printf(swarm->arena, "GET /info %s", path);
	const char *trouble = swarm_cluster_trouble(swarm);
	int64_t count;

	if (trouble)
		return unreadable(swarm, origin, trouble);
	if (!docker_values_int(docker_values_at(swarm->info, path), &count) || count < 1)
		return unreadable(swarm, origin, "the engine does not tell");
	return side_present(value_int(count), origin);
}

struct fact_side swarm_cluster_nodes(struct swarm *swarm)
{
	return count_side(swarm, "Swarm.Nodes");
}

/* A manager that is not drained runs services beside the swarm's own control. */
static void note_working(struct swarm *swarm, struct fact_side *side)
{
	_cleanup_(docker_values_drop) json_t *list = NULL;
	const json_t *node;
	size_t i;

	if (docker_get(swarm->ctx, swarm->daemon, "/nodes", &list, NULL) < 0)
		return;
	json_array_foreach(list, i, node) {
		const char *name = docker_values_text(swarm->arena, docker_values_at(node, "Description.Hostname"));

		if (text_eq(json_string_value(docker_values_at(node, "Spec.Role")), "manager") &&
		    !text_eq(json_string_value(docker_values_at(node, "Spec.Availability")), "drain"))
			vec_push(swarm->arena, &side->notes, arena_printf(swarm->arena, "manager %s runs tasks too", name ? name : "?"));
	}
}

struct fact_side swarm_cluster_managers(struct swarm *swarm)
{
	struct fact_side side = count_side(swarm, "Swarm.Managers");

	if (side.state == FACT_PRESENT && json_integer_value(docker_values_at(swarm->info, "Swarm.Nodes")) > 1)
		note_working(swarm, &side);
	return side;
}

/* A node that waits to be unlocked is the proof. */
struct fact_side swarm_cluster_autolock(struct swarm *swarm)
{
	static const char origin[] = "GET /info Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers";
	const json_t *flag = docker_values_at(swarm->info, "Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers");
	const char *trouble = swarm_cluster_trouble(swarm);

	if (text_eq(json_string_value(docker_values_at(swarm->info, "Swarm.LocalNodeState")), "locked"))
		return side_present(value_bool(true), "GET /info Swarm.LocalNodeState");
	if (trouble)
		return unreadable(swarm, origin, trouble);
	if (!json_is_boolean(flag))
		return unreadable(swarm, origin, "the engine does not tell");
	return side_present(value_bool(json_is_true(flag)), origin);
}

struct fact_side swarm_cluster_expiry(struct swarm *swarm)
{
	static const char origin[] = "GET /info Swarm.Cluster.Spec.CAConfig.NodeCertExpiry";
	const char *trouble = swarm_cluster_trouble(swarm);
	int64_t nanoseconds;

	if (trouble)
		return unreadable(swarm, origin, trouble);
	if (!docker_values_int(docker_values_at(swarm->info, "Swarm.Cluster.Spec.CAConfig.NodeCertExpiry"), &nanoseconds) ||
	    nanoseconds < 1)
		return unreadable(swarm, origin, "the engine does not tell");
	return side_present(value_typed_int(VALUE_DURATION, nanoseconds / 1000000), origin);
}

/* ---- what services are given ----------------------------------------------------------------- */

/* A list that the swarm keeps. False: *ret_side says why not. */
static bool get_list(struct swarm *swarm, const char *path, json_t **ret, struct fact_side *ret_side)
{
	const char *origin = arena_printf(swarm->arena, "GET %s", path);
	const char *trouble = swarm_cluster_trouble(swarm);
	struct error err = {0};

	if (trouble)
		*ret_side = unreadable(swarm, origin, trouble);
	else if (docker_get(swarm->ctx, swarm->daemon, path, ret, &err) < 0)
		*ret_side = unreadable(swarm, origin, err.text);
	else if (!json_is_array(*ret))
		*ret_side = unreadable(swarm, origin, "expected a list");
	else {
		*ret_side = side_present((struct value){0}, origin);
		return true;
	}
	return false;
}

static int service_row(struct arena *arena, const json_t *service, struct record *ret)
{
	const json_t *spec = docker_values_at(service, "Spec.TaskTemplate.ContainerSpec");
	const char *name = docker_values_text(arena, docker_values_at(service, "Spec.Name"));
	struct strings secrets;

	if (!name || environment_secrets(arena, json_object_get(spec, "Env"), &secrets) < 0)
		return -1;
	record_set(arena, ret, "name", value_string(name));
	record_set(arena, ret, "secrets", value_int((int64_t)json_array_size(json_object_get(spec, "Secrets"))));
	record_set(arena, ret, "configs", value_int((int64_t)json_array_size(json_object_get(spec, "Configs"))));
	record_set(arena, ret, "environment_secrets", value_strings(secrets));
	return 0;
}

struct fact_side swarm_cluster_services(struct swarm *swarm)
{
	_cleanup_(docker_values_drop) json_t *list = NULL;
	struct value rows = {.type = VALUE_RECORDS};
	struct fact_side side;
	const json_t *service;
	size_t i;

	if (!get_list(swarm, "/services", &list, &side))
		return side;
	json_array_foreach(list, i, service) {
		struct record row = {0};

		if (service_row(swarm->arena, service, &row) < 0)
			return unreadable(swarm, side.origin, "a service cannot be understood");
		vec_push(swarm->arena, &rows.records, row);
	}
	side.value = rows;
	return side;
}

/* NAME=VALUE or NAME: VALUE, as properties, YAML and the like have it. */
static bool line_holds_secret(struct arena *scratch, const char *line)
{
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
	const char *start = line + strspn(line, " \t\"'");
	int len = (int)strspn(start, name);
	const char *value = start + len + strspn(start + len, " \t\"'");

	if (text_starts(start, "-----BEGIN ")) /* certificates and public keys may stand in one */
		return strstr(start, "PRIVATE KEY-----") != NULL;
	if (!len || (*value != '=' && *value != ':'))
		return false;
	value += 1 + strspn(value + 1, " \t\"'");
	return environment_secret(scratch, arena_printf(scratch, "%.*s=%s", len, start, value)) != NULL;
}

/* Configs are kept and handed out in the clear (docs.docker.com/engine/swarm/configs). */
static bool holds_secret(const json_t *data)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	unsigned char *text;
	char *save = NULL;
	size_t len;

	if (!json_is_string(data) || !base64_decode(scratch, json_string_value(data), json_string_length(data), &text, &len))
		return false;
	for (char *line = strtok_r((char *)text, "\r\n", &save); line; line = strtok_r(NULL, "\r\n", &save))
		if (line_holds_secret(scratch, line))
			return true;
	return false;
}

struct fact_side swarm_cluster_configs(struct swarm *swarm)
{
	_cleanup_(docker_values_drop) json_t *list = NULL;
	struct strings names = {0};
	struct fact_side side;
	const json_t *config;
	size_t i;

	if (!get_list(swarm, "/configs", &list, &side))
		return side;
	json_array_foreach(list, i, config) {
		const char *name = docker_values_text(swarm->arena, docker_values_at(config, "Spec.Name"));

		if (holds_secret(docker_values_at(config, "Spec.Data")))
			vec_push(swarm->arena, &names, name ? name : "?");
	}
	strings_sort(&names);
	side.value = value_strings(names);
	return side;
}
