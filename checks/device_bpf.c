#include "checks/device_bpf.h"

#include <stddef.h>

#define ANY DEVICE_ACCESS_ANY
#define REGISTERS 11

/* Where a value comes from decides what may be done with it. */
enum kind {
	KIND_NOTHING,
	KIND_CONTEXT, /* the pointer in R1 */
	KIND_KNOWN,   /* a constant, or access_type and what was made of it: known in each run */
	KIND_ACCESS,
	KIND_MAJOR, /* number may be ANY */
	KIND_MINOR,
};

struct word {
	enum kind kind;
	uint64_t value;
};

/* All runs. */
struct evaluation {
	struct arena *scratch;
	const struct device_program *programs;
	size_t count;
	struct device_points points;
	unsigned steps;
	const char *reason; /* why not; in the result's arena */
	struct arena *arena;
};

/* One run of one program. */
struct run {
	struct evaluation *evaluation;
	const struct device_program *program;
	uint32_t access_type;
	uint64_t major, minor;
	size_t at;
	struct word words[REGISTERS];
};

static bool refuse(struct run *run, const char *what)
{
	run->evaluation->reason = arena_printf(
		run->evaluation->arena, "instruction %zu of a device program %s", run->at, what);
	return false;
}

/* ---- instructions --------------------------------------------------------------------------- */

/* Narrow loads are allowed on access_type only and reach the context as it stands in memory
 * (kernel/bpf/cgroup.c, cgroup_dev_is_valid_access). */
static bool load_access(struct run *run, const struct bpf_insn *insn, struct word *ret)
{
	static const struct {
		unsigned size;
		size_t bytes;
	} sizes[] = {{BPF_W, 4}, {BPF_H, 2}, {BPF_B, 1}};
	const char *from = (const char *)&run->access_type;

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		size_t bytes = sizes[i].bytes;
		uint32_t word = 0;
		uint16_t half;
		uint8_t byte;

		if (BPF_SIZE(insn->code) != sizes[i].size)
			continue;
		if (insn->off < 0 || (size_t)insn->off + bytes > 4 ||
		    (size_t)insn->off % bytes != 0)
			return refuse(run, "loads from elsewhere");
		if (bytes == 4)
			memcpy(&word, from, 4);
		else if (bytes == 2)
			word = (memcpy(&half, from + insn->off, 2), half);
		else
			word = (memcpy(&byte, from + insn->off, 1), byte);
		*ret = (struct word){KIND_ACCESS, word};
		return true;
	}
	return refuse(run, "loads 64 bits");
}

static bool do_load(struct run *run, const struct bpf_insn *insn)
{
	struct word *to = &run->words[insn->dst_reg];

	if (BPF_MODE(insn->code) != BPF_MEM || run->words[insn->src_reg].kind != KIND_CONTEXT)
		return refuse(run, "loads from elsewhere");
	if (insn->off < (int)offsetof(struct bpf_cgroup_dev_ctx, major))
		return load_access(run, insn, to);
	if (BPF_SIZE(insn->code) != BPF_W)
		return refuse(run, "loads part of a number");
	if (insn->off == offsetof(struct bpf_cgroup_dev_ctx, major))
		*to = (struct word){KIND_MAJOR, run->major};
	else if (insn->off == offsetof(struct bpf_cgroup_dev_ctx, minor))
		*to = (struct word){KIND_MINOR, run->minor};
	else
		return refuse(run, "loads from elsewhere");
	return true;
}

static bool is_known(const struct word *word)
{
	return word->kind == KIND_KNOWN || word->kind == KIND_ACCESS;
}

/* The second operand: a register, or the immediate, sign-extended. */
static struct word operand(const struct run *run, const struct bpf_insn *insn)
{
	if (BPF_SRC(insn->code) == BPF_X)
		return run->words[insn->src_reg];
	return (struct word){KIND_KNOWN, (uint64_t)(int64_t)insn->imm};
}

