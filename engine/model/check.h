/* Compiled checks: what a rule demands of facts. Immutable once loaded; lives in the definitions' arena. */
#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "base/pattern.h"
#include "model/fact.h"

/* What a check, a finding and a rule come to. Order is from worst to best for display.
 * X(ENUM, "result") */
#define RESULTS(X)                                                                                 \
	X(ERROR, "error")                                                                          \
	X(FAIL, "fail")                                                                            \
	X(MANUAL, "manual")                                                                        \
	X(PASS, "pass")                                                                            \
	X(NOT_APPLICABLE, "not_applicable")

enum result {
#define X(e, n) RESULT_##e,
	RESULTS(X)
#undef X
	RESULT_COUNT
};
const char *result_name(enum result result);
bool result_from_name(const char *name, enum result *ret);

/* Where in a definition: file is borrowed from the definitions, line and column count from 1. */
struct position {
	const char *file;
	unsigned line;
	unsigned column;
};

/* Operators. X(ENUM, "name", fact types as a bit set, operand, how a message asks for it, meaning)
 * operand: SAME the fact's type; LIST a list of it; STRINGS; STRING; REGEX; BOOL; MODE; VERSION */
#define T(e) (1u << VALUE_##e)
#define OP_SCALARS (T(BOOL) | T(INT) | T(STRING) | T(MODE) | T(SIZE) | T(DURATION) | T(VERSION))
#define OP_ORDERED (T(INT) | T(SIZE) | T(DURATION))
#define OPERATORS(X)                                                                                \
	X(EQ, "eq", OP_SCALARS | T(STRINGS), SAME, "", "equals; lists as sets")                     \
	X(NE, "ne", OP_SCALARS | T(STRINGS), SAME, "anything but", "differs")                       \
	X(IN, "in", OP_SCALARS, LIST, "one of", "is one of the list")                               \
	X(NOT_IN, "not_in", OP_SCALARS, LIST, "none of", "is none of the list")                     \
	X(LT, "lt", OP_ORDERED, SAME, "less than", "is less")                                       \
	X(LE, "le", OP_ORDERED, SAME, "at most", "is less or equal")                                \
	X(GT, "gt", OP_ORDERED, SAME, "more than", "is more")                                       \
	X(GE, "ge", OP_ORDERED, SAME, "at least", "is more or equal")                               \
	X(MATCHES, "matches", T(STRING), REGEX, "a match of", "the expression is found in the text") \
	X(NOT_MATCHES, "not_matches", T(STRING), REGEX, "no match of",                              \
	  "the expression is not found in the text")                                                \
	X(CONTAINS, "contains", T(STRINGS) | T(MAP) | T(STRING), STRING, "to have",                 \
	  "the list has the item, the map the key, the text the part")                              \
	X(SUBSET_OF, "subset_of", T(STRINGS), STRINGS, "nothing beyond",                            \
	  "every item is in the list")                                                              \
	X(SUPERSET_OF, "superset_of", T(STRINGS), STRINGS, "all of",                                \
	  "every item of the list is there")                                                        \
	X(DISJOINT_FROM, "disjoint_from", T(STRINGS), STRINGS, "none of", "no item is in the list") \
	X(NO_LOOSER_THAN, "no_looser_than", T(MODE), MODE, "no looser than",                        \
	  "no permission bit beyond these is set")                                                  \
	X(VERSION_GE, "version_ge", T(VERSION), VERSION, "at least version",                        \
	  "this version or a later one")                                                            \
	X(VERSION_LT, "version_lt", T(VERSION), VERSION, "before version", "an earlier version")    \
	X(EXISTS, "exists", ~0u, BOOL, "to exist:", "whether the fact is present at all")

enum op {
#define X(e, n, types, operand, wanted, about) OP_##e,
	OPERATORS(X)
#undef X
	OP_COUNT
};
enum operand {
	OPERAND_SAME,
	OPERAND_LIST,
	OPERAND_STRINGS,
	OPERAND_STRING,
	OPERAND_REGEX,
	OPERAND_BOOL,
	OPERAND_MODE,
	OPERAND_VERSION,
};
struct op_info {
	const char *name;
	const char *wanted; /* before the operand, as in "expected at most 2"; "" for the operand alone */
	unsigned types; /* bit per value_type */
	enum operand operand;
	const char *about;
};
const struct op_info *op_info(enum op op);
bool op_from_name(const char *name, enum op *ret);

/* One comparison: operator and operand. A list operand of IN/NOT_IN is `list`, all others `operand`. */
struct condition {
	enum op op;
	int param;                /* index of the rule's parameter that gives the operand, or -1 */
	bool by_declared;         /* the operand is what was declared of the same fact; param is -1 */
	struct value operand;     /* literal, when param is -1 */
	VEC(struct value) list;   /* literal list for OPERAND_LIST, when param is -1 */
	struct pattern *pattern;  /* compiled literal for OPERAND_REGEX, when param is -1; freed with the library */
	struct position where;
};

/* Conditions on one value, all of which must hold, and what an absent value means. */
struct test {
	VEC(struct condition) conditions; /* empty: this side is not judged */
	bool has_if_absent;
	enum result if_absent;            /* PASS, FAIL, NOT_APPLICABLE, MANUAL or ERROR; see has_if_absent */
};

/* A test on a field of a row. For STRINGS the field is "item", for MAP "key" and "value". */
struct field_test {
	const char *field;
	enum value_type type;
	struct test test;
};
struct field_tests VEC_BODY(struct field_test);

enum check_kind { CHECK_FACT, CHECK_FILE, CHECK_SETTING, CHECK_EACH, CHECK_ALL, CHECK_ANY, CHECK_NONE };

struct check;
struct checks VEC_BODY(struct check *);

struct check {
	enum check_kind kind;
	struct position where;
	enum result otherwise; /* what stands in place of FAIL (`else:`): FAIL by default, MANUAL or NOT_APPLICABLE */

	/* FACT, SETTING, EACH */
	const struct fact_decl *decl;
	const char *fact;      /* the fact's full name */
	enum value_type type;  /* the fact's or the setting's type */

	/* FACT and SETTING: `plain` judges a one-sided fact, or every side of a two-sided one; else the sides have tests of their own */
	struct test plain;
	struct test sides[SIDE_COUNT];

	/* EACH and FILE: rows that satisfy all of `filter` (`where:`) must satisfy all of `must` */
	struct field_tests filter;
	struct field_tests must;
	enum result if_empty; /* EACH: no row left; FILE: no such file (`if_absent:`) */

	/* FILE: fact names, one a path or glob, in order; `first_of` takes the first that exists, else all are judged together */
	struct strings files;
	bool first_of;

	/* SETTING */
	const struct setting_request *setting;
	bool has_default;
	bool default_by_config_file;        /* the two below differ by whether the program reads a configuration file */
	struct value default_with_config;   /* also the plain default */
	struct value default_without_config;

	/* ALL, ANY, NONE */
	struct checks children;
};

/* What a rule asks of a program's option; the probe resolves it as the program does. In the definitions' arena. */
struct setting_request {
	const char *fact;    /* the fact's name: family prefix + key */
	const char *program; /* "dockerd" */
	enum value_type type; /* BOOL INT STRING STRINGS DURATION SIZE */
	const char *flag;    /* "--icc" or NULL */
	const char *short_flag; /* "-H" or NULL */
	const char *config;  /* dotted path in the configuration file, or NULL */
	const char *env;     /* environment variable, or NULL */
	const char *live;    /* API document and JSON pointer, "/info#/LiveRestoreEnabled", or NULL */
};

#endif
