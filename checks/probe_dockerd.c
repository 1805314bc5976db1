#include "checks/docker.h"
#include "checks/docker_curl.h"
#include "checks/dockerd_config.h"
#include "checks/settings_dockerd.h"

#include "base/version.h"

#define SETTINGS "daemon.setting.*"

static const struct fact_decl dockerd_facts[] = {
	{.name = "docker.present",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_HOST,
	 .about = "a Docker Engine daemon runs; in a tree at rest: its program is there",
	 .source = "/proc/PID/exe; /usr/bin/dockerd, /usr/sbin/dockerd"},
	{.name = "daemon.pid",
	 .type = VALUE_INT,
	 .scope = SCOPE_DAEMON,
	 .about = "process id of the daemon",
	 .source = "/proc/PID",
	 .unstable = true},
	{.name = "daemon.exe",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "program file of the daemon",
	 .source = "/proc/PID/exe"},
	{.name = "daemon.user",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "effective user of the daemon as the host sees it, not as its own user namespace "
		  "does",
	 .source = "/proc/PID/status Uid"},
	{.name = "daemon.version",
	 .type = VALUE_VERSION,
	 .scope = SCOPE_DAEMON,
	 .about = "version of the engine",
	 .source = "Engine API: GET /version Version"},
	{.name = "daemon.api_version",
	 .type = VALUE_VERSION,
	 .scope = SCOPE_DAEMON,
	 .about = "newest API version the engine speaks",
	 .source = "Engine API: GET /version ApiVersion"},
	{.name = "daemon.data_root",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "folder of images, containers and volumes",
	 .source = "dockerd(8) --data-root, daemon.json data-root"},
	{.name = "daemon.exec_root",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "folder of run-time state",
	 .source = "dockerd(8) --exec-root, daemon.json exec-root"},
	{.name = "daemon.config_file",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "configuration file that the daemon reads; absent when there is none",
	 .source = "dockerd(8) --config-file"},
	{.name = "daemon.config_changed",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_DAEMON,
	 .about = "the configuration file was written or replaced after the daemon started",
	 .source = "inode(7) ctime and mtime; proc_pid_stat(5) starttime"},
	{.name = "daemon.listeners",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "addresses on which the process itself serves the API, as unix://PATH or "
		  "tcp://ADDRESS:PORT",
	 .source = "/proc/PID/fd with /proc/PID/net/unix, tcp and tcp6"},
	{.name = "daemon.socket",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "paths of the API's unix sockets",
	 .source = "/proc/PID/fd with /proc/PID/net/unix"},
	{.name = "daemon.rootless",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_DAEMON,
	 .about = "the daemon runs in rootless mode",
	 .source = "dockerd(8) --rootless, ROOTLESSKIT_STATE_DIR in its environment, "
		   "/proc/PID/status Uid"},
	{.name = "daemon.security_options",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "security features in force, as the engine names them: "
		  "name=seccomp,profile=builtin",
	 .source = "Engine API: GET /info SecurityOptions"},
	{.name = "daemon.storage_driver",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "storage driver in use",
	 .source = "Engine API: GET /info Driver"},
	{.name = "daemon.insecure_registries",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "registries and address ranges that the engine uses without verified TLS",
	 .source = "Engine API: GET /info RegistryConfig.InsecureRegistryCIDRs, "
		   "IndexConfigs.*.Secure"},
	{.name = "daemon.swarm_state",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "part in a swarm: inactive, pending, active, error or locked",
	 .source = "Engine API: GET /info Swarm.LocalNodeState"},
	{.name = SETTINGS,
	 .type = VALUE_UNSET,
	 .scope = SCOPE_DAEMON,
	 .about = "an option of the daemon: from its API, command line, configuration file or "
		  "environment",
	 .source = "dockerd(8)",
	 .member = "a key of daemon.json, or an option without its dashes",
	 .program = "dockerd",
	 .config_file_fact = "daemon.config_file"},
	{.name = NULL},
};

/* ---- the host's ------------------------------------------------------------------------------ */

/* A tree at rest runs nothing: the program's file answers. */
static void record_program(struct probe_context *ctx)
{
	static const char *const paths[] = {"/usr/bin/dockerd", "/usr/sbin/dockerd"};
	struct stat st;
	struct error err = {0};

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (host_stat(ctx->host, paths[i], true, &st, &err) == 0) {
			probe_present(ctx, facts_host(ctx->facts), "docker.present",
				      value_bool(true), "%s", paths[i]);
			return;
		}
		if (err.code != ERROR_NOT_FOUND) {
			probe_missing(ctx, facts_host(ctx->facts), "docker.present",
				      FACT_UNREADABLE, paths[i], "%s", err.text);
			return;
		}
	}
	probe_present(ctx, facts_host(ctx->facts), "docker.present", value_bool(false), "%s, %s",
		      paths[0], paths[1]);
}

