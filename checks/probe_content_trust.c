/* Content trust of Docker: who demands signatures when images are pulled.
 *
 * The client demands them when DOCKER_CONTENT_TRUST is in its environment and says anything but what Go's strconv.ParseBool takes
 * for false (docker/cli cli/trust/trust.go, Enabled). From 29.0 on the client does not know the variable any more. Some builds of
 * the engine have a key content-trust in daemon.json, which others refuse to start with. */
#include <fcntl.h>
#include <unistd.h>

#include "checks/docker_inventory.h"
#include "checks/docker_values.h"
#include "checks/dockerd_config.h"

#define VARIABLE     "DOCKER_CONTENT_TRUST"
#define PROGRAM_MAX  (512 << 20)
#define CHUNK        (1 << 20)
#define ENFORCED     "enforced"

static const struct fact_decl facts[] = {
	{.name = "docker.client.content_trust",
	 .type = VALUE_BOOL,
	 .scope = SCOPE_HOST,
	 .about = "the command line client knows content trust, as those before 29.0 do; absent when there is none on this host",
	 .source = "the name of the variable in /usr/bin/docker, /usr/local/bin/docker"},
	{.name = "docker.content_trust.on",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files that switch content trust on in the sessions of all accounts",
	 .source = "/etc/environment, /etc/environment.d, /etc/security/pam_env.conf, /etc/profile, /etc/profile.d, /etc/bash.bashrc"},
	{.name = "docker.content_trust.off",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_HOST,
	 .about = "files that switch it off there",
	 .source = "likewise"},
	{.name = "docker.content_trust.engine",
	 .type = VALUE_STRING,
	 .scope = SCOPE_HOST,
	 .about = "what the engines themselves demand, of several the one that demands least: enforced, another mode, or disabled",
	 .source = "daemon.json content-trust.mode"},
	{0},
};

/* ---- the client ------------------------------------------------------------------------------------------- */

/* Is the text in the file? Chunks overlap by its length. */
static int search(int fd, const char *text, bool *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	size_t len = strlen(text), kept = 0;
	char *chunk = ARENA_ARRAY(scratch, char, CHUNK + 64);
	ssize_t got;

	*ret = false;
	for (int64_t total = 0; (got = read(fd, chunk + kept, CHUNK)) != 0; total += got) {
		size_t have = kept + (size_t)(got > 0 ? got : 0);

		if (got < 0)
			return error_sys(err, "read");
		if (total > PROGRAM_MAX)
			return error_set(err, ERROR_LIMIT, "more than %d bytes", PROGRAM_MAX);
		if (memmem(chunk, have, text, len)) {
			*ret = true;
			return 0;
		}
		kept = have < len ? have : len;
		memmove(chunk, chunk + have - kept, kept);
	}
	return 0;
}

/* The first that is there is what the search path finds: /usr/local/bin comes before /usr/bin. */
static struct fact_side client_side(struct probe_context *ctx)
{
	static const char *const paths[] = {"/usr/local/bin/docker", "/usr/bin/docker", "/bin/docker"};
	struct arena *arena = facts_arena(ctx->facts);

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct error err = {0};
		_cleanup_(close_fd) int fd = host_open_file(ctx->host, paths[i], &err);
		bool knows;

		if (fd < 0 && err.code == ERROR_NOT_FOUND)
			continue;
		if (fd < 0 || search(fd, VARIABLE, &knows, &err) < 0)
			return side_missing(FACT_UNREADABLE, paths[i], text_safe(arena, err.text, strlen(err.text)));
		return side_present(value_bool(knows), paths[i]);
	}
	return side_missing(FACT_ABSENT, paths[1], "no client at its usual places");
}

/* ---- sessions --------------------------------------------------------------------------------------------- */

struct sessions {
	struct probe_context *ctx;
	struct arena *arena;
	struct strings on, off;
	const char *reason;
};

/* What strconv.ParseBool calls false; "" is as if it were not set. */
static bool is_false(const char *value, size_t len)
{
	static const char *const falses[] = {"", "0", "f", "F", "false", "FALSE", "False"};

	for (size_t i = 0; i < sizeof falses / sizeof *falses; i++)
		if (strlen(falses[i]) == len && strncmp(falses[i], value, len) == 0)
			return true;
	return false;
}

/* "NAME=value", "export NAME='value'", "NAME DEFAULT=value" of pam_env.conf(5). ret_len is SIZE_MAX when the line sets something
 * else. */
static const char *value_of(const char *line, size_t *ret_len)
{
	const char *at = line + strspn(line, " \t");
	const char quotes[] = "\"'";

	*ret_len = SIZE_MAX;
	if (text_starts(at, "export "))
		at += strlen("export ") + strspn(at + strlen("export "), " \t");
	if (!text_starts(at, VARIABLE))
		return NULL;
	at += strlen(VARIABLE);
	if (strspn(at, " \t"))
		at += strspn(at, " \t") + (text_starts(at + strspn(at, " \t"), "DEFAULT") ? strlen("DEFAULT") : 0);
	if (*at++ != '=')
		return NULL;
	at += strspn(at, quotes);
	*ret_len = strcspn(at, " \t;#\"'");
	return at;
}

