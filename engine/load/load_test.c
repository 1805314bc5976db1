#include "load/load_test.h"

#include "load/keys.h"
#include "load/load_value.h"

static const struct param *find_param(const struct loader *loader, const char *name, int *ret_index)
{
	for (size_t i = 0; loader->rule && i < loader->rule->params.count; i++)
		if (strcmp(loader->rule->params.items[i].name, name) == 0) {
			*ret_index = (int)i;
			return &loader->rule->params.items[i];
		}
	return NULL;
}

static void unknown_param(struct loader *loader, const struct yaml_node *node, const char *name)
{
	struct strings names = {0};

	if (!loader->rule) {
		diag_add(loader->diags, node->where, "a benchmark has no parameters; quote a text that begins with $");
		return;
	}
	vec_each(param, &loader->rule->params)
		vec_push(loader->arena, &names, param->name);
	diag_suggest(loader->diags, node->where, text_nearest(name, names.items, names.count),
		     "the rule has no parameter \"%.100s\"", name);
}

/* The type of a literal operand; for a list that of its items. */
static enum value_type literal_type(enum operand operand, enum value_type type)
{
	static const enum value_type fixed[] = {
		[OPERAND_STRINGS] = VALUE_STRINGS, [OPERAND_STRING] = VALUE_STRING, [OPERAND_REGEX] = VALUE_STRING,
		[OPERAND_BOOL] = VALUE_BOOL,       [OPERAND_MODE] = VALUE_MODE,     [OPERAND_VERSION] = VALUE_VERSION,
	};

	return operand == OPERAND_SAME || operand == OPERAND_LIST ? type : fixed[operand];
}

int load_test_fits(enum operand operand, enum value_type type, const struct value *value, struct error *err)
{
	struct pattern *pattern = NULL;
	struct value item;

	if (operand == OPERAND_REGEX && value->type == VALUE_STRING) {
		if (pattern_compile(value->string, &pattern, err) < 0)
			return -1;
		pattern_free(pattern);
	}
	if (operand == OPERAND_LIST && value->type == VALUE_STRINGS)
		vec_each(text, &value->strings)
			if (value_parse(type, *text, &item, err) < 0)
				return -1;
	return 0;
}

static void read_param(struct loader *loader, const struct yaml_node *node, enum operand operand, enum value_type type,
		       struct condition *condition)
{
	const char *name = node->text + 1;
	enum value_type wanted = literal_type(operand, type);
	const struct param *param = find_param(loader, name, &condition->param);
	struct error err = {0};

	if (!param) {
		unknown_param(loader, node, name);
		return;
	}
	if (loader->param_uses++ == LOADER_PARAM_USES_MAX)
		diag_add(loader->diags, node->where, "more than %d operands from parameters in one file", LOADER_PARAM_USES_MAX);
	if (loader->param_uses > LOADER_PARAM_USES_MAX)
		return;
	if (operand == OPERAND_LIST)
		wanted = VALUE_STRINGS; /* its items are read as the type tested */
	if (param->type != VALUE_UNSET && param->type != wanted)
		diag_add(loader->diags, node->where, "parameter $%s is of type %s, %s is needed here", name,
			 value_type_name(param->type), value_type_name(wanted));
	else if (load_test_fits(operand, type, &param->value, &err) < 0)
		diag_add(loader->diags, node->where, "the default of $%s: %s", name, err.text);
}

static void read_list(struct loader *loader, const struct yaml_node *node, enum value_type type, struct condition *condition)
{
	if (!load_value_is(loader, node, YAML_LIST, op_info(condition->op)->name))
		return;
	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "%s must not be an empty list", op_info(condition->op)->name);
	vec_each(item, &node->items) {
		struct value value;

		if (load_value(loader, *item, type, &value))
			vec_push(loader->arena, &condition->list, value);
	}
}

static bool may_be_empty(enum op op)
{
	return op == OP_EQ || op == OP_NE || op == OP_SUBSET_OF;
}

static void read_literal(struct loader *loader, const struct yaml_node *node, enum operand operand, enum value_type type,
			 struct condition *condition)
{
	const struct op_info *info = op_info(condition->op);

	if (!load_value(loader, node, type, &condition->operand))
		return;
	if (type == VALUE_STRINGS && condition->operand.strings.count == 0 && !may_be_empty(condition->op))
		diag_add(loader->diags, node->where, "%s must not be an empty list", info->name);
	if (operand == OPERAND_REGEX)
		condition->pattern = loader_pattern(loader, node->where, condition->operand.string);
}

/* $declared is of the fact's own type. */
static void read_declared(struct loader *loader, const struct yaml_node *node, const struct load_test *into,
			  struct condition *condition)
{
	enum operand operand = op_info(condition->op)->operand;

	if (!into->on_effective)
		diag_add(loader->diags, node->where, "$" LOAD_TEST_DECLARED " stands for the declared side, in a test of the effective one");
	else if (operand == OPERAND_LIST || literal_type(operand, into->type) != into->type || operand == OPERAND_REGEX)
		diag_add(loader->diags, node->where, "%s does not take a value of type %s; $" LOAD_TEST_DECLARED " is one",
			 op_info(condition->op)->name, value_type_name(into->type));
	condition->by_declared = true;
}

