/* CHECK: exactly one of fact, file, setting, each, all, any, none, and `else`. */
#ifndef LOAD_LOAD_CHECK_H
#define LOAD_LOAD_CHECK_H

#include "load/keys.h"

/* Never NULL; after an error (reported) not to be used. Recursion is bounded by YAML_DEPTH_MAX. */
struct check *load_check(struct loader *loader, const struct yaml_node *node);

/* { FACT: TESTS, … }: an ALL of FACT checks. */
struct check *load_check_select(struct loader *loader, const struct yaml_node *node);

/* What the keys of the forms are read into. */
struct check_target {
	struct check *check;
	const struct yaml_node *node; /* the mapping that holds the form's key */
	bool has_sides;               /* declared or effective was read */
};

/* The forms with files of their own; targets are struct check_target. */
key_reader load_file, load_setting;

#endif
