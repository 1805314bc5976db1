#include "reports/text_layout.h"

#include <stdarg.h>
#include <string.h>

#include "base/text.h"
#include "reports/text_utf8.h"

#define TEXT_COLUMNS_MIN 24 /* room for text however narrow the terminal and deep the indent */

void text_layout_words(const struct text_layout *out, enum text_style style, const char *text)
{
	/* ECMA-48 SGR; the eight basic colours only, which every terminal maps to what its user can
	 * read. */
	static const char *const codes[] = {
		[TEXT_PLAIN] = "",         [TEXT_STRONG] = "\033[1m",    [TEXT_FAINT] = "\033[2m",
		[TEXT_BAD] = "\033[1;31m", [TEXT_UNSURE] = "\033[1;33m", [TEXT_GOOD] = "\033[1;32m",
	};
	bool styled = out->colour && style != TEXT_PLAIN;

	fprintf(out->stream, "%s%s%s", styled ? codes[style] : "", text, styled ? "\033[0m" : "");
}

static void spaces(const struct text_layout *out, size_t count)
{
	fprintf(out->stream, "%*s", (int)count, "");
}

void text_layout_cell(const struct text_layout *out, enum text_style style, size_t columns,
		      const char *text)
{
	size_t used = text_utf8_columns(text);

	text_layout_words(out, style, text);
	spaces(out, used < columns ? columns - used : 0);
}

void text_layout_paragraph(const struct text_layout *out, size_t column, const char *text)
{
	size_t least = column + TEXT_COLUMNS_MIN;
	size_t limit = out->width > least ? out->width : least;
	size_t at = column, indent = 0; /* indent: owed before the next word */
	bool fresh = true;              /* no word on this line yet */

	while (*text) {
		size_t gap = strspn(text, " ");
		size_t len = strcspn(text + gap, " \n");
		size_t columns = text_utf8_columns_n(text + gap, len);

		if (len && out->width && !fresh && at + gap + columns > limit) {
			fputc('\n', out->stream);
			indent = at = column;
			text += gap;
			gap = 0;
		}
		if (len) {
			spaces(out, indent + gap);
			fwrite(text + gap, 1, len, out->stream);
			at += gap + columns;
			indent = 0;
			fresh = false;
		}
		text += gap + len;
		if (*text == '\n') {
			fputc('\n', out->stream);
			indent = at = column;
			fresh = true;
			text++;
		}
	}
	fputc('\n', out->stream);
}

void text_layout_labelled(const struct text_layout *out, struct text_place place, const char *label,
			  const char *text)
{
	spaces(out, place.indent);
	text_layout_cell(out, TEXT_FAINT, place.column - place.indent, label);
	text_layout_paragraph(out, place.column, text);
}

void text_layout_heading(const struct text_layout *out, enum text_style style, const char *fmt, ...)
{
	char title[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(title, sizeof title, fmt, args);
	va_end(args);
	fputc('\n', out->stream);
	text_layout_words(out, style, title);
	fputc('\n', out->stream);
	for (size_t i = text_utf8_columns(title); i > 0; i--)
		fputc('-', out->stream);
	fputc('\n', out->stream);
}
