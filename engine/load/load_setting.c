#include "load/keys.h"
#include "load/load_check.h"
#include "load/load_name.h"
#include "load/load_test.h"
#include "load/load_value.h"

#define SETTING_TYPES                                                                                                  \
	(T(BOOL) | T(INT) | T(STRING) | T(STRINGS) | T(DURATION) | T(SIZE))

/* The mapping behind `setting`: texts go into the request, the rest into the check. */
struct setting_target {
	struct setting_request request;
	struct check *check;
};

static void read_program(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;
	struct strings programs = {0};

	into->request.program = node->text;
	into->check->decl = catalogue_settings_of(loader->catalogue, node->text);
	if (into->check->decl) {
		load_name_visible(loader, node, into->check->decl->scope, into->check->decl->name);
		return;
	}
	for (size_t i = 0; i < catalogue_count(loader->catalogue); i++)
		if (catalogue_at(loader->catalogue, i)->program)
			vec_push(loader->arena, &programs, catalogue_at(loader->catalogue, i)->program);
	diag_suggest(loader->diags, node->where, text_nearest(node->text, programs.items, programs.count),
		     "no probe knows the settings of a program \"%.100s\"", node->text);
}

static void read_type(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	load_value_type(loader, node, SETTING_TYPES, &into->request.type);
	into->check->type = into->request.type;
}

static void read_flag(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	into->request.flag = node->text;
	if (!text_starts(node->text, "--") || !loader_is_name(node->text + 2, '-'))
		diag_add(loader->diags, node->where, "a flag is written --name");
}

static void read_short_flag(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	into->request.short_flag = node->text;
	if (node->text[0] != '-' || strlen(node->text) != 2 || node->text[1] == '-')
		diag_add(loader->diags, node->where, "a short flag is written -x");
}

static bool is_dotted(const char *text)
{
	return text[0] && text[0] != '.' && !text_ends(text, ".") && !strstr(text, "..") && !strpbrk(text, " \t\r\n");
}

static void read_config(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	into->request.config = node->text;
	if (!is_dotted(node->text))
		diag_add(loader->diags, node->where, "config is a dotted path in the configuration file, such as a.b");
}

static void read_env(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	into->request.env = node->text;
	if (!node->text[0] || strpbrk(node->text, "= \t\r\n"))
		diag_add(loader->diags, node->where, "env is the name of an environment variable");
}

static void read_live(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	into->request.live = node->text;
	if (node->text[0] != '/' || !strstr(node->text, "#/") || strpbrk(node->text, " \t\r\n"))
		diag_add(loader->diags, node->where, "live is a document and a pointer into it, such as /info#/Name");
}

static void read_default_value(struct loader *loader, const struct yaml_node *node, enum value_type type, struct value *ret)
{
	if (type != VALUE_UNSET)
		load_value(loader, node, type, ret);
}

static void read_with(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	read_default_value(loader, node, check->type, &check->default_with_config);
}

static void read_without(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check *check = target;

	read_default_value(loader, node, check->type, &check->default_without_config);
}

static const struct key default_table[] = {
	{"with_config_file", REQUIRED, KEY_SCALAR | KEY_LIST, read_with, 0},
	{"without_config_file", REQUIRED, KEY_SCALAR | KEY_LIST, read_without, 0},
};
static const struct keys default_keys = KEYS("default", default_table, NULL);

static void read_default(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;
	struct check *check = into->check;

	check->has_default = true;
	if (node->kind != YAML_MAPPING) {
		read_with(loader, node, check);
		check->default_without_config = check->default_with_config;
		return;
	}
	check->default_by_config_file = true;
	if (check->decl && !check->decl->config_file_fact)
		diag_add(loader->diags, node->where, "%s reads no configuration file that is known", into->request.program);
	keys_read(loader, node, &default_keys, check);
}

static void read_must(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct setting_target *into = target;

	load_test(loader, node, into->check->type, &into->check->plain);
}

static const struct key table[] = {
	{"program", REQUIRED, KEY_SCALAR, read_program, 0},
	{"type", REQUIRED, KEY_SCALAR, read_type, 0},
	{"flag", OPTIONAL, KEY_SCALAR, read_flag, 0},
	{"short_flag", OPTIONAL, KEY_SCALAR, read_short_flag, 0},
	{"config", OPTIONAL, KEY_SCALAR, read_config, 0},
	{"env", OPTIONAL, KEY_SCALAR, read_env, 0},
	{"live", OPTIONAL, KEY_SCALAR, read_live, 0},
	{"default", OPTIONAL, KEY_SCALAR | KEY_LIST | KEY_MAPPING, read_default, 0},
	{"must", REQUIRED, KEY_MAPPING, read_must, 0},
};
static const struct keys keys = KEYS("setting", table, NULL);

/* Family prefix and key: the path in the configuration file, or else the flag's name. */
static const char *fact_name(struct arena *arena, const struct fact_decl *decl, const struct setting_request *request)
{
	const char *key = request->config ? request->config : request->flag + strspn(request->flag, "-");

	return arena_printf(arena, "%.*s%s", (int)strlen(decl->name) - 1, decl->name, key);
}

void load_setting(struct loader *loader, const struct yaml_node *node, void *target)
{
	struct check_target *into = target;
	struct setting_target *setting = ARENA_NEW(loader->arena, struct setting_target);

	setting->check = into->check;
	keys_read(loader, node, &keys, setting);
	if (!yaml_get(node, "flag") && !yaml_get(node, "config"))
		diag_add(loader->diags, node->where, "setting needs flag or config");
	if (into->check->decl && (setting->request.config || setting->request.flag))
		setting->request.fact = fact_name(loader->arena, into->check->decl, &setting->request);
	into->check->fact = setting->request.fact;
	into->check->setting = &setting->request;
}
