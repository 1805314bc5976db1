#include "checks/dockerd_daemon.h"

#include "checks/dockerd_sockets.h"
#include "checks/dockerd_words.h"
#include "host/host_process.h"

/* One daemon under description. */
struct view {
	struct probe_context *ctx;
	struct arena *arena;
	const struct process *process;
	struct docker_daemon *daemon;
	const char *cwd; /* NULL: not known */
};

static const char *absolute(const struct view *view, const char *path)
{
	if (path[0] == '/' || !view->cwd)
		return path;
	while (text_starts(path, "./"))
		path += 2;
	return arena_printf(view->arena, "%s/%s", view->cwd, path);
}

static const char *read_cwd(const struct view *view)
{
	struct host_process named = {view->process->pid, view->process->start_ticks};
	const char *target;

	if (host_process_link(view->ctx->host, named, HOST_LINK_CWD, view->arena, &target, NULL) < 0 ||
	    target[0] != '/')
		return NULL;
	return text_safe(view->arena, target, strlen(target));
}

static const char *environment(const struct view *view, const char *name)
{
	const char *value = process_environment(view->ctx, view->process, name, NULL);

	return value && *value ? value : NULL;
}

/* The flag, else the mark that RootlessKit leaves in the environment of what it starts (moby
 * pkg/rootless), else the user that this host sees. */
static bool is_rootless(const struct view *view)
{
	bool by_user = view->process->uid != 0 && view->process->uid != (uid_t)-1;

	return dockerd_words_bool(view->arena, view->process, "--rootless",
				  environment(view, "ROOTLESSKIT_STATE_DIR") || by_user);
}

/* "$XDG_…/rest", else "$HOME/below/rest" (moby pkg/homedir). NULL: a rootless daemon whose
 * environment says neither. */
static const char *below_home(const struct view *view, const char *variable, const char *below,
			      const char *rest)
{
	const char *base = environment(view, variable);
	const char *home = environment(view, "HOME");

	if (base)
		return arena_printf(view->arena, "%s/%s", base, rest);
	return home && below ? arena_printf(view->arena, "%s/%s/%s", home, below, rest) : NULL;
}

static const char *rootful_or(const struct view *view, const char *rootful, const char *rootless)
{
	return view->daemon->rootless && rootless ? rootless : rootful;
}

static void read_config(const struct view *view)
{
	const char *named = dockerd_words_last(view->arena, view->process, "--config-file", NULL);
	const char *path = named;

	if (!path)
		path = rootful_or(view, "/etc/docker/daemon.json",
				  view->daemon->rootless
					  ? below_home(view, "XDG_CONFIG_HOME", ".config",
						       "docker/daemon.json")
					  : NULL);
	dockerd_config_read(view->ctx, view->process, absolute(view, path), named != NULL,
			    view->daemon->config);
	if (view->daemon->config->state != FACT_ABSENT)
		view->daemon->config_file = view->daemon->config->path;
}

/* Why the file cannot say what the daemon runs with, or NULL. */
static const char *config_doubt(const struct view *view)
{
	const struct dockerd_config *config = view->daemon->config;

	if (config->state == FACT_UNREADABLE)
		return config->reason;
	return config->changed
		       ? arena_printf(view->arena, "%s changed after dockerd started", config->path)
		       : NULL;
}

static const char *config_text(const struct view *view, const char *key)
{
	const char *text = json_string_value(dockerd_config_get(view->daemon->config, key, NULL));

	return text && *text ? text_safe(view->arena, text, strlen(text)) : NULL;
}

/* A path by flag, by the file, or the default; *ret_doubt when the file should have the word but
 * cannot be trusted. */
