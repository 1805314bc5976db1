#include "checks/limits.h"

#include <errno.h>

const struct field_decl limits_fields[] = {
	{"name", VALUE_STRING, "name of the limit, as in limits.conf(5)"},
	{"soft", VALUE_INT, "soft limit"},
	{"hard", VALUE_INT, "hard limit"},
	{0},
};

static const struct {
	const char *kernel;
	const char *name;
} names[] = {
	{"Max cpu time", "cpu"},
	{"Max file size", "fsize"},
	{"Max data size", "data"},
	{"Max stack size", "stack"},
	{"Max core file size", "core"},
	{"Max resident set", "rss"},
	{"Max processes", "nproc"},
	{"Max open files", "nofile"},
	{"Max locked memory", "memlock"},
	{"Max address space", "as"},
	{"Max file locks", "locks"},
	{"Max pending signals", "sigpending"},
	{"Max msgqueue size", "msgqueue"},
	{"Max nice priority", "nice"},
	{"Max realtime priority", "rtprio"},
	{"Max realtime timeout", "rttime"},
};

static const char *name_of(struct arena *arena, const char *words, size_t len)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strlen(names[i].kernel) == len && memcmp(names[i].kernel, words, len) == 0)
			return names[i].name;
	return text_safe(arena, words, len);
}

/* One number or "unlimited"; moves behind it. */
static bool take_amount(const char **at, int64_t *ret)
{
	static const char unlimited[] = "unlimited";
	char *end;

	*at += strspn(*at, " ");
	if (text_starts(*at, unlimited)) {
		*ret = VALUE_UNLIMITED;
		end = (char *)(uintptr_t)*at + strlen(unlimited);
	} else {
		if (**at < '0' || **at > '9')
			return false;
		errno = 0;
		unsigned long long amount = strtoull(*at, &end, 10);
		*ret = errno || amount > INT64_MAX ? VALUE_UNLIMITED : (int64_t)amount;
	}
	*at = end;
	return *end == ' ' || *end == '\0';
}

/* "%-25s %-20s %-20s %-10s": the name holds blanks and ends at two of them, or at its column
 * (fs/proc/base.c). */
#define NAME_COLUMNS 25

static bool parse_line(struct arena *arena, const char *line, struct record *record)
{
	const char *gap = strstr(line, "  "), *at;
	int64_t soft, hard;

	if (!gap || gap > line + NAME_COLUMNS)
		gap = strnlen(line, NAME_COLUMNS) == NAME_COLUMNS ? line + NAME_COLUMNS : NULL;
	if (!gap || gap == line)
		return false;
	at = gap;
	if (!take_amount(&at, &soft) || !take_amount(&at, &hard))
		return false;
	record_set(arena, record, "name", value_string(name_of(arena, line, (size_t)(gap - line))));
	record_set(arena, record, "soft", value_int(soft));
	record_set(arena, record, "hard", value_int(hard));
	return true;
}

int limits_parse(struct arena *arena, const char *text, struct value *ret, struct error *err)
{
	struct value rows = {.type = VALUE_RECORDS};
	const char *line = strchr(text, '\n');

	if (!text_starts(text, "Limit ") || !line)
		return error_set(err, ERROR_MALFORMED, "not a list of limits");
	for (const char *end; line[1]; line = end) {
		struct record record = {0};

		end = strchrnul(line + 1, '\n');
		if (!parse_line(arena, arena_strndup(arena, line + 1, (size_t)(end - line - 1)),
				&record))
			return error_set(err, ERROR_MALFORMED, "not a list of limits");
		if (rows.records.count == LIMITS_ROWS_MAX)
			return error_set(err, ERROR_LIMIT, "more than %d limits", LIMITS_ROWS_MAX);
		vec_push(arena, &rows.records, record);
		if (!*end)
			break;
	}
	*ret = rows;
	return 0;
}
