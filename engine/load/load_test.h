/* TESTS: operators with their operands, all of which must hold on one value. Errors are reported; what is filled in
 * after an error is not to be used. */
#ifndef LOAD_LOAD_TEST_H
#define LOAD_LOAD_TEST_H

#include "load/loader.h"

struct load_test {
	struct test *test;
	enum value_type type;      /* of the value tested; VALUE_UNSET after an error: then only names of operators are checked */
	bool on_effective;         /* the test of an effective side: $declared may be an operand */
	const struct strings *also; /* keys that may stand beside the operators, for suggestions; NULL: none */
	size_t entries;            /* operators read so far, wrong ones too */
};

/* One key of TESTS: an operator or if_absent. */
void load_test_key(struct loader *loader, const struct yaml_node *key, const struct yaml_node *value, struct load_test *into);
/* A mapping of at least one operator. */
void load_test(struct loader *loader, const struct yaml_node *node, enum value_type type, struct test *ret);
/* The same of an effective side, which can be held against the declared one. */
void load_test_effective(struct loader *loader, const struct yaml_node *node, enum value_type type, struct test *ret);
#define LOAD_TEST_DECLARED "declared" /* the operand $declared; no parameter has this name */
/* { FIELD: TESTS, … } on the fields of a row, at least one. */
void load_test_fields(struct loader *loader, const struct yaml_node *node, const struct field_decl *fields,
		      struct field_tests *ret);
/* The field that a key names; NULL after an error. */
const struct field_decl *load_test_field(struct loader *loader, const struct yaml_node *key, const struct field_decl *fields);

/* Whether a parameter's value can stand as the operand of a test on `type`: an expression must compile, the items of a list
 * must be of the type. -1: it cannot, `err` says why. */
int load_test_fits(enum operand operand, enum value_type type, const struct value *value, struct error *err);

#endif
