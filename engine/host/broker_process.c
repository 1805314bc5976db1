/* The broker's hold on a process: /proc/PID kept open, the kernel's own lines read from it. */
#include "host/broker_private.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>

/* A status holds the supplementary groups, up to NGROUPS_MAX of them, before the lines that matter here. */
#define STATUS_MAX (1 << 20)
#define STAT_MAX 2048

enum broker_outcome broker_process_outcome(int sys)
{
	switch (sys) {
	case ESRCH:
	case ENOENT:
		return BROKER_GONE;
	case EPERM:
	case EACCES:
		return BROKER_NOT_PERMITTED;
	case ENOSYS:
	case EOPNOTSUPP:
		return BROKER_UNSUPPORTED;
	default:
		return BROKER_FAILED;
	}
}

ssize_t broker_process_read(int folder, const char *path, char *buffer, size_t size)
{
	_cleanup_(close_fd) int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t len = 0;

	if (fd < 0)
		return -1;
	while (len < size - 1) {
		ssize_t n = read(fd, buffer + len, size - 1 - len);

		if (n < 0)
			return -1;
		if (n == 0)
			break;
		len += (size_t)n;
	}
	buffer[len] = '\0';
	return (ssize_t)len;
}

/* Field 22; the name, field 2, may hold anything, and the last parenthesis ends it. */
static uint64_t start_time(const char *stat)
{
	const char *at = strrchr(stat, ')');

	for (unsigned i = 2; at && i < 22; i++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at && isdigit((unsigned char)*at) ? strtoull(at, NULL, 10) : 0;
}

static enum broker_outcome compare_start(int folder, uint64_t start, int *ret_sys)
{
	char stat[STAT_MAX];

	if (broker_process_read(folder, "stat", stat, sizeof stat) <= 0) {
		*ret_sys = errno;
		return broker_process_outcome(errno);
	}
	return start_time(stat) == start ? BROKER_OK : BROKER_REUSED;
}

enum broker_outcome broker_process_open(int proc, const struct broker_request *request, struct broker_process *ret, int *ret_sys)
{
	char name[16];

	snprintf(name, sizeof name, "%d", request->pid);
	ret->pid = request->pid;
	ret->start = request->start;
	ret->pidfd = (int)syscall(SYS_pidfd_open, request->pid, 0);
	ret->folder = openat(proc, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (ret->folder < 0) {
		*ret_sys = errno;
		return broker_process_outcome(errno);
	}
	return compare_start(ret->folder, ret->start, ret_sys);
}

enum broker_outcome broker_process_still(const struct broker_process *process)
{
	int sys;

	return compare_start(process->folder, process->start, &sys);
}

void broker_process_done(struct broker_process *process)
{
	close_fd(&process->folder);
	close_fd(&process->pidfd);
}

/* The name of the process stands first in status, and the kernel escapes a line end in it: a line's beginning is
 * the kernel's. */
static const char *line_value(const char *status, const char *key)
{
	const char *at = strstr(status, key);

	return at ? at + strlen(key) : NULL;
}

int broker_process_task_status(int folder, struct broker_task_status *ret)
{
	static char status[STATUS_MAX];
	const char *state, *tracer, *seccomp;

	if (broker_process_read(folder, "status", status, sizeof status) <= 0)
		return -1;
	state = line_value(status, "\nState:\t");
	tracer = line_value(status, "\nTracerPid:\t");
	seccomp = line_value(status, "\nSeccomp:\t");
	ret->state = '?';
	if (state)
		ret->state = *state;
	ret->tracer = tracer ? atoi(tracer) : 0;
	ret->seccomp = seccomp ? atoi(seccomp) : -1;
	return 0;
}
