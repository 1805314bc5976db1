#include "score/diff_list.h"

void diff_list_add(struct arena *arena, struct diff *diff, struct diff_change change)
{
	change.order = diff->changes.count;
	change.text = text_safe(arena, change.text, strlen(change.text));
	vec_push(arena, &diff->changes, change);
	diff->counts[change.kind]++;
}

static int compare_changes(const void *left, const void *right)
{
	const struct diff_change *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void diff_list_sort(struct diff *diff)
{
	if (diff->changes.count)
		qsort(diff->changes.items, diff->changes.count, sizeof *diff->changes.items,
		      compare_changes);
}

static const char *key_of(struct arena *arena, enum scope scope, const char *text)
{
	return arena_printf(arena, "%s %s", scope_name(scope), text);
}

struct diff_list_subject *diff_list_find(struct arena *arena,
					 const struct diff_list_subjects *subjects,
					 enum scope scope, const char *id)
{
	return strmap_get(subjects->by_id, key_of(arena, scope, id));
}

struct diff_list_subject *diff_list_subject(struct arena *arena,
					    struct diff_list_subjects *subjects, enum scope scope,
					    const char *id, const char *name)
{
	struct diff_list_subject *subject;

	if (!subjects->by_id)
		subjects->by_id = strmap_new(arena);
	subject = diff_list_find(arena, subjects, scope, id);
	if (subject)
		return subject;
	subject = ARENA_NEW(arena, struct diff_list_subject);
	*subject = (struct diff_list_subject){
		.scope = scope, .id = id, .name = name, .worst = SEVERITY_LOW};
	vec_push(arena, &subjects->list, subject);
	strmap_put(subjects->by_id, key_of(arena, scope, id), subject);
	return subject;
}

static void marry(struct diff_list_subject *a, struct diff_list_subject *b)
{
	a->other = b;
	b->other = a;
}

static void pair_by_id(struct arena *arena, struct diff_list_subjects *a,
		       struct diff_list_subjects *b)
{
	vec_each(item, &b->list) {
		struct diff_list_subject *same =
			diff_list_find(arena, a, (*item)->scope, (*item)->id);

		if (same)
			marry(same, *item);
	}
}

/* Of several with one name the first of each run: which is which cannot be told. */
static void pair_by_name(struct arena *arena, struct diff_list_subjects *a,
			 struct diff_list_subjects *b)
{
	struct strmap *left_over = strmap_new(arena);

	vec_each(item, &a->list) {
		const char *key = key_of(arena, (*item)->scope, (*item)->name);

		if (!(*item)->other && !strmap_get(left_over, key))
			strmap_put(left_over, key, *item);
	}
	vec_each(item, &b->list) {
		struct diff_list_subject *same;

		if ((*item)->other)
			continue;
		same = strmap_get(left_over, key_of(arena, (*item)->scope, (*item)->name));
		if (same && !same->other)
			marry(same, *item);
	}
}

void diff_list_pair(struct arena *arena, struct diff_list_subjects *a, struct diff_list_subjects *b)
{
	if (!a->by_id)
		a->by_id = strmap_new(arena);
	pair_by_id(arena, a, b);
	pair_by_name(arena, a, b);
}

const char *diff_list_subject_text(struct arena *arena, const struct diff_list_subject *subject)
{
	bool replaced = subject->other && strcmp(subject->other->id, subject->id) != 0;

	return arena_printf(arena, "%s %s%s", scope_name(subject->scope), subject->name,
			    replaced ? " (replaced)" : "");
}
