/* What the two sides of the broker share: packets and the server's parts. Nobody outside engine/host/broker*.c includes it. */
#ifndef HOST_BROKER_PRIVATE_H
#define HOST_BROKER_PRIVATE_H

#include <sys/uio.h>

#include "host/broker.h"

#define BROKER_MAGIC 0x706c6d62u
#define BROKER_RETIRED 81 /* exit status of a worker whose tracee did not stop: only its end lets that go (ptrace(2)) */

enum broker_request_kind {
	BROKER_ASK_SECCOMP,
	BROKER_ASK_DEVICES,
	BROKER_ASK_ENVIRON,
	BROKER_ASK_LINKS,
	BROKER_ASK_ROOT,
	BROKER_ASK_COUNT,
};

/* A request is exactly this, and `count` descriptors (SCM_RIGHTS): one for BROKER_ASK_DEVICES and _ROOT, up to BROKER_MANY_MAX
 * for BROKER_ASK_LINKS. The answer to BROKER_ASK_ROOT carries one too. */
struct broker_request {
	uint32_t magic;
	uint32_t kind;
	uint64_t sequence;    /* from 1 */
	uint64_t deadline_ns; /* CLOCK_MONOTONIC; a request that was left in the socket by a dead worker is dropped after it */
	uint64_t start;
	int32_t pid;
	int32_t tid;
	uint32_t flags; /* of BROKER_ASK_SECCOMP; of BROKER_ASK_LINKS which ones, a bit each */
	uint32_t count;
};

/* Descriptors that came with a message. */
struct broker_fds {
	int fd[BROKER_MANY_MAX];
	size_t count;
};
/* Sends descriptors along, if any. -1 with errno. */
int broker_send(int socket, struct iovec *parts, size_t part_count, const int *fds, size_t count, int flags);
/* What recvmsg(2) says; descriptors beyond the cap are closed. */
ssize_t broker_receive(int socket, void *buffer, size_t size, struct broker_fds *ret, int flags);
void broker_fds_close(struct broker_fds *fds);

enum broker_packet_kind {
	BROKER_PACKET_HELLO,  /* a new worker; carries its pidfd and struct broker_hello */
	BROKER_PACKET_ANSWER, /* part of an answer; the parts come in order */
};
struct broker_header {
	uint32_t magic;
	uint32_t kind;
	uint64_t sequence; /* of the request */
	uint32_t outcome;
	int32_t sys;
	uint32_t total; /* bytes of the whole answer */
	uint32_t len;   /* bytes in this packet */
};
struct broker_packet {
	struct broker_header header;
	_Alignas(8) unsigned char data[BROKER_PACKET_DATA];
};
struct broker_hello {
	uint64_t taken;    /* the last request that the worker before it took up; 0: none */
	int32_t pid;
	uint32_t replaced; /* how many workers ended before it otherwise than by retiring */
	uint32_t retired;  /* 1: the worker before it ended because a tracee did not stop */
	uint32_t padding;
};

/* Payloads, in the order of their parts. */
struct broker_seccomp_head {
	uint64_t stop_ns;
	uint32_t count;
	uint32_t padding;
	/* struct broker_filter_row rows[count]; struct sock_filter insns[sum of the rows] */
};
struct broker_filter_row {
	uint64_t flags;
	uint32_t insns;
	uint32_t flags_known;
};
struct broker_program_row {
	uint32_t id;
	uint32_t insns;
	/* a uint32_t count, a uint32_t of padding, the rows, then struct bpf_insn[sum of the rows] */
};
struct broker_environ_head {
	uint32_t cut;
	uint32_t padding;
	/* the bytes */
};
/* Of each descriptor each link that was asked for, in order: a row, its text, one to eight bytes of 0 up to a multiple of eight. */
struct broker_link_row {
	int32_t sys;
	uint32_t len;
};
#define BROKER_LINK_PADDED(len) (((size_t)(len) + 8) & ~(size_t)7)

