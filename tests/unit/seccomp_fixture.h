/* Filters for tests: written out, or built by libseccomp from rows. */
#ifndef TESTS_SECCOMP_FIXTURE_H
#define TESTS_SECCOMP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <time.h>

#include "checks/seccomp_summary.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

struct filter_rule {
	uint32_t action;
	const char *call;
	unsigned count;
	struct scmp_arg_cmp args[2];
};

static inline struct seccomp_program filter_export(struct arena *arena, scmp_filter_ctx ctx)
{
	_cleanup_(close_fd) int fd = memfd_create("filter", MFD_CLOEXEC);
	struct sock_filter *code = ARENA_ARRAY(arena, struct sock_filter, SECCOMP_PROGRAM_MAX);
	ssize_t len;

	assert_int_equal(seccomp_export_bpf(ctx, fd), 0);
	seccomp_release(ctx);
	len = pread(fd, code, SECCOMP_PROGRAM_MAX * sizeof *code, 0);
	assert_true(len > 0);
	struct seccomp_program program = {code, (size_t)len / sizeof *code};
	assert_int_equal(seccomp_filter_check(&program, NULL), 0);
	return program;
}

static inline void filter_add(scmp_filter_ctx ctx, const struct filter_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int nr = seccomp_syscall_resolve_name(rules[i].call);

		assert_int_not_equal(nr, __NR_SCMP_ERROR);
		assert_int_equal(
			seccomp_rule_add_array(ctx, rules[i].action, nr, rules[i].count, rules[i].args), 0);
	}
}

static inline struct seccomp_program filter_build(struct arena *arena, uint32_t otherwise, bool all_abis,
						  const struct filter_rule *rules, size_t count)
{
	scmp_filter_ctx ctx = seccomp_init(otherwise);

	assert_non_null(ctx);
	if (all_abis) {
		assert_int_equal(seccomp_arch_add(ctx, SCMP_ARCH_X86), 0);
		assert_int_equal(seccomp_arch_add(ctx, SCMP_ARCH_X32), 0);
	}
	filter_add(ctx, rules, count);
	return filter_export(arena, ctx);
}

static inline struct seccomp_answer filter_ask(struct arena *arena, const struct seccomp_stack *stack,
					       const struct syscalls_abi *abi, const char *call)
{
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
	struct seccomp_question question = {
		.sides = {stack}, .arch = abi->arch, .nr = syscalls_number(abi, call), .narrow = abi->narrow};
	struct seccomp_answer answer;

	assert_true(question.nr >= 0);
	seccomp_solve(walker, arena, &question, &answer);
	return answer;
}

#endif