struct path_source {
	const char *flag, *short_flag;
	const char *old_flag;
	const char *key, *old_key;
	const char *otherwise;
};
static const char *find_path(const struct view *view, const struct path_source *source,
			     const char **ret_doubt)
{
	const char *found =
		dockerd_words_last(view->arena, view->process, source->flag, source->short_flag);

	*ret_doubt = NULL;
	if (!found && source->old_flag)
		found = dockerd_words_last(view->arena, view->process, source->old_flag, NULL);
	if (found && *found)
		return absolute(view, found);
	*ret_doubt = view->daemon->words_reason ? view->daemon->words_reason : config_doubt(view);
	found = config_text(view, source->key);
	if (!found && source->old_key)
		found = config_text(view, source->old_key);
	return found ? absolute(view, found) : source->otherwise;
}

static void find_roots(const struct view *view)
{
	struct docker_daemon *daemon = view->daemon;
	bool rootless = daemon->rootless;
	const char *data = rootless ? below_home(view, "XDG_DATA_HOME", ".local/share", "docker")
				    : NULL;
	const char *exec = rootless ? below_home(view, "XDG_RUNTIME_DIR", NULL, "docker") : NULL;
	const char *doubt;

	daemon->data_root = find_path(
		view,
		&(struct path_source){.flag = "--data-root",
				      .short_flag = "-g",
				      .old_flag = "--graph",
				      .key = "data-root",
				      .old_key = "graph",
				      .otherwise = rootful_or(view, "/var/lib/docker", data)},
		&daemon->data_root_reason);
	daemon->exec_root = find_path(
		view,
		&(struct path_source){.flag = "--exec-root",
				      .key = "exec-root",
				      .otherwise = rootful_or(view, "/var/run/docker", exec)},
		&doubt);
}

static void add_config_hosts(const struct view *view, struct strings *hosts)
{
	const json_t *list = dockerd_config_get(view->daemon->config, "hosts", NULL);
	size_t index;
	json_t *item;

	json_array_foreach((json_t *)list, index, item)
		if (json_is_string(item))
			vec_push(view->arena, hosts,
				 text_safe(view->arena, json_string_value(item),
					   json_string_length(item)));
}

/* Flag and file exclude each other: a daemon given both does not start, so flags make the list
 * certain. */
static void find_sockets(const struct view *view)
{
	struct docker_daemon *daemon = view->daemon;
	struct dockerd_sockets found = {0};
	struct error err = {0};
	const char *runtime =
		daemon->rootless ? below_home(view, "XDG_RUNTIME_DIR", NULL, "docker.sock") : NULL;
	const char *metrics =
		dockerd_words_last(view->arena, view->process, "--metrics-addr", NULL);
	struct dockerd_sockets_query query = {
		.process = view->process,
		.hosts = dockerd_words_values(view->arena, view->process, "--host", "-H"),
		.exec_root = daemon->exec_root,
		.cwd = view->cwd,
		.default_socket = rootful_or(view, "/var/run/docker.sock", runtime),
	};

	query.hosts_known = query.hosts.count || (!daemon->words_reason && !config_doubt(view));
	if (query.hosts.count == 0)
		add_config_hosts(view, &query.hosts);
	if (!metrics)
		metrics = config_text(view, "metrics-addr");
	if (metrics)
		vec_push(view->arena, &query.others, metrics);
	if (dockerd_sockets_find(view->ctx, &query, &found, &err) < 0)
		daemon->sockets_reason = arena_strdup(view->arena, err.text);
	daemon->sockets = found.paths;
	daemon->listeners = found.listeners;
	daemon->activated = found.activated || !query.hosts_known;
}

void dockerd_daemon_describe(struct probe_context *ctx, const struct process *process,
			     struct docker_daemon *daemon)
{
	struct view view = {
		.ctx = ctx, .arena = facts_arena(ctx->facts), .process = process, .daemon = daemon};

	view.cwd = read_cwd(&view);
	daemon->words_reason = dockerd_words_incomplete(view.arena, process);
	daemon->rootless = is_rootless(&view);
	read_config(&view);
	find_roots(&view);
	find_sockets(&view);
}
