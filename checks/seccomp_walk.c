#include "checks/seccomp_walk.h"

#include <stdlib.h>
#include <string.h>

/* A constant, (word & bits) of an argument, or nothing that is known. */
enum { CONSTANT = -1, UNKNOWN = -2 };
struct symbol {
	int32_t word; /* or one of the above */
	uint32_t bits; /* the constant, or the mask */
};

/* Where a walk is. */
struct place {
	struct symbol a, x, m[BPF_MEMWORDS];
	uint32_t pc;
	uint32_t program; /* counts down to 0 within a side; the newest filter comes first, as in the kernel */
	uint8_t side;
	bool sure;
	bool known[SECCOMP_SIDES];
	uint32_t ret[SECCOMP_SIDES];
	uint32_t witness[SECCOMP_WORDS];
	int32_t last[SECCOMP_WORDS]; /* the newest bound on each word, or -1 */
	uint32_t bound_count;
};

/* A jump's other side, to be taken later, and what holds there. */
struct fork {
	struct place place;
	struct seccomp_bound bound;
	bool bounded;
};

struct seccomp_walker {
	struct place at;
	struct seccomp_bound bounds[SECCOMP_WALK_FORKS_MAX + SECCOMP_WORDS];
	struct fork forks[SECCOMP_WALK_FORKS_MAX];
	size_t fork_count;
	uint64_t steps, total;
	const struct seccomp_question *question;
};

struct seccomp_walker *seccomp_walker_new(void)
{
	struct seccomp_walker *walker = calloc(1, sizeof *walker);

	if (!walker)
		out_of_memory();
	return walker;
}

void seccomp_walker_free(struct seccomp_walker *walker)
{
	free(walker);
}

/* ---- words --------------------------------------------------------------------------------------------------- */

/* Where seccomp_data keeps a word: the arguments are 64-bit numbers in the host's order. */
static size_t word_offset(unsigned word)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word ^= 1;
#endif
	return offsetof(struct seccomp_data, args) + 4 * (size_t)word;
}

uint32_t seccomp_walk_word(const struct seccomp_data *data, unsigned word)
{
	uint32_t value;

	memcpy(&value, (const char *)data + word_offset(word), sizeof value);
	return value;
}

void seccomp_walk_set_word(struct seccomp_data *data, unsigned word, uint32_t value)
{
	memcpy((char *)data + word_offset(word), &value, sizeof value);
}

static struct symbol constant(uint32_t value)
{
	return (struct symbol){.word = CONSTANT, .bits = value};
}

static struct symbol unknown(void)
{
	return (struct symbol){.word = UNKNOWN};
}

static struct symbol load(const struct seccomp_question *question, uint32_t offset)
{
	if (offset == offsetof(struct seccomp_data, nr))
		return constant((uint32_t)question->nr);
	if (offset == offsetof(struct seccomp_data, arch))
		return constant(question->arch);
	if (offset < offsetof(struct seccomp_data, args))
		return unknown();
	for (unsigned word = 0; word < SECCOMP_WORDS; word++)
		if (word_offset(word) == offset)
			return word % 2 && question->narrow ? constant(0)
							    : (struct symbol){.word = (int32_t)word, .bits = UINT32_MAX};
	return unknown();
}

/* What is still of a known form; everything else is unknown. */
static struct symbol calculate(uint16_t code, struct symbol a, struct symbol b)
{
	uint16_t op = BPF_OP(code);

	if (op == BPF_AND && a.word == CONSTANT) {
		struct symbol swapped = a;

		a = b;
		b = swapped;
	}
	if (op == BPF_AND && b.word == CONSTANT) {
		if (b.bits == 0)
			return constant(0);
		if (b.bits == UINT32_MAX)
			return a;
		if (a.word < 0)
			return unknown();
		return (a.bits & b.bits) ? (struct symbol){.word = a.word, .bits = a.bits & b.bits} : constant(0);
	}
	/* Libraries put such in where an operand is empty. */
	if (b.word == CONSTANT && b.bits == 0 &&
	    (op == BPF_OR || op == BPF_XOR || op == BPF_ADD || op == BPF_SUB || op == BPF_LSH || op == BPF_RSH))
		return a;
	return unknown();
}

