#include "base/version.h"
#include "checks/dockerd_tls.h"
#include "checks/engine_programs.h"
#include "checks/engine_releases.h"
#include "checks/systemd_unit.h"
#include "host/host_process.h"

#define PROGRAM "docker.program.*"

static const struct fact_decl declarations[] = {
	{.name = "docker.unit_files",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files of docker.service and of other services in which an engine runs: the unit in force and its drop-ins; absent "
		  "without one and when it is masked",
	 .source = "systemd.unit(5); /proc/PID/cgroup"},
	{.name = "docker.unit_folders",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "drop-in folders of these services",
	 .source = "systemd.unit(5)"},
	{.name = "docker.socket_unit_files",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files of docker.socket and of the other socket units of these services",
	 .source = "systemd.unit(5), systemd.socket(5)"},
	{.name = "docker.socket_unit_folders",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "drop-in folders of these socket units",
	 .source = "systemd.unit(5)"},
	{.name = "docker.environment_files",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files whose variables these services get, whether they exist or not",
	 .source = "systemd.exec(5) EnvironmentFile="},
	{.name = PROGRAM,
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files of a program that the engine runs: those that run, and those that would be started; absent when there is none",
	 .source = "/proc/PID/exe; PATH of dockerd and containerd",
	 .member = "a program's name: containerd, containerd-shim-runc-v2"},
	{.name = "docker.runtimes",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files of the low-level runtimes: runc and all that an engine is configured with",
	 .source = "Engine API: GET /info Runtimes; /proc/PID/exe; PATH of dockerd and containerd"},
	{.name = "docker.containerd_sockets",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "sockets on which containerd serves, with its usual one whether it exists or not",
	 .source = "/proc/PID/fd with /proc/PID/net/unix"},
	{.name = "docker.containerd_configs",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "configuration files of containerd, whether they exist or not",
	 .source = "containerd(8) --config; containerd-config.toml(5) imports"},
	{.name = "daemon.tls.ca",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "file of the authorities whose clients the engine believes; absent when TLS is off",
	 .source = "dockerd(8) --tlscacert, daemon.json tlscacert"},
	{.name = "daemon.tls.cert",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "file of the engine's own certificate; absent when TLS is off",
	 .source = "dockerd(8) --tlscert, daemon.json tlscert"},
	{.name = "daemon.tls.key",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "file of the engine's own key; absent when TLS is off",
	 .source = "dockerd(8) --tlskey, daemon.json tlskey"},
	{.name = "daemon.replaced",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_DAEMON,
	 .about = "the program file was replaced or removed since the daemon started: it runs older code",
	 .source = "proc_pid_exe(5)"},
	{.name = "daemon.maintained",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_DAEMON,
	 .about = "its project still maintains the release line of the running version; absent when that is not known",
	 .source = "moby project/BRANCHES-AND-TAGS.md, as of 2026-10"},
	{.name = "daemon.known_faults",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "published faults that its project fixed after the running version",
	 .source = "security advisories of moby/moby, as of 2026-10"},
	{.name = "daemon.distribution_build",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_DAEMON,
	 .about = "built by a distribution, which may hold fixes that the version number does not show",
	 .source = "Engine API: GET /version Platform.Name, Version"},
	{.name = NULL},
};

/* ---- units --------------------------------------------------------------------------------------------------- */

struct unit_facts {
	const char *files, *folders;
};
static const struct unit_facts service_facts = {"docker.unit_files", "docker.unit_folders"};
static const struct unit_facts socket_facts = {"docker.socket_unit_files", "docker.socket_unit_folders"};

/* What is found of several units. */
struct units {
	struct probe_context *ctx;
	struct arena *arena;
	struct strings files, folders, environment, sockets;
	bool masked;
	struct error error; /* the first place that could not be looked at */
	struct error environment_error;
};

/* "0::/system.slice/docker.service": the service manager's own line, or that of its v1 hierarchy (cgroups(7)). A service of a
 * user's manager has its files in that user's folders, and what runs deeper is in a container. */
static const char *service_of(struct units *units, const struct process *process)
{
	char *text, *line;
	unsigned number = 0;

	const char *file = arena_printf(units->arena, "/proc/%d/cgroup", (int)process->pid);

	if (host_read(units->ctx->host, file, HOST_READ_SMALL, units->arena, &text, NULL, &units->error) < 0)
		return NULL;
	while ((line = dropin_line(&text, &number)) != NULL) {
		const char *path = strstr(line, ":/"), *slash = strrchr(line, '/');

		if ((text_starts(line, "0::") || strstr(line, ":name=systemd:")) && path && !text_starts(path, ":/user.slice/") &&
		    text_ends(line, ".service"))
			return slash + 1;
	}
	return NULL;
}

