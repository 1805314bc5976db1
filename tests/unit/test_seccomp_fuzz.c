/* Random filters, random arguments: no answer may be contradicted by running the filter.
 * SECCOMP_FUZZ_PROGRAMS sets how many, SECCOMP_FUZZ_SEED where they start. */
#include "seccomp_fixture.h"

#include "checks/seccomp_compare.h"

#define SAMPLES 50
#define PROGRAM_LEN_MAX 40
#define ABI_NARROW_EVERY 8

static uint64_t random_state;

static uint32_t draw(void)
{
	/* xorshift64*, Vigna 2016: the same on every host. */
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * UINT64_C(2685821657736338717)) >> 32);
}

static uint32_t below(uint32_t limit)
{
	return draw() % limit;
}

static uint32_t draw_word(void)
{
	static const uint32_t words[] = {0,	     1,	  2,	      3,	  5,	    8,	    16,	    0xf,
					 0xff,	     0x100, 0xff00,   0x7e020000, 0x10000000, 0x7fffffff, 0x80000000, 0xffffffff,
					 AUDIT_ARCH_X86_64, AUDIT_ARCH_I386};
	uint32_t word = words[below(COUNT(words))];

	switch (below(8)) {
	case 0:
		return draw();
	case 1:
		return word + 1;
	case 2:
		return word - 1;
	case 3:
		return (uint32_t)1 << below(32);
	}
	return word;
}

static uint32_t draw_action(void)
{
	static const uint32_t actions[] = {SECCOMP_RET_ALLOW,	      SECCOMP_RET_ALLOW,     SECCOMP_RET_ALLOW,
					   SECCOMP_RET_LOG,	      SECCOMP_RET_ERRNO | 1, SECCOMP_RET_ERRNO | 38,
					   SECCOMP_RET_KILL_THREAD,   SECCOMP_RET_TRAP,	     SECCOMP_RET_TRACE,
					   SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_USER_NOTIF, 0x7ffe0000};

	return actions[below(COUNT(actions))];
}

static struct sock_filter draw_jump(unsigned left)
{
	static const uint16_t ops[] = {BPF_JEQ, BPF_JEQ, BPF_JGT, BPF_JGE, BPF_JSET};
	uint16_t source = below(8) ? BPF_K : BPF_X;

	if (below(10) == 0)
		return (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, below(left));
	return (struct sock_filter)BPF_JUMP((uint16_t)(BPF_JMP | ops[below(COUNT(ops))] | source), draw_word(),
					    (uint8_t)below(left < 8 ? left : 8), (uint8_t)below(left < 8 ? left : 8));
}

static struct sock_filter draw_load(void)
{
	uint32_t offset = below(12) ? 16 + 4 * below(6) : 4 * below(16);

	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset);
}

/* What libraries never write. */
static struct sock_filter draw_wild(void)
{
	static const uint16_t ops[] = {BPF_ADD, BPF_SUB, BPF_MUL, BPF_DIV, BPF_AND, BPF_OR, BPF_XOR, BPF_LSH, BPF_RSH, BPF_NEG};
	uint16_t op = ops[below(COUNT(ops))], source = below(2) ? BPF_K : BPF_X;
	uint32_t k = draw_word();

	switch (below(9)) {
	case 0:
		return (struct sock_filter)BPF_STMT(BPF_ST, below(3));
	case 1:
		return (struct sock_filter)BPF_STMT(BPF_STX, below(3));
	case 2:
		return (struct sock_filter)BPF_STMT(BPF_LD | BPF_MEM, below(3));
	case 3:
		return (struct sock_filter)BPF_STMT(BPF_LDX | BPF_MEM, below(3));
	case 4:
		return (struct sock_filter)BPF_STMT((uint16_t)(BPF_MISC | (below(2) ? BPF_TAX : BPF_TXA)), 0);
	case 5:
		return (struct sock_filter)BPF_STMT((uint16_t)((below(2) ? BPF_LD : BPF_LDX) | BPF_IMM), k);
	case 6:
		return (struct sock_filter)BPF_STMT((uint16_t)((below(2) ? BPF_LD : BPF_LDX) | BPF_W | BPF_LEN), 0);
	}
	if (op == BPF_NEG)
		source = BPF_K;
	if (op == BPF_LSH || op == BPF_RSH)
		k &= 31;
	if (op == BPF_DIV && k == 0)
		k = 7;
	return (struct sock_filter)BPF_STMT((uint16_t)(BPF_ALU | op | source), k);
}

