/* Ports on which a container listens, published or not. */
#include "checks/container_facts.h"
#include "checks/listeners.h"
#include "host/host_process.h"

#define ORIGIN   "/proc/PID/net/tcp, tcp6"
#define ROWS_MAX 4096

static const struct field_decl listening_fields[] = {
	{"address", VALUE_STRING, "ADDRESS:PORT"},
	{"port", VALUE_INT, "port"},
	{0},
};

static const struct fact_decl facts[] = {
	{.name = "container.listening",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "addresses on which it listens for TCP connections, in its own network namespace",
	 .source = "/proc/PID/net/tcp, tcp6; /proc/PID/fd where others share that namespace",
	 .fields = listening_fields},
	{0},
};

/* The host, or another container. */
static bool shares_network(const struct container_facts *of)
{
	uint64_t network = of->container->namespaces[CONTAINERS_NETWORK];

	if (!network || network == of->containers->host[CONTAINERS_NETWORK])
		return true;
	vec_each(other, &of->containers->list)
		if (*other != of->container && (*other)->namespaces[CONTAINERS_NETWORK] == network)
			return true;
	return false;
}

/* -1: what some process holds could not be read. */
static int held_by_its_own(const struct container_facts *of, struct arena *scratch, struct host_sockets *ret, struct error *err)
{
	vec_each(member, &of->container->members) {
		struct host_process named = {member->process->pid, member->process->start_ticks};
		struct host_sockets sockets;
		struct error why = {0};

		if (host_process_sockets(of->ctx->host, named, scratch, &sockets, &why) == 0) {
			vec_each(inode, &sockets)
				vec_push(scratch, ret, *inode);
		} else if (why.code != ERROR_NOT_FOUND) {
			*err = why;
			return -1;
		}
	}
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

static bool holds(const struct host_sockets *sorted, uint64_t inode)
{
	return sorted->count && bsearch(&inode, sorted->items, sorted->count, sizeof inode, by_number);
}

/* Several sockets may listen on one address (SO_REUSEPORT). `own` NULL: all are the container's. */
static struct fact_side rows_side(const struct container_facts *of, const struct listeners *all, const struct host_sockets *own)
{
	struct fact_side side = side_present((struct value){.type = VALUE_RECORDS}, ORIGIN);
	struct strmap *seen = strmap_new(of->arena);

	vec_each(listener, all) {
		struct record row = {0};

		if ((own && !holds(own, listener->inode)) || strmap_get(seen, listener->address))
			continue;
		if (side.value.records.count >= ROWS_MAX)
			return side_missing(FACT_UNREADABLE, ORIGIN, "it listens on more addresses than are told");
		strmap_put(seen, listener->address, listener);
		record_set(of->arena, &row, "address", value_string(listener->address));
		record_set(of->arena, &row, "port", value_int(listener->port));
		vec_push(of->arena, &side.value.records, row);
	}
	return side;
}

static struct fact_side listening_side(const struct container_facts *of)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	bool shared = shares_network(of);
	struct host_sockets own = {0};
	struct listeners all;
	struct error err = {0};

	if (listeners_tcp(of->ctx, of->container->init->pid, &all, &err) < 0 ||
	    (shared && all.count && held_by_its_own(of, scratch, &own, &err) < 0))
		return side_missing(FACT_UNREADABLE, ORIGIN, text_safe(of->arena, err.text, strlen(err.text)));
	if (own.count)
		qsort(own.items, own.count, sizeof *own.items, by_number);
	return rows_side(of, &all, shared ? &own : NULL);
}

static const struct container_facts_row rows[] = {
	{"container.listening", SIDE_PLAIN, listening_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_listening = {
	.name = "listening",
	.about = "ports on which containers listen",
	.facts = facts,
	.after = after,
	.collect = collect,
};
