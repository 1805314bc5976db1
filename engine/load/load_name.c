#include "load/load_name.h"

#include "load/load_value.h"

/* The scope chain: host encloses daemon, daemon encloses container and image. */
static bool encloses(enum scope outer, enum scope inner)
{
	return outer == inner || outer == SCOPE_HOST || (outer == SCOPE_DAEMON && inner != SCOPE_HOST);
}

bool load_name_visible(struct loader *loader, const struct yaml_node *node, enum scope scope, const char *name)
{
	if (!loader->scope_known || encloses(scope, loader->scope))
		return true;
	diag_add(loader->diags, node->where, "\"%.100s\" is a fact of scope %s, which %s of scope %s does not see", name,
		 scope_name(scope), loader->rule ? "a rule" : "a condition", scope_name(loader->scope));
	return false;
}

/* The family of files would fit any word in the place of its path. */
static bool is_no_path(const struct loader *loader, const char *name)
{
	const struct fact_decl *decl = catalogue_find(loader->catalogue, name);
	const char *member = decl && decl->any_scope ? name + strlen(decl->name) - 1 : NULL;

	return member && member[0] != '/' && member[0] != '{';
}

void load_name_unknown(struct loader *loader, const struct yaml_node *node, const char *name)
{
	const char *near = NULL;

	if (!diags_full(loader->diags) && strlen(name) <= 128)
		near = catalogue_nearest(loader->catalogue, name);
	if (near && is_no_path(loader, near))
		near = NULL;
	diag_suggest(loader->diags, node->where, near, "no probe knows a fact \"%.150s\"", name);
}

static bool check_template(struct loader *loader, const struct yaml_node *node, const char *name)
{
	const struct fact_decl *decl = catalogue_find(loader->catalogue, name);

	if (!decl) {
		load_name_unknown(loader, node, name);
		return false;
	}
	if (decl->type != VALUE_STRING && decl->type != VALUE_STRINGS) {
		diag_add(loader->diags, node->where, "{%.100s} cannot be filled in: the fact is no string or strings", name);
		return false;
	}
	return load_name_visible(loader, node, decl->scope, name);
}

/* Every {fact} of a text; braces do not nest. */
static bool check_templates(struct loader *loader, const struct yaml_node *node, const char *text)
{
	bool good = true;

	for (text = strpbrk(text, "{}"); text; text = strpbrk(text, "{}")) {
		size_t len = strcspn(text + 1, "{}");

		if (text[0] == '}' || text[1 + len] != '}') {
			diag_add(loader->diags, node->where, "a brace without its other half; {fact} stands for a fact's value");
			return false;
		}
		good = check_template(loader, node, arena_strndup(loader->arena, text + 1, len)) && good;
		text += len + 2;
	}
	return good;
}

static bool has_parent_step(const char *path)
{
	for (const char *at = strstr(path, "/.."); at; at = strstr(at + 1, "/.."))
		if (at[3] == '/' || at[3] == '\0')
			return true;
	return false;
}

static bool check_path(struct loader *loader, const struct yaml_node *node, const char *path, enum load_path kind)
{
	const char *fault = NULL;

	if (path[0] != '/' && path[0] != '{')
		fault = "a path begins with / or a {fact}";
	else if (has_parent_step(path))
		fault = "a path must not hold \"..\"";
	else if (kind == LOAD_PATH_EXACT && strpbrk(path, "*?["))
		fault = "* ? [ have a meaning in glob only";
	if (fault)
		diag_add(loader->diags, node->where, "%s", fault);
	return !fault;
}

static bool check_text(struct loader *loader, const struct yaml_node *node, const char *what)
{
	if (!load_value_is(loader, node, YAML_SCALAR, what))
		return false;
	if (node->text[0] != '\0' && strlen(node->text) <= LOAD_NAME_MAX && !strpbrk(node->text, "\n\t\r"))
		return true;
	diag_add(loader->diags, node->where, "%s must be one line of at most %d bytes", what, LOAD_NAME_MAX);
	return false;
}

const struct fact_decl *load_name_fact(struct loader *loader, const struct yaml_node *node)
{
	const struct fact_decl *decl;
	const char *name = node->text;

	if (!check_text(loader, node, "a fact's name"))
		return NULL;
	decl = catalogue_find(loader->catalogue, name);
	if (!decl) {
		load_name_unknown(loader, node, name);
		return NULL;
	}
	if (decl->program) {
		diag_add(loader->diags, node->where, "\"%.100s\" is a setting; judge it with the form setting", name);
		return NULL;
	}
	/* A family as it is declared, "host.sysctl.*", is none of its members. */
	if (text_ends(name, ".*") && strcmp(name, decl->name) == 0) {
		diag_add(loader->diags, node->where, "\"%.100s\" is a family of facts; name one: %s", decl->name,
			 decl->member ? decl->member : "a member");
		return NULL;
	}
	if (!check_templates(loader, node, name))
		return NULL;
	if (decl->any_scope && !check_path(loader, node, name + strlen(decl->name) - 1, LOAD_PATH_GLOB))
		return NULL;
	return load_name_visible(loader, node, decl->scope, name) ? decl : NULL;
}

const char *load_name_file(struct loader *loader, const struct yaml_node *node, enum load_path kind)
{
	if (!check_text(loader, node, "a path") || !check_path(loader, node, node->text, kind) ||
	    !check_templates(loader, node, node->text))
		return NULL;
	return arena_printf(loader->arena, "file.%s", node->text);
}
