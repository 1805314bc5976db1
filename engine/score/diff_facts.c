#include "score/diff_list.h"
#include "score/difference.h"

struct comparison {
	struct arena *arena;
	struct diff *ret;
	const struct diff_list_subject
		*subject; /* of the later run; of the earlier one when it is gone */
};

static void report(const struct comparison *c, struct diff_change change)
{
	change.severity = SEVERITY_LOW;
	change.scope = c->subject->scope;
	change.subject_id = c->subject->id;
	change.subject_name = c->subject->name;
	diff_list_add(c->arena, c->ret, change);
}

static enum diff_kind kind_of(enum fact_state from, enum fact_state to)
{
	if (from == to)
		return DIFF_CHANGED;
	if (from == FACT_NOT_COLLECTED)
		return DIFF_APPEARED;
	if (to == FACT_NOT_COLLECTED)
		return DIFF_GONE;
	if (to == FACT_UNREADABLE)
		return DIFF_WORSE;
	return from == FACT_UNREADABLE ? DIFF_BETTER : DIFF_CHANGED;
}

static void compare_sides(const struct comparison *c, const char *name, const char *which,
			  const struct fact_side *a, const struct fact_side *b)
{
	struct difference_side from = {a->state, &a->value}, to = {b->state, &b->value};
	const char *what = difference_sides(c->arena, &from, &to);
	const char *subject = diff_list_subject_text(c->arena, c->subject);

	if (!what)
		return;
	report(c,
	       (struct diff_change){
		       .kind = kind_of(a->state, b->state),
		       .fact = name,
		       .from = difference_shown(c->arena, &from),
		       .to = difference_shown(c->arena, &to),
		       .text = arena_printf(c->arena, "%s: %s%s: %s", subject, name, which, what),
	       });
}

static void compare_fact(const struct comparison *c, const char *name, const struct fact *a,
			 const struct fact *b)
{
	static const struct fact_side none = {.state = FACT_NOT_COLLECTED};
	static const char *const sides[SIDE_COUNT] = {" (declared)", " (effective)"};
	bool two_sided = (a && a->two_sided) || (b && b->two_sided);

	if ((a && a->decl && a->decl->unstable) || (b && b->decl && b->decl->unstable))
		return;
	for (int side = 0; side < SIDE_COUNT; side++)
		compare_sides(c, name, two_sided ? sides[side] : "", a ? &a->sides[side] : &none,
			      b ? &b->sides[side] : &none);
}

static struct strings names_of(struct arena *arena, const struct subject *a,
			       const struct subject *b)
{
	struct strings names = {0};

	for (size_t i = 0; i < strmap_count(a->facts); i++)
		vec_push(arena, &names, strmap_key_at(a->facts, i));
	for (size_t i = 0; i < strmap_count(b->facts); i++)
		if (!strmap_get(a->facts, strmap_key_at(b->facts, i)))
			vec_push(arena, &names, strmap_key_at(b->facts, i));
	strings_sort(&names);
	return names;
}

static void compare_subject(const struct comparison *c, const struct subject *a,
			    const struct subject *b)
{
	struct strings names = names_of(c->arena, a, b);

	vec_each(name, &names)
		compare_fact(c, *name, strmap_get(a->facts, *name), strmap_get(b->facts, *name));
}

static void report_subject(const struct comparison *c, enum diff_kind kind, const char *verb)
{
	const char *subject = diff_list_subject_text(c->arena, c->subject);

	report(c, (struct diff_change){
			  .kind = kind,
			  .from = kind == DIFF_GONE ? c->subject->name : NULL,
			  .to = kind == DIFF_GONE ? NULL : c->subject->name,
			  .text = arena_printf(c->arena, "%s %s", subject, verb),
		  });
}

static struct diff_list_subjects subjects_of(struct arena *arena, const struct facts *facts)
{
	struct diff_list_subjects subjects = {0};

	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		diff_list_subject(arena, &subjects, subject->scope, subject->id, subject->name);
	}
	return subjects;
}

static void compare_populations(struct arena *arena, const struct facts *a, const struct facts *b,
				struct diff *ret)
{
	for (int scope = 0; scope < SCOPE_COUNT; scope++) {
		enum fact_state from = facts_population(a, scope)->state;
		enum fact_state to = facts_population(b, scope)->state;

		if (scope == SCOPE_HOST || from == to)
			continue;
		diff_list_add(arena, ret,
			      (struct diff_change){
				      .kind = kind_of(from, to),
				      .severity = SEVERITY_LOW,
				      .scope = scope,
				      .from = fact_state_name(from),
				      .to = fact_state_name(to),
				      .text = arena_printf(
					      arena, "list of %s: %s -> %s", scope_plural(scope),
					      fact_state_name(from), fact_state_name(to)),
			      });
	}
}

void diff_facts(struct arena *arena, const struct facts *a, const struct facts *b, struct diff *ret)
{
	struct diff_list_subjects before = subjects_of(arena, a), after = subjects_of(arena, b);
	struct comparison c = {arena, ret, NULL};

	*ret = (struct diff){0};
	diff_list_pair(arena, &before, &after);
	compare_populations(arena, a, b, ret);
	vec_each(item, &after.list) {
		const struct diff_list_subject *other = (*item)->other;

		c.subject = *item;
		if (other)
			compare_subject(&c, facts_find_subject(a, other->scope, other->id),
					facts_find_subject(b, (*item)->scope, (*item)->id));
		else
			report_subject(&c, DIFF_APPEARED, "appeared");
	}
	vec_each(item, &before.list) {
		c.subject = *item;
		if (!(*item)->other)
			report_subject(&c, DIFF_GONE, "is gone");
	}
	diff_list_sort(ret);
}