#define BROKER_SECCOMP_MAX (sizeof(struct broker_seccomp_head) + BROKER_FILTERS_MAX * sizeof(struct broker_filter_row) +   \
			    BROKER_FILTER_INSNS_MAX * sizeof(struct sock_filter))
#define BROKER_DEVICES_MAX (8 + BROKER_PROGRAMS_MAX * (sizeof(struct broker_program_row) +                                 \
						       BROKER_PROGRAM_INSNS_MAX * sizeof(struct bpf_insn)))
#define BROKER_PAYLOAD_MAX BROKER_DEVICES_MAX
_Static_assert(BROKER_PAYLOAD_MAX >= BROKER_SECCOMP_MAX && BROKER_PAYLOAD_MAX > 8 + BROKER_ENVIRON_MAX, "largest answer");

static inline uint64_t broker_timespec_ns(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000u + (uint64_t)ts->tv_nsec;
}
uint64_t broker_now_ns(void); /* CLOCK_MONOTONIC */
/* Milliseconds until then, rounded up; 0 when past. */
int broker_left_ms(uint64_t deadline_ns);

/* --- the server's side; in the worker only ------------------------------------------------------------------------ */

/* Where an answer is put together; one, static, zero when a request begins. */
struct broker_answer {
	enum broker_outcome outcome;
	int sys;
	int fd; /* sent with it, then closed; -1: none */
	uint32_t len;
	_Alignas(8) unsigned char bytes[BROKER_PAYLOAD_MAX];
};

/* The keeper's whole life; never returns. `socket` is the server's end, `parent` who must be alive. */
_noreturn_ void broker_server_run(int socket, pid_t parent);

/* A process held: its folder, so that a pid used again is seen, and its pidfd. */
struct broker_process {
	int folder; /* O_PATH of /proc/PID */
	int pidfd;  /* -1 on kernels without */
	pid_t pid;
	uint64_t start;
};
#define BROKER_PROCESS_NONE {.folder = -1, .pidfd = -1}
enum broker_outcome broker_process_open(int proc, const struct broker_request *request, struct broker_process *ret, int *ret_sys);
/* BROKER_OK while it still is the one that was opened. */
enum broker_outcome broker_process_still(const struct broker_process *process);
void broker_process_done(struct broker_process *process);

/* A file of procfs, NUL-terminated; its length, or -1 with errno. */
ssize_t broker_process_read(int folder, const char *path, char *buffer, size_t size);
/* ESRCH and its kin are GONE, EPERM and EACCES NOT_PERMITTED. */
enum broker_outcome broker_process_outcome(int sys);

struct broker_task_status {
	char state;
	int tracer;  /* TracerPid */
	int seccomp; /* mode; -1: the kernel does not say */
};
int broker_process_task_status(int folder, struct broker_task_status *ret);

/* Would a stop end the system call of this thread? task: folder of /proc/PID/task/TID. BROKER_OK: no, by the kernel's word; a
 * wait with a time limit in which it is met later began after this look. BROKER_WOULD_INTERRUPT, or why it cannot be told. */
enum broker_outcome broker_interrupt_judge(const struct broker_process *process, int task, int *ret_sys);
/* In a stop: a wait without a time limit that it ended is begun again when the thread is let go; where `is_new` any wait
 * is, with the whole of its time. */
void broker_interrupt_resume(const struct broker_process *process, pid_t tid, bool is_new);
bool broker_interrupt_resumes(void); /* whether that can be done on this architecture */

void broker_seccomp_serve(const struct broker_process *process, const struct broker_request *request,
			 struct broker_answer *answer);
void broker_links_serve(const struct broker_request *request, const struct broker_fds *folders, struct broker_answer *answer);
void broker_links_root(int folder, struct broker_answer *answer);
void broker_environ_serve(const struct broker_process *process, const struct broker_request *request,
			 struct broker_answer *answer);
void broker_bpf_serve(int cgroup_fd, struct broker_answer *answer);

#endif
