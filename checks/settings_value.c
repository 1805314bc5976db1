#include "checks/settings_value.h"

#include "checks/goflag.h"
#include "checks/redact.h"

/* Looked through for an "@": keeps the search linear on hostile texts. */
#define USERINFO_MAX 4096

/* How many bytes at `start` are user information that an "@" closes: in an authority (after "://")
 * all of it, in a bare word only when it looks like user:password, so that an address or a digest
 * (name@sha256:…) stays as it is. */
static size_t userinfo_length(const char *start, bool authority)
{
	size_t at = 0;

	for (size_t i = 0; i < USERINFO_MAX && start[i] && !strchr("/?# \t,", start[i]); i++)
		if (start[i] == '@')
			at = i; /* the last one: a password may hold one itself */
	if (!at || (!authority && !memchr(start, ':', at)))
		return 0;
	return at;
}

/* Where a bare address can begin inside a text. */
static bool starts_word(const char *text, size_t at)
{
	return at == 0 || strchr("= ,\t", text[at - 1]);
}

const char *settings_value_redact(struct arena *arena, const char *text)
{
	_cleanup_(buf_done) struct buf out = {0};
	size_t equals = strcspn(text, "=");

	if (text[equals] && redact_name_is_secret(arena_strndup(arena, text, equals))) {
		buf_add(&out, text, equals + 1);
		buf_puts(&out, REDACT_TEXT);
		return text_safe(arena, out.data, out.len);
	}
	for (size_t i = 0; text[i];) {
		bool authority = i >= 3 && memcmp(text + i - 3, "://", 3) == 0;
		size_t len = authority || starts_word(text, i)
				     ? userinfo_length(text + i, authority)
				     : 0;

		if (len)
			buf_puts(&out, REDACT_TEXT);
		else
			buf_add(&out, text + i, 1);
		i += len ? len : 1;
	}
	return text_safe(arena, out.data ? out.data : "", out.len);
}

static int expected(struct error *err, const char *what, const char *safe)
{
	return error_set(err, ERROR_MALFORMED, "expected %s, found \"%.200s\"", what, safe);
}

static int from_text(struct arena *arena, enum value_type type, const char *text, struct value *ret,
		     struct error *err)
{
	const char *safe = settings_value_redact(arena, text);
	bool boolean;
	int64_t number;

	switch (type) {
	case VALUE_BOOL:
		if (!goflag_bool(text, &boolean))
			return expected(err, "true or false", safe);
		*ret = value_bool(boolean);
		return 0;
	case VALUE_INT:
		if (!goflag_int(text, &number))
			return expected(err, "a whole number", safe);
		*ret = value_int(number);
		return 0;
	case VALUE_SIZE:
		if (!goflag_size_bytes(text, &number))
			return expected(err, "a size", safe);
		*ret = value_typed_int(VALUE_SIZE, number);
		return 0;
	case VALUE_DURATION:
		if (!goflag_duration_ms(text, &number))
			return expected(err, "a duration with its unit", safe);
		*ret = value_typed_int(VALUE_DURATION, number);
		return 0;
	case VALUE_STRING:
		*ret = value_string(safe);
		return 0;
	default:
		return error_set(err, ERROR_INTERNAL, "no setting has the type %s",
				 value_type_name(type));
	}
}

int settings_value_from_texts(struct arena *arena, enum value_type type,
			      const struct strings *texts, struct value *ret, struct error *err)
{
	struct strings all = {0};

	if (type != VALUE_STRINGS)
		return from_text(arena, type, texts->items[texts->count - 1], ret, err);
	vec_each(text, texts)
		vec_push(arena, &all, settings_value_redact(arena, *text));
	*ret = value_strings(all);
	return 0;
}

/* A scalar as the text a flag would have; NULL for lists, objects and null. */
static const char *scalar_text(struct arena *arena, const json_t *json)
{
	if (json_is_string(json))
		return json_string_value(json);
	if (json_is_integer(json))
		return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
	if (json_is_real(json))
		return arena_printf(arena, "%.17g", json_real_value(json));
	if (json_is_boolean(json))
		return json_is_true(json) ? "true" : "false";
	return NULL;
}

static const char *member_text(struct arena *arena, const char *key, const json_t *member)
{
	const char *text = scalar_text(arena, member);
	const json_t *soft = json_object_get(member, "Soft");
	const json_t *hard = json_object_get(member, "Hard");

	if (text)
		return arena_printf(arena, "%s=%s", key, text);
	if (json_is_integer(soft) && json_is_integer(hard))
		return arena_printf(arena, "%s=%" JSON_INTEGER_FORMAT ":%" JSON_INTEGER_FORMAT, key,
				    json_integer_value(soft), json_integer_value(hard));
	return key;
}

static int list_items(struct arena *arena, const json_t *json, struct strings *ret,
		      struct error *err)
{
	size_t index;
	json_t *item;

	json_array_foreach((json_t *)json, index, item) {
		const char *text = scalar_text(arena, item);

		if (!text)
			return error_set(err, ERROR_MALFORMED,
					 "expected a list of texts, item %zu is none", index + 1);
		vec_push(arena, ret, settings_value_redact(arena, text));
	}
	return 0;
}

static int strings_from_json(struct arena *arena, const json_t *json, struct value *ret,
			     struct error *err)
{
	struct strings items = {0};
	const char *key;
	json_t *member;

	if (json_array_size(json) > SETTINGS_VALUE_ITEMS_MAX ||
	    json_object_size(json) > SETTINGS_VALUE_ITEMS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d items", SETTINGS_VALUE_ITEMS_MAX);
	if (json_is_array(json) && list_items(arena, json, &items, err) < 0)
		return -1;
	if (scalar_text(arena, json))
		return error_set(err, ERROR_MALFORMED, "expected a list of texts");
	json_object_foreach((json_t *)json, key, member)
		vec_push(arena, &items,
			 settings_value_redact(arena, member_text(arena, key, member)));
	*ret = value_strings(items);
	return 0;
}

int settings_value_from_json(struct arena *arena, enum value_type type, const json_t *json,
			     struct value *ret, struct error *err)
{
	if (type == VALUE_STRINGS)
		return strings_from_json(arena, json, ret, err);
	if (type == VALUE_SIZE && json_is_integer(json) && json_integer_value(json) >= 0) {
		*ret = value_typed_int(VALUE_SIZE, json_integer_value(json));
		return 0;
	}
	const char *text = scalar_text(arena, json);
	if (!text)
		return error_set(err, ERROR_MALFORMED, "expected %s, found %s",
				 value_type_name(type),
				 json_is_null(json)    ? "null"
				 : json_is_array(json) ? "a list"
						       : "an object");
	return from_text(arena, type, text, ret, err);
}
