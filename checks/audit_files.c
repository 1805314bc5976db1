#include <ctype.h>

#include "checks/audit_rules.h"

#define RULES_FOLDER "/etc/audit/rules.d"
#define RULES_FILE "/etc/audit/audit.rules"
#define SUFFIX ".rules"

struct source_line {
	const char *text;
	const char *origin;
};
struct source_lines VEC_BODY(struct source_line);

/* ---- paths --------------------------------------------------------------------------------------------------- */

/* The folder's links are followed, a link in the last place is not: the rule is then about the link
 * (kernel/audit_watch.c, audit_get_nd; kernel/audit_tree.c, audit_add_tree_rule). In a tree at rest folders that are made at boot
 * are missing, so the path stays as written. */
void audit_files_resolve(const struct host *host, struct arena *arena, struct audit_rule *rule)
{
	const char *slash = rule->path ? strrchr(rule->path, '/') : NULL;
	char *folder;

	rule->resolved = NULL;
	if (!slash)
		return;
	if (!slash[1] || strcmp(slash, "/.") == 0 || strcmp(slash, "/..") == 0) {
		if (host_realpath(host, rule->path, arena, &folder, NULL) == 0)
			rule->resolved = folder;
		return;
	}
	const char *parent = slash == rule->path ? "/" : arena_strndup(arena, rule->path, (size_t)(slash - rule->path));
	if (host_realpath(host, parent, arena, &folder, NULL) == 0)
		rule->resolved = arena_printf(arena, "%s%s", strcmp(folder, "/") == 0 ? "" : folder, slash);
	else if (!host_is_live(host))
		rule->resolved = rule->path;
}

/* ---- the order of augenrules --------------------------------------------------------------------------------- */

struct span {
	const char *at;
	const char *end;
};

static bool at_digit(const struct span *span)
{
	return span->at < span->end && isdigit((unsigned char)*span->at);
}

static bool at_other(const struct span *span)
{
	return span->at < span->end && !isdigit((unsigned char)*span->at);
}

static int rank(const struct span *span)
{
	unsigned char c = span->at < span->end ? (unsigned char)*span->at : '\0';

	if (c == '~')
		return -2;
	if (!c)
		return -1;
	if (isdigit(c))
		return 0;
	return isalpha(c) ? c : c + 256;
}

/* Leading zeros left out, a longer number is the greater one. */
static int number_order(struct span *a, struct span *b)
{
	int order = 0;

	while (at_digit(a) && *a->at == '0')
		a->at++;
	while (at_digit(b) && *b->at == '0')
		b->at++;
	for (; at_digit(a) && at_digit(b); a->at++, b->at++)
		order = order ? order : *a->at - *b->at;
	if (at_digit(a) || at_digit(b))
		return at_digit(a) ? 1 : -1;
	return order;
}

static int version_order(struct span a, struct span b)
{
	while (a.at < a.end || b.at < b.end) {
		for (; at_other(&a) || at_other(&b); a.at++, b.at++)
			if (rank(&a) != rank(&b))
				return rank(&a) - rank(&b);
		int order = number_order(&a, &b);
		if (order)
			return order;
	}
	return 0;
}

/* `sort -V` and `ls -v` (coreutils, "Version sort ordering"): without the suffix first, then with it. */
static int by_version(const void *a, const void *b)
{
	const char *left = *(const char *const *)a, *right = *(const char *const *)b;
	size_t left_len = strlen(left), right_len = strlen(right), suffix = strlen(SUFFIX);
	int order = version_order((struct span){left, left + left_len - suffix}, (struct span){right, right + right_len - suffix});

	if (!order)
		order = version_order((struct span){left, left + left_len}, (struct span){right, right + right_len});
	return order ? order : strcmp(left, right);
}

/* The rule files, in order. A shell's *.rules takes no names that begin with a dot. */
static struct strings rule_names(struct arena *arena, const struct strings *entries)
{
	struct strings names = {0};

	vec_each(entry, entries)
		if (**entry != '.' && text_ends(*entry, SUFFIX))
			vec_push(arena, &names, *entry);
	if (names.count)
		qsort(names.items, names.count, sizeof *names.items, by_version);
	return names;
}

/* ---- lines --------------------------------------------------------------------------------------------------- */

static int read_lines(const struct host *host, struct arena *arena, const char *path, struct source_lines *ret,
		      struct error *err)
{
	const char *safe = text_safe(arena, path, strlen(path));
	unsigned number = 0;
	char *text, *line;

	if (host_read(host, path, HOST_READ_CONFIG, arena, &text, NULL, err) < 0)
		return -1;
	while ((line = strsep(&text, "\n")) != NULL) {
		const char *first = line + strspn(line, " \t\r");
		struct source_line item = {line, arena_printf(arena, "%s:%u", safe, ++number)};

		if (text_ends(line, "\r"))
			line[strlen(line) - 1] = '\0';
		if (*first && *first != '#')
			vec_push(arena, ret, item);
	}
	return 0;
}

