/* Device access on cgroup v2: what BPF_CGROUP_DEVICE programs allow, found by running them.
 *
 * Pure. The programs are the translated ones of BPF_OBJ_GET_INFO_BY_FD; which are effective on a
 * cgroup, its parents' among them, says BPF_PROG_QUERY with BPF_F_QUERY_EFFECTIVE (bpf(2)). All of
 * them must allow (kernel/bpf/cgroup.c). Instructions: Documentation/bpf/standardization/
 * instruction-set.rst; what a program is given: linux/bpf.h struct bpf_cgroup_dev_ctx. */
#ifndef CHECKS_DEVICE_BPF_H
#define CHECKS_DEVICE_BPF_H

#include <linux/bpf.h>

#include "checks/device_access.h"

#define DEVICE_BPF_PROGRAMS_MAX                                                                    \
	64 /* the kernel's own limit of one cgroup's, BPF_CGROUP_MAX_PROGS */
#define DEVICE_BPF_STEPS_MAX (1 << 25) /* instructions over all runs, about 0.2 s */

struct device_program {
	const struct bpf_insn *insns;
	size_t count;
};

/* What all of them together allow; no program: everything. Each is run for both types, each request
 * that the kernel makes, and the numbers that it compares with, plus one number that is none of
 * these. So numbers may only be moved and tested for equality, and access_type masked, shifted and
 * tested; a program that does anything else (helpers, maps, the stack, order) is UNSUPPORTED, with
 * the instruction in `reason`, as is one that needs more steps or numbers than the caps. Sound:
 * what is answered is what the kernel does. */
struct device_access device_bpf_evaluate(struct arena *arena, const struct device_program *programs,
					 size_t count);

#endif
