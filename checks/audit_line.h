/* Reading one line of audit rules: the state that its options fill, and the option table.
 * Private to audit_line.c and audit_options.c. */
#ifndef CHECKS_AUDIT_LINE_H
#define CHECKS_AUDIT_LINE_H

#include "checks/audit_rules.h"

/* One line being read. Its words go through an option table like auditctl's; what auditctl refuses sets `why`. */
struct audit_line {
	struct audit_reader *reader;
	struct audit_rule rule;
	bool adding, deleting, prepend;
	bool all_syscalls;
	int machine;             /* of libaudit; -1 until known */
	struct strings syscalls; /* -S, by name or number */
	struct buf text;         /* further fields as written */
	const char *key;         /* -k, of -D too */
	bool clear;              /* -D */
	int enable;              /* -e, or -1 */
	bool eaten;              /* a deprecated rule that auditctl passes over in silence */
	const char *why;
};

/* arg is NULL for options that take none. */
typedef void audit_option_handler(struct audit_line *line, const char *arg);

struct audit_option {
	char letter;
	bool has_arg;
	audit_option_handler *handle;
};

/* The option of that letter, or NULL. */
const struct audit_option *audit_options_find(char letter);

/* The first reason stays. */
static inline void audit_line_refuse(struct audit_line *line, const char *why)
{
	if (!line->why)
		line->why = why;
}

static inline bool audit_line_has_rule(const struct audit_line *line)
{
	return line->adding || line->deleting;
}

#endif