static bool is_clear_all(const char *text)
{
	text += strspn(text, " \t");
	return text_starts(text, "-D") && !text[2 + strspn(text + 2, " \t")];
}

static bool is_option(const char *text, char letter)
{
	text += strspn(text, " \t");
	return text[0] == '-' && text[1] == letter;
}

static void push_last(struct arena *arena, const struct source_line *line, struct source_lines *ret)
{
	if (line->text)
		vec_push(arena, ret, *line);
}

/* augenrules(8): the last plain -D goes first, then the last -b and -f, the last -e goes to the end. */
static struct source_lines arrange(struct arena *arena, const struct source_lines *lines)
{
	struct source_line clear = {0}, backlog = {0}, failure = {0}, enable = {0};
	struct source_lines rest = {0}, all = {0};

	vec_each(line, lines) {
		if (is_option(line->text, 'e'))
			enable = *line;
		else if (is_clear_all(line->text))
			clear = *line;
		else if (is_option(line->text, 'f'))
			failure = *line;
		else if (is_option(line->text, 'b'))
			backlog = *line;
		else
			vec_push(arena, &rest, *line);
	}
	push_last(arena, &clear, &all);
	push_last(arena, &backlog, &all);
	push_last(arena, &failure, &all);
	vec_each(line, &rest)
		vec_push(arena, &all, *line);
	push_last(arena, &enable, &all);
	return all;
}

static bool is_same(const struct source_lines *a, const struct source_lines *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].text, b->items[i].text) != 0)
			return false;
	return true;
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static void load(const struct host *host, struct arena *arena, const struct source_lines *lines, struct audit_rules *ret)
{
	struct audit_reader reader = {.host = host, .arena = arena, .rules = ret};

	vec_each(line, lines)
		audit_line_read(&reader, line->text, line->origin);
}

/* augenrules writes the one file from the folder whenever it runs; until then the two may differ. */
static void note_difference(const struct host *host, struct arena *arena, const struct source_lines *wanted,
			    struct audit_rules *ret)
{
	struct source_lines written = {0};

	if (read_lines(host, arena, RULES_FILE, &written, NULL) == 0 && !is_same(wanted, &written))
		vec_push(arena, &ret->notes, RULES_FILE " differs from what augenrules would make of " RULES_FOLDER);
}

static int read_folder(const struct host *host, struct arena *arena, const struct strings *entries,
		       struct audit_rules *ret, struct error *err)
{
	struct strings names = rule_names(arena, entries);
	struct source_lines lines = {0};

	vec_each(name, &names) {
		const char *path = arena_printf(arena, RULES_FOLDER "/%s", *name);
		struct stat st;

		if (host_stat(host, path, true, &st, NULL) < 0 && host_stat(host, path, false, &st, NULL) == 0)
			continue; /* a link that leads nowhere */
		if (read_lines(host, arena, path, &lines, err) < 0)
			return -1;
	}
	lines = arrange(arena, &lines);
	ret->origin = RULES_FOLDER;
	note_difference(host, arena, &lines, ret);
	load(host, arena, &lines, ret);
	return 0;
}

static int read_file(const struct host *host, struct arena *arena, struct audit_rules *ret, struct error *err)
{
	struct source_lines lines = {0};
	struct error why = {0};
	struct stat st;

	ret->origin = RULES_FILE;
	if (host_stat(host, RULES_FILE, true, &st, &why) < 0 || read_lines(host, arena, RULES_FILE, &lines, &why) < 0) {
		if (why.code != ERROR_NOT_FOUND) {
			if (err)
				*err = why;
			return -1;
		}
		vec_push(arena, &ret->notes, "there is neither " RULES_FOLDER " nor " RULES_FILE);
		return 0;
	}
	if (st.st_mode & S_IWOTH)
		vec_push(arena, &ret->notes, RULES_FILE " is world-writable: auditctl refuses it");
	else
		load(host, arena, &lines, ret);
	return 0;
}

int audit_files_read(const struct host *host, struct arena *arena, struct audit_rules *ret, struct error *err)
{
	struct audit_rules rules = {.enabled = true};
	struct strings entries = {0};
	struct error why = {0};
	int result;

	if (host_list(host, RULES_FOLDER, arena, &entries, &why) == 0)
		result = read_folder(host, arena, &entries, &rules, err);
	else if (why.code == ERROR_NOT_FOUND)
		result = read_file(host, arena, &rules, err);
	else {
		if (err)
			*err = why;
		return -1;
	}
	if (result == 0)
		*ret = rules;
	return result;
}
