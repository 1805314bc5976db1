#include "checks/docker_basic.h"

#include "checks/docker_values.h"
#include "checks/redact.h"

void docker_basic_bool(struct docker_reading *reading)
{
	if (json_is_boolean(reading->json))
		docker_reading_present(reading, value_bool(json_is_true(reading->json)));
	else
		docker_reading_wrong(reading, "true or false");
}

void docker_basic_flag(struct docker_reading *reading)
{
	if (reading->json)
		docker_basic_bool(reading);
	else
		docker_reading_present(reading, value_bool(false));
}

void docker_basic_declared_by(struct docker_reading *reading)
{
	docker_reading_present(reading, value_string(reading->container->inspect ? "docker API" : "docker data root"));
}

/* The text, `when_empty` for "" and nothing; NULL after a wrong type was answered. */
static const char *text_or(struct docker_reading *reading, const char *when_empty)
{
	const char *text = reading->json ? docker_values_text(reading->arena, reading->json) : "";

	if (!text)
		docker_reading_wrong(reading, "a text");
	return text && !*text ? when_empty : text;
}

static void present_text(struct docker_reading *reading, const char *when_empty)
{
	const char *text = text_or(reading, when_empty);

	if (text)
		docker_reading_present(reading, value_string(text));
}

void docker_basic_text(struct docker_reading *reading)
{
	const char *text = text_or(reading, "");

	if (text && !*text)
		docker_reading_missing(reading, FACT_ABSENT, "none is set");
	else if (text)
		docker_reading_present(reading, value_string(text));
}

void docker_basic_plain_text(struct docker_reading *reading)
{
	present_text(reading, "");
}

void docker_basic_runtime(struct docker_reading *reading)
{
	present_text(reading, "runc");
}

void docker_basic_restart_policy(struct docker_reading *reading)
{
	present_text(reading, "no");
}

void docker_basic_user(struct docker_reading *reading)
{
	present_text(reading, "0");
}

static bool number(struct docker_reading *reading, int64_t *ret)
{
	*ret = 0;
	if (!reading->json || docker_values_int(reading->json, ret))
		return true;
	docker_reading_wrong(reading, "a number");
	return false;
}

void docker_basic_count(struct docker_reading *reading)
{
	int64_t count;

	if (number(reading, &count))
		docker_reading_present(reading, value_int(count));
}

void docker_basic_limit(struct docker_reading *reading)
{
	int64_t limit;

	if (number(reading, &limit))
		docker_reading_present(reading, value_int(limit > 0 ? limit : VALUE_UNLIMITED));
}

void docker_basic_size_limit(struct docker_reading *reading)
{
	int64_t limit;

	if (number(reading, &limit))
		docker_reading_present(
			reading, value_typed_int(VALUE_SIZE, limit > 0 ? limit : VALUE_UNLIMITED));
}

static void present_strings(struct docker_reading *reading, int result, struct strings strings,
			    const char *expected)
{
	if (result < 0)
		docker_reading_wrong(reading, expected);
	else
		docker_reading_present(reading, value_strings(strings));
}

void docker_basic_texts(struct docker_reading *reading)
{
	struct strings texts = {0};
	int result = docker_values_texts(reading->arena, reading->json, &texts);

	present_strings(reading, result, texts, "a list of texts");
}

void docker_basic_keys(struct docker_reading *reading)
{
	struct strings keys = {0};
	int result = docker_values_keys(reading->arena, reading->json, &keys);

	present_strings(reading, result, keys, "an object");
}

void docker_basic_names(struct docker_reading *reading)
{
	struct strings names = {0};
	int result = docker_values_names(reading->arena, reading->json, &names);

	present_strings(reading, result, names, "a list of texts");
}

/* Whoever starts a container writes its labels: one that says "sandbox" must not take it out of
 * anybody's sight. */
void docker_basic_kind(struct docker_reading *reading)
{
	docker_reading_present(reading, value_string("container"));
}

