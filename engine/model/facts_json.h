/* The facts document: every collected fact as JSON, schema in reports/schema/facts-1.json.
 *
 * {"plimsoll_facts": 1, "tool": "1.0.0", "collected_at": "2026-01-02T03:04:05Z", "root": "/", "live": true,
 *  "populations": {"container": {"state": "present", "origin": "…"}},
 *  "subjects": [{"scope": "host", "id": "host", "name": "node1", "parent": null,
 *    "facts": {"host.kernel.release": {"type": "version", "state": "present", "value": "6.1.0", "origin": "…"},
 *              "host.sysctl.kernel.kptr_restrict": {"type": "int", "declared": {…}, "effective": {…}}}}]}
 * Facts are sorted by name; subjects keep their order.
 *
 * A side is state, value (present only), origin, reason (never with present), notes: what there is none of is left out.
 * parent is null or {"scope": …, "id": …} of a subject that stands earlier: a daemon's is the host, a container's and an
 * image's is a daemon or the host. The host is one of the subjects. type is left out of a setting that was never present.
 * Populations are those of daemon, container and image that anything is known of. Written, read and written again gives the
 * same bytes. */
#ifndef MODEL_FACTS_JSON_H
#define MODEL_FACTS_JSON_H

#include <stdio.h>

#include "model/facts.h"

#define FACTS_FORMAT 1 /* the document's plimsoll_facts */

/* Print, indented by 2, keys in the order above. ERROR_SYSTEM when the stream fails, ERROR_INTERNAL when a text is not UTF-8. */
int facts_write(const struct facts *facts, FILE *stream, struct error *err);

/* Read a document. Facts that this build does not declare keep the document's type with decl NULL; their rows' fields then have
 * the type that shows in JSON. Every text is made safe. Hostile input is expected:
 * ERROR_LIMIT: longer, deeper or more than the caps below. ERROR_UNSUPPORTED: another format number.
 * ERROR_MALFORMED: all else that does not follow the format, with the JSON path in front ("$.subjects[2].facts['x.y'].state: …"):
 * syntax, unknown keys, a wrong type, a type or sides that differ from the declaration, a subject or key that stands twice,
 * a parent that is not an earlier subject, no host. */
#define FACTS_READ_MAX (256u << 20)     /* bytes */
#define FACTS_READ_DEPTH_MAX 16         /* lists and objects inside each other */
#define FACTS_READ_ITEMS_MAX 8000000    /* lists, objects and items: what jansson turns into allocations */
#define FACTS_READ_SUBJECTS_MAX 100000
#define FACTS_READ_FACTS_MAX 100000     /* of one subject */
#define FACTS_READ_NOTES_MAX 1000       /* of one side */
int facts_read(FILE *stream, const struct catalogue *catalogue, struct facts **ret, struct error *err);

#endif
