/* What every probe of a container's effective side is given: one subject at a time, what runs of it, and why nothing can be
 * told where that is so. */
#ifndef CHECKS_CONTAINER_FACTS_H
#define CHECKS_CONTAINER_FACTS_H

#include "checks/containers.h"

struct container_facts {
	struct probe_context *ctx;
	const struct containers *containers;
	const struct container *container; /* NULL: it does not run, or none of its processes was found */
	struct subject *subject;
	struct arena *arena; /* the facts' */
	/* PRESENT: what `container` shows is all there is to see. ABSENT: it does not run. UNREADABLE, UNSUPPORTED: with a reason; even
	 * then `container` may be known in part. */
	struct fact_side known;
	bool *doubtful; /* set when something unreadable is recorded; NULL: nobody asks */
};

typedef void container_facts_record(struct container_facts *of);

/* Calls `record` for every container that another probe has listed by now, declared or not. Where something was unreadable and the
 * container has ended meanwhile - process 1 of its pid namespace has - it no longer runs, and what the kernel could not tell
 * is absent for that reason. */
void container_facts_each(struct probe_context *ctx, container_facts_record *record);

/* For one subject: what container_facts_each gives. */
struct container_facts container_facts_of(struct probe_context *ctx, struct subject *subject);

/* Record a side of a fact when it is wanted; the probe declares it or completes the one that does. */
void container_facts_put(const struct container_facts *of, const char *name, enum side side, struct fact_side what);

/* A fact recorded by the kernel's word for all that run: `read` is asked only where something is known, otherwise the fact is
 * missing for the reason in `known`. */
struct container_facts_row {
	const char *fact;
	enum side side;
	struct fact_side (*read)(const struct container_facts *of);
};
/* `rows` ends with a NULL fact. Only what is wanted is read. */
void container_facts_record_rows(const struct container_facts *of, const struct container_facts_row *rows);

/* All that a probe does whose facts are rows: where one of them is wanted, record those that are for every container. `narrow`
 * is asked first of each container and may replace `known` by why less is known; NULL: nobody. */
int container_facts_collect(struct probe_context *ctx, const struct container_facts_row *rows, container_facts_record *narrow);

/* Declares what both sides share; probes of the effective side complete it. */
extern const struct probe probe_container;

/* "process 42 (sleep)" or "thread 43 (x) of process 42": as notes name who is worst. comm must be safe. */
const char *container_facts_who(struct arena *arena, pid_t pid, pid_t tid, const char *comm);

#endif
