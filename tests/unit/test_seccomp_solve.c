/* Filters of known meaning, built by libseccomp: what the evaluator says of them, of their differences and holes. */
#include "seccomp_fixture.h"

#include "checks/seccomp_compare.h"

#define KILL SCMP_ACT_KILL_PROCESS
#define ALLOW SCMP_ACT_ALLOW
#define EPERM_ SCMP_ACT_ERRNO(EPERM)

static const struct {
	const char *name;
	uint32_t otherwise;
	struct filter_rule rules[4];
	const char *call;
	const char *answer;
	bool mixed; /* depends always is */
} rows[] = {
	{"listed", EPERM_, {{ALLOW, "mount", 0, {{0}}}}, "mount", "allow", false},
	{"not listed", EPERM_, {{ALLOW, "mount", 0, {{0}}}}, "umount2", "errno 1", false},
	{"unknown calls", SCMP_ACT_ERRNO(ENOSYS), {{ALLOW, "mount", 0, {{0}}}}, "clone3", "errno 38", false},
	{"killed", KILL, {{ALLOW, "mount", 0, {{0}}}}, "bpf", "kill", false},
	{"logged", EPERM_, {{SCMP_ACT_LOG, "mount", 0, {{0}}}}, "mount", "log", false},
	{"notified", EPERM_, {{SCMP_ACT_NOTIFY, "mount", 0, {{0}}}}, "mount", "notify", false},
	{"traced", EPERM_, {{SCMP_ACT_TRACE(5), "mount", 0, {{0}}}}, "mount", "trace", false},
	{"trapped", EPERM_, {{SCMP_ACT_TRAP, "mount", 0, {{0}}}}, "mount", "trap", false},
	{"exact",
	 EPERM_,
	 {{ALLOW, "personality", 1, {SCMP_A0_64(SCMP_CMP_EQ, 0)}}, {ALLOW, "personality", 1, {SCMP_A0_64(SCMP_CMP_EQ, 0x20008)}}},
	 "personality",
	 "depends: arg0 == 0x20008 or arg0 == 0x0",
	 true},
	{"masked",
	 EPERM_,
	 {{ALLOW, "clone", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0x7e020000, 0)}}},
	 "clone",
	 "depends: (arg0.low & 0x7e020000) == 0x0",
	 true},
	{"not equal", EPERM_, {{ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_NE, 16)}}}, "socket", "depends: arg0 != 0x10", true},
	/* The library's 32-bit macros cut the number and compare all 64 bits. */
	{"32 bits by the macro",
	 EPERM_,
	 {{ALLOW, "socket", 1, {SCMP_A0_32(SCMP_CMP_NE, 16)}}},
	 "socket",
	 "depends: arg0 != 0x10",
	 true},
	{"32 bits by a mask",
	 ALLOW,
	 {{EPERM_, "socket", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0xffffffff, 16)}}},
	 "socket",
	 "depends: arg0.low != 0x10",
	 true},
	{"greater, 64 bits",
	 EPERM_,
	 {{ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_GT, 0x100000005)}}},
	 "socket",
	 "depends: arg0.high >= 0x2 or arg0.high == 0x1 and arg0.low >= 0x6",
	 true},
	{"at most", EPERM_, {{ALLOW, "socket", 1, {SCMP_A0_32(SCMP_CMP_LE, 5)}}}, "socket", "depends: arg0.high == 0x0 and arg0.low <= 0x5", true},
	{"two arguments",
	 EPERM_,
	 {{ALLOW, "socket", 2, {SCMP_A0_64(SCMP_CMP_EQ, 1), SCMP_A1_64(SCMP_CMP_EQ, 2)}}},
	 "socket",
	 "depends: arg0 == 0x1 and arg1 == 0x2",
	 true},
	{"two refusals",
	 KILL,
	 {{EPERM_, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}}},
	 "socket",
	 "errno 1 or others",
	 true},
	{"a refusal or a supervisor",
	 EPERM_,
	 {{SCMP_ACT_NOTIFY, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}}},
	 "socket",
	 "notify",
	 true},
	{"allowed or logged",
	 ALLOW,
	 {{SCMP_ACT_LOG, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}}},
	 "socket",
	 "allow",
	 true},
};

static double milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static size_t count_rules(const struct filter_rule *rules)
{
	size_t count = 0;

	while (count < 4 && rules[count].call)
		count++;
	return count;
}

