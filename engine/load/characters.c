#include "load/characters.h"

#define SAFE_STEP 4096 /* bytes looked at in one go; far below TEXT_SAFE_MAX, where text_safe would cut */

struct place {
	size_t at;
	unsigned line;
	unsigned column;
};

static void advance(struct place *place, const char *bytes, size_t len)
{
	unsigned char byte = (unsigned char)bytes[place->at++];
	bool pair = byte == '\r' && place->at < len && bytes[place->at] == '\n';

	if (byte == '\n' || (byte == '\r' && !pair)) {
		place->line++;
		place->column = 1;
	} else if ((byte & 0xc0) != 0x80) {
		place->column++;
	}
}

size_t characters_offset(const char *bytes, size_t len, struct position where)
{
	struct place place = {.line = 1, .column = 1};

	while (place.at < len && (place.line < where.line || (place.line == where.line && place.column < where.column)))
		advance(&place, bytes, len);
	return place.at;
}

static bool plain(char byte)
{
	return (byte >= ' ' && byte <= '~') || byte == '\n' || byte == '\r' || byte == '\t';
}

/* Length of the run up to the next line break or tab, cut at a step but not within a character. */
static size_t run_length(const char *bytes, size_t len)
{
	size_t max = len < SAFE_STEP ? len : SAFE_STEP, run = 0;

	while (run < max && !memchr("\n\r\t", bytes[run], 3))
		run++;
	if (run == SAFE_STEP)
		for (int back = 0; back < 3 && run < len && ((unsigned char)bytes[run] & 0xc0) == 0x80; back++)
			run--;
	return run;
}

/* How many of the bytes text_safe, which alone knows what is unsafe, leaves as they are. An escape begins with a
 * backslash and a backslash is never escaped, so the first difference is the start of an escape. */
static size_t safe_prefix(const char *bytes, size_t len, struct characters_escape *ret)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *safe = text_safe(scratch, bytes, len);
	size_t same = 0, escape;

	while (same < len && safe[same] == bytes[same] && safe[same] != '\0')
		same++;
	if (same == len)
		return len;
	escape = text_starts(safe + same, "\\u") ? strcspn(safe + same, "}") + 1 : strlen("\\xHH");
	snprintf(ret->text, sizeof ret->text, "%.*s", (int)escape, safe + same);
	return same;
}

size_t characters_unsafe(const char *bytes, size_t len, struct characters_escape *ret)
{
	size_t at = 0;

	while (at < len) {
		size_t run, same;

		if (plain(bytes[at])) {
			at++;
			continue;
		}
		run = run_length(bytes + at, len - at);
		same = safe_prefix(bytes + at, run, ret);
		at += same;
		if (same < run)
			return at;
	}
	return len;
}

static bool starts_with(const char *bytes, size_t len, const char *prefix, size_t prefix_len)
{
	return len >= prefix_len && memcmp(bytes, prefix, prefix_len) == 0;
}

/* Byte order marks, Unicode 15 section 23.8. */
static const struct {
	const char *bytes;
	size_t len;
	const char *text;
} marks[] = {
	{"\xff\xfe", 2, "this is UTF-16 or UTF-32; save the file as UTF-8"},
	{"\xfe\xff", 2, "this is UTF-16 or UTF-32; save the file as UTF-8"},
	{"\xef\xbb\xbf", 3, "the file begins with a byte order mark; save it as UTF-8 without one"},
};

bool characters_check(const char *file, const char *bytes, size_t len, struct diags *diags)
{
	struct place place = {.line = 1, .column = 1};
	struct characters_escape escape;
	size_t bad;

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (starts_with(bytes, len, marks[i].bytes, marks[i].len)) {
			diag_add(diags, (struct position){file, 1, 1}, "%s", marks[i].text);
			return false;
		}
	bad = characters_unsafe(bytes, len, &escape);
	if (bad == len)
		return true;
	while (place.at < bad)
		advance(&place, bytes, len);
	diag_add(diags, (struct position){file, place.line, place.column},
		 "%s is invalid UTF-8 or a character that does not show", escape.text);
	return false;
}
