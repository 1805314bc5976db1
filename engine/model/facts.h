/* The facts of one collection: subjects and what is known of them. Filled by probes, read by evaluation. */
#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "model/fact.h"

struct subject {
	enum scope scope;
	const char *id;    /* unique within its scope: "host", a container id, a socket path */
	const char *name;  /* what a person calls it: host name, container name */
	const struct subject *parent; /* NULL for the host; a container's is its daemon or the host */
	struct strmap *facts;         /* name → struct fact */
};

struct facts;

struct facts *facts_new(void); /* with an arena of its own and no subject */
void facts_free(struct facts *facts);
static inline void facts_cleanup(struct facts **facts) { facts_free(*facts); }
struct arena *facts_arena(const struct facts *facts);

#define FACTS_TIME_MAX INT64_C(253402300799) /* 9999-12-31T23:59:59Z: the last that RFC 3339 can write */

/* When and where the facts were collected. Texts are copied and made safe. */
struct facts_meta {
	const char *tool_version;
	int64_t collected_at; /* seconds since the epoch, kept within 0 and FACTS_TIME_MAX */
	const char *root;     /* the root audited */
	bool live;
};
void facts_set_meta(struct facts *facts, const struct facts_meta *meta);
const struct facts_meta *facts_meta(const struct facts *facts);

/* Add a subject, or return the one with this scope and id. Id and name are made safe. Order of insertion is kept. */
struct subject *facts_subject(struct facts *facts, enum scope scope, const char *id, const char *name,
			      const struct subject *parent);
struct subject *facts_find_subject(const struct facts *facts, enum scope scope, const char *id); /* NULL when missing */
struct subject *facts_host(struct facts *facts); /* the host subject (id "host"), added when missing */
size_t facts_subject_count(const struct facts *facts);
struct subject *facts_subject_at(const struct facts *facts, size_t index);

/* Whether the subjects of a scope are all known. PRESENT: those listed are all there are (perhaps none).
 * UNREADABLE with a reason: there may be others. UNSUPPORTED with a reason: the question does not apply here (no such software,
 * or a tree at rest). ABSENT is taken for UNREADABLE: a place to look that is not there has not been
 * looked at. Default: NOT_COLLECTED. HOST is always PRESENT. `origin` says where the list came from. */
void facts_set_population(struct facts *facts, enum scope scope, enum fact_state state, const char *origin,
			  const char *reason);
const struct fact_side *facts_population(const struct facts *facts, enum scope scope);

/* Record a fact. `decl` may be a family, then `name` is the member. Value and texts must live in facts_arena or
 * be static, and be safe already. A second record of the same side replaces the first. A VERSION that version_valid refuses becomes
 * UNREADABLE. Returns the side, for notes. */
struct fact_side *facts_put(struct facts *facts, struct subject *subject, const struct fact_decl *decl, const char *name,
			    enum side side, struct fact_side what);

/* The subject's own fact of this name, added without a side when missing: `like` gives name (copied), decl (may be NULL), type
 * and two_sided. For readers of documents; probes use facts_put. */
struct fact *facts_add(struct facts *facts, struct subject *subject, const struct fact *like);

/* The fact of a subject or of the nearest parent that has it; NULL when nobody recorded it. */
const struct fact *facts_get(const struct subject *subject, const char *name);
/* Its side; a static NOT_COLLECTED side when nobody recorded it. Never NULL. */
const struct fact_side *facts_side(const struct subject *subject, const char *name, enum side side);

/* Short forms for what probes write. Texts are printf-formatted and made safe; `name` NULL takes decl->name. */
struct fact_side side_present(struct value value, const char *origin);
struct fact_side side_missing(enum fact_state state, const char *origin, const char *reason);
/* From an error: NOT_FOUND → absent, UNSUPPORTED → unsupported, all else → unreadable with the text as the reason.
 * Texts are copied into the arena. */
struct fact_side side_from_error(struct arena *arena, const struct error *err, const char *origin);

#endif
