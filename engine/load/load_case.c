#include "load/load_case.h"

#include "load/load_name.h"
#include "load/load_params.h"
#include "load/load_value.h"

/* What the checks of a rule name: the facts a case may give. */
struct named {
	struct strmap *facts;    /* name → declaration */
	struct strmap *settings; /* key → check */
};

struct case_target {
	const struct named *named;
	struct rule_case *into;
	struct subject *subject;
};

/* --- what may be given -------------------------------------------------------------------------- */

static void name_fact(struct loader *loader, struct named *named, const char *name)
{
	const struct fact_decl *decl = name ? catalogue_find(loader->catalogue, name) : NULL;

	if (decl)
		strmap_put(named->facts, name, (void *)decl);
}

static void name_setting(struct loader *loader, struct named *named, const struct check *check)
{
	if (!check->decl || !check->fact)
		return;
	strmap_put(named->settings, check->fact + strlen(check->decl->name) - 1, (void *)check);
	if (check->default_by_config_file)
		name_fact(loader, named, check->decl->config_file_fact);
}

static void name_check(struct loader *loader, struct named *named, const struct check *check)
{
	if (!check)
		return;
	if (check->setting)
		name_setting(loader, named, check);
	else
		name_fact(loader, named, check->fact);
	vec_each(file, &check->files)
		name_fact(loader, named, *file);
	vec_each(child, &check->children)
		name_check(loader, named, *child);
}

static struct named name_all(struct loader *loader, const struct rule *rule)
{
	struct named named = {strmap_new(loader->arena), strmap_new(loader->arena)};

	name_check(loader, &named, rule->select);
	name_check(loader, &named, rule->applies_if);
	name_check(loader, &named, rule->check);
	vec_each(name, &rule->show)
		name_fact(loader, &named, *name);
	return named;
}

#define SUGGEST_MAX 1000 /* names to choose a suggestion from */

/* The nearest name of those with a prefix, shown without it. */
static const char *nearest_named(struct loader *loader, const struct strmap *map, const char *prefix, const char *name)
{
	struct strings names = {0};

	if (diags_full(loader->diags) || strmap_count(map) > SUGGEST_MAX)
		return NULL;
	for (size_t i = 0; i < strmap_count(map); i++)
		if (text_starts(strmap_key_at(map, i), prefix))
			vec_push(loader->arena, &names, strmap_key_at(map, i) + strlen(prefix));
	return text_nearest(name, names.items, names.count);
}

/* A fact that no check reads would test nothing. While checks have errors, what they read is not known. */
static void report_unnamed(struct loader *loader, const struct strmap *map, const char *prefix, const struct yaml_node *key)
{
	if (!loader->checks_broken)
		diag_suggest(loader->diags, key->where, nearest_named(loader, map, prefix, key->text),
			     "the rule does not look at \"%.150s\", so the case would not test it", key->text);
}

/* --- facts, files, settings ------------------------------------------------------------------------ */

static void put(struct loader *loader, const struct case_target *into, const struct case_fact *what, const char *name,
		const struct yaml_node *node, enum side side)
{
	struct fact_side fact;

	if (load_case_side(loader, node, what, &fact))
		facts_put(into->into->facts, into->subject, what->decl, name, side, fact);
}

static void put_absent(const struct case_target *into, const struct fact_decl *decl, const char *name, enum side side)
{
	facts_put(into->into->facts, into->subject, decl, name, side, side_missing(FACT_ABSENT, NULL, NULL));
}

/* Both sides in one state, or { declared: …, effective: … }; a side that is not given is absent. */
static void put_two_sided(struct loader *loader, const struct case_target *into, const struct case_fact *what,
			  const struct yaml_node *key, const struct yaml_node *value)
{
	static const char *const names[SIDE_COUNT] = {[SIDE_DECLARED] = "declared", [SIDE_EFFECTIVE] = "effective"};
	bool state = load_case_is_state(value), sides = false;

	if (value->refused)
		return;
	for (size_t i = 0; i < SIDE_COUNT && value->kind == YAML_MAPPING; i++)
		sides |= yaml_get(value, names[i]) != NULL;
	if (!state && (!sides || value->keys.count > SIDE_COUNT)) {
		diag_add(loader->diags, value->where, "%.100s has two sides; write { declared: …, effective: … }", key->text);
		return;
	}
	for (int side = 0; side < SIDE_COUNT; side++) {
		const struct yaml_node *node = state ? value : yaml_get(value, names[side]);

		if (node)
			put(loader, into, what, key->text, node, (enum side)side);
		else
			put_absent(into, what->decl, key->text, (enum side)side);
	}
	for (size_t i = 0; i < value->keys.count && !state; i++) {
		const struct strings known = {(const char **)names, SIDE_COUNT, SIDE_COUNT};

		if (!strings_has(&known, value->keys.items[i]->text))
			keys_unknown(loader, value->keys.items[i], "a fact of two sides", &known);
	}
}

