/* The client's side of the broker: starting, asking, replacing. */
#include "host/broker_private.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define HELLO_MS 2000 /* for a new worker, which only has to be forked */
#define STOP_MS 1000

struct broker {
	int socket;
	int keeper_fd; /* pidfds */
	int worker_fd;
	pid_t keeper;
	pid_t worker;
	unsigned deadline_ms;
	unsigned replaced;
	uint64_t sequence;
	int sys;
	bool dead;
	struct broker_packet packet; /* the last that was received */
};

struct reply {
	unsigned char *bytes; /* one more than len, 0 */
	size_t len;
	int fd; /* of BROKER_ASK_ROOT, or -1; the caller's */
};

static const struct {
	const char *word, *meaning;
} outcomes[] = {
#define TEXT(name, word, meaning) {word, meaning},
	BROKER_OUTCOMES(TEXT)
#undef TEXT
};

const char *broker_outcome_word(enum broker_outcome outcome)
{
	return (unsigned)outcome < BROKER_OUTCOME_COUNT ? outcomes[outcome].word : "failed";
}

const char *broker_outcome_meaning(enum broker_outcome outcome)
{
	return (unsigned)outcome < BROKER_OUTCOME_COUNT ? outcomes[outcome].meaning : "unknown outcome";
}

unsigned broker_replaced(const struct broker *broker)
{
	return broker ? broker->replaced : 0;
}

int broker_errno(const struct broker *broker)
{
	return broker ? broker->sys : 0;
}

pid_t broker_keeper_pid(const struct broker *broker)
{
	return broker->keeper;
}

pid_t broker_worker_pid(const struct broker *broker)
{
	return broker->dead ? 0 : broker->worker;
}

