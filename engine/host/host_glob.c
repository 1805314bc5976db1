#include "host/host_private.h"

static bool has_wildcard(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr("*?[", text[i]))
			return true;
	return false;
}

/* Match one byte against the set that starts behind '['. Returns the byte behind ']', NULL when the
 * set has no end (then '[' stands for itself, glob(7)). */
static const char *match_set(const char *set, const char *end, unsigned char byte, bool *ret_match)
{
	bool negated = set < end && (*set == '!' || *set == '^'), found = false;
	const char *at = set + negated;
	for (bool first = true; at < end && (*at != ']' || first); first = false) {
		unsigned char low = (unsigned char)*at++, high = low;
		if (end - at >= 2 && at[0] == '-' && at[1] != ']') {
			high = (unsigned char)at[1];
			at += 2;
		}
		found = found || (byte >= low && byte <= high);
	}
	*ret_match = found != negated;
	return at < end ? at + 1 : NULL;
}

/* Match the first character of `name` against the pattern's first element that is not a star.
 * Returns the pattern behind it, NULL when it does not match; moves `name` on. */
static const char *match_one(const char *pattern, const char *end, const char **name)
{
	unsigned char byte = (unsigned char)**name;
	const char *next = pattern + 1;
	bool match = *pattern == '?' || (unsigned char)*pattern == byte;
	if (*pattern == '[') {
		bool in_set;
		const char *behind = match_set(pattern + 1, end, byte, &in_set);
		match = behind ? in_set : byte == '[';
		next = behind ? behind : next;
	}
	if (!match)
		return NULL;
	++*name;
	while (*pattern == '?' && ((unsigned char)**name & 0xc0) == 0x80)
		++*name;
	return next;
}

/* Only the last star needs to be tried again, so this is quadratic at worst, unlike fnmatch(3). */
static bool matches(const char *pattern, const char *end, const char *name)
{
	const char *star = NULL, *retry = NULL;
	if (*name == '.' && *pattern != '.')
		return false;
	while (*name) {
		const char *next;
		if (pattern < end && *pattern == '*') {
			star = ++pattern;
			retry = name;
		} else if (pattern < end && (next = match_one(pattern, end, &name))) {
			pattern = next;
		} else if (star) {
			pattern = star;
			name = ++retry;
		} else {
			return false;
		}
	}
	while (pattern < end && *pattern == '*')
		pattern++;
	return pattern == end;
}

struct walk {
	const struct host *host;
	struct arena *arena;
	struct strings found; /* paths so far, without a last slash */
};

static int add(struct walk *walk, const char *path, struct error *err)
{
	if (walk->found.count == HOST_ENTRIES_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d paths match", HOST_ENTRIES_MAX);
	vec_push(walk->arena, &walk->found, path);
	return 0;
}

static int add_matches(struct walk *walk, const char *folder, const char *part, size_t len,
		       struct error *err)
{
	struct strings names = {0};
	struct error why = {0};
	if (host_list(walk->host, *folder ? folder : "/", walk->arena, &names, &why) < 0) {
		if (why.code == ERROR_NOT_FOUND)
			return 0;
		if (err)
			*err = why;
		return -1;
	}
	vec_each(name, &names)
		if (matches(part, part + len, *name) &&
		    add(walk, arena_printf(walk->arena, "%s/%s", folder, *name), err) < 0)
			return -1;
	return 0;
}

static int add_literal(struct walk *walk, const char *folder, const char *part, size_t len,
		       struct error *err)
{
	return add(walk, arena_printf(walk->arena, "%s/%.*s", folder, (int)len, part), err);
}

/* One component further for every path found so far. */
static int descend(struct walk *walk, const char *part, size_t len, struct error *err)
{
	struct strings folders = walk->found;
	bool wild = has_wildcard(part, len);
	walk->found = (struct strings){0};
	vec_each(folder, &folders) {
		if (wild && add_matches(walk, *folder, part, len, err) < 0)
			return -1;
		if (!wild && add_literal(walk, *folder, part, len, err) < 0)
			return -1;
	}
	return 0;
}

/* Literal components behind a wildcard were only assumed. */
static int keep_existing(struct walk *walk, struct error *err)
{
	struct strings kept = {0};
	vec_each(found, &walk->found) {
		const char *path = **found ? *found : "/";
		struct error why = {0};
		struct stat st;
		if (host_stat(walk->host, path, false, &st, &why) == 0) {
			vec_push(walk->arena, &kept, path);
		} else if (why.code != ERROR_NOT_FOUND) {
			if (err)
				*err = why;
			return -1;
		}
	}
	walk->found = kept;
	return 0;
}

int host_glob(const struct host *host, const char *pattern, struct arena *arena,
	      struct strings *ret, struct error *err)
{
	struct walk walk = {.host = host, .arena = arena};
	vec_push(arena, &walk.found, "");
	for (const char *part = pattern; *part;) {
		part += strspn(part, "/");
		size_t len = strcspn(part, "/");
		if (len > 0 && descend(&walk, part, len, err) < 0)
			return -1;
		part += len;
	}
	if (keep_existing(&walk, err) < 0)
		return -1;
	strings_sort(&walk.found);
	*ret = walk.found;
	return 0;
}
