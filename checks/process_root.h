/* Whose files a process means by its paths. */
#ifndef CHECKS_PROCESS_ROOT_H
#define CHECKS_PROCESS_ROOT_H

#include "checks/processes.h"

/* The process has another root mounted than the host we read, as one inside a container has: its /etc is not ours. A mount
 * namespace alone (MountFlags= of a unit, RootlessKit) leaves the root. False when it cannot be told (proc_pid_mountinfo(5)). */
bool process_root_is_other(struct probe_context *ctx, const struct process *process);

#endif