static struct seccomp_program draw_program(struct arena *arena, unsigned wild)
{
	unsigned len = 4 + below(PROGRAM_LEN_MAX - 4), at = 0;
	struct sock_filter *code = ARENA_ARRAY(arena, struct sock_filter, len + 4);

	for (; wild && at < 3; at++)
		code[at] = (struct sock_filter)BPF_STMT(BPF_ST, at);
	for (len += at; at < len - 1; at++) {
		uint32_t kind = below(16);

		if (at % 4 == 3)
			code[at] = draw_load();
		else if (at + 2 < len && kind < 6)
			code[at] = draw_jump(len - at - 1);
		else if (kind < 10)
			code[at] = draw_load();
		else if (kind < 12)
			code[at] = (struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, draw_word());
		else if (wild && below(4) < wild)
			code[at] = draw_wild();
		else if (kind < 13 && at > len / 2)
			code[at] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, draw_action());
		else
			code[at] = draw_load();
	}
	code[len - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, draw_action());
	if (wild && below(8) == 0)
		code[len - 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_A, 0);
	struct seccomp_program program = {code, len};
	assert_int_equal(seccomp_filter_check(&program, NULL), 0);
	return program;
}

static struct seccomp_stack draw_stack(struct arena *arena, size_t *programs_left)
{
	size_t count = 1 + (below(4) == 0) + (below(8) == 0);
	struct seccomp_program *programs = ARENA_ARRAY(arena, struct seccomp_program, count);
	unsigned wild = below(2) ? 0 : 1 + below(3);

	for (size_t i = 0; i < count; i++)
		programs[i] = draw_program(arena, wild);
	*programs_left -= count < *programs_left ? count : *programs_left;
	return (struct seccomp_stack){programs, count};
}

/* Half of them near what the evaluator itself found. */
static struct seccomp_data draw_data(const struct seccomp_question *question, const struct seccomp_answer *answer)
{
	struct seccomp_data data = {.nr = question->nr, .arch = question->arch};

	data.instruction_pointer = (uint64_t)draw_word() << 32 | draw_word();
	for (unsigned word = 0; word < SECCOMP_WORDS; word++)
		seccomp_walk_set_word(&data, word, draw_word());
	if (answer && below(2)) {
		memcpy(data.args, below(2) ? answer->allowing.args : answer->refusing.args, sizeof data.args);
		seccomp_walk_set_word(&data, below(6), draw_word());
	}
	for (unsigned word = 1; question->narrow && word < SECCOMP_WORDS; word += 2)
		seccomp_walk_set_word(&data, word, 0);
	return data;
}

static bool contradicts(const struct seccomp_answer *answer, uint32_t ret)
{
	uint32_t value;
	enum seccomp_class class = seccomp_filter_class(ret, &value);

	switch (answer->class) {
	case SECCOMP_DEPENDS:
	case SECCOMP_MAYBE:
		return false;
	case SECCOMP_ALLOW:
	case SECCOMP_LOG:
		if (!seccomp_filter_passes(ret))
			return true;
		break;
	case SECCOMP_NOTIFY:
	case SECCOMP_TRACE:
		if (seccomp_filter_passes(ret))
			return true;
		break;
	default:
		if (!seccomp_filter_refuses(ret))
			return true;
	}
	return !answer->mixed && (class != answer->class || value != answer->value);
}

static bool witnesses_hold(const struct seccomp_stack *stack, const struct seccomp_answer *answer)
{
	if (answer->class != SECCOMP_DEPENDS)
		return true;
	return answer->allowing_known && answer->refusing_known &&
	       seccomp_filter_passes(seccomp_filter_run_stack(stack, &answer->allowing)) &&
	       !seccomp_filter_passes(seccomp_filter_run_stack(stack, &answer->refusing)) &&
	       seccomp_filter_run_stack(stack, &answer->refusing) == answer->refusal;
}

