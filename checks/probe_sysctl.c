#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "checks/dropin.h"
#include "checks/own_network.h"
#include "model/probe.h"

#define SYSCTL_CONF "/etc/sysctl.conf"
#define SOURCE "sysctl.d(5), sysctl(8); Documentation/admin-guide/sysctl"
#define MEMBER                                                                                                \
	"plain name of a sysctl (net.ipv4.conf.eth0.rp_filter; slashes for dots where a part holds a dot: " \
	"net/ipv4/conf/eth0.100/rp_filter); no wildcards: name each interface"

static const struct fact_decl declarations[] = {
	{
		.name = "host.sysctl.*",
		.type = VALUE_INT,
		.scope = SCOPE_HOST,
		.two_sided = true,
		.about = "a kernel parameter that is one number: what files set at boot, and what is in force",
		.source = SOURCE,
		.member = MEMBER,
	},
	{
		.name = "host.sysctl_text.*",
		.type = VALUE_STRING,
		.scope = SCOPE_HOST,
		.two_sided = true,
		.about = "a kernel parameter as text, runs of blanks as one: what files set at boot, and what is in force",
		.source = SOURCE,
		.member = MEMBER,
	},
	{0},
};

/* One line of a file. Keys have slashes between their parts. */
struct assignment {
	const char *key;    /* may be a glob */
	const char *value;  /* NULL: keeps globs away from this key */
	const char *origin;
	bool procps_only;   /* from /etc/sysctl.conf itself, which systemd-sysctl does not read */
};

struct persisted {
	struct arena *arena;
	VEC(struct assignment) list; /* in the order of application */
	size_t blind_at;             /* lines before the last file that could not be read do not decide */
	struct fact_side blind;      /* that file; state PRESENT when all were read */
};

/* ---- names --------------------------------------------------------------------------------------------------- */

/* The first separator tells the style: where it is a dot, dots and slashes change places (sysctl.d(5)). */
static char *slash_form(struct arena *arena, const char *name)
{
	char *key = arena_strdup(arena, *name == '/' ? name + 1 : name);
	char *first = strpbrk(key, "/.");

	if (first && *first == '.')
		for (char *c = first; (c = strpbrk(c, "/.")) != NULL; c++)
			*c = *c == '.' ? '/' : '.';
	return key;
}

/* No part is empty, "." or "..": the name stays below /proc/sys. */
static bool is_plain_name(const char *key)
{
	if (dropin_is_glob(key))
		return false;
	for (;;) {
		size_t len = strcspn(key, "/");

		if (len == 0 || (len <= 2 && strspn(key, ".") >= len))
			return false;
		if (!key[len])
			return true;
		key += len + 1;
	}
}

static char *strip(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	while (isspace((unsigned char)*text))
		text++;
	return text;
}

/* ---- what files set ------------------------------------------------------------------------------------------ */

/* A leading "-" with a value only says that failing is no error; without one it excludes the key from globs. Anything else
 * without "=" is no assignment and is skipped, as both programs do. */
static void read_line(struct persisted *persisted, char *line, struct assignment where)
{
	line = strip(line);
	if (!*line || *line == '#' || *line == ';')
		return;
	char *value = strchr(line, '=');
	if (value)
		*value++ = '\0';
	else if (*line != '-')
		return;
	if (*line == '-')
		line++;
	where.key = slash_form(persisted->arena, strip(line));
	where.value = value ? strip(value) : NULL;
	vec_push(persisted->arena, &persisted->list, where);
}

static const char *safe(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strlen(text));
}

static void read_file(struct persisted *persisted, const struct dropin *file, bool procps_only)
{
	const char *path = safe(persisted->arena, file->path);
	char *text = file->text, *line;
	unsigned number = 0;

	if (!text) {
		persisted->blind = side_from_error(persisted->arena, &file->error, path);
		persisted->blind.state = FACT_UNREADABLE;
		if (persisted->blind_at != SIZE_MAX)
			persisted->blind_at = file->folder ? SIZE_MAX : persisted->list.count;
		return;
	}
	while ((line = dropin_line(&text, &number)) != NULL)
		read_line(persisted, line,
			  (struct assignment){.origin = arena_printf(persisted->arena, "%s:%u", path, number),
					      .procps_only = procps_only});
}

