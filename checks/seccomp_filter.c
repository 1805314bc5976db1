#include "checks/seccomp_filter.h"

#include <stddef.h>
#include <string.h>

#define ERRNO_MAX 4095 /* linux/err.h MAX_ERRNO */

/* ---- what the kernel accepts --------------------------------------------------------------------------------- */

/* The instructions of seccomp_check_filter, each with what bounds its operand. */
enum operand { ANY = 1, LOAD, LENGTH, SCRATCH, DIVISOR, SHIFT, JUMP, BRANCH };
static const struct {
	uint16_t code;
	uint8_t operand;
} permitted[] = {
	{BPF_LD | BPF_W | BPF_ABS, LOAD},
	{BPF_LD | BPF_W | BPF_LEN, LENGTH},
	{BPF_LDX | BPF_W | BPF_LEN, LENGTH},
	{BPF_LD | BPF_IMM, ANY},
	{BPF_LDX | BPF_IMM, ANY},
	{BPF_LD | BPF_MEM, SCRATCH},
	{BPF_LDX | BPF_MEM, SCRATCH},
	{BPF_ST, SCRATCH},
	{BPF_STX, SCRATCH},
	{BPF_RET | BPF_K, ANY},
	{BPF_RET | BPF_A, ANY},
	{BPF_MISC | BPF_TAX, ANY},
	{BPF_MISC | BPF_TXA, ANY},
	{BPF_ALU | BPF_ADD | BPF_K, ANY},
	{BPF_ALU | BPF_ADD | BPF_X, ANY},
	{BPF_ALU | BPF_SUB | BPF_K, ANY},
	{BPF_ALU | BPF_SUB | BPF_X, ANY},
	{BPF_ALU | BPF_MUL | BPF_K, ANY},
	{BPF_ALU | BPF_MUL | BPF_X, ANY},
	{BPF_ALU | BPF_DIV | BPF_K, DIVISOR},
	{BPF_ALU | BPF_DIV | BPF_X, ANY},
	{BPF_ALU | BPF_AND | BPF_K, ANY},
	{BPF_ALU | BPF_AND | BPF_X, ANY},
	{BPF_ALU | BPF_OR | BPF_K, ANY},
	{BPF_ALU | BPF_OR | BPF_X, ANY},
	{BPF_ALU | BPF_XOR | BPF_K, ANY},
	{BPF_ALU | BPF_XOR | BPF_X, ANY},
	{BPF_ALU | BPF_LSH | BPF_K, SHIFT},
	{BPF_ALU | BPF_LSH | BPF_X, ANY},
	{BPF_ALU | BPF_RSH | BPF_K, SHIFT},
	{BPF_ALU | BPF_RSH | BPF_X, ANY},
	{BPF_ALU | BPF_NEG, ANY},
	{BPF_JMP | BPF_JA, JUMP},
	{BPF_JMP | BPF_JEQ | BPF_K, BRANCH},
	{BPF_JMP | BPF_JEQ | BPF_X, BRANCH},
	{BPF_JMP | BPF_JGE | BPF_K, BRANCH},
	{BPF_JMP | BPF_JGE | BPF_X, BRANCH},
	{BPF_JMP | BPF_JGT | BPF_K, BRANCH},
	{BPF_JMP | BPF_JGT | BPF_X, BRANCH},
	{BPF_JMP | BPF_JSET | BPF_K, BRANCH},
	{BPF_JMP | BPF_JSET | BPF_X, BRANCH},
};

static enum operand operand_of(uint16_t code)
{
	for (size_t i = 0; i < sizeof permitted / sizeof *permitted; i++)
		if (permitted[i].code == code)
			return permitted[i].operand;
	return 0;
}

/* Why the instruction at `pc` is refused, or NULL. */
static const char *wrong(const struct seccomp_program *program, size_t pc)
{
	const struct sock_filter *at = &program->code[pc];
	size_t left = program->count - pc - 1;

	switch (operand_of(at->code)) {
	case ANY:
	case LENGTH:
		return NULL;
	case LOAD:
		return at->k < sizeof(struct seccomp_data) && at->k % 4 == 0 ? NULL : "loads outside the data";
	case SCRATCH:
		return at->k < BPF_MEMWORDS ? NULL : "names no scratch word";
	case DIVISOR:
		return at->k ? NULL : "divides by zero";
	case SHIFT:
		return at->k < 32 ? NULL : "shifts too far";
	case JUMP:
		return at->k < left ? NULL : "jumps outside the program";
	case BRANCH:
		return at->jt < left && at->jf < left ? NULL : "jumps outside the program";
	}
	return "is not permitted in a seccomp filter";
}

