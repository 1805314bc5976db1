/* A rule's cases: each one a store of facts, parameters and the result they must give. */
#ifndef LOAD_LOAD_CASE_H
#define LOAD_LOAD_CASE_H

#include "load/keys.h"

key_reader load_case_list; /* target: struct rule, everything but its cases read */

/* One side of a fact as a case writes it: a value of the type, or { state: S, reason: TEXT }. For rows `path`, when not NULL, is
 * the field path of those that do not give one. False after an error. */
struct case_fact {
	const struct fact_decl *decl;
	enum value_type type;
	const char *path;
};
bool load_case_side(struct loader *loader, const struct yaml_node *node, const struct case_fact *what, struct fact_side *ret);

/* Whether a mapping is of the form { state: S } or { state: S, reason: TEXT }. */
bool load_case_is_state(const struct yaml_node *node);

#endif