static void record_present(struct probe_context *ctx, const struct docker *docker)
{
	if (!probe_wants(ctx, "docker.present"))
		return;
	if (docker->daemons.count)
		probe_present(ctx, facts_host(ctx->facts), "docker.present", value_bool(true),
			      "/proc/%d/exe", (int)docker->daemons.items[0]->process->pid);
	else if (docker->state == FACT_UNSUPPORTED)
		record_program(ctx);
	else if (docker->state == FACT_PRESENT)
		probe_present(ctx, facts_host(ctx->facts), "docker.present", value_bool(false),
			      "/proc/*/exe");
	else
		probe_missing(ctx, facts_host(ctx->facts), "docker.present", docker->state,
			      docker->origin, "%s",
			      docker->reason ? docker->reason : "the processes cannot be read");
}

/* ---- a daemon's own -------------------------------------------------------------------------- */

static void record_process(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	const struct process *process = daemon->process;
	struct subject *subject = daemon->subject;
	int pid = (int)process->pid;

	if (probe_wants(ctx, "daemon.pid"))
		probe_present(ctx, subject, "daemon.pid", value_int(pid), "/proc/%d", pid);
	if (probe_wants(ctx, "daemon.exe"))
		probe_present(ctx, subject, "daemon.exe", value_string(process->exe),
			      "/proc/%d/exe", pid);
	if (probe_wants(ctx, "daemon.rootless"))
		probe_present(ctx, subject, "daemon.rootless", value_bool(daemon->rootless),
			      "dockerd (pid %d)", pid);
	if (!probe_wants(ctx, "daemon.user"))
		return;
	const char *origin = arena_printf(facts_arena(ctx->facts), "/proc/%d/status Uid", pid);
	if (process->uid == (uid_t)-1)
		probe_missing(ctx, subject, "daemon.user", FACT_UNREADABLE, origin,
			      "the user of the process cannot be read");
	else
		probe_present(ctx, subject, "daemon.user",
			      value_string(host_user_name(ctx->host, process->uid)), "%s", origin);
}

static void record_roots(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	int pid = (int)daemon->process->pid;
	const char *origin = arena_printf(facts_arena(ctx->facts), "dockerd (pid %d)", pid);

	if (probe_wants(ctx, "daemon.exec_root"))
		probe_present(ctx, daemon->subject, "daemon.exec_root",
			      value_string(daemon->exec_root), "%s", origin);
	if (!probe_wants(ctx, "daemon.data_root"))
		return;
	if (daemon->data_root_reason)
		probe_missing(ctx, daemon->subject, "daemon.data_root", FACT_UNREADABLE, origin,
			      "%s", daemon->data_root_reason);
	else
		probe_present(ctx, daemon->subject, "daemon.data_root",
			      value_string(daemon->data_root), "%s", origin);
}

static void record_config(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	const struct dockerd_config *config = daemon->config;
	struct subject *subject = daemon->subject;

	if (probe_wants(ctx, "daemon.config_file")) {
		if (daemon->words_reason)
			probe_missing(ctx, subject, "daemon.config_file", FACT_UNREADABLE,
				      config->path, "%s", daemon->words_reason);
		else if (config->state == FACT_ABSENT)
			probe_missing(ctx, subject, "daemon.config_file", FACT_ABSENT, config->path,
				      "no such file");
		else
			probe_present(ctx, subject, "daemon.config_file",
				      value_string(config->path), "dockerd (pid %d)",
				      (int)daemon->process->pid);
	}
	if (!probe_wants(ctx, "daemon.config_changed"))
		return;
	if (!config->stamped && config->state == FACT_UNREADABLE)
		probe_missing(ctx, subject, "daemon.config_changed", FACT_UNREADABLE, config->path,
			      "%s", config->reason);
	else
		probe_present(ctx, subject, "daemon.config_changed", value_bool(config->changed),
			      "%s", config->path);
}

static void record_sockets(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	static const char *const names[] = {"daemon.listeners", "daemon.socket"};
	const struct strings *const lists[] = {&daemon->listeners, &daemon->sockets};
	const char *origin =
		arena_printf(facts_arena(ctx->facts), "/proc/%d/fd", (int)daemon->process->pid);

	for (size_t i = 0; i < 2; i++) {
		if (!probe_wants(ctx, names[i]))
			continue;
		if (daemon->sockets_reason)
			probe_missing(ctx, daemon->subject, names[i], FACT_UNREADABLE, origin, "%s",
				      daemon->sockets_reason);
		else
			probe_present(ctx, daemon->subject, names[i], value_strings(*lists[i]),
				      "%s", origin);
	}
}

/* ---- what the API says ----------------------------------------------------------------------- */

struct api_fact {
	const char *fact;
	const char *document;
	const char *key, *key_below;              /* the member, or the member of a member */
	json_t *(*extract)(const json_t *member); /* NULL: the member itself; else a new reference
						     made of it, NULL: malformed */
};

