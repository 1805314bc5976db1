#include "checks/dockerd_sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>

#include "host/host_process.h"

#define TCP_LISTEN   0x0A       /* include/net/tcp_states.h */
#define UNIX_ACCEPTS 0x00010000 /* __SO_ACCEPTCON, include/uapi/linux/net.h */
#define UNIX_STREAM  1
#define PORT_PLAIN   2375
#define PORT_TLS     2376
#define PORT_SWARM   2377
#define PORT_GOSSIP  7946

struct listener {
	uint64_t inode;
	const char *path;    /* unix; NULL for TCP */
	const char *address; /* TCP: "127.0.0.1:2375" */
	unsigned port;
	bool held;
	bool twice; /* another line claims the same inode */
};
struct listeners VEC_BODY(struct listener);

/* The hosts a daemon was told, taken apart. */
struct hosts {
	struct strings paths;
	VEC(unsigned) ports;
	bool open; /* fd:// or not all known: other sockets may be the API's too */
	bool activated;
};

/* ---- what the kernel lists ------------------------------------------------------------------- */

/* The next word as a number, and *at behind it and the blanks that follow. */
static bool take_number(char **at, int base, uint64_t *ret)
{
	char *end;

	*at += strspn(*at, " ");
	errno = 0;
	*ret = strtoull(*at, &end, base);
	if (errno || end == *at || **at == '-')
		return false;
	*at = end + strspn(end, " ");
	return true;
}

/* "ffff…: 00000002 00000000 00010000 0001 01 22222 /run/docker.sock"; the path runs to the end of
 * the line. */
static void parse_unix(struct arena *arena, char *line, struct listeners *ret)
{
	enum { REFERENCES, PROTOCOL, FLAGS, TYPE, STATE, INODE, COUNT };
	uint64_t numbers[COUNT];
	char *at = strchr(line, ':');

	if (!at)
		return;
	at++;
	for (int i = 0; i < COUNT; i++)
		if (!take_number(&at, i == INODE ? 10 : 16, &numbers[i]))
			return;
	if (*at && (numbers[FLAGS] & UNIX_ACCEPTS) && numbers[TYPE] == UNIX_STREAM) {
		struct listener found = {.inode = numbers[INODE],
					 .path = text_safe(arena, at, strlen(at))};

		vec_push(arena, ret, found);
	}
}

/* Addresses are hexadecimal words of 32 bits in the machine's own byte order, ports in readable
 * order (net/ipv4/tcp_ipv4.c). */
static const char *address_text(struct arena *arena, const char *hex, unsigned port)
{
	char text[INET6_ADDRSTRLEN];
	uint32_t words[4];
	size_t count = strlen(hex) / 8;

	if ((count != 1 && count != 4) || strspn(hex, "0123456789ABCDEFabcdef") != count * 8 ||
	    hex[count * 8])
		return NULL;
	for (size_t i = 0; i < count; i++) {
		char word[9] = {0};

		memcpy(word, hex + i * 8, 8);
		words[i] = (uint32_t)strtoul(word, NULL, 16);
	}
	if (!inet_ntop(count == 1 ? AF_INET : AF_INET6, words, text, sizeof text))
		return NULL;
	return arena_printf(arena, count == 1 ? "%s:%u" : "[%s]:%u", text, port);
}

/* "   0: 0100007F:0947 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 12345 1 …" */
static void parse_tcp(struct arena *arena, char *line, struct listeners *ret)
{
	enum { SLOT, LOCAL, REMOTE, STATE, QUEUES, TIMER, RETRIES, UID, TIMEOUT, INODE, COUNT };
	char *words[COUNT], *save = NULL;
	uint64_t state, port, inode;

	for (int i = 0; i < COUNT; i++) {
		words[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!words[i])
			return;
	}
	char *colon = strrchr(words[LOCAL], ':');
	if (!colon)
		return;
	*colon++ = '\0';
	if (!take_number(&words[STATE], 16, &state) || state != TCP_LISTEN ||
	    !take_number(&colon, 16, &port) || port > UINT16_MAX ||
	    !take_number(&words[INODE], 10, &inode))
		return;
	struct listener found = {.inode = inode, .port = (unsigned)port};
	found.address = address_text(arena, words[LOCAL], found.port);
	if (found.address)
		vec_push(arena, ret, found);
}

typedef void parse_line(struct arena *arena, char *line, struct listeners *ret);

static int read_table(struct probe_context *ctx, pid_t pid, const char *name, parse_line *parse,
		      struct listeners *ret, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char *path = arena_printf(arena, "/proc/%d/net/%s", (int)pid, name);
	char *text, *save = NULL;

	if (host_read(ctx->host, path, HOST_READ_LARGE, arena, &text, NULL, err) < 0)
		return -1;
	strtok_r(text, "\n", &save);
	for (char *line; (line = strtok_r(NULL, "\n", &save)) != NULL;)
		parse(arena, line, ret);
	return 0;
}

static int read_listeners(struct probe_context *ctx, pid_t pid, struct listeners *ret,
			  struct error *err)
{
	struct error why = {0};

	if (read_table(ctx, pid, "unix", parse_unix, ret, err) < 0 ||
	    read_table(ctx, pid, "tcp", parse_tcp, ret, err) < 0)
		return -1;
	/* A kernel without IPv6 has no such table. */
	if (read_table(ctx, pid, "tcp6", parse_tcp, ret, &why) < 0 && why.code != ERROR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	return 0;
}

static int by_inode(const void *a, const void *b)
{
	const struct listener *left = a, *right = b;

	return left->inode < right->inode ? -1 : left->inode > right->inode;
}

static void mark_held(struct listeners *all, uint64_t inode)
{
	struct listener key = {.inode = inode};
	struct listener *found =
		all->count ? bsearch(&key, all->items, all->count, sizeof key, by_inode) : NULL;

	if (found)
		found->held = true;
}

/* Keep those the process holds a descriptor of. */
static int keep_held(struct probe_context *ctx, const struct process *process, struct listeners *all, struct error *err)
{
	struct arena *scratch _cleanup_(arena_cleanup) = arena_new();
	struct host_process named = {process->pid, process->start_ticks};
	struct host_sockets sockets;

	if (all->count)
		qsort(all->items, all->count, sizeof all->items[0], by_inode);
	for (size_t i = 1; i < all->count; i++)
		if (all->items[i].inode == all->items[i - 1].inode)
			all->items[i].twice = all->items[i - 1].twice = true;
	if (host_process_sockets(ctx->host, named, scratch, &sockets, err) < 0)
		return -1;
	vec_each(inode, &sockets)
		mark_held(all, *inode);
	vec_each(one, all)
		if (one->held && one->twice)
			return error_set(err, ERROR_MALFORMED,
					 "/proc/%d/net/unix lists the socket %" PRIu64 " twice",
					 (int)process->pid, one->inode);
	return 0;
}

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

	if (read_listeners(ctx, query->process->pid, &all, err) < 0 ||
	    keep_held(ctx, query->process, &all, err) < 0)
		return -1;
	vec_each(one, &all) {
		if (!one->held)
			continue;
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
