#include "checks/audit_rules.h"

#define LETTER_COUNT 4

static const struct {
	unsigned bit;
	const char *name;
} letter_table[LETTER_COUNT] = {
	{AUDIT_PERM_READ, "r"},
	{AUDIT_PERM_WRITE, "w"},
	{AUDIT_PERM_EXEC, "x"},
	{AUDIT_PERM_ATTR, "a"},
};

/* System calls by which a file is read, changed, run or given other attributes (include/asm-generic/audit_read.h and its
 * siblings). Calls on a descriptor that was opened for writing are left out: opening it is what is recorded. */
static const struct {
	unsigned letter;
	const char *names[24];
} syscall_table[] = {
	{AUDIT_PERM_READ, {"open", "openat", "openat2"}},
	{AUDIT_PERM_WRITE,
	 {"open", "openat", "openat2", "creat", "truncate", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
	  "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat"}},
	{AUDIT_PERM_EXEC, {"execve", "execveat"}},
	{AUDIT_PERM_ATTR,
	 {"chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
	  "lremovexattr", "fremovexattr"}},
};

struct strings audit_rules_letters(struct arena *arena, unsigned letters)
{
	struct strings names = {0};

	for (size_t i = 0; i < LETTER_COUNT; i++)
		if (letters & letter_table[i].bit)
			vec_push(arena, &names, letter_table[i].name);
	return names;
}

void audit_rules_set_syscalls(struct audit_rule *rule, audit_rules_has *has, const void *data)
{
	rule->covered = rule->touched = 0;
	for (size_t i = 0; i < sizeof syscall_table / sizeof *syscall_table; i++) {
		bool lacks = false, any = false;

		for (const char *const *name = syscall_table[i].names; *name; name++) {
			int answer = has(data, *name);

			any |= answer > 0;
			lacks |= answer == 0;
		}
		rule->touched |= any ? syscall_table[i].letter : 0;
		rule->covered |= any && !lacks ? syscall_table[i].letter : 0;
	}
}

bool audit_rules_drops_syscall(uint32_t op, uint32_t type)
{
	switch (op) {
	case AUDIT_EQUAL:
		return type == AUDIT_SYSCALL;
	case AUDIT_NOT_EQUAL:
		return type != AUDIT_SYSCALL;
	case AUDIT_LESS_THAN:
		return AUDIT_SYSCALL < type;
	case AUDIT_LESS_THAN_OR_EQUAL:
		return AUDIT_SYSCALL <= type;
	case AUDIT_GREATER_THAN:
		return AUDIT_SYSCALL > type;
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return AUDIT_SYSCALL >= type;
	default:
		return false;
	}
}

/* auditctl has no second ABI to name on the 64-bit machines that are not listed (audit_determine_machine of libaudit). */
unsigned audit_rules_machine_abis(const char *machine)
{
	static const struct {
		const char *machine;
		unsigned abis;
	} machines[] = {
		{"x86_64", AUDIT_ABIS_ALL}, {"s390x", AUDIT_ABIS_ALL},	{"ppc64", AUDIT_ABIS_ALL},	 {"ppc64le", AUDIT_ABI_64},
		{"aarch64", AUDIT_ABI_64},  {"riscv64", AUDIT_ABI_64}, {"loongarch64", AUDIT_ABI_64},
	};

	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		if (strcmp(machines[i].machine, machine) == 0)
			return machines[i].abis;
	return AUDIT_ABI_32;
}

/* ---- one rule and one target --------------------------------------------------------------------------------- */

enum relation {
	APART,      /* nothing to do with each other */
	EVERYTHING, /* the rule names no object */
	COVERS,     /* it names the target or a folder above */
	PART,       /* it names something in the target, or its inode only */
};

