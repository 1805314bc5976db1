#include "checks/seccomp_stacks.h"

#include <inttypes.h>

struct seccomp_stacks {
	struct arena *arena;
	VEC(struct seccomp_known *) all;
};

struct seccomp_stacks *seccomp_stacks_new(struct arena *arena)
{
	struct seccomp_stacks *stacks = ARENA_NEW(arena, struct seccomp_stacks);

	stacks->arena = arena;
	return stacks;
}

/* http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_word(uint64_t hash, uint32_t word)
{
	for (int shift = 0; shift < 32; shift += 8)
		hash = (hash ^ ((word >> shift) & 0xff)) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t hash_of(const struct seccomp_stack *stack)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < stack->count; i++) {
		const struct seccomp_program *program = &stack->programs[i];

		hash = hash_word(hash, (uint32_t)program->count);
		for (size_t j = 0; j < program->count; j++) {
			const struct sock_filter *at = &program->code[j];

			hash = hash_word(hash, (uint32_t)at->code | (uint32_t)at->jt << 16 | (uint32_t)at->jf << 24);
			hash = hash_word(hash, at->k);
		}
	}
	return hash;
}

static bool same(const struct seccomp_stack *a, const struct seccomp_stack *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->programs[i].count != b->programs[i].count ||
		    memcmp(a->programs[i].code, b->programs[i].code, a->programs[i].count * sizeof *a->programs[i].code) != 0)
			return false;
	return true;
}

static struct seccomp_known *keep(struct seccomp_stacks *stacks, const struct seccomp_stack *stack, uint64_t hash)
{
	struct arena *arena = stacks->arena;
	struct seccomp_known *known = ARENA_NEW(arena, struct seccomp_known);
	struct seccomp_program *programs = ARENA_ARRAY(arena, struct seccomp_program, stack->count);

	for (size_t i = 0; i < stack->count; i++) {
		size_t count = stack->programs[i].count;
		struct sock_filter *code = ARENA_ARRAY(arena, struct sock_filter, count);

		memcpy(code, stack->programs[i].code, count * sizeof *code);
		programs[i] = (struct seccomp_program){code, count};
		known->instructions += count;
	}
	known->stack = (struct seccomp_stack){programs, stack->count};
	known->hash = hash;
	known->name = arena_printf(arena, "%016" PRIx64, hash);
	known->summary = ARENA_NEW(arena, struct seccomp_summary);
	known->summary->stack = &known->stack;
	vec_push(arena, &stacks->all, known);
	return known;
}

struct seccomp_known *seccomp_stacks_add(struct seccomp_stacks *stacks, const struct seccomp_stack *stack, struct error *err)
{
	uint64_t hash = hash_of(stack);

	vec_each(known, &stacks->all)
		if ((*known)->hash == hash && same(&(*known)->stack, stack))
			return *known;
	if (seccomp_filter_check_stack(stack, err) < 0)
		return NULL;
	return keep(stacks, stack, hash);
}

struct seccomp_known *seccomp_stacks_none(struct seccomp_stacks *stacks)
{
	return seccomp_stacks_add(stacks, &(struct seccomp_stack){0}, NULL);
}

struct seccomp_known *seccomp_stacks_strict(struct seccomp_stacks *stacks)
{
	static const char *const calls[] = {"read", "write", "exit", "rt_sigreturn", "sigreturn"};
	enum { CALLS = sizeof calls / sizeof *calls, ABIS_MAX = 8 };
	struct sock_filter code[ABIS_MAX * (4 + 2 * CALLS) + 1];
	size_t at = 0, count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 0; i < count && i < ABIS_MAX; i++) {
		size_t skip = at + 1;

		code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
		code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abis[i].arch, 0, 0);
		code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
		for (size_t j = 0; j < CALLS; j++) {
			int nr = syscalls_number(&abis[i], calls[j]);

			if (nr < 0)
				continue;
			code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 1);
			code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
		}
		code[skip].jf = (uint8_t)(at - skip - 1);
	}
	code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_THREAD);
	struct seccomp_program program = {code, at};

	return seccomp_stacks_add(stacks, &(struct seccomp_stack){&program, 1}, NULL);
}
