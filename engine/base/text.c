#include "base/text.h"

#include <errno.h>

#define ELLIPSIS "\xe2\x80\xa6"
#define ESCAPE_MAX sizeof "\\u{10FFFF}"
#define NEAREST_MAX 128 /* bytes; longer words are no typing mistakes */

/* One well-formed UTF-8 sequence (Unicode 15, table 3-7: no overlong forms, no surrogates, nothing
 * above U+10FFFF); returns its length, 0 when the bytes are none. */
static size_t decode(const unsigned char *bytes, size_t len, uint32_t *ret)
{
	static const struct {
		unsigned char low, high, mask, size;
		uint32_t least;
	} forms[] = {
		{0xc2, 0xdf, 0x1f, 2, 0x80},
		{0xe0, 0xef, 0x0f, 3, 0x800},
		{0xf0, 0xf4, 0x07, 4, 0x10000},
	};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		if (bytes[0] < forms[i].low || bytes[0] > forms[i].high)
			continue;
		if (len < forms[i].size)
			return 0;
		uint32_t point = bytes[0] & forms[i].mask;
		for (size_t k = 1; k < forms[i].size; k++) {
			if ((bytes[k] & 0xc0) != 0x80)
				return 0;
			point = point << 6 | (bytes[k] & 0x3f);
		}
		if (point < forms[i].least || point > 0x10ffff ||
		    (point >= 0xd800 && point <= 0xdfff))
			return 0;
		*ret = point;
		return forms[i].size;
	}
	return 0;
}

/* Code points from U+0080 on that text_safe makes visible. */
static bool unsafe_point(uint32_t point)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x80, 0x9f},     {0x61c, 0x61c},   {0x200e, 0x200f}, {0x2028, 0x202e},
		{0x2066, 0x2069}, {0xfeff, 0xfeff}, {0xfffe, 0xffff},
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}

/* What to write for the start of `bytes`: returns how many bytes are used up; `ret_escape` is
 * empty when they are copied as they are. */
static size_t safe_step(const unsigned char *bytes, size_t len, char ret_escape[ESCAPE_MAX])
{
	uint32_t point = 0;
	ret_escape[0] = '\0';
	if (bytes[0] >= 0x20 && bytes[0] < 0x7f)
		return 1;
	size_t used = bytes[0] < 0x80 ? 0 : decode(bytes, len, &point);
	if (used == 0) {
		snprintf(ret_escape, ESCAPE_MAX, "\\x%02X", bytes[0]);
		return 1;
	}
	if (unsafe_point(point))
		snprintf(ret_escape, ESCAPE_MAX, "\\u{%04X}", (unsigned)point);
	return used;
}

/* How much of the input fits, and the output it makes. Cutting leaves room for the ellipsis within
 * the cap, so that making a safe text safe again changes nothing. */
struct safe_size {
	size_t input;
	size_t output;
	bool cut;
};

static struct safe_size safe_measure(const unsigned char *bytes, size_t len)
{
	const size_t room = TEXT_SAFE_MAX - strlen(ELLIPSIS);
	struct safe_size fits = {0}, all = {0};
	char escape[ESCAPE_MAX];
	while (all.input < len) {
		size_t used = safe_step(bytes + all.input, len - all.input, escape);
		all.input += used;
		all.output += escape[0] ? strlen(escape) : used;
		if (all.output > TEXT_SAFE_MAX) {
			fits.cut = true;
			return fits;
		}
		if (all.output <= room)
			fits = all;
	}
	return all;
}

const char *text_safe(struct arena *arena, const char *bytes, size_t len)
{
	const unsigned char *in = (const unsigned char *)bytes;
	struct safe_size size = safe_measure(in, len);
	if (!size.cut && size.output == size.input)
		return arena_strndup(arena, bytes, len);

	char *text = arena_alloc(arena, size.output + sizeof ELLIPSIS), *out = text;
	char escape[ESCAPE_MAX];
	for (size_t at = 0; at < size.input;) {
		size_t used = safe_step(in + at, len - at, escape);
		out = escape[0] ? stpcpy(out, escape) : mempcpy(out, in + at, used);
		at += used;
	}
	if (size.cut)
		strcpy(out, ELLIPSIS);
	return text;
}

bool text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends(const char *text, const char *suffix)
{
	size_t len = strlen(text), tail = strlen(suffix);
	return len >= tail && strcmp(text + len - tail, suffix) == 0;
}

bool text_eq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool text_to_int(const char *text, int base, int64_t *ret)
{
	/* strtoll(3) also takes blanks and a plus, and stops quietly at the first stranger. */
	const char *digits = *text == '-' ? text + 1 : text;
	if (*digits < '0' || *digits > '9')
		return false;
	char *end;
	errno = 0;
	long long number = strtoll(text, &end, base);
	if (errno || *end)
		return false;
	*ret = number;
	return true;
}

static size_t least(size_t a, size_t b, size_t c)
{
	size_t less = a < b ? a : b;
	return less < c ? less : c;
}

/* Optimal string alignment: Damerau-Levenshtein where no part is edited twice. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NEAREST_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_len; j++)
		above[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool differ = a[i - 1] != b[j - 1];
			row[j] = least(above[j - 1] + differ, above[j] + 1, row[j - 1] + 1);
			bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
			if (swapped && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
		size_t *spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[b_len];
}

const char *text_nearest(const char *word, const char *const *candidates, size_t count)
{
	size_t len = strlen(word), limit = len / 3 > 1 ? len / 3 : 1, best = limit + 1;
	const char *nearest = NULL;
	if (len > NEAREST_MAX)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t other = strlen(candidates[i]), gap = other > len ? other - len : len - other;
		if (other > NEAREST_MAX || gap >= best)
			continue;
		size_t far = distance(word, len, candidates[i], other);
		if (far < best) {
			best = far;
			nearest = candidates[i];
		}
	}
	return nearest;
}
