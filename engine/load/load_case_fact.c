#include "load/load_case.h"
#include "load/load_test.h"
#include "load/load_value.h"

#define ORIGIN "the case" /* of every fact of a case */

bool load_case_is_state(const struct yaml_node *node)
{
	const struct yaml_node *state;

	if (node->kind != YAML_MAPPING)
		return false;
	state = yaml_get(node, "state");
	return state && state->kind == YAML_SCALAR && node->keys.count == 1 + (yaml_get(node, "reason") != NULL);
}

static void read_state(struct loader *loader, const struct yaml_node *node, void *target)
{
	static const struct choice states[] = {
#define X(e, n) {n, FACT_##e},
		FACT_STATES(X)
#undef X
	};
	struct fact_side *side = target;
	int state;

	if (!LOAD_CHOICE(loader, node, states, "state", &state))
		return;
	side->state = (enum fact_state)state;
	if (side->state == FACT_PRESENT)
		diag_add(loader->diags, node->where, "what is present has a value; write it");
}

static const struct key state_table[] = {
	{"state", REQUIRED, KEY_SCALAR, read_state, 0},
	KEY_TEXT("reason", OPTIONAL, struct fact_side, reason),
};
static const struct keys state_keys = KEYS("a state", state_table, NULL);

static void read_pair(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	struct value *map = target, text;

	/* Not map_set, which would look for the key: the yaml layer has seen to it that keys are unique. */
	if (load_value(loader, value, VALUE_STRING, &text))
		vec_push(loader->arena, &map->map,
			 ((struct pair){text_safe(loader->arena, key->text, strlen(key->text)), text.string}));
}

static void read_map(struct loader *loader, const struct yaml_node *node, struct value *ret)
{
	const struct keys keys = {.what = "a map", .other = read_pair};

	ret->type = VALUE_MAP;
	keys_read(loader, node, &keys, ret);
}

struct row_target {
	const struct field_decl *fields;
	struct record *row;
};

static void read_field(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target)
{
	const struct row_target *into = target;
	const struct field_decl *field = load_test_field(loader, key, into->fields);
	struct value field_value;

	if (field && load_value(loader, value, field->type, &field_value))
		record_set(loader->arena, into->row, field->name, field_value);
}

static void read_row(struct loader *loader, const struct yaml_node *node, const struct case_fact *what, struct value *ret)
{
	struct record row = {0};
	struct row_target into = {what->decl->fields, &row};
	const struct keys keys = {.what = "a row", .other = read_field};

	if (!keys_read(loader, node, &keys, &into))
		return;
	if (what->path && !record_get(&row, "path"))
		record_set(loader->arena, &row, "path", value_string(what->path));
	vec_push(loader->arena, &ret->records, row);
}

static void read_rows(struct loader *loader, const struct yaml_node *node, const struct case_fact *what, struct value *ret)
{
	ret->type = VALUE_RECORDS;
	if (what->path && node->kind == YAML_MAPPING) {
		read_row(loader, node, what, ret);
		return;
	}
	if (load_value_is(loader, node, YAML_LIST, what->path ? "a file" : "records"))
		vec_each(item, &node->items)
			read_row(loader, *item, what, ret);
}

bool load_case_side(struct loader *loader, const struct yaml_node *node, const struct case_fact *what, struct fact_side *ret)
{
	struct fact_side side = {.state = FACT_PRESENT, .origin = ORIGIN};
	size_t before = loader->diags->total;

	if (node->refused)
		return false;
	if (load_case_is_state(node)) {
		keys_read(loader, node, &state_keys, &side);
		if (!side.reason && side.state != FACT_ABSENT)
			side.reason = "the case says so";
	} else if (what->type == VALUE_MAP) {
		read_map(loader, node, &side.value);
	} else if (what->type == VALUE_RECORDS) {
		read_rows(loader, node, what, &side.value);
	} else {
		load_value(loader, node, what->type, &side.value);
	}
	if (loader->diags->total != before)
		return false;
	*ret = side;
	return true;
}
