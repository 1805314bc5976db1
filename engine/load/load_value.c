#include "load/load_value.h"

bool load_value_is(struct loader *loader, const struct yaml_node *node, enum yaml_kind kind, const char *what)
{
	static const char *const kinds[] = {"a single value", "a list", "a mapping"};

	if (node->refused)
		return false;
	if (node->kind != kind)
		diag_add(loader->diags, node->where, "%s must be %s", what, kinds[kind]);
	return node->kind == kind;
}

static char *fold(struct arena *arena, const char *text)
{
	char *folded = arena_alloc(arena, strlen(text) + 1), *out = folded;
	bool gap = false;

	for (; *text; text++) {
		if (strchr(" \t\r\n", *text)) {
			gap = out > folded;
			continue;
		}
		if (gap)
			*out++ = ' ';
		gap = false;
		*out++ = *text;
	}
	return folded;
}

const char *load_value_text(struct loader *loader, const struct yaml_node *node, const char *what)
{
	const char *text;

	if (!load_value_is(loader, node, YAML_SCALAR, what))
		return NULL;
	text = fold(loader->arena, node->text);
	if (*text)
		return text;
	diag_add(loader->diags, node->where, "%s must not be empty", what);
	return NULL;
}

bool load_value_texts(struct loader *loader, const struct yaml_node *node, const char *what, struct strings *ret)
{
	struct strings texts = {0};

	if (!load_value_is(loader, node, YAML_LIST, what))
		return false;
	if (node->items.count == 0)
		diag_add(loader->diags, node->where, "%s must not be an empty list", what);
	vec_each(item, &node->items) {
		const char *text = load_value_text(loader, *item, what);

		if (text)
			vec_push(loader->arena, &texts, text);
	}
	if (texts.count == 0 || texts.count < node->items.count)
		return false;
	*ret = texts;
	return true;
}

bool load_value_text_or_texts(struct loader *loader, const struct yaml_node *node, const char *what, struct strings *ret)
{
	const char *text;

	if (node->kind == YAML_LIST)
		return load_value_texts(loader, node, what, ret);
	text = load_value_text(loader, node, what);
	if (text)
		vec_push(loader->arena, ret, text);
	return text != NULL;
}

/* "a, b, c" */
static const char *choices_text(struct arena *arena, const struct choice *choices, size_t count)
{
	_cleanup_(buf_done) struct buf buf = {0};

	for (size_t i = 0; i < count; i++)
		buf_printf(&buf, "%s%s", i ? ", " : "", choices[i].name);
	return arena_strdup(arena, buf.data);
}

bool load_value_choice(struct loader *loader, const struct yaml_node *node, const struct choice *choices, size_t count,
		       const char *what, int *ret)
{
	struct strings names = {0};

	if (!load_value_is(loader, node, YAML_SCALAR, what))
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(choices[i].name, node->text) == 0) {
			*ret = choices[i].value;
			return true;
		}
	for (size_t i = 0; i < count && !diags_full(loader->diags); i++)
		vec_push(loader->arena, &names, choices[i].name);
	diag_suggest(loader->diags, node->where, text_nearest(node->text, names.items, names.count),
		     "%s must be one of %s, not \"%.100s\"", what, choices_text(loader->arena, choices, count), node->text);
	return false;
}

bool load_value_result(struct loader *loader, const struct yaml_node *node, const char *what, enum result *ret)
{
	static const struct choice results[] = {
#define X(e, n) {n, RESULT_##e},
		RESULTS(X)
#undef X
	};
	int result;

	if (!LOAD_CHOICE(loader, node, results, what, &result))
		return false;
	*ret = (enum result)result;
	return true;
}

bool load_value_score(struct loader *loader, const struct yaml_node *node, bool *ret_all)
{
	static const struct choice scores[] = {{"automated", false}, {"all", true}};
	int all;

	if (!LOAD_CHOICE(loader, node, scores, "score", &all))
		return false;
	*ret_all = all;
	return true;
}

/* What the quotes, or their absence, say against this type; NULL: nothing. */
static const char *quoting_fault(const struct yaml_node *node, enum value_type type)
{
	bool number = type == VALUE_BOOL || type == VALUE_INT;

	if (!node->quoted && node->text[0] == '$')
		return "a parameter cannot stand here; a text that begins with $ needs quotes";
	if (type == VALUE_MODE && !node->quoted)
		return "a mode without quotes can be taken for a number; quote it";
	if (type == VALUE_INT && !node->quoted && node->text[0] == '0' && node->text[1] != '\0')
		return "a number that begins with 0 can be taken for an octal";
	if (number && node->quoted)
		return type == VALUE_BOOL ? "true and false are written without quotes" : "a number is written without quotes";
	return NULL;
}

static bool load_scalar(struct loader *loader, const struct yaml_node *node, enum value_type type, struct value *ret)
{
	struct value value = {0};
	struct error err = {0};
	const char *fault;

	if (!load_value_is(loader, node, YAML_SCALAR, value_type_name(type)))
		return false;
	fault = quoting_fault(node, type);
	if (fault) {
		diag_add(loader->diags, node->where, "%s", fault);
		return false;
	}
	/* Facts hold safe texts, in which a line break is an escape: what is compared with them must look the same. */
	if (value_parse(type, text_safe(loader->arena, node->text, strlen(node->text)), &value, &err) < 0) {
		diag_add(loader->diags, node->where, "%s", err.text);
		return false;
	}
	*ret = value;
	return true;
}

static bool load_strings(struct loader *loader, const struct yaml_node *node, struct value *ret)
{
	struct strings strings = {0};
	struct value item;

	if (!load_value_is(loader, node, YAML_LIST, "strings"))
		return false;
	vec_each(child, &node->items) {
		if (load_scalar(loader, *child, VALUE_STRING, &item))
			vec_push(loader->arena, &strings, item.string);
	}
	if (strings.count < node->items.count)
		return false;
	*ret = value_strings(strings);
	return true;
}

bool load_value(struct loader *loader, const struct yaml_node *node, enum value_type type, struct value *ret)
{
	if (type == VALUE_STRINGS)
		return load_strings(loader, node, ret);
	return load_scalar(loader, node, type, ret);
}

bool load_value_type(struct loader *loader, const struct yaml_node *node, unsigned types, enum value_type *ret)
{
	struct choice choices[VALUE_TYPE_COUNT];
	size_t count = 0;
	int type;

	for (int i = VALUE_UNSET + 1; i < VALUE_TYPE_COUNT; i++)
		if (types & (1u << i))
			choices[count++] = (struct choice){value_type_name((enum value_type)i), i};
	if (!load_value_choice(loader, node, choices, count, "type", &type))
		return false;
	*ret = (enum value_type)type;
	return true;
}