/* "-" lets a file be missing; a path may be a glob; "%" begins what only the manager knows. */
static void add_environment(struct units *units, const char *value)
{
	const char *path = value + (*value == '-');
	struct strings found = {0};

	if (strchr(path, '%'))
		error_set(&units->environment_error, ERROR_UNSUPPORTED, "EnvironmentFile=%s holds a specifier", value);
	else if (!dropin_is_glob(path))
		strings_add_unique(units->arena, &units->environment, path);
	else if (host_glob(units->ctx->host, path, units->arena, &found, &units->environment_error) == 0)
		vec_each(one, &found)
			strings_add_unique(units->arena, &units->environment, *one);
}

static void add_keys(struct units *units, const struct systemd_unit *unit)
{
	struct strings values = {0};

	if (systemd_unit_values(units->arena, unit, "Service", "EnvironmentFile", &values, &units->environment_error) < 0)
		return;
	vec_each(value, &values)
		add_environment(units, *value);
	if (systemd_unit_values(units->arena, unit, "Service", "Sockets", &values, &units->error) < 0)
		return;
	vec_each(value, &values) {
		char *save = NULL, *list = arena_strdup(units->arena, *value);

		for (char *name = strtok_r(list, " \t", &save); name; name = strtok_r(NULL, " \t", &save))
			if (!strchr(name, '/'))
				strings_add_unique(units->arena, &units->sockets, name);
	}
}

static void add_all(struct arena *arena, struct strings *to, const struct strings *from)
{
	vec_each(text, from)
		strings_add_unique(arena, to, text_safe(arena, *text, strlen(*text)));
}

static void add_unit(struct units *units, const char *name)
{
	struct systemd_unit unit;

	if (systemd_unit_read(units->ctx->host, units->arena, name, &unit, &units->error) < 0)
		return;
	units->masked |= unit.masked;
	add_all(units->arena, &units->files, &unit.files);
	add_all(units->arena, &units->folders, &unit.folders);
	add_keys(units, &unit);
}

static struct fact_side unit_side(const struct units *units, const struct strings *found, const struct error *err)
{
	const char *origin = "systemd's unit folders";

	if (err->code)
		return side_missing(FACT_UNREADABLE, origin,
				    text_safe(units->arena, err->text, strlen(err->text)));
	if (!found->count)
		return side_missing(FACT_ABSENT, origin, units->masked ? "the unit is masked" : "there is none");
	return side_present(value_strings(*found), origin);
}

static void put_units(struct units *units, const struct unit_facts *names)
{
	struct probe_context *ctx = units->ctx;
	struct subject *host = facts_host(ctx->facts);

	probe_put(ctx, host, names->files, NULL, SIDE_PLAIN, unit_side(units, &units->files, &units->error));
	probe_put(ctx, host, names->folders, NULL, SIDE_PLAIN, unit_side(units, &units->folders, &units->error));
}

static void record_units(struct probe_context *ctx, const struct docker *docker)
{
	struct units services = {.ctx = ctx, .arena = facts_arena(ctx->facts)};
	struct units sockets = {.ctx = ctx, .arena = services.arena};
	struct strings names = {0};

	vec_push(services.arena, &names, "docker.service");
	vec_each(daemon, &docker->daemons) {
		const char *name = service_of(&services, (*daemon)->process);

		if (name)
			strings_add_unique(services.arena, &names, name);
	}
	vec_each(name, &names) {
		const char *dot = strrchr(*name, '.');

		add_unit(&services, *name);
		strings_add_unique(services.arena, &services.sockets,
				   arena_printf(services.arena, "%.*s.socket", (int)(dot - *name), *name));
	}
	sockets.error = services.error;
	vec_each(name, &services.sockets)
		add_unit(&sockets, *name);
	put_units(&services, &service_facts);
	put_units(&sockets, &socket_facts);
	const struct error *err = services.error.code ? &services.error : &services.environment_error;
	struct strings safe = {0};
	add_all(services.arena, &safe, &services.environment);
	probe_put(ctx, facts_host(ctx->facts), "docker.environment_files", NULL, SIDE_PLAIN, unit_side(&services, &safe, err));
}

/* ---- programs ------------------------------------------------------------------------------------------------ */

static void record_programs(struct probe_context *ctx)
{
	static const struct {
		const char *fact;
		struct fact_side (*find)(const struct engine_programs *programs);
	} found[] = {
		{"docker.runtimes", engine_programs_runtimes},
		{"docker.containerd_sockets", engine_programs_sockets},
		{"docker.containerd_configs", engine_programs_configs},
	};
	struct engine_programs programs = engine_programs_open(ctx);
	struct strings members = probe_members(ctx, PROGRAM);

	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		if (probe_wants(ctx, found[i].fact))
			probe_put(ctx, facts_host(ctx->facts), found[i].fact, NULL, SIDE_PLAIN, found[i].find(&programs));
	vec_each(member, &members)
		probe_put(ctx, facts_host(ctx->facts), PROGRAM, *member, SIDE_PLAIN, engine_programs_find(&programs, *member));
}

