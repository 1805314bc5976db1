#include "load/load_check.h"

#include "load/load_name.h"
#include "load/load_test.h"
#include "load/load_value.h"

static void read_else(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice choices[] = {{"manual", RESULT_MANUAL}, {"not_applicable", RESULT_NOT_APPLICABLE}};
	struct check_target *into = target;
	int result;

	if (LOAD_CHOICE(loader, node, choices, "else", &result))
		into->check->otherwise = (enum result)result;
}

/* --- fact --------------------------------------------------------------------------------------- */

static void set_fact(struct loader *loader, const struct yaml_node *name, struct check *check)
{
	check->fact = name->text;
	check->decl = load_name_fact(loader, name);
	check->type = check->decl ? check->decl->type : VALUE_UNSET;
}

static void read_fact(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	set_fact(loader, node, into->check);
}

static void read_side(struct loader *loader, const struct yaml_node *node, struct check_target *into, enum side side)
{
	struct check *check = into->check;

	into->has_sides = true;
	if (check->decl && !check->decl->two_sided)
		diag_add(loader->diags, node->where, "%s has one side; write the operators beside fact", check->fact);
	(side == SIDE_EFFECTIVE ? load_test_effective : load_test)(loader, node, check->type, &check->sides[side]);
}

static void read_declared(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	read_side(loader, node, into, SIDE_DECLARED);
}

static void read_effective(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	read_side(loader, node, into, SIDE_EFFECTIVE);
}

static const struct key fact_table[] = {
	{"fact", REQUIRED, KEY_SCALAR, read_fact, 0},
	{"declared", OPTIONAL, KEY_MAPPING, read_declared, 0},
	{"effective", OPTIONAL, KEY_MAPPING, read_effective, 0},
	{"else", OPTIONAL, KEY_SCALAR, read_else, 0},
};

/* The operators that stand beside `fact`. */
static void read_inline(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	static const char *names[] = {"declared", "effective", "else"};
	static const struct strings also = {names, 3, 3};
	struct check_target *into = target;
	struct load_test test = {.test = &into->check->plain, .type = into->check->type, .also = &also};

	if (into->has_sides)
		diag_add(loader->diags, key->where, "%.100s stands beside declared or effective; put it inside", key->text);
	load_test_key(loader, key, value, &test);
}

static void finish_fact(struct loader *loader, const struct check_target *into)
{
	static const char *const no_test[] = {"fact", "else", "if_absent"};
	size_t others = 0;

	for (size_t i = 0; i < sizeof no_test / sizeof *no_test; i++)
		others += yaml_get(into->node, no_test[i]) != NULL;
	if (into->node->keys.count == others)
		diag_add(loader->diags, into->node->where, "an operator is missing: what must the fact be?");
}

/* --- each ---------------------------------------------------------------------------------------- */

/* What the rows of a list or map have for fields. */
static const struct field_decl *row_fields(const struct check *check)
{
	static const struct field_decl item[] = {{"item", VALUE_STRING, "the text"}, {0}};
	static const struct field_decl pair[] = {
		{"key", VALUE_STRING, "the name"}, {"value", VALUE_STRING, "its text"}, {0}};

	if (!check->decl)
		return NULL;
	if (check->type == VALUE_RECORDS)
		return check->decl->fields;
	if (check->type == VALUE_STRINGS)
		return item;
	return check->type == VALUE_MAP ? pair : NULL;
}

static void read_each(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;
	struct check *check = into->check;

	check->if_empty = RESULT_PASS;
	set_fact(loader, node, check);
	if (!check->decl)
		return;
	if (!row_fields(check))
		diag_add(loader->diags, node->where, "%s is of type %s; each needs records, strings or map", check->fact,
			 value_type_name(check->type));
}

static void read_rows(struct loader *loader, const struct yaml_node *node, struct check *check, struct field_tests *ret)
{
	const struct field_decl *fields = row_fields(check);

	if (fields)
		load_test_fields(loader, node, fields, ret);
}

static void read_where(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	read_rows(loader, node, into->check, &into->check->filter);
}

static void read_must(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	read_rows(loader, node, into->check, &into->check->must);
}

static void read_if_empty(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice choices[] = {
		{"pass", RESULT_PASS}, {"fail", RESULT_FAIL}, {"not_applicable", RESULT_NOT_APPLICABLE}};
	struct check_target *into = target;
	int result;

	if (LOAD_CHOICE(loader, node, choices, "if_empty", &result))
		into->check->if_empty = (enum result)result;
}

static void read_if_absent(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;
	struct test *plain = &into->check->plain;

	plain->has_if_absent = load_value_result(loader, node, "if_absent", &plain->if_absent);
}

