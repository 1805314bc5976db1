#include <ctype.h>
#include <libaudit.h>
#include <limits.h>

#include "checks/audit_line.h"

/* ---- -a, -A, -d ---------------------------------------------------------------------------------------------- */

static bool set_list(struct audit_rule *rule, const char *name)
{
	static const struct {
		const char *name;
		enum rule_list list;
	} lists[] = {
		{"exit", RULE_ON_EXIT},	       {"task", RULE_ON_TASK},	    {"exclude", RULE_ON_EXCLUDE},
		{"user", RULE_ON_OTHER},       {"filesystem", RULE_ON_OTHER}, {"io_uring", RULE_ON_OTHER},
	};

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (strcmp(lists[i].name, name) == 0) {
			rule->list = lists[i].list;
			return true;
		}
	return false;
}

static bool set_action(struct audit_line *line, const char *name)
{
	line->rule.always = strcmp(name, "always") == 0;
	line->eaten |= strcmp(name, "possible") == 0;
	return line->rule.always || line->eaten || strcmp(name, "never") == 0;
}

/* "list,action" or "action,list". */
static void read_list(struct audit_line *line, const char *arg)
{
	const char *comma = strchr(arg, ',');

	if (audit_line_has_rule(line)) {
		audit_line_refuse(line, "more than one list");
		return;
	}
	if (!comma || strchr(comma + 1, ',')) {
		audit_line_refuse(line, "no list and action");
		return;
	}
	const char *first = arena_strndup(line->reader->arena, arg, (size_t)(comma - arg));
	if (!(set_action(line, first) && set_list(&line->rule, comma + 1)) &&
	    !(set_list(&line->rule, first) && set_action(line, comma + 1)))
		audit_line_refuse(line, "unknown list or action");
	/* Dropping is all that the exclude list does, whatever the action is called (kernel/audit.c, audit_filter). */
	if (line->rule.list == RULE_ON_EXCLUDE)
		line->rule.always = true;
}

static void on_append(struct audit_line *line, const char *arg)
{
	read_list(line, arg);
	line->adding = true;
}

static void on_prepend(struct audit_line *line, const char *arg)
{
	on_append(line, arg);
	line->prepend = true;
}

static void on_delete(struct audit_line *line, const char *arg)
{
	read_list(line, arg);
	line->deleting = true;
}

/* ---- -w, -W -------------------------------------------------------------------------------------------------- */

static const char *without_slashes(struct arena *arena, const char *path)
{
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	return arena_strndup(arena, path, len);
}

/* What there is at the time of loading tells a folder from a file (auditctl.c, audit_setup_watch_name). */
static void set_watch(struct audit_line *line, const char *path)
{
	struct stat st;

	if (audit_line_has_rule(line))
		audit_line_refuse(line, "a watch beside another rule");
	if (*path != '/' || strlen(path) >= PATH_MAX)
		audit_line_refuse(line, "a watch needs an absolute path");
	line->rule.path = without_slashes(line->reader->arena, path);
	line->rule.object = OBJECT_PATH;
	if (host_stat(line->reader->host, line->rule.path, true, &st, NULL) == 0 && S_ISDIR(st.st_mode))
		line->rule.object = OBJECT_DIR;
	line->rule.list = RULE_ON_EXIT;
	line->rule.always = true;
	line->all_syscalls = true;
}

static void on_watch(struct audit_line *line, const char *arg)
{
	set_watch(line, arg);
	line->adding = true;
}

static void on_unwatch(struct audit_line *line, const char *arg)
{
	set_watch(line, arg);
	line->deleting = true;
}

/* ---- -p, -k, -S, -C ------------------------------------------------------------------------------------------ */

static void set_letters(struct audit_line *line, const char *letters)
{
	static const char known[] = "xwra"; /* in the order of the bits */

	line->rule.letters = 0;
	if (strlen(letters) > 4)
		audit_line_refuse(line, "too many permission letters");
	for (; *letters; letters++) {
		const char *found = strchr(known, tolower((unsigned char)*letters));

		if (found)
			line->rule.letters |= 1u << (found - known);
		else
			audit_line_refuse(line, "unknown permission letter");
	}
}