static void known_filters_get_their_known_answer(void **state _unused_)
{
	size_t abi_count;
	const struct syscalls_abi *abi = syscalls_abis(&abi_count);

	for (size_t i = 0; i < COUNT(rows); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct seccomp_program program =
			filter_build(arena, rows[i].otherwise, false, rows[i].rules, count_rules(rows[i].rules));
		struct seccomp_stack stack = {&program, 1};
		struct seccomp_answer answer = filter_ask(arena, &stack, abi, rows[i].call);
		const char *text = seccomp_solve_text(arena, &answer);

		if (strcmp(text, rows[i].answer) != 0 || answer.mixed != rows[i].mixed)
			fail_msg("%s: %s, mixed %d", rows[i].name, text, answer.mixed);
		if (answer.class != SECCOMP_DEPENDS)
			continue;
		assert_true(seccomp_filter_passes(seccomp_filter_run_stack(&stack, &answer.allowing)));
		assert_true(seccomp_filter_refuses(seccomp_filter_run_stack(&stack, &answer.refusing)));
	}
}

static void an_abi_that_is_not_named_is_killed(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	const struct filter_rule rule = {ALLOW, "mount", 0, {{0}}};
	struct seccomp_program one = filter_build(arena, EPERM_, false, &rule, 1);
	struct seccomp_program all = filter_build(arena, EPERM_, true, &rule, 1);
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);

	assert_int_equal(filter_ask(arena, &(struct seccomp_stack){&one, 1}, &abi[0], "mount").class, SECCOMP_ALLOW);
	for (size_t i = 1; i < count; i++) {
		assert_int_equal(filter_ask(arena, &(struct seccomp_stack){&one, 1}, &abi[i], "mount").class, SECCOMP_KILL);
		assert_int_equal(filter_ask(arena, &(struct seccomp_stack){&all, 1}, &abi[i], "mount").class, SECCOMP_ALLOW);
		assert_int_equal(filter_ask(arena, &(struct seccomp_stack){&all, 1}, &abi[i], "bpf").class, SECCOMP_ERRNO);
	}
}

static void no_filter_and_an_empty_one_allow_everything(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct seccomp_program program = {&allow, 1};
	struct seccomp_stack stacks[] = {{NULL, 0}, {&program, 1}};

	for (size_t i = 0; i < COUNT(stacks); i++) {
		struct seccomp_summary *summary = seccomp_summary_make(arena, &stacks[i]);

		assert_int_equal(summary->holes.count, 0);
		vec_each(danger, &summary->dangers)
			assert_int_equal(danger->answer.class, SECCOMP_ALLOW);
		vec_each(abi, &summary->abis) {
			assert_int_equal(abi->names[SECCOMP_ALLOW].count + abi->unnamed_allowed, abi->calls.count);
			assert_true(abi->names[SECCOMP_ALLOW].count > 300);
		}
	}
}

static void constraints_carry_from_filter_to_filter(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	const struct filter_rule deny = {EPERM_, "mount", 0, {{0}}};
	const struct filter_rule only_one = {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}};
	const struct filter_rule never_one = {SCMP_ACT_ERRNO(EACCES), "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}};
	struct seccomp_program programs[] = {
		filter_build(arena, ALLOW, true, NULL, 0),
		filter_build(arena, ALLOW, true, &deny, 1),
		filter_build(arena, EPERM_, true, &only_one, 1),
		filter_build(arena, ALLOW, true, &never_one, 1),
	};
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);
	struct seccomp_answer answer = filter_ask(arena, &(struct seccomp_stack){programs, 2}, abi, "mount");

	assert_int_equal(answer.class, SECCOMP_ERRNO);
	assert_int_equal(filter_ask(arena, &(struct seccomp_stack){programs, 2}, abi, "bpf").class, SECCOMP_ALLOW);
	assert_int_equal(filter_ask(arena, &(struct seccomp_stack){programs, 3}, abi, "socket").class, SECCOMP_DEPENDS);
	answer = filter_ask(arena, &(struct seccomp_stack){programs, 4}, abi, "socket");
	assert_int_equal(answer.class, SECCOMP_ERRNO);
	assert_true(answer.mixed); /* EACCES for 1, EPERM for the others */
}

