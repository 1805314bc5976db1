#include "checks/listeners.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>

#include "host/host_process.h"

#define TCP_LISTEN   0x0A       /* include/net/tcp_states.h */
#define UNIX_ACCEPTS 0x00010000 /* __SO_ACCEPTCON, include/uapi/linux/net.h */
#define UNIX_STREAM  1

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

/* One line of a table. */
struct listed {
	struct listener what;
	bool held;
	bool twice; /* another line claims the same inode */
};
struct all VEC_BODY(struct listed);

/* "ffff…: 00000002 00000000 00010000 0001 01 22222 /run/docker.sock"; the path runs to the end of
 * the line. */
static void parse_unix(struct arena *arena, char *line, struct all *ret)
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
		struct listed found = {.what = {.inode = numbers[INODE], .path = text_safe(arena, at, strlen(at))}};

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
static void parse_tcp(struct arena *arena, char *line, struct all *ret)
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
	struct listed found = {.what = {.inode = inode, .port = (unsigned)port}};
	found.what.address = address_text(arena, words[LOCAL], found.what.port);
	if (found.what.address)
		vec_push(arena, ret, found);
}

typedef void parse_line(struct arena *arena, char *line, struct all *ret);

static int read_table(struct probe_context *ctx, pid_t pid, const char *name, parse_line *parse,
		      struct all *ret, struct error *err)
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

/* A kernel without IPv6 has no such table. */
static int read_tcp6(struct probe_context *ctx, pid_t pid, struct all *ret, struct error *err)
{
	struct error why = {0};

	if (read_table(ctx, pid, "tcp6", parse_tcp, ret, &why) < 0 && why.code != ERROR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	return 0;
}

static int read_listeners(struct probe_context *ctx, pid_t pid, struct all *ret,
			  struct error *err)
{
	if (read_table(ctx, pid, "unix", parse_unix, ret, err) < 0 ||
	    read_table(ctx, pid, "tcp", parse_tcp, ret, err) < 0)
		return -1;
	return read_tcp6(ctx, pid, ret, err);
}

/* False when the line "KEY: inuse 0 …" says that the namespace has none; what cannot be told may be there. */
static bool has_sockets(struct probe_context *ctx, pid_t pid, const char *name, const char *key)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *none = arena_printf(scratch, "%s: inuse 0", key);
	char *text, *save = NULL;

	if (host_read(ctx->host, arena_printf(scratch, "/proc/%d/net/%s", (int)pid, name), HOST_READ_SMALL, scratch, &text, NULL,
		      NULL) < 0)
		return true;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (text_starts(line, none) && strchr(" ", line[strlen(none)]))
			return false;
	return true;
}

int listeners_tcp(struct probe_context *ctx, pid_t pid, struct listeners *ret, struct error *err)
{
	struct listeners found = {0};
	struct all all = {0};

	if ((has_sockets(ctx, pid, "sockstat", "TCP") && read_table(ctx, pid, "tcp", parse_tcp, &all, err) < 0) ||
	    (has_sockets(ctx, pid, "sockstat6", "TCP6") && read_tcp6(ctx, pid, &all, err) < 0))
		return -1;
	vec_each(one, &all)
		vec_push(facts_arena(ctx->facts), &found, one->what);
	*ret = found;
	return 0;
}

static int by_inode(const void *a, const void *b)
{
	const struct listed *left = a, *right = b;

	return left->what.inode < right->what.inode ? -1 : left->what.inode > right->what.inode;
}

static void mark_held(struct all *all, uint64_t inode)
{
	struct listed key = {.what.inode = inode};
	struct listed *found =
		all->count ? bsearch(&key, all->items, all->count, sizeof key, by_inode) : NULL;

	if (found)
		found->held = true;
}

static int mark_all_held(struct probe_context *ctx, const struct process *process, struct all *all, struct error *err)
{
	struct arena *scratch _cleanup_(arena_cleanup) = arena_new();
	struct host_process named = {process->pid, process->start_ticks};
	struct host_sockets sockets;

	if (all->count)
		qsort(all->items, all->count, sizeof all->items[0], by_inode);
	for (size_t i = 1; i < all->count; i++)
		if (all->items[i].what.inode == all->items[i - 1].what.inode)
			all->items[i].twice = all->items[i - 1].twice = true;
	if (host_process_sockets(ctx->host, named, scratch, &sockets, err) < 0)
		return -1;
	vec_each(inode, &sockets)
		mark_held(all, *inode);
	vec_each(one, all)
		if (one->held && one->twice)
			return error_set(err, ERROR_MALFORMED,
					 "/proc/%d/net/unix lists the socket %" PRIu64 " twice",
					 (int)process->pid, one->what.inode);
	return 0;
}

int listeners_find(struct probe_context *ctx, const struct process *process, struct listeners *ret, struct error *err)
{
	struct listeners held = {0};
	struct all all = {0};

	if (read_listeners(ctx, process->pid, &all, err) < 0 || mark_all_held(ctx, process, &all, err) < 0)
		return -1;
	vec_each(one, &all)
		if (one->held)
			vec_push(facts_arena(ctx->facts), &held, one->what);
	*ret = held;
	return 0;
}