static void on_perms(struct audit_line *line, const char *arg)
{
	if (!audit_line_has_rule(line))
		audit_line_refuse(line, "permissions before the watch");
	set_letters(line, arg);
}

static void on_key(struct audit_line *line, const char *arg)
{
	if (!audit_line_has_rule(line) && !line->clear)
		audit_line_refuse(line, "a key before the rule");
	line->key = arg;
}

static void on_syscall(struct audit_line *line, const char *arg)
{
	char *list = arena_strdup(line->reader->arena, arg), *name;

	if (audit_line_has_rule(line) && (line->rule.list == RULE_ON_TASK || line->rule.list == RULE_ON_EXCLUDE))
		audit_line_refuse(line, "system calls on a list that has none");
	while ((name = strsep(&list, ",")) != NULL) {
		line->all_syscalls |= strcmp(name, "all") == 0;
		vec_push(line->reader->arena, &line->syscalls, name);
	}
}

static void on_compare(struct audit_line *line, const char *arg)
{
	line->rule.filtered = true;
	buf_printf(&line->text, " -C %s", arg);
}

/* ---- -F ------------------------------------------------------------------------------------------------------ */

struct field {
	const char *name;
	const char *value;
	uint32_t op;
};

typedef void field_handler(struct audit_line *line, const struct field *field);

/* One object a rule, compared by "=" only, on the exit list only (kernel/audit_watch.c, audit_to_watch; audit_tree.c). */
static void set_object(struct audit_line *line, const struct field *field, enum rule_object object)
{
	if (*field->value != '/' || field->op != AUDIT_EQUAL || line->rule.list != RULE_ON_EXIT ||
	    line->rule.object != OBJECT_ANY || strlen(field->value) >= PATH_MAX)
		audit_line_refuse(line, "not a path that a rule can name");
	line->rule.object = object;
	line->rule.path = without_slashes(line->reader->arena, field->value);
}

static void on_path_field(struct audit_line *line, const struct field *field)
{
	if (text_ends(field->value, "/"))
		audit_line_refuse(line, "path= ends with a slash");
	set_object(line, field, OBJECT_PATH);
}

static void on_dir_field(struct audit_line *line, const struct field *field)
{
	set_object(line, field, OBJECT_DIR);
}

static void on_perm_field(struct audit_line *line, const struct field *field)
{
	if (field->op != AUDIT_EQUAL)
		audit_line_refuse(line, "perm takes = only");
	set_letters(line, field->value);
}

static void on_arch_field(struct audit_line *line, const struct field *field)
{
	unsigned elf = 0;

	if (line->syscalls.count || (field->op != AUDIT_EQUAL && field->op != AUDIT_NOT_EQUAL)) {
		audit_line_refuse(line, "arch must stand before the system calls");
		return;
	}
	line->machine = isdigit((unsigned char)*field->value) ? audit_elf_to_machine((unsigned)strtoul(field->value, NULL, 0))
							      : audit_determine_machine(field->value);
	if (line->machine >= 0)
		elf = audit_machine_to_elf(line->machine);
	if (!elf)
		audit_line_refuse(line, "unknown arch");
	line->rule.abis = elf & __AUDIT_ARCH_64BIT ? AUDIT_ABI_64 : AUDIT_ABI_32;
	if (field->op == AUDIT_NOT_EQUAL)
		line->rule.abis ^= AUDIT_ABIS_ALL;
}

static void on_key_field(struct audit_line *line, const struct field *field)
{
	line->key = field->value;
}

static void on_msgtype_field(struct audit_line *line, const struct field *field)
{
	int64_t type;

	if (!text_to_int(field->value, 10, &type))
		type = audit_name_to_msg_type(field->value);
	if (type <= 0 || type > UINT32_MAX)
		audit_line_refuse(line, "unknown record type");
	line->rule.drops_syscall = audit_rules_drops_syscall(field->op, (uint32_t)type);
	buf_printf(&line->text, " msgtype %#x %lld", field->op, (long long)type);
}

