/* The facts document back from JSON: facts_read of model/facts_json.h. */
#include <time.h>

#include "model/facts_json.h"
#include "model/json_input.h"
#include "model/names.h"

/* Where in the document we are: the path that an error shows. */
struct place {
	const char *section; /* "populations" or "subjects"; NULL at the top */
	bool indexed;
	size_t index;
	const char *fact;
	const char *side;
};

struct reader {
	const struct catalogue *catalogue;
	struct facts *facts;
	struct arena *arena; /* of the facts */
	struct place at;
};

#define SHOWN_NAME_MAX 120

/* Put the path of `key` here (NULL: of the place itself) in front of the error. */
static int here(const struct reader *r, const char *key, struct error *err)
{
	_cleanup_(buf_done) struct buf path = {0};

	buf_puts(&path, "$");
	if (r->at.section)
		buf_printf(&path, ".%s", r->at.section);
	if (r->at.indexed)
		buf_printf(&path, "[%zu]", r->at.index);
	if (r->at.fact) {
		struct value name = value_string(r->at.fact);

		buf_printf(&path, ".facts['%s']", value_display(r->arena, &name, SHOWN_NAME_MAX));
	}
	if (r->at.side)
		buf_printf(&path, ".%s", r->at.side);
	if (key)
		buf_printf(&path, ".%s", key);
	return error_wrap(err, "%s", path.data);
}

static int malformed(const struct reader *r, const char *key, const char *what, struct error *err)
{
	error_set(err, ERROR_MALFORMED, "%s", what);
	return here(r, key, err);
}

static int too_many(const struct reader *r, const char *key, const char *what, int cap, struct error *err)
{
	error_set(err, ERROR_LIMIT, "more than %d %s", cap, what);
	return here(r, key, err);
}

/* An object with no other keys than these (NULL at the end). */
static int check_object(const struct reader *r, const json_t *json, const char *const *keys, struct error *err)
{
	size_t count = 0;
	const char *key;
	json_t *item;

	if (!json_is_object(json))
		return malformed(r, NULL, "an object is expected", err);
	while (keys[count])
		count++;
	json_object_foreach((json_t *)json, key, item)
		if (names_find(keys, count, key) < 0) {
			struct value shown = value_string(text_safe(r->arena, key, strlen(key)));

			error_set(err, ERROR_MALFORMED, "key %s has no place here",
				  value_display(r->arena, &shown, SHOWN_NAME_MAX));
			return here(r, NULL, err);
		}
	return 0;
}

/* A text that may be missing: then *ret is NULL. */
static int take_optional(const struct reader *r, const json_t *object, const char *key, const char **ret,
			 struct error *err)
{
	const json_t *json = json_object_get(object, key);

	if (json && !json_is_string(json))
		return malformed(r, key, "a text is expected", err);
	*ret = json ? text_safe(r->arena, json_string_value(json), json_string_length(json)) : NULL;
	return 0;
}

static int take_text(const struct reader *r, const json_t *object, const char *key, const char **ret, struct error *err)
{
	*ret = NULL;
	if (take_optional(r, object, key, ret, err) < 0)
		return -1;
	return *ret ? 0 : malformed(r, key, "is missing", err);
}

static int take_scope(const struct reader *r, const json_t *object, enum scope *ret, struct error *err)
{
	const char *name;

	if (take_text(r, object, "scope", &name, err) < 0)
		return -1;
	return scope_from_name(name, ret) ? 0 : malformed(r, "scope", "is not the name of a scope", err);
}

static int take_state(const struct reader *r, const json_t *object, enum fact_state *ret, struct error *err)
{
	const char *name;

	if (take_text(r, object, "state", &name, err) < 0)
		return -1;
	return fact_state_from_name(name, ret) ? 0 : malformed(r, "state", "is not the name of a state", err);
}

/* One form only: a time that is written back gives the same bytes. strptime(3) alone takes blanks and February 30. */
static bool parse_time(const char *text, int64_t *ret)
{
	static const char form[] = "%Y-%m-%dT%H:%M:%SZ";
	char again[sizeof "9999-12-31T23:59:59Z"];
	struct tm tm = {0};
	const char *end = strptime(text, form, &tm);
	time_t seconds;

	if (!end || *end)
		return false;
	seconds = timegm(&tm);
	if (seconds < 0 || seconds > FACTS_TIME_MAX || !gmtime_r(&seconds, &tm) ||
	    strftime(again, sizeof again, form, &tm) == 0 || strcmp(text, again) != 0)
		return false;
	*ret = seconds;
	return true;
}

