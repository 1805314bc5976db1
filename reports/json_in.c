#include "reports/json_in.h"

#include <inttypes.h>
#include <stdarg.h>

/* What goes to the parser, counted on the way: it allocates for each value before anybody could ask
 * how many there are. */
struct feed {
	FILE *stream;
	const struct json_in_limits *limits;
	size_t bytes;
	size_t nodes;
	bool in_string;
	bool escaped;
};

static bool over(const struct feed *feed)
{
	return feed->bytes > feed->limits->bytes_max || feed->nodes > feed->limits->nodes_max;
}

/* Every value but the first of its list or object follows a comma, every other an opening bracket.
 */
static void count_nodes(struct feed *feed, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		char byte = bytes[i];

		if (feed->escaped)
			feed->escaped = false;
		else if (byte == '"')
			feed->in_string = !feed->in_string;
		else if (feed->in_string)
			feed->escaped = byte == '\\';
		else if (byte == ',' || byte == '[' || byte == '{')
			feed->nodes++;
	}
}

static size_t feed_parser(void *buffer, size_t size, void *data)
{
	struct feed *feed = data;
	size_t len = fread(buffer, 1, size, feed->stream);

	feed->bytes += len;
	count_nodes(feed, buffer, len);
	return over(feed) ? (size_t)-1 : len;
}

static int load_failed(const struct feed *feed, const json_error_t *where, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *arena = NULL;

	if (feed->bytes > feed->limits->bytes_max)
		return error_set(err, ERROR_LIMIT, "longer than %zu bytes",
				 feed->limits->bytes_max);
	if (feed->nodes > feed->limits->nodes_max)
		return error_set(err, ERROR_LIMIT, "more than %zu values", feed->limits->nodes_max);
	if (ferror(feed->stream))
		return error_sys(err, "cannot read");
	/* The parser's message quotes the input. */
	arena = arena_new();
	return error_set(err, ERROR_MALFORMED, "%d:%d: %s", where->line, where->column,
			 text_safe(arena, where->text, strnlen(where->text, sizeof where->text)));
}

int json_in_load(FILE *stream, const struct json_in_limits *limits, json_t **ret, struct error *err)
{
	struct feed feed = {.stream = stream, .limits = limits};
	json_error_t where = {0};
	json_t *json = json_load_callback(feed_parser, &feed, JSON_REJECT_DUPLICATES, &where);

	if (!json || over(&feed) || ferror(stream)) {
		json_decref(json);
		return load_failed(&feed, &where, err);
	}
	*ret = json;
	return 0;
}

#define DEPTH_SHOWN 24

static void show_place(const struct json_in *in, struct buf *place)
{
	const struct json_in_frame *frames[DEPTH_SHOWN];
	size_t count = 0;

	for (const struct json_in_frame *frame = in->at; frame && count < DEPTH_SHOWN;
	     frame = frame->up)
		frames[count++] = frame;
	if (count == 0)
		buf_puts(place, "the document");
	while (count-- > 0) {
		if (frames[count]->key)
			buf_printf(place, "/%.60s", frames[count]->key);
		else
			buf_printf(place, "/%zu", frames[count]->index);
	}
}

int json_in_fail(struct json_in *in, const char *fmt, ...)
{
	_cleanup_(buf_done) struct buf place = {0};
	char text[256];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	show_place(in, &place);
	return error_set(in->err, ERROR_MALFORMED, "%s: %s", place.data, text);
}

int json_in_wrap(struct json_in *in)
{
	_cleanup_(buf_done) struct buf place = {0};

	show_place(in, &place);
	return error_wrap(in->err, "%s", place.data);
}

static int known_keys_only(struct json_in *in, json_t *object, const struct json_in_member *members)
{
	const char *key;
	json_t *ignored;

	json_object_foreach(object, key, ignored) {
		const struct json_in_member *member = members;

		while (member->key && strcmp(member->key, key) != 0)
			member++;
		if (!member->key)
			return json_in_fail(in, "unknown key \"%.100s\"",
					    text_safe(in->arena, key, strlen(key)));
	}
	return 0;
}