/* Is `path` the folder itself or below it? */
static bool is_within(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static enum relation relate(const struct audit_rule *rule, const struct audit_target *target)
{
	if (rule->object == OBJECT_ANY)
		return EVERYTHING;
	if (!rule->resolved)
		return APART;
	if (rule->object == OBJECT_DIR && is_within(target->path, rule->resolved))
		return COVERS;
	if (strcmp(rule->resolved, target->path) == 0)
		return target->directory ? PART : COVERS;
	return target->directory && is_within(rule->resolved, target->path) ? PART : APART;
}

struct decision {
	struct arena *arena;
	const struct audit_target *target;
	struct audit_answer *answer;
	unsigned open[2];     /* letters no rule has decided yet, by ABI */
	unsigned recorded[2];
	struct buf origin;
	size_t origins;
};

static void note(struct decision *decision, const struct audit_rule *rule, const char *text)
{
	vec_push(decision->arena, &decision->answer->notes, arena_printf(decision->arena, "%s %s", rule->origin, text));
}

/* Several rules may share the work, one for each ABI say. Named up to eight. */
static void add_origin(struct decision *decision, const struct audit_rule *rule)
{
	if (decision->origins++ < 8)
		buf_printf(&decision->origin, "%s%s", decision->origin.len ? ", " : "", rule->origin);
}

/* Take what is still open of these letters. Whether there was any. */
static bool settle(struct decision *decision, const struct audit_rule *rule, unsigned letters, bool record)
{
	bool any = false;

	for (unsigned abi = 0; abi < 2; abi++) {
		unsigned now = letters & decision->open[abi];

		if (!(rule->abis & (1u << abi)) || !now)
			continue;
		decision->open[abi] &= ~now;
		decision->recorded[abi] |= record ? now : 0;
		any = true;
	}
	return any;
}

static void apply_always(struct decision *decision, const struct audit_rule *rule, enum relation relation)
{
	if (relation == PART) {
		if (rule->object == OBJECT_PATH && strcmp(rule->resolved, decision->target->path) == 0)
			note(decision, rule, "watches the folder itself, not what is in it");
	} else if (rule->filtered) {
		if (relation == COVERS)
			note(decision, rule, "records it only for what its further fields match");
	} else if (settle(decision, rule, rule->letters & rule->covered, true)) {
		add_origin(decision, rule);
	}
}

static bool is_open(const struct decision *decision, unsigned letters)
{
	return letters & (decision->open[0] | decision->open[1]);
}

static void apply_never(struct decision *decision, const struct audit_rule *rule, enum relation relation)
{
	unsigned letters = rule->letters & rule->touched;

	if (relation == PART) {
		if (is_open(decision, letters))
			note(decision, rule, "leaves a part of it out");
	} else if (relation == EVERYTHING && rule->filtered) {
		if (is_open(decision, letters))
			note(decision, rule, "leaves out whatever its fields match");
	} else if (settle(decision, rule, letters, false)) {
		note(decision, rule, "comes first and records nothing");
	}
}

static void apply(struct decision *decision, const struct audit_rule *rule)
{
	enum relation relation = relate(rule, decision->target);

	if (relation == APART)
		return;
	if (rule->always)
		apply_always(decision, rule, relation);
	else
		apply_never(decision, rule, relation);
}

/* ---- the whole list ------------------------------------------------------------------------------------------ */

static const struct audit_rule *first_task_rule(const struct audit_rules *rules)
{
	vec_each(rule, &rules->list)
		if (rule->list == RULE_ON_TASK && !rule->filtered)
			return rule;
	return NULL;
}

/* What keeps every record from being made; NULL when nothing does. */
static const struct audit_rule *silencer(const struct audit_rules *rules, const char **ret_how)
{
	const struct audit_rule *task = first_task_rule(rules);

	if (task && !task->always) {
		*ret_how = "leaves every task without records";
		return task;
	}
	vec_each(rule, &rules->list)
		if (rule->list == RULE_ON_EXCLUDE && rule->drops_syscall && !rule->filtered) {
			*ret_how = "drops every SYSCALL record";
			return rule;
		}
	return NULL;
}

static void finish(struct decision *decision)
{
	struct audit_answer *answer = decision->answer;
	unsigned either = decision->recorded[0] | decision->recorded[1];

	answer->letters = AUDIT_LETTERS_ALL;
	for (unsigned abi = 0; abi < 2; abi++)
		if (decision->target->abis & (1u << abi))
			answer->letters &= decision->recorded[abi];
	if (either & ~answer->letters)
		vec_push(decision->arena, &answer->notes,
			 decision->recorded[0] & ~answer->letters ? "64-bit calls are not recorded alike"
								  : "32-bit calls are not recorded alike");
	if (decision->origin.len && answer->letters)
		answer->origin = arena_strndup(decision->arena, decision->origin.data, decision->origin.len);
}

void audit_rules_decide(struct arena *arena, const struct audit_rules *rules, const struct audit_target *target,
			struct audit_answer *ret)
{
	struct decision decision = {
		.arena = arena,
		.target = target,
		.answer = ret,
		.open = {AUDIT_LETTERS_ALL, AUDIT_LETTERS_ALL},
	};
	const char *how;
	const struct audit_rule *silence = silencer(rules, &how);

	*ret = (struct audit_answer){.origin = rules->origin};
	if (!rules->enabled) {
		ret->origin = rules->enabled_origin ?: rules->origin;
		vec_push(arena, &ret->notes, "auditing is switched off");
		return;
	}
	if (silence) {
		ret->origin = silence->origin;
		note(&decision, silence, how);
		return;
	}
	vec_each(rule, &rules->list) {
		if (rule->list == RULE_ON_EXIT)
			apply(&decision, rule);
		else if (rule->list == RULE_ON_TASK && rule->filtered && !rule->always)
			note(&decision, rule, "leaves the tasks that its fields match without records");
	}
	finish(&decision);
	buf_done(&decision.origin);
}
