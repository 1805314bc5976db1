#include "eval/operator.h"

#include <string.h>

#include "base/version.h"

#define OPERAND_SHOWN_MAX 400 /* bytes of an operand in an `expected` text */

struct comparison {
	const struct eval_context *ctx;
	const struct condition *condition;
	const struct value *value;
	const struct value *operand; /* NULL for a literal list */
};

static bool equal(const struct comparison *c)
{
	return value_equal(c->value, c->operand);
}

/* An item of a list parameter, which is text, against a scalar of any type: "0644" is the mode
 * 0644. */
static bool scalar_is(const struct comparison *c, const char *text)
{
	struct value parsed = {0};

	if (c->value->type == VALUE_STRING)
		return strcmp(c->value->string, text) == 0;
	if (c->value->type == VALUE_VERSION && !version_valid(text))
		return false;
	if (value_parse(c->value->type, text, &parsed, NULL) == 0 && value_equal(c->value, &parsed))
		return true;
	return text_eq(value_display(c->ctx->arena, c->value, 0), text);
}

static bool among(const struct comparison *c)
{
	if (!c->operand) {
		vec_each(item, &c->condition->list)
			if (value_equal(c->value, item))
				return true;
		return false;
	}
	vec_each(text, &c->operand->strings)
		if (scalar_is(c, *text))
			return true;
	return false;
}

static bool less(const struct comparison *c)
{
	return c->value->integer < c->operand->integer;
}

static bool more(const struct comparison *c)
{
	return c->value->integer > c->operand->integer;
}

static bool contains(const struct comparison *c)
{
	const char *part = c->operand->string;

	if (c->value->type == VALUE_STRINGS)
		return strings_has(&c->value->strings, part);
	if (c->value->type == VALUE_MAP)
		return map_get(c->value, part) != NULL;
	return strstr(c->value->string, part) != NULL;
}

static bool all_in(const struct strings *items, const struct strings *set)
{
	vec_each(item, items)
		if (!strings_has(set, *item))
			return false;
	return true;
}

static bool subset(const struct comparison *c)
{
	return all_in(&c->value->strings, &c->operand->strings);
}

static bool superset(const struct comparison *c)
{
	return all_in(&c->operand->strings, &c->value->strings);
}

static bool disjoint(const struct comparison *c)
{
	vec_each(item, &c->value->strings)
		if (strings_has(&c->operand->strings, *item))
			return false;
	return true;
}

static bool within_mode(const struct comparison *c)
{
	return (c->value->integer & ~c->operand->integer) == 0;
}

static bool older(const struct comparison *c)
{
	return version_compare(c->value->string, c->operand->string) < 0;
}

static bool wanted_to_exist(const struct comparison *c)
{
	return c->operand->boolean;
}

/* MATCHES and NOT_MATCHES have a third answer and stand apart. */
static const struct {
	bool (*holds)(const struct comparison *c);
	bool negated;
} comparisons[OP_COUNT] = {
	[OP_EQ] = {equal, false},
	[OP_NE] = {equal, true},
	[OP_IN] = {among, false},
	[OP_NOT_IN] = {among, true},
	[OP_LT] = {less, false},
	[OP_LE] = {more, true},
	[OP_GT] = {more, false},
	[OP_GE] = {less, true},
	[OP_CONTAINS] = {contains, false},
	[OP_SUBSET_OF] = {subset, false},
	[OP_SUPERSET_OF] = {superset, false},
	[OP_DISJOINT_FROM] = {disjoint, false},
	[OP_NO_LOOSER_THAN] = {within_mode, false},
	[OP_VERSION_GE] = {older, true},
	[OP_VERSION_LT] = {older, false},
	[OP_EXISTS] = {wanted_to_exist, false},
};

static struct verdict undecided(const char *reason)
{
	return (struct verdict){.result = RESULT_ERROR, .reason = reason};
}

static struct verdict search(const struct comparison *c)
{
	const struct pattern *pattern = c->condition->pattern;
	struct pattern *compiled = NULL;
	enum pattern_match match;
	struct error err = {0};

	if (c->condition->param >= 0 && c->operand) {
		if (pattern_compile(c->operand->string, &compiled, &err) < 0)
			return undecided(arena_printf(c->ctx->arena, "parameter: %s", err.text));
		pattern = compiled;
	}
	if (!pattern)
		return undecided("the expression was not compiled");
	match = pattern_match(pattern, c->value->string);
	pattern_free(compiled);
	if (match == PATTERN_OVER_LIMIT)
		return undecided("matching the expression ran over its limit");
	return (struct verdict){
		.result = (match == PATTERN_YES) == (c->condition->op == OP_MATCHES) ? RESULT_PASS : RESULT_FAIL};
}

