#include "checks/container_seccomp.h"

#include <stdlib.h>
#include <sys/capability.h>
#include <time.h>

#include "host/broker.h"

#define ORIGIN          "PTRACE_SECCOMP_GET_FILTER"
#define ASKED_AGAIN_MAX 3  /* times, for one thread */
#define NAPS_MAX        50 /* in one run, of a millisecond: a thread may leave its system call meanwhile */
#define STUCK_MAX       2  /* threads of a container that did not stop: each costs BROKER_STOP_MS */
#define DESCENT_MAX     4096

/* Of one run. */
struct filters {
	struct seccomp_stacks *stacks;
	unsigned naps;
};

static void *open_filters(struct probe_context *ctx)
{
	struct filters *filters = ARENA_NEW(facts_arena(ctx->facts), struct filters);

	filters->stacks = seccomp_stacks_new(facts_arena(ctx->facts));
	return filters;
}

static const struct service filters_service = {
	.name = "filters",
	.open = open_filters,
};

struct seccomp_stacks *container_seccomp_stacks(struct probe_context *ctx)
{
	struct filters *filters = probe_service(ctx, &filters_service);

	return filters->stacks;
}

/* Of one container. */
struct looking {
	const struct container_facts *of;
	const struct effective_status *status;
	struct filters *filters;
	struct container_seccomp *ret;
	struct arena *scratch;
	const struct effective_thread *first; /* the first thread of the first process, where its filters are proven to be the
					       * descendants'; else NULL */
	struct seccomp_known *inherited;      /* what those have, once one was read */
	unsigned flags;                       /* of a request that was refused for the sake of the thread's system call */
	unsigned dumps, stuck;
};

static const char *who(const struct looking *looking, const struct effective_thread *thread)
{
	return container_facts_who(looking->of->arena, thread->pid, thread->tid, thread->comm);
}

static void fail(struct looking *looking, enum fact_state state, const char *reason)
{
	if (looking->ret->state != FACT_PRESENT)
		return;
	looking->ret->state = state;
	looking->ret->reason = reason;
}

static void found(struct looking *looking, struct seccomp_known *known)
{
	vec_each(other, &looking->ret->stacks)
		if (*other == known)
			return;
	vec_push(looking->of->arena, &looking->ret->stacks, known);
}

/* ---- descent ------------------------------------------------------------------------------------- */

static int by_pid(const void *key, const void *item)
{
	pid_t pid = *(const pid_t *)key, other = ((const struct effective_process *)item)->all.pid;

	return pid < other ? -1 : pid > other;
}

static const struct effective_process *process_of(const struct looking *looking, pid_t pid)
{
	const struct effective_status *status = looking->status;

	if (!status->processes.count)
		return NULL;
	return bsearch(&pid, status->processes.items, status->processes.count, sizeof *status->processes.items, by_pid);
}

/* The header's proof holds for what this process started. */
static bool cannot_install(const struct looking *looking, const struct effective_thread *thread)
{
	const struct container_facts *of = looking->of;
	uint64_t home = of->containers->host[CONTAINERS_USER], sets = 0;

	for (int set = 0; set < EFFECTIVE_SET_COUNT; set++)
		sets |= thread->sets[set];
	return home && of->container->namespaces[CONTAINERS_USER] == home && !thread->no_new_privileges &&
	       !(sets & (UINT64_C(1) << CAP_SYS_ADMIN)) && thread->filters > 0;
}

static void find_first(struct looking *looking)
{
	vec_each(thread, &looking->status->threads)
		if (thread->pid == looking->of->container->init->pid && thread->tid == thread->pid &&
		    cannot_install(looking, thread))
			looking->first = thread;
}

static bool has_inherited(const struct looking *looking, const struct effective_thread *thread)
{
	const struct effective_thread *first = looking->first;
	pid_t pid = thread->pid;

	if (!first || thread->filters != first->filters)
		return false;
	for (int steps = 0; steps < DESCENT_MAX; steps++) {
		if (pid == first->pid)
			return true;
		const struct effective_process *process = process_of(looking, pid);

		if (!process)
			return false;
		pid = process->all.parent;
	}
	return false;
}

