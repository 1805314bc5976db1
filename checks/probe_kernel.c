#include "checks/boot_loader.h"
#include "checks/kernel_config.h"
#include "checks/kernel_releases.h"
#include "checks/redact.h"
#include "model/probe.h"

#define HOSTNAME "/proc/sys/kernel/hostname"
#define OSRELEASE "/proc/sys/kernel/osrelease"
#define CMDLINE "/proc/cmdline"
#define AT_REST "a tree at rest has no running kernel"

static const struct field_decl parameter_fields[] = {
	{"key", VALUE_STRING, "its name, dashes as underscores"},
	{"value", VALUE_STRING, "what stands behind =; empty for a bare word"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = "host.name",
		.type = VALUE_STRING,
		.scope = SCOPE_HOST,
		.about = "what the host calls itself",
		.source = HOSTNAME "; in a tree hostname(5)",
	},
	{
		.name = "host.kernel.release",
		.type = VALUE_VERSION,
		.scope = SCOPE_HOST,
		.about = "release of the running kernel",
		.source = OSRELEASE " (uname(2))",
	},
	{
		.name = "host.kernel.cmdline",
		.type = VALUE_MAP,
		.scope = SCOPE_HOST,
		.about = "parameters the kernel was booted with, up to --; dashes in names as underscores, of a repeated one the last, "
			 "a bare word with the empty text; in a tree at rest what its boot loader will hand over",
		.source = CMDLINE " (Documentation/admin-guide/kernel-parameters)",
	},
	{
		.name = "host.kernel.parameters",
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "the same parameters one by one in their order, for those that add up when they are repeated",
		.source = CMDLINE " (Documentation/admin-guide/kernel-parameters)",
		.fields = parameter_fields,
	},
	{
		.name = "host.kernel.newer",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "installed kernels of the same flavour as the running one that are newer: they wait for a reboot",
		.source = "folders of /lib/modules with a modules.builtin; " OSRELEASE,
	},
	{
		.name = "host.kernel.config.*",
		.type = VALUE_STRING,
		.scope = SCOPE_HOST,
		.about = "an option the kernel was built with: y, m, a number or a text; absent when not set",
		.source = "/proc/config.gz, /boot/config-RELEASE, /lib/modules/RELEASE/config; in a tree at rest the newest "
			  "/boot/config-*",
		.member = "an option with its prefix, CONFIG_SECCOMP",
	},
	{0},
};

static int read_text(const struct probe_context *ctx, const char *path, char **ret, struct error *err)
{
	return host_read(ctx->host, path, HOST_READ_SMALL, facts_arena(ctx->facts), ret, NULL, err);
}

/* A file of /proc that is missing: on the running host nobody could look, in a tree there is nothing to ask. */
static struct fact_side no_proc_file(struct probe_context *ctx, const char *path, const struct error *err)
{
	if (err->code != ERROR_NOT_FOUND)
		return side_from_error(facts_arena(ctx->facts), err, path);
	if (host_is_live(ctx->host))
		return side_missing(FACT_UNREADABLE, path, "does not exist: /proc is not mounted");
	return side_missing(FACT_UNSUPPORTED, path, AT_REST);
}

/* ---- name ---------------------------------------------------------------------------------------------------- */

/* The first line that is neither empty nor a comment, without blanks around it (hostname(5)); NULL when there is none. */
static const char *first_word(struct arena *arena, char *text)
{
	for (char *line; (line = strsep(&text, "\n")) != NULL;) {
		size_t len;

		line += strspn(line, " \t\r");
		len = strcspn(line, " \t\r");
		if (len > 0 && *line != '#')
			return text_safe(arena, line, len);
	}
	return NULL;
}

/* /proc/sys/kernel/hostname answers with the name of whoever reads it (uts_namespaces(7)), so in a tree, whose /proc may be
 * that of a host seen from a container, the host's own file comes first. */
static struct fact_side name_side(struct probe_context *ctx)
{
	static const char *const live[] = {HOSTNAME, "/etc/hostname"}, *const tree[] = {"/etc/hostname", HOSTNAME};
	const char *const *paths = host_is_live(ctx->host) ? live : tree;

