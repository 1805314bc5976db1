#include "reports/text_utf8.h"

#include <langinfo.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

/* Lead bytes by range: how many bytes follow, and what the first of them may be (Unicode, table of
 * well-formed sequences). */
static const struct lead {
	unsigned char from, to;
	unsigned char follow;
	unsigned char low, high;
} leads[] = {
	{0x00, 0x7F, 0, 0x00, 0x00}, {0xC2, 0xDF, 1, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0xA0, 0xBF},
	{0xE1, 0xEC, 2, 0x80, 0xBF}, {0xED, 0xED, 2, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x80, 0xBF},
	{0xF0, 0xF0, 3, 0x90, 0xBF}, {0xF1, 0xF3, 3, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x80, 0x8F},
};

static const struct lead *find_lead(unsigned char byte)
{
	for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
		if (byte >= leads[i].from && byte <= leads[i].to)
			return &leads[i];
	}
	return NULL;
}

size_t text_utf8_next(const char *text, uint32_t *ret)
{
	const unsigned char *bytes = (const unsigned char *)text;
	const struct lead *lead = find_lead(bytes[0]);

	*ret = TEXT_UTF8_BAD;
	if (!bytes[0])
		return 0;
	if (!lead)
		return 1;
	uint32_t point = lead->follow ? bytes[0] & (0x3Fu >> lead->follow) : bytes[0];
	for (unsigned i = 1; i <= lead->follow; i++) {
		unsigned char low = i == 1 ? lead->low : 0x80, high = i == 1 ? lead->high : 0xBF;

		/* The final NUL is below every `low`, so this never reads past it. */
		if (bytes[i] < low || bytes[i] > high)
			return 1;
		point = point << 6 | (bytes[i] & 0x3Fu);
	}
	*ret = point;
	return lead->follow + 1u;
}

static bool locale_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static size_t width_of(uint32_t point, bool utf8)
{
	int width = utf8 && point != TEXT_UTF8_BAD ? wcwidth((wchar_t)point) : 1;

	return width < 0 ? 1 : (size_t)width;
}

size_t text_utf8_columns_n(const char *text, size_t len)
{
	bool utf8 = locale_is_utf8();
	size_t columns = 0;
	uint32_t point;

	for (size_t at = 0, used; at < len && (used = text_utf8_next(text + at, &point));
	     at += used)
		columns += width_of(point, utf8);
	return columns;
}

size_t text_utf8_columns(const char *text)
{
	return text_utf8_columns_n(text, strlen(text));
}

size_t text_utf8_fit(const char *text, size_t columns)
{
	bool utf8 = locale_is_utf8();
	size_t at = 0, used, taken = 0;
	uint32_t point;

	while ((used = text_utf8_next(text + at, &point))) {
		taken += width_of(point, utf8);
		if (taken > columns)
			break;
		at += used;
	}
	return at;
}