/* Address ranges stand in one list, registries by name in another where each says whether it is
 * verified. */
static json_t *insecure_registries(const json_t *registry_config)
{
	json_t *list = json_deep_copy(json_object_get(registry_config, "InsecureRegistryCIDRs"));
	json_t *index;
	const char *name;

	if (!json_is_array(list)) {
		json_decref(list);
		return NULL;
	}
	json_object_foreach(json_object_get(registry_config, "IndexConfigs"), name, index)
		if (!json_is_true(json_object_get(index, "Secure")))
			json_array_append_new(list, json_string(name));
	return list;
}

static const struct api_fact api_facts[] = {
	{"daemon.version", "/version", "Version", NULL, NULL},
	{"daemon.api_version", "/version", "ApiVersion", NULL, NULL},
	{"daemon.security_options", "/info", "SecurityOptions", NULL, NULL},
	{"daemon.storage_driver", "/info", "Driver", NULL, NULL},
	{"daemon.insecure_registries", "/info", "RegistryConfig", NULL, insecure_registries},
	{"daemon.swarm_state", "/info", "Swarm", "LocalNodeState", NULL},
};

static int api_value(struct arena *arena, enum value_type type, const json_t *json,
		     struct value *ret, struct error *err)
{
	if (!json)
		return error_set(err, ERROR_MALFORMED, "the document has no such member");
	if (type == VALUE_STRINGS && json_is_null(json)) { /* Go's empty list */
		*ret = value_strings((struct strings){0});
		return 0;
	}
	if (type == VALUE_VERSION &&
	    !version_valid(json_is_string(json) ? json_string_value(json) : ""))
		return error_set(err, ERROR_MALFORMED, "not a version");
	return value_from_json(arena, type, NULL, json, ret, err);
}

static int api_member(struct probe_context *ctx, const struct api_fact *what,
		      const json_t *document, struct value *ret, struct error *err)
{
	const json_t *member = json_object_get(document, what->key);
	json_t *made = what->extract ? what->extract(member) : NULL;

	if (what->key_below)
		member = json_object_get(member, what->key_below);
	int rc = api_value(facts_arena(ctx->facts), probe_decl(ctx, what->fact)->type,
			   what->extract ? made : member, ret, err);
	json_decref(made);
	return rc;
}

static void record_api(struct probe_context *ctx, struct docker_daemon *daemon,
		       const struct api_fact *what)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *origin = arena_printf(arena, "GET %s %s%s%s", what->document, what->key,
					  what->key_below ? "." : "",
					  what->key_below ? what->key_below : "");
	struct error err = {0};
	struct value value = {0};
	json_t *document = NULL;

	if (!probe_wants(ctx, what->fact))
		return;
	int rc = docker_get(ctx, daemon, what->document, &document, &err);
	if (rc == 0)
		rc = api_member(ctx, what, document, &value, &err);
	json_decref(document);
	/* Every engine has these: one that does not say them is not read, never without them. */
	if (rc == 0)
		probe_present(ctx, daemon->subject, what->fact, value, "%s", origin);
	else
		probe_missing(ctx, daemon->subject, what->fact, FACT_UNREADABLE, origin, "%s",
			      err.text);
}

static void record_settings(struct probe_context *ctx, struct docker_daemon *daemon)
{
	const size_t prefix = strlen(SETTINGS) - 1;

	vec_each(one, &ctx->request->settings) {
		const struct setting_request *request = *one;

		if (strncmp(request->fact, SETTINGS, prefix) == 0)
			probe_put(ctx, daemon->subject, SETTINGS, request->fact + prefix,
				  SIDE_PLAIN, settings_dockerd_resolve(ctx, daemon, request));
	}
}

static int collect_dockerd(struct probe_context *ctx, _unused_ struct error *err)
{
	const struct docker *docker = probe_service(ctx, &docker_service);

	record_present(ctx, docker);
	facts_set_population(ctx->facts, SCOPE_DAEMON, docker->state,
			     docker->origin ? docker->origin : "/proc", docker->reason);
	vec_each(one, &docker->daemons) {
		struct docker_daemon *daemon = *one;

		record_process(ctx, daemon);
		record_roots(ctx, daemon);
		record_config(ctx, daemon);
		record_sockets(ctx, daemon);
		for (size_t i = 0; i < sizeof api_facts / sizeof api_facts[0]; i++)
			record_api(ctx, daemon, &api_facts[i]);
		record_settings(ctx, daemon);
	}
	return 0;
}

const struct probe probe_dockerd = {
	.name = "dockerd",
	.about = "Docker Engine daemons: process, files, sockets, API and settings",
	.facts = dockerd_facts,
	.populates = 1u << SCOPE_DAEMON,
	.prepare = docker_curl_prepare,
	.collect = collect_dockerd,
};
