#include "load/library.h"

#include <errno.h>

#include "base/version.h"
#include "load/library_rules.h"
#include "load/load_params.h"
#include "load/load_benchmark.h"
#include "load/load_rule.h"
#include "load/load_tailoring.h"

#define SUFFIX ".yaml"

/* A rule file on disk. */
struct rule_file {
	const char *slug;
	const char *path;
};

/* A benchmark's folder: what lies in it, sorted by name. */
struct folder {
	const char *name;
	struct strings revisions;
	VEC(struct rule_file) rules;
};

/* What loading a path has come to. */
struct cached {
	const void *result; /* NULL: it has errors */
};

struct library {
	struct arena *arena;
	const struct catalogue *catalogue;
	const char *dir;
	VEC(struct folder) folders;
	size_t file_count;
	struct strmap *by_slug; /* first of each */
	struct strings slugs;   /* the keys of by_slug */
	struct strmap *cache[DEFINITION_TAILORING + 1];
	struct loader_owned owned;
	bool without_cases;
};

/* --- what lies on disk ------------------------------------------------------------------------------ */

/* Names in a folder, sorted, hidden ones apart; none when it does not exist. */
static int list_names(struct arena *arena, const char *path, struct strings *ret, struct error *err)
{
	_cleanup_(close_dir) DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ? 0 : error_sys(err, "%s", path);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (ret->count == LIBRARY_FILES_MAX)
			return error_set(err, ERROR_LIMIT, "%s: more than %d files", path, LIBRARY_FILES_MAX);
		vec_push(arena, ret, arena_strdup(arena, entry->d_name));
	}
	strings_sort(ret);
	return 0;
}

/* "b" of "b.yaml" for each definition file of a folder. */
static int list_definitions(struct library *library, const char *path, struct strings *ret, struct error *err)
{
	struct strings names = {0};

	if (list_names(library->arena, path, &names, err) < 0)
		return -1;
	vec_each(name, &names) {
		if (!text_ends(*name, SUFFIX))
			continue;
		if (library->file_count++ == LIBRARY_FILES_MAX)
			return error_set(err, ERROR_LIMIT, "%s: more than %d definition files", library->dir, LIBRARY_FILES_MAX);
		vec_push(library->arena, ret, loader_base_name(library->arena, *name));
	}
	return 0;
}

static int scan_folder(struct library *library, const char *name, struct error *err)
{
	struct folder folder = {.name = name};
	const char *path = arena_printf(library->arena, "%s/%s", library->dir, name);
	const char *rules = arena_printf(library->arena, "%s/rules", path);
	struct strings slugs = {0};

	if (list_definitions(library, path, &folder.revisions, err) < 0 || list_definitions(library, rules, &slugs, err) < 0)
		return -1;
	if (folder.revisions.count + slugs.count == 0)
		return 0;
	if (library->folders.count == LIBRARY_FOLDERS_MAX)
		return error_set(err, ERROR_LIMIT, "%s: more than %d benchmarks", library->dir, LIBRARY_FOLDERS_MAX);
	vec_each(slug, &slugs) {
		struct rule_file file = {*slug, arena_printf(library->arena, "%s/%s%s", rules, *slug, SUFFIX)};

		vec_push(library->arena, &folder.rules, file);
	}
	vec_push(library->arena, &library->folders, folder);
	return 0;
}

/* After all folders are known: the map points into them. */
static void index_slugs(struct library *library)
{
	vec_each(folder, &library->folders)
		vec_each(file, &folder->rules) {
			if (strmap_get(library->by_slug, file->slug))
				continue;
			strmap_put(library->by_slug, file->slug, file);
			vec_push(library->arena, &library->slugs, file->slug);
		}
}

static int scan(struct library *library, struct error *err)
{
	_cleanup_(close_dir) DIR *dir = opendir(library->dir);
	struct strings names = {0};

	if (!dir)
		return error_sys(err, "%s", library->dir);
	if (list_names(library->arena, library->dir, &names, err) < 0)
		return -1;
	vec_each(name, &names)
		if (scan_folder(library, *name, err) < 0)
			return -1;
	index_slugs(library);
	return 0;
}

int library_open(const char *dir, const struct catalogue *catalogue, struct library **ret, struct error *err)
{
	struct arena *arena = arena_new();
	struct library *library = ARENA_NEW(arena, struct library);

	library->arena = arena;
	library->catalogue = catalogue;
	library->dir = arena_strdup(arena, dir);
	library->by_slug = strmap_new(arena);
	for (int kind = 0; kind <= DEFINITION_TAILORING; kind++)
		library->cache[kind] = strmap_new(arena);
	if (scan(library, err) < 0) {
		library_close(library);
		return -1;
	}
	*ret = library;
	return 0;
}

void library_close(struct library *library)
{
	if (!library)
		return;
	loader_owned_done(&library->owned);
	arena_free(library->arena);
}

struct arena *library_arena(const struct library *library)
{
	return library->arena;
}

void library_read_cases(struct library *library, bool read)
{
	library->without_cases = !read;
}

/* --- listing ------------------------------------------------------------------------------------------ */

/* By name, then newest first; what is no version comes after what is one. */
static int compare_editions(const void *left, const void *right)
{
	const struct edition *a = left, *b = right;
	bool a_valid = version_valid(a->revision), b_valid = version_valid(b->revision);
	int order = strcmp(a->name, b->name);

	if (order == 0 && a_valid && b_valid)
		order = version_compare(b->revision, a->revision);
	if (order == 0)
		order = b_valid - a_valid;
	return order ? order : strcmp(b->revision, a->revision);
}

