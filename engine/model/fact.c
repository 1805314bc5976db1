#include "model/fact.h"

#include <assert.h>

#include "model/names.h"

static const char *const scope_names[SCOPE_COUNT] = {
#define X(e, n, p) [SCOPE_##e] = n,
	SCOPES(X)
#undef X
};

static const char *const scope_plurals[SCOPE_COUNT] = {
#define X(e, n, p) [SCOPE_##e] = p,
	SCOPES(X)
#undef X
};

static const char *const state_names[FACT_STATE_COUNT] = {
#define X(e, n) [FACT_##e] = n,
	FACT_STATES(X)
#undef X
};

const char *scope_name(enum scope scope)
{
	return names_at(scope_names, SCOPE_COUNT, scope);
}

const char *scope_plural(enum scope scope)
{
	return names_at(scope_plurals, SCOPE_COUNT, scope);
}

bool scope_from_name(const char *name, enum scope *ret)
{
	int index = names_find(scope_names, SCOPE_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum scope)index;
	return true;
}

const char *fact_state_name(enum fact_state state)
{
	return names_at(state_names, FACT_STATE_COUNT, state);
}

bool fact_state_from_name(const char *name, enum fact_state *ret)
{
	int index = names_find(state_names, FACT_STATE_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum fact_state)index;
	return true;
}

struct catalogue {
	struct arena *arena;
	struct strmap *by_name;
	VEC(const struct fact_decl *) sorted;
	VEC(const struct fact_decl *) families;
};

static bool is_family(const struct fact_decl *decl)
{
	return text_ends(decl->name, ".*");
}

/* Length of a family's prefix, the last dot included. */
static size_t prefix_len(const struct fact_decl *family)
{
	return strlen(family->name) - 1;
}

struct catalogue *catalogue_new(struct arena *arena)
{
	struct catalogue *catalogue = ARENA_NEW(arena, struct catalogue);

	catalogue->arena = arena;
	catalogue->by_name = strmap_new(arena);
	return catalogue;
}

void catalogue_add(struct catalogue *catalogue, const struct fact_decl *decl)
{
	size_t at;

	assert(!strmap_get(catalogue->by_name, decl->name));
	strmap_put(catalogue->by_name, decl->name, (void *)decl);
	if (is_family(decl))
		vec_push(catalogue->arena, &catalogue->families, decl);
	vec_push(catalogue->arena, &catalogue->sorted, decl);
	for (at = catalogue->sorted.count - 1; at > 0; at--) {
		if (strcmp(catalogue->sorted.items[at - 1]->name, decl->name) < 0)
			break;
		catalogue->sorted.items[at] = catalogue->sorted.items[at - 1];
	}
	catalogue->sorted.items[at] = decl;
}

size_t catalogue_count(const struct catalogue *catalogue)
{
	return catalogue->sorted.count;
}

const struct fact_decl *catalogue_at(const struct catalogue *catalogue, size_t index)
{
	assert(index < catalogue->sorted.count);
	return catalogue->sorted.items[index];
}

const struct fact_decl *catalogue_find(const struct catalogue *catalogue, const char *name)
{
	const struct fact_decl *found = strmap_get(catalogue->by_name, name);

	if (found)
		return found;
	vec_each(family, &catalogue->families) {
		size_t len = prefix_len(*family);

		if (strncmp(name, (*family)->name, len) == 0 && name[len] != '\0' &&
		    (!found || len > prefix_len(found)))
			found = *family;
	}
	return found;
}

const struct fact_decl *catalogue_settings_of(const struct catalogue *catalogue, const char *program)
{
	vec_each(decl, &catalogue->families)
		if ((*decl)->program && text_eq((*decl)->program, program))
			return *decl;
	return NULL;
}

/* What follows as many dots as the family's prefix has: the member's part of a name whose prefix may be misspelt. */
static const char *member_part(const struct fact_decl *family, const char *name)
{
	size_t len = prefix_len(family);

	for (size_t i = 0; i < len; i++) {
		if (family->name[i] != '.')
			continue;
		name = strchr(name, '.');
		if (!name)
			return NULL;
		name++;
	}
	return *name ? name : NULL;
}

const char *catalogue_nearest(const struct catalogue *catalogue, const char *name)
{
	struct strings candidates = {0};

	vec_each(decl, &catalogue->sorted) {
		const char *candidate = (*decl)->name;

		if (is_family(*decl)) {
			const char *member = member_part(*decl, name);

			if (!member)
				continue;
			candidate = arena_printf(catalogue->arena, "%.*s%s", (int)prefix_len(*decl), candidate, member);
		}
		vec_push(catalogue->arena, &candidates, candidate);
	}
	return text_nearest(name, candidates.items, candidates.count);
}
