/* Laying text out for a terminal: wrapping by columns, words in style. */
#ifndef REPORTS_TEXT_LAYOUT_H
#define REPORTS_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/cleanup.h"

struct text_layout {
	FILE *stream;
	unsigned width; /* columns; 0: do not wrap */
	bool colour;
};

enum text_style { TEXT_PLAIN, TEXT_STRONG, TEXT_FAINT, TEXT_BAD, TEXT_UNSURE, TEXT_GOOD };

/* Words in a style; nothing but the words without colour. */
void text_layout_words(const struct text_layout *out, enum text_style style, const char *text);
/* The same, filled up with spaces to `columns`. */
void text_layout_cell(const struct text_layout *out, enum text_style style, size_t columns,
		      const char *text);

/* Text wrapped between words, and the end of the line. The cursor stands at `column`; further lines
 * begin there too. A newline in the text begins a line. A word longer than the line is not broken:
 * it is most likely to be copied. */
void text_layout_paragraph(const struct text_layout *out, size_t column, const char *text);

/* "  label   text…" with the text at `column`. */
struct text_place {
	size_t indent;
	size_t column;
};
void text_layout_labelled(const struct text_layout *out, struct text_place place, const char *label,
			  const char *text);

/* An empty line, the title in style and a rule below it as long as the title. */
void text_layout_heading(const struct text_layout *out, enum text_style style, const char *fmt, ...)
	_printf_(3, 4);

#endif
