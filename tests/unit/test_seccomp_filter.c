/* What the kernel accepts as a filter, and what it answers. The rows were tried on a kernel as well: see the last test. */
#include "seccomp_fixture.h"

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))

static const struct {
	const char *name;
	bool valid;
	unsigned count;
	struct sock_filter code[6];
} rows[] = {
	{"return", true, 1, {ALLOW}},
	{"return A", true, 2, {LOAD(0), BPF_STMT(BPF_RET | BPF_A, 0)}},
	{"last word of the data", true, 2, {LOAD(60), ALLOW}},
	{"behind the data", false, 2, {LOAD(64), ALLOW}},
	{"unaligned", false, 2, {LOAD(2), ALLOW}},
	{"far behind the data", false, 2, {LOAD(0xfffffffc), ALLOW}},
	{"half word", false, 2, {BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), ALLOW}},
	{"indirect", false, 2, {BPF_STMT(BPF_LD | BPF_W | BPF_IND, 0), ALLOW}},
	{"length", true, 2, {BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), ALLOW}},
	{"modulo", false, 2, {BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), ALLOW}},
	{"division by zero", false, 2, {BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), ALLOW}},
	{"division by X", true, 2, {BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), ALLOW}},
	{"shift by 31", true, 2, {BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 31), ALLOW}},
	{"shift by 32", false, 2, {BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 32), ALLOW}},
	{"no return at the end", false, 2, {ALLOW, LOAD(0)}},
	{"jump to the last", true, 3, {BPF_STMT(BPF_JMP | BPF_JA, 1), ALLOW, ALLOW}},
	{"jump behind the last", false, 3, {BPF_STMT(BPF_JMP | BPF_JA, 2), ALLOW, ALLOW}},
	{"jump back", false, 2, {BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), ALLOW}},
	{"branch to the last", true, 3, {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), ALLOW, ALLOW}},
	{"branch behind the last", false, 3, {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 2), ALLOW, ALLOW}},
	{"branch taken behind the last", false, 3, {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 2, 0), ALLOW, ALLOW}},
	{"scratch written on the other way only", false, 4,
	 {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3), ALLOW}},
	{"scratch written", true, 3, {BPF_STMT(BPF_ST, 15), BPF_STMT(BPF_LD | BPF_MEM, 15), ALLOW}},
	{"scratch unwritten", false, 2, {BPF_STMT(BPF_LD | BPF_MEM, 0), ALLOW}},
	{"no such scratch", false, 2, {BPF_STMT(BPF_ST, 16), ALLOW}},
	{"scratch written on one way only", false, 4,
	 {BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 1, 0), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LDX | BPF_MEM, 3), ALLOW}},
	{"no such class", false, 2, {BPF_STMT(0xffff, 0), ALLOW}},
	{"return X", false, 1, {BPF_STMT(BPF_RET | BPF_X, 0)}},
};

static void programs_are_judged_like_the_kernel_does(void **state _unused_)
{
	struct sock_filter code[SECCOMP_PROGRAM_MAX + 1];
	struct error err;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct seccomp_program program = {rows[i].code, rows[i].count};

		if ((seccomp_filter_check(&program, &err) == 0) != rows[i].valid)
			fail_msg("%s", rows[i].name);
	}
	for (size_t i = 0; i < COUNT(code); i++)
		code[i] = (struct sock_filter)ALLOW;
	assert_int_equal(seccomp_filter_check(&(struct seccomp_program){code, SECCOMP_PROGRAM_MAX}, &err), 0);
	assert_int_equal(seccomp_filter_check(&(struct seccomp_program){code, SECCOMP_PROGRAM_MAX + 1}, &err), -1);
	assert_int_equal(err.code, ERROR_LIMIT);
	assert_int_equal(seccomp_filter_check(&(struct seccomp_program){code, 0}, &err), -1);
}

