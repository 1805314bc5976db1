/* UTF-8 without the locale: decoding and display width. */
#ifndef REPORTS_TEXT_UTF8_H
#define REPORTS_TEXT_UTF8_H

#include <stddef.h>
#include <stdint.h>

#define TEXT_UTF8_BAD 0xFFFFFFFFu

/* Decode the character at `text`: its code point, or TEXT_UTF8_BAD for one byte that begins no
 * well-formed sequence (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
 * Returns the bytes used; 0 at the end of the text. */
size_t text_utf8_next(const char *text, uint32_t *ret);

/* Terminal columns of the first `len` bytes: wcwidth(3) where the locale's encoding is UTF-8, else
 * one a character. */
size_t text_utf8_columns_n(const char *text, size_t len);
size_t text_utf8_columns(const char *text);

/* The longest prefix of at most `columns` columns, in bytes. */
size_t text_utf8_fit(const char *text, size_t columns);

#endif
