#include "load/load_benchmark.h"

#include "base/version.h"
#include "load/keys.h"
#include "load/library_rules.h"
#include "load/load_check.h"
#include "load/load_params.h"
#include "load/load_value.h"

struct index {
	struct benchmark *benchmark;
	struct strmap *ids; /* of entries */
	struct strmap *sections;
	bool rule_missing;
};

struct entry_target {
	struct index *index;
	struct entry entry;
};

static void read_name(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;
	const char *folder = loader_folder_name(loader->arena, loader->path);

	index->benchmark->name = node->text;
	if (strcmp(node->text, folder) != 0)
		diag_add(loader->diags, node->where, "the benchmark is called \"%.100s\", its folder \"%.100s\"", node->text, folder);
}

static void read_revision(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;
	const char *file = loader_base_name(loader->arena, loader->path);

	index->benchmark->revision = node->text;
	if (!version_valid(node->text))
		diag_add(loader->diags, node->where, "a revision is a version, such as 1.8.0");
	else if (strcmp(node->text, file) != 0)
		diag_add(loader->diags, node->where, "the revision is called \"%.100s\", its file \"%.100s\"", node->text, file);
}

static void read_title(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	index->benchmark->title = load_value_text(loader, node, "title");
}

static void read_applies_if(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	index->benchmark->applies_if = load_check(loader, node);
}

/* --- levels and roles ----------------------------------------------------------------------------- */

static bool load_level(struct loader *loader, const struct yaml_node *node, int *ret)
{
	struct value level;

	if (!load_value(loader, node, VALUE_INT, &level))
		return false;
	if (level.integer < 1 || level.integer > LOAD_LEVEL_MAX) {
		diag_add(loader->diags, node->where, "a level is a number from 1 to %d", LOAD_LEVEL_MAX);
		return false;
	}
	*ret = (int)level.integer;
	return true;
}

static void load_roles(struct loader *loader, const struct yaml_node *node, struct strings *ret)
{
	if (node->kind == YAML_LIST && node->items.count > LOAD_ROLES_MAX)
		diag_add(loader->diags, node->where, "more than %d roles", LOAD_ROLES_MAX);
	else
		load_value_text_or_texts(loader, node, "role", ret);
}

/* --- profiles --------------------------------------------------------------------------------------- */

static void read_levels(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct profile *profile = target;
	int level;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "levels must not be an empty list");
	vec_each(item, &node->items)
		if (load_level(loader, *item, &level))
			profile->levels |= 1u << level;
}

static void read_profile_roles(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct profile *profile = target;

	load_roles(loader, node, &profile->roles);
}

static void read_profile_score(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct profile *profile = target;

	load_value_score(loader, node, &profile->score_all);
}

static const struct key profile_table[] = {
	KEY_TEXT("title", REQUIRED, struct profile, title),
	{"levels", REQUIRED, KEY_LIST, read_levels, 0},
	{"roles", REQUIRED, KEY_LIST, read_profile_roles, 0},
	{"score", OPTIONAL, KEY_SCALAR, read_profile_score, 0},
};
static const struct keys profile_keys = KEYS("a profile", profile_table, NULL);

static void read_profile(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct index *index = target;
	struct profile profile = {.name = key->text};

	if (!loader_is_name(key->text, '-'))
		diag_add(loader->diags, key->where, "a profile's name is made of a-z, 0-9 and -");
	keys_read(loader, value, &profile_keys, &profile);
	vec_push(loader->arena, &index->benchmark->profiles, profile);
}

static void read_profiles(struct loader *loader, const struct yaml_node *node, void *target)
{
	if (node->keys.count > LOAD_PROFILES_MAX)
		diag_add(loader->diags, node->where, "more than %d profiles", LOAD_PROFILES_MAX);
	else
		keys_each(loader, node, "profiles", read_profile, target);
}

static void read_default_profile(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;
	struct benchmark *benchmark = index->benchmark;
	struct strings names = {0};

	for (size_t i = 0; i < benchmark->profiles.count; i++) {
		vec_push(loader->arena, &names, benchmark->profiles.items[i].name);
		if (strcmp(names.items[i], node->text) != 0)
			continue;
		benchmark->default_profile = i;
		return;
	}
	diag_suggest(loader->diags, node->where, text_nearest(node->text, names.items, names.count), "no profile \"%.100s\"",
		     node->text);
}

/* --- entries ------------------------------------------------------------------------------------------ */

static void load_id(struct loader *loader, const struct yaml_node *node, struct strmap *seen, const char **ret)
{
	const struct yaml_node *first = strmap_get(seen, node->text);

	*ret = node->text;
	if (first)
		diag_add(loader->diags, node->where, "id \"%.100s\" stands here twice, first on line %u", node->text,
			 first->where.line);
	else if (!node->text[0] || strpbrk(node->text, " \t\r\n"))
		diag_add(loader->diags, node->where, "an id must be one word");
	else
		strmap_put(seen, node->text, (void *)node);
}

static void read_entry_id(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct entry_target *into = target;

	load_id(loader, node, into->index->ids, &into->entry.id);
}

static void read_entry_rule(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct entry_target *into = target;
	const char *folder = loader_folder_name(loader->arena, loader->path);

	into->entry.rule = library_rule_for(loader->library, folder, node->text, node->where, loader->diags);
	if (!into->entry.rule)
		into->index->rule_missing = true;
}