static void what_cannot_be_followed_is_maybe(void **state _unused_)
{
	struct sock_filter pointer[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 8),
					BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0x1000, 0, 1),
					BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
					BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_filter sum[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 7),
				    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x1000, 0, 1),
				    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
				    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_filter returned[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_STMT(BPF_RET | BPF_A, 0)};
	/* Division by an argument: 0 ends the program, and only then is it refused. */
	struct sock_filter divided[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_STMT(BPF_MISC | BPF_TAX, 0),
					BPF_STMT(BPF_LD | BPF_IMM, 1), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0),
					BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct seccomp_program programs[] = {{pointer, 4}, {sum, 5}, {returned, 2}, {divided, 5}};
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);

	for (size_t i = 0; i < COUNT(programs); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();

		assert_int_equal(seccomp_filter_check(&programs[i], NULL), 0);
		assert_int_equal(filter_ask(arena, &(struct seccomp_stack){&programs[i], 1}, abi, "bpf").class,
				 SECCOMP_MAYBE);
	}
}

static const struct {
	uint16_t op;
	const char *answer;
} constant_rows[] = {
	{BPF_JEQ, "depends: arg0.low != 0x5"},
	{BPF_JGT, "depends: arg0.low >= 0x5"},
	{BPF_JGE, "depends: arg0.low >= 0x6"},
	{BPF_JSET, "depends: (arg0.low & 0x5) == 0x0"},
};

/* Refused when 5 stands in that relation to the argument. */
static void a_constant_compared_with_an_argument_is_turned_round(void **state _unused_)
{
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);

	for (size_t i = 0; i < COUNT(constant_rows); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16), BPF_STMT(BPF_MISC | BPF_TAX, 0),
					     BPF_STMT(BPF_LD | BPF_IMM, 5),
					     BPF_JUMP(BPF_JMP | BPF_X | constant_rows[i].op, 0, 0, 1),
					     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
					     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
		struct seccomp_program program = {code, COUNT(code)};
		struct seccomp_answer answer = filter_ask(arena, &(struct seccomp_stack){&program, 1}, abi, "bpf");

		assert_string_equal(seccomp_solve_text(arena, &answer), constant_rows[i].answer);
	}
}

/* Unknown but of no account: both sides refuse. */
static void unknown_ways_that_end_alike_are_decided(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct sock_filter code[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 8),
				     BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0x1000, 0, 1),
				     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1),
				     BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS)};
	struct seccomp_program program = {code, 4};
	size_t count;
	struct seccomp_answer answer =
		filter_ask(arena, &(struct seccomp_stack){&program, 1}, syscalls_abis(&count), "bpf");

	assert_int_equal(answer.class, SECCOMP_ERRNO);
	assert_true(answer.mixed);
}

/* Every bit of the first argument tested apart: each test forks, 2^32 ways. */
static void a_filter_of_too_many_ways_is_maybe_and_soon(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct sock_filter code[3 * 32 + 2];
	size_t count = 0, abi_count;

	for (unsigned bit = 0; bit < 32; bit++) {
		code[count++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16);
		code[count++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1u << bit, 0, 1);
		code[count++] = (struct sock_filter)BPF_STMT(BPF_LDX | BPF_IMM, bit);
	}
	code[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 1);
	struct seccomp_program program = {code, count};
	assert_int_equal(seccomp_filter_check(&program, NULL), 0);
	double start = milliseconds();
	struct seccomp_answer answer =
		filter_ask(arena, &(struct seccomp_stack){&program, 1}, syscalls_abis(&abi_count), "bpf");
	assert_int_equal(answer.class, SECCOMP_MAYBE); /* never "refused": not all ways were seen */
	struct seccomp_summary *summary = seccomp_summary_make(arena, &(struct seccomp_stack){&program, 1});
	assert_int_equal(summary->abis.items[0].names[SECCOMP_ERRNO].count, 0);
	print_message("# a filter of 2^32 ways, all calls: %.2f ms\n", milliseconds() - start);
}

