#include "checks/own_network.h"
#include "model/probe.h"

#define CONF "/proc/sys/net/ipv4/conf"
#define FACT "host.interfaces"

static const struct field_decl fields[] = {
	{"name", VALUE_STRING, "name of the interface"},
	{"kind", VALUE_STRING, "loopback, hardware, bridge, or virtual: anything else"},
	{"bridge_port", VALUE_BOOL, "it belongs to a bridge: its packets reach IP by the bridge alone, and the rest is left out"},
	{"forwarding", VALUE_BOOL, "IPv4 packets that come in by it are passed on"},
	{"accept_redirects", VALUE_BOOL, "IPv4 redirects that come in by it change routes"},
	{"send_redirects", VALUE_BOOL, "it sends IPv4 redirects"},
	{"source_routes", VALUE_BOOL, "IPv4 packets that come in by it may state their own route"},
	{"route_localnet", VALUE_BOOL, "IPv4 packets of 127.0.0.0/8 may pass it"},
	{"rp_filter", VALUE_INT, "check of IPv4 source addresses: 0 none, 1 strict, 2 loose"},
	{"ipv6", VALUE_BOOL, "it speaks IPv6"},
	{"ipv6_redirects", VALUE_BOOL, "IPv6 redirects that come in by it change routes"},
	{"ipv6_source_routes", VALUE_BOOL, "IPv6 packets that come in by it may state their own route"},
	{"ipv6_router_advertisements", VALUE_BOOL, "routers that announce themselves on it are believed"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = FACT,
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "network interfaces, with what their own parameters and those for all come to",
		.source = "/proc/sys/net/ipv4/conf, /proc/sys/net/ipv6/conf (Documentation/networking/ip-sysctl); /sys/class/net",
		.fields = fields,
	},
	{0},
};

enum key {
	FORWARDING, REDIRECTS, SENT_REDIRECTS, SOURCE_ROUTE, LOCALNET, FILTER, OFF6, FORWARDING6, REDIRECTS6, SOURCE_ROUTE6, ROUTERS6, KEYS
};

static const struct {
	const char *family, *name;
} keys[KEYS] = {
	[FORWARDING] = {"ipv4", "forwarding"},
	[REDIRECTS] = {"ipv4", "accept_redirects"},
	[SENT_REDIRECTS] = {"ipv4", "send_redirects"},
	[SOURCE_ROUTE] = {"ipv4", "accept_source_route"},
	[LOCALNET] = {"ipv4", "route_localnet"},
	[FILTER] = {"ipv4", "rp_filter"},
	[OFF6] = {"ipv6", "disable_ipv6"},
	[FORWARDING6] = {"ipv6", "forwarding"},
	[REDIRECTS6] = {"ipv6", "accept_redirects"},
	[SOURCE_ROUTE6] = {"ipv6", "accept_source_route"},
	[ROUTERS6] = {"ipv6", "accept_ra"},
};

struct parameters {
	bool has[KEYS];
	int64_t value[KEYS];
};

struct reading {
	struct probe_context *ctx;
	struct arena *arena;
	struct parameters all;
	struct error err; /* the first that is not "no such file" */
};

/* A list with a hole would pass for a whole one: what is there and cannot be read spoils the reading. */
static void read_parameters(struct reading *reading, const char *interface, struct parameters *ret)
{
	*ret = (struct parameters){0};
	for (size_t i = 0; i < KEYS; i++) {
		const char *path = arena_printf(reading->arena, "/proc/sys/net/%s/conf/%s/%s", keys[i].family, interface, keys[i].name);
		struct error err = {0};
		char *text;

		if (host_read(reading->ctx->host, path, HOST_READ_SMALL, reading->arena, &text, NULL, &err) == 0) {
			text[strcspn(text, "\n")] = '\0';
			ret->has[i] = text_to_int(text, 10, &ret->value[i]);
			if (!ret->has[i])
				error_set(&err, ERROR_MALFORMED, "%s: not a number", path);
		}
		if (err.code && err.code != ERROR_NOT_FOUND && !reading->err.code)
			reading->err = err;
	}
}

static bool has_file(const struct reading *reading, const char *interface, const char *file)
{
	const char *path = arena_printf(reading->arena, "/sys/class/net/%s/%s", interface, file);
	struct stat st;

	return host_stat(reading->ctx->host, path, false, &st, NULL) == 0;
}

static const char *kind_of(const struct reading *reading, const char *interface)
{
	if (strcmp(interface, "lo") == 0)
		return "loopback";
	if (has_file(reading, interface, "bridge"))
		return "bridge";
	return has_file(reading, interface, "device") ? "hardware" : "virtual";
}

/* include/linux/inetdevice.h: IN_DEV_RX_REDIRECTS, IN_DEV_TX_REDIRECTS, IN_DEV_SOURCE_ROUTE, IN_DEV_ROUTE_LOCALNET,
 * IN_DEV_RPFILTER */
