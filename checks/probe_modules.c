#include "checks/dropin.h"
#include "model/probe.h"

static const struct fact_decl declarations[] = {
	{
		.name = "host.modules.loaded",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "kernel modules that are loaded, with _ for -",
		.source = "proc_modules(5)",
	},
	{
		.name = "host.modules.blocked",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "kernel modules that modprobe does not load: blacklisted, or with an install command that does nothing; with _ for -",
		.source = "modprobe.d(5); Documentation/admin-guide/kernel-parameters, module_blacklist=",
	},
	{
		.name = "host.modules.builtin",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "modules that are part of the kernel itself and cannot be blocked, with _ for -",
		.source = "modules.builtin of the running kernel (Documentation/kbuild/kbuild)",
	},
	{0},
};

static const char *safe(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strlen(text));
}

/* The kernel and kmod take both characters for the same. */
static const char *module_name(struct arena *arena, const char *text, size_t len)
{
	char *name = arena_strndup(arena, text, len);

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return safe(arena, name);
}

static void put(struct probe_context *ctx, const char *name, struct fact_side side)
{
	probe_put(ctx, facts_host(ctx->facts), name, NULL, SIDE_PLAIN, side);
}

/* A set that may be large, so that telling members does not take a walk over all of them. */
struct name_set {
	struct arena *arena;
	struct strmap *known;
	struct strings names;
};

static struct name_set name_set(struct arena *arena)
{
	return (struct name_set){.arena = arena, .known = strmap_new(arena)};
}

/* Whether it was new. */
static bool name_set_add(struct name_set *set, const char *name)
{
	if (!*name || strmap_get(set->known, name))
		return false;
	strmap_put(set->known, name, (void *)name);
	vec_push(set->arena, &set->names, name);
	return true;
}

static struct fact_side name_set_side(struct name_set *set, const char *origin)
{
	strings_sort(&set->names);
	return side_present(value_strings(set->names), origin);
}

/* ---- loaded -------------------------------------------------------------------------------------------------- */

/* A kernel without CONFIG_MODULES has no such file; a procfs that hides it (subset=pid) has no /proc/sys either. */
static struct fact_side no_proc_modules(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct stat st;

	if (host_stat(ctx->host, "/proc/sys/kernel/osrelease", true, &st, NULL) == 0) {
		struct fact_side none = side_present(value_strings((struct strings){0}), "/proc/modules");

		vec_push(arena, &none.notes, "this kernel loads no modules: /proc/modules does not exist");
		return none;
	}
	if (host_is_live(ctx->host))
		return side_missing(FACT_UNREADABLE, "/proc/modules", "does not exist: is procfs mounted whole?");
	return side_missing(FACT_UNSUPPORTED, "/proc/modules", "a tree at rest has no running kernel");
}

static struct fact_side loaded(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct name_set set = name_set(arena);
	struct error err = {0};
	unsigned number = 0;
	char *text, *line;

	if (host_read(ctx->host, "/proc/modules", HOST_READ_CONFIG, arena, &text, NULL, &err) < 0)
		return err.code == ERROR_NOT_FOUND ? no_proc_modules(ctx) : side_from_error(arena, &err, "/proc/modules");
	while ((line = dropin_line(&text, &number)) != NULL)
		name_set_add(&set, module_name(arena, line, strcspn(line, " ")));
	return name_set_side(&set, "/proc/modules");
}

/* ---- blocked ------------------------------------------------------------------------------------------------- */

#define GLOBS_MAX 256

struct blocked {
	struct arena *arena;
	struct name_set set;
	struct name_set installs;     /* names of install lines so far: of several the first is the one that runs */
	struct strings globs;         /* those of them that are globs; at most GLOBS_MAX are looked at */
	struct strings here;          /* names that the file at hand adds */
	struct fact_side blind;       /* a file or folder that could not be read; PRESENT when none */
	struct strings notes;
};

static void block(struct blocked *blocked, const char *name)
{
	if (name_set_add(&blocked->set, name))
		vec_push(blocked->arena, &blocked->here, name);
}

/* kmod hands the command to a shell: only a single plain command that ends at once counts. */
static bool does_nothing(const char *command)
{
	static const char *const idle[] = {"false", "true", "nologin", ":"};
	size_t len = strcspn(command, " \t");
	const char *slash = memrchr(command, '/', len), *word = slash ? slash + 1 : command;

	len -= (size_t)(word - command);
	if (strpbrk(command, ";|&<>$`()\n"))
		return false;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (strlen(idle[i]) == len && strncmp(word, idle[i], len) == 0)
			return true;
	return false;
}

/* Takes the line into account and says whether it is the one that runs for this name. */
static bool is_first_install(struct blocked *blocked, const char *name)
{
	vec_each(glob, &blocked->globs)
		if (dropin_match(*glob, name))
			return false;
	if (!name_set_add(&blocked->installs, name))
		return false;
	if (dropin_is_glob(name) && blocked->globs.count < GLOBS_MAX)
		vec_push(blocked->arena, &blocked->globs, name);
	return true;
}

static void read_directive(struct blocked *blocked, char *line)
{
	static const char blanks[] = " \t";
	char *verb = strsep(&line, blanks);

	while (line && strchr(blanks, *line) && *line)
		line++;
	if (!line || !*line)
		return;
	size_t len = strcspn(line, blanks);
	const char *name = module_name(blocked->arena, line, len);
	line += len;
	line += strspn(line, blanks);
	if (strcmp(verb, "blacklist") == 0) {
		block(blocked, name);
	} else if (strcmp(verb, "install") == 0 && is_first_install(blocked, name) && does_nothing(line)) {
		block(blocked, name);
	}
}

