#include <libaudit.h>

#include "checks/audit_line.h"

/* ---- words --------------------------------------------------------------------------------------------------- */

/* Words are separated by blanks only; a backslash takes a blank or a backslash into the word. */
static const char *next_word(struct arena *arena, const char **text)
{
	_cleanup_(buf_done) struct buf word = {0};
	const char *p = *text;

	while (*p == ' ')
		p++;
	if (!*p)
		return NULL;
	for (; *p && *p != ' '; p++) {
		if (*p == '\\' && (p[1] == ' ' || p[1] == '\\'))
			p++;
		buf_add(&word, p, 1);
	}
	*text = p;
	return arena_strndup(arena, word.data ? word.data : "", word.len);
}

/* --name or --name=value; those with a value of their own take the next word. */
static void read_long_option(struct audit_line *line, const char *word, const char **text)
{
	static const char *const plain[] = {"--loginuid-immutable", "--reset-lost", "--reset_backlog_wait_time_actual", "--help"};

	if (strcmp(word, "--backlog_wait_time") == 0) {
		if (!next_word(line->reader->arena, text))
			audit_line_refuse(line, "an option without its value");
		return;
	}
	if (text_starts(word, "--backlog_wait_time="))
		return;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
		if (strcmp(word, plain[i]) == 0)
			return;
	audit_line_refuse(line, "unknown option");
}

/* Letters may be joined, and a value may be joined to its letter, as getopt(3) has it. */
static void read_options(struct audit_line *line, const char *word, const char **text)
{
	for (const char *c = word + 1; *c; c++) {
		const struct audit_option *option = audit_options_find(*c);

		if (!option) {
			audit_line_refuse(line, "unknown option");
			return;
		}
		if (!option->has_arg) {
			option->handle(line, NULL);
			continue;
		}
		const char *arg = c[1] ? c + 1 : next_word(line->reader->arena, text);
		if (arg)
			option->handle(line, arg);
		else
			audit_line_refuse(line, "an option without its value");
		return;
	}
}

static void read_words(struct audit_line *line, const char *text)
{
	const char *word;

	while (!line->why && !line->eaten && (word = next_word(line->reader->arena, &text)) != NULL) {
		if (text_starts(word, "--"))
			read_long_option(line, word, &text);
		else if (*word == '-' && word[1])
			read_options(line, word, &text);
		else
			audit_line_refuse(line, "a word that is no option");
	}
}

/* ---- taking a line into account ------------------------------------------------------------------------------ */

static int has_syscall(const void *data, const char *name)
{
	const struct audit_line *line = data;
	int number = audit_name_to_syscall(name, line->machine);
	int64_t given;

	if (number < 0)
		return -1;
	vec_each(item, &line->syscalls)
		if (strcmp(*item, name) == 0 || (text_to_int(*item, 10, &given) && given == number))
			return 1;
	return 0;
}

/* Without -S a rule has all system calls. Without an arch the numbers are those of the machine's own ABI. */
static void set_syscalls(struct audit_line *line)
{
	if (line->all_syscalls || !line->syscalls.count)
		return;
	vec_each(name, &line->syscalls)
		buf_printf(&line->text, " -S %s", *name);
	if (line->machine < 0) {
		line->machine = audit_detect_machine();
		bool is_64 = line->machine >= 0 && audit_machine_to_elf(line->machine) & __AUDIT_ARCH_64BIT;
		line->rule.abis = is_64 ? AUDIT_ABI_64 : AUDIT_ABI_32;
	}
	audit_rules_set_syscalls(&line->rule, has_syscall, line);
}

static bool is_same(const struct audit_rule *a, const struct audit_rule *b)
{
	return a->list == b->list && a->always == b->always && a->object == b->object && a->letters == b->letters &&
	       a->abis == b->abis && text_eq(a->path, b->path) && text_eq(a->key, b->key) && text_eq(a->text, b->text);
}

