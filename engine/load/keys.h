/* Mappings by table: which keys there are, of which kind, which are required, and what reads each.
 *
 * Everything wrong with a mapping is reported in one go: unknown keys with the nearest known one, missing keys, values of the wrong
 * kind. (Duplicate keys are the yaml layer's.) Readers are called in the order of the table, not of the file, so a later
 * row may rely on what an earlier one has read. */
#ifndef LOAD_KEYS_H
#define LOAD_KEYS_H

#include "load/loader.h"

enum { KEY_SCALAR = 1 << YAML_SCALAR, KEY_LIST = 1 << YAML_LIST, KEY_MAPPING = 1 << YAML_MAPPING };
enum { OPTIONAL = 0, REQUIRED = 1 };

typedef void key_reader(struct loader *loader, const struct yaml_node *value, void *target);

struct key {
	const char *name;
	bool required;
	unsigned kinds;   /* KEY_ bits */
	key_reader *read; /* NULL: keep the text */
	size_t text;      /* without `read`: offset in the target of the const char * that takes the text, as load_value_text reads it */
};

#define KEY_TEXT(name, required, type, member)                                                                         \
	{                                                                                                              \
		name, required, KEY_SCALAR, NULL, offsetof(type, member)                                               \
	}

struct keys {
	const char *what; /* "a rule" */
	const struct key *items;
	size_t count;
	/* Called for each key that is not in the table, in place of the error for unknown keys. */
	void (*other)(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target);
};

#define KEYS(what, table, other)                                                                                       \
	{                                                                                                              \
		what, table, sizeof(table) / sizeof *(table), other                                                    \
	}

/* Read a mapping. False when `node` is none (a diag says so, unless the yaml layer has refused it already). */
bool keys_read(struct loader *loader, const struct yaml_node *node, const struct keys *keys, void *target);

/* A mapping with names of the file's own choice: `other` alone, for at least one key. */
bool keys_each(struct loader *loader, const struct yaml_node *node, const char *what,
	       void (*other)(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, void *target),
	       void *target);

/* Report a key that is not known. `known` are the names it may be a slip of. */
void keys_unknown(struct loader *loader, const struct yaml_node *key, const char *what, const struct strings *known);

#endif