/* moby container/state.go StateString; the flags alone stand on disk. Restarting containers keep
 * Running. */
static const char *state_of_flags(const json_t *state)
{
	const char *started = json_string_value(json_object_get(state, "StartedAt"));

	if (json_is_true(json_object_get(state, "Running"))) {
		if (json_is_true(json_object_get(state, "Paused")))
			return "paused";
		return json_is_true(json_object_get(state, "Restarting")) ? "restarting"
									  : "running";
	}
	if (json_is_true(json_object_get(state, "RemovalInProgress")))
		return "removing";
	if (json_is_true(json_object_get(state, "Dead")))
		return "dead";
	return !started || text_starts(started, "0001-01-01") ? "created" : "exited";
}

void docker_basic_state(struct docker_reading *reading)
{
	const json_t *status = json_object_get(reading->json, "Status");

	if (!json_is_object(reading->json))
		docker_reading_wrong(reading, "an object");
	else if (json_is_string(status))
		docker_reading_present(reading,
				       value_string(docker_values_text(reading->arena, status)));
	else
		docker_reading_present(reading, value_string(state_of_flags(reading->json)));
}

void docker_basic_pid(struct docker_reading *reading)
{
	int64_t pid;

	if (!number(reading, &pid))
		return;
	if (pid > 0)
		docker_reading_present(reading, value_int(pid));
	else
		docker_reading_missing(reading, FACT_ABSENT, "the container does not run");
}

void docker_basic_labels(struct docker_reading *reading)
{
	struct value labels = {.type = VALUE_MAP};
	const char *key;
	json_t *item;

	if (reading->json && !json_is_object(reading->json)) {
		docker_reading_wrong(reading, "an object");
		return;
	}
	if (json_object_size(reading->json) > DOCKER_LABELS_MAX) {
		docker_reading_missing(reading, FACT_UNREADABLE,
				       "more labels than this program takes");
		return;
	}
	json_object_foreach((json_t *)reading->json, key, item) {
		const char *name = text_safe(reading->arena, key, strlen(key));
		const char *text = docker_values_text(reading->arena, item);

		if (!text)
			continue;
		bool secret = redact_name_is_secret(name) || redact_value_is_secret(text);
		map_set(reading->arena, &labels, name, secret ? REDACT_TEXT : text);
	}
	docker_reading_present(reading, labels);
}

void docker_basic_health_check(struct docker_reading *reading)
{
	int check = docker_values_has_health_check(reading->json);

	if (check < 0)
		docker_reading_wrong(reading, "a health check");
	else
		docker_reading_present(reading, value_bool(check));
}

void docker_basic_health_status(struct docker_reading *reading)
{
	const char *status = text_or(reading, "none");

	if (status && strcmp(status, "none") == 0)
		docker_reading_missing(reading, FACT_ABSENT, "no health is reported");
	else if (status)
		docker_reading_present(reading, value_string(status));
}

void docker_basic_private_namespace(struct docker_reading *reading)
{
	present_text(reading, "private");
}

void docker_basic_ipc_namespace(struct docker_reading *reading)
{
	present_text(reading, "shareable");
}

void docker_basic_cgroup_namespace(struct docker_reading *reading)
{
	present_text(reading, "host");
}

void docker_basic_network_namespace(struct docker_reading *reading)
{
	const char *mode = text_or(reading, "bridge");

	if (mode)
		docker_reading_present(
			reading, value_string(strcmp(mode, "default") == 0 ? "bridge" : mode));
}

void docker_basic_user_namespace(struct docker_reading *reading)
{
	const char *mode = text_or(reading, "private");

	if (!mode)
		return;
	docker_reading_present(reading, value_string(mode));
	if (strcmp(mode, "private") == 0 &&
	    docker_engine_of(reading->ctx, reading->container->list)->remapped == DOCKER_NO)
		docker_reading_note(reading, "the engine does not remap user namespaces: the "
					     "container shares the one of the engine");
}
