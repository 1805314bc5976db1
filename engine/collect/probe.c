#include "collect/services.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#define EXPANSIONS_MAX 64 /* results of one template; data roots and executables come in ones and twos */

static bool is_family(const char *name)
{
	return text_ends(name, ".*");
}

/* The family's prefix with its dot is the name without the star. */
static bool is_member(const char *family, const char *name)
{
	return strncmp(family, name, strlen(family) - 1) == 0;
}

/* Asked for every fact of every subject. */
static bool is_wanted(const struct probe_context *ctx, const char *name)
{
	struct services *services = ctx->services;
	const struct strings *facts = &ctx->request->facts;

	if (!services->wanted)
		services->wanted = strmap_new(services->arena);
	for (; services->wanted_count < facts->count; services->wanted_count++)
		strmap_put(services->wanted, facts->items[services->wanted_count], services->wanted);
	return strmap_get(services->wanted, name);
}

bool probe_wants(const struct probe_context *ctx, const char *name)
{
	if (!is_family(name))
		return ctx->request->everything || is_wanted(ctx, name);
	vec_each(wanted, &ctx->request->facts)
		if (is_member(name, *wanted))
			return true;
	return false;
}

struct strings probe_members(const struct probe_context *ctx, const char *family)
{
	struct strings members = {0};

	assert(is_family(family));
	vec_each(wanted, &ctx->request->facts)
		if (is_member(family, *wanted))
			strings_add_unique(facts_arena(ctx->facts), &members, *wanted + strlen(family) - 1);
	return members;
}

const struct fact_decl *probe_decl(const struct probe_context *ctx, const char *name)
{
	struct services *services = ctx->services;

	if (services->probe != ctx->probe) {
		services->probe = ctx->probe;
		services->decls = strmap_new(services->arena);
		for (const struct probe *probe = ctx->probe; probe; probe = probe->completes)
			for (const struct fact_decl *decl = probe->facts; decl->name; decl++)
				strmap_put(services->decls, decl->name, (void *)(uintptr_t)decl);
	}
	const struct fact_decl *decl = strmap_get(services->decls, name);

	assert(decl); /* a probe records what it declares */
	return decl;
}

/* The texts one {fact} stands for. */
static int template_values(const struct subject *subject, const char *name, struct strings *ret, struct fact_side *ret_why)
{
	const struct fact_side *side = facts_side(subject, name, SIDE_PLAIN);

	if (side->state != FACT_PRESENT) {
		*ret_why = *side;
		return -1;
	}
	if (side->value.type == VALUE_STRINGS) {
		*ret = side->value.strings;
		return 0;
	}
	assert(side->value.type == VALUE_STRING); /* the loader checks templates */
	*ret = (struct strings){(const char **)&side->value.string, 1, 1};
	return 0;
}

/* Append every value to every text so far. */
static void multiply(struct arena *arena, struct strings *texts, const struct strings *values)
{
	struct strings product = {0};

	vec_each(text, texts)
		vec_each(value, values)
			if (product.count < EXPANSIONS_MAX)
				vec_push(arena, &product, arena_printf(arena, "%s%s", *text, *value));
	*texts = product;
}

static void append(struct arena *arena, struct strings *texts, const char *from, size_t len)
{
	vec_each(text, texts)
		*text = arena_printf(arena, "%s%.*s", *text, (int)len, from);
}

int probe_expand(struct probe_context *ctx, const struct subject *subject, const char *text, struct strings *ret,
		 struct fact_side *ret_why)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct strings texts = {0};

	vec_push(arena, &texts, "");
	for (;;) {
		size_t plain = strcspn(text, "{");
		const char *end = text[plain] ? strchr(text + plain, '}') : NULL;
		struct strings values;

		append(arena, &texts, text, end ? plain : strlen(text));
		if (!end)
			break;
		const char *name = arena_strndup(arena, text + plain + 1, (size_t)(end - text) - plain - 1);
		if (template_values(subject, name, &values, ret_why) < 0)
			return -1;
		multiply(arena, &texts, &values);
		text = end + 1;
	}
	*ret = texts;
	return 0;
}

void probe_put(struct probe_context *ctx, struct subject *subject, const char *decl_name, const char *member, enum side side,
	       struct fact_side what)
{
	const struct fact_decl *decl = probe_decl(ctx, decl_name);
	const char *name = decl->name;

	if (member)
		name = arena_printf(facts_arena(ctx->facts), "%.*s%s", (int)strlen(decl_name) - 1, decl_name, member);
	facts_put(ctx->facts, subject, decl, name, side, what);
}

_printf_(2, 0) static const char *format_safe(struct arena *arena, const char *fmt, va_list args)
{
	char text[4096];
	int len = vsnprintf(text, sizeof text, fmt, args);

	if (len < 0)
		return "";
	return text_safe(arena, text, (size_t)len < sizeof text ? (size_t)len : sizeof text - 1);
}

void probe_present(struct probe_context *ctx, struct subject *subject, const char *decl_name, struct value value,
		   const char *origin_fmt, ...)
{
	va_list args;

	va_start(args, origin_fmt);
	const char *origin = format_safe(facts_arena(ctx->facts), origin_fmt, args);
	va_end(args);
	probe_put(ctx, subject, decl_name, NULL, SIDE_PLAIN, side_present(value, origin));
}

void probe_missing(struct probe_context *ctx, struct subject *subject, const char *decl_name, enum fact_state state,
		   const char *origin, const char *reason_fmt, ...)
{
	va_list args;

	va_start(args, reason_fmt);
	const char *reason = format_safe(facts_arena(ctx->facts), reason_fmt, args);
	va_end(args);
	probe_put(ctx, subject, decl_name, NULL, SIDE_PLAIN, side_missing(state, origin, reason));
}
