/* The broker: the one small process that keeps privilege, and the only code that may ptrace(2), query bpf(2) or open
 * namespace links.
 *
 * broker_start forks it before any outside text is read; the caller may then give every capability away. The broker parses
 * nothing that others wrote but the kernel's own lines in /proc/PID/{stat,status,syscall,wchan}; what it returns is raw.
 *
 * Two processes, each single-threaded: a keeper that only forks and reaps, and a worker that serves. Both have the
 * permitted and bounding sets cut to CAP_SYS_PTRACE, CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH (files in /proc that belong to
 * the users of other processes), no_new_privs, are not dumpable, have a session of their own, hold no descriptor but their
 * socket (the worker also a folder descriptor of /proc), and die with their parent (PR_SET_PDEATHSIG, prctl(2)). Requests
 * are of one fixed size over a SOCK_SEQPACKET pair, answers are packets of at most BROKER_PACKET_DATA bytes behind a header.
 * Each request has a deadline; a worker that misses it is killed through its pidfd, whereupon the kernel detaches whatever it
 * traced (ptrace(2)), and the keeper puts another in its place, at most
 * BROKER_REPLACED_MAX times. After that every request is BROKER_FAILED.
 *
 * A process is named by a descriptor of its folder in procfs (the caller's own procfs: nothing else is looked into), or where the
 * kernel wants numbers by (pid, start): start is field 22 of /proc/PID/stat in clock ticks (proc(5)), compared before and
 * after. The pid is that of a thread group.
 *
 * Without pidfd_open(2) (an outer filter) it works too, but a worker that hangs is not replaced: that ends the broker.
 * A caller under seccomp needs sendmsg, recvmsg, poll, clock_gettime, close, fcntl, fstat, shutdown, pidfd_send_signal, wait4.
 * One request at a time: not for use from several threads. */
#ifndef HOST_BROKER_H
#define HOST_BROKER_H

#include <linux/bpf.h>
#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "host/links.h"

struct broker;

/* name, word, meaning. Only BROKER_OK fills a result; after anything else it is all zero. */
#define BROKER_OUTCOMES(X)                                                                         \
	X(OK, "ok", "answered")                                                                    \
	X(NO_FILTER, "none", "the thread has no seccomp filter")                                   \
	X(STRICT, "strict", "the thread is in seccomp's strict mode, which has no program")        \
	X(TRACED, "traced", "another process traces the thread")                                   \
	X(FROZEN, "frozen", "the thread did not stop in time: frozen, throttled or in vfork")      \
	X(WOULD_INTERRUPT, "would-interrupt",                                                      \
	  "the thread sits in a system call that a stop would end with EINTR")                     \
	X(GONE, "gone", "the process or thread does not exist, or ended meanwhile")                \
	X(REUSED, "reused", "the pid belongs to another process than the one named")               \
	X(NOT_PERMITTED, "not-permitted", "the kernel refuses, or there is no broker")             \
	X(UNDER_SECCOMP, "under-seccomp", "the broker is itself under seccomp and cannot look")    \
	X(UNSUPPORTED, "unsupported", "this kernel cannot tell")                                   \
	X(LIMIT, "limit", "more than the cap")                                                     \
	X(TIMEOUT, "timeout", "the broker did not answer in time")                                 \
	X(FAILED, "failed", "the broker or a system call failed")

enum broker_outcome {
#define BROKER_ENUM(name, word, meaning) BROKER_##name,
	BROKER_OUTCOMES(BROKER_ENUM)
#undef BROKER_ENUM
	BROKER_OUTCOME_COUNT,
};
const char *broker_outcome_word(enum broker_outcome outcome);
const char *broker_outcome_meaning(enum broker_outcome outcome);

#define BROKER_REPLACED_MAX 16        /* workers that hung, were killed or crashed */
#define BROKER_DEADLINE_MS 2000       /* a request, unless broker_start was told otherwise */
#define BROKER_STOP_MS 250            /* how long a thread may take to stop: over two periods (100 ms) of the CPU controller */
#define BROKER_PACKET_DATA 32768
#define BROKER_FILTERS_MAX 1024       /* of one thread; systemd stacks 17 */
#define BROKER_FILTER_INSNS_MAX 32768 /* of all filters of one thread: MAX_INSNS_PER_PATH, kernel/seccomp.c */
#define BROKER_PROGRAMS_MAX 64        /* effective on one cgroup; BPF_CGROUP_MAX_PROGS for each level, kernel/bpf/cgroup.c */
#define BROKER_PROGRAM_INSNS_MAX 4096 /* BPF_MAXINSNS; of one program */
#define BROKER_ENVIRON_MAX 131072

/* Start it. ERROR_SYSTEM when it cannot be started. It starts without privilege too, and then answers what the kernel lets it
 * see (of one's own processes), otherwise BROKER_NOT_PERMITTED. deadline_ms 0: BROKER_DEADLINE_MS. */
int broker_start(unsigned deadline_ms, struct broker **ret, struct error *err);
/* End it; waits at most a second, then kills. NULL is fine. */
void broker_stop(struct broker *broker);
static inline void broker_cleanup(struct broker **broker) { broker_stop(*broker); }

