#include "checks/seccomp_compare.h"

/* One call under comparison. */
struct comparing {
	const struct seccomp_question *question;
	struct seccomp_data witness[SECCOMP_SIDES]; /* let pass by this side only */
	uint32_t ret[SECCOMP_SIDES][SECCOMP_SIDES];
	bool found[SECCOMP_SIDES];
	bool unclear[SECCOMP_SIDES];
};

/* A return that is not known is `ret` or an action with a lower number; that may be log below one the kernel lacks. */
static bool may_pass(const struct seccomp_path *path, int side)
{
	return seccomp_filter_passes(path->ret[side]) ||
	       (!path->known[side] && seccomp_filter_stricter(path->ret[side], SECCOMP_RET_LOG) != path->ret[side]);
}

/* Does the path perhaps pass the one and not the other? */
static bool may_differ(const struct seccomp_path *path, int passing)
{
	return may_pass(path, passing) && (!path->known[!passing] || !seccomp_filter_passes(path->ret[!passing]));
}

static void take_path(void *context, const struct seccomp_path *path)
{
	struct comparing *comparing = context;
	uint32_t ret[SECCOMP_SIDES];
	bool agrees = path->sure;

	for (int side = 0; side < SECCOMP_SIDES; side++) {
		ret[side] = seccomp_filter_run_stack(comparing->question->sides[side], &path->data);
		agrees = agrees && path->known[side] && ret[side] == path->ret[side];
	}
	for (int side = 0; side < SECCOMP_SIDES; side++) {
		comparing->unclear[side] |= !agrees && may_differ(path, side);
		if (comparing->found[side] || !seccomp_filter_passes(ret[side]) || seccomp_filter_passes(ret[!side]))
			continue;
		comparing->found[side] = true;
		comparing->witness[side] = path->data;
		memcpy(comparing->ret[side], ret, sizeof ret);
	}
}

static const char *name_of(struct arena *arena, const struct syscalls_abi *abi, int nr)
{
	const char *name = syscalls_name(abi, nr);

	return name ? name : arena_printf(arena, "#%d", (int)((uint32_t)nr & ~abi->number_bit));
}

void seccomp_compare_call(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
			  const struct seccomp_question *question, struct seccomp_comparison *ret)
{
	struct comparing comparing = {.question = question};
	bool whole = seccomp_walk(walker, question, take_path, &comparing), unclear = false;

	for (int side = 0; side < SECCOMP_SIDES; side++) {
		struct seccomp_difference difference = {
			.abi = abi, .nr = question->nr, .first_allows = side == 0, .witness = comparing.witness[side]};

		unclear |= !comparing.found[side] && (comparing.unclear[side] || !whole);
		if (!comparing.found[side])
			continue;
		difference.name = name_of(arena, abi, question->nr);
		memcpy(difference.ret, comparing.ret[side], sizeof difference.ret);
		vec_push(arena, &ret->differences, difference);
	}
	if (unclear)
		vec_push(arena, &ret->unclear, name_of(arena, abi, question->nr));
}

void seccomp_compare(struct seccomp_walker *walker, struct arena *arena, const struct syscalls_abi *abi,
		     const struct seccomp_stack *first, const struct seccomp_stack *second,
		     struct seccomp_comparison *ret)
{
	for (size_t i = 0; i < syscalls_count(abi); i++) {
		struct seccomp_question question = {
			.sides = {first, second}, .arch = abi->arch, .nr = syscalls_at(abi, i), .narrow = abi->narrow};

		seccomp_compare_call(walker, arena, abi, &question, ret);
	}
}