/* ---- jumps --------------------------------------------------------------------------------------------------- */

/* What it says of the word that a jump goes one way. False: it never does. */
static bool bound_of(uint16_t code, struct symbol a, uint32_t k, bool taken, struct seccomp_bound *ret)
{
	*ret = (struct seccomp_bound){.word = (uint8_t)a.word, .mask = a.bits, .low = 0, .high = UINT32_MAX};
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		ret->low = ret->high = k;
		ret->except = !taken;
		return true;
	case BPF_JSET:
		ret->mask &= k;
		ret->high = 0;
		ret->except = taken;
		return true;
	case BPF_JGE:
		if (k == 0)
			return taken;
		k--;
		break;
	default:
		break;
	}
	/* Now it is "greater than k". */
	if (taken && k == UINT32_MAX)
		return false;
	if (taken)
		ret->low = k + 1;
	else
		ret->high = k;
	return true;
}

/* Can the walk go on with this bound? On FOUND, *value meets it and all that holds for its word. */
static enum seccomp_found feasible(struct seccomp_walker *walker, struct seccomp_bound *bound, uint32_t *value)
{
	bound->earlier = walker->at.last[bound->word];
	if (!seccomp_word_narrow(walker->bounds, bound))
		return SECCOMP_NONE;
	*value = walker->at.witness[bound->word];
	if (walker->at.sure && seccomp_word_meets(bound, *value))
		return SECCOMP_FOUND;
	return seccomp_word_solve(walker->bounds, bound, value, &walker->steps);
}

static void hold(struct seccomp_walker *walker, const struct seccomp_bound *bound)
{
	walker->bounds[walker->at.bound_count] = *bound;
	walker->at.last[bound->word] = (int32_t)walker->at.bound_count++;
}

static bool fork_place(struct seccomp_walker *walker, struct fork **ret)
{
	if (walker->fork_count == SECCOMP_WALK_FORKS_MAX || walker->at.bound_count >= SECCOMP_WALK_FORKS_MAX)
		return false;
	*ret = &walker->forks[walker->fork_count++];
	walker->steps += 64; /* what a copy, a path's report and its witness cost, about */
	(*ret)->place = walker->at;
	(*ret)->bounded = false;
	return true;
}

/* A jump on (word & mask). False: a limit. */
static bool branch_on_word(struct seccomp_walker *walker, const struct sock_filter *at, struct symbol subject, uint32_t k)
{
	struct seccomp_bound bound[2];
	enum seccomp_found found[2];
	uint32_t value[2] = {0};
	const uint32_t offset[2] = {at->jf, at->jt};
	struct fork *other;

	for (int taken = 0; taken < 2; taken++)
		found[taken] = bound_of(at->code, subject, k, taken, &bound[taken])
				       ? feasible(walker, &bound[taken], &value[taken])
				       : SECCOMP_NONE;
	if (found[0] == SECCOMP_NONE || found[1] == SECCOMP_NONE) {
		/* One side alone says nothing new. With neither nothing leads here, which only a walk that is not sure finds. */
		walker->at.pc += offset[found[1] != SECCOMP_NONE];
		return true;
	}
	if (!fork_place(walker, &other))
		return false;
	other->place.pc += offset[0];
	other->bound = bound[0];
	other->bounded = true;
	other->place.sure &= found[0] == SECCOMP_FOUND;
	other->place.witness[bound[0].word] = found[0] == SECCOMP_FOUND ? value[0] : 0;
	walker->at.pc += offset[1];
	walker->at.sure &= found[1] == SECCOMP_FOUND;
	walker->at.witness[bound[1].word] = found[1] == SECCOMP_FOUND ? value[1] : 0;
	hold(walker, &bound[1]);
	return true;
}

static bool branch_on_unknown(struct seccomp_walker *walker, const struct sock_filter *at)
{
	struct fork *other;

	walker->at.sure = false;
	if (!fork_place(walker, &other))
		return false;
	other->place.pc += at->jf;
	walker->at.pc += at->jt;
	return true;
}

/* A jump on a constant and b, as one on b and the constant: k > b is not b >= k, k >= b is not b > k. */
static struct sock_filter mirrored(const struct sock_filter *at)
{
	struct sock_filter turned = *at;

