/* Rules and their cases. */
#ifndef LOAD_LOAD_RULE_H
#define LOAD_LOAD_RULE_H

#include "load/loader.h"

/* The rule of a tree; NULL when anything was wrong with it (reported). Sets loader->rule and scope. */
const struct rule *load_rule(struct loader *loader, const struct yaml_node *root);

#endif