static void differences_have_a_witness_and_a_direction(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
	const struct filter_rule one[] = {{ALLOW, "mount", 0, {{0}}}, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_NE, 16)}}};
	const struct filter_rule other[] = {{ALLOW, "bpf", 0, {{0}}}, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_LE, 20)}}};
	struct seccomp_program programs[] = {filter_build(arena, EPERM_, false, one, 2),
					     filter_build(arena, EPERM_, false, other, 2)};
	struct seccomp_comparison comparison = {0};
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);

	seccomp_compare(walker, arena, abi, &(struct seccomp_stack){&programs[0], 1},
			&(struct seccomp_stack){&programs[1], 1}, &comparison);
	struct buf buf = {0};
	vec_each(difference, &comparison.differences)
		buf_printf(&buf, "%s%s ", difference->first_allows ? "+" : "-",
			   seccomp_condition_call(arena, difference->name, &difference->witness));
	assert_int_equal(comparison.unclear.count, 0);
	assert_string_equal(buf.data, "+socket(0x15) -socket(0x10) +mount(0x0) -bpf(0x0) ");
	buf_done(&buf);
}

static void a_filter_does_not_differ_from_itself(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
	const struct filter_rule rules[] = {{ALLOW, "clone", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0x7e020000, 0)}},
					    {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_NE, 16)}}};
	struct seccomp_program program = filter_build(arena, EPERM_, true, rules, 2);
	struct seccomp_stack stack = {&program, 1};
	struct seccomp_comparison comparison = {0};
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < count; i++)
		seccomp_compare(walker, arena, &abis[i], &stack, &stack, &comparison);
	assert_int_equal(comparison.differences.count + comparison.unclear.count, 0);
}

static const struct {
	uint32_t otherwise;
	struct filter_rule rule;
	const char *holes; /* on the native ABI */
} hole_rows[] = {
	{EPERM_, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_NE, 16)}}, "socket(0x100000010) "},
	{ALLOW, {EPERM_, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 16)}}, "socket(0x100000010) "},
	{ALLOW, {EPERM_, "keyctl", 1, {SCMP_A0_64(SCMP_CMP_EQ, 11)}}, "keyctl(0x10000000b) "},
	{ALLOW, {EPERM_, "ioctl", 1, {SCMP_A1_64(SCMP_CMP_EQ, 0x5412)}}, "ioctl(0x0, 0x100005412) "},
	{EPERM_, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_GE, 3)}}, "socket(0x100000000) "},
	{EPERM_, {ALLOW, "socket", 1, {SCMP_A0_32(SCMP_CMP_NE, 16)}}, "socket(0x100000010) "},
	{ALLOW, {EPERM_, "socket", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0xffffffff, 16)}}, ""},
	{EPERM_, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_EQ, 1)}}, ""},
	{EPERM_, {ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_LE, 5)}}, ""},
	{EPERM_, {ALLOW, "clone", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0x7e020000, 0)}}, ""},
	{ALLOW, {EPERM_, "ptrace", 1, {SCMP_A0_64(SCMP_CMP_EQ, 16)}}, ""}, /* long: 0x100000010 is another request */
};

static void a_64_bit_comparison_of_an_int_is_a_hole(void **state _unused_)
{
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);

	for (size_t i = 0; i < COUNT(hole_rows); i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
		struct seccomp_program program = filter_build(arena, hole_rows[i].otherwise, false, &hole_rows[i].rule, 1);
		struct seccomp_holes holes = {0};
		struct buf buf = {0};

		seccomp_hole_find(walker, arena, abi, &(struct seccomp_stack){&program, 1}, &holes);
		buf_puts(&buf, "");
		vec_each(hole, &holes)
			buf_printf(&buf, "%s ", hole->text);
		if (strcmp(buf.data ? buf.data : "", hole_rows[i].holes) != 0)
			fail_msg("hole row %zu: %s", i, buf.data);
		buf_done(&buf);
	}
}

static void names_and_numbers_go_both_ways(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	size_t count, named;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < count; i++) {
		named = 0;
		for (size_t j = 0; j < syscalls_count(&abis[i]); j++) {
			int nr = syscalls_at(&abis[i], j);
			const char *name = syscalls_name(&abis[i], nr);

			if (!name)
				continue;
			named++;
			assert_int_equal(syscalls_number(&abis[i], name), nr);
		}
		assert_true(named > 300);
		assert_int_equal(syscalls_number(&abis[i], "no_such_call"), -1);
		assert_true(syscalls_number(&abis[i], "open_tree_attr") >= 467);
	}
	assert_null(syscalls_name(abis, -101));
}

static const struct seccomp_danger *danger_of(const struct seccomp_summary *summary, const char *abi, const char *name)
{
	vec_each(danger, &summary->dangers)
		if (text_eq(danger->name, name) && text_eq(danger->abi->name, abi))
			return danger;
	return NULL;
}