/* Longer operators first. */
static const char *split_field(struct arena *arena, const char *arg, struct field *ret)
{
	static const struct {
		const char *text;
		uint32_t op;
	} ops[] = {
		{"!=", AUDIT_NOT_EQUAL},       {">=", AUDIT_GREATER_THAN_OR_EQUAL}, {"<=", AUDIT_LESS_THAN_OR_EQUAL},
		{"&=", AUDIT_BIT_TEST},	       {"=", AUDIT_EQUAL},		    {">", AUDIT_GREATER_THAN},
		{"<", AUDIT_LESS_THAN},	       {"&", AUDIT_BIT_MASK},
	};

	for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
		const char *at = strstr(arg, ops[i].text);

		if (!at)
			continue;
		ret->name = arena_strndup(arena, arg, (size_t)(at - arg));
		ret->value = at + strlen(ops[i].text);
		ret->op = ops[i].op;
		return *ret->name && *ret->value ? NULL : "a field without name or value";
	}
	return "a field without an operator";
}

static void on_field(struct audit_line *line, const char *arg)
{
	static const struct {
		const char *name;
		field_handler *handle;
	} fields[] = {
		{"path", on_path_field}, {"dir", on_dir_field}, {"perm", on_perm_field},
		{"arch", on_arch_field}, {"key", on_key_field}, {"msgtype", on_msgtype_field},
	};
	struct field field;
	const char *why = split_field(line->reader->arena, arg, &field);

	if (!audit_line_has_rule(line))
		why = "a field before the list";
	if (why) {
		audit_line_refuse(line, why);
		return;
	}
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strcmp(fields[i].name, field.name) == 0) {
			fields[i].handle(line, &field);
			return;
		}
	/* Names newer than our libaudit may stand here: what is not known restricts. */
	line->rule.filtered = true;
	buf_printf(&line->text, " -F %s", arg);
}

/* ---- control ------------------------------------------------------------------------------------------------- */

static void on_clear(struct audit_line *line, _unused_ const char *arg)
{
	line->clear = true;
}

static void on_enable(struct audit_line *line, const char *arg)
{
	if (*arg >= '0' && *arg <= '2' && !arg[1])
		line->enable = *arg - '0';
	else
		audit_line_refuse(line, "-e takes 0, 1 or 2");
}

static void on_go_on(struct audit_line *line, _unused_ const char *arg)
{
	line->reader->go_on = true;
}

static void on_number(struct audit_line *line, const char *arg)
{
	if (!isdigit((unsigned char)*arg))
		audit_line_refuse(line, "not a number");
}

static void on_nothing(_unused_ struct audit_line *line, _unused_ const char *arg)
{
}

static void on_refused(struct audit_line *line, _unused_ const char *arg)
{
	audit_line_refuse(line, "not allowed in a file");
}

static const struct audit_option option_table[] = {
	{'a', true, on_append},	  {'A', true, on_prepend}, {'d', true, on_delete},   {'w', true, on_watch},   {'W', true, on_unwatch},
	{'p', true, on_perms},	  {'k', true, on_key},	   {'S', true, on_syscall},  {'F', true, on_field},   {'C', true, on_compare},
	{'D', false, on_clear},	  {'e', true, on_enable},  {'i', false, on_go_on},   {'c', false, on_go_on},  {'b', true, on_number},
	{'f', true, on_number},	  {'r', true, on_number},  {'q', true, on_nothing},  {'m', true, on_nothing}, {'R', true, on_refused},
	{'l', false, on_nothing}, {'s', false, on_nothing}, {'t', false, on_nothing}, {'v', false, on_nothing}, {'h', false, on_nothing},
};

const struct audit_option *audit_options_find(char letter)
{
	for (size_t i = 0; i < sizeof option_table / sizeof *option_table; i++)
		if (option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}
