#include "checks/docker_document.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"

#define INT64_DIGITS 19 /* of INT64_MAX; a shorter integer always fits */

static size_t string_length(const char *bytes, size_t len)
{
	size_t at = 1;

	while (at < len && bytes[at] != '"')
		at += bytes[at] == '\\' ? 2 : 1;
	return at < len ? at + 1 : len;
}

static size_t number_length(const char *bytes, size_t len)
{
	size_t at = 0;

	while (at < len && bytes[at] && strchr("+-.0123456789eE", bytes[at]))
		at++;
	return at;
}

static bool is_too_large(const char *number, size_t len)
{
	char copy[32];

	if (len < INT64_DIGITS || memchr(number, '.', len) || memchr(number, 'e', len) ||
	    memchr(number, 'E', len))
		return false;
	if (len >= sizeof copy)
		return true;
	memcpy(copy, number, len);
	copy[len] = '\0';
	errno = 0;
	(void)strtoll(copy, NULL, 10);
	return errno == ERANGE;
}

/* The same text with ".0" behind integers that jansson cannot hold. */
static void mark_reals(const char *bytes, size_t len, struct buf *ret)
{
	size_t copied = 0;

	for (size_t at = 0, step; at < len; at += step) {
		bool number = bytes[at] == '-' || (bytes[at] >= '0' && bytes[at] <= '9');

		if (bytes[at] == '"')
			step = string_length(bytes + at, len - at);
		else
			step = number ? number_length(bytes + at, len - at) : 1;
		if (!number || !is_too_large(bytes + at, step))
			continue;
		buf_add(ret, bytes + copied, at + step - copied);
		buf_puts(ret, ".0");
		copied = at + step;
	}
	buf_add(ret, bytes + copied, len - copied);
}

int docker_document_load(const char *bytes, size_t len, json_t **ret, struct error *err)
{
	json_error_t why;
	json_t *json = json_loadb(bytes, len, 0, &why);

	if (!json && json_error_code(&why) == json_error_numeric_overflow) {
		_cleanup_(buf_done) struct buf marked = {0};

		mark_reals(bytes, len, &marked);
		json = json_loadb(marked.data, marked.len, 0, &why);
	}
	/* why.text may quote the document: only the place is told. */
	if (!json)
		return error_set(err, ERROR_MALFORMED, "not a JSON document (line %d, column %d)",
				 why.line, why.column);
	*ret = json;
	return 0;
}