/* Newest first in the second column, as the kernel asks them. */
static const struct {
	uint32_t older, newer, result;
} pairs[] = {
	{SECCOMP_RET_ALLOW, SECCOMP_RET_LOG, SECCOMP_RET_LOG},
	{SECCOMP_RET_TRACE, SECCOMP_RET_LOG, SECCOMP_RET_TRACE},
	{SECCOMP_RET_USER_NOTIF, SECCOMP_RET_TRACE, SECCOMP_RET_USER_NOTIF},
	{SECCOMP_RET_ERRNO | 1, SECCOMP_RET_USER_NOTIF, SECCOMP_RET_ERRNO | 1},
	{SECCOMP_RET_ERRNO | 1, SECCOMP_RET_TRAP, SECCOMP_RET_TRAP},
	{SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, SECCOMP_RET_KILL_THREAD},
	{SECCOMP_RET_KILL_THREAD, SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_PROCESS},
	{SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 38, SECCOMP_RET_ERRNO | 38},
	{0x7ffe0000, SECCOMP_RET_LOG, SECCOMP_RET_LOG},
	{0x7ffe0000, SECCOMP_RET_ALLOW, 0x7ffe0000},
};

static void the_strictest_wins_and_of_equals_the_newest(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(pairs); i++) {
		struct sock_filter older = BPF_STMT(BPF_RET | BPF_K, pairs[i].older);
		struct sock_filter newer = BPF_STMT(BPF_RET | BPF_K, pairs[i].newer);
		struct seccomp_program programs[] = {{&older, 1}, {&newer, 1}};
		struct seccomp_data data = {0};

		assert_int_equal(seccomp_filter_run_stack(&(struct seccomp_stack){programs, 2}, &data), pairs[i].result);
	}
}

static const struct {
	uint32_t ret;
	enum seccomp_class class;
	uint32_t value;
	bool passes, refuses;
} classes[] = {
	{SECCOMP_RET_ALLOW | 7, SECCOMP_ALLOW, 0, true, false},
	{SECCOMP_RET_LOG, SECCOMP_LOG, 0, true, false},
	{SECCOMP_RET_ERRNO | 38, SECCOMP_ERRNO, 38, false, true},
	{SECCOMP_RET_ERRNO | 0xffff, SECCOMP_ERRNO, 4095, false, true},
	{SECCOMP_RET_TRAP | 9, SECCOMP_TRAP, 9, false, true},
	{SECCOMP_RET_TRACE | 9, SECCOMP_TRACE, 9, false, false},
	{SECCOMP_RET_USER_NOTIF, SECCOMP_NOTIFY, 0, false, false},
	{SECCOMP_RET_KILL_THREAD, SECCOMP_KILL, 0, false, true},
	{SECCOMP_RET_KILL_PROCESS, SECCOMP_KILL, 0, false, true},
	{0x7ffe0000, SECCOMP_KILL, 0, false, true},
	{0xffffffff, SECCOMP_KILL, 0, false, true},
	{0x00010000, SECCOMP_KILL, 0, false, true},
};

static void unknown_actions_kill(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(classes); i++) {
		uint32_t value;

		assert_int_equal(seccomp_filter_class(classes[i].ret, &value), classes[i].class);
		assert_int_equal(value, classes[i].value);
		assert_int_equal(seccomp_filter_passes(classes[i].ret), classes[i].passes);
		assert_int_equal(seccomp_filter_refuses(classes[i].ret), classes[i].refuses);
	}
}

/* Each row is offered to the kernel in a child; 0 taken, 1 refused, 2 cannot be tried here. */
static int offer(const struct sock_filter *code, unsigned count)
{
	struct sock_fprog program = {(unsigned short)count, (struct sock_filter *)(uintptr_t)code};
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
			_exit(2);
		if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0)
			_exit(errno == EINVAL ? 1 : 2);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	/* A filter that was taken may well kill the child. */
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

static void the_kernel_agrees_on_every_row(void **state _unused_)
{
	if (offer(rows[0].code, 1) == 2)
		skip(); /* seccomp is not permitted here */
	for (size_t i = 0; i < COUNT(rows); i++)
		if ((offer(rows[i].code, rows[i].count) == 0) != rows[i].valid)
			fail_msg("the kernel does not agree: %s", rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_are_judged_like_the_kernel_does),
		cmocka_unit_test(the_strictest_wins_and_of_equals_the_newest),
		cmocka_unit_test(unknown_actions_kill),
		cmocka_unit_test(the_kernel_agrees_on_every_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
