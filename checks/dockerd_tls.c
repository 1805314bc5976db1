#include "checks/dockerd_tls.h"

#include "checks/dockerd_config.h"
#include "checks/dockerd_words.h"
#include "checks/process_root.h"

static const struct {
	const char *flag;
	const char *key;
	const char *name; /* in the default folder */
} files[DOCKERD_TLS_FILES] = {
	[DOCKERD_TLS_CA] = {"--tlscacert", "tlscacert", "ca.pem"},
	[DOCKERD_TLS_CERT] = {"--tlscert", "tlscert", "cert.pem"},
	[DOCKERD_TLS_KEY] = {"--tlskey", "tlskey", "key.pem"},
};

struct search {
	struct probe_context *ctx;
	struct arena *arena;
	const struct docker_daemon *daemon;
	enum dockerd_tls_file file;
	bool denied; /* the environment cannot be read */
};

static const char *environment(struct search *it, const char *name)
{
	bool denied = false;
	const char *value = process_environment(it->ctx, it->daemon->process, name, &denied);

	it->denied |= denied;
	return value && *value ? value : NULL;
}

static struct fact_side unknown(const struct search *it, const char *origin, const char *reason)
{
	return side_missing(FACT_UNREADABLE, text_safe(it->arena, origin, strlen(origin)),
			    text_safe(it->arena, reason, strlen(reason)));
}

/* By the words. */
static bool is_asked_by_flags(struct search *it)
{
	const struct process *process = it->daemon->process;

	return dockerd_words_bool(it->arena, process, "--tls", false) ||
	       dockerd_words_last(it->arena, process, "--tlsverify", NULL);
}

static bool is_asked_by_file(const struct search *it)
{
	const struct dockerd_config *config = it->daemon->config;

	return json_is_true(dockerd_config_get(config, "tls", NULL)) || dockerd_config_get(config, "tlsverify", NULL);
}

static const char *absolute(const struct search *it, const char *path)
{
	char *cwd;

	if (path[0] == '/')
		return path;
	if (host_readlink(it->ctx->host, arena_printf(it->arena, "/proc/%d/cwd", (int)it->daemon->process->pid), it->arena, &cwd,
			  NULL) < 0)
		return NULL;
	return arena_printf(it->arena, "%s/%s", text_safe(it->arena, cwd, strlen(cwd)), path);
}

static struct fact_side found(const struct search *it, const char *path, const char *origin)
{
	const char *full = absolute(it, path);

	return full ? side_present(value_string(full), origin) : unknown(it, origin, "the daemon's working folder is not known");
}

/* os/user knows a home where HOME is not set, as for a service of the system. */
static struct fact_side by_default(struct search *it)
{
	const char *folder = environment(it, "DOCKER_CERT_PATH");
	const char *home = environment(it, "HOME");
	const char *origin = arena_printf(it->arena, "default of dockerd (pid %d)", (int)it->daemon->process->pid);
	struct stat st;

	if (!folder)
		folder = environment(it, "DOCKER_CONFIG");
	if (!home && it->daemon->process->uid == 0)
		home = "/root";
	if (it->denied)
		return unknown(it, origin, "the environment cannot be read");
	if (!folder && !home)
		return unknown(it, origin, "the daemon's home is not known");
	const char *name = files[it->file].name;
	const char *path = arena_printf(it->arena, "%s%s/%s", folder ? folder : home, folder ? "" : "/.docker", name);
	struct error err = {0};
	if (it->file != DOCKERD_TLS_CA && host_stat(it->ctx->host, path, true, &st, &err) < 0 && err.code == ERROR_NOT_FOUND)
		return side_missing(FACT_ABSENT, path, "does not exist");
	return found(it, path, origin);
}

static struct fact_side by_file(const struct search *it)
{
	const struct dockerd_config *config = it->daemon->config;
	const char *key = files[it->file].key;
	unsigned line = 0;
	const json_t *json = dockerd_config_get(config, key, &line);
	const char *text = json_string_value(json);

	if (!text || !*text)
		return side_missing(FACT_ABSENT, config->path, "not set");
	return found(it, text_safe(it->arena, text, strlen(text)), arena_printf(it->arena, "%s:%u %s", config->path, line, key));
}

/* Quotes around the value are the flag's own to take off (moby opts.QuotedString). */
static const char *unquoted(struct arena *arena, const char *text)
{
	size_t len = strlen(text);

	if (len >= 2 && (*text == '"' || *text == '\'') && text[len - 1] == *text)
		return arena_strndup(arena, text + 1, len - 2);
	return text;
}

/* Why the file cannot say what the daemon runs with, or NULL. A file that changed may have named others at the start. */
static const char *doubt(const struct search *it)
{
	const struct dockerd_config *config = it->daemon->config;

	if (config->state == FACT_UNREADABLE)
		return config->reason;
	return config->changed ? arena_printf(it->arena, "%s changed after dockerd started", config->path) : NULL;
}

struct fact_side dockerd_tls_find(struct probe_context *ctx, const struct docker_daemon *daemon, enum dockerd_tls_file file)
{
	struct search it = {.ctx = ctx, .arena = facts_arena(ctx->facts), .daemon = daemon, .file = file};
	const char *words = arena_printf(it.arena, "dockerd %s (pid %d)", files[file].flag, (int)daemon->process->pid);

	if (daemon->words_reason)
		return unknown(&it, words, daemon->words_reason);
	if (process_root_is_other(ctx, daemon->process))
		return unknown(&it, words, "the daemon has a root of its own: this host's files are not its");
	bool asked = is_asked_by_flags(&it);
	const char *flag = dockerd_words_last(it.arena, daemon->process, files[file].flag, NULL);
	if (asked && flag)
		return found(&it, unquoted(it.arena, flag), words);
	const char *why = doubt(&it);
	if (why)
		return unknown(&it, daemon->config->path, why);
	if (!asked && !is_asked_by_file(&it))
		return side_missing(FACT_ABSENT, words, "TLS is off");
	bool kept = asked || environment(&it, "DOCKER_TLS_VERIFY");
	if (kept && flag)
		return found(&it, unquoted(it.arena, flag), words);
	struct fact_side side = by_file(&it);
	if (side.state != FACT_ABSENT)
		return side;
	return kept ? by_default(&it) : side;
}