static bool compute(unsigned op, bool wide, uint64_t a, uint64_t b, uint64_t *ret)
{
	unsigned shift = (unsigned)(b & (wide ? 63 : 31));

	if (!wide) {
		a = (uint32_t)a;
		b = (uint32_t)b;
	}
	switch (op) {
	case BPF_AND:
		*ret = a & b;
		break;
	case BPF_OR:
		*ret = a | b;
		break;
	case BPF_LSH:
		*ret = a << shift;
		break;
	case BPF_RSH:
		*ret = a >> shift;
		break;
	default:
		return false;
	}
	if (!wide)
		*ret = (uint32_t)*ret;
	return true;
}

/* Numbers were loaded as 32 bits, so a move of either width keeps them. */
static bool do_move(struct run *run, const struct bpf_insn *insn, bool wide)
{
	struct word from = operand(run, insn);

	if (insn->off != 0)
		return refuse(run, "extends a sign");
	if (from.kind == KIND_NOTHING || (from.kind == KIND_CONTEXT && !wide))
		return refuse(run, "moves what is no value");
	if (!wide && is_known(&from))
		from.value = (uint32_t)from.value;
	run->words[insn->dst_reg] = from;
	return true;
}

static bool do_arithmetic(struct run *run, const struct bpf_insn *insn)
{
	bool wide = BPF_CLASS(insn->code) == BPF_ALU64;
	struct word *to = &run->words[insn->dst_reg], from = operand(run, insn);
	uint64_t value;

	if (BPF_OP(insn->code) == BPF_MOV)
		return do_move(run, insn, wide);
	if (!is_known(to) || !is_known(&from))
		return refuse(run, "computes with a device number");
	if (insn->off != 0 || !compute(BPF_OP(insn->code), wide, to->value, from.value, &value))
		return refuse(run, "is an operation that is not evaluated");
	*to = (struct word){to->kind == KIND_ACCESS ? KIND_ACCESS : from.kind, value};
	return true;
}

/* ---- tests ---------------------------------------------------------------------------------- */

/* A number that is ANY equals nothing that it is compared with; that value is a point to look at.
 */
static bool test_number(struct run *run, const struct word *number, const struct word *with,
			bool wide, bool *ret_equal)
{
	uint64_t value = wide ? with->value : (uint32_t)with->value;
	bool is_major = number->kind == KIND_MAJOR;
	struct evaluation *evaluation = run->evaluation;

	if (with->kind != KIND_KNOWN)
		return refuse(run, "compares a device number with what is no constant");
	*ret_equal = number->value != ANY && number->value == value;
	if (number->value == ANY && value <= UINT32_MAX &&
	    !device_access_point(evaluation->scratch, &evaluation->points,
				 is_major ? value : run->major, is_major ? run->minor : value))
		return refuse(run, "compares with too many numbers");
	return true;
}

static bool is_number(const struct word *word)
{
	return word->kind == KIND_MAJOR || word->kind == KIND_MINOR;
}

static bool test(struct run *run, const struct bpf_insn *insn, bool *ret)
{
	struct word a = run->words[insn->dst_reg], b = operand(run, insn);
	bool wide = BPF_CLASS(insn->code) == BPF_JMP, equal;
	unsigned op = BPF_OP(insn->code);
	uint64_t mask = wide ? UINT64_MAX : UINT32_MAX;

	if (op != BPF_JEQ && op != BPF_JNE && op != BPF_JSET)
		return refuse(run, "is a test that is not evaluated");
	if (is_known(&a) && is_known(&b)) {
		equal = (a.value & mask) == (b.value & mask);
		*ret = op == BPF_JSET ? (a.value & b.value & mask) != 0 : equal == (op == BPF_JEQ);
		return true;
	}
	if (op == BPF_JSET || (!is_number(&a) && !is_number(&b)))
		return refuse(run, "is a test that is not evaluated");
	if (!(is_number(&a) ? test_number(run, &a, &b, wide, &equal)
			    : test_number(run, &b, &a, wide, &equal)))
		return false;
	*ret = equal == (op == BPF_JEQ);
	return true;
}

/* ---- runs ----------------------------------------------------------------------------------- */

static bool jump(struct run *run, int64_t offset)
{
	int64_t to = (int64_t)run->at + offset;

	if (to < -1 || to >= (int64_t)run->program->count - 1)
		return refuse(run, "jumps out of the program");
	run->at = (size_t)to;
	return true;
}

