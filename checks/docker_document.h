/* JSON documents of Docker: from its API, its configuration file and its data root. */
#ifndef CHECKS_DOCKER_DOCUMENT_H
#define CHECKS_DOCKER_DOCUMENT_H

#include <jansson.h>

#include "base/error.h"

/* Parse one document; the result is a new reference. jansson refuses a whole document for one
 * integer beyond int64_t, and Docker writes uint64(-1): only such integers become reals here, all
 * others stay what they are. ERROR_MALFORMED with line and column. */
int docker_document_load(const char *bytes, size_t len, json_t **ret, struct error *err);

#endif