/* ---- one thread ---------------------------------------------------------------------------------- */

static enum broker_outcome dump(struct looking *looking, const struct effective_thread *thread, struct broker_seccomp *ret)
{
	const struct effective_process *process = process_of(looking, thread->pid);
	struct broker *broker = host_broker(looking->of->ctx->host);
	enum broker_outcome outcome = BROKER_GONE;
	unsigned flags = 0;

	for (int again = 0; process && again < ASKED_AGAIN_MAX; again++) {
		outcome = broker_seccomp_dump(broker, thread->pid, process->member->process->start_ticks, thread->tid, flags,
					      looking->scratch, ret);
		if (outcome != BROKER_WOULD_INTERRUPT)
			break;
		flags = looking->flags;
		if (flags)
			continue;
		if (looking->filters->naps == NAPS_MAX)
			break;
		looking->filters->naps++;
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	}
	return outcome;
}

static struct seccomp_known *known_of(struct looking *looking, const struct effective_thread *thread,
				      const struct broker_seccomp *dumped)
{
	struct seccomp_program *programs = ARENA_ARRAY(looking->scratch, struct seccomp_program, dumped->count);
	struct error err = {0};

	for (size_t i = 0; i < dumped->count; i++)
		programs[i] = (struct seccomp_program){dumped->filters[i].insns, dumped->filters[i].count};
	struct seccomp_known *known =
		seccomp_stacks_add(looking->filters->stacks, &(struct seccomp_stack){programs, dumped->count}, &err);

	if (!known)
		fail(looking, FACT_UNREADABLE,
		     arena_printf(looking->of->arena, "%s: %s", who(looking, thread),
				  text_safe(looking->of->arena, err.text, strlen(err.text))));
	return known;
}

/* NULL with *ret_outcome other than BROKER_OK: not known, or, with BROKER_GONE, no more there. */
static struct seccomp_known *read_thread(struct looking *looking, const struct effective_thread *thread,
					 enum broker_outcome *ret_outcome)
{
	struct broker_seccomp dumped;

	*ret_outcome = BROKER_OK;
	if (thread->seccomp == 1)
		return seccomp_stacks_strict(looking->filters->stacks);
	looking->dumps++;
	*ret_outcome = dump(looking, thread, &dumped);
	switch (*ret_outcome) {
	case BROKER_OK:
		return known_of(looking, thread, &dumped);
	case BROKER_NO_FILTER: /* since it was counted the tid went to another */
	case BROKER_REUSED:
		*ret_outcome = BROKER_GONE;
		return NULL;
	case BROKER_FROZEN:
	case BROKER_TIMEOUT:
		looking->stuck++;
		return NULL;
	default:
		return NULL;
	}
}

static void not_known(struct looking *looking, const struct effective_thread *thread, enum broker_outcome outcome)
{
	fail(looking, outcome == BROKER_UNSUPPORTED ? FACT_UNSUPPORTED : FACT_UNREADABLE,
	     arena_printf(looking->of->arena, "%s: %s%s", who(looking, thread), broker_outcome_meaning(outcome),
			  outcome == BROKER_WOULD_INTERRUPT ? ", which --interrupt-waits allows" : ""));
}

/* ---- all threads --------------------------------------------------------------------------------- */

static bool may_ask(struct looking *looking, const struct effective_thread *thread)
{
	if (looking->stuck < STUCK_MAX && looking->dumps < CONTAINER_SECCOMP_DUMPS_MAX)
		return true;
	fail(looking, FACT_UNREADABLE,
	     arena_printf(looking->of->arena, "%s was not looked at: %s", who(looking, thread),
			  looking->stuck < STUCK_MAX ? "more threads than are stopped for this" : "others did not stop in time"));
	return false;
}

/* Any of those who inherited will do; the first that could not be read, with why, or NULL. */
static const struct effective_thread *ask_inherited(struct looking *looking, enum broker_outcome *ret_why)
{
	const struct effective_thread *failed = NULL;
	enum broker_outcome outcome;

	vec_each(thread, &looking->status->threads) {
		if (looking->inherited || !has_inherited(looking, thread) || !may_ask(looking, failed ? failed : thread))
			continue;
		looking->inherited = read_thread(looking, thread, &outcome);
		if (!looking->inherited && outcome != BROKER_GONE && !failed) {
			failed = thread;
			*ret_why = outcome;
		}
	}
	return failed;
}