/* A scratch word is read only where every way there has written it (check_load_and_stores). Returns the first
 * instruction that does otherwise, or the count. */
static size_t unwritten(const struct seccomp_program *program)
{
	uint16_t valid[SECCOMP_PROGRAM_MAX], now = 0;

	memset(valid, 0xff, program->count * sizeof *valid);
	for (size_t pc = 0; pc < program->count; pc++) {
		const struct sock_filter *at = &program->code[pc];

		now &= valid[pc];
		switch (at->code) {
		case BPF_ST:
		case BPF_STX:
			now |= (uint16_t)(1u << at->k);
			break;
		case BPF_LD | BPF_MEM:
		case BPF_LDX | BPF_MEM:
			if (!(now & (1u << at->k)))
				return pc;
			break;
		case BPF_JMP | BPF_JA:
			valid[pc + 1 + at->k] &= now;
			now = 0xffff;
			break;
		default:
			if (BPF_CLASS(at->code) != BPF_JMP)
				break;
			valid[pc + 1 + at->jt] &= now;
			valid[pc + 1 + at->jf] &= now;
			now = 0xffff;
		}
	}
	return program->count;
}

int seccomp_filter_check(const struct seccomp_program *program, struct error *err)
{
	if (program->count == 0 || program->count > SECCOMP_PROGRAM_MAX)
		return error_set(err, ERROR_LIMIT, "a seccomp filter has 1 to %d instructions, not %zu",
				 SECCOMP_PROGRAM_MAX, program->count);
	for (size_t pc = 0; pc < program->count; pc++) {
		const char *why = wrong(program, pc);

		if (why)
			return error_set(err, ERROR_MALFORMED, "seccomp filter: instruction %zu (0x%x) %s", pc,
					 program->code[pc].code, why);
	}
	if (BPF_CLASS(program->code[program->count - 1].code) != BPF_RET)
		return error_set(err, ERROR_MALFORMED, "seccomp filter: the last instruction does not return");
	size_t pc = unwritten(program);
	if (pc < program->count)
		return error_set(err, ERROR_MALFORMED, "seccomp filter: instruction %zu reads an unwritten word", pc);
	return 0;
}

int seccomp_filter_check_stack(const struct seccomp_stack *stack, struct error *err)
{
	size_t total = 0;

	if (stack->count > SECCOMP_STACK_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d seccomp filters", SECCOMP_STACK_MAX);
	for (size_t i = 0; i < stack->count; i++) {
		if (seccomp_filter_check(&stack->programs[i], err) < 0)
			return error_wrap(err, "filter %zu", i);
		total += stack->programs[i].count;
	}
	if (total > SECCOMP_STACK_INSTRUCTIONS_MAX)
		return error_set(err, ERROR_LIMIT, "seccomp filters of more than %d instructions",
				 SECCOMP_STACK_INSTRUCTIONS_MAX);
	return 0;
}

/* ---- running ------------------------------------------------------------------------------------------------- */

struct machine {
	const struct seccomp_data *data;
	uint32_t a, x;
	uint32_t m[BPF_MEMWORDS];
};

uint32_t seccomp_filter_calculate(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_DIV:
		return a / b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 31);
	case BPF_RSH:
		return a >> (b & 31);
	}
	return -a; /* BPF_NEG */
}

bool seccomp_filter_branches(uint16_t code, uint32_t a, uint32_t b)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	}
	return (a & b) != 0; /* BPF_JSET */
}

static uint32_t loaded(const struct machine *machine, const struct sock_filter *at)
{
	uint32_t word = at->k;

	if (BPF_MODE(at->code) == BPF_ABS)
		memcpy(&word, (const char *)machine->data + at->k, sizeof word);
	else if (BPF_MODE(at->code) == BPF_MEM)
		word = machine->m[at->k];
	else if (BPF_MODE(at->code) == BPF_LEN)
		word = sizeof(struct seccomp_data);
	return word;
}

/* The inner loop goes on without waiting for a loaded offset: that wait is what an evaluation would spend its time on. */
uint32_t seccomp_filter_skip(const struct sock_filter *code, uint32_t pc, uint32_t value)
{
	const struct sock_filter *at = &code[pc];

	for (;;) {
		while (at->code == (BPF_JMP | BPF_JEQ | BPF_K) && at->jf == 0 && at->k != value)
			at++;
		if (at->code != (BPF_JMP | BPF_JEQ | BPF_K))
			return (uint32_t)(at - code);
		at += 1 + (at->k == value ? at->jt : at->jf);
	}
}

