/* Names of facts: declared, visible from the rule's scope, templates in order. Errors are reported at the node. */
#ifndef LOAD_LOAD_NAME_H
#define LOAD_LOAD_NAME_H

#include "load/loader.h"

#define LOAD_NAME_MAX 4096 /* bytes of a fact's name, so of a path */

/* The declaration of the fact a scalar names; NULL after an error. Settings are refused: they have a form of their own. */
const struct fact_decl *load_name_fact(struct loader *loader, const struct yaml_node *node);

enum load_path { LOAD_PATH_EXACT, LOAD_PATH_GLOB };
/* "file.PATH" for an absolute path, which may hold templates; NULL after an error. */
const char *load_name_file(struct loader *loader, const struct yaml_node *node, enum load_path kind);

/* Whether a rule of this scope sees facts of that one. */
bool load_name_visible(struct loader *loader, const struct yaml_node *node, enum scope scope, const char *name);

/* Report a fact that nobody declares. */
void load_name_unknown(struct loader *loader, const struct yaml_node *node, const char *name);

#endif