int json_in_object(struct json_in *in, const json_t *json, const struct json_in_member *members,
		   void *into)
{
	const struct json_in_frame *up = in->at;

	if (!json_is_object(json))
		return json_in_fail(in, "not an object");
	/* jansson iterates over a non-const object only; nothing is changed. */
	if (known_keys_only(in, (json_t *)json, members) != 0)
		return -1;
	for (const struct json_in_member *member = members; member->key; member++) {
		const json_t *item = json_object_get(json, member->key);
		struct json_in_frame frame = {.up = up, .key = member->key};

		if (!item && member->optional)
			continue;
		if (!item)
			return json_in_fail(in, "\"%s\" is missing", member->key);
		in->at = &frame;
		int result = member->read(in, item, (char *)into + member->offset);
		in->at = up;
		if (result != 0)
			return -1;
	}
	return 0;
}

int json_in_list(struct json_in *in, const json_t *json, size_t item_size, json_in_reader *read,
		 struct json_in_items *ret)
{
	const struct json_in_frame *up = in->at;
	size_t count = json_array_size(json);
	char *items = NULL;
	size_t size;

	if (!json_is_array(json))
		return json_in_fail(in, "not a list");
	if (__builtin_mul_overflow(count, item_size, &size))
		return json_in_fail(in, "too long");
	if (count)
		items = arena_alloc(in->arena, size);
	for (size_t i = 0; i < count; i++) {
		struct json_in_frame frame = {.up = up, .index = i};

		in->at = &frame;
		int result = read(in, json_array_get(json, i), items + i * item_size);
		in->at = up;
		if (result != 0)
			return -1;
	}
	*ret = (struct json_in_items){.items = items, .count = count};
	return 0;
}

int json_in_pairs(struct json_in *in, const json_t *json, json_in_pair_reader *read, void *into)
{
	const struct json_in_frame *up = in->at;
	const char *key;
	json_t *item;

	if (!json_is_object(json))
		return json_in_fail(in, "not an object");
	json_object_foreach((json_t *)json, key, item) {
		const char *safe = text_safe(in->arena, key, strlen(key));
		struct json_in_frame frame = {.up = up, .key = safe};

		int result;

		in->at = &frame;
		/* Two keys must not become one. */
		if (!text_eq(safe, key))
			result = json_in_fail(in, "a key with characters that a report does not hold");
		else
			result = read(in, safe, item, into);
		in->at = up;
		if (result != 0)
			return -1;
	}
	return 0;
}

int json_in_text(struct json_in *in, const json_t *json, void *into)
{
	const char **ret = into;

	if (!json_is_string(json))
		return json_in_fail(in, "not a text");
	*ret = text_safe(in->arena, json_string_value(json), json_string_length(json));
	return 0;
}

int json_in_text_or_null(struct json_in *in, const json_t *json, void *into)
{
	return json_is_null(json) ? 0 : json_in_text(in, json, into);
}

int json_in_lines_or_null(struct json_in *in, const json_t *json, void *into)
{
	_cleanup_(buf_done) struct buf lines = {0};
	const char *text = json_string_value(json);
	const char **ret = into;

	if (json_is_null(json))
		return 0;
	if (!text)
		return json_in_fail(in, "not a text");
	for (;;) {
		size_t len = strcspn(text, "\n");

		buf_puts(&lines, text_safe(in->arena, text, len));
		if (!text[len])
			break;
		buf_puts(&lines, "\n");
		text += len + 1;
	}
	*ret = arena_strndup(in->arena, lines.data ? lines.data : "", lines.len);
	return 0;
}

int json_in_strings(struct json_in *in, const json_t *json, void *into)
{
	struct strings *ret = into;
	struct json_in_items list;

	if (json_in_list(in, json, sizeof *ret->items, json_in_text, &list) != 0)
		return -1;
	*ret = (struct strings){.items = list.items, .count = list.count, .capacity = list.count};
	return 0;
}

int json_in_bool(struct json_in *in, const json_t *json, void *into)
{
	bool *ret = into;

	if (!json_is_boolean(json))
		return json_in_fail(in, "neither true nor false");
	*ret = json_is_true(json);
	return 0;
}

int json_in_count(struct json_in *in, const json_t *json, void *into)
{
	size_t *ret = into;

	if (!json_is_integer(json) || json_integer_value(json) < 0)
		return json_in_fail(in, "not a whole number from 0 up");
	*ret = (size_t)json_integer_value(json);
	return 0;
}

int json_in_percent(struct json_in *in, const json_t *json, void *into _unused_)
{
	if (json_is_null(json))
		return 0;
	if (!json_is_number(json) || json_number_value(json) < 0 || json_number_value(json) > 100)
		return json_in_fail(in, "neither null nor a number from 0 to 100");
	return 0;
}

int json_in_raw(struct json_in *in _unused_, const json_t *json, void *into)
{
	const json_t **ret = into;

	*ret = json;
	return 0;
}