/* How often a worker was replaced, other than for a thread that did not stop. */
unsigned broker_replaced(const struct broker *broker);
/* errno behind the last outcome that was not BROKER_OK, or 0. */
int broker_errno(const struct broker *broker);

/* All requests: NULL for `broker` is BROKER_NOT_PERMITTED; results point into the arena. A request that hangs (memory of a
 * process that pages from its own FUSE, say) costs its deadline and one of the replacements: ask no more about a process
 * after BROKER_TIMEOUT. */

struct broker_filter {
	const struct sock_filter *insns;
	uint32_t count;
	bool log_known; /* PTRACE_SECCOMP_GET_METADATA answered */
	bool log;       /* SECCOMP_FILTER_FLAG_LOG */
};
struct broker_seccomp {
	const struct broker_filter *filters; /* oldest first, as the kernel counts them; all of them are in force */
	size_t count;                        /* at least 1 */
	uint64_t stop_ns;                    /* from the request to stop to the release, measured by the broker */
};
enum { BROKER_MAY_INTERRUPT = 1 }; /* dump even where it ends a system call with EINTR, or where that cannot be told */

/* The seccomp filters of one thread (tid 0: the leader). A thread without filters is not stopped. Others are stopped for
 * the dump (p50 about 30 µs) and let go as they were, a stopped one stopped.
 * Refused as BROKER_WOULD_INTERRUPT without touching it is a thread that waits in a call which a stop ends with EINTR (signal(7),
 * "Interruption of system calls and library functions by stop signals"): epoll_wait, epoll_pwait, epoll_pwait2, semop,
 * semtimedop, rt_sigtimedwait, recvmmsg, io_getevents, io_uring_enter, and calls on sockets with SO_RCVTIMEO or SO_SNDTIMEO.
 * On x86-64 the first six and io_getevents are dumped when they wait without a time limit: in the stop the result is set to
 * what poll(2) returns inside the kernel (ERESTARTNOHAND), so that the kernel begins the call again unless a handler is to run.
 * BROKER_NOT_PERMITTED is one whose /proc/PID/task/TID/syscall, which tells, cannot be read.
 * A thread that enters such a call between the look and the stop, some tens of microseconds later, begins it again in the
 * same way, with the whole of its time. (So does one that at the look was just awake inside such a call, for nothing: its wait
 * gets longer.) On other architectures it is interrupted. */
enum broker_outcome broker_seccomp_dump(struct broker *broker, pid_t pid, uint64_t start, pid_t tid, unsigned flags,
					struct arena *arena, struct broker_seccomp *ret);

/* The links of many processes in one request, which is what a scan of all of them can afford. Each is named by an O_PATH
 * descriptor of its folder: that is the same process for ever, an old one answers ENOENT or ESRCH. `wanted` has 1u << HOST_LINK_…
 * for each link; count is at most BROKER_MANY_MAX. BROKER_OK also where single links failed. BROKER_LIMIT: more descriptors are
 * on their way than the kernel takes (unix(7), ETOOMANYREFS). */
#define BROKER_MANY_MAX 64
enum broker_outcome broker_read_links(struct broker *broker, const int *folders, size_t count, unsigned wanted,
				      struct arena *arena, struct host_links *ret);

/* The root of a process as it sees it (proc_pid_root(5)): an O_PATH descriptor of a folder, which is the caller's. `folder` as
 * above. */
enum broker_outcome broker_root(struct broker *broker, int folder, int *ret_fd);

struct broker_program {
	uint32_t id;
	uint32_t count;
	const struct bpf_insn *insns; /* translated, as the kernel runs it */
};
struct broker_devices {
	const struct broker_program *programs; /* all of them must allow; NULL with count 0: no program, all is allowed */
	size_t count;
};
/* The BPF_CGROUP_DEVICE programs effective on a cgroup v2 folder (bpf(2) BPF_PROG_QUERY with BPF_F_QUERY_EFFECTIVE), its
 * ancestors' included. cgroup_fd: any descriptor of the folder, O_PATH will do; it stays the caller's, who resolved the path.
 * BROKER_UNSUPPORTED: no cgroup v2 folder, a kernel without CONFIG_CGROUP_BPF, or a JIT that blinds constants. */
enum broker_outcome broker_devices(struct broker *broker, int cgroup_fd, struct arena *arena, struct broker_devices *ret);

struct broker_environ {
	const char *bytes; /* NAME=VALUE, NUL, …; secrets: judge, keep no values */
	size_t len;
	bool cut; /* there is more than BROKER_ENVIRON_MAX */
};
/* The initial environment of a process, as /proc/PID/environ has it. */
enum broker_outcome broker_environ(struct broker *broker, pid_t pid, uint64_t start, struct arena *arena,
				   struct broker_environ *ret);

/* For tests and diagnosis: the processes themselves; 0 when they ended. */
pid_t broker_keeper_pid(const struct broker *broker);
pid_t broker_worker_pid(const struct broker *broker);

#endif
