/* What an index asks of the library. */
#ifndef LOAD_LIBRARY_RULES_H
#define LOAD_LIBRARY_RULES_H

#include "load/library.h"

/* The rule of a slug for an index in this folder, whose own rules come first. NULL: no such rule, which is reported at `where`, or
 * one with errors, which are reported once. */
const struct rule *library_rule_for(struct library *library, const char *folder, const char *slug, struct position where,
				    struct diags *diags);

#endif
