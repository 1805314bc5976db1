/* Rules and their cases. */
#ifndef LOAD_LOAD_RULE_H
#define LOAD_LOAD_RULE_H

#include "load/loader.h"

/* The rule of a tree; NULL when anything was wrong with it (reported). Sets loader->rule and scope. */
const struct rule *load_rule(struct loader *loader, const struct yaml_node *root);

/* NAME: VALUE for parameters of a rule, typed by it. */
void load_rule_params(struct loader *loader, const struct yaml_node *node, const struct rule *rule, struct param_values *ret);

/* Report a parameter that a rule does not have; the parameter when it has. */
const struct param *load_rule_param(struct loader *loader, const struct yaml_node *key, const struct rule *rule);

#endif