static void read_entry_level(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct entry_target *into = target;

	load_level(loader, node, &into->entry.level);
}

static void read_entry_role(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct entry_target *into = target;

	load_roles(loader, node, &into->entry.roles);
}

static void read_entry_label(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice labels[] = {{"automated", true}, {"manual", false}};
	struct entry_target *into = target;
	int automated;

	if (LOAD_CHOICE(loader, node, labels, "label", &automated))
		into->entry.automated = automated;
}

static void read_entry_params(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct entry_target *into = target;

	if (into->entry.rule)
		load_params(loader, node, into->entry.rule, &into->entry.params);
}

static const struct key entry_table[] = {
	{"id", REQUIRED, KEY_SCALAR, read_entry_id, 0},
	{"rule", REQUIRED, KEY_SCALAR, read_entry_rule, 0},
	{"level", REQUIRED, KEY_SCALAR, read_entry_level, 0},
	{"role", REQUIRED, KEY_SCALAR | KEY_LIST, read_entry_role, 0},
	{"label", REQUIRED, KEY_SCALAR, read_entry_label, 0},
	{"params", OPTIONAL, KEY_MAPPING, read_entry_params, 0},
};
static const struct keys entry_keys = KEYS("an entry", entry_table, NULL);

static bool shares_role(const struct strings *a, const struct strings *b)
{
	vec_each(role, a)
		if (strings_has(b, *role))
			return true;
	return false;
}

/* An entry that no profile selects would never be looked at. */
static void check_selected(struct loader *loader, const struct benchmark *benchmark, const struct entry *entry)
{
	bool level = false, role = false;

	if (entry->level == 0 || entry->roles.count == 0)
		return;
	vec_each(profile, &benchmark->profiles) {
		bool this_level = profile->levels & (1u << entry->level);
		bool this_role = shares_role(&entry->roles, &profile->roles);

		if (this_level && this_role)
			return;
		level |= this_level;
		role |= this_role;
	}
	if (!level)
		diag_add(loader->diags, entry->where, "no profile selects level %d", entry->level);
	if (!role)
		diag_add(loader->diags, entry->where, "no profile selects role \"%.100s\"", entry->roles.items[0]);
	if (level && role)
		diag_add(loader->diags, entry->where, "no profile selects level %d together with role \"%.100s\"", entry->level,
			 entry->roles.items[0]);
}

static void read_entry(struct loader *loader, const struct yaml_node *node, struct index *index)
{
	struct benchmark *benchmark = index->benchmark;
	struct entry_target into = {.index = index};

	into.entry.where = node->where;
	into.entry.section = benchmark->sections.count - 1;
	keys_read(loader, node, &entry_keys, &into);
	if (benchmark->profiles.count)
		check_selected(loader, benchmark, &into.entry);
	vec_push(loader->arena, &benchmark->entries, into.entry);
}

static void read_entries(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "rules must not be an empty list");
	if (node->items.count > LOAD_ENTRIES_MAX - index->benchmark->entries.count) {
		diag_add(loader->diags, node->where, "more than %d ids in one edition", LOAD_ENTRIES_MAX);
		return;
	}
	vec_each(item, &node->items)
		read_entry(loader, *item, index);
}

static struct section *last_section(struct index *index)
{
	return &index->benchmark->sections.items[index->benchmark->sections.count - 1];
}

static void read_section_id(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	load_id(loader, node, index->sections, &last_section(index)->id);
}

static void read_section_title(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	last_section(index)->title = load_value_text(loader, node, "title");
}

static const struct key section_table[] = {
	{"id", REQUIRED, KEY_SCALAR, read_section_id, 0},
	{"title", REQUIRED, KEY_SCALAR, read_section_title, 0},
	{"rules", OPTIONAL, KEY_LIST, read_entries, 0},
};
static const struct keys section_keys = KEYS("a section", section_table, NULL);

static void read_sections(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct index *index = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "sections must not be an empty list");
	vec_each(item, &node->items) {
		vec_push(loader->arena, &index->benchmark->sections, (struct section){0});
		keys_read(loader, *item, &section_keys, index);
	}
}

/* Entries are held against the profiles, so those come first. */
static const struct key index_table[] = {
	{"benchmark", REQUIRED, KEY_SCALAR, read_name, 0},
	{"revision", REQUIRED, KEY_SCALAR, read_revision, 0},
	{"title", REQUIRED, KEY_SCALAR, read_title, 0},
	{"applies_if", OPTIONAL, KEY_MAPPING, read_applies_if, 0},
	{"profiles", REQUIRED, KEY_MAPPING, read_profiles, 0},
	{"default_profile", REQUIRED, KEY_SCALAR, read_default_profile, 0},
	{"sections", REQUIRED, KEY_LIST, read_sections, 0},
};
static const struct keys index_keys = KEYS("a benchmark", index_table, NULL);

const struct benchmark *load_benchmark(struct loader *loader, const struct yaml_node *root)
{
	struct benchmark *benchmark = ARENA_NEW(loader->arena, struct benchmark);
	struct index index = {benchmark, strmap_new(loader->arena), strmap_new(loader->arena), false};
	size_t before = loader->diags->total;

	benchmark->path = loader->path;
	loader->scope_known = true;
	loader->scope = SCOPE_HOST;
	keys_read(loader, root, &index_keys, &index);
	return loader->diags->total == before && !index.rule_missing ? benchmark : NULL;
}