	if (BPF_OP(at->code) == BPF_JGT || BPF_OP(at->code) == BPF_JGE) {
		uint16_t op = BPF_OP(at->code) == BPF_JGT ? BPF_JGE : BPF_JGT;

		turned.code = (uint16_t)((at->code & ~0xf0) | op);
		turned.jt = at->jf;
		turned.jf = at->jt;
	}
	return turned;
}

/* False: a limit. */
static bool branch(struct seccomp_walker *walker, const struct sock_filter *at)
{
	struct place *place = &walker->at;
	struct symbol b = BPF_SRC(at->code) == BPF_X ? place->x : constant(at->k);

	if (place->a.word == CONSTANT && b.word == CONSTANT) {
		place->pc += seccomp_filter_branches(at->code, place->a.bits, b.bits) ? at->jt : at->jf;
		return true;
	}
	if (at->jt == at->jf) {
		place->pc += at->jt;
		return true;
	}
	if (place->a.word >= 0 && b.word == CONSTANT)
		return branch_on_word(walker, at, place->a, b.bits);
	if (place->a.word == CONSTANT && b.word >= 0) {
		struct sock_filter turned = mirrored(at);

		return branch_on_word(walker, &turned, b, place->a.bits);
	}
	return branch_on_unknown(walker, at);
}

/* ---- the walk ------------------------------------------------------------------------------------------------ */

static void calculate_at(struct seccomp_walker *walker, const struct sock_filter *at)
{
	struct place *place = &walker->at;
	struct symbol b = BPF_SRC(at->code) == BPF_X ? place->x : constant(at->k);

	if (place->a.word == CONSTANT && (b.word == CONSTANT || BPF_OP(at->code) == BPF_NEG))
		place->a = constant(seccomp_filter_calculate(at->code, place->a.bits, b.bits));
	else
		place->a = calculate(at->code, place->a, b);
}

static struct symbol loaded(const struct seccomp_walker *walker, const struct sock_filter *at)
{
	if (BPF_MODE(at->code) == BPF_ABS)
		return load(walker->question, at->k);
	if (BPF_MODE(at->code) == BPF_MEM)
		return walker->at.m[at->k];
	return constant(BPF_MODE(at->code) == BPF_LEN ? (uint32_t)sizeof(struct seccomp_data) : at->k);
}

/* The newest filter of the side that is asked next; false: there is none any more. */
static bool next_program(struct seccomp_walker *walker)
{
	struct place *place = &walker->at;

	place->pc = 0;
	place->a = place->x = constant(0);
	memset(place->m, 0, sizeof place->m);
	if (place->program > 0) {
		place->program--;
		return true;
	}
	while (++place->side < SECCOMP_SIDES) {
		const struct seccomp_stack *stack = walker->question->sides[place->side];

		if (!stack || stack->count == 0)
			continue;
		place->program = (uint32_t)stack->count - 1;
		return true;
	}
	return false;
}

static void take_return(struct place *place, struct symbol value)
{
	if (value.word == CONSTANT)
		place->ret[place->side] = seccomp_filter_stricter(place->ret[place->side], value.bits);
	else
		place->known[place->side] = false;
}

/* Can this division end the program with 0? Follow that as a way of its own. False: a limit. */
static bool divide(struct seccomp_walker *walker)
{
	struct place *place = &walker->at;
	struct fork *other;

	if (place->x.word == CONSTANT && place->x.bits != 0)
		return true;
	place->sure = place->sure && place->x.word == CONSTANT;
	if (place->x.word != CONSTANT) {
		if (!fork_place(walker, &other))
			return false;
		other->place.a = unknown();
	}
	take_return(place, constant(0));
	return true;
}

enum step { GO_ON, RETURNED, LIMIT };

/* One instruction; the place's pc is already behind it. */
static enum step step(struct seccomp_walker *walker, const struct sock_filter *at)
{
	struct place *place = &walker->at;

