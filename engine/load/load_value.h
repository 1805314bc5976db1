/* Single values: texts, choices, typed literals. Functions that return false or NULL have reported why, at the node's place,
 * unless the yaml layer did. */
#ifndef LOAD_LOAD_VALUE_H
#define LOAD_LOAD_VALUE_H

#include "load/loader.h"

/* Whether a node is of a kind; `what` ("a rule") begins the diag's sentence. */
bool load_value_is(struct loader *loader, const struct yaml_node *node, enum yaml_kind kind, const char *what);

/* A text that says something, on one line: runs of white space become one blank. */
const char *load_value_text(struct loader *loader, const struct yaml_node *node, const char *what);
/* A list of at least one text. */
bool load_value_texts(struct loader *loader, const struct yaml_node *node, const char *what, struct strings *ret);
/* The same, or a single text. */
bool load_value_text_or_texts(struct loader *loader, const struct yaml_node *node, const char *what, struct strings *ret);

/* One of a few words. */
struct choice {
	const char *name;
	int value;
};
bool load_value_choice(struct loader *loader, const struct yaml_node *node, const struct choice *choices, size_t count,
		       const char *what, int *ret);
#define LOAD_CHOICE(loader, node, choices, what, ret)                                                                  \
	load_value_choice((loader), (node), (choices), sizeof(choices) / sizeof *(choices), (what), (ret))
/* pass fail not_applicable manual error */
bool load_value_result(struct loader *loader, const struct yaml_node *node, const char *what, enum result *ret);
/* automated all: whether all is scored */
bool load_value_score(struct loader *loader, const struct yaml_node *node, bool *ret_all);

/* A literal of a type: BOOL INT STRING MODE SIZE DURATION VERSION from a scalar, STRINGS from a list, which may be empty.
 * Quotes matter: a mode needs them, a bool and an int must not have them, a text that begins with "$" needs them. */
bool load_value(struct loader *loader, const struct yaml_node *node, enum value_type type, struct value *ret);

/* The name of a type of parameter or setting: any but map and records. */
bool load_value_type(struct loader *loader, const struct yaml_node *node, unsigned types, enum value_type *ret);

#endif
