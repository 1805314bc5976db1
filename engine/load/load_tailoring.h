/* Tailorings. */
#ifndef LOAD_LOAD_TAILORING_H
#define LOAD_LOAD_TAILORING_H

#include "load/loader.h"

/* The tailoring of a tree; NULL when anything was wrong with it (reported). */
const struct tailoring *load_tailoring(struct loader *loader, const struct yaml_node *root);

#endif