/* sysctl --system of procps reads it after all the folders; systemd-sysctl only where a link in a folder leads to it. */
static void read_sysctl_conf(const struct host *host, struct persisted *persisted)
{
	struct dropin file = {.path = SYSCTL_CONF};

	if (host_read(host, SYSCTL_CONF, HOST_READ_CONFIG, persisted->arena, &file.text, NULL, &file.error) < 0) {
		if (file.error.code == ERROR_NOT_FOUND)
			return;
		file.text = NULL;
	}
	read_file(persisted, &file, true);
}

static void read_persisted(const struct host *host, struct persisted *persisted)
{
	struct dropins files;

	persisted->blind.state = FACT_PRESENT;
	dropin_read(host, persisted->arena, "sysctl.d", ".conf", &files);
	vec_each(file, &files)
		read_file(persisted, file, false);
	read_sysctl_conf(host, persisted);
}

/* The last line that names the key decides, however many globs come after it; else the last glob that matches. NULL: none does. */
static const struct assignment *find(const struct persisted *persisted, const char *key, bool with_procps)
{
	const struct assignment *exact = NULL, *glob = NULL;

	vec_each(line, &persisted->list) {
		if (line->procps_only && !with_procps)
			continue;
		if (strcmp(line->key, key) == 0)
			exact = line;
		else if (line->value && dropin_is_glob(line->key) && dropin_match(line->key, key))
			glob = line;
	}
	return exact ? exact : glob;
}

/* ---- values -------------------------------------------------------------------------------------------------- */

/* The kernel separates the numbers of one parameter by tabs, files by blanks: one blank each, so that both compare. */
static const char *one_line(struct arena *arena, const char *text)
{
	_cleanup_(buf_done) struct buf line = {0};

	while (*text) {
		size_t word = strcspn(text, " \t\n\r\v\f");

		if (word)
			buf_printf(&line, "%s%.*s", line.len ? " " : "", (int)word, text);
		text += word;
		text += strspn(text, " \t\n\r\v\f");
	}
	return text_safe(arena, line.data ? line.data : "", line.len);
}

/* Base 0 as the kernel reads it (kernel/sysctl.c, proc_get_long). Unsigned 64-bit parameters go beyond int64_t; they say "no
 * limit". */
static bool parse_number(const char *text, int64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text) && (*text != '-' || !isdigit((unsigned char)text[1])))
		return false;
	errno = 0;
	*ret = strtoll(text, &end, 0);
	if (*end)
		return false;
	return errno == 0 || *ret == INT64_MAX;
}

static struct fact_side make_side(struct arena *arena, enum value_type type, const char *raw, const char *origin)
{
	const char *text = one_line(arena, raw);
	int64_t number;

	if (type == VALUE_STRING)
		return side_present(value_string(text), origin);
	if (!parse_number(text, &number))
		return side_missing(FACT_UNREADABLE, origin, arena_printf(arena, "not one whole number: \"%.200s\"", text));
	return side_present(value_int(number), origin);
}

/* ---- parameters for the privileged --------------------------------------------------------------------------- */

/* Read only with CAP_SYS_ADMIN whatever the mode of the file is (net/core/sysctl_net_core.c, proc_dointvec_minmax_bpf_restricted):
 * while we still have it. */
static struct {
	const char *const key;
	char text[32];
	bool read;
} restricted[] = {
	{.key = "net/core/bpf_jit_harden"},
	{.key = "net/core/bpf_jit_kallsyms"},
	{.key = "net/core/bpf_jit_limit"},
};

#define RESTRICTED (sizeof restricted / sizeof *restricted)

static void prepare(void)
{
	for (size_t i = 0; i < RESTRICTED; i++) {
		char path[64];

		snprintf(path, sizeof path, "/proc/sys/%s", restricted[i].key);
		_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
		ssize_t len = fd < 0 ? -1 : read(fd, restricted[i].text, sizeof restricted[i].text - 1);
		restricted[i].read = len > 0;
	}
}

static char *read_before(const struct host *host, const char *key)
{
	for (size_t i = 0; host_is_live(host) && i < RESTRICTED; i++)
		if (restricted[i].read && strcmp(restricted[i].key, key) == 0)
			return restricted[i].text;
	return NULL;
}

/* ---- the two sides ------------------------------------------------------------------------------------------- */

