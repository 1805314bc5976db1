/* The client's side of the broker: starting, asking, replacing. */
#include "host/broker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
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
	const unsigned char *bytes;
	size_t len;
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

/* 1: a packet; 0: not in time; -1: the conversation is over. `*ret_fd` stays -1 when no descriptor came with it. */
static int receive(struct broker *broker, uint64_t deadline_ns, int *ret_fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec part = {&broker->packet, sizeof broker->packet};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
				 .msg_controllen = sizeof control.bytes};
	struct pollfd ready = {.fd = broker->socket, .events = POLLIN};
	int got;

	do
		got = poll(&ready, 1, broker_left_ms(deadline_ns));
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return got;
	ssize_t len = recvmsg(broker->socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	struct cmsghdr *rights = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;

	if (rights && rights->cmsg_type == SCM_RIGHTS && rights->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(ret_fd, CMSG_DATA(rights), sizeof(int));
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
	if (await_hello(broker) < 0)
		give_up(broker);
	broker->sys = ETIMEDOUT;
	return BROKER_TIMEOUT;
}

static int send_request(struct broker *broker, const struct broker_request *request, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof fd)];
	} control = {0};
	struct iovec part = {(void *)(uintptr_t)request, sizeof *request};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

	if (fd >= 0) {
		message.msg_control = control.bytes;
		message.msg_controllen = sizeof control.bytes;
		struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof fd);
		memcpy(CMSG_DATA(rights), &fd, sizeof fd);
	}
	return sendmsg(broker->socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof *request ? 0 : -1;
}

/* What the parts of an answer are put together in. */
struct assembly {
	struct arena *arena;
	unsigned char *bytes;
	size_t used;
	size_t total;
};

/* False when the parts contradict each other. */
static bool add_part(struct assembly *assembly, const struct broker_header *header, const unsigned char *data)
{
	if (!assembly->bytes) {
		assembly->total = header->total;
		assembly->bytes = arena_alloc(assembly->arena, assembly->total + 1);
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
static bool changed_worker(struct broker *broker, int pidfd, const struct broker_request *request, int fd,
			   enum broker_outcome *ret)
{
	struct broker_hello hello;

	meet(broker, pidfd, &hello);
	*ret = hello.retired ? BROKER_FROZEN : BROKER_FAILED;
	return hello.taken == request->sequence || send_request(broker, request, fd) < 0;
}

static enum broker_outcome read_answer(struct broker *broker, const struct broker_request *request, int sent_fd,
				       struct assembly *assembly)
{
	const struct broker_header *header = &broker->packet.header;
	enum broker_outcome outcome;

	for (;;) {
		_cleanup_(close_fd) int fd = -1;
		int got = receive(broker, request->deadline_ns, &fd);

		if (got == 0)
			return replace_hung(broker);
		if (got < 0)
			break;
		if (is_hello(&broker->packet)) {
			if (changed_worker(broker, TAKE_FD(fd), request, sent_fd, &outcome))
				return outcome;
			*assembly = (struct assembly){.arena = assembly->arena};
			continue;
		}
		if (header->sequence != request->sequence)
			continue;
		if (!add_part(assembly, header, broker->packet.data))
			break;
		broker->sys = header->sys;
		if (assembly->used == assembly->total)
			return (enum broker_outcome)header->outcome;
	}
	give_up(broker);
	return BROKER_FAILED;
}

static enum broker_outcome ask(struct broker *broker, struct broker_request *request, int fd, struct arena *arena,
			       struct reply *ret)
{
	struct assembly assembly = {.arena = arena};

	if (!broker)
		return BROKER_NOT_PERMITTED;
	if (broker->dead)
		return BROKER_FAILED;
	request->magic = BROKER_MAGIC;
	request->sequence = ++broker->sequence;
	request->deadline_ns = broker_now_ns() + broker->deadline_ms * 1000000ull;
	broker->sys = 0;
	if (send_request(broker, request, fd) < 0) {
		broker->sys = errno;
		give_up(broker);
		return BROKER_FAILED;
	}
	enum broker_outcome outcome = read_answer(broker, request, fd, &assembly);

	ret->bytes = assembly.bytes;
	ret->len = assembly.used;
	return outcome;
}

enum broker_outcome broker_seccomp_dump(struct broker *broker, pid_t pid, uint64_t start, pid_t tid, unsigned flags,
					struct arena *arena, struct broker_seccomp *ret)
{
	struct broker_request request = {
		.kind = BROKER_ASK_SECCOMP, .pid = pid, .start = start, .tid = tid, .flags = flags};
	struct broker_seccomp_head head;
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &request, -1, arena, &reply);

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

enum broker_outcome broker_namespaces(struct broker *broker, pid_t pid, uint64_t start, struct broker_namespaces *ret)
{
	struct broker_request request = {.kind = BROKER_ASK_NAMESPACES, .pid = pid, .start = start};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &request, -1, arena, &reply);

	memset(ret, 0, sizeof *ret);
	if (outcome != BROKER_OK)
		return outcome;
	if (reply.len != sizeof *ret)
		return BROKER_FAILED;
	memcpy(ret, reply.bytes, sizeof *ret);
	return BROKER_OK;
}

enum broker_outcome broker_devices(struct broker *broker, int cgroup_fd, struct arena *arena, struct broker_devices *ret)
{
	struct broker_request request = {.kind = BROKER_ASK_DEVICES};
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &request, cgroup_fd, arena, &reply);
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
	struct broker_request request = {.kind = BROKER_ASK_ENVIRON, .pid = pid, .start = start};
	struct broker_environ_head head;
	struct reply reply;
	enum broker_outcome outcome = ask(broker, &request, -1, arena, &reply);

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
	if (broker->keeper_fd < 0 || await_hello(broker) < 0) {
		error_set(err, ERROR_SYSTEM, "the broker does not start");
		broker_stop(broker);
		return -1;
	}
	broker->dead = false;
	*ret = broker;
	return 0;
}

void broker_stop(struct broker *broker)
{
	if (!broker)
		return;
	struct pollfd end = {.fd = broker->keeper_fd, .events = POLLIN};
	siginfo_t info;

	shutdown(broker->socket, SHUT_RDWR); /* whoever may have inherited it */
	close(broker->socket);
	if (broker->keeper_fd >= 0) {
		if (poll(&end, 1, STOP_MS) <= 0)
			kill_by(broker->keeper_fd);
		waitid(P_PIDFD, (id_t)broker->keeper_fd, &info, WEXITED);
	}
	close_fd(&broker->keeper_fd);
	close_fd(&broker->worker_fd);
	free(broker);
}
