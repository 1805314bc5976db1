/* The process table of the audited host, read once a run and shared (service). */
#ifndef CHECKS_PROCESSES_H
#define CHECKS_PROCESSES_H

#include "model/probe.h"

/* Longest command line kept, in bytes; one that is longer ends with the word "…". */
#define PROCESS_CMDLINE_MAX HOST_READ_SMALL

struct process {
	pid_t pid;
	const char *comm;   /* safe; at most 15 characters (proc_pid_stat(5)), any process may choose it */
	const char *exe;    /* safe; where /proc/PID/exe leads, without " (deleted)"; NULL when it cannot be read or a kernel thread */
	struct strings argv; /* safe words of /proc/PID/cmdline; empty for kernel threads */
	uid_t uid;          /* effective, from /proc/PID/status or the owner of /proc/PID; (uid_t)-1 when unreadable */
	uint64_t start_ticks; /* stat field 22: clock ticks after boot */
	ino_t folder;       /* inode of /proc/PID in procfs, for host_process_open_again; 0 in a copy */
	int64_t started_at; /* seconds since the epoch: btime of /proc/stat + ticks, rounded down; 0 when btime is not known */
	bool kernel_thread;
	bool zombie;        /* has ended with all its threads and waits for its parent (state Z or X, one thread): runs nothing any more */
	bool exe_denied;    /* exe exists but may not be read (EACCES, EPERM): not looking is not "another program" */
};

struct processes {
	VEC(struct process) list;   /* by pid */
	enum fact_state state;      /* PRESENT; UNSUPPORTED for a tree at rest without /proc; UNREADABLE: there may be others */
	const char *origin;
	const char *reason;
	size_t exe_denied;          /* how many */
};

/* probe_service(ctx, &processes_service) gives const struct processes *. A process that exits while it is read is left out. */
extern const struct service processes_service;

/* Value of an environment variable of a process, or NULL: only the named one is kept, safe. ret_denied (may be NULL) says that it
 * could not be read. */
const char *process_environment(struct probe_context *ctx, const struct process *process, const char *name, bool *ret_denied);

/* Does /proc/PID still belong to the same process, by its folder or else by its start time? */
bool process_is_same(struct probe_context *ctx, const struct process *process);
/* Has it ended, for certain: its folder is gone or another's, or it is a zombie without a living thread? */
bool process_has_ended(struct probe_context *ctx, const struct process *process);

#endif