	for (size_t i = 0; i < 2; i++) {
		struct error err = {0};
		const char *name;
		char *text;

		if (read_text(ctx, paths[i], &text, &err) < 0) {
			if (err.code != ERROR_NOT_FOUND)
				return side_from_error(facts_arena(ctx->facts), &err, paths[i]);
			continue;
		}
		name = first_word(facts_arena(ctx->facts), text);
		if (name)
			return side_present(value_string(name), paths[i]);
	}
	return side_missing(FACT_ABSENT, "/etc/hostname", "no name is set");
}

/* ---- release ------------------------------------------------------------------------------------------------- */

static struct fact_side release_side(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error err = {0};
	struct fact_side side;
	const char *newest;
	size_t count;
	char *text;

	if (read_text(ctx, OSRELEASE, &text, &err) == 0) {
		const char *release = first_word(arena, text);

		return release ? side_present(value_version(release), OSRELEASE) :
				 side_missing(FACT_UNREADABLE, OSRELEASE, "is empty");
	}
	side = no_proc_file(ctx, OSRELEASE, &err);
	newest = side.state == FACT_UNSUPPORTED ? kernel_config_newest(ctx->host, arena, &count, NULL) : NULL;
	if (newest)
		vec_push(arena, &side.notes,
			 arena_printf(arena, "newest kernel in /boot by its configuration: %s",
				      text_safe(arena, newest, strlen(newest))));
	return side;
}

/* ---- command line -------------------------------------------------------------------------------------------- */

/* The next parameter, cut out of *rest: blanks inside double quotes belong to it (lib/cmdline.c). NULL at the end. */
static char *next_parameter(char **rest)
{
	bool quoted = false;
	char *start, *at;

	*rest += strspn(*rest, " \t\r\n");
	if (!**rest)
		return NULL;
	start = *rest;
	for (at = start; *at && (quoted || !strchr(" \t\r\n", *at)); at++)
		quoted ^= *at == '"';
	*rest = *at ? at + 1 : at;
	*at = '\0';
	return start;
}

/* Quotes around a whole parameter or around its value are not part of it. */
static char *strip_quotes(char *text)
{
	size_t len;

	if (*text != '"')
		return text;
	len = strlen(++text);
	if (len > 0 && text[len - 1] == '"')
		text[len - 1] = '\0';
	return text;
}

/* One of /proc/cmdline, name and value safe. NULL name: none. */
static struct pair read_parameter(struct arena *arena, char *text)
{
	char *name = strip_quotes(text), *value = strchr(name, '=');
	const char *kept = "";

	if (value) {
		*value++ = '\0';
		value = strip_quotes(value);
		kept = redact_name_is_secret(name) || redact_value_is_secret(value) ? REDACT_TEXT :
										       text_safe(arena, value, strlen(value));
	}
	/* The kernel takes one for the other (kernel/params.c, parameq). */
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return (struct pair){*name ? text_safe(arena, name, strlen(name)) : NULL, kept};
}

/* What follows -- goes to init. */
static struct pairs parse_cmdline(struct arena *arena, char *text)
{
	struct pairs list = {0};

	for (char *parameter; (parameter = next_parameter(&text)) != NULL;) {
		if (strcmp(parameter, "--") == 0)
			break;
		struct pair pair = read_parameter(arena, parameter);
		if (pair.key)
			vec_push(arena, &list, pair);
	}
	return list;
}

static struct value last_of_each(struct arena *arena, const struct pairs *list)
{
	struct value map = {.type = VALUE_MAP};
	struct strmap *seen = strmap_new(arena);

	vec_each(pair, list)
		strmap_put(seen, pair->key, (void *)pair->text);
	for (size_t i = 0; i < strmap_count(seen); i++)
		vec_push(arena, &map.map, ((struct pair){strmap_key_at(seen, i), strmap_item_at(seen, i)}));
	return map;
}

static struct value each_of_them(struct arena *arena, const struct pairs *list)
{
	struct value rows = {.type = VALUE_RECORDS};

	vec_each(pair, list) {
		struct record row = {0};

		record_set(arena, &row, "key", value_string(pair->key));
		record_set(arena, &row, "value", value_string(pair->text));
		vec_push(arena, &rows.records, row);
	}
	return rows;
}

