#include "checks/dockerd_sockets.h"

#include "checks/listeners.h"

#define PORT_PLAIN   2375
#define PORT_TLS     2376
#define PORT_SWARM   2377
#define PORT_GOSSIP  7946

/* The hosts a daemon was told, taken apart. */
struct hosts {
	struct strings paths;
	VEC(unsigned) ports;
	bool open; /* fd:// or not all known: other sockets may be the API's too */
	bool activated;
};

/* ---- which of them are the API --------------------------------------------------------------- */

static const char *absolute(struct arena *arena, const struct dockerd_sockets_query *query,
			    const char *path)
{
	if (path[0] == '/' || path[0] == '@' || !query->cwd)
		return path;
	return arena_printf(arena, "%s/%s", query->cwd, path);
}

static void add_tcp(struct arena *arena, struct hosts *hosts, const char *address)
{
	const char *colon = strrchr(address, ':');
	int64_t port;

	if (colon && text_to_int(colon + 1, 10, &port) && port > 0 && port <= UINT16_MAX) {
		vec_push(arena, &hosts->ports, (unsigned)port);
		return;
	}
	vec_push(arena, &hosts->ports, PORT_PLAIN);
	vec_push(arena, &hosts->ports, PORT_TLS);
}

/* As the daemon's own parser takes them (moby opts/hosts.go): no scheme is tcp, nothing is the
 * default. */
static void add_host(struct arena *arena, struct hosts *hosts, const char *host,
		     const char *default_socket)
{
	if (text_starts(host, "fd://"))
		hosts->activated = hosts->open = true;
	else if (text_starts(host, "unix://"))
		vec_push(arena, &hosts->paths, host[7] ? host + 7 : default_socket);
	else if (text_starts(host, "tcp://"))
		add_tcp(arena, hosts, host + 6);
	else
		add_tcp(arena, hosts, host);
}

/* Without any host a daemon listens on its default socket, or with TLS asked for on its default TLS
 * port. */
static struct hosts parse_hosts(struct arena *arena, const struct dockerd_sockets_query *query)
{
	struct hosts hosts = {.open = !query->hosts_known};

	vec_each(host, &query->hosts)
		add_host(arena, &hosts, *host, query->default_socket);
	if (query->hosts.count == 0) {
		vec_push(arena, &hosts.paths, query->default_socket);
		vec_push(arena, &hosts.ports, PORT_TLS);
	}
	return hosts;
}

/* /var/run is a link to /run almost everywhere; either may be written. */
static const char *without_var(const char *path)
{
	return text_starts(path, "/var/run/") ? path + 4 : path;
}

static bool is_below(const char *path, const char *folder)
{
	const char *rest = without_var(path), *prefix = without_var(folder);
	size_t len = strlen(prefix);

	return text_starts(rest, prefix) && rest[len] == '/';
}

static bool same_path(const char *a, const char *b)
{
	return strcmp(without_var(a), without_var(b)) == 0;
}

static bool unix_is_api(const struct listener *one, const struct hosts *hosts,
			const struct dockerd_sockets_query *query)
{
	vec_each(path, &hosts->paths)
		if (same_path(*path, one->path))
			return true;
	return hosts->open && !(query->exec_root && is_below(one->path, query->exec_root));
}

/* ":9323" names every address. */
static bool is_other(const struct listener *one, const char *other)
{
	return text_eq(one->address, other) ||
	       (other[0] == ':' && text_ends(one->address, other)) ||
	       (text_starts(other, "0.0.0.0:") && text_ends(one->address, other + 7));
}

static bool tcp_is_api(const struct listener *one, const struct hosts *hosts,
		       const struct dockerd_sockets_query *query)
{
	vec_each(port, &hosts->ports)
		if (*port == one->port)
			return true;
	vec_each(other, &query->others)
		if (is_other(one, *other))
			return false;
	return hosts->open && one->port != PORT_SWARM && one->port != PORT_GOSSIP;
}

int dockerd_sockets_find(struct probe_context *ctx, const struct dockerd_sockets_query *query,
			 struct dockerd_sockets *ret, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct hosts hosts = parse_hosts(arena, query);
	struct dockerd_sockets found = {.activated = hosts.activated};
	struct listeners all = {0};

	if (listeners_find(ctx, query->process, &all, err) < 0)
		return -1;
	vec_each(one, &all) {
		if (!one->path && tcp_is_api(one, &hosts, query))
			strings_add_unique(arena, &found.listeners,
					   arena_printf(arena, "tcp://%s", one->address));
		if (!one->path || !unix_is_api(one, &hosts, query))
			continue;
		const char *path = absolute(arena, query, one->path);
		strings_add_unique(arena, &found.listeners, arena_printf(arena, "unix://%s", path));
		if (path[0] == '/')
			strings_add_unique(arena, &found.paths, path);
	}
	strings_sort(&found.listeners);
	strings_sort(&found.paths);
	*ret = found;
	return 0;
}
