#include "model/facts.h"

#include <assert.h>

#include "base/version.h"

struct facts {
	struct arena *arena;
	struct facts_meta meta;
	VEC(struct subject *) subjects;
	struct strmap *by_id[SCOPE_COUNT];
	struct fact_side populations[SCOPE_COUNT];
};

static const struct fact_side not_collected = {.state = FACT_NOT_COLLECTED};

struct facts *facts_new(void)
{
	struct arena *arena = arena_new();
	struct facts *facts = ARENA_NEW(arena, struct facts);

	facts->arena = arena;
	facts->meta.tool_version = facts->meta.root = "";
	for (size_t scope = 0; scope < SCOPE_COUNT; scope++) {
		facts->by_id[scope] = strmap_new(arena);
		facts->populations[scope] = not_collected;
	}
	facts->populations[SCOPE_HOST].state = FACT_PRESENT;
	return facts;
}

void facts_free(struct facts *facts)
{
	if (facts)
		arena_free(facts->arena);
}

struct arena *facts_arena(const struct facts *facts)
{
	return facts->arena;
}

static const char *safe_copy(struct arena *arena, const char *text)
{
	return text ? text_safe(arena, text, strlen(text)) : NULL;
}

void facts_set_meta(struct facts *facts, const struct facts_meta *meta)
{
	facts->meta = *meta;
	facts->meta.tool_version = safe_copy(facts->arena, meta->tool_version ?: "");
	facts->meta.root = safe_copy(facts->arena, meta->root ?: "");
	if (meta->collected_at < 0 || meta->collected_at > FACTS_TIME_MAX)
		facts->meta.collected_at = meta->collected_at < 0 ? 0 : FACTS_TIME_MAX;
}

const struct facts_meta *facts_meta(const struct facts *facts)
{
	return &facts->meta;
}

struct subject *facts_subject(struct facts *facts, enum scope scope, const char *id, const char *name,
			      const struct subject *parent)
{
	const char *safe_id = safe_copy(facts->arena, id);
	struct subject *subject = strmap_get(facts->by_id[scope], safe_id);

	if (subject)
		return subject;
	subject = ARENA_NEW(facts->arena, struct subject);
	subject->scope = scope;
	subject->id = safe_id;
	subject->name = name ? safe_copy(facts->arena, name) : safe_id;
	subject->parent = parent;
	subject->facts = strmap_new(facts->arena);
	strmap_put(facts->by_id[scope], safe_id, subject);
	vec_push(facts->arena, &facts->subjects, subject);
	return subject;
}

struct subject *facts_host(struct facts *facts)
{
	return facts_subject(facts, SCOPE_HOST, "host", "host", NULL);
}

struct subject *facts_find_subject(const struct facts *facts, enum scope scope, const char *id)
{
	return strmap_get(facts->by_id[scope], id);
}

size_t facts_subject_count(const struct facts *facts)
{
	return facts->subjects.count;
}

struct subject *facts_subject_at(const struct facts *facts, size_t index)
{
	assert(index < facts->subjects.count);
	return facts->subjects.items[index];
}

void facts_set_population(struct facts *facts, enum scope scope, enum fact_state state, const char *origin,
			  const char *reason)
{
	if (scope == SCOPE_HOST)
		return;
	if (state == FACT_ABSENT)
		state = FACT_UNREADABLE;
	facts->populations[scope] = (struct fact_side){
		.state = state,
		.origin = safe_copy(facts->arena, origin),
		.reason = state == FACT_PRESENT ? NULL : safe_copy(facts->arena, reason),
	};
}

const struct fact_side *facts_population(const struct facts *facts, enum scope scope)
{
	return &facts->populations[scope];
}

struct fact *facts_add(struct facts *facts, struct subject *subject, const struct fact *like)
{
	struct fact *fact = strmap_get(subject->facts, like->name);

	if (fact)
		return fact;
	fact = ARENA_NEW(facts->arena, struct fact);
	*fact = (struct fact){
		.name = like->decl && like->name == like->decl->name ? like->name : arena_strdup(facts->arena, like->name),
		.decl = like->decl,
		.type = like->type,
		.two_sided = like->two_sided,
		.sides = {not_collected, not_collected},
	};
	strmap_put(subject->facts, fact->name, fact);
	return fact;
}

/* Evaluation compares versions without looking at them again. */
static struct fact_side checked(struct fact_side side)
{
	if (side.state != FACT_PRESENT || side.value.type != VALUE_VERSION || version_valid(side.value.string))
		return side;
	side.state = FACT_UNREADABLE;
	side.reason = "the text is not a version";
	side.value = (struct value){.type = VALUE_VERSION};
	return side;
}

struct fact_side *facts_put(struct facts *facts, struct subject *subject, const struct fact_decl *decl, const char *name,
			    enum side side, struct fact_side what)
{
	struct fact *fact = facts_add(facts, subject,
				      &(struct fact){.name = name ?: decl->name,
						     .decl = decl,
						     .type = decl->type,
						     .two_sided = decl->two_sided});

	assert(side == SIDE_PLAIN || fact->two_sided);
	if (decl->type == VALUE_UNSET && what.value.type != VALUE_UNSET)
		fact->type = what.value.type;
	assert(what.state != FACT_PRESENT || what.value.type == fact->type);
	fact->sides[side] = checked(what);
	return &fact->sides[side];
}

const struct fact *facts_get(const struct subject *subject, const char *name)
{
	for (; subject; subject = subject->parent) {
		const struct fact *fact = strmap_get(subject->facts, name);

		if (fact)
			return fact;
	}
	return NULL;
}

const struct fact_side *facts_side(const struct subject *subject, const char *name, enum side side)
{
	const struct fact *fact = facts_get(subject, name);

	return fact ? &fact->sides[side] : &not_collected;
}

struct fact_side side_present(struct value value, const char *origin)
{
	return (struct fact_side){.state = FACT_PRESENT, .value = value, .origin = origin};
}

struct fact_side side_missing(enum fact_state state, const char *origin, const char *reason)
{
	return (struct fact_side){.state = state, .origin = origin, .reason = reason};
}

struct fact_side side_from_error(struct arena *arena, const struct error *err, const char *origin)
{
	enum fact_state state = FACT_UNREADABLE;

	if (err->code == ERROR_NOT_FOUND)
		state = FACT_ABSENT;
	else if (err->code == ERROR_UNSUPPORTED)
		state = FACT_UNSUPPORTED;
	return side_missing(state, safe_copy(arena, origin), safe_copy(arena, err->text));
}