static const struct key each_table[] = {
	{"each", REQUIRED, KEY_SCALAR, read_each, 0},
	{"where", OPTIONAL, KEY_MAPPING, read_where, 0},
	{"must", REQUIRED, KEY_MAPPING, read_must, 0},
	{"if_empty", OPTIONAL, KEY_SCALAR, read_if_empty, 0},
	{"if_absent", OPTIONAL, KEY_SCALAR, read_if_absent, 0},
	{"else", OPTIONAL, KEY_SCALAR, read_else, 0},
};

/* --- all, any, none, file, setting ----------------------------------------------------------------- */

static void read_children(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;

	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "a list of checks must not be empty");
	vec_each(item, &node->items)
		vec_push(loader->arena, &into->check->children, load_check(loader, *item));
}

#define FORM_TABLE(name, kinds, read)                                                                                  \
	static const struct key name##_table[] = {                                                                     \
		{#name, REQUIRED, kinds, read, 0},                                                                     \
		{"else", OPTIONAL, KEY_SCALAR, read_else, 0},                                                          \
	}
FORM_TABLE(file, KEY_MAPPING, load_file);
FORM_TABLE(setting, KEY_MAPPING, load_setting);
FORM_TABLE(all, KEY_LIST, read_children);
FORM_TABLE(any, KEY_LIST, read_children);
FORM_TABLE(none, KEY_LIST, read_children);

/* By the key that tells the form. */
static const struct form {
	const char *name;
	enum check_kind kind;
	struct keys keys;
} forms[] = {
	{"fact", CHECK_FACT, KEYS("a check of a fact", fact_table, read_inline)},
	{"file", CHECK_FILE, KEYS("a check of a file", file_table, NULL)},
	{"setting", CHECK_SETTING, KEYS("a check of a setting", setting_table, NULL)},
	{"each", CHECK_EACH, KEYS("a check of each row", each_table, NULL)},
	{"all", CHECK_ALL, KEYS("a check of all", all_table, NULL)},
	{"any", CHECK_ANY, KEYS("a check of any", any_table, NULL)},
	{"none", CHECK_NONE, KEYS("a check of none", none_table, NULL)},
};

#define FORM_COUNT (sizeof forms / sizeof *forms)

static const struct form *form_of(const char *key)
{
	for (size_t i = 0; i < FORM_COUNT; i++)
		if (strcmp(forms[i].name, key) == 0)
			return &forms[i];
	return NULL;
}

static void report_no_form(struct loader *loader, const struct yaml_node *node)
{
	const char *names[FORM_COUNT];

	for (size_t i = 0; i < FORM_COUNT; i++)
		names[i] = forms[i].name;
	for (size_t i = 0; i < node->keys.count && !diags_full(loader->diags); i++) {
		const struct yaml_node *key = node->keys.items[i];
		const char *near = text_nearest(key->text, names, FORM_COUNT);

		if (near) {
			diag_suggest(loader->diags, key->where, near, "unknown kind of check \"%.100s\"", key->text);
			return;
		}
	}
	diag_add(loader->diags, node->where, "a check needs one of fact, file, setting, each, all, any, none");
}

static const struct form *find_form(struct loader *loader, const struct yaml_node *node)
{
	const struct form *found = NULL;

	vec_each(key, &node->keys) {
		const struct form *form = form_of((*key)->text);

		if (form && found) {
			diag_add(loader->diags, (*key)->where, "%s stands beside %s; a check has one of them", form->name,
				 found->name);
			return NULL;
		}
		found = form ? form : found;
	}
	if (!found)
		report_no_form(loader, node);
	return found;
}

struct check *load_check(struct loader *loader, const struct yaml_node *node)
{
	struct check *check = ARENA_NEW(loader->arena, struct check);
	struct check_target into = {.check = check, .node = node};
	const struct form *form;

	check->where = node->where;
	check->otherwise = RESULT_FAIL;
	form = load_value_is(loader, node, YAML_MAPPING, "a check") ? find_form(loader, node) : NULL;
	if (!form)
		return check;
	check->kind = form->kind;
	keys_read(loader, node, &form->keys, &into);
	if (form->kind == CHECK_FACT)
		finish_fact(loader, &into);
	return check;
}

static void read_selected(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct check *parent = target, *check = ARENA_NEW(loader->arena, struct check);

	*check = (struct check){.kind = CHECK_FACT, .where = key->where, .otherwise = RESULT_FAIL};
	set_fact(loader, key, check);
	load_test(loader, value, check->type, &check->plain);
	vec_push(loader->arena, &parent->children, check);
}

struct check *load_check_select(struct loader *loader, const struct yaml_node *node)
{
	struct check *check = ARENA_NEW(loader->arena, struct check);

	*check = (struct check){.kind = CHECK_ALL, .where = node->where, .otherwise = RESULT_FAIL};
	keys_each(loader, node, "select", read_selected, check);
	return check;
}