static void kill_by(int pidfd)
{
	if (pidfd >= 0)
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

static void give_up(struct broker *broker)
{
	broker->dead = true;
	kill_by(broker->worker_fd);
	kill_by(broker->keeper_fd);
}

static bool is_whole(const struct broker_packet *packet, ssize_t len)
{
	return len >= (ssize_t)sizeof packet->header && packet->header.magic == BROKER_MAGIC &&
	       packet->header.len <= BROKER_PACKET_DATA && (size_t)len == sizeof packet->header + packet->header.len &&
	       packet->header.total <= BROKER_PAYLOAD_MAX && packet->header.outcome < BROKER_OUTCOME_COUNT;
}

/* 1: a packet; 0: not in time; -1: the conversation is over. `*ret_fd` stays -1 when not one descriptor came with it. */
static int receive(struct broker *broker, uint64_t deadline_ns, int *ret_fd)
{
	_cleanup_(broker_fds_close) struct broker_fds fds = {.count = 0};
	struct pollfd ready = {.fd = broker->socket, .events = POLLIN};
	int got;

	do
		got = poll(&ready, 1, broker_left_ms(deadline_ns));
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got;
	ssize_t len = broker_receive(broker->socket, &broker->packet, sizeof broker->packet, &fds, MSG_DONTWAIT);

	if (fds.count == 1) {
		*ret_fd = fds.fd[0];
		fds.count = 0;
	}
	return is_whole(&broker->packet, len) ? 1 : -1;
}

static void meet(struct broker *broker, int pidfd, struct broker_hello *ret)
{
	memcpy(ret, broker->packet.data, sizeof *ret);
	close_fd(&broker->worker_fd);
	broker->worker_fd = pidfd;
	broker->worker = ret->pid;
	broker->replaced = ret->replaced;
}

static bool is_hello(const struct broker_packet *packet)
{
	return packet->header.kind == BROKER_PACKET_HELLO && packet->header.len == sizeof(struct broker_hello);
}

/* Until a new worker speaks; what an old one still had to say is dropped. Since the keeper forks it after the old one is
 * reaped, nothing is traced by then. */
static int await_hello(struct broker *broker)
{
	uint64_t deadline_ns = broker_now_ns() + HELLO_MS * 1000000ull;
	struct broker_hello hello;

	for (;;) {
		_cleanup_(close_fd) int fd = -1;

		if (receive(broker, deadline_ns, &fd) <= 0)
			return -1;
		if (is_hello(&broker->packet)) {
			meet(broker, TAKE_FD(fd), &hello);
			return 0;
		}
	}
}

static enum broker_outcome replace_hung(struct broker *broker)
{
	kill_by(broker->worker_fd);
	if (broker->worker_fd < 0 || await_hello(broker) < 0)
		give_up(broker);
	broker->sys = ETIMEDOUT;
	return BROKER_TIMEOUT;
}

/* A request and what it carries. */
struct question {
	struct broker_request request;
	const int *fds;
	size_t count;
};

static int send_request(struct broker *broker, struct question *question)
{
	struct iovec part = {&question->request, sizeof question->request};

	return broker_send(broker->socket, &part, 1, question->fds, question->count, MSG_DONTWAIT);
}

/* What the parts of an answer are put together in. */
struct assembly {
	struct arena *arena;
	unsigned char *bytes;
	size_t used;
	size_t total;
	int fd; /* that came with it, or -1 */
};

static void assembly_done(struct assembly *assembly)
{
	close_fd(&assembly->fd);
}

/* False when the parts contradict each other. */
static bool add_part(struct assembly *assembly, const struct broker_header *header, const unsigned char *data)
{
	if (!assembly->bytes) {
		assembly->total = header->total;
		assembly->bytes = arena_alloc(assembly->arena, assembly->total + 1);
		assembly->bytes[assembly->total] = 0;
	}
	if (header->total != assembly->total || header->len > assembly->total - assembly->used ||
	    (header->len == 0 && assembly->total > 0))
		return false;
	memcpy(assembly->bytes + assembly->used, data, header->len);
	assembly->used += header->len;
	return true;
}

/* True when that ends the request too. A worker may be killed with a request in its hands that it has not noted, so it is sent
 * again; the server serves none twice. */
static bool changed_worker(struct broker *broker, int pidfd, struct question *question, enum broker_outcome *ret)
{
	struct broker_hello hello;

	meet(broker, pidfd, &hello);
	*ret = hello.retired ? BROKER_FROZEN : BROKER_FAILED;
	return hello.taken == question->request.sequence || send_request(broker, question) < 0;
}

static enum broker_outcome read_answer(struct broker *broker, struct question *question, struct assembly *assembly)
{
	const struct broker_header *header = &broker->packet.header;
	enum broker_outcome outcome;

	for (;;) {
		_cleanup_(close_fd) int fd = -1;
		int got = receive(broker, question->request.deadline_ns, &fd);

		if (got == 0)
			return replace_hung(broker);
		if (got < 0)
			break;
		if (is_hello(&broker->packet)) {
			if (changed_worker(broker, TAKE_FD(fd), question, &outcome))
				return outcome;
			assembly->bytes = NULL;
			assembly->used = 0;
			continue;
		}
		if (header->sequence != question->request.sequence)
			continue;
		if (!add_part(assembly, header, broker->packet.data))
			break;
		if (fd >= 0) {
			close_fd(&assembly->fd);
			assembly->fd = TAKE_FD(fd);
		}
		broker->sys = header->sys;
		if (assembly->used == assembly->total)
			return (enum broker_outcome)header->outcome;
	}
	give_up(broker);
	return BROKER_FAILED;
}

static enum broker_outcome ask(struct broker *broker, struct question *question, struct arena *arena, struct reply *ret)
{
	_cleanup_(assembly_done) struct assembly assembly = {.arena = arena, .fd = -1};
	struct broker_request *request = &question->request;

	if (!broker)
		return BROKER_NOT_PERMITTED;
	if (broker->dead)
		return BROKER_FAILED;
	request->magic = BROKER_MAGIC;
	request->sequence = ++broker->sequence;
	request->deadline_ns = broker_now_ns() + broker->deadline_ms * 1000000ull;
	request->count = (uint32_t)question->count;
	broker->sys = 0;
	if (send_request(broker, question) < 0) {
		broker->sys = errno;
		if (errno == ETOOMANYREFS)
			return BROKER_LIMIT;
		give_up(broker);
		return BROKER_FAILED;
	}
	enum broker_outcome outcome = read_answer(broker, question, &assembly);

	ret->bytes = assembly.bytes;
	ret->len = assembly.used;
	if (request->kind == BROKER_ASK_ROOT)
		ret->fd = TAKE_FD(assembly.fd);
	return outcome;
}

enum broker_outcome broker_seccomp_dump(struct broker *broker, pid_t pid, uint64_t start, pid_t tid, unsigned flags,
					struct arena *arena, struct broker_seccomp *ret)
{
	struct question question = {
		.request = {.kind = BROKER_ASK_SECCOMP, .pid = pid, .start = start, .tid = tid, .flags = flags}};
	struct broker_seccomp_head head;
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &question, arena, &reply);

	*ret = (struct broker_seccomp){0};
	if (outcome != BROKER_OK)
		return outcome;
	if (reply.len < sizeof head)
		return BROKER_FAILED;
	memcpy(&head, reply.bytes, sizeof head);
	const struct broker_filter_row *rows = (const void *)(reply.bytes + sizeof head);
	size_t at = sizeof head + (size_t)head.count * sizeof *rows;

	if (head.count == 0 || head.count > BROKER_FILTERS_MAX || at > reply.len)
		return BROKER_FAILED;
	struct broker_filter *filters = ARENA_ARRAY(arena, struct broker_filter, head.count);

	for (uint32_t i = 0; i < head.count; i++) {
		if (rows[i].insns > (reply.len - at) / sizeof(struct sock_filter))
			return BROKER_FAILED;
		filters[i] = (struct broker_filter){
			.insns = (const void *)(reply.bytes + at),
			.count = rows[i].insns,
			.log_known = rows[i].flags_known,
			.log = rows[i].flags & 2, /* SECCOMP_FILTER_FLAG_LOG (linux/seccomp.h) */
		};
		at += rows[i].insns * sizeof(struct sock_filter);
	}
	*ret = (struct broker_seccomp){.filters = filters, .count = head.count, .stop_ns = head.stop_ns};
	return BROKER_OK;
}

