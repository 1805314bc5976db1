/* Probes: C code that knows one part of the host and supplies facts. One per file checks/probe_NAME.c, which
 * exports `const struct probe probe_NAME`; the Makefile makes the table from the file names. */
#ifndef MODEL_PROBE_H
#define MODEL_PROBE_H

#include "host/host.h"
#include "model/check.h"
#include "model/facts.h"

/* What the plan wants. Names are fact names, templates unexpanded. */
struct request {
	struct strings facts;                       /* every wanted fact, family members in full */
	VEC(const struct setting_request *) settings;
	VEC(const char *) containers;               /* --container: names or id prefixes; empty: all */
	bool everything;                            /* `plimsoll facts`: also the facts no rule names */
	bool no_seccomp_dump;                       /* leave the filters of running processes alone */
	bool interrupt_waits;                       /* end a thread's system call with EINTR where its filters need that */
	bool setuid_scan;                           /* walk the files of containers for setuid programs */
	unsigned scopes;                            /* bit per scope whose subjects must be listed */
	int64_t deadline_ms;                        /* for one outside peer's answer */
};

/* A thing several probes share for one run: the process table, the Docker session. Opened on first use
 * (open never fails: it records its failure inside), closed by the collector. Identity is the address. */
struct probe_context;
struct service {
	const char *name;
	void *(*open)(struct probe_context *ctx);
	void (*close)(void *service);
};

struct probe_context {
	struct host *host;
	struct facts *facts;
	const struct request *request;
	const struct probe *probe; /* whose turn it is */
	struct services *services; /* the collector's */
};

void *probe_service(struct probe_context *ctx, const struct service *service);

struct probe {
	const char *name;
	const char *about;
	const struct fact_decl *facts; /* terminated by a NULL name */
	const char *const *after;      /* probes that must come first, NULL-terminated; NULL: none. Probes that another one's templates
	                                * may name come first by `after` of that one */
	/* The probe whose facts this one records too: the other side, or those of subjects that it does not list. Comes first by
	 * `after`. NULL: none */
	const struct probe *completes;
	unsigned populates; /* bit per scope whose subjects this probe lists, 1u << SCOPE_CONTAINER */
	/* Load what could not be loaded once the process is confined; on a live host, with all rights, before anything that others wrote
	 * is read. NULL: nothing */
	void (*prepare)(void);
	/* Fill facts. Called only when the request names one of its facts, one that it completes, or a scope that it populates.
	 * What cannot be read becomes a fact state; -1 only when collection as a whole is impossible. */
	int (*collect)(struct probe_context *ctx, struct error *err);
};

/* Whether this fact, or any member of this family, is wanted. `name` is a declaration's name. */
bool probe_wants(const struct probe_context *ctx, const char *name);
/* The wanted members of a family: the part behind the prefix. `family` is the declaration's name with ".*". */
struct strings probe_members(const struct probe_context *ctx, const char *family);
/* Expand {fact} templates in `text` with the facts of `subject`. STRINGS facts expand to several results.
 * On failure fills `ret_why` with the state to record for the fact that asked (absent fact → absent; else its state
 * and reason). */
int probe_expand(struct probe_context *ctx, const struct subject *subject, const char *text, struct strings *ret,
		 struct fact_side *ret_why);

/* The declaration with that name, of this probe or the one it completes (assert: it exists). */
const struct fact_decl *probe_decl(const struct probe_context *ctx, const char *name);

/* Record: short forms on facts_put for the probe's own declarations. `member` NULL for plain facts, else the rest of
 * the family's name. */
void probe_put(struct probe_context *ctx, struct subject *subject, const char *decl_name, const char *member,
	       enum side side, struct fact_side what);
void probe_present(struct probe_context *ctx, struct subject *subject, const char *decl_name, struct value value,
		   const char *origin_fmt, ...) _printf_(5, 6);
void probe_missing(struct probe_context *ctx, struct subject *subject, const char *decl_name, enum fact_state state,
		   const char *origin, const char *reason_fmt, ...) _printf_(6, 7);

#endif
