#include "checks/docker_security.h"

#include "checks/capabilities.h"
#include "checks/docker_seccomp.h"
#include "checks/docker_values.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

void docker_security_options(struct docker_reading *reading)
{
	struct strings options = {0};

	if (docker_values_texts(reading->arena, reading->json, &options) < 0) {
		docker_reading_wrong(reading, "a list of texts");
		return;
	}
	vec_each(option, &options)
		if (text_starts(*option, "seccomp={") || text_starts(*option, "seccomp:{"))
			*option = "seccomp=(profile)";
	docker_values_unique(&options);
	docker_reading_present(reading, value_strings(options));
}

static int capability_names(struct docker_reading *reading, const json_t *list, struct strings *ret)
{
	if (docker_values_texts(reading->arena, list, ret) < 0) {
		docker_reading_wrong(reading, "a list of capabilities");
		return -1;
	}
	vec_each(name, ret)
		*name = capabilities_name(reading->arena, *name);
	docker_values_unique(ret);
	return 0;
}

void docker_security_capabilities(struct docker_reading *reading)
{
	struct strings names = {0};

	if (capability_names(reading, reading->json, &names) == 0)
		docker_reading_present(reading, value_strings(names));
}

void docker_security_bounding(struct docker_reading *reading)
{
	const json_t *privileged = json_object_get(reading->json, "Privileged");
	struct strings added = {0}, dropped = {0};

	if (!json_is_boolean(privileged)) {
		docker_reading_wrong(reading, "true or false (Privileged)");
		return;
	}
	if (capability_names(reading, json_object_get(reading->json, "CapAdd"), &added) < 0 ||
	    capability_names(reading, json_object_get(reading->json, "CapDrop"), &dropped) < 0)
		return;
	docker_reading_present(reading,
			       value_strings(capabilities_bounding(
				       reading->arena, &added, &dropped, json_is_true(privileged),
				       capabilities_last(reading->ctx->host, reading->arena))));
}

static void default_seccomp(struct docker_reading *reading)
{
	const struct docker_engine *engine = docker_engine_of(reading->ctx,
							      reading->container->list);

	reading->side->origin = arena_printf(reading->arena, "%s, %s", reading->side->origin,
					     engine->seccomp_origin);
	if (engine->seccomp)
		docker_reading_present(reading, value_string(engine->seccomp));
	else
		docker_reading_missing(reading, FACT_UNREADABLE,
				       "the daemon's own profile is not known");
}

void docker_security_seccomp(struct docker_reading *reading)
{
	const char *profile = docker_reading_security_option(reading, "seccomp");

	if (docker_reading_flag(reading, "HostConfig.Privileged")) {
		docker_reading_present(reading, value_string("unconfined"));
		docker_reading_note(reading, "the container is privileged");
	} else if (!profile || !*profile) {
		default_seccomp(reading);
	} else if (strcmp(profile, "unconfined") == 0) {
		docker_reading_present(reading, value_string("unconfined"));
	} else if (strcmp(profile, "builtin") == 0) {
		docker_reading_present(reading, value_string("default"));
	} else {
		const char *kind = docker_seccomp_kind(profile, strlen(profile));

		docker_reading_present(reading, value_string(kind));
		if (strcmp(kind, "unconfined") == 0)
			docker_reading_note(reading, "the profile given stops no call");
	}
}

/* The parameter is "Y" or "N". */
enum docker_truth docker_security_kernel_apparmor(const struct host *host, struct arena *arena)
{
	struct error err = {0};
	struct stat st;
	char *text;

	if (host_read(host, "/sys/module/apparmor/parameters/enabled", HOST_READ_SMALL,
		      arena, &text, NULL, &err) == 0)
		return *text == 'Y' ? DOCKER_YES : DOCKER_NO;
	if (err.code == ERROR_NOT_FOUND && host_stat(host, "/sys/module", true, &st, NULL) == 0)
		return DOCKER_NO;
	return DOCKER_UNKNOWN;
}

static bool was_started(const json_t *state)
{
	const char *started = json_string_value(json_object_get(state, "StartedAt"));

	return started && !text_starts(started, "0001-01-01");
}

/* moby daemon/container_operations.go saveAppArmorConfig: set anew at each start, left empty
 * where AppArmor is off. */
