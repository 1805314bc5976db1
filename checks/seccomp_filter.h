/* Seccomp filters as programs: what the kernel accepts, what it would answer. Pure: nothing is read or called.
 *
 * Sources: seccomp(2); linux/seccomp.h; kernel/seccomp.c seccomp_check_filter, seccomp_run_filters, __seccomp_filter;
 * net/core/filter.c bpf_check_classic, check_load_and_stores, bpf_convert_filter. */
#ifndef CHECKS_SECCOMP_FILTER_H
#define CHECKS_SECCOMP_FILTER_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define SECCOMP_PROGRAM_MAX 4096 /* instructions, BPF_MAXINSNS */
/* Programs in a stack: the kernel refuses one past 32768 instructions in all, each program counted with four more
 * (kernel/seccomp.c MAX_INSNS_PER_PATH). */
#define SECCOMP_STACK_MAX 6554
#define SECCOMP_STACK_INSTRUCTIONS_MAX 32768

/* Borrowed instructions, as PTRACE_SECCOMP_GET_FILTER gives them. */
struct seccomp_program {
	const struct sock_filter *code;
	size_t count;
};

/* The filters of one thread; index 0 is the oldest. None: every call is allowed. */
struct seccomp_stack {
	const struct seccomp_program *programs;
	size_t count;
};

/* Would the kernel take it? ERROR_MALFORMED with the instruction; ERROR_LIMIT for its length. Everything below and in
 * checks/seccomp_*.h is for programs that passed. */
int seccomp_filter_check(const struct seccomp_program *program, struct error *err);
int seccomp_filter_check_stack(const struct seccomp_stack *stack, struct error *err);

/* One BPF_ALU instruction (its divisor not 0; a register shifts by its lower five bits), one conditional jump. */
uint32_t seccomp_filter_calculate(uint16_t code, uint32_t a, uint32_t operand);
bool seccomp_filter_branches(uint16_t code, uint32_t a, uint32_t operand);

/* Where a run of comparisons with constants leads from `pc` when the accumulator holds `value`: most of any filter is these. */
uint32_t seccomp_filter_skip(const struct sock_filter *code, uint32_t pc, uint32_t value);

/* What one program returns. O(instructions). */
uint32_t seccomp_filter_run(const struct seccomp_program *program, const struct seccomp_data *data);
/* What the kernel goes by: of all returns the strictest action, of equals the newest filter's; without filters allow. */
uint32_t seccomp_filter_run_stack(const struct seccomp_stack *stack, const struct seccomp_data *data);

/* The stricter of two returns, `newer` when their actions are the same. Actions compare as signed numbers. */
uint32_t seccomp_filter_stricter(uint32_t newer, uint32_t older);

enum seccomp_class {
	SECCOMP_ALLOW,
	SECCOMP_LOG, /* allowed and logged */
	SECCOMP_ERRNO,
	SECCOMP_TRAP,
	SECCOMP_KILL,    /* the thread or the process; also every action that the kernel does not know */
	SECCOMP_NOTIFY,  /* a supervisor decides; ENOSYS without one */
	SECCOMP_TRACE,   /* a tracer decides; ENOSYS without one */
	SECCOMP_DEPENDS, /* some arguments are let pass, some not */
	SECCOMP_MAYBE,   /* could not be told */
	SECCOMP_CLASSES,
};

/* The class of a return; never the last two. *ret_value (may be NULL): the errno as the kernel caps it (4095), the
 * data of trap and trace, 0 for the others. */
enum seccomp_class seccomp_filter_class(uint32_t ret, uint32_t *ret_value);
const char *seccomp_filter_class_name(enum seccomp_class class); /* "allow", …; static */

/* Allow or log: the call is executed and nobody else is asked. */
bool seccomp_filter_passes(uint32_t ret);
/* Errno, trap, kill: the call is not executed whatever anybody says. Notify and trace are neither. */
bool seccomp_filter_refuses(uint32_t ret);

#endif