static int read_meta(struct reader *r, const json_t *document, struct error *err)
{
	const json_t *live = json_object_get(document, "live");
	struct facts_meta meta = {.live = json_is_true(live)};
	const char *time;

	if (take_text(r, document, "tool", &meta.tool_version, err) < 0 ||
	    take_text(r, document, "collected_at", &time, err) < 0 ||
	    take_text(r, document, "root", &meta.root, err) < 0)
		return -1;
	if (!parse_time(time, &meta.collected_at))
		return malformed(r, "collected_at", "a time such as 2026-01-02T03:04:05Z is expected", err);
	if (!json_is_boolean(live))
		return malformed(r, "live", "true or false is expected", err);
	facts_set_meta(r->facts, &meta);
	return 0;
}

static int read_population(struct reader *r, enum scope scope, const json_t *json, struct error *err)
{
	static const char *const keys[] = {"state", "origin", "reason", NULL};
	const char *origin, *reason;
	enum fact_state state;

	if (check_object(r, json, keys, err) < 0 || take_state(r, json, &state, err) < 0 ||
	    take_optional(r, json, "origin", &origin, err) < 0 || take_optional(r, json, "reason", &reason, err) < 0)
		return -1;
	if (state == FACT_ABSENT)
		return malformed(r, "state", "a population cannot be absent", err);
	if (state == FACT_PRESENT && reason)
		return malformed(r, "reason", "does not go with the state present", err);
	facts_set_population(r->facts, scope, state, origin, reason);
	return 0;
}

static int read_populations(struct reader *r, const json_t *json, struct error *err)
{
	const char *key;
	json_t *item;

	r->at = (struct place){.section = "populations"};
	if (!json_is_object(json))
		return malformed(r, NULL, "an object is expected", err);
	json_object_foreach((json_t *)json, key, item) {
		enum scope scope;

		if (!scope_from_name(key, &scope) || scope == SCOPE_HOST)
			return malformed(r, NULL, "a key is not the name of a scope below the host", err);
		r->at.side = scope_name(scope);
		if (read_population(r, scope, item, err) < 0)
			return -1;
		r->at.side = NULL;
	}
	return 0;
}

static int read_notes(const struct reader *r, const json_t *json, struct strings *ret, struct error *err)
{
	struct value value;

	if (!json)
		return 0;
	if (json_array_size(json) > FACTS_READ_NOTES_MAX)
		return too_many(r, "notes", "notes", FACTS_READ_NOTES_MAX, err);
	if (value_from_json(r->arena, VALUE_STRINGS, NULL, json, &value, err) < 0)
		return here(r, "notes", err);
	*ret = value.strings;
	return 0;
}

static int read_value(const struct reader *r, const struct fact *fact, const json_t *json, struct fact_side *side,
		      struct error *err)
{
	if (side->state != FACT_PRESENT)
		return json ? malformed(r, "value", "goes with the state present only", err) : 0;
	if (side->reason)
		return malformed(r, "reason", "does not go with the state present", err);
	if (!json)
		return malformed(r, "value", "is missing", err);
	if (fact->type == VALUE_UNSET)
		return malformed(r, "value", "the fact has no type", err);
	if (value_from_json(r->arena, fact->type, fact->decl ? fact->decl->fields : NULL, json, &side->value, err) < 0)
		return here(r, "value", err);
	return 0;
}

static int read_side(const struct reader *r, const struct fact *fact, const json_t *json, struct fact_side *ret,
		     struct error *err)
{
	struct fact_side side = {0};

	if (take_state(r, json, &side.state, err) < 0 || take_optional(r, json, "origin", &side.origin, err) < 0 ||
	    take_optional(r, json, "reason", &side.reason, err) < 0 ||
	    read_value(r, fact, json_object_get(json, "value"), &side, err) < 0 ||
	    read_notes(r, json_object_get(json, "notes"), &side.notes, err) < 0)
		return -1;
	*ret = side;
	return 0;
}

