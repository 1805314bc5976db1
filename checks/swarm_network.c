#include "checks/swarm.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <net/if.h>

#include "checks/docker_values.h"
#include "host/host_process.h"

#define TCP_LISTEN  0x0A /* include/net/tcp_states.h */
#define UDP_UNBOUND 0x07 /* TCP_CLOSE: not connected, which is how UDP waits */
#define PORT_GOSSIP 7946 /* of libnetwork's agent; cannot be chosen */

/* ---- its sockets ----------------------------------------------------------------------------- */

struct table {
	const char *name; /* below /proc/PID/net */
	unsigned state;
};
static const struct table tables[] = {
	{"tcp", TCP_LISTEN}, {"tcp6", TCP_LISTEN}, {"udp", UDP_UNBOUND}, {"udp6", UDP_UNBOUND}};

/* An IP address: 32 bit words as the kernel prints them, in the machine's own byte order (net/ipv4/tcp_ipv4.c). */
static bool parse_words(const char *hex, int *ret_family, uint32_t ret[static 4])
{
	size_t count = strlen(hex) / 8;

	if ((count != 1 && count != 4) || hex[count * 8])
		return false;
	for (size_t i = 0; i < count; i++)
		if (sscanf(hex + i * 8, "%8" SCNx32, &ret[i]) != 1)
			return false;
	*ret_family = count == 1 ? AF_INET : AF_INET6;
	return true;
}

struct bound {
	const char *text; /* "tcp://0.0.0.0:2377" */
	unsigned port;
	uint64_t inode;
};

/* "   0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 …" (proc_pid_net(5)) */
static bool parse_line(struct arena *arena, const struct table *table, const char *line, struct bound *ret)
{
	char hex[33], address[INET6_ADDRSTRLEN];
	unsigned state;
	uint32_t words[4];
	int family;

	if (sscanf(line, " %*u: %32[0-9A-Fa-f]:%4x %*s %2x %*s %*s %*s %*u %*u %" SCNu64, hex, &ret->port, &state, &ret->inode) != 4 ||
	    state != table->state || !parse_words(hex, &family, words) || !inet_ntop(family, words, address, sizeof address))
		return false;
	ret->text = arena_printf(arena, family == AF_INET ? "%.3s://%s:%u" : "%.3s://[%s]:%u", table->name, address, ret->port);
	return true;
}

static bool is_held(const struct host_sockets *held, uint64_t inode)
{
	vec_each(one, held)
		if (*one == inode)
			return true;
	return false;
}

struct search {
	struct swarm *swarm;
	struct host_sockets held;
	unsigned manager_port;
	struct strings found;
};

static void search_table(struct search *search, const struct table *table, char *text)
{
	struct arena *arena = search->swarm->arena;
	struct bound bound;
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (parse_line(arena, table, line, &bound) &&
		    (bound.port == PORT_GOSSIP || (bound.port == search->manager_port && table->state == TCP_LISTEN)) &&
		    is_held(&search->held, bound.inode))
			strings_add_unique(arena, &search->found, bound.text);
}

