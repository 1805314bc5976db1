/* The facts document: every collected fact as JSON, schema in reports/schema/facts-1.json.
 *
 * {"plimsoll_facts": 1, "tool": "1.0.0", "collected_at": "2026-01-02T03:04:05Z", "root": "/", "live": true,
 *  "populations": {"container": {"state": "present", "origin": "…"}},
 *  "subjects": [{"scope": "host", "id": "host", "name": "node1", "parent": null,
 *    "facts": {"host.kernel.release": {"type": "version", "state": "present", "value": "6.1.0", "origin": "…"},
 *              "host.sysctl.kernel.kptr_restrict": {"type": "int", "declared": {…}, "effective": {…}}}}]}
 * Facts are sorted by name; subjects keep their order. */
#ifndef MODEL_FACTS_JSON_H
#define MODEL_FACTS_JSON_H

#include <stdio.h>

#include "model/facts.h"

/* Print, indented by 2, keys in the order above. ERROR_SYSTEM when the stream fails. */
int facts_write(const struct facts *facts, FILE *stream, struct error *err);

/* Read a document of at most FACTS_READ_MAX bytes. Facts that this build does not declare keep the document's type with decl NULL.
 * A fact whose type differs from the declaration: ERROR_MALFORMED. Every text is made safe. Hostile input is expected. */
#define FACTS_READ_MAX (256u << 20)
int facts_read(FILE *stream, const struct catalogue *catalogue, struct facts **ret, struct error *err);

#endif