/* One row, checked; where the next one begins, or 0. */
static size_t read_row(struct reply *reply, size_t at, const char **ret_text, int *ret_sys)
{
	struct broker_link_row row;

	if (at > reply->len || reply->len - at < sizeof row)
		return 0;
	memcpy(&row, reply->bytes + at, sizeof row);
	at += sizeof row;
	if (BROKER_LINK_PADDED(row.len) > reply->len - at || row.sys < 0)
		return 0;
	reply->bytes[at + row.len] = 0;
	*ret_sys = row.sys;
	if (!row.sys)
		*ret_text = (const char *)reply->bytes + at;
	return at + BROKER_LINK_PADDED(row.len);
}

static enum broker_outcome read_rows(struct reply *reply, size_t count, unsigned wanted, struct host_links *ret)
{
	size_t at = 0;

	for (size_t i = 0; i < count * HOST_LINK_COUNT; i++) {
		struct host_links *texts = &ret[i / HOST_LINK_COUNT];
		size_t link = i % HOST_LINK_COUNT;

		if (wanted & 1u << link && !(at = read_row(reply, at, &texts->text[link], &texts->sys[link])))
			return BROKER_FAILED;
	}
	return at == reply->len ? BROKER_OK : BROKER_FAILED;
}

enum broker_outcome broker_read_links(struct broker *broker, const int *folders, size_t count, unsigned wanted,
				      struct arena *arena, struct host_links *ret)
{
	struct question question = {.request = {.kind = BROKER_ASK_LINKS, .flags = wanted}, .fds = folders, .count = count};
	struct reply reply;

	assert(count > 0 && count <= BROKER_MANY_MAX);
	memset(ret, 0, count * sizeof *ret);
	enum broker_outcome outcome = ask(broker, &question, arena, &reply);

	if (outcome == BROKER_OK)
		outcome = read_rows(&reply, count, wanted, ret);
	if (outcome != BROKER_OK)
		memset(ret, 0, count * sizeof *ret);
	return outcome;
}

static bool is_folder_path(int fd)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && (flags & O_PATH) && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

enum broker_outcome broker_root(struct broker *broker, int folder, int *ret_fd)
{
	struct question question = {.request = {.kind = BROKER_ASK_ROOT}, .fds = &folder, .count = 1};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct reply reply = {.fd = -1};
	enum broker_outcome outcome = ask(broker, &question, arena, &reply);
	_cleanup_(close_fd) int fd = reply.fd;

	if (outcome == BROKER_OK && (fd < 0 || !is_folder_path(fd)))
		outcome = BROKER_FAILED;
	if (outcome == BROKER_OK)
		*ret_fd = TAKE_FD(fd);
	return outcome;
}