/* ---- one daemon ---------------------------------------------------------------------------------------------- */

static void record_tls(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	static const char *const names[DOCKERD_TLS_FILES] = {
		[DOCKERD_TLS_CA] = "daemon.tls.ca",
		[DOCKERD_TLS_CERT] = "daemon.tls.cert",
		[DOCKERD_TLS_KEY] = "daemon.tls.key",
	};

	for (enum dockerd_tls_file file = 0; file < DOCKERD_TLS_FILES; file++)
		if (probe_wants(ctx, names[file]))
			probe_put(ctx, daemon->subject, names[file], NULL, SIDE_PLAIN, dockerd_tls_find(ctx, daemon, file));
}

static void record_replaced(struct probe_context *ctx, const struct docker_daemon *daemon)
{
	const char *path = arena_printf(facts_arena(ctx->facts), "/proc/%d/exe", (int)daemon->process->pid);
	struct host_process process = {daemon->process->pid, daemon->process->start_ticks};
	struct error err = {0};
	const char *target;

	if (!probe_wants(ctx, "daemon.replaced"))
		return;
	if (host_process_link(ctx->host, process, HOST_LINK_EXE, facts_arena(ctx->facts), &target, &err) < 0)
		probe_missing(ctx, daemon->subject, "daemon.replaced", FACT_UNREADABLE, path, "%s", err.text);
	else
		probe_present(ctx, daemon->subject, "daemon.replaced", value_bool(text_ends(target, " (deleted)")), "%s", path);
}

#define VERSION_ORIGIN "GET /version Version"

static void record_release(struct probe_context *ctx, const struct docker_daemon *daemon, const char *version)
{
	struct strings ids = {0}, notes = {0};
	const char *line;
	enum engine_support support = engine_releases_support(version, host_now(ctx->host), &line);
	struct fact_side side = support == ENGINE_SUPPORT_UNKNOWN
					? side_missing(FACT_ABSENT, VERSION_ORIGIN, line)
					: side_present(value_bool(support == ENGINE_SUPPORT_CURRENT), VERSION_ORIGIN);

	vec_push(facts_arena(ctx->facts), &side.notes, line);
	probe_put(ctx, daemon->subject, "daemon.maintained", NULL, SIDE_PLAIN, side);
	engine_releases_faults(facts_arena(ctx->facts), version, &ids, &notes);
	side = side_present(value_strings(ids), VERSION_ORIGIN);
	side.notes = notes;
	probe_put(ctx, daemon->subject, "daemon.known_faults", NULL, SIDE_PLAIN, side);
}

/* The project's own builds call themselves "Docker Engine - …"; a distribution leaves the name out, or marks the version behind
 * its numbers ("20.10.24+dfsg1"). */
static bool is_distribution(const json_t *document, const char *version)
{
	const char *name = json_string_value(json_object_get(json_object_get(document, "Platform"), "Name"));

	return !name || !text_starts(name, "Docker Engine") || strchr(version, '+');
}

static void record_version(struct probe_context *ctx, struct docker_daemon *daemon)
{
	static const char *const names[] = {"daemon.maintained", "daemon.known_faults", "daemon.distribution_build"};
	struct error err = {0};
	json_t *document = NULL;
	bool wanted = false;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		wanted |= probe_wants(ctx, names[i]);
	if (!wanted)
		return;
	int rc = docker_get(ctx, daemon, "/version", &document, &err);
	const char *version = json_string_value(json_object_get(document, "Version"));
	if (rc == 0 && (!version || !version_valid(version)))
		rc = error_set(&err, ERROR_MALFORMED, "the engine tells no version");
	for (size_t i = 0; rc < 0 && i < sizeof names / sizeof *names; i++)
		probe_missing(ctx, daemon->subject, names[i], FACT_UNREADABLE, VERSION_ORIGIN, "%s", err.text);
	if (rc == 0) {
		record_release(ctx, daemon, version);
		probe_present(ctx, daemon->subject, "daemon.distribution_build", value_bool(is_distribution(document, version)),
			      "GET /version Platform.Name");
	}
	json_decref(document);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	const struct docker *docker = probe_service(ctx, &docker_service);

	record_units(ctx, docker);
	record_programs(ctx);
	vec_each(daemon, &docker->daemons) {
		record_tls(ctx, *daemon);
		record_replaced(ctx, *daemon);
		record_version(ctx, *daemon);
	}
	return 0;
}

static const char *const after[] = {"dockerd", NULL};

const struct probe probe_engine = {
	.name = "engine",
	.about = "what belongs to Docker Engine: units, programs, certificates, releases",
	.facts = declarations,
	.after = after,
	.collect = collect,
};
