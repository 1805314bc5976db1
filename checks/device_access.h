/* Which devices a cgroup's processes may open or make, as the kernel decides it.
 *
 * One decision table, whatever it was made from: the v1 lists (checks/device_list.h) or the v2
 * programs (checks/device_bpf.h). For the declarations:
 *
 *   container.devices.allowed   RECORDS, effective; fields device_access_fields; a row with access
 *                               "" takes back what a wider row allows
 */
#ifndef CHECKS_DEVICE_ACCESS_H
#define CHECKS_DEVICE_ACCESS_H

#include "model/fact.h"

#define DEVICE_ACCESS_ANY UINT64_MAX /* any number, or any that no other row names */

/* Letters, and what the kernel calls them (linux/bpf.h BPF_DEVCG_ACC_). */
#define DEVICE_ACCESS_MKNOD 1u
#define DEVICE_ACCESS_READ 2u
#define DEVICE_ACCESS_WRITE 4u
#define DEVICE_ACCESS_RWM 7u

struct device_rule {
	char type;             /* 'b', 'c', or 'a' for both */
	uint64_t major, minor; /* or DEVICE_ACCESS_ANY */
	unsigned access;       /* 0: an exception from a wider row */
};

/* The most specific row decides: both numbers, then the major, then the minor, then neither;
 * what no row names is refused. A letter is there when some open or mknod that needs it is
 * allowed: a program may let O_RDWR pass and refuse O_WRONLY, and that is write access. */
struct device_access {
	enum fact_state state; /* PRESENT; UNSUPPORTED, UNREADABLE: `reason` */
	const char *reason;
	const char *origin;
	const char *note; /* what the source cannot tell, or NULL */
	VEC(struct device_rule) rules;
};

/* Does the source allow this one request? `access` is one that the kernel makes: m, r, w or rw.
 * Numbers may be DEVICE_ACCESS_ANY: one that is none of the points. -1 when it cannot tell. */
typedef int device_access_ask(void *source, char type, uint64_t major, uint64_t minor,
			      unsigned access);

/* Where a source's answer may change. (ANY, ANY) is always one of them. */
struct device_point {
	uint64_t major, minor;
};
struct device_points VEC_BODY(struct device_point);

#define DEVICE_ACCESS_POINTS_MAX 4096

/* Add a point that is not there yet; false over the cap. */
bool device_access_point(struct arena *arena, struct device_points *points, uint64_t major,
			 uint64_t minor);

/* Where points came from several tables: the major of one crosses the minor of another. False over
 * the cap. */
bool device_access_cross(struct arena *arena, struct device_points *points);

/* The table of a source. `points` must be complete: where (x, ANY) and (ANY, y) are points, (x, y)
 * is one, and what the source says of (x, y) that is no point is what it says of (x, ANY) when that
 * is one, else of (ANY, y), else of (ANY, ANY). False when the source could not tell. */
bool device_access_tabulate(struct arena *arena, device_access_ask *ask, void *source,
			    const struct device_points *points, struct device_access *ret);

/* What both allow: a hybrid host asks the programs of the v2 cgroup and the v1 list (security/
 * device_cgroup.c, devcgroup_check_permission). When one is not PRESENT the result is that one. */
struct device_access device_access_both(struct arena *arena, const struct device_access *a,
					const struct device_access *b);

/* What one of them allows: processes of a container in different cgroups. When one is not PRESENT the result is that one. */
struct device_access device_access_either(struct arena *arena, const struct device_access *a,
					  const struct device_access *b);

/* Letters allowed on host device major:minor ('b' or 'c'). */
unsigned device_access_letters(const struct device_access *access, char type, uint64_t major,
			       uint64_t minor);
/* All of the letters `want` on that device. */
bool device_access_allows(const struct device_access *access, char type, uint32_t major,
			  uint32_t minor, unsigned want);
/* rwm on every device of both types. */
bool device_access_allows_all(const struct device_access *access);

/* "rwm", in this order; "" for none. */
const char *device_access_text(unsigned letters);
/* RECORDS: type STRING, major and minor STRING ("*" or a number), access STRING. */
extern const struct field_decl device_access_fields[];
struct value device_access_value(struct arena *arena, const struct device_access *access);

#endif