static void read_operand(struct loader *loader, const struct yaml_node *node, const struct load_test *into,
			 struct condition *condition)
{
	enum operand operand = op_info(condition->op)->operand;
	enum value_type type = into->type;

	if (node->refused)
		return;
	if (node->kind == YAML_SCALAR && !node->quoted && strcmp(node->text, "$" LOAD_TEST_DECLARED) == 0)
		read_declared(loader, node, into, condition);
	else if (node->kind == YAML_SCALAR && !node->quoted && node->text[0] == '$')
		read_param(loader, node, operand, type, condition);
	else if (operand == OPERAND_LIST)
		read_list(loader, node, type, condition);
	else
		read_literal(loader, node, operand, literal_type(operand, type), condition);
}

/* "eq, ne, in" */
static void wrong_operator(struct loader *loader, const struct yaml_node *key, enum value_type type)
{
	_cleanup_(buf_done) struct buf buf = {0};

	for (int op = 0; op < OP_COUNT; op++)
		if (op_info((enum op)op)->types & (1u << type))
			buf_printf(&buf, "%s%s", buf.len ? ", " : "", op_info((enum op)op)->name);
	diag_add(loader->diags, key->where, "%s does not apply to type %s; what does: %s", key->text, value_type_name(type),
		 buf.data);
}

static void unknown_operator(struct loader *loader, const struct yaml_node *key, const struct load_test *into)
{
	struct strings known = {0};

	for (int op = 0; op < OP_COUNT && !diags_full(loader->diags); op++)
		vec_push(loader->arena, &known, op_info((enum op)op)->name);
	vec_push(loader->arena, &known, "if_absent");
	for (size_t i = 0; into->also && i < into->also->count; i++)
		vec_push(loader->arena, &known, into->also->items[i]);
	diag_suggest(loader->diags, key->where, text_nearest(key->text, known.items, known.count), "unknown operator \"%.100s\"",
		     key->text);
}

static void read_if_absent(struct loader *loader, const struct yaml_node *value, struct test *test)
{
	test->has_if_absent = load_value_result(loader, value, "if_absent", &test->if_absent);
}

void load_test_key(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, struct load_test *into)
{
	struct condition condition = {.param = -1, .where = key->where};

	if (strcmp(key->text, "if_absent") == 0) {
		read_if_absent(loader, value, into->test);
		return;
	}
	into->entries++;
	if (!op_from_name(key->text, &condition.op)) {
		unknown_operator(loader, key, into);
	} else if (into->type == VALUE_UNSET) {
		return;
	} else if (!(op_info(condition.op)->types & (1u << into->type))) {
		wrong_operator(loader, key, into->type);
	} else {
		read_operand(loader, value, into, &condition);
		vec_push(loader->arena, &into->test->conditions, condition);
	}
}

static void read_test_key(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	load_test_key(loader, key, value, target);
}

static void read_test(struct loader *loader, const struct yaml_node *node, struct load_test *into)
{
	if (keys_each(loader, node, "a mapping of operators", read_test_key, into) && into->entries == 0)
		diag_add(loader->diags, node->where, "if_absent alone demands nothing; an operator is missing");
}

void load_test(struct loader *loader, const struct yaml_node *node, enum value_type type, struct test *ret)
{
	read_test(loader, node, &(struct load_test){.test = ret, .type = type});
}

void load_test_effective(struct loader *loader, const struct yaml_node *node, enum value_type type, struct test *ret)
{
	read_test(loader, node, &(struct load_test){.test = ret, .type = type, .on_effective = true});
}

const struct field_decl *load_test_field(struct loader *loader, const struct yaml_node *key, const struct field_decl *fields)
{
	struct strings known = {0};

	for (const struct field_decl *field = fields; field->name; field++)
		if (strcmp(field->name, key->text) == 0)
			return field;
	for (const struct field_decl *field = fields; field->name && !diags_full(loader->diags); field++)
		vec_push(loader->arena, &known, field->name);
	diag_suggest(loader->diags, key->where, text_nearest(key->text, known.items, known.count),
		     "a row has no field \"%.100s\"", key->text);
	return NULL;
}

struct fields_target {
	const struct field_decl *fields;
	struct field_tests *tests;
};

static void read_field(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	const struct fields_target *into = target;
	const struct field_decl *field = load_test_field(loader, key, into->fields);
	struct field_test test = {.field = key->text, .type = field ? field->type : VALUE_UNSET};

	load_test(loader, value, test.type, &test.test);
	vec_push(loader->arena, into->tests, test);
}

void load_test_fields(struct loader *loader, const struct yaml_node *node, const struct field_decl *fields,
		      struct field_tests *ret)
{
	struct fields_target into = {fields, ret};

	keys_each(loader, node, "a mapping of fields", read_field, &into);
}
