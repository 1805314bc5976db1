/* Audit rules: what the kernel records of a file, told from a list of rules.
 *
 * The rules come from files in the syntax of auditctl(8) or from the kernel; deciding is a pure function of the list. */
#ifndef CHECKS_AUDIT_RULES_H
#define CHECKS_AUDIT_RULES_H

#include <linux/audit.h>

#include "host/host.h"

/* Letters are the bits AUDIT_PERM_READ, _WRITE, _EXEC and _ATTR of linux/audit.h. */
#define AUDIT_LETTERS_ALL (AUDIT_PERM_READ | AUDIT_PERM_WRITE | AUDIT_PERM_EXEC | AUDIT_PERM_ATTR)

/* Calling conventions, as -F arch= tells them apart. */
#define AUDIT_ABI_32 1u
#define AUDIT_ABI_64 2u
#define AUDIT_ABIS_ALL (AUDIT_ABI_32 | AUDIT_ABI_64)

enum rule_list {
	RULE_ON_EXIT,    /* at the end of a system call: the list where watches stand */
	RULE_ON_TASK,    /* when a task is made: "never" leaves it without any record for good */
	RULE_ON_EXCLUDE, /* types of record that are dropped */
	RULE_ON_OTHER,   /* lists that say nothing about files */
};

enum rule_object { OBJECT_ANY, OBJECT_PATH, OBJECT_DIR };

struct audit_rule {
	enum rule_list list;
	bool always;             /* else never */
	enum rule_object object; /* -F path= is one inode, -F dir= a folder and all below it */
	const char *path;        /* as written; NULL for OBJECT_ANY */
	const char *resolved;    /* with the links of its folder followed, as the kernel does on loading; NULL: no such folder */
	unsigned letters;        /* -F perm=, else all */
	unsigned covered;        /* letters of which the rule has every system call that matters */
	unsigned touched;        /* letters of which it has one at least */
	unsigned abis;
	bool filtered;           /* further fields leave some callers, results or objects out */
	bool drops_syscall;      /* RULE_ON_EXCLUDE: matches records of type SYSCALL */
	const char *key;         /* or NULL */
	const char *text;        /* the rest of it, to tell the same rule again (files only) */
	const char *origin;      /* "/etc/audit/rules.d/x.rules:3", "loaded rule 2" */
};

struct audit_rules {
	VEC(struct audit_rule) list; /* first match first */
	bool enabled;
	bool daemon;                 /* a program takes the kernel's records (loaded rules only) */
	int64_t lost;                /* records that the kernel had to drop since it started (loaded rules only) */
	const char *enabled_origin;  /* what switched auditing off or on, or NULL */
	const char *origin;          /* where the rules come from */
	struct strings notes;
};
#define AUDIT_RULES_MAX 16384 /* the same rule is looked for one by one */

struct audit_target {
	const char *path;  /* no links left in it */
	bool directory;
	unsigned abis;     /* those whose calls must be recorded */
};

struct audit_answer {
	unsigned letters;     /* kinds of access that are recorded, whoever the caller and whichever of the target's ABIs he uses */
	const char *origin;   /* the rules that decided, else where rules were looked for */
	struct strings notes; /* rules that look as if they did it, and why they do not */
};

/* What is recorded of a target.
 * - The first rule that matches an access decides it (auditctl(8)); one that never records hides those behind it.
 * - A rule for tasks that never records, an exclude rule that drops SYSCALL records, or auditing switched off: nothing is recorded.
 * - A folder is covered by a dir= rule on it or above; path= on a folder is about its own inode and covers nothing in it.
 * - An "always" rule with further fields does not count. A "never" rule with further fields counts where it names the
 *   target's path, and is only noted where it names none or only a part of the target.
 * Complexity: the number of rules. Texts live in the arena or in the rules. */
void audit_rules_decide(struct arena *arena, const struct audit_rules *rules, const struct audit_target *target,
			struct audit_answer *ret);

/* Letters as a fact lists them: r, w, x, a. */
struct strings audit_rules_letters(struct arena *arena, unsigned letters);

/* The ABIs whose calls a kernel of this machine takes: uname(2)'s name for it. */
unsigned audit_rules_machine_abis(const char *machine);

/* Fill covered and touched from a rule's system calls: `has` says whether it has one, -1 when that ABI has no such call. */
typedef int audit_rules_has(const void *data, const char *syscall);
void audit_rules_set_syscalls(struct audit_rule *rule, audit_rules_has *has, const void *data);

/* Does `type` of an exclude rule's msgtype field match SYSCALL? op is one of = != < <= > >= as linux/audit.h numbers it. */
bool audit_rules_drops_syscall(uint32_t op, uint32_t type);

/* ---- rules from files (audit_files.c, audit_line.c) ---- */

/* The rules that would be loaded at boot: /etc/audit/rules.d in the order of augenrules(8), else /etc/audit/audit.rules.
 * No files are no rules. Loading stops at a line that auditctl refuses, unless -i or -c came before: notes say so.
 * -1 when a file or folder cannot be read. */
int audit_files_read(const struct host *host, struct arena *arena, struct audit_rules *ret, struct error *err);

/* Fill rule->resolved. */
void audit_files_resolve(const struct host *host, struct arena *arena, struct audit_rule *rule);

struct audit_reader {
	const struct host *host;
	struct arena *arena;
	struct audit_rules *rules;
	bool go_on;   /* -i or -c was seen */
	bool locked;  /* -e 2 was seen: the kernel takes no more changes */
	bool stopped; /* an error ended the loading */
};
/* Take in one line, as `auditctl -R` does. */
void audit_line_read(struct audit_reader *reader, const char *line, const char *origin);

/* ---- rules in the kernel (audit_netlink.c) ---- */

/* The loaded rules, unresolved, and whether auditing is on, by libaudit. Needs CAP_AUDIT_CONTROL and the initial pid
 * namespace: ERROR_DENIED. ERROR_UNSUPPORTED: no such socket family. ERROR_TIMEOUT. ERROR_SYSTEM: ECONNREFUSED outside the
 * initial user namespace. */
int audit_netlink_read(struct arena *arena, int64_t deadline_ms, struct audit_rules *ret, struct error *err);

#endif
