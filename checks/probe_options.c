#include "checks/docker_seccomp.h"
#include "checks/docker_values.h"
#include "checks/dockerd_config.h"
#include "checks/settings_dockerd.h"

static const struct field_decl limit_fields[] = {
	{"name", VALUE_STRING, "resource: nofile, nproc, core, …"},
	{"soft", VALUE_INT, "soft limit"},
	{"hard", VALUE_INT, "hard limit"},
	{NULL, VALUE_UNSET, NULL},
};

static const struct fact_decl option_facts[] = {
	{.name = "daemon.storage_options",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "options given to the storage driver, as NAME=VALUE",
	 .source = "dockerd(8) --storage-opt, daemon.json storage-opts"},
	{.name = "daemon.log_options",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_DAEMON,
	 .about = "options given to the log driver of containers, as NAME=VALUE without secrets",
	 .source = "dockerd(8) --log-opt, daemon.json log-opts"},
	{.name = "daemon.default_ulimits",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_DAEMON,
	 .about = "resource limits of containers that ask for none",
	 .source = "dockerd(8) --default-ulimit, daemon.json default-ulimits",
	 .fields = limit_fields},
	{.name = "daemon.seccomp_profile",
	 .type = VALUE_STRING,
	 .scope = SCOPE_DAEMON,
	 .about = "system call filter of containers that ask for none: builtin; custom; permissive: one of the site that stops only "
		  "the calls it names; unconfined: none, or one that stops nothing; none: the kernel has no filters",
	 .source = "Engine API: GET /info SecurityOptions, and the file it names"},
	{.name = NULL},
};

/* ---- lists ----------------------------------------------------------------------------------- */

/* NAME=SOFT[:HARD], the hard limit the soft one when left out; -1 is none (github.com/docker/go-units, ulimit.go). */
static bool parse_number(const char *text, int64_t *ret)
{
	if (!text_to_int(text, 10, ret))
		return false;
	if (*ret == -1)
		*ret = VALUE_UNLIMITED;
	return *ret >= 0;
}

static bool parse_limit(struct arena *arena, const char *text, struct record *ret)
{
	size_t len = strcspn(text, "="), soft_len = text[len] ? strcspn(text + len + 1, ":") : 0;
	const char *rest = text[len] ? text + len + 1 : "";
	int64_t soft, hard;

	if (!parse_number(arena_strndup(arena, rest, soft_len), &soft))
		return false;
	hard = soft;
	if (rest[soft_len] && !parse_number(rest + soft_len + 1, &hard))
		return false;
	record_set(arena, ret, "name", value_string(arena_strndup(arena, text, len)));
	record_set(arena, ret, "soft", value_int(soft));
	record_set(arena, ret, "hard", value_int(hard));
	return true;
}

static struct fact_side limits_side(struct arena *arena, struct fact_side list)
{
	struct value rows = {.type = VALUE_RECORDS};

	if (list.state != FACT_PRESENT)
		return list;
	vec_each(text, &list.value.strings) {
		struct record row = {0};

		if (!parse_limit(arena, *text, &row))
			return side_missing(FACT_UNREADABLE, list.origin, arena_printf(arena, "%s is no limit", *text));
		vec_push(arena, &rows.records, row);
	}
	list.value = rows;
	return list;
}

struct list {
	const char *fact, *flag, *key;
	struct fact_side (*convert)(struct arena *arena, struct fact_side list); /* NULL: as it is */
};
static const struct list lists[] = {
	{"daemon.storage_options", "--storage-opt", "storage-opts", NULL},
	{"daemon.log_options", "--log-opt", "log-opts", NULL},
	{"daemon.default_ulimits", "--default-ulimit", "default-ulimits", limits_side},
};

static void record_list(struct probe_context *ctx, struct docker_daemon *daemon, const struct list *list)
{
	const struct setting_request request = {
		.fact = list->fact, .program = "dockerd", .type = VALUE_STRINGS, .flag = list->flag, .config = list->key};

	if (!probe_wants(ctx, list->fact))
		return;
	struct fact_side side = settings_dockerd_resolve(ctx, daemon, &request);
	probe_put(ctx, daemon->subject, list->fact, NULL, SIDE_PLAIN,
		  list->convert ? list->convert(facts_arena(ctx->facts), side) : side);
}

/* ---- the profile ----------------------------------------------------------------------------- */

/* What is behind "name=seccomp,profile=", "" without a profile, NULL: no such feature. */
static const char *seccomp_option(const json_t *options)
{
	const json_t *item;
	size_t i;

	json_array_foreach(options, i, item) {
		const char *text = json_string_value(item);

		if (text_eq(text, "name=seccomp"))
			return "";
		if (text && text_starts(text, "name=seccomp,profile="))
			return text + strlen("name=seccomp,profile=");
	}
	return NULL;
}

/* The words: "default" until 20.10, "builtin" and "unconfined" from 23.0 on (moby daemon/info.go, daemon/seccomp_linux.go). */
static const char *profile_word(const char *profile)
{
	if (!profile)
		return "none";
	if (strcmp(profile, "default") == 0 || strcmp(profile, "builtin") == 0 || !*profile)
		return "builtin";
	return strcmp(profile, "unconfined") == 0 ? "unconfined" : NULL;
}

/* dockerd reads the file when it starts. */
static struct fact_side profile_file(struct probe_context *ctx, const struct docker_daemon *daemon, const char *path)
{
	struct arena *arena = facts_arena(ctx->facts);
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *origin = text_safe(arena, path, strlen(path));
	struct error err = {0};
	char *text;
	size_t len;

	if (path[0] != '/')
		return side_missing(FACT_UNREADABLE, origin, "a path below a folder that is not known");
	if (dockerd_config_read_other(ctx, daemon->process, path, scratch, &text, &len, &err) < 0)
		return side_missing(FACT_UNREADABLE, origin, arena_strdup(arena, err.text));
	const char *kind = docker_seccomp_kind(text, len);
	if (strcmp(kind, "custom") == 0 && docker_seccomp_lists_denials(text, len))
		kind = "permissive";
	return side_present(value_string(kind), origin);
}

static struct fact_side profile_side(struct probe_context *ctx, struct docker_daemon *daemon)
{
	static const char origin[] = "GET /info SecurityOptions";
	_cleanup_(docker_values_drop) json_t *info = NULL;
	struct error err = {0};

	if (docker_get(ctx, daemon, "/info", &info, &err) < 0)
		return side_missing(FACT_UNREADABLE, origin, arena_strdup(facts_arena(ctx->facts), err.text));
	const json_t *options = json_object_get(info, "SecurityOptions");
	if (!json_is_array(options) && !json_is_null(options))
		return side_missing(FACT_UNREADABLE, origin, "the document has no such member");
	const char *profile = seccomp_option(options), *word = profile_word(profile);
	return word ? side_present(value_string(word), origin) : profile_file(ctx, daemon, profile);
}

static int collect_options(struct probe_context *ctx, _unused_ struct error *err)
{
	const struct docker *docker = probe_service(ctx, &docker_service);

	vec_each(daemon, &docker->daemons) {
		for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
			record_list(ctx, *daemon, &lists[i]);
		if (probe_wants(ctx, "daemon.seccomp_profile"))
			probe_put(ctx, (*daemon)->subject, "daemon.seccomp_profile", NULL, SIDE_PLAIN, profile_side(ctx, *daemon));
	}
	return 0;
}

static const char *const after[] = {"dockerd", NULL};

const struct probe probe_options = {
	.name = "options",
	.about = "options of Docker Engine that are lists or name files",
	.facts = option_facts,
	.after = after,
	.collect = collect_options,
};
