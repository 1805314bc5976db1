#include "load/load_check.h"
#include "load/load_name.h"
#include "load/load_test.h"
#include "load/load_value.h"

/* The words of the field `type`: the file types of inode(7). */
static const char *const file_types[] = {"file", "directory", "socket", "fifo", "block", "char"};

static void add_file(struct loader *loader, const struct yaml_node *node, enum load_path kind, struct check *check)
{
	const char *name = load_name_file(loader, node, kind);

	if (name)
		vec_push(loader->arena, &check->files, name);
}

static void read_path(struct loader *loader, const struct yaml_node *node, void *target)
{
	add_file(loader, node, LOAD_PATH_EXACT, target);
}

static void read_glob(struct loader *loader, const struct yaml_node *node, void *target)
{
	add_file(loader, node, LOAD_PATH_GLOB, target);
}

static void read_paths(struct loader *loader, const struct yaml_node *node, void *target)
{
	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "a list of paths must not be empty");
	vec_each(item, &node->items)
		add_file(loader, *item, LOAD_PATH_EXACT, target);
}

static void read_first_of(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	check->first_of = true;
	read_paths(loader, node, target);
}

static void read_if_absent(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	load_value_result(loader, node, "if_absent", &check->if_empty);
}

static void check_type_word(struct loader *loader, struct position where, const struct value *value)
{
	const size_t count = sizeof file_types / sizeof *file_types;

	for (size_t i = 0; i < count; i++)
		if (strcmp(value->string, file_types[i]) == 0)
			return;
	diag_suggest(loader->diags, where, text_nearest(value->string, file_types, count),
		     "\"%.100s\" is no type of file: file, directory, socket, link, fifo, block or char", value->string);
}

/* A misspelt type would never be met, or always. */
static void check_types(struct loader *loader, const struct field_tests *tests)
{
	vec_each(test, tests) {
		if (strcmp(test->field, "type") != 0)
			continue;
		vec_each(condition, &test->test.conditions) {
			vec_each(value, &condition->list)
				check_type_word(loader, condition->where, value);
			if ((condition->op == OP_EQ || condition->op == OP_NE) && condition->operand.type == VALUE_STRING)
				check_type_word(loader, condition->where, &condition->operand);
		}
	}
}

static void read_fields(struct loader *loader, const struct yaml_node *node, const struct check *check,
			struct field_tests *ret)
{
	if (!check->decl)
		return;
	load_test_fields(loader, node, check->decl->fields, ret);
	check_types(loader, ret);
}

static void read_must(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	read_fields(loader, node, check, &check->must);
}

static void read_where(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	read_fields(loader, node, check, &check->filter);
}

static const struct key table[] = {
	{"path", OPTIONAL, KEY_SCALAR, read_path, 0},
	{"first_of", OPTIONAL, KEY_LIST, read_first_of, 0},
	{"paths", OPTIONAL, KEY_LIST, read_paths, 0},
	{"glob", OPTIONAL, KEY_SCALAR, read_glob, 0},
	{"if_absent", REQUIRED, KEY_SCALAR, read_if_absent, 0},
	{"where", OPTIONAL, KEY_MAPPING, read_where, 0},
	{"must", REQUIRED, KEY_MAPPING, read_must, 0},
};
static const struct keys keys = KEYS("file", table, NULL);

static void check_one_source(struct loader *loader, const struct yaml_node *node)
{
	static const char *const names[] = {"path", "first_of", "paths", "glob"};
	size_t found = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		found += yaml_get(node, names[i]) != NULL;
	if (found != 1)
		diag_add(loader->diags, node->where, "file needs exactly one of path, first_of, paths, glob");
}

void load_file(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;
	struct check *check = into->check;

	check->decl = catalogue_find(loader->catalogue, "file./");
	check->type = VALUE_RECORDS;
	if (!check->decl || check->decl->type != VALUE_RECORDS) {
		check->decl = NULL;
		load_name_unknown(loader, node, "file.*");
	}
	check_one_source(loader, node);
	keys_read(loader, node, &keys, check);
}
