/* What of a process the kernel shows only to the privileged: asked from the broker where one was lent (host_lend_broker),
 * otherwise looked up in /proc with our own rights. A captured tree holds the same as files: /proc/PID/root is a folder, environ a
 * file, the others are links.
 *
 * A process is named by (pid, start), start being field 22 of /proc/PID/stat (proc_pid_stat(5)). Errors: ERROR_NOT_FOUND, it
 * has ended or the pid is another's; ERROR_DENIED, the rights do not suffice; others as the name says. */
#ifndef HOST_HOST_PROCESS_H
#define HOST_HOST_PROCESS_H

#include "host/host.h"
#include "host/links.h"

struct host_process {
	pid_t pid;
	uint64_t start;
};

/* The process that now has that pid. */
int host_process_find(const struct host *host, pid_t pid, struct host_process *ret, struct error *err);

/* Its folder as an O_PATH descriptor, the caller's: what is read by it is of this process or fails with ESRCH or ENOENT. */
int host_process_open(const struct host *host, struct host_process process, struct error *err);
/* The same for who has seen the folder before: an inode of procfs stays with its process (fs/proc/base.c, proc_pid_make_inode), so
 * where it still is the same the start, dearer to read, need not be compared. 0: not known. */
int host_process_open_again(const struct host *host, struct host_process process, ino_t folder, struct error *err);

/* What the links of many processes say; `wanted` has 1u << HOST_LINK_… for each. ret[i] is all NULL with sys set for a process
 * that cannot be opened or asked about. One question to the broker serves 64 processes. */
void host_process_links(const struct host *host, const struct host_process *list, size_t count, unsigned wanted,
			struct arena *arena, struct host_links *ret);
/* The same by descriptors of folders: of processes, of their threads (/proc/PID/task/TID). */
void host_process_links_at(const struct host *host, const int *folders, size_t count, unsigned wanted, struct arena *arena,
			   struct host_links *ret);
/* The error for a link that could not be read: "/proc/PID/ns/mnt: why". -1 always. */
int host_process_refused(pid_t pid, enum host_link link, int sys, struct error *err);
/* N of "mnt:[N]" or "socket:[N]"; 0: it says something else. */
uint64_t host_process_inode(const char *text, const char *kind);

/* One link of one process. */
int host_process_link(const struct host *host, struct host_process process, enum host_link link, struct arena *arena,
		      const char **ret, struct error *err);

/* The inodes of the sockets that it holds descriptors of (proc_pid_fd(5)). */
struct host_sockets VEC_BODY(uint64_t);
int host_process_sockets(const struct host *host, struct host_process process, struct arena *arena, struct host_sockets *ret,
			 struct error *err);

/* The root folder of the process, mounts of its namespace included, as a handle of its own: host_stat, host_list, host_read and the
 * like resolve inside it and cannot be led out by links. Close it with host_close. */
int host_process_root(const struct host *host, struct host_process process, struct host **ret, struct error *err);

/* NAME=VALUE, NUL, …: secrets. Judge, keep no values, and wipe with explicit_bzero(3). ERROR_LIMIT: longer than can be had. */
#define HOST_PROCESS_ENVIRON_MAX 131072
int host_process_environ(const struct host *host, struct host_process process, struct arena *arena, char **ret, size_t *ret_len,
			 struct error *err);

#endif