static int read_sides(struct reader *r, struct fact *fact, const json_t *json, struct error *err)
{
	static const char *const names[SIDE_COUNT] = {[SIDE_DECLARED] = "declared", [SIDE_EFFECTIVE] = "effective"};
	static const char *const keys[] = {"state", "value", "origin", "reason", "notes", NULL};

	for (size_t side = 0; side < SIDE_COUNT; side++) {
		const json_t *object = json_object_get(json, names[side]);

		r->at.side = names[side];
		if (!object)
			return malformed(r, NULL, "is missing", err);
		if (check_object(r, object, keys, err) < 0 || read_side(r, fact, object, &fact->sides[side], err) < 0)
			return -1;
		r->at.side = NULL;
	}
	return 0;
}

/* The types that language and programs give to settings. */
static bool is_setting_type(enum value_type type)
{
	return type == VALUE_UNSET || type == VALUE_BOOL || type == VALUE_INT || type == VALUE_STRING ||
	       type == VALUE_STRINGS || type == VALUE_DURATION || type == VALUE_SIZE;
}

static int read_type(const struct reader *r, const json_t *json, struct fact *fact, struct error *err)
{
	const char *name;

	if (take_optional(r, json, "type", &name, err) < 0)
		return -1;
	if (name && !value_type_from_name(name, &fact->type))
		return malformed(r, "type", "is not the name of a type", err);
	if (!fact->decl)
		return 0;
	if (fact->decl->type == VALUE_UNSET ? !is_setting_type(fact->type) : fact->type != fact->decl->type) {
		error_set(err, ERROR_MALFORMED, "is %s, but the fact is declared as %s", name ? name : "missing",
			  fact->decl->type == VALUE_UNSET ? "a setting" : value_type_name(fact->decl->type));
		return here(r, "type", err);
	}
	if (fact->two_sided && !fact->decl->two_sided)
		return malformed(r, NULL, "this fact has one side only", err);
	/* Of containers an earlier build knew what is declared only. */
	if (!fact->two_sided && fact->decl->two_sided && fact->decl->scope != SCOPE_CONTAINER)
		return malformed(r, NULL, "this fact has two sides", err);
	return 0;
}

static int read_fact(struct reader *r, struct subject *subject, const char *name, const json_t *json, struct error *err)
{
	static const char *const one_side[] = {"type", "state", "value", "origin", "reason", "notes", NULL};
	static const char *const two_sides[] = {"type", "declared", "effective", NULL};
	struct fact like = {.name = name, .decl = r->catalogue ? catalogue_find(r->catalogue, name) : NULL};
	struct fact *fact;

	like.two_sided = json_object_get(json, "declared") || json_object_get(json, "effective");
	if (check_object(r, json, like.two_sided ? two_sides : one_side, err) < 0 || read_type(r, json, &like, err) < 0)
		return -1;
	fact = facts_add(r->facts, subject, &like);
	if (fact->two_sided)
		return read_sides(r, fact, json, err);
	if (fact->decl && fact->decl->two_sided) {
		fact->two_sided = true;
		fact->sides[SIDE_EFFECTIVE] = side_missing(FACT_ABSENT, NULL, "the document has the declared side only");
	}
	return read_side(r, fact, json, &fact->sides[SIDE_DECLARED], err);
}

static int read_facts(struct reader *r, struct subject *subject, const json_t *json, struct error *err)
{
	const char *raw;
	json_t *item;

	if (!json_is_object(json))
		return malformed(r, "facts", "an object is expected", err);
	if (json_object_size(json) > FACTS_READ_FACTS_MAX)
		return too_many(r, "facts", "facts", FACTS_READ_FACTS_MAX, err);
	json_object_foreach((json_t *)json, raw, item) {
		const char *name = text_safe(r->arena, raw, strlen(raw));

		r->at.fact = name;
		if (strmap_get(subject->facts, name))
			return malformed(r, NULL, "stands twice", err);
		if (read_fact(r, subject, name, item, err) < 0)
			return -1;
		r->at.fact = NULL;
	}
	return 0;
}

/* Only subjects that stand earlier are known yet, so there are no cycles; scopes go down, so chains are short. */
static int read_parent(const struct reader *r, enum scope scope, const json_t *json, const struct subject **ret,
		       struct error *err)
{
	static const char *const keys[] = {"scope", "id", NULL};
	struct reader inner = *r;
	enum scope parent_scope;
	const char *id;

	inner.at.side = "parent";
	*ret = NULL;
	if (json_is_null(json))
		return 0;
	if (check_object(&inner, json, keys, err) < 0 || take_scope(&inner, json, &parent_scope, err) < 0 ||
	    take_text(&inner, json, "id", &id, err) < 0)
		return -1;
	if (parent_scope >= scope || parent_scope > SCOPE_DAEMON)
		return malformed(r, "parent", "is not a host or daemon that can hold this subject", err);
	*ret = facts_find_subject(r->facts, parent_scope, id);
	return *ret ? 0 : malformed(r, "parent", "is not a subject that stands earlier", err);
}

