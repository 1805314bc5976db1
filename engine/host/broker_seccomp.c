/* The live seccomp filters of a thread: seize, interrupt, read, detach (ptrace(2)). */
#include "host/broker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ptrace.h>
#include <signal.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* A ptrace request by number: glibc's sys/ptrace.h and linux/ptrace.h do not go together. */
static long trace(long request, pid_t tid, uintptr_t addr, void *data)
{
	return syscall(SYS_ptrace, request, (long)tid, addr, data);
}

#define INSNS_ROOM (BROKER_FILTER_INSNS_MAX + BPF_MAXINSNS) /* the kernel writes a whole program or nothing */

static struct {
	uint64_t stop_ns;
	uint32_t count;
	uint32_t insns;
	struct broker_filter_row rows[BROKER_FILTERS_MAX];
	struct sock_filter program[INSNS_ROOM];
} dump;

static void read_flags(pid_t tid, uint32_t index, struct broker_filter_row *row)
{
	struct seccomp_metadata metadata = {.filter_off = index};

	if (trace(PTRACE_SECCOMP_GET_METADATA, tid, sizeof metadata, &metadata) < 0)
		return;
	row->flags = metadata.flags;
	row->flags_known = 1;
}

/* The tracee is stopped, so this does nothing else. */
static enum broker_outcome read_filters(pid_t tid, int *ret_sys)
{
	for (dump.count = dump.insns = 0; dump.count < BROKER_FILTERS_MAX; dump.count++) {
		struct broker_filter_row *row = &dump.rows[dump.count];
		long count = trace(PTRACE_SECCOMP_GET_FILTER, tid, dump.count, dump.program + dump.insns);

		if (count < 0 && errno == ENOENT && dump.count > 0)
			return BROKER_OK;
		if (count < 0) {
			*ret_sys = errno;
			/* EINVAL without CONFIG_CHECKPOINT_RESTORE, EMEDIUMTYPE for a program whose source was not kept */
			return errno == EINVAL || errno == EMEDIUMTYPE || errno == EIO ? BROKER_UNSUPPORTED
										       : broker_process_outcome(errno);
		}
		if (count == 0 || count > BROKER_FILTER_INSNS_MAX - (long)dump.insns)
			return BROKER_LIMIT;
		*row = (struct broker_filter_row){.insns = (uint32_t)count};
		read_flags(tid, dump.count, row);
		dump.insns += (uint32_t)count;
	}
	return BROKER_LIMIT;
}

/* SIGCHLD is blocked in the worker and stays pending, so nothing is missed between the two calls.
 * 1: stopped, 0: not in time, -1: it is no more. */
static int wait_for_stop(pid_t tid, uint64_t deadline_ns, int *ret_status)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(tid, ret_status, __WALL | WNOHANG);

		if (got == tid)
			return WIFSTOPPED(*ret_status) ? 1 : -1;
		if (got < 0 && errno != EINTR)
			return -1;
		uint64_t now = broker_now_ns();

		if (now >= deadline_ns)
			return 0;
		struct timespec left = {(time_t)((deadline_ns - now) / 1000000000u), (long)((deadline_ns - now) % 1000000000u)};
		sigtimedwait(&child, NULL, &left);
	}
}

/* A stop by a signal that arrived first must hand that signal on; every other stop has an event. */
static int signal_to_deliver(int status)
{
	return status >> 16 ? 0 : WSTOPSIG(status);
}

static enum broker_outcome stop_and_read(const struct broker_process *process, pid_t tid, bool is_new, uint64_t deadline_ns,
					 int *ret_sys)
{
	uint64_t begin = broker_now_ns();
	uint64_t limit = begin + BROKER_STOP_MS * 1000000u;
	enum broker_outcome outcome;
	int status;

	if (trace(PTRACE_INTERRUPT, tid, 0, NULL) < 0)
		return BROKER_GONE;
	switch (wait_for_stop(tid, limit < deadline_ns ? limit : deadline_ns, &status)) {
	case 0:
		return BROKER_FROZEN;
	case -1:
		return BROKER_GONE;
	}
	broker_interrupt_resume(process, tid, is_new); /* first: were the worker killed now, nothing would show */
	outcome = read_filters(tid, ret_sys);
	trace(PTRACE_DETACH, tid, 0, (void *)(intptr_t)signal_to_deliver(status)); /* fails only when it was killed */
	dump.stop_ns = broker_now_ns() - begin;
	return outcome;
}

/* Frozen by the freezer of cgroup v1, where no stop ends before the thaw: known without waiting for it. */
static bool is_frozen(int task)
{
	char function[32];

	return broker_process_read(task, "wchan", function, sizeof function) > 0 && strncmp(function, "__refrigerator", 14) == 0;
}