static bool do_jump(struct run *run, const struct bpf_insn *insn)
{
	bool taken = true;

	if (BPF_OP(insn->code) == BPF_JA) /* JMP32 has the offset in imm: gotol */
		return jump(run, BPF_CLASS(insn->code) == BPF_JMP ? insn->off : insn->imm);
	if (!test(run, insn, &taken))
		return false;
	return !taken || jump(run, insn->off);
}

static bool step(struct run *run, const struct bpf_insn *insn)
{
	if (insn->dst_reg >= REGISTERS || insn->src_reg >= REGISTERS)
		return refuse(run, "names no register");
	switch (BPF_CLASS(insn->code)) {
	case BPF_LDX:
		return do_load(run, insn);
	case BPF_ALU:
	case BPF_ALU64:
		return do_arithmetic(run, insn);
	case BPF_JMP:
	case BPF_JMP32:
		if (BPF_OP(insn->code) == BPF_CALL)
			return refuse(run, "calls a function");
		return do_jump(run, insn);
	default:
		return refuse(run, "is one that is not evaluated");
	}
}

/* 1 allows, 0 refuses, -1: cannot tell. */
static int finish(struct run *run)
{
	const struct word *result = &run->words[BPF_REG_0];

	if (!is_known(result)) {
		refuse(run, "returns what is no constant");
		return -1;
	}
	return (uint32_t)result->value != 0;
}

static int execute(struct run *run)
{
	const struct device_program *program = run->program;

	run->words[BPF_REG_1] = (struct word){.kind = KIND_CONTEXT};
	for (run->at = 0; run->at < program->count; run->at++) {
		const struct bpf_insn *insn = &program->insns[run->at];

		if (run->evaluation->steps++ >= DEVICE_BPF_STEPS_MAX) {
			refuse(run, "was reached after too many steps");
			return -1;
		}
		if (insn->code == (BPF_JMP | BPF_EXIT))
			return finish(run);
		if (!step(run, insn))
			return -1;
	}
	refuse(run, "is behind the end");
	return -1;
}

/* Every program is run, also behind one that refuses: its comparisons make points. */
static int ask(void *source, char type, uint64_t major, uint64_t minor, unsigned access)
{
	struct evaluation *evaluation = source;
	uint32_t kind = type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR;
	int allowed = 1;

	for (size_t i = 0; i < evaluation->count; i++) {
		struct run run = {
			.evaluation = evaluation,
			.program = &evaluation->programs[i],
			.access_type = access << 16 | kind,
			.major = major,
			.minor = minor,
		};
		int answer = execute(&run);

		if (answer < 0)
			return -1;
		allowed &= answer;
	}
	return allowed;
}

/* Points found by a run are run themselves, until none is new. Then a number that is no point goes
 * through every program as ANY does: the two would part only where it is compared and equal, and
 * that makes a point. With (x, ANY) and (ANY, y) comes (x, y): whichever of x and y a program tests
 * first, the run with the other one tests it too. */
static bool find_points(struct evaluation *evaluation)
{
	static const char types[] = "bc";

	device_access_point(evaluation->scratch, &evaluation->points, ANY, ANY);
	for (size_t i = 0; i < evaluation->points.count; i++) {
		struct device_point point = evaluation->points.items[i];

		for (const char *type = types; *type; type++)
			for (unsigned access = 1; access <= DEVICE_ACCESS_RWM; access++)
				if (ask(evaluation, *type, point.major, point.minor, access) < 0)
					return false;
	}
	return true;
}

struct device_access device_bpf_evaluate(struct arena *arena, const struct device_program *programs,
					 size_t count)
{
	struct device_access result = {.state = FACT_PRESENT,
				       .origin = "device programs of the cgroup"};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct evaluation evaluation = {
		.scratch = scratch, .arena = arena, .programs = programs, .count = count};

	if (count > DEVICE_BPF_PROGRAMS_MAX)
		evaluation.reason = "more device programs than the kernel allows";
	else if (find_points(&evaluation))
		device_access_tabulate(arena, ask, &evaluation, &evaluation.points, &result);
	if (evaluation.reason)
		return (struct device_access){.state = FACT_UNSUPPORTED,
					      .origin = result.origin,
					      .reason = evaluation.reason};
	return result;
}
