#include "checks/engine_programs.h"

#include "checks/docker_document.h"
#include "checks/dockerd_sockets.h"
#include "checks/goflag.h"
#include "checks/process_root.h"

#define DEFAULT_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define CONTAINERD_SOCKET "/run/containerd/containerd.sock"
#define CONTAINERD_CONFIG "/etc/containerd/config.toml"
#define CONTAINERD_IMPORTS "/etc/containerd/conf.d/*.toml"
#define DEFAULT_FILE "/etc/docker/daemon.json"
#define SHIM_PREFIX "io.containerd."

static struct arena *arena_of(const struct engine_programs *programs)
{
	return facts_arena(programs->ctx->facts);
}

struct engine_programs engine_programs_open(struct probe_context *ctx)
{
	return (struct engine_programs){
		.ctx = ctx,
		.docker = probe_service(ctx, &docker_service),
		.processes = probe_service(ctx, &processes_service),
	};
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

struct engine_processes engine_programs_running(const struct engine_programs *programs, const char *name)
{
	struct engine_processes found = {0};

	vec_each(process, &programs->processes->list)
		if (process->exe && !process->zombie && strcmp(base_name(process->exe), name) == 0 &&
		    !process_root_is_other(programs->ctx, process))
			vec_push(arena_of(programs), &found, process);
	return found;
}

/* A process that may not be looked at and calls itself so, as far as a name is kept (proc_pid_comm(5)). */
static bool may_be(const struct process *process, const char *name)
{
	return process->exe_denied && strncmp(process->comm, name, 15) == 0;
}

/* Why some process may be one of those asked for, or start it, and not be seen; or NULL. */
static const char *blind(const struct engine_programs *programs, const char *name)
{
	const struct processes *processes = programs->processes;

	if (processes->state == FACT_UNSUPPORTED)
		return NULL;
	if (processes->state != FACT_PRESENT)
		return processes->reason ? processes->reason : "the processes cannot be read";
	vec_each(process, &processes->list)
		if (may_be(process, name) || may_be(process, "dockerd") || may_be(process, "containerd"))
			return arena_printf(arena_of(programs), "the executable of pid %d cannot be read", (int)process->pid);
	return NULL;
}

/* ---- by PATH ------------------------------------------------------------------------------------------------- */

/* 1: an executable file is there. */
static int is_program(const struct engine_programs *programs, const char *path, struct error *err)
{
	struct stat st;

	if (host_stat(programs->ctx->host, path, true, &st, err) < 0)
		return err->code == ERROR_NOT_FOUND ? 0 : -1;
	return S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

static int add_first(const struct engine_programs *programs, const char *folders, const char *name, struct strings *ret,
		     struct error *err)
{
	char *rest = arena_strdup(arena_of(programs), folders), *save = NULL;

	for (char *folder = strtok_r(rest, ":", &save); folder; folder = strtok_r(NULL, ":", &save)) {
		const char *path = arena_printf(arena_of(programs), "%s/%s", folder, name);
		struct error failure = {0};
		int found = *folder == '/' ? is_program(programs, path, &failure) : 0;

		if (found < 0) {
			*err = failure;
			return -1;
		}
		if (found) {
			strings_add_unique(arena_of(programs), ret, path);
			return 0;
		}
	}
	return 0;
}

/* The PATH of those who would start it, each with its own folder behind. */
static int list_paths(const struct engine_programs *programs, struct strings *ret, struct error *err)
{
	static const char *const starters[] = {"dockerd", "containerd"};

	for (size_t i = 0; i < sizeof starters / sizeof *starters; i++) {
		struct engine_processes running = engine_programs_running(programs, starters[i]);

		vec_each(one, &running) {
			bool denied = false;
			const char *path = process_environment(programs->ctx, *one, "PATH", &denied);
			int folder = (int)(base_name((*one)->exe) - (*one)->exe - 1);

			if (denied)
				return error_set(err, ERROR_DENIED, "the environment of pid %d cannot be read", (int)(*one)->pid);
			strings_add_unique(arena_of(programs), ret,
					   arena_printf(arena_of(programs), "%s:%.*s", path ? path : DEFAULT_PATH,
							folder > 0 ? folder : 0, (*one)->exe));
		}
	}
	if (!ret->count)
		vec_push(arena_of(programs), ret, DEFAULT_PATH);
	return 0;
}

static int add_program(const struct engine_programs *programs, const char *name, struct strings *ret, struct error *err)
{
	struct engine_processes running = engine_programs_running(programs, name);
	struct strings paths = {0};

	vec_each(one, &running)
		strings_add_unique(arena_of(programs), ret, (*one)->exe);
	if (list_paths(programs, &paths, err) < 0)
		return -1;
	vec_each(path, &paths)
		if (add_first(programs, *path, name, ret, err) < 0)
			return -1;
	return 0;
}

struct question {
	const struct engine_programs *programs;
	const char *name;
	const char *origin;
};

static struct fact_side answer(const struct question *question, const struct strings *found, const struct error *err)
{
	const struct engine_programs *programs = question->programs;
	const char *origin = question->origin;
	const char *why = err->code ? arena_strdup(arena_of(programs), err->text) : blind(programs, question->name);

	if (why)
		return side_missing(FACT_UNREADABLE, origin, text_safe(arena_of(programs), why, strlen(why)));
	if (!found->count)
		return side_missing(FACT_ABSENT, origin, "there is no such program");
	struct strings safe = {0};
	vec_each(text, found)
		vec_push(arena_of(programs), &safe, text_safe(arena_of(programs), *text, strlen(*text)));
	return side_present(value_strings(safe), origin);
}

struct fact_side engine_programs_find(const struct engine_programs *programs, const char *name)
{
	struct strings found = {0};
	struct error err = {0};

	add_program(programs, name, &found, &err);
	return answer(&(struct question){programs, name, "/proc/*/exe, PATH of the engine"}, &found, &err);
}

/* ---- low-level runtimes -------------------------------------------------------------------------------------- */

/* io.containerd.kata.v2 runs as containerd-shim-kata-v2 (containerd, runtime/v2/README.md). */
static const char *shim_of(struct arena *arena, const char *type)
{
	const char *version = strrchr(type, '.');

	if (type[0] == '/')
		return type;
	if (!text_starts(type, SHIM_PREFIX) || version < type + strlen(SHIM_PREFIX))
		return NULL;
	const char *name = type + strlen(SHIM_PREFIX);
	return arena_printf(arena, "containerd-shim-%.*s-%s", (int)(version - name), name, version + 1);
}

static int add_runtime(const struct engine_programs *programs, const json_t *runtime, struct strings *ret, struct error *err)
{
	const char *path = json_string_value(json_object_get(runtime, "path"));
	const char *type = json_string_value(json_object_get(runtime, "runtimeType"));

	if ((!path || !*path) && type)
		path = shim_of(arena_of(programs), type);
	if (!path || !*path)
		return 0;
	if (!strchr(path, '/'))
		return add_program(programs, path, ret, err);
	if (path[0] != '/')
		return error_set(err, ERROR_MALFORMED, "the path of a runtime is not absolute");
	strings_add_unique(arena_of(programs), ret, arena_strdup(arena_of(programs), path));
	return 0;
}

static int add_runtimes(const struct engine_programs *programs, const json_t *runtimes, struct strings *ret, struct error *err)
{
	const char *name;
	json_t *one;

	json_object_foreach((json_t *)runtimes, name, one)
		if (add_runtime(programs, one, ret, err) < 0)
			return -1;
	return 0;
}

static int add_of_daemon(const struct engine_programs *programs, struct docker_daemon *daemon, struct strings *ret,
			 struct error *err)
{
	json_t *info = NULL;

	if (docker_get(programs->ctx, daemon, "/info", &info, err) < 0)
		return -1;
	const json_t *runtimes = json_object_get(info, "Runtimes");
	int rc = json_is_object(runtimes) ? add_runtimes(programs, runtimes, ret, err)
					  : error_set(err, ERROR_MALFORMED, "the engine names no runtimes");
	json_decref(info);
	return rc;
}

/* A tree at rest runs nothing: the default file tells what would be. */
static int add_of_tree(const struct engine_programs *programs, struct strings *ret, struct error *err)
{
	struct error failure = {0};
	json_t *json = NULL;
	char *text;
	size_t len;

	if (host_read(programs->ctx->host, DEFAULT_FILE, HOST_READ_CONFIG, arena_of(programs), &text, &len, &failure) < 0) {
		if (failure.code == ERROR_NOT_FOUND)
			return 0;
		*err = failure;
		return -1;
	}
	if (len == 0)
		return 0;
	if (docker_document_load(text, len, &json, err) < 0)
		return -1;
	int rc = add_runtimes(programs, json_object_get(json, "runtimes"), ret, err);
	json_decref(json);
	return rc;
}

struct fact_side engine_programs_runtimes(const struct engine_programs *programs)
{
	struct strings found = {0};
	struct error err = {0};
	int rc = add_program(programs, "runc", &found, &err);

	if (rc == 0 && programs->processes->state == FACT_UNSUPPORTED)
		rc = add_of_tree(programs, &found, &err);
	for (size_t i = 0; rc == 0 && i < programs->docker->daemons.count; i++)
		rc = add_of_daemon(programs, programs->docker->daemons.items[i], &found, &err);
	return answer(&(struct question){programs, "runc", "/proc/*/exe, PATH of the engine, GET /info Runtimes"}, &found, &err);
}

/* ---- containerd ---------------------------------------------------------------------------------------------- */

static bool is_for_clients(const char *path)
{
	return !text_ends(path, ".ttrpc") && !text_ends(path, "debug.sock");
}

struct fact_side engine_programs_sockets(const struct engine_programs *programs)
{
	struct engine_processes running = engine_programs_running(programs, "containerd");
	struct strings found = {0};
	struct error err = {0};

	vec_push(arena_of(programs), &found, CONTAINERD_SOCKET);
	vec_each(one, &running) {
		struct dockerd_sockets_query query = {.process = *one, .default_socket = CONTAINERD_SOCKET};
		struct dockerd_sockets sockets = {0};

		if (dockerd_sockets_find(programs->ctx, &query, &sockets, &err) < 0)
			break;
		vec_each(path, &sockets.paths)
			if (is_for_clients(*path))
				strings_add_unique(arena_of(programs), &found, *path);
	}
	return answer(&(struct question){programs, "containerd", "/proc/PID/fd of containerd"}, &found, &err);
}

struct fact_side engine_programs_configs(const struct engine_programs *programs)
{
	static const char *const booleans[] = {"help", "version", NULL};
	static const struct goflag_syntax syntax = {.booleans = booleans, .short_booleans = "hv"};
	static const struct goflag option = {.flag = "--config", .short_flag = "-c"};
	struct engine_processes running = engine_programs_running(programs, "containerd");
	struct strings found = {0}, imports = {0};
	struct error err = {0};
	struct arena *arena = arena_of(programs);

	vec_each(one, &running) {
		struct strings named = goflag_values(arena, &syntax, &(*one)->argv, &option);

		if (!(*one)->argv.count)
			error_set(&err, ERROR_DENIED, "the command line of pid %d cannot be read", (int)(*one)->pid);
		strings_add_unique(arena, &found, named.count ? named.items[named.count - 1] : CONTAINERD_CONFIG);
	}
	if (!running.count)
		vec_push(arena, &found, CONTAINERD_CONFIG);
	if (strings_has(&found, CONTAINERD_CONFIG) &&
	    host_glob(programs->ctx->host, CONTAINERD_IMPORTS, arena, &imports, &err) == 0)
		vec_each(path, &imports)
			strings_add_unique(arena, &found, *path);
	return answer(&(struct question){programs, "containerd", "/proc/PID/cmdline of containerd"}, &found, &err);
}
