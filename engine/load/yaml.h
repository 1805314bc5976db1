/* A strict YAML subset as a tree with positions, on libyaml.
 *
 * One document of UTF-8; mappings with plain or quoted scalar keys, sequences, scalars. Refused, each where it stands: aliases
 * and anchors, tags, %-directives, several documents, duplicate keys, merge keys, non-scalar keys, empty (null) values, and
 * characters that do not show: a byte order mark, control and bidi characters, written as they are or as an escape (a line
 * break and a tab within a text are fine). Limits below. Parsing goes on after what can be gone on from, so that all
 * mistakes show at once; a scanner error of libyaml, an invalid character and a limit end the file. */
#ifndef LOAD_YAML_H
#define LOAD_YAML_H

#include "load/diag.h"

#define YAML_FILE_MAX (1u << 20) /* bytes */
#define YAML_DEPTH_MAX 32
#define YAML_NODES_MAX 100000
#define YAML_SCALAR_MAX 65536 /* bytes */

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAPPING };

struct yaml_node {
	enum yaml_kind kind;
	struct position where;
	const char *text; /* SCALAR */
	bool quoted;      /* SCALAR in quotes or a block: never read as bool or number */
	bool refused;     /* SCALAR in the place of something refused and reported: nothing more is to be said of it */
	VEC(struct yaml_node *) items; /* LIST: items; MAPPING: values */
	VEC(struct yaml_node *) keys;  /* MAPPING: scalars, same index as items */
};

/* Parse bytes; `file` is borrowed for positions. NULL when nothing usable; diags say why. A tree may come back with diags. */
struct yaml_node *yaml_parse(struct arena *arena, const char *file, const char *bytes, size_t len, struct diags *diags);
/* Read a regular file of at most YAML_FILE_MAX and parse it. */
struct yaml_node *yaml_read(struct arena *arena, const char *path, struct diags *diags);
/* As yaml_read, but without the last key of the file's mapping where that is `key`: its value, which may be most of the file, is
 * not even parsed. A tree that has it all the same when that cannot be told at a glance; then, and when the rest has mistakes,
 * the whole file is read. */
struct yaml_node *yaml_read_without(struct arena *arena, const char *path, const char *key, struct diags *diags);

/* The value of a key in a mapping, or NULL. */
struct yaml_node *yaml_get(const struct yaml_node *mapping, const char *key);

#endif