	switch (BPF_CLASS(at->code)) {
	case BPF_LD:
		place->a = loaded(walker, at);
		return GO_ON;
	case BPF_LDX:
		place->x = loaded(walker, at);
		return GO_ON;
	case BPF_ST:
		place->m[at->k] = place->a;
		return GO_ON;
	case BPF_STX:
		place->m[at->k] = place->x;
		return GO_ON;
	case BPF_ALU:
		if (at->code == (BPF_ALU | BPF_DIV | BPF_X) && (place->x.word != CONSTANT || place->x.bits == 0))
			return divide(walker) ? RETURNED : LIMIT;
		calculate_at(walker, at);
		return GO_ON;
	case BPF_JMP:
		if (BPF_OP(at->code) == BPF_JA)
			place->pc += at->k;
		else if (!branch(walker, at))
			return LIMIT;
		return GO_ON;
	case BPF_RET:
		take_return(place, BPF_RVAL(at->code) == BPF_A ? place->a : constant(at->k));
		return RETURNED;
	}
	if (BPF_MISCOP(at->code) == BPF_TAX)
		place->x = place->a;
	else
		place->a = place->x;
	return GO_ON;
}

/* Past comparisons of the call's number with one after the other. */
static void skip_comparisons(struct seccomp_walker *walker, const struct sock_filter *code)
{
	struct place *place = &walker->at;

	if (place->a.word != CONSTANT)
		return;
	uint32_t pc = seccomp_filter_skip(code, place->pc, place->a.bits);

	walker->steps += pc - place->pc;
	place->pc = pc;
}

/* From where the walk is to the end of the last filter. False: a limit. */
static bool walk_on(struct seccomp_walker *walker)
{
	struct place *place = &walker->at;

	while (place->side < SECCOMP_SIDES) {
		const struct seccomp_program *program = &walker->question->sides[place->side]->programs[place->program];
		enum step result = GO_ON;

		while (result == GO_ON) {
			if (++walker->steps > SECCOMP_WALK_STEPS_MAX)
				return false;
			skip_comparisons(walker, program->code);
			result = step(walker, &program->code[place->pc++]);
		}
		if (result == LIMIT)
			return false;
		if (!next_program(walker))
			break;
	}
	return true;
}

static void report(const struct seccomp_walker *walker, seccomp_path_end *end, void *context)
{
	const struct place *place = &walker->at;
	struct seccomp_path path = {
		.sure = place->sure,
		.data = {.nr = walker->question->nr, .arch = walker->question->arch},
		.bounds = walker->bounds,
		.bound_count = place->bound_count,
	};

	memcpy(path.ret, place->ret, sizeof path.ret);
	memcpy(path.known, place->known, sizeof path.known);
	for (unsigned word = 0; word < SECCOMP_WORDS; word++)
		seccomp_walk_set_word(&path.data, word, place->witness[word]);
	end(context, &path);
}

/* False: nothing is like that. */
static bool begin(struct seccomp_walker *walker, const struct seccomp_question *question)
{
	struct place *place = &walker->at;

	walker->question = question;
	walker->steps = walker->fork_count = 0;
	*place = (struct place){.sure = true};
	for (int side = 0; side < SECCOMP_SIDES; side++) {
		place->ret[side] = SECCOMP_RET_ALLOW;
		place->known[side] = true;
	}
	for (int word = 0; word < SECCOMP_WORDS; word++)
		place->last[word] = -1;
	place->side = UINT8_MAX; /* next_program goes to the first */
	for (size_t i = 0; i < question->given_count && i < SECCOMP_WORDS; i++) {
		struct seccomp_bound bound = question->given[i];

		if (feasible(walker, &bound, &place->witness[bound.word]) != SECCOMP_FOUND)
			return false;
		hold(walker, &bound);
	}
	return true;
}

bool seccomp_walk(struct seccomp_walker *walker, const struct seccomp_question *question, seccomp_path_end *end,
		  void *context)
{
	bool more = true, whole = walker->total < SECCOMP_WALK_TOTAL_MAX;

	if (!whole || !begin(walker, question))
		return whole;
	next_program(walker);
	for (int paths = 0; whole && more; paths++) {
		whole = paths < SECCOMP_WALK_PATHS_MAX && walk_on(walker);
		if (!whole)
			break;
		report(walker, end, context);
		more = walker->fork_count > 0;
		if (more) {
			const struct fork *fork = &walker->forks[--walker->fork_count];

			walker->at = fork->place;
			if (fork->bounded)
				hold(walker, &fork->bound);
		}
	}
	walker->total += walker->steps;
	return whole;
}