/* Nobody is interrupted while another can tell. */
static void read_inherited(struct looking *looking)
{
	const struct effective_thread *failed = NULL;
	unsigned flags = looking->flags;
	enum broker_outcome why;

	if (!looking->first)
		return;
	looking->flags = 0;
	failed = ask_inherited(looking, &why);
	looking->flags = flags;
	if (!looking->inherited && failed && flags)
		failed = ask_inherited(looking, &why);
	if (looking->inherited)
		found(looking, looking->inherited);
	else if (failed)
		not_known(looking, failed, why);
}

static void read_others(struct looking *looking)
{
	enum broker_outcome outcome;

	vec_each(thread, &looking->status->threads) {
		if (looking->ret->state != FACT_PRESENT)
			return;
		if (has_inherited(looking, thread))
			continue;
		if (!may_ask(looking, thread))
			return;
		struct seccomp_known *known = read_thread(looking, thread, &outcome);

		if (known)
			found(looking, known);
		else if (outcome != BROKER_GONE)
			not_known(looking, thread, outcome);
	}
}

/* Whoever has no filter decides for all. */
static bool someone_is_free(struct looking *looking)
{
	vec_each(thread, &looking->status->threads) {
		if (thread->seccomp != 0)
			continue;
		found(looking, seccomp_stacks_none(looking->filters->stacks));
		vec_push(looking->of->arena, &looking->ret->notes,
			 arena_printf(looking->of->arena, "%s has no filter", who(looking, thread)));
		return true;
	}
	return false;
}

static int by_hash(const void *a, const void *b)
{
	const struct seccomp_known *const *one = a, *const *other = b;

	return strcmp((*one)->name, (*other)->name);
}

static void finish(struct looking *looking)
{
	struct container_seccomp *ret = looking->ret;

	if (ret->state != FACT_PRESENT)
		return;
	if (ret->stacks.count == 0) {
		fail(looking, FACT_UNREADABLE, "its processes ended while they were read");
		return;
	}
	qsort(ret->stacks.items, ret->stacks.count, sizeof *ret->stacks.items, by_hash);
	ret->key = "";
	vec_each(known, &ret->stacks)
		ret->key = arena_printf(looking->of->arena, "%s %p", ret->key, (void *)*known);
	if (ret->stacks.count > 1)
		vec_push(looking->of->arena, &ret->notes,
			 arena_printf(looking->of->arena, "its threads have %zu different stacks of filters: what one lets pass counts",
				      ret->stacks.count));
}

static void look(struct looking *looking)
{
	const struct container_facts *of = looking->of;

	if (looking->status->modes == 0) {
		fail(looking, FACT_UNSUPPORTED, "this kernel has no seccomp");
		return;
	}
	if (someone_is_free(looking))
		return;
	if (of->ctx->request->no_seccomp_dump)
		fail(looking, FACT_UNREADABLE, "not looked at: filters are left alone as --no-seccomp-dump asks");
	else if (!host_is_live(of->ctx->host))
		fail(looking, FACT_UNSUPPORTED, "a copy of a host has no filters to read");
	if (looking->ret->state != FACT_PRESENT)
		return;
	find_first(looking);
	read_inherited(looking);
	read_others(looking);
}

struct container_seccomp container_seccomp_look(const struct container_facts *of)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct container_seccomp ret = {.state = FACT_PRESENT, .origin = ORIGIN};
	struct looking looking = {
		.of = of,
		.status = effective_status_of(of->ctx, of->container),
		.filters = probe_service(of->ctx, &filters_service),
		.flags = of->ctx->request->interrupt_waits ? BROKER_MAY_INTERRUPT : 0,
		.ret = &ret,
		.scratch = scratch,
	};

	if (looking.status->state == FACT_PRESENT)
		look(&looking);
	else
		ret = (struct container_seccomp){
			.state = looking.status->state, .origin = looking.status->origin, .reason = looking.status->reason};
	finish(&looking);
	return ret;
}
