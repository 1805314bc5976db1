#include "checks/base64.h"

static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = c ? strchr(digits, c) : NULL;

	return found ? (int)(found - digits) : -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool base64_decode(struct arena *arena, const char *text, size_t len, unsigned char **ret, size_t *ret_len)
{
	unsigned char *out = arena_alloc(arena, len / 4 * 3 + 4);
	size_t count = 0;
	unsigned bits = 0, held = 0;

	for (size_t i = 0; i < len && text[i] != '='; i++) {
		int value = digit(text[i]);

		if (is_blank(text[i]))
			continue;
		if (value < 0)
			return false;
		held = (held << 6 | (unsigned)value) & 0xffff;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		out[count++] = (unsigned char)(held >> bits);
	}
	out[count] = '\0';
	*ret = out;
	*ret_len = count;
	return true;
}