static void add_ipv4(const struct reading *reading, const struct parameters *own, struct record *row)
{
	const int64_t *all = reading->all.value, *its = own->value;
	bool on = its[FORWARDING] != 0;
	const struct {
		enum key key;
		const char *field;
		bool holds;
	} rows[] = {
		{FORWARDING, "forwarding", on},
		{REDIRECTS, "accept_redirects", on ? all[REDIRECTS] && its[REDIRECTS] : all[REDIRECTS] || its[REDIRECTS]},
		{SENT_REDIRECTS, "send_redirects", all[SENT_REDIRECTS] || its[SENT_REDIRECTS]},
		{SOURCE_ROUTE, "source_routes", all[SOURCE_ROUTE] && its[SOURCE_ROUTE]},
		{LOCALNET, "route_localnet", all[LOCALNET] || its[LOCALNET]},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (own->has[rows[i].key] && reading->all.has[rows[i].key])
			record_set(reading->arena, row, rows[i].field, value_bool(rows[i].holds));
	if (own->has[FILTER] && reading->all.has[FILTER])
		record_set(reading->arena, row, "rp_filter", value_int(all[FILTER] > its[FILTER] ? all[FILTER] : its[FILTER]));
}

/* Writing to all changes nothing of these but source routes, where the lower counts (net/ipv6/route.c rt6_do_redirect,
 * net/ipv6/exthdrs.c ipv6_rthdr_rcv, include/net/ipv6.h ipv6_accept_ra). */
static void add_ipv6(const struct reading *reading, const struct parameters *own, struct record *row)
{
	const int64_t *its = own->value;
	bool ipv6 = own->has[OFF6] && !its[OFF6], on = its[FORWARDING6] != 0;
	const struct {
		enum key key;
		const char *field;
		bool holds;
	} rows[] = {
		{REDIRECTS6, "ipv6_redirects", its[REDIRECTS6] && !on},
		{SOURCE_ROUTE6, "ipv6_source_routes", its[SOURCE_ROUTE6] > 0 && reading->all.value[SOURCE_ROUTE6] > 0},
		{ROUTERS6, "ipv6_router_advertisements", its[ROUTERS6] == 2 || (its[ROUTERS6] == 1 && !on)},
	};

	record_set(reading->arena, row, "ipv6", value_bool(ipv6));
	for (size_t i = 0; ipv6 && i < sizeof rows / sizeof *rows; i++)
		if (own->has[rows[i].key])
			record_set(reading->arena, row, rows[i].field, value_bool(rows[i].holds));
}

static void add_interface(struct reading *reading, const char *name, struct value *rows)
{
	bool port = has_file(reading, name, "brport");
	struct record row = {0};
	struct parameters own;

	record_set(reading->arena, &row, "name", value_string(text_safe(reading->arena, name, strlen(name))));
	record_set(reading->arena, &row, "kind", value_string(kind_of(reading, name)));
	record_set(reading->arena, &row, "bridge_port", value_bool(port));
	if (!port) {
		read_parameters(reading, name, &own);
		if (!own.has[FORWARDING])
			return; /* gone since the list was read */
		add_ipv4(reading, &own, &row);
		add_ipv6(reading, &own, &row);
	}
	vec_push(reading->arena, &rows->records, row);
}

static struct fact_side no_conf(struct probe_context *ctx, const struct error *err)
{
	struct stat st;

	if (err->code != ERROR_NOT_FOUND)
		return side_from_error(facts_arena(ctx->facts), err, CONF);
	if (!host_is_live(ctx->host))
		return side_missing(FACT_UNSUPPORTED, CONF, "a tree at rest has no running kernel");
	if (host_stat(ctx->host, "/proc/sys/net", true, &st, NULL) == 0)
		return side_missing(FACT_UNSUPPORTED, CONF, "this kernel speaks no IPv4");
	return side_missing(FACT_UNREADABLE, CONF, "/proc/sys is not there: is procfs mounted?");
}

static struct fact_side interfaces_side(struct probe_context *ctx)
{
	struct reading reading = {.ctx = ctx, .arena = facts_arena(ctx->facts)};
	struct value rows = {.type = VALUE_RECORDS};
	struct strings names = {0};
	struct error err = {0};

	if (host_list(ctx->host, CONF, reading.arena, &names, &err) < 0)
		return no_conf(ctx, &err);
	read_parameters(&reading, "all", &reading.all);
	vec_each(name, &names)
		if (strcmp(*name, "all") != 0 && strcmp(*name, "default") != 0)
			add_interface(&reading, *name, &rows);
	if (reading.err.code) {
		struct fact_side side = side_from_error(reading.arena, &reading.err, CONF);

		side.state = FACT_UNREADABLE;
		return side;
	}
	return side_present(rows, CONF);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct fact_side side = interfaces_side(ctx);

	own_network_note(ctx, &side);
	probe_put(ctx, facts_host(ctx->facts), FACT, NULL, SIDE_PLAIN, side);
	return 0;
}

const struct probe probe_interfaces = {
	.name = "interfaces",
	.about = "network interfaces and what they let pass",
	.facts = declarations,
	.collect = collect,
};