/* An allowlist of the size of the engines' defaults: every call but these, two by argument. */
static struct seccomp_program big_filter(struct arena *arena)
{
	static const char *const refused[] = {"mount", "umount2", "bpf", "unshare", "setns", "keyctl", "add_key",
					      "request_key", "ptrace", "kexec_load", "init_module", "clone", "clone3",
					      "personality", "perf_event_open", "userfaultfd", "pivot_root", "socket"};
	const struct filter_rule rules[] = {
		{ALLOW, "clone", 1, {SCMP_A0_64(SCMP_CMP_MASKED_EQ, 0x7e020000, 0)}},
		{ALLOW, "personality", 1, {SCMP_A0_64(SCMP_CMP_EQ, 0)}},
		{ALLOW, "personality", 1, {SCMP_A0_64(SCMP_CMP_EQ, 0xffffffff)}},
		{ALLOW, "socket", 1, {SCMP_A0_64(SCMP_CMP_NE, 40)}},
		{SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, {{0}}},
	};
	scmp_filter_ctx ctx = seccomp_init(EPERM_);
	struct strings without = {0};
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < COUNT(refused); i++)
		vec_push(arena, &without, refused[i]);
	assert_int_equal(seccomp_arch_add(ctx, SCMP_ARCH_X86), 0);
	assert_int_equal(seccomp_arch_add(ctx, SCMP_ARCH_X32), 0);
	for (size_t j = 0; j < syscalls_count(abis); j++) {
		const char *name = syscalls_name(abis, syscalls_at(abis, j));

		if (name && !strings_has(&without, name))
			seccomp_rule_add(ctx, ALLOW, syscalls_at(abis, j), 0);
	}
	filter_add(ctx, rules, COUNT(rules));
	return filter_export(arena, ctx);
}

static const char *const danger_rows[][2] = {
	{"mount", "errno 1"},
	{"clone3", "errno 38"},
	{"clone(CLONE_NEWUSER)", "errno 1"},
	{"unshare(CLONE_NEWUSER)", "errno 1"},
	{"socket(AF_ALG)", "allow"},
	{"personality(ADDR_NO_RANDOMIZE)", "errno 1"},
	{"io_uring_setup", "allow"},
};

static void a_summary_tells_the_dangerous_calls_and_the_hole(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct seccomp_program program = big_filter(arena);
	double start = milliseconds();
	struct seccomp_summary *summary = seccomp_summary_make(arena, &(struct seccomp_stack){&program, 1});

	print_message("# %zu instructions, %zu ABIs: %.2f ms\n", program.count, summary->abis.count, milliseconds() - start);
	for (size_t i = 0; i < COUNT(danger_rows); i++) {
		const struct seccomp_danger *danger = danger_of(summary, summary->abis.items[0].abi->name, danger_rows[i][0]);

		assert_non_null(danger);
		assert_string_equal(seccomp_solve_text(arena, &danger->answer), danger_rows[i][1]);
	}
	const struct strings *names = summary->abis.items[0].names;
	assert_int_equal(names[SECCOMP_DEPENDS].count, 3);
	assert_int_equal(names[SECCOMP_MAYBE].count, 0);
	assert_true(strings_has(&names[SECCOMP_DEPENDS], "clone"));
	assert_true(strings_has(&names[SECCOMP_ERRNO], "mount"));
	assert_true(summary->holes.count >= 1);
	assert_string_equal(summary->holes.items[0].text, "socket(0x100000028)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_filters_get_their_known_answer),
		cmocka_unit_test(an_abi_that_is_not_named_is_killed),
		cmocka_unit_test(no_filter_and_an_empty_one_allow_everything),
		cmocka_unit_test(constraints_carry_from_filter_to_filter),
		cmocka_unit_test(what_cannot_be_followed_is_maybe),
		cmocka_unit_test(a_constant_compared_with_an_argument_is_turned_round),
		cmocka_unit_test(unknown_ways_that_end_alike_are_decided),
		cmocka_unit_test(a_filter_of_too_many_ways_is_maybe_and_soon),
		cmocka_unit_test(differences_have_a_witness_and_a_direction),
		cmocka_unit_test(a_filter_does_not_differ_from_itself),
		cmocka_unit_test(a_64_bit_comparison_of_an_int_is_a_hole),
		cmocka_unit_test(names_and_numbers_go_both_ways),
		cmocka_unit_test(a_summary_tells_the_dangerous_calls_and_the_hole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
