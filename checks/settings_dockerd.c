#include "checks/settings_dockerd.h"

#include "checks/dockerd_config.h"
#include "checks/dockerd_words.h"
#include "checks/settings_value.h"

#define POINTER_DEPTH_MAX 32

/* One request under resolution. */
struct resolve {
	struct probe_context *ctx;
	struct arena *arena;
	struct docker_daemon *daemon;
	const struct setting_request *request;
	struct strings notes;
};

/* A source says PRESENT, UNREADABLE or, when it does not speak, ABSENT. */
static struct fact_side silent(void)
{
	return side_missing(FACT_ABSENT, NULL, NULL);
}

static struct fact_side unreadable(struct resolve *it, const char *origin, const char *reason)
{
	return side_missing(FACT_UNREADABLE, origin, text_safe(it->arena, reason, strlen(reason)));
}

static void note(struct resolve *it, const char *text)
{
	vec_push(it->arena, &it->notes, text_safe(it->arena, text, strlen(text)));
}

/* ---- command line ---------------------------------------------------------------------------- */

static struct fact_side from_flag(struct resolve *it)
{
	const struct setting_request *request = it->request;
	const struct process *process = it->daemon->process;
	const char *name = request->flag ? request->flag : request->short_flag;
	struct goflag option = {request->flag, request->short_flag, request->type == VALUE_BOOL};
	struct error err = {0};
	struct value value;

	if (!name)
		return silent();
	const char *origin =
		arena_printf(it->arena, "dockerd %s (pid %d)", name, (int)process->pid);
	if (it->daemon->words_reason)
		return unreadable(it, origin, it->daemon->words_reason);
	struct strings given =
		goflag_values(it->arena, &dockerd_words_syntax, &process->argv, &option);
	if (given.count == 0)
		return silent();
	if (settings_value_from_texts(it->arena, request->type, &given, &value, &err) < 0)
		return unreadable(it, origin, err.text);
	return side_present(value, origin);
}

/* ---- configuration file ---------------------------------------------------------------------- */

/* What the file says now, whatever the daemon knows of it. */
static struct fact_side read_key(struct resolve *it, const char *key)
{
	const struct dockerd_config *config = it->daemon->config;
	struct error err = {0};
	struct value value;
	unsigned line = 0;
	const json_t *json = dockerd_config_get(config, key, &line);

	if (!json)
		return silent();
	const char *origin = arena_printf(it->arena, "%s:%u %s", config->path, line, key);
	if (settings_value_from_json(it->arena, it->request->type, json, &value, &err) < 0)
		return unreadable(it, origin, err.text);
	return side_present(value, origin);
}

/* Taken anew on SIGHUP; every other option only when dockerd starts (docs.docker.com/reference/cli/dockerd, "Configuration reload
 * behavior"). */