static size_t find_rule(const struct audit_rules *rules, const struct audit_rule *rule)
{
	size_t i = 0;

	while (i < rules->list.count && !is_same(&rules->list.items[i], rule))
		i++;
	return i;
}

static void remove_at(struct audit_rules *rules, size_t index)
{
	memmove(&rules->list.items[index], &rules->list.items[index + 1],
		(--rules->list.count - index) * sizeof *rules->list.items);
}

static void clear_rules(struct audit_rules *rules, const char *key)
{
	for (size_t i = rules->list.count; i > 0; i--)
		if (!key || text_eq(rules->list.items[i - 1].key, key))
			remove_at(rules, i - 1);
}

/* On a host that is up the kernel's own look-up can be told. In a tree at rest what lies below /run is not there yet. */
static void check_object(struct audit_line *line)
{
	const struct host *host = line->reader->host;
	struct stat st;

	if (line->rule.object == OBJECT_ANY || !host_is_live(host))
		return;
	if (!line->rule.resolved)
		audit_line_refuse(line, "the folder of the path does not exist");
	else if (line->rule.object == OBJECT_DIR && host_stat(host, line->rule.path, true, &st, NULL) < 0)
		audit_line_refuse(line, "the folder does not exist");
}

static void add_rule(struct audit_line *line)
{
	struct audit_rules *rules = line->reader->rules;

	audit_files_resolve(line->reader->host, line->reader->arena, &line->rule);
	check_object(line);
	if (find_rule(rules, &line->rule) < rules->list.count)
		audit_line_refuse(line, "the same rule stands before");
	if (rules->list.count >= AUDIT_RULES_MAX)
		audit_line_refuse(line, "too many rules");
	if (line->why)
		return;
	vec_push(line->reader->arena, &rules->list, line->rule);
	if (line->prepend && rules->list.count > 1) {
		memmove(&rules->list.items[1], &rules->list.items[0], (rules->list.count - 1) * sizeof *rules->list.items);
		rules->list.items[0] = line->rule;
	}
}

static void delete_rule(struct audit_line *line)
{
	struct audit_rules *rules = line->reader->rules;
	size_t index = find_rule(rules, &line->rule);

	if (index < rules->list.count)
		remove_at(rules, index);
	else
		audit_line_refuse(line, "deletes a rule that is not there");
}

static void take(struct audit_line *line)
{
	struct audit_reader *reader = line->reader;

	if (reader->locked && (audit_line_has_rule(line) || line->clear || line->enable >= 0)) {
		audit_line_refuse(line, "-e 2 stands before");
		return;
	}
	set_syscalls(line);
	line->rule.key = line->key;
	line->rule.text = arena_strndup(reader->arena, line->text.data ? line->text.data : "", line->text.len);
	if (line->clear)
		clear_rules(reader->rules, line->key);
	if (line->enable >= 0) {
		reader->rules->enabled = line->enable > 0;
		reader->rules->enabled_origin = line->rule.origin;
		reader->locked = line->enable == 2;
	}
	if (line->deleting)
		delete_rule(line);
	else if (line->adding)
		add_rule(line);
}

void audit_line_read(struct audit_reader *reader, const char *text, const char *origin)
{
	struct audit_line line = {
		.reader = reader,
		.rule = {.letters = AUDIT_LETTERS_ALL,
			 .covered = AUDIT_LETTERS_ALL,
			 .touched = AUDIT_LETTERS_ALL,
			 .abis = AUDIT_ABIS_ALL,
			 .origin = origin},
		.machine = -1,
		.enable = -1,
	};

	if (reader->stopped)
		return;
	read_words(&line, text);
	if (!line.why && !line.eaten)
		take(&line);
	buf_done(&line.text);
	if (!line.why)
		return;
	reader->stopped = !reader->go_on;
	vec_push(reader->arena, &reader->rules->notes,
		 arena_printf(reader->arena, "%s would be refused (%s)%s", origin, line.why,
			      reader->stopped ? ": no line behind it is loaded" : ""));
}
