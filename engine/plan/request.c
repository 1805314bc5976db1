#include "plan/request.h"

/* {fact} templates inside a member's name need their facts first. */
static void request_templates(struct arena *arena, struct request *request, const struct catalogue *catalogue, const char *name)
{
	const char *open = strchr(name, '{');

	while (open) {
		const char *close = strchr(open, '}');

		if (!close)
			return;
		request_fact(arena, request, catalogue, arena_strndup(arena, open + 1, (size_t)(close - open) - 1));
		open = strchr(close, '{');
	}
}

static void request_scope(struct request *request, enum scope scope)
{
	request->scopes |= 1u << scope;
	/* A container's or an image's daemon is its parent. */
	if (scope == SCOPE_CONTAINER || scope == SCOPE_IMAGE)
		request->scopes |= 1u << SCOPE_DAEMON;
}

void request_fact(struct arena *arena, struct request *request, const struct catalogue *catalogue, const char *name)
{
	const struct fact_decl *decl = catalogue_find(catalogue, name);

	if (strings_has(&request->facts, name))
		return;
	vec_push(arena, &request->facts, name);
	if (decl)
		request_scope(request, decl->scope);
	request_templates(arena, request, catalogue, name);
}

static void request_setting(struct arena *arena, struct request *request, const struct catalogue *catalogue,
			    const struct check *check)
{
	if (check->default_by_config_file && check->decl->config_file_fact)
		request_fact(arena, request, catalogue, check->decl->config_file_fact);
	vec_each(known, &request->settings)
		if (strcmp((*known)->fact, check->setting->fact) == 0)
			return;
	vec_push(arena, &request->settings, check->setting);
}

void plan_request_check(struct arena *arena, struct request *request, const struct catalogue *catalogue, const struct check *check)
{
	if (check->fact)
		request_fact(arena, request, catalogue, check->fact);
	if (check->setting)
		request_setting(arena, request, catalogue, check);
	vec_each(file, &check->files)
		request_fact(arena, request, catalogue, *file);
	vec_each(child, &check->children)
		plan_request_check(arena, request, catalogue, *child);
}

void request_rule(struct arena *arena, struct request *request, const struct catalogue *catalogue, const struct rule *rule)
{
	request_scope(request, rule->scope);
	/* Whether it runs is what a container's effective sides are held against. */
	if (rule->scope == SCOPE_CONTAINER)
		request_fact(arena, request, catalogue, "container.running");
	if (rule->select)
		plan_request_check(arena, request, catalogue, rule->select);
	if (rule->applies_if)
		plan_request_check(arena, request, catalogue, rule->applies_if);
	if (rule->check)
		plan_request_check(arena, request, catalogue, rule->check);
	vec_each(name, &rule->show)
		request_fact(arena, request, catalogue, *name);
}