static bool is_reloaded(const char *key)
{
	static const char *const keys[] = {
		"debug",	   "labels",	   "live-restore",	    "max-concurrent-downloads", "max-concurrent-uploads",
		"default-runtime", "runtimes",	   "authorization-plugins", "insecure-registries",      "registry-mirrors",
		"features",	   "shutdown-timeout", "max-download-attempts"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static struct fact_side from_file(struct resolve *it)
{
	const struct dockerd_config *config = it->daemon->config;
	const char *key = it->request->config;

	if (!key || config->state == FACT_ABSENT)
		return silent();
	if (config->state != FACT_PRESENT)
		return unreadable(it, config->path, config->reason);
	struct fact_side side = read_key(it, key);
	if (!config->changed)
		return side;
	return unreadable(it, side.origin ? side.origin : config->path,
			  arena_printf(it->arena, "%s changed after dockerd started%s; the running value is not known",
				       config->path,
				       is_reloaded(key) ? ", which may have been told to reload it" : ""));
}

/* ---- environment ----------------------------------------------------------------------------- */

static struct fact_side from_environment(struct resolve *it)
{
	const char *name = it->request->env;
	struct strings texts = {0};
	struct error err = {0};
	struct value value;
	bool denied = false;

	if (!name)
		return silent();
	const char *origin =
		arena_printf(it->arena, "%s of pid %d", name, (int)it->daemon->process->pid);
	const char *text = process_environment(it->ctx, it->daemon->process, name, &denied);
	if (denied)
		return unreadable(it, origin, "the environment cannot be read");
	if (!text || !*text)
		return silent();
	vec_push(it->arena, &texts, it->request->type == VALUE_BOOL ? "true" : text);
	if (settings_value_from_texts(it->arena, it->request->type, &texts, &value, &err) < 0)
		return unreadable(it, origin, err.text);
	return side_present(value, origin);
}

/* ---- the API --------------------------------------------------------------------------------- */

/* One reference token of a JSON pointer, RFC 6901: "~1" is "/", "~0" is "~". Ends at "/" or the
 * end; -1 when it is too long. */
static int pointer_token(const char **pointer, char *ret, size_t size)
{
	size_t len = 0;

	for (; **pointer && **pointer != '/'; (*pointer)++) {
		char c = **pointer;

		if (c == '~' && ((*pointer)[1] == '0' || (*pointer)[1] == '1'))
			c = *++*pointer == '0' ? '~' : '/';
		if (len + 1 >= size)
			return -1;
		ret[len++] = c;
	}
	ret[len] = '\0';
	return 0;
}

static const json_t *step_into(const json_t *json, const char *token)
{
	int64_t index;

	if (!json_is_array(json))
		return json_object_get(json, token);
	return text_to_int(token, 10, &index) && index >= 0 ? json_array_get(json, (size_t)index)
							    : NULL;
}

static const json_t *follow_pointer(const json_t *json, const char *pointer)
{
	char token[512];

	for (int depth = 0; json && *pointer == '/'; depth++) {
		pointer++;
		if (depth == POINTER_DEPTH_MAX || pointer_token(&pointer, token, sizeof token) < 0)
			return NULL;
		json = step_into(json, token);
	}
	return json;
}

struct live {
	const char *document; /* "/info" */
	const char *pointer;  /* "/LiveRestoreEnabled" */
	const char *origin;   /* "GET /info LiveRestoreEnabled" */
};

static bool split_live(struct resolve *it, struct live *ret)
{
	static const char *const allowed[] = {"/info", "/version", "/networks/bridge"};
	const char *live = it->request->live;
	size_t len = strcspn(live, "#");

	ret->document = arena_strndup(it->arena, live, len);
	ret->pointer = live[len] ? live + len + 1 : "";
	ret->origin = arena_printf(it->arena, "GET %s %s", ret->document,
				   ret->pointer[0] == '/' ? ret->pointer + 1 : ret->pointer);
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
		if (strcmp(ret->document, allowed[i]) == 0)
			return true;
	return false;
}

/* null is Go's empty list; of any other type it says nothing. */
static struct fact_side read_live(struct resolve *it, const struct live *live,
				  const json_t *document)
{
	const json_t *json = follow_pointer(document, live->pointer);
	struct error err = {0};
	struct value value;

	if (!json || (json_is_null(json) && it->request->type != VALUE_STRINGS))
		return silent();
	if (settings_value_from_json(it->arena, it->request->type, json, &value, &err) < 0)
		return unreadable(it, live->origin, err.text);
	return side_present(value, live->origin);
}

/* A daemon without the document (404) or one that does not answer leaves the word to the other
 * sources. */
static struct fact_side from_live(struct resolve *it)
{
	struct error err = {0};
	struct live live;
	json_t *document;

	if (!it->request->live)
		return silent();
	if (!split_live(it, &live))
		return unreadable(
			it, live.origin,
			arena_printf(it->arena, "%s is not an allowed document", live.document));
	if (docker_get(it->ctx, it->daemon, live.document, &document, &err) < 0) {
		note(it, err.text);
		return silent();
	}
	struct fact_side side = read_live(it, &live, document);
	json_decref(document);
	return side;
}

/* ---- the winner ------------------------------------------------------------------------------ */

/* Another source that speaks and says something else. */
static void note_other(struct resolve *it, const struct fact_side *winner,
		       const struct fact_side *other)
{
	if (other->state == FACT_PRESENT && !value_equal(&winner->value, &other->value))
		note(it, arena_printf(it->arena, "%s says otherwise: %s", other->origin,
				      value_display(it->arena, &other->value, 200)));
}

static void note_file(struct resolve *it, const struct fact_side *winner)
{
	const struct dockerd_config *config = it->daemon->config;

	if (!it->request->config || config->state != FACT_PRESENT)
		return;
	struct fact_side now = read_key(it, it->request->config);
	note_other(it, winner, &now);
	if (config->changed && now.state == FACT_PRESENT &&
	    !value_equal(&winner->value, &now.value))
		note(it, arena_printf(it->arena, "%s changed after dockerd started", config->path));
}

static struct fact_side nothing_set(struct resolve *it)
{
	const struct setting_request *request = it->request;
	const struct dockerd_config *config = it->daemon->config;
	const char *words = arena_printf(it->arena, "command line of dockerd (pid %d)",
					 (int)it->daemon->process->pid);

	if (!request->config)
		return side_missing(FACT_ABSENT, words, "not given");
	const char *file = arena_printf(it->arena, "%s%s%s", request->flag ? words : "",
					request->flag ? ", " : "", config->path);
	return side_missing(FACT_ABSENT, file,
			    config->state == FACT_ABSENT ? "not given; there is no such file"
							 : "not set");
}

typedef struct fact_side ask_source(struct resolve *it);

struct fact_side settings_dockerd_resolve(struct probe_context *ctx, struct docker_daemon *daemon,
					  const struct setting_request *request)
{
	struct resolve it = {
		.ctx = ctx, .arena = facts_arena(ctx->facts), .daemon = daemon, .request = request};
	static ask_source *const sources[] = {from_live, from_flag, from_file, from_environment};
	struct fact_side winner = silent();
	ask_source *speaker = NULL;

	for (size_t i = 0; i < sizeof sources / sizeof sources[0] && !speaker; i++) {
		winner = sources[i](&it);
		if (winner.state != FACT_ABSENT)
			speaker = sources[i];
	}
	if (!speaker)
		winner = nothing_set(&it);
	if (winner.state == FACT_PRESENT && speaker == from_live) {
		struct fact_side flag = from_flag(&it);

		note_other(&it, &winner, &flag);
	}
	if (winner.state == FACT_PRESENT && speaker != from_file)
		note_file(&it, &winner);
	winner.notes = it.notes;
	return winner;
}
