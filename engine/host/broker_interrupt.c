/* Which waits a stop ends with EINTR, and whether a thread sits in one: signal(7), and for io_getevents and io_uring_enter
 * the kernel's own return of -EINTR (fs/aio.c, io_uring/io_uring.c). */
#include "host/broker_private.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

enum wait {
	WAIT_ENDS = 1,     /* always EINTR */
	WAIT_RECEIVE,      /* EINTR on a socket with SO_RCVTIMEO */
	WAIT_SEND,         /* EINTR on a socket with SO_SNDTIMEO */
};

static const struct {
	long number;
	enum wait wait;
} native[] = {
#ifdef SYS_epoll_wait
	{SYS_epoll_wait, WAIT_ENDS},
#endif
	{SYS_epoll_pwait, WAIT_ENDS}, {441 /* epoll_pwait2 */, WAIT_ENDS},
	{SYS_semop, WAIT_ENDS},       {SYS_semtimedop, WAIT_ENDS},
	{SYS_rt_sigtimedwait, WAIT_ENDS}, {SYS_recvmmsg, WAIT_ENDS},
	{SYS_io_getevents, WAIT_ENDS}, {SYS_io_uring_enter, WAIT_ENDS},
	{SYS_recvfrom, WAIT_RECEIVE}, {SYS_recvmsg, WAIT_RECEIVE},
	{SYS_accept, WAIT_RECEIVE},   {SYS_accept4, WAIT_RECEIVE},
	{SYS_read, WAIT_RECEIVE},     {SYS_readv, WAIT_RECEIVE},
	{SYS_sendto, WAIT_SEND},      {SYS_sendmsg, WAIT_SEND},
	{SYS_sendmmsg, WAIT_SEND},    {SYS_connect, WAIT_SEND},
	{SYS_write, WAIT_SEND},       {SYS_writev, WAIT_SEND},
};

/* Functions that such calls sleep in, by the beginning of their names: the compiler may add to them (.isra.0) or inline. */
static const char *const functions[] = {
	"ep_poll", "do_epoll_", "__do_sys_epoll", "__do_semtimedop", "do_semtimedop", "do_sigtimedwait",
	"read_events", "do_io_getevents", "io_cqring_wait", "__skb_wait_for_more_packets", "skb_wait_for",
	"unix_stream_", "unix_accept", "unix_wait_for_peer", "sk_wait_data", "sk_stream_wait", "inet_csk_accept",
	"inet_wait_for_connect", "__inet_stream_connect", "wait_woken", "sock_alloc_send_pskb", "do_recvmmsg",
};

/* The descriptor's own timeout is asked of a duplicate, and only of what is a socket: closing a duplicate of a file may call
 * into its file system (flush), of a socket not. */
static bool has_timeout(const struct broker_process *process, int number, enum wait wait)
{
	char path[32], target[16];
	struct timeval limit = {0};
	socklen_t size = sizeof limit;

	snprintf(path, sizeof path, "fd/%d", number);
	ssize_t len = readlinkat(process->folder, path, target, sizeof target);

	if (len < 0)
		return true;
	if (len < 8 || memcmp(target, "socket:[", 8) != 0)
		return false;
	_cleanup_(close_fd) int fd = (int)syscall(SYS_pidfd_getfd, process->pidfd, number, 0);

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, wait == WAIT_SEND ? SO_SNDTIMEO : SO_RCVTIMEO, &limit, &size) < 0)
		return true;
	return limit.tv_sec != 0 || limit.tv_usec != 0;
}

/* "NR A0 A1 A2 A3 A4 A5 SP PC", or "-1 SP PC" outside of a call, or "running" (proc(5)). */
static bool judge_syscall(const struct broker_process *process, const char *line)
{
	unsigned long long first, stack;
	long number;

	if (sscanf(line, "%ld %llx %*x %*x %*x %*x %*x %llx", &number, &first, &stack) != 3)
		return false;
	/* A stack below 4 GiB belongs to a 32-bit task, and x32 has a bit of its own: other numbers, not held here. */
	if (number >= 0x40000000 || stack < 0x100000000u)
		return true;
	for (size_t i = 0; i < sizeof native / sizeof *native; i++)
		if (native[i].number == number)
			return native[i].wait == WAIT_ENDS || has_timeout(process, (int)first, native[i].wait);
	return false;
}

static bool judge_function(const char *name, char state)
{
	if (strcmp(name, "0") == 0 || *name == '\0') /* it runs, or the kernel keeps no names */
		return state != 'R' && state != 'T';
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strncmp(name, functions[i], strlen(functions[i])) == 0)
			return true;
	return false;
}

bool broker_interrupt_would(const struct broker_process *process, int task)
{
	char line[256];
	struct broker_task_status status;

	if (broker_process_read(task, "syscall", line, sizeof line) > 0)
		return judge_syscall(process, line);
	if (broker_process_read(task, "wchan", line, sizeof line) < 0)
		return true;
	return judge_function(line, broker_process_task_status(task, &status) < 0 ? '?' : status.state);
}