/* A document of a build that knew containers of Docker Engine alone does not say whose they are: their daemon does. */
static void complete_container(struct reader *r, struct subject *subject)
{
	static const char name[] = "container.engine";
	const struct fact_decl *decl = r->catalogue ? catalogue_find(r->catalogue, name) : NULL;

	if (!decl || subject->scope != SCOPE_CONTAINER || strmap_get(subject->facts, name) || !subject->parent ||
	    !text_starts(subject->parent->id, "docker:"))
		return;
	facts_put(r->facts, subject, decl, NULL, SIDE_PLAIN, side_present(value_string("docker"), "its daemon"));
}

static int read_subject(struct reader *r, const json_t *json, struct error *err)
{
	static const char *const keys[] = {"scope", "id", "name", "parent", "facts", NULL};
	const struct subject *parent;
	struct subject *subject;
	const char *id, *name;
	enum scope scope;

	if (check_object(r, json, keys, err) < 0 || take_scope(r, json, &scope, err) < 0 ||
	    take_text(r, json, "id", &id, err) < 0 || take_text(r, json, "name", &name, err) < 0 ||
	    read_parent(r, scope, json_object_get(json, "parent"), &parent, err) < 0)
		return -1;
	if (*id == '\0')
		return malformed(r, "id", "is empty", err);
	if (scope == SCOPE_HOST && strcmp(id, "host") != 0)
		return malformed(r, "id", "the host's is host", err);
	if (facts_find_subject(r->facts, scope, id))
		return malformed(r, "id", "stands twice", err);
	subject = facts_subject(r->facts, scope, id, name, parent);
	if (read_facts(r, subject, json_object_get(json, "facts"), err) < 0)
		return -1;
	complete_container(r, subject);
	return 0;
}

static int read_subjects(struct reader *r, const json_t *json, struct error *err)
{
	r->at = (struct place){.section = "subjects"};
	if (!json_is_array(json))
		return malformed(r, NULL, "a list is expected", err);
	if (json_array_size(json) > FACTS_READ_SUBJECTS_MAX)
		return too_many(r, NULL, "subjects", FACTS_READ_SUBJECTS_MAX, err);
	for (size_t i = 0; i < json_array_size(json); i++) {
		r->at = (struct place){.section = "subjects", .indexed = true, .index = i};
		if (read_subject(r, json_array_get(json, i), err) < 0)
			return -1;
	}
	r->at = (struct place){.section = "subjects"};
	if (!facts_find_subject(r->facts, SCOPE_HOST, "host"))
		return malformed(r, NULL, "the host is missing", err);
	return 0;
}

static int check_format(const struct reader *r, const json_t *document, struct error *err)
{
	const json_t *format = json_object_get(document, "plimsoll_facts");

	if (!json_is_integer(format))
		return malformed(r, NULL, "this is not a facts document: it has no number plimsoll_facts", err);
	if (json_integer_value(format) != FACTS_FORMAT)
		return error_set(err, ERROR_UNSUPPORTED, "this is a facts document of format %lld; format %d is read here",
				 (long long)json_integer_value(format), FACTS_FORMAT);
	return 0;
}

int facts_read(FILE *stream, const struct catalogue *catalogue, struct facts **ret, struct error *err)
{
	static const struct json_caps caps = {FACTS_READ_MAX, FACTS_READ_DEPTH_MAX, FACTS_READ_ITEMS_MAX};
	static const char *const keys[] = {"plimsoll_facts", "tool", "collected_at", "root", "live",
					   "populations", "subjects", NULL};
	_cleanup_(json_cleanup) json_t *document = NULL;
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct reader r = {.catalogue = catalogue, .facts = facts, .arena = facts_arena(facts)};

	if (json_input_read(stream, &caps, &document, err) < 0 || check_format(&r, document, err) < 0 ||
	    check_object(&r, document, keys, err) < 0 || read_meta(&r, document, err) < 0 ||
	    read_populations(&r, json_object_get(document, "populations"), err) < 0 ||
	    read_subjects(&r, json_object_get(document, "subjects"), err) < 0)
		return -1;
	*ret = TAKE_PTR(facts);
	return 0;
}
