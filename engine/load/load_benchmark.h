/* Editions. */
#ifndef LOAD_LOAD_BENCHMARK_H
#define LOAD_LOAD_BENCHMARK_H

#include "load/loader.h"

#define LOAD_LEVEL_MAX 31
#define LOAD_PROFILES_MAX 64
#define LOAD_ENTRIES_MAX 2000
#define LOAD_ROLES_MAX 64 /* of a profile or an entry */

/* The edition of a tree, with the rules it names; NULL when anything was wrong with it or one of its rules (reported). */
const struct benchmark *load_benchmark(struct loader *loader, const struct yaml_node *root);

#endif