static void read_fact(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	const struct case_target *into = target;
	const struct fact_decl *decl = catalogue_find(loader->catalogue, key->text);
	struct case_fact what = {decl, decl ? decl->type : VALUE_UNSET, NULL};

	if (!decl) {
		load_name_unknown(loader, key, key->text);
	} else if (decl->program) {
		diag_add(loader->diags, key->where, "\"%.100s\" is a setting; give it under settings", key->text);
	} else if (!strmap_get(into->named->facts, key->text)) {
		report_unnamed(loader, into->named->facts, "", key);
	} else if (decl->two_sided) {
		put_two_sided(loader, into, &what, key, value);
	} else {
		put(loader, into, &what, key->text, value, SIDE_PLAIN);
	}
}

static void read_facts(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "facts", read_fact, target);
}

static void read_file(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	const struct case_target *into = target;
	const char *name = arena_printf(loader->arena, "file.%s", key->text);
	struct case_fact what = {strmap_get(into->named->facts, name), VALUE_RECORDS, key->text};

	if (what.decl)
		put(loader, into, &what, name, value, SIDE_PLAIN);
	else
		report_unnamed(loader, into->named->facts, "file.", key);
}

static void read_files(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "files", read_file, target);
}

static void read_setting(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	const struct case_target *into = target;
	const struct check *check = strmap_get(into->named->settings, key->text);

	if (!check) {
		report_unnamed(loader, into->named->settings, "", key);
		return;
	}
	if (check->type != VALUE_UNSET)
		put(loader, into, &(struct case_fact){check->decl, check->type, NULL}, check->fact, value, SIDE_PLAIN);
}

static void read_settings(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "settings", read_setting, target);
}

/* --- the case --------------------------------------------------------------------------------------- */

static void read_name(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct case_target *into = target;

	into->into->name = load_value_text(loader, node, "name");
}

static void read_params(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct case_target *into = target;

	load_params(loader, node, loader->rule, &into->into->params);
}

static void read_expect(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct case_target *into = target;

	load_value_result(loader, node, "expect", &into->into->expect);
}

static const struct key case_table[] = {
	{"name", REQUIRED, KEY_SCALAR, read_name, 0},
	{"params", OPTIONAL, KEY_MAPPING, read_params, 0},
	{"facts", OPTIONAL, KEY_MAPPING, read_facts, 0},
	{"files", OPTIONAL, KEY_MAPPING, read_files, 0},
	{"settings", OPTIONAL, KEY_MAPPING, read_settings, 0},
	{"expect", REQUIRED, KEY_SCALAR, read_expect, 0},
};
static const struct keys case_keys = KEYS("a case", case_table, NULL);

/* One subject of the rule's scope takes all facts, those of enclosing scopes too: lookup finds them there first. */
static struct subject *case_subject(struct facts *facts, enum scope scope)
{
	struct subject *host = facts_host(facts);

	if (scope == SCOPE_HOST)
		return host;
	facts_set_population(facts, scope, FACT_PRESENT, NULL, NULL);
	return facts_subject(facts, scope, "case", "case", host);
}

static void read_case(struct loader *loader, const struct yaml_node *node, const struct named *named, struct rule *rule)
{
	struct rule_case one = {.facts = loader_facts(loader), .where = node->where};
	struct case_target into = {named, &one, case_subject(one.facts, rule->scope)};

	one.subject = into.subject;
	keys_read(loader, node, &case_keys, &into);
	vec_each(other, &rule->cases)
		if (one.name && other->name && strcmp(one.name, other->name) == 0)
			diag_add(loader->diags, node->where, "two cases have the name \"%.100s\"", one.name);
	vec_push(loader->arena, &rule->cases, one);
}

void load_case_list(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;

	if (loader->without_cases)
		return;
	struct named named = name_all(loader, rule);
	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "cases must not be an empty list");
	if (node->items.count > LOADER_CASES_MAX) {
		diag_add(loader->diags, node->where, "more than %d cases", LOADER_CASES_MAX);
		return;
	}
	vec_each(item, &node->items)
		read_case(loader, *item, &named, rule);
}
