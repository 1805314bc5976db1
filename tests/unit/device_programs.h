/* Device programs as runtimes write them, made from lists of rules, and what the rules say by
 * themselves. */
#ifndef TESTS_DEVICE_PROGRAMS_H
#define TESTS_DEVICE_PROGRAMS_H

#include "checks/device_bpf.h"

#define PROGRAM_MAX 512

struct program {
	struct bpf_insn insns[PROGRAM_MAX];
	size_t count;
};

/* The first rule that matches decides; without one, the default. */
struct program_rule {
	char type;            /* a, b, c */
	int64_t major, minor; /* -1: any */
	unsigned access;      /* BPF_DEVCG_ACC_ bits */
	bool allow;
};

enum program_style {
	STYLE_CRUN,    /* type in 16 bits by a mask, access by a shift; one return per rule */
	STYLE_SYSTEMD, /* a jump to a common end */
	STYLE_CLANG,   /* context kept in R6, narrow load of the type, 32-bit jumps, constants in
			  registers */
	STYLE_COUNT
};

#define INSN(...) ((struct bpf_insn){__VA_ARGS__})

static inline void emit(struct program *program, struct bpf_insn insn)
{
	assert_true(program->count < PROGRAM_MAX);
	program->insns[program->count++] = insn;
}

static inline void emit_return(struct program *program, bool allow)
{
	emit(program, INSN(.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = allow));
	emit(program, INSN(.code = BPF_JMP | BPF_EXIT));
}

/* R2 type, R3 access, R4 major, R5 minor. */
static inline void emit_start(struct program *program, enum program_style style)
{
	if (style == STYLE_CLANG) {
		emit(program,
		     INSN(.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 1));
		emit(program, INSN(.code = BPF_LDX | BPF_MEM | BPF_H, .dst_reg = 2, .src_reg = 6));
		emit(program,
		     INSN(.code = BPF_LDX | BPF_MEM | BPF_H, .dst_reg = 3, .src_reg = 6, .off = 2));
	} else {
		emit(program, INSN(.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 2, .src_reg = 1));
		emit(program, INSN(.code = BPF_ALU | BPF_AND | BPF_K, .dst_reg = 2, .imm = 0xffff));
		emit(program, INSN(.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = 3, .src_reg = 1));
		emit(program, INSN(.code = BPF_ALU | BPF_RSH | BPF_K, .dst_reg = 3, .imm = 16));
	}
	for (uint8_t i = 0; i < 2; i++)
		emit(program,
		     INSN(.code = BPF_LDX | BPF_MEM | BPF_W, .dst_reg = (uint8_t)(4 + i),
			  .src_reg = style == STYLE_CLANG ? 6 : 1, .off = (int16_t)(4 + 4 * i)));
}

/* Jump to the next rule unless the register has the value; the place is mended by emit_rule. */
static inline void emit_unless(struct program *program, enum program_style style, uint8_t reg,
			       int64_t value)
{
	if (style != STYLE_CLANG) {
		emit(program, INSN(.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = reg,
				   .imm = (int32_t)value));
		return;
	}
	emit(program, INSN(.code = BPF_ALU | BPF_MOV | BPF_K, .dst_reg = 7, .imm = (int32_t)value));
	emit(program, INSN(.code = BPF_JMP32 | BPF_JNE | BPF_X, .dst_reg = 7, .src_reg = reg));
}

static inline void emit_rule(struct program *program, enum program_style style,
			     const struct program_rule *rule)
{
	size_t start = program->count;

	if (rule->type != 'a')
		emit_unless(program, style, 2,
			    rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK : BPF_DEVCG_DEV_CHAR);
	if (rule->access != 7) {
		emit(program, INSN(.code = BPF_ALU | BPF_MOV | BPF_X, .dst_reg = 1, .src_reg = 3));
		emit(program, INSN(.code = BPF_ALU | BPF_AND | BPF_K, .dst_reg = 1,
				   .imm = (int32_t)rule->access));
		/* To allow, all of the request must be in the rule; to refuse, any of it. */
		if (rule->allow)
			emit(program,
			     INSN(.code = BPF_JMP | BPF_JNE | BPF_X, .dst_reg = 1, .src_reg = 3));
		else
			emit(program, INSN(.code = BPF_JMP | BPF_JEQ | BPF_K, .dst_reg = 1));
	}
	if (rule->major >= 0)
		emit_unless(program, style, 4, rule->major);
	if (rule->minor >= 0)
		emit_unless(program, style, 5, rule->minor);
	if (style == STYLE_SYSTEMD && rule->allow)
		emit(program,
		     INSN(.code = BPF_JMP | BPF_JA, .off = INT16_MAX)); /* to the common end */
	else
		emit_return(program, rule->allow);
	for (size_t i = start; i < program->count; i++) {
		struct bpf_insn *insn = &program->insns[i];
		unsigned op = BPF_OP(insn->code), class = BPF_CLASS(insn->code);

		if ((class == BPF_JMP || class == BPF_JMP32) && (op == BPF_JNE || op == BPF_JEQ))
			insn->off = (int16_t)(program->count - i - 1);
	}
}

static inline void program_build(struct program *program, enum program_style style,
				 const struct program_rule *rules, size_t count, bool otherwise)
{
	program->count = 0;
	if (count > 0)
		emit_start(program, style);
	for (size_t i = 0; i < count; i++)
		emit_rule(program, style, &rules[i]);
	emit_return(program, otherwise);
	if (style != STYLE_SYSTEMD)
		return;
	for (size_t i = 0; i < program->count; i++)
		if (program->insns[i].code == (BPF_JMP | BPF_JA))
			program->insns[i].off = (int16_t)(program->count - i - 1);
	emit_return(program, true);
}

/* What the rules say of one request, without any program. */
static inline bool rules_allow(const struct program_rule *rules, size_t count, bool otherwise,
			       char type, uint32_t major, uint32_t minor, unsigned access)
{
	for (size_t i = 0; i < count; i++) {
		const struct program_rule *rule = &rules[i];

		if ((rule->type != 'a' && rule->type != type) ||
		    (rule->major >= 0 && rule->major != major) ||
		    (rule->minor >= 0 && rule->minor != minor))
			continue;
		if (rule->allow ? (access & ~rule->access) == 0 : (access & rule->access) != 0)
			return rule->allow;
	}
	return otherwise;
}

#endif
