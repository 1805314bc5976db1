/* Facts: typed, named values of a subject, with a state and an origin, and their declarations. */
#ifndef MODEL_FACT_H
#define MODEL_FACT_H

#include "model/value.h"

/* What a finding is about. X(ENUM, "scope", "several of them") */
#define SCOPES(X)                                                                                  \
	X(HOST, "host", "hosts")                                                                   \
	X(DAEMON, "daemon", "daemons")                                                             \
	X(CONTAINER, "container", "containers")                                                    \
	X(IMAGE, "image", "images")

enum scope {
#define X(e, n, p) SCOPE_##e,
	SCOPES(X)
#undef X
	SCOPE_COUNT
};
const char *scope_name(enum scope scope);
const char *scope_plural(enum scope scope);
bool scope_from_name(const char *name, enum scope *ret);

/* X(ENUM, "state") */
#define FACT_STATES(X)                                                                             \
	X(PRESENT, "present")                                                                      \
	X(ABSENT, "absent")                                                                        \
	X(UNREADABLE, "unreadable")                                                                \
	X(UNSUPPORTED, "unsupported")                                                              \
	X(NOT_COLLECTED, "not_collected")

enum fact_state {
#define X(e, n) FACT_##e,
	FACT_STATES(X)
#undef X
	FACT_STATE_COUNT
};
const char *fact_state_name(enum fact_state state);
bool fact_state_from_name(const char *name, enum fact_state *ret);

/* A fact as its probe declares it. The declarations are the catalogue: `plimsoll list facts`,
 * plimsoll-facts(7) and the loader's type checks come from them.
 *
 * A name that ends in ".*" declares a family: a rule names a member by writing the rest, which may hold any
 * character and fact templates in braces, e.g. host.sysctl.kernel.kptr_restrict, file.{docker.data_root}/containers.
 * The member's full text, templates unexpanded, is the fact's name everywhere. */
struct fact_decl {
	const char *name;
	enum value_type type;            /* VALUE_UNSET for a family of settings */
	enum scope scope;
	bool two_sided;                  /* has a declared and an effective side */
	const char *unit;                /* NULL when the type says it */
	const char *about;               /* one line of meaning, own words */
	const char *source;              /* kernel document, man page, API field */
	const char *member;              /* families: what the rest of the name is ("a sysctl name") */
	const struct field_decl *fields; /* RECORDS only */
	const char *program;             /* settings: the program whose options these are ("dockerd") */
	const char *config_file_fact;    /* settings: the fact that says which configuration file is read */
	bool any_scope;                  /* file.*: recorded on the deepest scope that its templates name, the host without any;
					  * `scope` is HOST */
	bool unstable;                   /* changes by nature (a pid, a start time): comparing two runs leaves it out */
};

enum side { SIDE_DECLARED = 0, SIDE_PLAIN = 0, SIDE_EFFECTIVE = 1, SIDE_COUNT = 2 };

/* One side of a fact. All texts are safe and live in the facts' arena. */
struct fact_side {
	enum fact_state state;
	struct value value;    /* PRESENT only */
	const char *origin;    /* where it was looked for: "/etc/docker/daemon.json:7 icc", "/proc/42/status CapEff" */
	const char *reason;    /* why not PRESENT ("permission denied", "timed out after 2 s"); NULL otherwise */
	struct strings notes;  /* sources that disagree, the worst process, what a person should know */
};

struct fact {
	const char *name;
	const struct fact_decl *decl; /* NULL only in a document from a build that declared other facts */
	enum value_type type;
	struct fact_side sides[SIDE_COUNT]; /* one-sided: sides[SIDE_PLAIN]; the other is NOT_COLLECTED */
	bool two_sided;
};

/* The catalogue: all declarations of this build, by name. Built by catalogue_new from the probe table. */
struct catalogue;
struct catalogue *catalogue_new(struct arena *arena);
/* Aborts (assert) on a name declared twice: our own bug. */
void catalogue_add(struct catalogue *catalogue, const struct fact_decl *decl);
size_t catalogue_count(const struct catalogue *catalogue);
const struct fact_decl *catalogue_at(const struct catalogue *catalogue, size_t index); /* sorted by name */
/* The declaration of a fact or of a family's member; NULL when none. The longest family prefix wins. */
const struct fact_decl *catalogue_find(const struct catalogue *catalogue, const char *name);
const struct fact_decl *catalogue_settings_of(const struct catalogue *catalogue, const char *program);
/* "did you mean" for an unknown name; NULL when nothing is near. */
const char *catalogue_nearest(const struct catalogue *catalogue, const char *name);

#endif