/* Joins the lines that end with a backslash. */
static char *logical_line(struct arena *arena, char **text, unsigned *number)
{
	char *line = dropin_line(text, number);

	if (!line || !text_ends(line, "\\"))
		return line;
	_cleanup_(buf_done) struct buf whole = {0};
	for (;;) {
		bool more = text_ends(line, "\\");

		buf_add(&whole, line, strlen(line) - more);
		if (!more || !(line = dropin_line(text, number)))
			break;
	}
	return arena_strndup(arena, whole.data ? whole.data : "", whole.len);
}

static void note_here(struct blocked *blocked, const char *path)
{
	_cleanup_(buf_done) struct buf note = {0};

	vec_each(name, &blocked->here)
		if (note.len < 512)
			buf_printf(&note, " %s", *name);
	if (note.len)
		vec_push(blocked->arena, &blocked->notes, arena_printf(blocked->arena, "%s:%s", path, note.data));
	blocked->here = (struct strings){0};
}

static void read_file(struct blocked *blocked, const struct dropin *file)
{
	const char *path = safe(blocked->arena, file->path);
	char *text = file->text, *line;
	unsigned number = 0;

	if (!text) {
		blocked->blind = side_from_error(blocked->arena, &file->error, path);
		blocked->blind.state = FACT_UNREADABLE;
		return;
	}
	while ((line = logical_line(blocked->arena, &text, &number)) != NULL) {
		line += strspn(line, " \t");
		if (*line && *line != '#')
			read_directive(blocked, line);
	}
	note_here(blocked, path);
}

/* module_blacklist= is the kernel's own and stops every load, modprobe.blacklist= is read by kmod. */
static void read_cmdline(const struct host *host, struct blocked *blocked)
{
	static const char *const keys[] = {"module_blacklist=", "modprobe.blacklist="};
	char *text, *word, *name;

	if (host_read(host, "/proc/cmdline", HOST_READ_SMALL, blocked->arena, &text, NULL, NULL) < 0)
		return;
	while ((word = strsep(&text, " \n")) != NULL)
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
			if (!text_starts(word, keys[i]))
				continue;
			char *list = word + strlen(keys[i]);
			while ((name = strsep(&list, ",")) != NULL)
				if (*name)
					block(blocked, module_name(blocked->arena, name, strlen(name)));
		}
	note_here(blocked, "/proc/cmdline");
}

static struct fact_side blocked_side(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct blocked blocked = {.arena = arena, .set = name_set(arena), .installs = name_set(arena), .blind = {.state = FACT_PRESENT}};
	struct dropins files;

	dropin_read(ctx->host, arena, "modprobe.d", ".conf", &files);
	vec_each(file, &files)
		read_file(&blocked, file);
	read_cmdline(ctx->host, &blocked);
	/* What could not be read may hold an install command that comes first. */
	if (blocked.blind.state != FACT_PRESENT)
		return blocked.blind;
	struct fact_side side = name_set_side(&blocked.set, "modprobe.d");
	side.notes = blocked.notes;
	return side;
}

/* ---- built in ------------------------------------------------------------------------------------------------ */

/* The running kernel's release, or the only one whose modules are installed. NULL with `ret_why`. */
static const char *kernel_release(struct probe_context *ctx, struct fact_side *ret_why)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings names = {0};
	struct error err = {0};
	char *text;

	if (host_read(ctx->host, "/proc/sys/kernel/osrelease", HOST_READ_SMALL, arena, &text, NULL, &err) == 0)
		return arena_strndup(arena, text, strcspn(text, "\n"));
	if (host_is_live(ctx->host) || err.code != ERROR_NOT_FOUND)
		*ret_why = side_from_error(arena, &err, "/proc/sys/kernel/osrelease");
	else if (host_list(ctx->host, "/lib/modules", arena, &names, &err) < 0)
		*ret_why = side_from_error(arena, &err, "/lib/modules");
	else if (names.count != 1)
		*ret_why = side_missing(FACT_UNSUPPORTED, "/lib/modules",
					arena_printf(arena, "a tree at rest with %zu kernels: which one runs is not known", names.count));
	else
		return names.items[0];
	if (host_is_live(ctx->host))
		ret_why->state = FACT_UNREADABLE;
	return NULL;
}

static struct fact_side builtin(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct name_set set = name_set(arena);
	struct fact_side why = {0};
	struct error err = {0};
	const char *release = kernel_release(ctx, &why);
	unsigned number = 0;
	char *text, *line;

	if (!release)
		return why;
	if (strchr(release, '/') || *release == '.')
		return side_missing(FACT_UNREADABLE, "/proc/sys/kernel/osrelease", "not a kernel release");
	const char *path = arena_printf(arena, "/lib/modules/%s/modules.builtin", release);
	if (host_read(ctx->host, path, HOST_READ_LARGE, arena, &text, NULL, &err) < 0)
		return side_from_error(arena, &err, path);
	while ((line = dropin_line(&text, &number)) != NULL) {
		const char *slash = strrchr(line, '/'), *base = slash ? slash + 1 : line;

		name_set_add(&set, module_name(arena, base, strcspn(base, ".")));
	}
	return name_set_side(&set, safe(arena, path));
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	if (probe_wants(ctx, "host.modules.loaded"))
		put(ctx, "host.modules.loaded", loaded(ctx));
	if (probe_wants(ctx, "host.modules.blocked"))
		put(ctx, "host.modules.blocked", blocked_side(ctx));
	if (probe_wants(ctx, "host.modules.builtin"))
		put(ctx, "host.modules.builtin", builtin(ctx));
	return 0;
}

const struct probe probe_modules = {
	.name = "modules",
	.about = "kernel modules",
	.facts = declarations,
	.collect = collect,
};