/* The last line that sets it counts. */
static void take_text(struct sessions *sessions, const char *path, char *text)
{
	struct strings *found = NULL;
	char *state = NULL;

	for (char *line = strtok_r(text, "\n", &state); line; line = strtok_r(NULL, "\n", &state)) {
		size_t len;
		const char *value = value_of(line, &len);

		if (value)
			found = is_false(value, len) ? &sessions->off : &sessions->on;
	}
	if (found)
		vec_push(sessions->arena, found, text_safe(sessions->arena, path, strlen(path)));
}

static void take_files(struct sessions *sessions, const char *pattern)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const struct host *host = sessions->ctx->host;
	struct strings paths = {0};
	struct error err = {0};

	if (host_glob(host, pattern, scratch, &paths, &err) < 0)
		sessions->reason = text_safe(sessions->arena, err.text, strlen(err.text));
	vec_each(path, &paths) {
		struct error why = {0};
		char *text;

		if (host_read(host, *path, HOST_READ_CONFIG, scratch, &text, NULL, &why) == 0)
			take_text(sessions, *path, text);
		else if (why.code != ERROR_NOT_FOUND)
			sessions->reason = text_safe(sessions->arena, why.text, strlen(why.text));
	}
}

static void record_sessions(struct probe_context *ctx)
{
	static const char *const patterns[] = {"/etc/environment", "/etc/environment.d/*.conf", "/etc/security/pam_env.conf",
					       "/etc/profile", "/etc/profile.d/*.sh", "/etc/bash.bashrc", "/etc/bashrc"};
	static const char *const names[] = {"docker.content_trust.on", "docker.content_trust.off"};
	struct sessions sessions = {.ctx = ctx, .arena = facts_arena(ctx->facts)};
	const struct strings *const lists[] = {&sessions.on, &sessions.off};

	for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
		take_files(&sessions, patterns[i]);
	for (size_t i = 0; i < 2; i++) {
		if (!probe_wants(ctx, names[i]))
			continue;
		probe_put(ctx, facts_host(ctx->facts), names[i], NULL, SIDE_PLAIN,
			  sessions.reason ? side_missing(FACT_UNREADABLE, "/etc", sessions.reason)
					  : side_present(value_strings(*lists[i]), "/etc/environment and others"));
	}
}

/* ---- engines ---------------------------------------------------------------------------------------------- */

/* NULL: what was started is not known. */
static const char *mode_of(struct arena *arena, const struct docker_daemon *daemon, const char **ret_reason)
{
	const struct dockerd_config *config = daemon->config;
	const char *mode;

	if (daemon->words_reason || config->state == FACT_UNREADABLE || config->changed) {
		*ret_reason = daemon->words_reason ? daemon->words_reason
			      : config->reason     ? config->reason
						   : "the configuration file changed after the engine started";
		return NULL;
	}
	mode = docker_values_text(arena, json_object_get(dockerd_config_get(config, "content-trust", NULL), "mode"));
	return mode ? mode : "disabled";
}

static struct fact_side engine_side(struct probe_context *ctx)
{
	const struct docker_inventory *inventory = probe_service(ctx, &docker_inventory_service);
	struct fact_side side = side_missing(FACT_ABSENT, "/proc", "no engine runs");

	if (!inventory->daemons_known)
		return docker_inventory_side(inventory);
	vec_each(list, &inventory->lists) {
		const char *reason = NULL, *origin = list->daemon->config->path;
		const char *mode = mode_of(facts_arena(ctx->facts), list->daemon, &reason);

		if (mode && strcmp(mode, ENFORCED) != 0)
			return side_present(value_string(mode), origin);
		if (side.state != FACT_UNREADABLE)
			side = mode ? side_present(value_string(mode), origin) : side_missing(FACT_UNREADABLE, origin, reason);
	}
	return side;
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	struct subject *host = facts_host(ctx->facts);

	if (probe_wants(ctx, "docker.client.content_trust"))
		probe_put(ctx, host, "docker.client.content_trust", NULL, SIDE_PLAIN, client_side(ctx));
	if (probe_wants(ctx, "docker.content_trust.on") || probe_wants(ctx, "docker.content_trust.off"))
		record_sessions(ctx);
	if (probe_wants(ctx, "docker.content_trust.engine"))
		probe_put(ctx, host, "docker.content_trust.engine", NULL, SIDE_PLAIN, engine_side(ctx));
	return 0;
}

const struct probe probe_content_trust = {
	.name = "content_trust",
	.about = "content trust of Docker's client and engine",
	.facts = facts,
	.collect = collect,
};
