#include "checks/docker_atrest.h"

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"

#define CONFIG_FILE "/etc/docker/daemon.json"
#define DATA_ROOT   "/var/lib/docker"

static struct dockerd_config *read_config(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct dockerd_config *config = ARENA_NEW(arena, struct dockerd_config);
	struct error err = {0};

	config->path = CONFIG_FILE;
	config->state = FACT_PRESENT;
	if (docker_dataroot_load(ctx->host, CONFIG_FILE, &config->json, &err) < 0) {
		config->state = err.code == ERROR_NOT_FOUND ? FACT_ABSENT : FACT_UNREADABLE;
		config->reason = text_safe(arena, err.text, strlen(err.text));
	}
	return config;
}

/* "graph" is what data-root was called before 17.05. */
static const char *data_root_of(struct arena *arena, const struct dockerd_config *config)
{
	const char *root = json_string_value(dockerd_config_get(config, "data-root", NULL));

	if (!root)
		root = json_string_value(dockerd_config_get(config, "graph", NULL));
	return root && *root == '/' ? text_safe(arena, root, strlen(root)) : DATA_ROOT;
}

struct docker_daemon *docker_atrest_find(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct docker_daemon *daemon = ARENA_NEW(arena, struct docker_daemon);
	struct error err = {0};
	struct stat st;

	daemon->config = read_config(ctx);
	if (daemon->config->state != FACT_ABSENT)
		daemon->config_file = CONFIG_FILE;
	if (daemon->config->state == FACT_UNREADABLE)
		daemon->data_root_reason = daemon->config->reason;
	daemon->data_root = data_root_of(arena, daemon->config);
	daemon->subject = facts_host(ctx->facts);
	if (host_stat(ctx->host, daemon->data_root, true, &st, &err) < 0 &&
	    err.code == ERROR_NOT_FOUND) {
		docker_atrest_done(daemon);
		return NULL;
	}
	return daemon;
}

void docker_atrest_done(struct docker_daemon *daemon)
{
	if (daemon)
		dockerd_config_done(daemon->config);
}
