#include "checks/container_facts.h"

/* An engine that says a container runs, of which no process was found: then what it may do is not known. */
static bool should_run(const struct container_facts *of)
{
	const struct fact_side *running = facts_side(of->subject, "container.running", SIDE_PLAIN);

	return running->state == FACT_PRESENT && running->value.boolean;
}

static struct fact_side known_side(const struct container_facts *of)
{
	const struct containers *containers = of->containers;
	struct fact_side side = {.state = FACT_PRESENT, .origin = containers->origin};

	/* A member that could not be told from others may be the strongest. */
	if (containers->state == FACT_UNREADABLE)
		return side_missing(FACT_UNREADABLE, containers->origin, containers->reason);
	if (of->container)
		return side;
	if (containers->state == FACT_PRESENT && should_run(of))
		return side_missing(FACT_UNREADABLE, containers->origin,
				    "its engine says that it runs, but no process of it could be read");
	return side_missing(FACT_ABSENT, containers->origin, "it does not run");
}

struct container_facts container_facts_of(struct probe_context *ctx, struct subject *subject)
{
	struct container_facts of = {
		.ctx = ctx,
		.containers = probe_service(ctx, &containers_service),
		.subject = subject,
		.arena = facts_arena(ctx->facts),
	};

	of.container = containers_find(of.containers, subject->id);
	of.known = known_side(&of);
	return of;
}

static bool has_ended(const struct container_facts *of)
{
	return of->container && of->container->has_first && process_has_ended(of->ctx, of->container->init);
}

static bool is_declared_alone(const struct fact *fact)
{
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		if (decl == fact->decl)
			return !decl->two_sided;
	return false;
}

/* It is as if it had been looked at a moment later. */
static void settle(const struct container_facts *of)
{
	struct fact_side ended = side_missing(FACT_ABSENT, of->containers->origin, "it ended while it was read");
	size_t count = strmap_count(of->subject->facts);

	for (size_t i = 0; i < count; i++) {
		struct fact *fact = strmap_item_at(of->subject->facts, i);
		enum side side = fact->two_sided ? SIDE_EFFECTIVE : SIDE_PLAIN;

		if (fact->sides[side].state == FACT_UNREADABLE && !is_declared_alone(fact))
			fact->sides[side] = ended;
	}
	container_facts_put(of, "container.running", SIDE_PLAIN, side_present(value_bool(false), of->containers->origin));
	container_facts_put(of, "container.state", SIDE_PLAIN, side_present(value_string("exited"), of->containers->origin));
}

/* `record` may be NULL where there are rows. */
static void visit(struct probe_context *ctx, container_facts_record *record, const struct container_facts_row *rows)
{
	size_t count = facts_subject_count(ctx->facts);

	for (size_t i = 0; i < count; i++) {
		struct subject *subject = facts_subject_at(ctx->facts, i);
		bool doubtful = false;

		if (subject->scope != SCOPE_CONTAINER)
			continue;
		struct container_facts of = container_facts_of(ctx, subject);

		of.doubtful = &doubtful;
		if (record)
			record(&of);
		if (rows)
			container_facts_record_rows(&of, rows);
		if (doubtful && has_ended(&of))
			settle(&of);
	}
}

void container_facts_each(struct probe_context *ctx, container_facts_record *record)
{
	visit(ctx, record, NULL);
}

int container_facts_collect(struct probe_context *ctx, const struct container_facts_row *rows, container_facts_record *narrow)
{
	for (const struct container_facts_row *row = rows; row->fact; row++) {
		if (!probe_wants(ctx, row->fact))
			continue;
		visit(ctx, narrow, rows);
		break;
	}
	return 0;
}

void container_facts_put(const struct container_facts *of, const char *name, enum side side, struct fact_side what)
{
	if (!probe_wants(of->ctx, name))
		return;
	if (of->doubtful && what.state == FACT_UNREADABLE)
		*of->doubtful = true;
	probe_put(of->ctx, of->subject, name, NULL, side, what);
}

void container_facts_record_rows(const struct container_facts *of, const struct container_facts_row *rows)
{
	for (const struct container_facts_row *row = rows; row->fact; row++)
		if (probe_wants(of->ctx, row->fact))
			container_facts_put(of, row->fact, row->side, of->known.state == FACT_PRESENT ? row->read(of) : of->known);
}

const char *container_facts_who(struct arena *arena, pid_t pid, pid_t tid, const char *comm)
{
	if (tid == pid)
		return arena_printf(arena, "process %d (%s)", pid, comm);
	return arena_printf(arena, "thread %d (%s) of process %d", tid, comm, pid);
}
