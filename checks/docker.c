#include "checks/docker.h"

#include "checks/docker_http.h"
#include "checks/docker_session.h"
#include "checks/dockerd_daemon.h"
#include "checks/dockerd_words.h"

static bool is_dockerd(const struct process *process)
{
	const char *slash = process->exe ? strrchr(process->exe, '/') : NULL;

	return slash && strcmp(slash + 1, "dockerd") == 0 && dockerd_words_is_daemon(process);
}

/* Two daemons in different mount namespaces may name the same data root; a subject is one of them
 * only. */
static struct subject *add_subject(struct probe_context *ctx, const struct docker *docker,
				   const struct docker_daemon *daemon)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *id = arena_printf(arena, "docker:%s", daemon->data_root);
	const char *name = daemon->sockets.count ? daemon->sockets.items[0] : daemon->data_root;

	vec_each(other, &docker->daemons)
		if (strcmp((*other)->data_root, daemon->data_root) == 0) {
			id = arena_printf(arena, "%s (pid %d)", id, (int)daemon->process->pid);
			break;
		}
	return facts_subject(ctx->facts, SCOPE_DAEMON, id, name, facts_host(ctx->facts));
}

/* Only when nothing else says it: the question costs the daemon about 10 ms. */
static void ask_data_root(struct probe_context *ctx, struct docker_daemon *daemon)
{
	struct arena *arena = facts_arena(ctx->facts);
	json_t *info;

	if (docker_get(ctx, daemon, "/info", &info, NULL) < 0)
		return;
	const json_t *root = json_object_get(info, "DockerRootDir");
	if (json_is_string(root) && json_string_value(root)[0] == '/') {
		daemon->data_root =
			text_safe(arena, json_string_value(root), json_string_length(root));
		daemon->data_root_reason = NULL;
	}
	json_decref(info);
}

static void add_daemon(struct probe_context *ctx, struct docker *docker,
		       const struct process *process)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct docker_daemon *daemon = ARENA_NEW(arena, struct docker_daemon);

	daemon->process = process;
	daemon->config = ARENA_NEW(arena, struct dockerd_config);
	dockerd_daemon_describe(ctx, process, daemon);
	if (daemon->data_root_reason)
		ask_data_root(ctx, daemon);
	daemon->subject = add_subject(ctx, docker, daemon);
	vec_push(arena, &docker->daemons, daemon);
}

static void set_state(struct docker *docker, const struct processes *processes)
{
	docker->state = processes->state;
	docker->origin = processes->origin;
	docker->reason = processes->reason;
	if (processes->state == FACT_UNSUPPORTED)
		docker->reason = "a tree at rest runs no daemon";
}

static void *open_docker(struct probe_context *ctx)
{
	const struct processes *processes = probe_service(ctx, &processes_service);
	struct arena *arena = facts_arena(ctx->facts);
	struct docker *docker = ARENA_NEW(arena, struct docker);

	set_state(docker, processes);
	vec_each(process, &processes->list) {
		if (is_dockerd(process))
			add_daemon(ctx, docker, process);
		if (!process->exe_denied || !text_eq(process->comm, "dockerd"))
			continue;
		docker->state = FACT_UNREADABLE;
		docker->origin = arena_printf(arena, "/proc/%d/exe", (int)process->pid);
		docker->reason = arena_printf(arena, "the executable of pid %d cannot be read",
					      (int)process->pid);
	}
	return docker;
}

static void close_docker(void *service)
{
	struct docker *docker = service;

	vec_each(daemon, &docker->daemons) {
		docker_session_close((*daemon)->session);
		(*daemon)->session = NULL;
		dockerd_config_done((*daemon)->config);
	}
}

const struct service docker_service = {
	.name = "docker", .open = open_docker, .close = close_docker};

static struct docker_session *session_of(struct probe_context *ctx, struct docker_daemon *daemon)
{
	if (!daemon->session)
		daemon->session = docker_session_open(ctx, daemon);
	return daemon->session;
}

int docker_get(struct probe_context *ctx, struct docker_daemon *daemon, const char *path,
	       json_t **ret, struct error *err)
{
	return docker_session_get(session_of(ctx, daemon), path, ret, err);
}

int docker_get_all(struct probe_context *ctx, struct docker_daemon *daemon,
		   const char *const *paths, size_t count, docker_done *done, void *data,
		   struct error *err)
{
	struct docker_http_job job = {.paths = paths, .count = count, .done = done, .data = data};
	struct docker_http *http = docker_session_http(session_of(ctx, daemon), err);

	return http ? docker_http_get_all(http, &job, err) : -1;
}
