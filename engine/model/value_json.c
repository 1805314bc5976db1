/* Values as JSON: the value_to_json and value_from_json of model/value.h. */
#include "base/version.h"
#include "model/value.h"

static json_t *integer_json(const struct value *value)
{
	if (value->type == VALUE_MODE)
		return json_sprintf("%04llo", (unsigned long long)value->integer & 07777);
	if (value->integer == VALUE_UNLIMITED)
		return json_string("unlimited");
	return json_integer(value->integer);
}

/* jansson answers NULL to text that is not UTF-8 and -1 to a NULL item: either fails the whole value. */
static json_t *strings_json(const struct strings *strings)
{
	json_t *list = json_array();

	vec_each(text, strings)
		if (json_array_append_new(list, json_string(*text)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

static json_t *map_json(const struct pairs *pairs)
{
	json_t *object = json_object();

	vec_each(pair, pairs)
		if (json_object_set_new(object, pair->key, json_string(pair->text)) < 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static json_t *row_json(const struct record *row)
{
	json_t *object = json_object();

	vec_each(field, row)
		if (field->value && json_object_set_new(object, field->name, value_to_json(field->value)) < 0) {
			json_decref(object);
			return NULL;
		}
	return object;
}

static json_t *records_json(const struct records *records)
{
	json_t *list = json_array();

	vec_each(row, records)
		if (json_array_append_new(list, row_json(row)) < 0) {
			json_decref(list);
			return NULL;
		}
	return list;
}

json_t *value_to_json(const struct value *value)
{
	switch (value->type) {
	case VALUE_BOOL:
		return json_boolean(value->boolean);
	case VALUE_INT:
	case VALUE_MODE:
	case VALUE_SIZE:
	case VALUE_DURATION:
		return integer_json(value);
	case VALUE_STRING:
	case VALUE_VERSION:
		return json_string(value->string);
	case VALUE_STRINGS:
		return strings_json(&value->strings);
	case VALUE_MAP:
		return map_json(&value->map);
	case VALUE_RECORDS:
		return records_json(&value->records);
	case VALUE_UNSET:
	case VALUE_TYPE_COUNT:
		break;
	}
	return json_null();
}

/* The kind of thing that stands where something else should. */
static const char *kind(const json_t *json)
{
	static const char *const kinds[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",   [JSON_STRING] = "a text",
		[JSON_INTEGER] = "a number", [JSON_REAL] = "a fraction", [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",      [JSON_NULL] = "null",
	};

	return json ? kinds[json_typeof(json)] : "nothing";
}

static int unexpected(const json_t *json, const char *expected, struct error *err)
{
	return error_set(err, ERROR_MALFORMED, "%s is expected, not %s", expected, kind(json));
}

static const char *safe_text(struct arena *arena, const json_t *json)
{
	return text_safe(arena, json_string_value(json), json_string_length(json));
}

static int bool_from(struct arena *arena _unused_, const json_t *json, struct value *ret, struct error *err)
{
	if (!json_is_boolean(json))
		return unexpected(json, "true or false", err);
	*ret = value_bool(json_is_true(json));
	return 0;
}

static int integer_from(enum value_type type, const json_t *json, struct value *ret, struct error *err)
{
	if (json_is_integer(json))
		*ret = value_typed_int(type, json_integer_value(json));
	else if (json_is_string(json) && strcmp(json_string_value(json), "unlimited") == 0)
		*ret = value_typed_int(type, VALUE_UNLIMITED);
	else
		return unexpected(json, "a whole number or \"unlimited\"", err);
	return 0;
}

static int int_from(struct arena *arena _unused_, const json_t *json, struct value *ret, struct error *err)
{
	return integer_from(VALUE_INT, json, ret, err);
}

static int size_from(struct arena *arena _unused_, const json_t *json, struct value *ret, struct error *err)
{
	return integer_from(VALUE_SIZE, json, ret, err);
}

static int duration_from(struct arena *arena _unused_, const json_t *json, struct value *ret, struct error *err)
{
	return integer_from(VALUE_DURATION, json, ret, err);
}

static int mode_from(struct arena *arena _unused_, const json_t *json, struct value *ret, struct error *err)
{
	if (!json_is_string(json))
		return unexpected(json, "a quoted octal", err);
	return value_parse(VALUE_MODE, json_string_value(json), ret, err);
}

static int string_from(struct arena *arena, const json_t *json, struct value *ret, struct error *err)
{
	if (!json_is_string(json))
		return unexpected(json, "a text", err);
	*ret = value_string(safe_text(arena, json));
	return 0;
}

static int version_from(struct arena *arena, const json_t *json, struct value *ret, struct error *err)
{
	if (!json_is_string(json))
		return unexpected(json, "a text", err);
	return value_parse(VALUE_VERSION, safe_text(arena, json), ret, err);
}

static int strings_from(struct arena *arena, const json_t *json, struct value *ret, struct error *err)
{
	size_t count = json_array_size(json);
	struct strings strings = {0};

	if (!json_is_array(json))
		return unexpected(json, "a list of texts", err);
	strings.items = count ? ARENA_ARRAY(arena, const char *, count) : NULL;
	strings.capacity = count;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_array_get(json, i);

		if (!json_is_string(item)) {
			unexpected(item, "a text", err);
			return error_wrap(err, "item %zu", i);
		}
		strings.items[strings.count++] = safe_text(arena, item);
	}
	*ret = value_strings(strings);
	return 0;
}

/* jansson refused equal keys, but two different ones may have become equal when they were made safe. */
static int map_from(struct arena *arena, const json_t *json, struct value *ret, struct error *err)
{
	struct value map = {.type = VALUE_MAP};
	struct strmap *seen = strmap_new(arena);
	const char *raw;
	json_t *item;

	if (!json_is_object(json))
		return unexpected(json, "an object of texts", err);
	json_object_foreach((json_t *)json, raw, item) {
		const char *key = text_safe(arena, raw, strlen(raw));

		if (!json_is_string(item)) {
			unexpected(item, "a text", err);
			return error_wrap(err, "key %s", key);
		}
		if (strmap_get(seen, key))
			return error_set(err, ERROR_MALFORMED, "key %s stands twice", key);
		strmap_put(seen, key, item);
		vec_push(arena, &map.map, ((struct pair){key, safe_text(arena, item)}));
	}
	*ret = map;
	return 0;
}

typedef int from_json_fn(struct arena *arena, const json_t *json, struct value *ret, struct error *err);

static from_json_fn *const readers[VALUE_TYPE_COUNT] = {
	[VALUE_BOOL] = bool_from,         [VALUE_INT] = int_from,         [VALUE_STRING] = string_from,
	[VALUE_STRINGS] = strings_from,   [VALUE_MODE] = mode_from,       [VALUE_SIZE] = size_from,
	[VALUE_DURATION] = duration_from, [VALUE_VERSION] = version_from, [VALUE_MAP] = map_from,
};

/* A field that nothing declares shows its type: the value is written back as it stood. UNSET: none that a row may hold. */
static enum value_type apparent_type(const json_t *json)
{
	static const enum value_type types[] = {
		[JSON_ARRAY] = VALUE_STRINGS, [JSON_STRING] = VALUE_STRING, [JSON_INTEGER] = VALUE_INT,
		[JSON_TRUE] = VALUE_BOOL,     [JSON_FALSE] = VALUE_BOOL,    [JSON_NULL] = VALUE_UNSET,
	};

	return types[json_typeof(json)];
}

/* Field names of declared rows are the declaration's own texts. */
static int field_type(const struct field_decl *fields, const json_t *json, const char **name, enum value_type *ret)
{
	if (!fields) {
		*ret = apparent_type(json);
		return *ret == VALUE_UNSET ? -1 : 0;
	}
	for (const struct field_decl *field = fields; field->name; field++)
		if (strcmp(field->name, *name) == 0) {
			*name = field->name;
			*ret = field->type;
			return 0;
		}
	return -1;
}

#define ROW_FIELDS_MAX 64

static int row_from(struct arena *arena, const struct field_decl *fields, const json_t *json, struct record *ret,
		    struct error *err)
{
	const char *raw;
	json_t *item;

	if (!json_is_object(json))
		return unexpected(json, "an object", err);
	if (json_object_size(json) > ROW_FIELDS_MAX)
		return error_set(err, ERROR_LIMIT, "more than %d fields", ROW_FIELDS_MAX);
	json_object_foreach((json_t *)json, raw, item) {
		const char *name = text_safe(arena, raw, strlen(raw));
		enum value_type type;
		struct value value;

		if (field_type(fields, item, &name, &type) < 0)
			return error_set(err, ERROR_MALFORMED, "field %s is not one of this fact or holds %s", name,
					 kind(item));
		if (record_get(ret, name))
			return error_set(err, ERROR_MALFORMED, "field %s stands twice", name);
		if (readers[type](arena, item, &value, err) < 0)
			return error_wrap(err, "field %s", name);
		record_set(arena, ret, name, value);
	}
	return 0;
}

static int records_from(struct arena *arena, const struct field_decl *fields, const json_t *json, struct value *ret,
			struct error *err)
{
	struct value value = {.type = VALUE_RECORDS};

	if (!json_is_array(json))
		return unexpected(json, "a list of objects", err);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct record row = {0};

		if (row_from(arena, fields, json_array_get(json, i), &row, err) < 0)
			return error_wrap(err, "row %zu", i);
		vec_push(arena, &value.records, row);
	}
	*ret = value;
	return 0;
}

int value_from_json(struct arena *arena, enum value_type type, const struct field_decl *fields, const json_t *json,
		    struct value *ret, struct error *err)
{
	if (type == VALUE_RECORDS)
		return records_from(arena, fields, json, ret, err);
	if (type >= VALUE_TYPE_COUNT || !readers[type])
		return error_set(err, ERROR_MALFORMED, "a value without a type cannot be read");
	return readers[type](arena, json, ret, err);
}
