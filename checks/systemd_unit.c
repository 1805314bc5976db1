#include "checks/systemd_unit.h"

#include <ctype.h>

/* systemd.unit(5), the table of the system's units; /lib only matters where it is no link to /usr/lib. */
static const char *const places[] = {
	"/etc/systemd/system.control",
	"/run/systemd/system.control",
	"/run/systemd/transient",
	"/run/systemd/generator.early",
	"/etc/systemd/system",
	"/etc/systemd/system.attached",
	"/run/systemd/system",
	"/run/systemd/system.attached",
	"/run/systemd/generator",
	"/usr/local/lib/systemd/system",
	"/usr/lib/systemd/system",
	"/lib/systemd/system",
	"/run/systemd/generator.late",
};
#define PLACE_COUNT (sizeof places / sizeof *places)

struct reading {
	const struct host *host;
	struct arena *arena;
	const char *name;
	struct systemd_unit *unit;
	struct error *err;
};

/* As systemd judges it (stat-util, null_or_empty): a link to /dev/null, or a file without a byte. */
static bool is_mask(const struct reading *it, const char *path, const struct stat *st)
{
	char *target;

	return (host_readlink(it->host, path, it->arena, &target, NULL) == 0 && text_ends(target, "/dev/null")) ||
	       (S_ISREG(st->st_mode) && st->st_size == 0);
}

/* 1: found; a link that leads nowhere counts as nothing. */
static int look_in(const struct reading *it, const char *place, const char **ret)
{
	const char *path = arena_printf(it->arena, "%s/%s", place, it->name);
	struct error err = {0};
	struct stat st = {0};

	if (host_stat(it->host, path, false, &st, &err) == 0) {
		if (S_ISLNK(st.st_mode) && is_mask(it, path, &st))
			it->unit->masked = true;
		else if (host_stat(it->host, path, true, &st, &err) == 0)
			it->unit->masked = is_mask(it, path, &st);
	}
	if (err.code == ERROR_NOT_FOUND)
		return 0;
	if (err.code) {
		*it->err = err;
		return -1;
	}
	*ret = path;
	return 1;
}

static void read_own(const struct reading *it, const char *path)
{
	struct dropin own = {.path = path};

	if (host_read(it->host, path, HOST_READ_CONFIG, it->arena, &own.text, NULL, &own.error) < 0)
		own.text = NULL;
	vec_push(it->arena, &it->unit->files, path);
	vec_push(it->arena, &it->unit->texts, own);
}

static void add_folders(const struct reading *it, const char *name, struct strings *ret)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		vec_push(it->arena, ret, arena_printf(it->arena, "%s/%s.d", places[i], name));
}

/* From the most particular name to the type's: a-b.service, a-.service, service. */
static struct strings drop_in_folders(const struct reading *it)
{
	struct strings folders = {0};
	const char *type = strrchr(it->name, '.');

	add_folders(it, it->name, &folders);
	for (const char *dash = type; type && (dash = memrchr(it->name, '-', (size_t)(dash - it->name))) != NULL;)
		if (dash + 1 != type)
			add_folders(it, arena_printf(it->arena, "%.*s-%s", (int)(dash - it->name), it->name, type), &folders);
	if (type)
		add_folders(it, type + 1, &folders);
	return folders;
}

static int add_own_folders(const struct reading *it, const struct strings *folders)
{
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		struct error err = {0};
		struct stat st;

		if (host_stat(it->host, folders->items[i], true, &st, &err) == 0)
			vec_push(it->arena, &it->unit->folders, folders->items[i]);
		else if (err.code != ERROR_NOT_FOUND) {
			*it->err = err;
			return -1;
		}
	}
	return 0;
}

static int add_drop_ins(const struct reading *it)
{
	struct strings folders = drop_in_folders(it);
	struct dropins found;

	dropin_read_folders(it->host, it->arena, &folders, ".conf", &found);
	vec_each(one, &found) {
		if (one->folder) {
			*it->err = one->error;
			return -1;
		}
		vec_push(it->arena, &it->unit->files, one->path);
		vec_push(it->arena, &it->unit->texts, *one);
	}
	return add_own_folders(it, &folders);
}

int systemd_unit_read(const struct host *host, struct arena *arena, const char *name, struct systemd_unit *ret,
		      struct error *err)
{
	struct reading it = {.host = host, .arena = arena, .name = name, .unit = ret, .err = err};
	const char *path = NULL;
	int found = 0;

	*ret = (struct systemd_unit){0};
	for (size_t i = 0; i < PLACE_COUNT && found == 0; i++)
		found = look_in(&it, places[i], &path);
	if (found <= 0 || ret->masked)
		return found < 0 ? -1 : 0;
	read_own(&it, path);
	return add_drop_ins(&it);
}

/* ---- keys ---------------------------------------------------------------------------------------------------- */

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (isspace((unsigned char)*text))
		text++;
	while (end > text && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return text;
}

/* The next line with those joined that a backslash continues, without comments between them; NULL at the end. */
static char *next_line(struct arena *arena, char **text)
{
	char *whole = NULL, *line;
	unsigned number = 0;

	while ((line = dropin_line(text, &number)) != NULL) {
		char *first = line + strspn(line, " \t\r");

		if (*first == '#' || *first == ';')
			continue;
		size_t len = strlen(line = trim(line));
		bool goes_on = len && line[len - 1] == '\\';
		if (goes_on)
			line[len - 1] = ' ';
		whole = whole ? arena_printf(arena, "%s%s", whole, line) : line;
		if (!goes_on)
			return whole;
	}
	return whole;
}

static void take_line(struct arena *arena, char *line, const char *key, struct strings *ret)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return;
	*equals = '\0';
	if (strcmp(trim(line), key) != 0)
		return;
	const char *value = trim(equals + 1);
	if (*value)
		vec_push(arena, ret, value);
	else
		ret->count = 0;
}

static void take_text(struct arena *arena, char *text, const char *const wanted[static 2], struct strings *ret)
{
	bool inside = false;
	char *line;

	while ((line = next_line(arena, &text)) != NULL) {
		line = trim(line);
		if (*line == '[')
			inside = text_starts(line + 1, wanted[0]) && strcmp(line + 1 + strlen(wanted[0]), "]") == 0;
		else if (inside)
			take_line(arena, line, wanted[1], ret);
	}
}

int systemd_unit_values(struct arena *arena, const struct systemd_unit *unit, const char *section, const char *key,
			struct strings *ret, struct error *err)
{
	struct strings values = {0};

	vec_each(one, &unit->texts) {
		if (!one->text) {
			*err = one->error;
			return -1;
		}
		take_text(arena, arena_strdup(arena, one->text), (const char *const[]){section, key}, &values);
	}
	*ret = values;
	return 0;
}
