#include "score/difference.h"

#include "score/diff.h"

static const char *row_text(struct arena *arena, const struct record *record)
{
	static const char *const unstable[] = {DIFF_UNSTABLE_FIELDS};
	_cleanup_(buf_done) struct buf buf = {0};

	buf_puts(&buf, "{");
	vec_each(field, record) {
		bool skip = !field->value;

		for (size_t i = 0; i < sizeof unstable / sizeof *unstable; i++)
			skip |= strcmp(field->name, unstable[i]) == 0;
		if (!skip)
			buf_printf(&buf, "%s%s=%s", buf.len > 1 ? ", " : "", field->name,
				   value_display(arena, field->value, 0));
	}
	buf_puts(&buf, "}");
	return arena_strndup(arena, buf.data, buf.len);
}

/* What a list-valued value consists of, sorted. */
static struct strings items_of(struct arena *arena, const struct value *value)
{
	struct strings items = {0};

	if (value->type == VALUE_STRINGS)
		vec_each(item, &value->strings)
			vec_push(arena, &items, *item);
	else if (value->type == VALUE_MAP)
		vec_each(pair, &value->map)
			vec_push(arena, &items,
				 arena_printf(arena, "%s=%s", pair->key, pair->text));
	else
		vec_each(record, &value->records)
			vec_push(arena, &items, row_text(arena, record));
	strings_sort(&items);
	return items;
}

/* Sorted `items` without those of sorted `others`, each repeat counted. */
static struct strings without(struct arena *arena, const struct strings *items,
			      const struct strings *others)
{
	struct strings rest = {0};
	size_t j = 0;

	vec_each(item, items) {
		while (j < others->count && strcmp(others->items[j], *item) < 0)
			j++;
		if (j < others->count && strcmp(others->items[j], *item) == 0)
			j++;
		else
			vec_push(arena, &rest, *item);
	}
	return rest;
}

static void add_items(struct arena *arena, struct buf *buf, const char *verb,
		      const struct strings *items)
{
	struct strings first = *items;
	struct value list;

	if (!items->count)
		return;
	if (first.count > DIFFERENCE_ITEMS_MAX)
		first.count = DIFFERENCE_ITEMS_MAX;
	list = value_strings(first);
	buf_printf(buf, "%s%s %s", buf->len ? "; " : "", verb,
		   value_display(arena, &list, (size_t)DIFFERENCE_ITEMS_MAX * DIFFERENCE_SHOWN_MAX));
	if (items->count > first.count)
		buf_printf(buf, " and %zu more", items->count - first.count);
}

static const char *difference_lists(struct arena *arena, const struct value *a,
				    const struct value *b)
{
	_cleanup_(buf_done) struct buf buf = {0};
	struct strings before = items_of(arena, a), after = items_of(arena, b);
	struct strings added = without(arena, &after, &before);
	struct strings removed = without(arena, &before, &after);

	add_items(arena, &buf, "added", &added);
	add_items(arena, &buf, "removed", &removed);
	return buf.len ? arena_strndup(arena, buf.data, buf.len) : NULL;
}

static bool is_list(const struct value *value)
{
	return value->type == VALUE_STRINGS || value->type == VALUE_MAP ||
	       value->type == VALUE_RECORDS;
}

const char *difference_values(struct arena *arena, const struct value *a, const struct value *b)
{
	if (a->type == b->type && is_list(a))
		return difference_lists(arena, a, b);
	if (value_equal(a, b))
		return NULL;
	return arena_printf(arena, "%s -> %s", value_display(arena, a, DIFFERENCE_SHOWN_MAX),
			    value_display(arena, b, DIFFERENCE_SHOWN_MAX));
}

const char *difference_shown(struct arena *arena, const struct difference_side *side)
{
	if (side->state != FACT_PRESENT)
		return fact_state_name(side->state);
	return value_display(arena, side->value, DIFFERENCE_SHOWN_MAX);
}

const char *difference_sides(struct arena *arena, const struct difference_side *a,
			     const struct difference_side *b)
{
	if (a->state == FACT_PRESENT && b->state == FACT_PRESENT)
		return difference_values(arena, a->value, b->value);
	if (a->state == b->state)
		return NULL;
	return arena_printf(arena, "%s -> %s", difference_shown(arena, a),
			    difference_shown(arena, b));
}