enum broker_outcome broker_devices(struct broker *broker, int cgroup_fd, struct arena *arena, struct broker_devices *ret)
{
	struct question question = {.request = {.kind = BROKER_ASK_DEVICES}, .fds = &cgroup_fd, .count = cgroup_fd >= 0};
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &question, arena, &reply);
	uint32_t count;

	*ret = (struct broker_devices){0};
	if (outcome != BROKER_OK)
		return outcome;
	if (reply.len < 8)
		return BROKER_FAILED;
	memcpy(&count, reply.bytes, sizeof count);
	const struct broker_program_row *rows = (const void *)(reply.bytes + 8);
	size_t at = 8 + (size_t)count * sizeof *rows;

	if (count > BROKER_PROGRAMS_MAX || at > reply.len)
		return BROKER_FAILED;
	struct broker_program *programs = count ? ARENA_ARRAY(arena, struct broker_program, count) : NULL;

	for (uint32_t i = 0; i < count; i++) {
		if (rows[i].insns > (reply.len - at) / sizeof(struct bpf_insn))
			return BROKER_FAILED;
		programs[i] = (struct broker_program){rows[i].id, rows[i].insns, (const void *)(reply.bytes + at)};
		at += rows[i].insns * sizeof(struct bpf_insn);
	}
	*ret = (struct broker_devices){programs, count};
	return BROKER_OK;
}

enum broker_outcome broker_environ(struct broker *broker, pid_t pid, uint64_t start, struct arena *arena,
				   struct broker_environ *ret)
{
	struct question question = {.request = {.kind = BROKER_ASK_ENVIRON, .pid = pid, .start = start}};
	struct broker_environ_head head;
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &question, arena, &reply);

	*ret = (struct broker_environ){0};
	if (outcome != BROKER_OK)
		return outcome;
	if (reply.len < sizeof head)
		return BROKER_FAILED;
	memcpy(&head, reply.bytes, sizeof head);
	explicit_bzero(broker->packet.data, sizeof broker->packet.data);
	*ret = (struct broker_environ){(const char *)reply.bytes + sizeof head, reply.len - sizeof head, head.cut};
	return BROKER_OK;
}

int broker_start(unsigned deadline_ms, struct broker **ret, struct error *err)
{
	pid_t self = getpid();
	int ends[2];
	struct broker *broker = calloc(1, sizeof *broker);

	if (!broker)
		out_of_memory();
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
		free(broker);
		return error_sys(err, "cannot make a socket pair for the broker");
	}
	*broker = (struct broker){.socket = ends[0], .keeper_fd = -1, .worker_fd = -1, .dead = true,
				  .deadline_ms = deadline_ms ? deadline_ms : BROKER_DEADLINE_MS};
	broker->keeper = fork();
	if (broker->keeper == 0)
		broker_server_run(ends[1], self);
	if (broker->keeper > 0)
		broker->keeper_fd = (int)syscall(SYS_pidfd_open, broker->keeper, 0);
	close(ends[1]);
	if (broker->keeper < 0 || await_hello(broker) < 0) {
		error_set(err, ERROR_SYSTEM, "the broker does not start");
		broker_stop(broker);
		return -1;
	}
	broker->dead = false;
	*ret = broker;
	return 0;
}

/* Until the other side has closed its end, which its last process does by ending. */
static bool await_end(struct broker *broker)
{
	uint64_t deadline_ns = broker_now_ns() + STOP_MS * 1000000ull;
	struct pollfd end = {.fd = broker->socket, .events = POLLRDHUP};
	int got;

	shutdown(broker->socket, SHUT_WR);
	do
		got = poll(&end, 1, broker_left_ms(deadline_ns));
	while (got < 0 && errno == EINTR);
	return got > 0;
}

void broker_stop(struct broker *broker)
{
	if (!broker)
		return;
	bool ended = await_end(broker);

	if (!ended)
		kill_by(broker->keeper_fd);
	/* One that can be neither ended nor killed is left to the signal that comes with our own end. */
	if (broker->keeper > 0 && (ended || broker->keeper_fd >= 0))
		while (waitpid(broker->keeper, NULL, 0) < 0 && errno == EINTR)
			;
	close(broker->socket);
	close_fd(&broker->keeper_fd);
	close_fd(&broker->worker_fd);
	free(broker);
}