static void present_apparmor(struct docker_reading *reading, const char *recorded,
			     const json_t *state, enum docker_truth kernel)
{
	const char *asked = docker_reading_security_option(reading, "apparmor");

	if (*recorded) {
		docker_reading_present(reading, value_string(recorded));
	} else if (asked && *asked) {
		docker_reading_present(
			reading, value_string(text_safe(reading->arena, asked, strlen(asked))));
	} else if (was_started(state)) {
		if (kernel == DOCKER_YES)
			docker_reading_present(reading, value_string("unconfined"));
		else
			docker_reading_missing(reading, FACT_UNSUPPORTED,
					       "AppArmor was off when the container last started");
	} else {
		bool privileged = docker_reading_flag(reading, "HostConfig.Privileged");

		docker_reading_present(reading,
				       value_string(privileged ? "unconfined" : "docker-default"));
		docker_reading_note(reading,
				    "the container never started: this is what it would get");
	}
}

void docker_security_apparmor(struct docker_reading *reading)
{
	enum docker_truth kernel = docker_security_kernel_apparmor(reading->ctx->host, reading->arena);
	const json_t *options, *state;
	const char *recorded = reading->json ? docker_values_text(reading->arena, reading->json)
					     : "";

	if (kernel == DOCKER_NO) {
		docker_reading_missing(reading, FACT_UNSUPPORTED,
				       "this kernel has no AppArmor, or it is off");
		return;
	}
	if (!docker_reading_need(reading, "HostConfig.SecurityOpt", &options) ||
	    !docker_reading_need(reading, "State", &state))
		return;
	if (recorded)
		present_apparmor(reading, recorded, state, kernel);
	else
		docker_reading_wrong(reading, "a text");
}

void docker_security_selinux(struct docker_reading *reading)
{
	const char *label = reading->json ? docker_values_text(reading->arena, reading->json) : "";
	const char *option = docker_reading_security_option(reading, "label");

	if (!label)
		docker_reading_wrong(reading, "a text");
	else if (*label)
		docker_reading_present(reading, value_string(label));
	else
		docker_reading_missing(reading, FACT_ABSENT,
				       option && strcmp(option, "disable") == 0
					       ? "labels are off for this container (label=disable)"
					       : "no label is set");
}

/* strconv.ParseBool; the bare option is true. The engine refuses every other word. */
static bool is_true_word(const char *word)
{
	return !*word || text_eq(word, "1") || text_eq(word, "t") || text_eq(word, "T") ||
	       text_eq(word, "true") || text_eq(word, "TRUE") || text_eq(word, "True");
}

void docker_security_no_new_privileges(struct docker_reading *reading)
{
	const struct docker_container *container = reading->container;
	const json_t *applied = json_object_get(container->stored.config, "NoNewPrivileges");
	const char *option = docker_reading_security_option(reading, "no-new-privileges");
	const struct docker_engine *engine;

	if (json_is_boolean(applied)) {
		reading->side->origin = arena_printf(reading->arena, "%s NoNewPrivileges",
						     container->stored.config_path);
		docker_reading_present(reading, value_bool(json_is_true(applied)));
		return;
	}
	if (option) {
		docker_reading_present(reading, value_bool(is_true_word(option)));
		return;
	}
	engine = docker_engine_of(reading->ctx, container->list);
	reading->side->origin = arena_printf(reading->arena, "%s, %s", reading->side->origin,
					     engine->no_new_privileges_origin);
	if (engine->no_new_privileges != DOCKER_UNKNOWN)
		docker_reading_present(reading,
				       value_bool(engine->no_new_privileges == DOCKER_YES));
	else
		docker_reading_missing(
			reading, FACT_UNREADABLE,
			"neither what was applied nor the daemon's default is known");
}

/* What Docker Engine 20.10 sets, moby oci/defaults.go; later lists are longer. */
static const char *const masked[] = {
	"/proc/acpi",          "/proc/asound",      "/proc/kcore", "/proc/keys",
	"/proc/latency_stats", "/proc/sched_debug", "/proc/scsi",  "/proc/timer_list",
	"/proc/timer_stats",   "/sys/firmware",
};
static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
				       "/proc/sysrq-trigger"};

static void present_paths(struct docker_reading *reading, const char *const *defaults, size_t count)
{
	struct strings paths = {0};

	if (docker_values_texts(reading->arena, reading->json, &paths) < 0) {
		docker_reading_wrong(reading, "a list of texts");
		return;
	}
	if (!reading->json && !docker_reading_flag(reading, "HostConfig.Privileged")) {
		for (size_t i = 0; i < count; i++)
			vec_push(reading->arena, &paths, defaults[i]);
		docker_reading_note(reading, "nothing is recorded: these are the engine's own");
	}
	docker_reading_present(reading, value_strings(paths));
}

void docker_security_masked_paths(struct docker_reading *reading)
{
	present_paths(reading, masked, COUNT(masked));
}

void docker_security_readonly_paths(struct docker_reading *reading)
{
	present_paths(reading, readonly, COUNT(readonly));
}