/* Where the two programs that apply the files at boot would not agree. */
static void note_procps(struct persisted *persisted, const char *key, const struct assignment *line, struct fact_side *side)
{
	const struct assignment *other = find(persisted, key, false);

	if (!line->procps_only || (other && other->value && strcmp(other->value, line->value) == 0))
		return;
	side->origin = arena_printf(persisted->arena, "%s (read by procps, not by systemd-sysctl)", line->origin);
	if (other && other->value)
		vec_push(persisted->arena, &side->notes,
			 arena_printf(persisted->arena, "systemd-sysctl sets %s from %s", one_line(persisted->arena, other->value),
				      other->origin));
	else
		vec_push(persisted->arena, &side->notes,
			 "systemd-sysctl reads " SYSCTL_CONF " only through a link in a sysctl.d folder; there is none");
}

static struct fact_side declared_side(struct persisted *persisted, const char *key, enum value_type type)
{
	const struct assignment *line = find(persisted, key, true);
	bool decides = line && !dropin_is_glob(line->key) && (size_t)(line - persisted->list.items) >= persisted->blind_at;

	/* What could not be read may name the key: only a line behind it that does so too stands in any case. */
	if (persisted->blind.state != FACT_PRESENT && !decides)
		return persisted->blind;
	if (!line || !line->value)
		return side_missing(FACT_ABSENT, line ? line->origin : "sysctl.d", "no file sets it");
	struct fact_side side = make_side(persisted->arena, type, line->value, line->origin);
	note_procps(persisted, key, line, &side);
	return side;
}

static struct fact_side no_proc_sys(const struct host *host)
{
	if (host_is_live(host))
		return side_missing(FACT_UNREADABLE, "/proc/sys", "/proc/sys is not there: is procfs mounted?");
	return side_missing(FACT_UNSUPPORTED, "/proc/sys", "a tree at rest has no running kernel");
}

static struct fact_side effective_side(struct probe_context *ctx, const char *key, enum value_type type)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *path = arena_printf(arena, "/proc/sys/%s", key);
	struct error err = {0};
	struct stat st;
	char *text;

	if (host_stat(ctx->host, "/proc/sys", true, &st, &err) < 0)
		return err.code == ERROR_NOT_FOUND ? no_proc_sys(ctx->host) : side_from_error(arena, &err, "/proc/sys");
	text = read_before(ctx->host, key);
	if (!text && host_read(ctx->host, path, HOST_READ_SMALL, arena, &text, NULL, &err) < 0) {
		if (err.code == ERROR_NOT_FOUND)
			return side_missing(FACT_ABSENT, safe(arena, path), "this kernel has no such parameter");
		/* A folder of parameters is not a parameter: the name is wrong, not the kernel. */
		struct fact_side side = side_from_error(arena, &err, path);
		side.state = FACT_UNREADABLE;
		return side;
	}
	struct fact_side side = make_side(arena, type, text, safe(arena, path));
	if (text_starts(key, "net/"))
		own_network_note(ctx, &side);
	return side;
}

static void put_both(struct probe_context *ctx, struct persisted *persisted, const char *family, const char *member)
{
	enum value_type type = probe_decl(ctx, family)->type;
	const char *key = slash_form(persisted->arena, member);
	struct subject *host = facts_host(ctx->facts);
	struct fact_side declared, effective;

	if (is_plain_name(key)) {
		declared = declared_side(persisted, key, type);
		effective = effective_side(ctx, key, type);
	} else {
		declared = effective = side_missing(FACT_UNREADABLE, NULL, "not the plain name of one sysctl");
	}
	probe_put(ctx, host, family, member, SIDE_DECLARED, declared);
	probe_put(ctx, host, family, member, SIDE_EFFECTIVE, effective);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct persisted persisted = {.arena = facts_arena(ctx->facts)};

	read_persisted(ctx->host, &persisted);
	for (const struct fact_decl *family = declarations; family->name; family++) {
		struct strings members = probe_members(ctx, family->name);

		vec_each(member, &members)
			put_both(ctx, &persisted, family->name, *member);
	}
	return 0;
}

const struct probe probe_sysctl = {
	.name = "sysctl",
	.about = "kernel parameters",
	.facts = declarations,
	.prepare = prepare,
	.collect = collect,
};