static int search_tables(struct search *search, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const struct process *process = search->swarm->daemon->process;
	struct host_process named = {process->pid, process->start_ticks};
	const struct host *host = search->swarm->ctx->host;

	if (host_process_sockets(host, named, scratch, &search->held, err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
		const char *path = arena_printf(scratch, "/proc/%d/net/%s", (int)process->pid, tables[i].name);
		struct error why = {0};
		char *text;

		if (host_read(host, path, HOST_READ_LARGE, scratch, &text, NULL, &why) == 0)
			search_table(search, &tables[i], text);
		else if (why.code != ERROR_NOT_FOUND || !text_ends(path, "6")) { /* a kernel without IPv6 has no such table */
			*err = why;
			return -1;
		}
	}
	strings_sort(&search->found);
	return 0;
}

struct fact_side swarm_network_listeners(struct swarm *swarm)
{
	const char *origin = arena_printf(swarm->arena, "/proc/%d/net", (int)swarm->daemon->process->pid);
	struct fact_side listen = swarm_node_listen_address(swarm);
	struct search search = {.swarm = swarm};
	struct error err = {0};
	int64_t port;

	if (listen.state != FACT_PRESENT)
		return listen;
	const char *colon = strrchr(listen.value.string, ':');
	if (!colon || !text_to_int(colon + 1, 10, &port) || port < 1 || port > UINT16_MAX)
		return side_missing(FACT_UNREADABLE, listen.origin, "expected ADDRESS:PORT");
	search.manager_port = (unsigned)port;
	if (search_tables(&search, &err) < 0)
		return side_missing(FACT_UNREADABLE, origin, arena_strdup(swarm->arena, err.text));
	return side_present(value_strings(search.found), origin);
}

/* ---- its interfaces -------------------------------------------------------------------------- */

struct route {
	char name[IF_NAMESIZE];
	bool found;
	uint32_t mask;
};

/* The network that the address is in, the narrowest one: "eth0 0003A8C0 00000000 0001 0 0 0 00FFFFFF …". */
static void match_route(const char *line, uint32_t address, struct route *best)
{
	char name[IF_NAMESIZE];
	uint32_t destination, gateway, mask;

	if (sscanf(line, "%15s %8" SCNx32 " %8" SCNx32 " %*x %*d %*d %*d %8" SCNx32, name, &destination, &gateway, &mask) != 4 ||
	    gateway || !mask || (address & mask) != destination || (best->found && ntohl(mask) <= ntohl(best->mask)))
		return;
	memcpy(best->name, name, sizeof name);
	best->mask = mask;
	best->found = true;
}

/* "fe80…01 02 40 20 80 eth0": 32 digits, number, prefix, scope, flags, name (net/ipv6/addrconf.c). */
static void match_address(const char *line, const char *hex, struct route *best)
{
	char found[33], name[IF_NAMESIZE];

	if (sscanf(line, "%32s %*x %*x %*x %*x %15s", found, name) != 2 || strcmp(found, hex) != 0)
		return;
	memcpy(best->name, name, sizeof name);
	best->found = true;
}

/* The interface that an address of this host is on, in the daemon's network; NULL: nothing shows it. */
static const char *interface_of(const struct swarm *swarm, const char *address)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct route best = {0};
	struct in6_addr v6;
	struct in_addr v4;
	char hex[33] = "", *text, *save = NULL;
	bool is_v4 = inet_pton(AF_INET, address, &v4) == 1;

	if (!is_v4 && inet_pton(AF_INET6, address, &v6) != 1)
		return NULL;
	for (int i = 0; !is_v4 && i < 16; i++)
		sprintf(hex + i * 2, "%02x", v6.s6_addr[i]);
	const char *path = arena_printf(scratch, "/proc/%d/net/%s", (int)swarm->daemon->process->pid, is_v4 ? "route" : "if_inet6");
	if (host_read(swarm->ctx->host, path, HOST_READ_LARGE, scratch, &text, NULL, NULL) < 0)
		return NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (is_v4)
			match_route(line, v4.s_addr, &best);
		else
			match_address(line, hex, &best);
	return best.found ? text_safe(swarm->arena, best.name, strlen(best.name)) : NULL;
}

/* "10.0.0.1:2377", "[fd00::1]:2377" or the address alone, without port and brackets. */
static const char *address_alone(struct arena *arena, const char *text)
{
	struct in6_addr v6;
	const char *colon = strrchr(text, ':');

	if (text[0] == '[')
		return arena_strndup(arena, text + 1, strcspn(text + 1, "]"));
	return colon && inet_pton(AF_INET6, text, &v6) != 1 ? arena_strndup(arena, text, (size_t)(colon - text)) : text;
}

