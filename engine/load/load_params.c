#include "load/load_params.h"

#include "load/keys.h"
#include "load/load_test.h"
#include "load/load_value.h"

/* Every use of one parameter of a rule. */
struct uses {
	int param;
	const struct value *value;
	struct error *err;
};

static int fits_test(const struct uses *uses, const struct test *test, enum value_type type)
{
	vec_each(condition, &test->conditions)
		if (condition->param == uses->param &&
		    load_test_fits(op_info(condition->op)->operand, type, uses->value, uses->err) < 0)
			return -1;
	return 0;
}

static int fits_fields(const struct uses *uses, const struct field_tests *tests)
{
	vec_each(field, tests)
		if (fits_test(uses, &field->test, field->type) < 0)
			return -1;
	return 0;
}

static int fits_check(const struct uses *uses, const struct check *check)
{
	if (!check)
		return 0;
	if (fits_test(uses, &check->plain, check->type) < 0 || fits_fields(uses, &check->filter) < 0 ||
	    fits_fields(uses, &check->must) < 0)
		return -1;
	for (int side = 0; side < SIDE_COUNT; side++)
		if (fits_test(uses, &check->sides[side], check->type) < 0)
			return -1;
	vec_each(child, &check->children)
		if (fits_check(uses, *child) < 0)
			return -1;
	return 0;
}

int load_params_fit(const struct rule *rule, size_t index, const struct value *value, struct error *err)
{
	struct uses uses = {(int)index, value, err};

	if (fits_check(&uses, rule->select) < 0 || fits_check(&uses, rule->applies_if) < 0)
		return -1;
	return fits_check(&uses, rule->check);
}

struct values_target {
	const struct rule *rule;
	struct param_values *values;
};

static int find_param(struct loader *loader, const struct yaml_node *key, const struct rule *rule)
{
	struct strings names = {0};

	for (size_t i = 0; i < rule->params.count; i++)
		if (strcmp(rule->params.items[i].name, key->text) == 0)
			return (int)i;
	vec_each(param, &rule->params)
		vec_push(loader->arena, &names, param->name);
	diag_suggest(loader->diags, key->where, text_nearest(key->text, names.items, names.count),
		     "rule %.100s has no parameter \"%.100s\"", rule->slug ? rule->slug : "", key->text);
	return -1;
}

static void read_value(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct values_target *into = target;
	int index = find_param(loader, key, into->rule);
	struct param_value given = {.name = key->text, .where = key->where};
	struct error err = {0};
	enum value_type type = index < 0 ? VALUE_UNSET : into->rule->params.items[index].type;

	if (type == VALUE_UNSET || !load_value(loader, value, type, &given.value))
		return;
	if (load_params_fit(into->rule, (size_t)index, &given.value, &err) < 0)
		diag_add(loader->diags, value->where, "%s", err.text);
	vec_push(loader->arena, into->values, given);
}

void load_params(struct loader *loader, const struct yaml_node *node, const struct rule *rule, struct param_values *ret)
{
	struct values_target into = {rule, ret};

	keys_each(loader, node, "params", read_value, &into);
}
