/* Values that an index or a case gives to the parameters of a rule. */
#ifndef LOAD_LOAD_PARAMS_H
#define LOAD_LOAD_PARAMS_H

#include "load/loader.h"

/* { NAME: VALUE, … }, typed by the rule's parameters and held against every test that uses them. Errors are reported. */
void load_params(struct loader *loader, const struct yaml_node *node, const struct rule *rule, struct param_values *ret);

/* Whether a value of a parameter suits every test of the rule that uses it: an expression compiles, a list's items parse. */
int load_params_fit(const struct rule *rule, size_t index, const struct value *value, struct error *err);

#endif
