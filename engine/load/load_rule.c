#include "load/load_rule.h"

#include "load/load_case.h"
#include "load/load_check.h"
#include "load/load_name.h"
#include "load/load_test.h"
#include "load/load_value.h"

#define PARAM_TYPES (OP_SCALARS | T(STRINGS))

static void read_slug(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;
	const char *file = loader_base_name(loader->arena, loader->path);

	rule->slug = node->text;
	if (!loader_is_name(node->text, '-'))
		diag_add(loader->diags, node->where, "a rule's name is made of a-z, 0-9 and -");
	else if (strcmp(node->text, file) != 0)
		diag_add(loader->diags, node->where, "the rule is called \"%.100s\", its file \"%.100s\"", node->text, file);
}

static void read_severity(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice severities[] = {
#define X(e, n, w) {n, SEVERITY_##e},
		SEVERITIES(X)
#undef X
	};
	struct rule *rule = target;
	int severity;

	if (LOAD_CHOICE(loader, node, severities, "severity", &severity))
		rule->severity = (enum severity)severity;
}

static void read_scope(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice scopes[] = {
#define X(e, n, p) {n, SCOPE_##e},
		SCOPES(X)
#undef X
	};
	struct rule *rule = target;
	int scope;

	loader->scope_known = LOAD_CHOICE(loader, node, scopes, "scope", &scope);
	if (loader->scope_known)
		rule->scope = loader->scope = (enum scope)scope;
}

/* --- params --------------------------------------------------------------------------------------- */

static void read_param_type(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct param *param = target;

	load_value_type(loader, node, PARAM_TYPES, &param->type);
}

static void read_param_default(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct param *param = target;

	if (param->type != VALUE_UNSET)
		load_value(loader, node, param->type, &param->value);
}

static const struct key param_table[] = {
	{"type", REQUIRED, KEY_SCALAR, read_param_type, 0},
	{"default", REQUIRED, KEY_SCALAR | KEY_LIST, read_param_default, 0},
	KEY_TEXT("about", REQUIRED, struct param, about),
};
static const struct keys param_keys = KEYS("a parameter", param_table, NULL);

static void read_param(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct rule *rule = target;
	struct param param = {.name = key->text, .where = key->where};

	if (!loader_is_name(key->text, '_'))
		diag_add(loader->diags, key->where, "a parameter's name is made of a-z, 0-9 and _ and begins with a letter");
	if (strcmp(key->text, LOAD_TEST_DECLARED) == 0)
		diag_add(loader->diags, key->where, "$" LOAD_TEST_DECLARED " stands for what was declared; another name is needed");
	keys_read(loader, value, &param_keys, &param);
	vec_push(loader->arena, &rule->params, param);
}

static void read_params(struct loader *loader, const struct yaml_node *node, void *target)
{
	if (node->keys.count > LOADER_PARAMS_MAX)
		diag_add(loader->diags, node->where, "more than %d parameters", LOADER_PARAMS_MAX);
	else
		keys_each(loader, node, "params", read_param, target);
}

/* --- checks --------------------------------------------------------------------------------------- */

typedef struct check *check_loader(struct loader *loader, const struct yaml_node *node);

static const struct check *load_noted(struct loader *loader, const struct yaml_node *node, check_loader *load)
{
	size_t before = loader->diags->total;
	const struct check *check = load(loader, node);

	loader->checks_broken |= loader->diags->total != before;
	return check;
}

static void read_select(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;

	rule->select = load_noted(loader, node, load_check_select);
}

static void read_applies_if(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;

	rule->applies_if = load_noted(loader, node, load_check);
}

static void read_check(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;

	rule->check = load_noted(loader, node, load_check);
}

/* --- the rest --------------------------------------------------------------------------------------- */

static void read_show(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct rule *rule = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "show must not be an empty list");
	vec_each(item, &node->items)
		if (load_name_fact(loader, *item))
			vec_push(loader->arena, &rule->show, (*item)->text);
}

static void read_reference(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct rule *rule = target;
	struct reference reference = {.framework = key->text};

	if (load_value_texts(loader, value, "a reference", &reference.items))
		vec_push(loader->arena, &rule->references, reference);
}

static void read_references(struct loader *loader, const struct yaml_node *node, void *target)
{
	keys_each(loader, node, "references", read_reference, target);
}

/* Cases come last: they are held against everything above them. */
static const struct key rule_table[] = {
	{"rule", REQUIRED, KEY_SCALAR, read_slug, 0},
	KEY_TEXT("title", REQUIRED, struct rule, title),
	{"severity", REQUIRED, KEY_SCALAR, read_severity, 0},
	{"scope", REQUIRED, KEY_SCALAR, read_scope, 0},
	{"params", OPTIONAL, KEY_MAPPING, read_params, 0},
	{"select", OPTIONAL, KEY_MAPPING, read_select, 0},
	{"applies_if", OPTIONAL, KEY_MAPPING, read_applies_if, 0},
	{"check", OPTIONAL, KEY_MAPPING, read_check, 0},
	{"show", OPTIONAL, KEY_LIST, read_show, 0},
	KEY_TEXT("look_at", OPTIONAL, struct rule, look_at),
	KEY_TEXT("why", REQUIRED, struct rule, why),
	KEY_TEXT("remedy", OPTIONAL, struct rule, remedy),
	{"references", OPTIONAL, KEY_MAPPING, read_references, 0},
	{"cases", OPTIONAL, KEY_LIST, load_case_list, 0},
};
static const struct keys rule_keys = KEYS("a rule", rule_table, NULL);

/* What a rule with a check needs or must not have, and one without. */
static const struct {
	const char *key;
	bool with_check;
	bool needed; /* else refused */
} demands[] = {
	{"remedy", true, true},   {"cases", true, true},   {"look_at", true, false},
	{"show", true, false},    {"look_at", false, true},
};

static void check_demands(struct loader *loader, const struct yaml_node *root)
{
	bool with_check = yaml_get(root, "check") != NULL;

	for (size_t i = 0; i < sizeof demands / sizeof *demands; i++) {
		const struct yaml_node *value = yaml_get(root, demands[i].key);

		if (loader->without_cases && strcmp(demands[i].key, "cases") == 0)
			continue;
		if (demands[i].with_check != with_check || demands[i].needed == (value != NULL))
			continue;
		if (value)
			diag_add(loader->diags, value->where, "%s is for rules without check", demands[i].key);
		else if (with_check)
			diag_add(loader->diags, root->where, "a rule with check needs the key %s", demands[i].key);
		else
			diag_add(loader->diags, root->where, "a rule needs check, or look_at when a person must judge");
	}
}

const struct rule *load_rule(struct loader *loader, const struct yaml_node *root)
{
	struct rule *rule = ARENA_NEW(loader->arena, struct rule);
	size_t before = loader->diags->total;

	rule->path = loader->path;
	loader->rule = rule;
	if (keys_read(loader, root, &rule_keys, rule))
		check_demands(loader, root);
	return loader->diags->total == before ? rule : NULL;
}