int library_editions(struct library *library, struct editions *ret, struct error *err _unused_)
{
	struct editions editions = {0};

	vec_each(folder, &library->folders)
		vec_each(revision, &folder->revisions) {
			const char *path = arena_printf(library->arena, "%s/%s/%s%s", library->dir, folder->name, *revision, SUFFIX);

			vec_push(library->arena, &editions, ((struct edition){folder->name, *revision, path}));
		}
	if (editions.count > 1)
		qsort(editions.items, editions.count, sizeof *editions.items, compare_editions);
	*ret = editions;
	return 0;
}

int library_slugs(struct library *library, struct strings *ret, struct error *err)
{
	struct strings slugs = {0};

	vec_each(folder, &library->folders)
		vec_each(file, &folder->rules) {
			const struct rule_file *first = strmap_get(library->by_slug, file->slug);

			if (first != file)
				return error_set(err, ERROR_MALFORMED, "two rules of one name: %s and %s", first->path, file->path);
			vec_push(library->arena, &slugs, file->slug);
		}
	strings_sort(&slugs);
	*ret = slugs;
	return 0;
}

/* --- loading --------------------------------------------------------------------------------------------- */

static const void *load_tree(struct loader *loader, enum definition kind, const struct yaml_node *root)
{
	switch (kind) {
	case DEFINITION_RULE:
		return load_rule(loader, root);
	case DEFINITION_BENCHMARK:
		return load_benchmark(loader, root);
	case DEFINITION_TAILORING:
		return load_tailoring(loader, root);
	}
	return NULL;
}

static const void *load_path(struct library *library, const char *path, enum definition kind, struct diags *diags)
{
	struct cached *cached = strmap_get(library->cache[kind], path);
	struct loader loader = {.library = library, .arena = library->arena, .catalogue = library->catalogue, .diags = diags,
				.owned = &library->owned};
	size_t before = diags->total;
	const struct yaml_node *root;
	const void *result;

	if (cached)
		return cached->result;
	cached = ARENA_NEW(library->arena, struct cached);
	loader.path = arena_strdup(library->arena, path);
	strmap_put(library->cache[kind], loader.path, cached);
	loader.without_cases = kind == DEFINITION_RULE && library->without_cases;
	root = loader.without_cases ? yaml_read_without(library->arena, loader.path, "cases", diags)
				    : yaml_read(library->arena, loader.path, diags);
	result = root ? load_tree(&loader, kind, root) : NULL;
	/* What the yaml layer refused is an error though the rest be good. */
	cached->result = diags->total == before ? result : NULL;
	return cached->result;
}

const struct benchmark *library_benchmark(struct library *library, const char *path, struct diags *diags)
{
	return load_path(library, path, DEFINITION_BENCHMARK, diags);
}

const struct rule *library_rule_file(struct library *library, const char *path, struct diags *diags)
{
	return load_path(library, path, DEFINITION_RULE, diags);
}

const struct tailoring *library_tailoring(struct library *library, const char *path, struct diags *diags)
{
	return load_path(library, path, DEFINITION_TAILORING, diags);
}

static const struct rule_file *find_rule(const struct library *library, const char *folder, const char *slug)
{
	vec_each(own, &library->folders)
		if (folder && strcmp(own->name, folder) == 0)
			vec_each(file, &own->rules)
				if (strcmp(file->slug, slug) == 0)
					return file;
	return strmap_get(library->by_slug, slug);
}

const struct rule *library_rule_for(struct library *library, const char *folder, const char *slug, struct position where,
				    struct diags *diags)
{
	const struct rule_file *found = library ? find_rule(library, folder, slug) : NULL;
	const char *near = NULL;

	if (found)
		return library_rule_file(library, found->path, diags);
	if (library && !diags_full(diags))
		near = text_nearest(slug, library->slugs.items, library->slugs.count);
	diag_suggest(diags, where, near, "no rule \"%.100s\"", slug);
	return NULL;
}

const struct rule *library_rule(struct library *library, const char *slug, struct diags *diags)
{
	return library_rule_for(library, NULL, slug, (struct position){library->dir, 0, 0}, diags);
}

/* --- the rest ---------------------------------------------------------------------------------------------- */

int library_kind(struct library *library, const char *path, enum definition *ret, struct diags *diags)
{
	static const char *const names[] = {"rule", "benchmark", "tailoring"};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct diags unread = {.arena = scratch}; /* loading says them again */
	const char *where = arena_strdup(library->arena, path);
	const struct yaml_node *root = yaml_read(scratch, where, &unread);

	if (!root) {
		vec_each(diag, &unread.list)
			diag_add(diags, diag->where, "%s", diag->text);
		return -1;
	}
	for (size_t i = 0; i < root->keys.count; i++)
		for (int kind = DEFINITION_RULE; kind <= DEFINITION_TAILORING; kind++)
			if (strcmp(root->keys.items[i]->text, names[kind]) == 0) {
				*ret = (enum definition)kind;
				return 0;
			}
	diag_add(diags, root->where, "none of the keys rule, benchmark, tailoring: this is no definition");
	return -1;
}

int library_type_param(const struct rule *rule, size_t index, const struct param_value *raw, struct value *ret,
		       struct diags *diags)
{
	const struct param *param = &rule->params.items[index];
	bool list = raw->value.type == VALUE_STRINGS;
	struct value value;
	struct error err = {0};

	if (list != (param->type == VALUE_STRINGS)) {
		diag_add(diags, raw->where, "parameter %.100s is of type %s and takes %s", param->name,
			 value_type_name(param->type), list ? "one value, not a list" : "a list");
		return -1;
	}
	value = raw->value;
	if ((!list && value_parse(param->type, raw->value.string, &value, &err) < 0) ||
	    load_params_fit(rule, index, &value, &err) < 0) {
		diag_add(diags, raw->where, "parameter %.100s: %s", param->name, err.text);
		return -1;
	}
	*ret = value;
	return 0;
}
