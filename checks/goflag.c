#include "checks/goflag.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

struct scan {
	struct arena *arena;
	const struct goflag_syntax *syntax;
	const struct strings *argv;
	const struct goflag *option;
	size_t next; /* the word after the one at hand */
	struct strings found;
};

static bool same_name(const struct goflag_syntax *syntax, const char *a, size_t a_len,
		      const char *b)
{
	if (strlen(b) != a_len)
		return false;
	for (size_t i = 0; i < a_len; i++) {
		char left = syntax->underscores && a[i] == '_' ? '-' : a[i];
		char right = syntax->underscores && b[i] == '_' ? '-' : b[i];

		if (left != right)
			return false;
	}
	return true;
}

static bool is_boolean(const struct goflag_syntax *syntax, const char *name, size_t len)
{
	for (const char *const *item = syntax->booleans; item && *item; item++)
		if (same_name(syntax, name, len, *item))
			return true;
	return false;
}

/* The next word as a value; none left: the program itself would have refused. */
static const char *take_word(struct scan *scan)
{
	return scan->next < scan->argv->count ? scan->argv->items[scan->next++] : NULL;
}

static void keep(struct scan *scan, bool wanted, const char *value)
{
	if (wanted && value)
		vec_push(scan->arena, &scan->found, value);
}

static void scan_long(struct scan *scan, const char *name)
{
	const struct goflag *option = scan->option;
	size_t len = strcspn(name, "=");
	bool wanted = option->flag && same_name(scan->syntax, name, len, option->flag + 2);

	if (name[len] == '=')
		keep(scan, wanted, name + len + 1);
	else if (is_boolean(scan->syntax, name, len) || (wanted && option->boolean))
		keep(scan, wanted, "true");
	else
		keep(scan, wanted, take_word(scan));
}

static void scan_short(struct scan *scan, const char *letters)
{
	const struct goflag *option = scan->option;

	for (; *letters; letters++) {
		bool wanted = option->short_flag && option->short_flag[1] == *letters;
		bool boolean = (scan->syntax->short_booleans &&
				strchr(scan->syntax->short_booleans, *letters)) ||
			       (wanted && option->boolean);

		if (letters[1] == '=' && letters[2]) {
			keep(scan, wanted, letters + 2);
			return;
		}
		if (!boolean) {
			keep(scan, wanted, letters[1] ? letters + 1 : take_word(scan));
			return;
		}
		keep(scan, wanted, "true");
	}
}

struct strings goflag_values(struct arena *arena, const struct goflag_syntax *syntax,
			     const struct strings *argv, const struct goflag *option)
{
	struct scan scan = {
		.arena = arena, .syntax = syntax, .argv = argv, .option = option, .next = 1};

	while (scan.next < argv->count) {
		const char *word = argv->items[scan.next++];

		if (strcmp(word, "--") == 0)
			break;
		if (text_starts(word, "--"))
			scan_long(&scan, word + 2);
		else if (word[0] == '-' && word[1])
			scan_short(&scan, word + 1);
	}
	return scan.found;
}

bool goflag_bool(const char *text, bool *ret)
{
	static const struct {
		const char *text;
		bool value;
	} words[] = {
		{"1", true},    {"t", true},      {"T", true},      {"TRUE", true},
		{"true", true}, {"True", true},   {"0", false},     {"f", false},
		{"F", false},   {"FALSE", false}, {"false", false}, {"False", false},
	};

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (strcmp(text, words[i].text) == 0) {
			*ret = words[i].value;
			return true;
		}
	return false;
}

/* Skip a base prefix; "_" may stand only after a prefix or between digits, and only with base 0,
 * which is what flags use. */
static int number_base(const char **text)
{
	static const struct {
		const char *prefix;
		int base;
	} prefixes[] = {{"0x", 16}, {"0X", 16}, {"0o", 8}, {"0O", 8}, {"0b", 2}, {"0B", 2}};

	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
		if (text_starts(*text, prefixes[i].prefix)) {
			*text += 2;
			return prefixes[i].base;
		}
	return (*text)[0] == '0' && (*text)[1] ? 8 : 10;
}

bool goflag_int(const char *text, int64_t *ret)
{
	char digits[80];
	size_t len = 0;
	char *end;

	if (*text == '-' || *text == '+')
		digits[len++] = *text++;
	int base = number_base(&text);
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text == '_' && text[1] && text[1] != '_')
			continue;
		if (!strchr("0123456789abcdefABCDEF", *text) || len + 1 >= sizeof digits)
			return false;
		digits[len++] = *text;
	}
	digits[len] = '\0';
	errno = 0;
	long long value = strtoll(digits, &end, base);
	if (errno || *end || end == digits)
		return false;
	*ret = value;
	return true;
}

/* Digits with at most one point; strtod alone would also take exponents, hexadecimals, "inf" and
 * "nan". */
static bool decimal(const char **text, double *ret)
{
	size_t len = strspn(*text, "0123456789");
	size_t digits = len;

	if ((*text)[len] == '.') {
		size_t fraction = strspn(*text + len + 1, "0123456789");

		len += 1 + fraction;
		digits += fraction;
	}
	if (!digits || len > 40)
		return false;
	char copy[41];
	memcpy(copy, *text, len);
	copy[len] = '\0';
	*ret = strtod(copy, NULL);
	*text += len;
	return true;
}

struct unit {
	const char *name;
	double factor;
};

/* The units table is ordered so that a longer name stands before its own beginning. */
static bool duration_part(const char **text, double *sum)
{
	static const struct unit units[] = {
		{"ns", 1e-6}, {"us", 1e-3}, {"\xc2\xb5s", 1e-3}, {"\xce\xbcs", 1e-3},
		{"ms", 1},    {"s", 1e3},   {"m", 60e3},         {"h", 3600e3},
	};
	double number;

	if (!decimal(text, &number))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
		if (text_starts(*text, units[i].name)) {
			*text += strlen(units[i].name);
			*sum += number * units[i].factor;
			return true;
		}
	return false;
}

bool goflag_duration_ms(const char *text, int64_t *ret)
{
	const double max = 9223372036854.0; /* math.MaxInt64 nanoseconds, Go's own limit */
	double sum = 0;
	bool negative = *text == '-';

	if (*text == '-' || *text == '+')
		text++;
	if (strcmp(text, "0") == 0) {
		*ret = 0;
		return true;
	}
	if (!*text)
		return false;
	while (*text)
		if (!duration_part(&text, &sum))
			return false;
	if (!(sum <= max))
		return false;
	*ret = (int64_t)(negative ? -floor(sum + 1e-6) : floor(sum + 1e-6));
	return true;
}

bool goflag_size_bytes(const char *text, int64_t *ret)
{
	static const char letters[] = "kmgtp";
	double number;

	if (!decimal(&text, &number))
		return false;
	if (*text == ' ')
		text++;
	const char *letter = *text ? strchr(letters, *text | 0x20) : NULL;
	if (letter) {
		number = ldexp(number, 10 * (int)(letter - letters + 1));
		text++;
		if (*text == 'i' || *text == 'I')
			text++;
	}
	if (*text == 'b' || *text == 'B')
		text++;
	if (*text || !(number < 9223372036854775807.0))
		return false;
	*ret = (int64_t)number;
	return true;
}
