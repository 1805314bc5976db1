#include "checks/dropin.h"

/* The last one matters only where /lib is no link to /usr/lib; where it is, its files are hidden by those of the former. */
static const char *const bases[] = {"/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"};
#define BASE_COUNT (sizeof bases / sizeof *bases)

struct candidate {
	const char *name; /* base name */
	const char *path;
};
struct candidates VEC_BODY(struct candidate);

static bool is_known(const struct candidates *candidates, const char *name)
{
	vec_each(candidate, candidates)
		if (strcmp(candidate->name, name) == 0)
			return true;
	return false;
}

static void add_error(struct arena *arena, struct dropins *ret, const char *path, const struct error *err)
{
	struct dropin entry = {.path = path, .error = *err, .folder = true};

	vec_push(arena, ret, entry);
}

static void list_folder(const struct host *host, struct arena *arena, const char *folder, const char *suffix,
			struct candidates *candidates, struct dropins *ret)
{
	struct strings names = {0};
	struct error err = {0};

	if (host_list(host, folder, arena, &names, &err) < 0) {
		if (err.code != ERROR_NOT_FOUND)
			add_error(arena, ret, folder, &err);
		return;
	}
	vec_each(name, &names) {
		struct candidate candidate = {*name, arena_printf(arena, "%s/%s", folder, *name)};

		if (text_ends(*name, suffix) && !is_known(candidates, *name))
			vec_push(arena, candidates, candidate);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct candidate *left = a, *right = b;

	return strcmp(left->name, right->name);
}

static bool is_mask(const struct host *host, struct arena *arena, const char *path)
{
	char *target;

	return host_readlink(host, path, arena, &target, NULL) == 0 && text_ends(target, "/dev/null");
}

static void read_file(const struct host *host, struct arena *arena, const char *path, struct dropins *ret)
{
	struct dropin entry = {.path = path};

	if (is_mask(host, arena, path))
		return;
	if (host_read(host, path, HOST_READ_CONFIG, arena, &entry.text, NULL, &entry.error) < 0) {
		if (entry.error.code == ERROR_NOT_FOUND) /* a link that leads nowhere */
			return;
		entry.text = NULL;
	}
	vec_push(arena, ret, entry);
}

void dropin_read_folders(const struct host *host, struct arena *arena, const struct strings *folders, const char *suffix,
			 struct dropins *ret)
{
	struct candidates candidates = {0};

	*ret = (struct dropins){0};
	vec_each(folder, folders)
		list_folder(host, arena, *folder, suffix, &candidates, ret);
	if (candidates.count)
		qsort(candidates.items, candidates.count, sizeof *candidates.items, by_name);
	vec_each(candidate, &candidates)
		read_file(host, arena, candidate->path, ret);
}

void dropin_read(const struct host *host, struct arena *arena, const char *name, const char *suffix, struct dropins *ret)
{
	struct strings folders = {0};

	for (size_t i = 0; i < BASE_COUNT; i++)
		vec_push(arena, &folders, arena_printf(arena, "%s/%s", bases[i], name));
	dropin_read_folders(host, arena, &folders, suffix, ret);
}

char *dropin_line(char **text, unsigned *number)
{
	char *line = *text && **text ? strsep(text, "\n") : NULL;

	*number += line != NULL;
	return line;
}

bool dropin_is_glob(const char *text)
{
	return strpbrk(text, "*?[") != NULL;
}

/* One set behind its "[": whether it has the character, and where it ends. Without "]" the bracket stands for itself. */
static bool match_set(const char *set, char c, const char **ret_end)
{
	bool negated = *set == '!' || *set == '^', found = false;
	const char *p = set + negated, *first = p;

	for (; *p && (*p != ']' || p == first); p++) {
		if (p[1] == '-' && p[2] && p[2] != ']') {
			found |= *p <= c && c <= p[2];
			p += 2;
		} else {
			found |= *p == c;
		}
	}
	if (!*p) {
		*ret_end = set;
		return c == '[';
	}
	*ret_end = p + 1;
	return found != negated;
}

static bool match_one(const char *pattern, char c, const char **ret_end)
{
	*ret_end = pattern + 1;
	if (*pattern == '[' && c != '/')
		return match_set(pattern + 1, c, ret_end);
	if (*pattern == '?')
		return c != '/';
	return *pattern == c;
}

/* Going back to the last star is enough: an earlier one could only give it less to choose from. */
bool dropin_match(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL, *next;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern && match_one(pattern, *text, &next)) {
			if (*text == '/')
				star = NULL;
			pattern = next;
			text++;
		} else if (star && *retry != '/') {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
