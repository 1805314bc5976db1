#include "load/loader.h"

const char *loader_base_name(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	size_t len = strlen(base);

	if (text_ends(base, ".yaml"))
		len -= strlen(".yaml");
	return arena_strndup(arena, base, len);
}

const char *loader_folder_name(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder;

	if (!slash)
		return ".";
	folder = arena_strndup(arena, path, (size_t)(slash - path));
	slash = strrchr(folder, '/');
	return slash ? slash + 1 : folder;
}

struct pattern *loader_pattern(struct loader *loader, struct position where, const char *text)
{
	struct pattern *pattern = NULL;
	struct error err = {0};

	if (loader->patterns == LOADER_PATTERNS_MAX) {
		diag_add(loader->diags, where, "more than %d regular expressions in one file", LOADER_PATTERNS_MAX);
		return NULL;
	}
	if (pattern_compile(text, &pattern, &err) < 0) {
		diag_add(loader->diags, where, "%s", err.text);
		return NULL;
	}
	loader->patterns++;
	vec_push(loader->arena, &loader->owned->patterns, pattern);
	return pattern;
}

struct facts *loader_facts(struct loader *loader)
{
	struct facts *facts = facts_new();

	vec_push(loader->arena, &loader->owned->facts, facts);
	return facts;
}

void loader_owned_done(struct loader_owned *owned)
{
	vec_each(pattern, &owned->patterns)
		pattern_free(*pattern);
	vec_each(facts, &owned->facts)
		facts_free(*facts);
	*owned = (struct loader_owned){0};
}

bool loader_is_name(const char *text, char dash)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++)
		if (!strchr(letters, text[i]) && text[i] != dash)
			return false;
	return len > 0 && (dash == '-' || (text[0] >= 'a' && text[0] <= 'z'));
}
