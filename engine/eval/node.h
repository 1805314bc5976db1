/* A check's tree, evaluated in full: no short cuts, so that neither result nor evidence hang on
 * the order of children. */
#ifndef EVAL_NODE_H
#define EVAL_NODE_H

#include "eval/outcome.h"

#define NODE_DEPTH_MAX 64 /* above what the loader's YAML_DEPTH_MAX allows; deeper is an error */

struct outcome node_evaluate(const struct eval_context *ctx, const struct check *check);

#endif