static struct seccomp_question draw_question(void)
{
	struct seccomp_question question = {.arch = below(4) ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_I386,
					    .nr = (int)below(4)};

	question.narrow = below(ABI_NARROW_EVERY) == 0;
	return question;
}

static size_t setting(const char *name, size_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void no_answer_is_contradicted_by_running(void **state _unused_)
{
	_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = NULL;
	size_t left = setting("SECCOMP_FUZZ_PROGRAMS", 3000), classes[SECCOMP_CLASSES] = {0}, stacks = 0;

	random_state = setting("SECCOMP_FUZZ_SEED", 20240229);
	for (; left > 0; stacks++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		struct seccomp_stack stack = draw_stack(arena, &left);
		struct seccomp_question question = draw_question();
		struct seccomp_answer answer;

		if (stacks % 1024 == 0) { /* the budget of all questions is for one host, not for this */
			seccomp_walker_free(walker);
			walker = seccomp_walker_new();
		}
		question.sides[0] = &stack;
		seccomp_solve(walker, arena, &question, &answer);
		classes[answer.class]++;
		if (!witnesses_hold(&stack, &answer))
			fail_msg("stack %zu: a witness does not hold", stacks);
		for (int i = 0; i < SAMPLES; i++) {
			struct seccomp_data data = draw_data(&question, &answer);

			if (contradicts(&answer, seccomp_filter_run_stack(&stack, &data)))
				fail_msg("stack %zu: %s is contradicted", stacks, seccomp_solve_text(arena, &answer));
		}
	}
	for (int class = 0; class < SECCOMP_CLASSES; class++)
		print_message("# %s %zu\n", seccomp_filter_class_name(class), classes[class]);
	assert_true(classes[SECCOMP_DEPENDS] > stacks / 50);
	assert_true(classes[SECCOMP_MAYBE] < stacks / 2);
}

/* The difference in that direction, or NULL. */
static const struct seccomp_difference *told(const struct seccomp_comparison *comparison, bool first_allows)
{
	vec_each(difference, &comparison->differences)
		if (difference->first_allows == first_allows)
			return difference;
	return NULL;
}

static void no_difference_is_missed_or_made_up(void **state _unused_)
{
	size_t abi_count, left = setting("SECCOMP_FUZZ_PROGRAMS", 3000), unclear = 0, told_count = 0;
	const struct syscalls_abi *abi = syscalls_abis(&abi_count);

	random_state = setting("SECCOMP_FUZZ_SEED", 20240229) + 1;
	while (left > 0) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();
		_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
		struct seccomp_stack one = draw_stack(arena, &left), other = draw_stack(arena, &left);
		struct seccomp_question question = draw_question();
		struct seccomp_comparison comparison = {0};

		question.sides[0] = &one;
		question.sides[1] = &other;
		seccomp_compare_call(walker, arena, abi, &question, &comparison);
		unclear += comparison.unclear.count > 0;
		vec_each(difference, &comparison.differences) {
			told_count++;
			assert_true(seccomp_filter_passes(seccomp_filter_run_stack(&one, &difference->witness)) ==
				    difference->first_allows);
			assert_true(seccomp_filter_passes(seccomp_filter_run_stack(&other, &difference->witness)) !=
				    difference->first_allows);
		}
		for (int i = 0; i < SAMPLES; i++) {
			struct seccomp_data data = draw_data(&question, NULL);
			bool first = seccomp_filter_passes(seccomp_filter_run_stack(&one, &data));
			bool second = seccomp_filter_passes(seccomp_filter_run_stack(&other, &data));

			if (first != second && !told(&comparison, first) && comparison.unclear.count == 0)
				fail_msg("a difference was missed, %zu programs before the end", left);
		}
	}
	print_message("# differences %zu, unclear %zu\n", told_count, unclear);
	assert_true(told_count > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_answer_is_contradicted_by_running),
		cmocka_unit_test(no_difference_is_missed_or_made_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