/* A tree at rest was not booted: what its boot loader will hand over is what it comes to. */
static struct fact_side read_boot_loader(struct probe_context *ctx, char **ret, const char **ret_origin)
{
	struct error err = {0};

	if (boot_loader_cmdline(ctx->host, facts_arena(ctx->facts), ret, ret_origin, &err) == 0)
		return (struct fact_side){.state = FACT_PRESENT};
	if (err.code == ERROR_NOT_FOUND)
		return side_missing(FACT_UNSUPPORTED, CMDLINE, AT_REST ", and no boot loader's configuration tells its parameters");
	return side_from_error(facts_arena(ctx->facts), &err, "/boot");
}

static struct fact_side read_cmdline(struct probe_context *ctx, struct value (*make)(struct arena *, const struct pairs *))
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *origin = CMDLINE;
	struct error err = {0};
	char *text;

	if (read_text(ctx, CMDLINE, &text, &err) < 0) {
		struct fact_side side = no_proc_file(ctx, CMDLINE, &err);

		if (side.state == FACT_UNSUPPORTED)
			side = read_boot_loader(ctx, &text, &origin);
		if (side.state != FACT_PRESENT)
			return side;
	}
	struct pairs list = parse_cmdline(arena, text);
	struct fact_side side = side_present(make(arena, &list), origin);
	if (strcmp(origin, CMDLINE) != 0)
		vec_push(arena, &side.notes, "what the boot loader will hand over: a tree at rest was not booted");
	return side;
}

static struct fact_side cmdline_side(struct probe_context *ctx)
{
	return read_cmdline(ctx, last_of_each);
}

static struct fact_side parameters_side(struct probe_context *ctx)
{
	return read_cmdline(ctx, each_of_them);
}

/* ---- configuration ------------------------------------------------------------------------------------------- */

static void collect_config(struct probe_context *ctx)
{
	static const char family[] = "host.kernel.config.*";
	struct strings members = probe_members(ctx, family);
	struct fact_side release = release_side(ctx);
	struct kernel_config config;

	if (release.state == FACT_PRESENT || release.state == FACT_UNSUPPORTED)
		kernel_config_read(ctx->host, facts_arena(ctx->facts),
				   release.state == FACT_PRESENT ? release.value.string : NULL, &config);
	else
		config = (struct kernel_config){.state = release.state, .origin = release.origin, .reason = release.reason};
	vec_each(option, &members) {
		struct fact_side side = text_starts(*option, "CONFIG_") ?
						kernel_config_side(&config, *option) :
						side_missing(FACT_UNREADABLE, config.origin, "an option's name begins with CONFIG_");

		probe_put(ctx, facts_host(ctx->facts), family, *option, SIDE_PLAIN, side);
	}
}

/* ---- newer kernels ------------------------------------------------------------------------------------------- */

static struct fact_side newer_side(struct probe_context *ctx)
{
	struct fact_side release = release_side(ctx);
	struct kernel_releases found;
	struct error err = {0};

	if (release.state != FACT_PRESENT)
		return side_missing(release.state, release.origin, release.reason);
	if (kernel_releases_newer(ctx->host, facts_arena(ctx->facts), release.value.string, &found, &err) < 0)
		return side_from_error(facts_arena(ctx->facts), &err, "/lib/modules");
	if (!found.running && !found.newer.count)
		return side_missing(FACT_UNSUPPORTED, "/lib/modules", "the running kernel is not one of those installed here");
	return side_present(value_strings(found.newer), "/lib/modules");
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	static const struct {
		const char *name;
		struct fact_side (*side)(struct probe_context *ctx);
	} facts[] = {
		{"host.name", name_side},
		{"host.kernel.release", release_side},
		{"host.kernel.cmdline", cmdline_side},
		{"host.kernel.parameters", parameters_side},
		{"host.kernel.newer", newer_side},
	};

	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (probe_wants(ctx, facts[i].name))
			probe_put(ctx, facts_host(ctx->facts), facts[i].name, NULL, SIDE_PLAIN, facts[i].side(ctx));
	if (probe_wants(ctx, "host.kernel.config.*"))
		collect_config(ctx);
	return 0;
}

const struct probe probe_kernel = {
	.name = "kernel",
	.about = "the kernel: its release, how it was built and how it was booted; the host's name",
	.facts = declarations,
	.collect = collect,
};