static enum broker_outcome judge_status(int task, int *ret_sys)
{
	struct broker_task_status status;

	if (broker_process_task_status(task, &status) < 0) {
		*ret_sys = errno;
		return broker_process_outcome(errno);
	}
	if (status.state == 'Z' || status.state == 'X')
		return BROKER_GONE;
	if (status.seccomp <= 0)
		return status.seccomp < 0 ? BROKER_UNSUPPORTED : BROKER_NO_FILTER;
	if (status.seccomp == 1)
		return BROKER_STRICT;
	if (status.tracer && status.tracer != getpid())
		return BROKER_TRACED;
	return status.state == 'D' && is_frozen(task) ? BROKER_FROZEN : BROKER_OK;
}

static enum broker_outcome seize(int task, pid_t tid, int *ret_sys)
{
	struct broker_task_status status;

	if (trace(PTRACE_SEIZE, tid, 0, NULL) < 0) {
		enum broker_outcome now;

		*ret_sys = errno;
		if (errno != EPERM)
			return broker_process_outcome(errno);
		now = judge_status(task, ret_sys);
		return now == BROKER_OK ? BROKER_NOT_PERMITTED : now;
	}
	/* The tid may have ended and come back since it was looked at: is the one in the held folder ours? A wrong one that is
	 * not stopped can be let go only by the end of the tracer. */
	if (broker_process_task_status(task, &status) < 0 || status.tracer != getpid())
		_exit(BROKER_RETIRED);
	return BROKER_OK;
}

/* Said before anything is touched. seccomp_get_filter refuses a caller under seccomp with the same EACCES as one without
 * CAP_SYS_ADMIN (kernel/seccomp.c); root is a link that only those may follow who may ptrace (proc(5)). */
static enum broker_outcome may_dump(const struct broker_process *process, int *ret_sys)
{
	cap_flag_value_t admin = CAP_CLEAR;
	cap_t now = cap_get_proc();
	char target[1];

	if (prctl(PR_GET_SECCOMP) != 0)
		return BROKER_UNDER_SECCOMP;
	if (now) {
		cap_get_flag(now, CAP_SYS_ADMIN, CAP_EFFECTIVE, &admin);
		cap_free(now);
	}
	if (admin != CAP_SET)
		return BROKER_NOT_PERMITTED;
	if (readlinkat(process->folder, "root", target, sizeof target) >= 0)
		return BROKER_OK;
	*ret_sys = errno;
	return broker_process_outcome(errno);
}

static enum broker_outcome examine(const struct broker_process *process, const struct broker_request *request, int task,
				   int *ret_sys)
{
	pid_t tid = request->tid ? request->tid : request->pid;
	enum broker_outcome outcome = judge_status(task, ret_sys), waits;

	if (outcome != BROKER_OK)
		return outcome;
	outcome = may_dump(process, ret_sys);
	if (outcome != BROKER_OK)
		return outcome;
	waits = broker_interrupt_judge(process, task, ret_sys);
	if (waits != BROKER_OK && !(request->flags & BROKER_MAY_INTERRUPT))
		return waits;
	outcome = seize(task, tid, ret_sys);
	if (outcome != BROKER_OK)
		return outcome;
	outcome = stop_and_read(process, tid, waits == BROKER_OK, request->deadline_ns, ret_sys);
	if (outcome == BROKER_FROZEN)
		_exit(BROKER_RETIRED);
	return outcome;
}

static void pack(struct broker_answer *answer)
{
	struct broker_seccomp_head head = {.stop_ns = dump.stop_ns, .count = dump.count};
	size_t rows = dump.count * sizeof *dump.rows, insns = dump.insns * sizeof *dump.program;

	memcpy(answer->bytes, &head, sizeof head);
	memcpy(answer->bytes + sizeof head, dump.rows, rows);
	memcpy(answer->bytes + sizeof head + rows, dump.program, insns);
	answer->len = (uint32_t)(sizeof head + rows + insns);
}

void broker_seccomp_serve(const struct broker_process *process, const struct broker_request *request, struct broker_answer *answer)
{
	char path[32];

	snprintf(path, sizeof path, "task/%d", request->tid ? request->tid : request->pid);
	_cleanup_(close_fd) int task = openat(process->folder, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (task < 0) {
		answer->sys = errno;
		answer->outcome = broker_process_outcome(errno);
		return;
	}
	answer->outcome = examine(process, request, task, &answer->sys);
	if (answer->outcome == BROKER_OK)
		pack(answer);
}
