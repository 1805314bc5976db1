#include "checks/jsonpos.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

struct scan {
	const char *text;
	size_t len;
	size_t at;
	unsigned line;
	size_t depth;   /* open objects and lists */
	size_t matched; /* how many of the open objects, from the root on, lie on the path */
	bool pending;   /* the key before the value at hand is the next one on the path */
};

/* From an opening quote to behind the closing one; *ret_escaped: a backslash stands between. */
static void skip_string(struct scan *scan, bool *ret_escaped)
{
	*ret_escaped = false;
	for (scan->at++; scan->at < scan->len && scan->text[scan->at] != '"'; scan->at++)
		if (scan->text[scan->at] == '\\') {
			*ret_escaped = true;
			scan->at++;
		}
	scan->at = scan->at < scan->len ? scan->at + 1 : scan->len;
}

static void skip_space(struct scan *scan)
{
	for (; scan->at < scan->len && strchr(" \t\r\n", scan->text[scan->at]); scan->at++) {
		if (!scan->text[scan->at])
			return; /* strchr finds the terminator too */
		scan->line += scan->text[scan->at] == '\n';
	}
}

/* `token` includes its quotes. */
static bool key_equals(const char *token, size_t len, bool escaped, const char *key)
{
	if (len < 2)
		return false;
	if (!escaped)
		return strlen(key) == len - 2 && memcmp(token + 1, key, len - 2) == 0;
	json_t *string = json_loadb(token, len, JSON_DECODE_ANY, NULL);
	const char *text = json_string_value(string);
	bool equal = text && strcmp(text, key) == 0;
	json_decref(string);
	return equal;
}

/* A string followed by a colon is a member's name; in valid JSON it can be nothing else. */
static bool at_path_key(struct scan *scan, const char *key)
{
	size_t start = scan->at;
	bool escaped;

	skip_string(scan, &escaped);
	size_t len = scan->at - start;
	skip_space(scan);
	if (scan->at >= scan->len || scan->text[scan->at] != ':')
		return false;
	scan->pending = false;
	return key && key_equals(scan->text + start, len, escaped, key);
}

static void open_or_close(struct scan *scan, char c)
{
	if (c == '{' && scan->matched == scan->depth && (scan->depth == 0 || scan->pending))
		scan->matched++;
	if (c == '{' || c == '[')
		scan->depth++;
	else if (scan->depth)
		scan->depth--;
	if (scan->matched > scan->depth)
		scan->matched = scan->depth;
	scan->pending = false;
}

unsigned jsonpos_line(const char *text, size_t len, const char *const *keys, size_t count)
{
	struct scan scan = {.text = text, .len = len, .line = 1};
	unsigned found = 0;

	for (skip_space(&scan); scan.at < len; skip_space(&scan)) {
		char c = text[scan.at];

		if (c == '"') {
			bool on_path = scan.depth && scan.matched == scan.depth &&
				       scan.depth <= count;
			unsigned line = scan.line;

			if (!at_path_key(&scan, on_path ? keys[scan.depth - 1] : NULL))
				continue;
			if (scan.depth == count)
				found = line;
			else
				scan.pending = true;
			continue;
		}
		if (c && strchr("{}[]", c))
			open_or_close(&scan, c);
		scan.at++;
	}
	return found;
}
