#include "load/keys.h"

#include "load/load_value.h"

static const struct key *find_key(const struct keys *keys, const char *name)
{
	for (size_t i = 0; i < keys->count; i++)
		if (strcmp(keys->items[i].name, name) == 0)
			return &keys->items[i];
	return NULL;
}

void keys_unknown(struct loader *loader, const struct yaml_node *key, const char *what, const struct strings *known)
{
	const char *near = diags_full(loader->diags) ? NULL : text_nearest(key->text, known->items, known->count);

	diag_suggest(loader->diags, key->where, near, "%s has no key \"%.100s\"", what, key->text);
}

static void report_unknown(struct loader *loader, const struct yaml_node *key, const struct keys *keys)
{
	struct strings known = {0};

	for (size_t i = 0; i < keys->count; i++)
		vec_push(loader->arena, &known, keys->items[i].name);
	keys_unknown(loader, key, keys->what, &known);
}

static const char *kinds_text(unsigned kinds)
{
	static const char *const texts[] = {
		[KEY_SCALAR] = "a single value",
		[KEY_LIST] = "a list",
		[KEY_MAPPING] = "a mapping",
		[KEY_SCALAR | KEY_LIST] = "a single value or a list",
		[KEY_SCALAR | KEY_MAPPING] = "a single value or a mapping",
		[KEY_LIST | KEY_MAPPING] = "a list or a mapping",
		[KEY_SCALAR | KEY_LIST | KEY_MAPPING] = "a value",
	};

	return texts[kinds];
}

static void read_key(struct loader *loader, const struct key *key, const struct yaml_node *value, void *target)
{
	const char *text;

	if (value->refused)
		return;
	if (!(key->kinds & (1u << value->kind))) {
		diag_add(loader->diags, value->where, "%s must be %s", key->name, kinds_text(key->kinds));
	} else if (key->read) {
		key->read(loader, value, target);
	} else {
		text = load_value_text(loader, value, key->name);
		if (text)
			memcpy((char *)target + key->text, &text, sizeof text);
	}
}

bool keys_read(struct loader *loader, const struct yaml_node *node, const struct keys *keys, void *target)
{
	if (!load_value_is(loader, node, YAML_MAPPING, keys->what))
		return false;
	for (size_t i = 0; i < keys->count; i++) {
		const struct key *key = &keys->items[i];
		const struct yaml_node *value = yaml_get(node, key->name);

		if (value)
			read_key(loader, key, value, target);
		else if (key->required)
			diag_add(loader->diags, node->where, "%s needs the key %s", keys->what, key->name);
	}
	for (size_t i = 0; i < node->keys.count; i++) {
		const struct yaml_node *key = node->keys.items[i];

		if (find_key(keys, key->text))
			continue;
		if (keys->other)
			keys->other(loader, key, node->items.items[i], target);
		else
			report_unknown(loader, key, keys);
	}
	return true;
}

bool keys_each(struct loader *loader, const struct yaml_node *node, const char *what,
	       void (*other)(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target),
	       void *target)
{
	const struct keys keys = {.what = what, .other = other};

	if (!keys_read(loader, node, &keys, target))
		return false;
	if (node->keys.count == 0)
		diag_add(loader->diags, node->where, "%s must not be empty", what);
	return node->keys.count > 0;
}
