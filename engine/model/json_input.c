#include "model/json_input.h"

#include <stdbool.h>

#include "base/text.h"

#define CHUNK 65536

static int read_all(FILE *stream, size_t cap, struct buf *buf, struct error *err)
{
	char chunk[CHUNK];
	size_t len;

	while ((len = fread(chunk, 1, sizeof chunk, stream)) > 0) {
		if (len > cap - buf->len)
			return error_set(err, ERROR_LIMIT, "longer than %zu bytes", cap);
		buf_add(buf, chunk, len);
	}
	return ferror(stream) ? error_sys(err, "cannot read") : 0;
}

/* Index of the quote that ends the string which begins before `at`, or `len`. */
static size_t skip_string(const char *text, size_t len, size_t at)
{
	while (at < len && text[at] != '"')
		at += text[at] == '\\' ? 2 : 1;
	return at < len ? at : len;
}

/* jansson has no cap of its own on what it allocates: three bytes of text can become some 200 of memory. So the brackets and
 * commas are counted before it sees the document. */
static int check_caps(const char *text, size_t len, const struct json_caps *caps, struct error *err)
{
	size_t depth = 0, items = 0;

	for (size_t i = 0; i < len; i++) {
		switch (text[i]) {
		case '"':
			i = skip_string(text, len, i + 1);
			break;
		case '[':
		case '{':
			items++;
			if (++depth > caps->depth)
				return error_set(err, ERROR_LIMIT, "lists and objects are more than %zu deep", caps->depth);
			break;
		case ']':
		case '}':
			depth -= depth > 0;
			break;
		case ',':
			items++;
			break;
		}
		if (items > caps->items)
			return error_set(err, ERROR_LIMIT, "more than %zu items", caps->items);
	}
	return 0;
}

/* jansson quotes the bytes near the fault as they are. */
static int syntax_error(const json_error_t *fault, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	return error_set(err, ERROR_MALFORMED, "line %d, column %d: %s", fault->line, fault->column,
			 text_safe(arena, fault->text, strlen(fault->text)));
}

int json_input_read(FILE *stream, const struct json_caps *caps, json_t **ret, struct error *err)
{
	_cleanup_(buf_done) struct buf buf = {0};
	json_error_t fault;
	json_t *json;

	if (read_all(stream, caps->bytes, &buf, err) < 0 ||
	    check_caps(buf.data, buf.len, caps, err) < 0)
		return -1;
	json = json_loadb(buf.data ?: "", buf.len, JSON_REJECT_DUPLICATES, &fault);
	if (!json)
		return syntax_error(&fault, err);
	*ret = json;
	return 0;
}
