#include "model/value.h"

#include "base/version.h"
#include "model/names.h"

static const char *const type_names[VALUE_TYPE_COUNT] = {
#define X(e, n, m) [VALUE_##e] = n,
	VALUE_TYPES(X)
#undef X
};

const char *value_type_name(enum value_type type)
{
	return type == VALUE_UNSET ? "unset" : names_at(type_names, VALUE_TYPE_COUNT, type);
}

bool value_type_from_name(const char *name, enum value_type *ret)
{
	int index = names_find(type_names, VALUE_TYPE_COUNT, name);

	if (index < 0)
		return false;
	*ret = (enum value_type)index;
	return true;
}

struct value value_bool(bool boolean)
{
	return (struct value){.type = VALUE_BOOL, .boolean = boolean};
}

struct value value_int(int64_t integer)
{
	return value_typed_int(VALUE_INT, integer);
}

struct value value_typed_int(enum value_type type, int64_t integer)
{
	return (struct value){.type = type, .integer = integer};
}

struct value value_string(const char *text)
{
	return (struct value){.type = VALUE_STRING, .string = text};
}

struct value value_version(const char *text)
{
	return (struct value){.type = VALUE_VERSION, .string = text};
}

struct value value_strings(struct strings strings)
{
	return (struct value){.type = VALUE_STRINGS, .strings = strings};
}

const struct value *record_get(const struct record *record, const char *name)
{
	vec_each(field, record)
		if (text_eq(field->name, name))
			return field->value;
	return NULL;
}

void record_set(struct arena *arena, struct record *record, const char *name, struct value value)
{
	struct value *copy = ARENA_NEW(arena, struct value);

	*copy = value;
	vec_each(field, record)
		if (text_eq(field->name, name)) {
			field->value = copy;
			return;
		}
	vec_push(arena, record, ((struct field){.name = name, .value = copy}));
}

const char *map_get(const struct value *map, const char *key)
{
	vec_each(pair, &map->map)
		if (text_eq(pair->key, key))
			return pair->text;
	return NULL;
}

void map_set(struct arena *arena, struct value *map, const char *key, const char *text)
{
	map->type = VALUE_MAP;
	vec_each(pair, &map->map)
		if (text_eq(pair->key, key)) {
			pair->text = text;
			return;
		}
	vec_push(arena, &map->map, ((struct pair){.key = key, .text = text}));
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_pairs(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

/* A sorted copy on the heap: comparing lists from outside pairwise would be quadratic. */
static void *sorted_copy(const void *items, size_t count, size_t size,
			 int (*compare)(const void *, const void *))
{
	void *copy = reallocarray(NULL, count ? count : 1, size);

	if (!copy)
		out_of_memory();
	if (count) {
		memcpy(copy, items, count * size);
		qsort(copy, count, size, compare);
	}
	return copy;
}

static size_t drop_repeats(const char **items, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(items[kept - 1], items[i]) != 0)
			items[kept++] = items[i];
	return kept;
}

static bool sets_equal(const struct strings *a, const struct strings *b)
{
	_cleanup_(free_ptr) const char **left = sorted_copy(a->items, a->count, sizeof *left, compare_texts);
	_cleanup_(free_ptr) const char **right = sorted_copy(b->items, b->count, sizeof *right, compare_texts);
	size_t count = drop_repeats(left, a->count);

	if (count != drop_repeats(right, b->count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(left[i], right[i]) != 0)
			return false;
	return true;
}

static bool maps_equal(const struct pairs *a, const struct pairs *b)
{
	if (a->count != b->count)
		return false;

	_cleanup_(free_ptr) struct pair *left = sorted_copy(a->items, a->count, sizeof *left, compare_pairs);
	_cleanup_(free_ptr) struct pair *right = sorted_copy(b->items, b->count, sizeof *right, compare_pairs);

	for (size_t i = 0; i < a->count; i++)
		if (strcmp(left[i].key, right[i].key) != 0 || !text_eq(left[i].text, right[i].text))
			return false;
	return true;
}

static size_t fields_set(const struct record *record)
{
	size_t count = 0;

	vec_each(field, record)
		count += field->value != NULL;
	return count;
}

static bool rows_equal(const struct record *a, const struct record *b)
{
	if (fields_set(a) != fields_set(b))
		return false;
	vec_each(field, a) {
		const struct value *other = record_get(b, field->name);

		if (field->value && (!other || !value_equal(field->value, other)))
			return false;
	}
	return true;
}

static bool records_equal(const struct records *a, const struct records *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!rows_equal(&a->items[i], &b->items[i]))
			return false;
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case VALUE_BOOL:
		return a->boolean == b->boolean;
	case VALUE_INT:
	case VALUE_MODE:
	case VALUE_SIZE:
	case VALUE_DURATION:
		return a->integer == b->integer;
	case VALUE_STRING:
		return text_eq(a->string, b->string);
	case VALUE_VERSION:
		return version_compare(a->string, b->string) == 0;
	case VALUE_STRINGS:
		return sets_equal(&a->strings, &b->strings);
	case VALUE_MAP:
		return maps_equal(&a->map, &b->map);
	case VALUE_RECORDS:
		return records_equal(&a->records, &b->records);
	case VALUE_UNSET:
	case VALUE_TYPE_COUNT:
		break;
	}
	return true;
}
