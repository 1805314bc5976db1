/* The links of a process's folder in procfs that the kernel reads out only to the privileged (proc_pid_exe(5), proc_pid_cwd(5),
 * namespaces(7); PTRACE_MODE_READ). */
#ifndef HOST_LINKS_H
#define HOST_LINKS_H

/* X(ENUM, "path below /proc/PID or /proc/PID/task/TID"); SELF is the link that a descriptor itself is (O_PATH | O_NOFOLLOW). */
#define HOST_LINKS(X)                                                                              \
	X(SELF, "") X(EXE, "exe") X(CWD, "cwd") X(PID, "ns/pid") X(MOUNT, "ns/mnt")                \
	X(USER, "ns/user") X(NETWORK, "ns/net") X(IPC, "ns/ipc") X(UTS, "ns/uts")                  \
	X(CGROUP, "ns/cgroup") X(TIME, "ns/time")

enum host_link {
#define X(name, path) HOST_LINK_##name,
	HOST_LINKS(X)
#undef X
	HOST_LINK_COUNT,
};

/* What the links say. */
struct host_links {
	const char *text[HOST_LINK_COUNT]; /* as read; NULL: not asked for, or sys says why */
	int sys[HOST_LINK_COUNT];          /* errno; ENOENT, ESRCH: it has ended, or the kernel has no such namespace */
};

#endif
