#include "checks/dpkg.h"

#include <string.h>

#define STATUS "/var/lib/dpkg/status"

void dpkg_open(const struct host *host, struct arena *arena, struct dpkg *ret)
{
	struct error err = {0};
	char *text;

	*ret = (struct dpkg){.host = host, .arena = arena};
	if (host_read(host, STATUS, HOST_READ_LARGE, arena, &text, NULL, &err) == 0)
		/* A newline in front, so that every paragraph has one. */
		ret->status = arena_printf(arena, "\n%s", text);
	else if (err.code != ERROR_NOT_FOUND)
		ret->error = err;
}

/* The field of a paragraph that ends at `end`: its value up to the end of the line, or NULL. */
static const char *field(const char *paragraph, const char *end, const char *key, size_t *ret_len)
{
	const char *at = strstr(paragraph, key);

	if (!at || at >= end)
		return NULL;
	at += strlen(key);
	*ret_len = strcspn(at, "\n");
	return at;
}

const char *dpkg_version(const struct dpkg *dpkg, const char *package)
{
	const char *head = arena_printf(dpkg->arena, "\nPackage: %s\n", package);
	const char *at = dpkg->status ? strstr(dpkg->status, head) : NULL;
	size_t state_len, len;

	if (!at)
		return NULL;
	const char *end = strstr(at + 1, "\n\n");
	if (!end)
		end = at + strlen(at);
	const char *state = field(at, end, "\nStatus: ", &state_len), *version = field(at, end, "\nVersion: ", &len);
	if (!state || !version || !memmem(state, state_len, " installed", strlen(" installed")))
		return NULL;
	return text_safe(dpkg->arena, version, len);
}

static bool lists(const char *list, const char *path)
{
	size_t len = strlen(path);

	for (const char *at = list; (at = strstr(at, path)) != NULL; at += len)
		if ((at == list || at[-1] == '\n') && (at[len] == '\n' || !at[len]))
			return true;
	return false;
}

bool dpkg_owns(const struct dpkg *dpkg, const char *package, const char *path)
{
	const char *file = arena_printf(dpkg->arena, "/var/lib/dpkg/info/%s.list", package);
	char *list;

	if (!dpkg_version(dpkg, package) || host_read(dpkg->host, file, HOST_READ_CONFIG, dpkg->arena, &list, NULL, NULL) < 0)
		return false;
	return lists(list, path) || (text_starts(path, "/usr/") && lists(list, path + strlen("/usr")));
}

const char *dpkg_upstream(struct arena *arena, const char *version)
{
	const char *colon = strchr(version, ':'), *start = colon ? colon + 1 : version, *dash = strrchr(start, '-');
	char *text = arena_strndup(arena, start, dash ? (size_t)(dash - start) : strlen(start));

	for (char *c = text; *c; c++)
		if (*c == '~')
			*c = '-';
	return text;
}