static const char *state_text(const struct swarm *swarm, const char *key)
{
	const char *text = docker_values_text(swarm->arena, json_object_get(swarm->state, key));

	return text && *text ? text : NULL;
}

/* The engine keeps addresses where interfaces were given (moby daemon/cluster/listen_addr.go). LocalAddr is where control traffic
 * leaves from, also behind a translated AdvertiseAddr. */
struct fact_side swarm_network_separate(struct swarm *swarm)
{
	const char *path = arena_printf(swarm->arena, "%s/docker-state.json", swarm->folder);
	const char *data = state_text(swarm, "DataPathAddr"), *control = state_text(swarm, "LocalAddr");
	struct fact_side side;

	if (!swarm->state)
		return side_missing(FACT_UNREADABLE, path, arena_strdup(swarm->arena, swarm->state_error.text));
	if (!control)
		control = state_text(swarm, "AdvertiseAddr");
	if (!data || !control) {
		side = side_present(value_bool(false), arena_printf(swarm->arena, "%s DataPathAddr", path));
		vec_push(swarm->arena, &side.notes, "no address of its own for container traffic");
		return side;
	}
	data = address_alone(swarm->arena, data);
	control = address_alone(swarm->arena, control);
	const char *data_on = interface_of(swarm, data), *control_on = interface_of(swarm, control);
	path = arena_printf(swarm->arena, "%s DataPathAddr, LocalAddr", path);
	if (strcmp(data, control) != 0 && (!data_on || !control_on))
		return side_missing(FACT_UNREADABLE, path,
				    arena_printf(swarm->arena, "no interface shows %s", data_on ? control : data));
	side = side_present(value_bool(strcmp(data, control) != 0 && strcmp(data_on, control_on) != 0), path);
	vec_push(swarm->arena, &side.notes,
		 arena_printf(swarm->arena, "containers %s (%s), control %s (%s)", data, data_on ? data_on : "?", control,
			      control_on ? control_on : "?"));
	return side;
}

/* ---- its networks ---------------------------------------------------------------------------- */

static struct record overlay_row(struct arena *arena, const json_t *network)
{
	const char *name = docker_values_text(arena, json_object_get(network, "Name"));
	struct record row = {0};

	record_set(arena, &row, "name", value_string(name ? name : ""));
	record_set(arena, &row, "ingress", value_bool(json_is_true(json_object_get(network, "Ingress"))));
	record_set(arena, &row, "attachable", value_bool(json_is_true(json_object_get(network, "Attachable"))));
	/* The driver asks whether the key is there, whatever it says (moby libnetwork/drivers/overlay). */
	record_set(arena, &row, "encrypted", value_bool(docker_values_at(network, "Options.encrypted") != NULL));
	return row;
}

struct fact_side swarm_network_overlays(struct swarm *swarm)
{
	static const char origin[] = "GET /networks";
	_cleanup_(docker_values_drop) json_t *list = NULL;
	const char *trouble = swarm_cluster_trouble(swarm);
	struct value rows = {.type = VALUE_RECORDS};
	struct error err = {0};
	const json_t *network;
	size_t i;

	if (trouble)
		return side_missing(FACT_UNREADABLE, origin, trouble);
	if (docker_get(swarm->ctx, swarm->daemon, "/networks", &list, &err) < 0)
		return side_missing(FACT_UNREADABLE, origin, arena_strdup(swarm->arena, err.text));
	if (!json_is_array(list))
		return side_missing(FACT_UNREADABLE, origin, "expected a list");
	json_array_foreach(list, i, network)
		if (text_eq(json_string_value(json_object_get(network, "Driver")), "overlay"))
			vec_push(swarm->arena, &rows.records, overlay_row(swarm->arena, network));
	struct fact_side side = side_present(rows, origin);
	if (!json_is_true(docker_values_at(swarm->info, "Swarm.ControlAvailable")))
		vec_push(swarm->arena, &side.notes, "a worker knows the networks that it runs tasks for");
	return side;
}