uint32_t seccomp_filter_run(const struct seccomp_program *program, const struct seccomp_data *data)
{
	struct machine machine = {.data = data};

	for (uint32_t pc = 0;; pc++) {
		pc = seccomp_filter_skip(program->code, pc, machine.a);

		const struct sock_filter *at = &program->code[pc];
		uint32_t operand = BPF_SRC(at->code) == BPF_X ? machine.x : at->k;

		switch (BPF_CLASS(at->code)) {
		case BPF_LD:
			machine.a = loaded(&machine, at);
			break;
		case BPF_LDX:
			machine.x = loaded(&machine, at);
			break;
		case BPF_ST:
			machine.m[at->k] = machine.a;
			break;
		case BPF_STX:
			machine.m[at->k] = machine.x;
			break;
		case BPF_ALU:
			/* A division by a register of zero ends the program with 0 (bpf_convert_filter). */
			if (BPF_OP(at->code) == BPF_DIV && operand == 0)
				return 0;
			machine.a = seccomp_filter_calculate(at->code, machine.a, operand);
			break;
		case BPF_JMP:
			if (BPF_OP(at->code) == BPF_JA)
				pc += at->k;
			else
				pc += seccomp_filter_branches(at->code, machine.a, operand) ? at->jt : at->jf;
			break;
		case BPF_RET:
			return BPF_RVAL(at->code) == BPF_A ? machine.a : at->k;
		default:
			if (BPF_MISCOP(at->code) == BPF_TAX)
				machine.x = machine.a;
			else
				machine.a = machine.x;
		}
	}
}

uint32_t seccomp_filter_stricter(uint32_t newer, uint32_t older)
{
	int32_t mine = (int32_t)(newer & SECCOMP_RET_ACTION_FULL), other = (int32_t)(older & SECCOMP_RET_ACTION_FULL);

	return other < mine ? older : newer;
}

uint32_t seccomp_filter_run_stack(const struct seccomp_stack *stack, const struct seccomp_data *data)
{
	uint32_t ret = SECCOMP_RET_ALLOW;

	for (size_t i = stack->count; i-- > 0;)
		ret = seccomp_filter_stricter(ret, seccomp_filter_run(&stack->programs[i], data));
	return ret;
}

/* ---- actions ------------------------------------------------------------------------------------------------- */

static const struct {
	uint32_t action;
	enum seccomp_class class;
} actions[] = {
	{SECCOMP_RET_ALLOW, SECCOMP_ALLOW}, {SECCOMP_RET_LOG, SECCOMP_LOG},   {SECCOMP_RET_TRACE, SECCOMP_TRACE},
	{SECCOMP_RET_ERRNO, SECCOMP_ERRNO}, {SECCOMP_RET_TRAP, SECCOMP_TRAP}, {SECCOMP_RET_USER_NOTIF, SECCOMP_NOTIFY},
};

enum seccomp_class seccomp_filter_class(uint32_t ret, uint32_t *ret_value)
{
	enum seccomp_class class = SECCOMP_KILL;
	uint32_t value = ret & SECCOMP_RET_DATA;

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (actions[i].action == (ret & SECCOMP_RET_ACTION_FULL))
			class = actions[i].class;
	if (class == SECCOMP_ERRNO && value > ERRNO_MAX)
		value = ERRNO_MAX;
	if (class != SECCOMP_ERRNO && class != SECCOMP_TRAP && class != SECCOMP_TRACE)
		value = 0;
	if (ret_value)
		*ret_value = value;
	return class;
}

const char *seccomp_filter_class_name(enum seccomp_class class)
{
	static const char *const names[SECCOMP_CLASSES] = {
		[SECCOMP_ALLOW] = "allow",   [SECCOMP_LOG] = "log",       [SECCOMP_ERRNO] = "errno",
		[SECCOMP_TRAP] = "trap",     [SECCOMP_KILL] = "kill",     [SECCOMP_NOTIFY] = "notify",
		[SECCOMP_TRACE] = "trace",   [SECCOMP_DEPENDS] = "depends", [SECCOMP_MAYBE] = "maybe",
	};

	return names[class];
}

bool seccomp_filter_passes(uint32_t ret)
{
	enum seccomp_class class = seccomp_filter_class(ret, NULL);

	return class == SECCOMP_ALLOW || class == SECCOMP_LOG;
}

bool seccomp_filter_refuses(uint32_t ret)
{
	enum seccomp_class class = seccomp_filter_class(ret, NULL);

	return class == SECCOMP_ERRNO || class == SECCOMP_TRAP || class == SECCOMP_KILL;
}
