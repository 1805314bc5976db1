/* What the kernel enforces on a cgroup, up to the root of its hierarchy.
 *
 * Sources: Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/{memory,pids,cpusets,
 * blkio-controller}.rst, Documentation/scheduler/sched-bwc.rst. How each is found:
 *
 *   memory_max   v2: the least memory.max up to the root. v1: hierarchical_memory_limit of
 *                memory.stat, which is that already; the limit_in_bytes with this number decided
 *   swap_max     v2: the least memory.swap.max. v1: hierarchical_memsw_limit less
 *                hierarchical_memory_limit: what is left for swap when memory is used up
 *   memory_high  v2: the least memory.high. v1: unsupported (its soft limit is another thing)
 *   pids_max     the least pids.max up to the root, both versions
 *   cpu_quota_percent   the least quota / period up to the root, both versions; rounded up
 *   cpu_weight, cpu_shares   of the cgroup itself: a share among siblings has no least. Weight
 *                is v2 (1-10000, 100 when not set), shares v1 (2-262144, 1024 when not set); each
 *                unsupported on the other, whose scale differs
 *   cpus, mems   CPUs and memory nodes it may really use, as the kernel writes lists ("0-3,8");
 *                cpu_count: how many CPUs
 *   io_max       a row per device with a limit. v2: the least io.max up to the root. v1: of the
 *                cgroup itself, since legacy throttling knows no hierarchy (blkio-controller.rst,
 *                "Hierarchical Cgroups")
 *
 * For the declarations, container.cgroup.NAME (memory_max, pids_max, cpu_shares exist with a
 * declared side; the rest may get one from HostConfig: MemorySwap-Memory, NanoCpus or
 * CpuQuota/CpuPeriod, CpusetCpus, CpusetMems, BlkioDevice…):
 *
 *   container.cgroup.memory_max         SIZE     two-sided
 *   container.cgroup.swap_max           SIZE     two-sided
 *   container.cgroup.memory_high        SIZE     effective only
 *   container.cgroup.pids_max           INT      two-sided
 *   container.cgroup.cpu_quota_percent  INT      two-sided, unit "percent of one CPU"
 *   container.cgroup.cpu_weight         INT      effective only
 *   container.cgroup.cpu_shares         INT      two-sided
 *   container.cgroup.cpus, .mems        STRING   two-sided
 *   container.cgroup.cpu_count          INT      effective only
 *   container.cgroup.io_max             RECORDS  cgroup_limits_io_fields, two-sided
 */
#ifndef CHECKS_CGROUP_LIMITS_H
#define CHECKS_CGROUP_LIMITS_H

#include "checks/cgroup_view.h"

/* X(ENUM, "name behind container.cgroup.", type) */
#define CGROUP_LIMITS(X)                                                                           \
	X(MEMORY_MAX, "memory_max", SIZE)                                                          \
	X(SWAP_MAX, "swap_max", SIZE)                                                              \
	X(MEMORY_HIGH, "memory_high", SIZE)                                                        \
	X(PIDS_MAX, "pids_max", INT)                                                               \
	X(CPU_QUOTA, "cpu_quota_percent", INT)                                                     \
	X(CPU_WEIGHT, "cpu_weight", INT)                                                           \
	X(CPU_SHARES, "cpu_shares", INT)                                                           \
	X(CPUS, "cpus", STRING)                                                                    \
	X(MEMS, "mems", STRING)                                                                    \
	X(CPU_COUNT, "cpu_count", INT)                                                             \
	X(IO_MAX, "io_max", RECORDS)

enum cgroup_limit {
#define X(e, n, t) CGROUP_LIMIT_##e,
	CGROUP_LIMITS(X)
#undef X
	CGROUP_LIMIT_COUNT
};

const char *cgroup_limits_name(enum cgroup_limit limit);

/* device STRING "8:0", read_bps, write_bps SIZE, read_iops, write_iops INT: a second; missing: no
 * limit */
extern const struct field_decl cgroup_limits_io_fields[];

/* One limit of the process whose /proc/PID/cgroup (as read by us) is `text`. Never fails:
 *
 *   PRESENT      origin is the file that decided, of equals the one nearest to the process; without
 *                any limit the value is VALUE_UNLIMITED and origin the cgroup's own file or folder.
 *                Notes: a limit above the host's RAM; parents that cannot be seen
 *   UNSUPPORTED  the controller is not there, or has no such file; reason
 *   UNREADABLE   with reason
 *
 * Texts and rows live in `arena` and are safe. */
struct fact_side cgroup_limits_read(struct cgroup_view *view, const char *text,
				    enum cgroup_limit limit, struct arena *arena);

#endif
