/* What of a process the kernel shows only to the privileged: asked from the broker where one was lent (host_lend_broker),
 * otherwise looked up in /proc with our own rights. A captured tree holds the same as files: /proc/PID/root is a folder, environ a
 * file, exe and cwd are links.
 *
 * A process is named by (pid, start), start being field 22 of /proc/PID/stat (proc_pid_stat(5)). Errors: ERROR_NOT_FOUND, it
 * has ended or the pid is another's; ERROR_DENIED, the rights do not suffice; others as the name says. */
#ifndef HOST_HOST_PROCESS_H
#define HOST_HOST_PROCESS_H

#include "host/host.h"

struct host_process {
	pid_t pid;
	uint64_t start;
};

/* The root folder of the process, mounts of its namespace included, as a handle of its own: host_stat, host_list, host_read and the
 * like resolve inside it and cannot be led out by links. Close it with host_close. */
int host_process_root(const struct host *host, struct host_process process, struct host **ret, struct error *err);

/* What a link says, as read. */
enum host_process_link { HOST_PROCESS_EXE, HOST_PROCESS_CWD };
int host_process_link(const struct host *host, struct host_process process, enum host_process_link link, struct arena *arena,
		      char **ret, struct error *err);

/* NAME=VALUE, NUL, …: secrets. Judge, keep no values, and wipe with explicit_bzero(3). ERROR_LIMIT: longer than can be had. */
#define HOST_PROCESS_ENVIRON_MAX 131072
int host_process_environ(const struct host *host, struct host_process process, struct arena *arena, char **ret, size_t *ret_len,
			 struct error *err);

#endif