/* Of long lists the items that make the difference. */
static const char *offenders(const struct comparison *c)
{
	static const struct {
		const char *verb;
		bool of_operand; /* look for items of the operand in the value, not the other way */
		bool when_there;
	} looks[OP_COUNT] = {
		[OP_SUBSET_OF] = {"has", false, false},
		[OP_SUPERSET_OF] = {"lacks", true, false},
		[OP_DISJOINT_FROM] = {"has", false, true},
	};
	const struct strings *items, *others;
	struct strings found = {0};

	if (!looks[c->condition->op].verb)
		return NULL;
	items = looks[c->condition->op].of_operand ? &c->operand->strings : &c->value->strings;
	others = looks[c->condition->op].of_operand ? &c->value->strings : &c->operand->strings;
	vec_each(item, items)
		if (strings_has(others, *item) == looks[c->condition->op].when_there)
			vec_push(c->ctx->arena, &found, *item);
	struct value value = value_strings(found);
	return arena_printf(c->ctx->arena, "%s %s", looks[c->condition->op].verb,
			    value_display(c->ctx->arena, &value, OPERAND_SHOWN_MAX));
}

static enum value_type operand_type(const struct op_info *info, const struct value *value)
{
	static const enum value_type types[] = {
		[OPERAND_LIST] = VALUE_STRINGS,	   [OPERAND_STRINGS] = VALUE_STRINGS,
		[OPERAND_STRING] = VALUE_STRING,   [OPERAND_REGEX] = VALUE_STRING,
		[OPERAND_BOOL] = VALUE_BOOL,	   [OPERAND_MODE] = VALUE_MODE,
		[OPERAND_VERSION] = VALUE_VERSION,
	};

	return info->operand == OPERAND_SAME ? value->type : types[info->operand];
}

/* The loader has checked the types against the catalogue; a facts document may come from a build
 * that declared others. */
static const char *misfit(const struct comparison *c)
{
	const struct op_info *info = op_info(c->condition->op);
	enum value_type wanted = operand_type(info, c->value);

	if (!(info->types & (1u << c->value->type)))
		return arena_printf(c->ctx->arena, "%s does not judge a %s", info->name,
				    value_type_name(c->value->type));
	if (c->value->type == VALUE_VERSION && !version_valid(c->value->string))
		return "not a version";
	if (!c->operand)
		return info->operand == OPERAND_LIST ? NULL : "the condition has no operand";
	if (c->operand->type != wanted)
		return arena_printf(c->ctx->arena, "%s wants a %s, not a %s", info->name,
				    value_type_name(wanted), value_type_name(c->operand->type));
	if (wanted == VALUE_VERSION && !version_valid(c->operand->string))
		return "the version to compare with is not one";
	return NULL;
}

const struct value *operator_operand(const struct eval_context *ctx,
				     const struct condition *condition)
{
	if (condition->by_declared)
		return ctx->declared;
	if (condition->param >= 0)
		return ctx->params ? &ctx->params[condition->param] : NULL;
	return op_info(condition->op)->operand == OPERAND_LIST ? NULL : &condition->operand;
}

struct verdict operator_judge(const struct eval_context *ctx, const struct condition *condition,
			      const struct value *value)
{
	struct comparison c = {ctx, condition, value, operator_operand(ctx, condition)};
	const char *why = misfit(&c);

	if (why)
		return undecided(why);
	if (condition->op == OP_MATCHES || condition->op == OP_NOT_MATCHES)
		return search(&c);
	if (comparisons[condition->op].holds(&c) != comparisons[condition->op].negated)
		return (struct verdict){.result = RESULT_PASS};
	return (struct verdict){.result = RESULT_FAIL, .seen = offenders(&c)};
}

static const char *list_text(const struct eval_context *ctx, const struct condition *condition)
{
	struct strings items = {0};
	struct value list;

	vec_each(item, &condition->list)
		vec_push(ctx->arena, &items, value_display(ctx->arena, item, OPERAND_SHOWN_MAX));
	list = value_strings(items);
	return value_display(ctx->arena, &list, OPERAND_SHOWN_MAX);
}

const char *operator_text(const struct eval_context *ctx, const struct condition *condition)
{
	const struct value *operand = operator_operand(ctx, condition);
	const char *text = operand ? value_display(ctx->arena, operand, OPERAND_SHOWN_MAX)
				   : list_text(ctx, condition);

	const char *wanted = op_info(condition->op)->wanted;

	/* "one of []" is a riddle. */
	if (condition->op == OP_IN && operand && operand->type == VALUE_STRINGS && !operand->strings.count)
		return "none at all";

	if (condition->by_declared)
		text = arena_printf(ctx->arena, "%s, as declared", operand ? text : "what it is");
	return *wanted ? arena_printf(ctx->arena, "%s %s", wanted, text) : text;
}
