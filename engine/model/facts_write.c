/* The facts document as a stream: facts_write of model/facts_json.h. The document never stands in memory as a tree. */
#include <time.h>

#include "model/facts_json.h"

#define INDENT 2

struct writer {
	FILE *stream;
	size_t depth;
	bool first;  /* nothing stands yet in the object or list that is open */
	bool failed; /* jansson refused a text: it is not UTF-8 */
};

static void new_line(struct writer *w)
{
	putc_unlocked('\n', w->stream);
	for (size_t i = 0; i < w->depth * INDENT; i++)
		putc_unlocked(' ', w->stream);
}

static void next_item(struct writer *w)
{
	if (!w->first)
		putc_unlocked(',', w->stream);
	new_line(w);
	w->first = false;
}

static void open_with(struct writer *w, char bracket)
{
	putc_unlocked(bracket, w->stream);
	w->depth++;
	w->first = true;
}

static void close_with(struct writer *w, char bracket)
{
	w->depth--;
	if (!w->first)
		new_line(w);
	putc_unlocked(bracket, w->stream);
	w->first = false;
}

/* Scalars, and texts with something to escape. */
static void put_json(struct writer *w, json_t *json)
{
	if (!json || json_dumpf(json, w->stream, JSON_ENCODE_ANY) < 0)
		w->failed = true;
	json_decref(json);
}

/* Most texts are plain ASCII with nothing to escape: spared jansson's allocations. */
static void put_text(struct writer *w, const char *text)
{
	const char *at = text;

	while (at && *at >= ' ' && *at <= '~' && *at != '"' && *at != '\\')
		at++;
	if (!at || *at) {
		put_json(w, json_string(text));
		return;
	}
	putc_unlocked('"', w->stream);
	fwrite_unlocked(text, 1, (size_t)(at - text), w->stream);
	putc_unlocked('"', w->stream);
}

static void put_key(struct writer *w, const char *key)
{
	next_item(w);
	put_text(w, key);
	fputs_unlocked(": ", w->stream);
}

static void put_member(struct writer *w, const char *key, const char *text)
{
	if (!text)
		return;
	put_key(w, key);
	put_text(w, text);
}

static void put_time(struct writer *w, const char *key, int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm;
	char text[sizeof "9999-12-31T23:59:59Z"] = "";

	if (!gmtime_r(&time, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		w->failed = true;
	put_member(w, key, text);
}

static void put_strings(struct writer *w, const struct strings *strings)
{
	open_with(w, '[');
	vec_each(text, strings) {
		next_item(w);
		put_text(w, *text);
	}
	close_with(w, ']');
}

static void put_map(struct writer *w, const struct pairs *pairs)
{
	open_with(w, '{');
	vec_each(pair, pairs) {
		put_key(w, pair->key);
		put_text(w, pair->text);
	}
	close_with(w, '}');
}

static void put_value(struct writer *w, const struct value *value);

static void put_records(struct writer *w, const struct records *records)
{
	open_with(w, '[');
	vec_each(row, records) {
		next_item(w);
		open_with(w, '{');
		vec_each(field, row) {
			if (!field->value)
				continue;
			put_key(w, field->name);
			put_value(w, field->value);
		}
		close_with(w, '}');
	}
	close_with(w, ']');
}

/* The encoding is that of value_to_json, without the tree; fields of rows are scalars or lists, so this goes two deep. */
static void put_value(struct writer *w, const struct value *value)
{
	if (value->type == VALUE_STRING)
		put_text(w, value->string);
	else if (value->type == VALUE_STRINGS)
		put_strings(w, &value->strings);
	else if (value->type == VALUE_MAP)
		put_map(w, &value->map);
	else if (value->type == VALUE_RECORDS)
		put_records(w, &value->records);
	else
		put_json(w, value_to_json(value));
}

static void put_side(struct writer *w, const struct fact_side *side)
{
	put_member(w, "state", fact_state_name(side->state));
	if (side->state == FACT_PRESENT && side->value.type != VALUE_UNSET) {
		put_key(w, "value");
		put_value(w, &side->value);
	}
	put_member(w, "origin", side->origin);
	if (side->state != FACT_PRESENT)
		put_member(w, "reason", side->reason);
	if (side->notes.count > 0) {
		put_key(w, "notes");
		put_strings(w, &side->notes);
	}
}

static void put_side_object(struct writer *w, const char *key, const struct fact_side *side)
{
	put_key(w, key);
	open_with(w, '{');
	put_side(w, side);
	close_with(w, '}');
}

static void put_fact(struct writer *w, const struct fact *fact)
{
	put_key(w, fact->name);
	open_with(w, '{');
	if (fact->type != VALUE_UNSET)
		put_member(w, "type", value_type_name(fact->type));
	if (fact->two_sided) {
		put_side_object(w, "declared", &fact->sides[SIDE_DECLARED]);
		put_side_object(w, "effective", &fact->sides[SIDE_EFFECTIVE]);
	} else {
		put_side(w, &fact->sides[SIDE_PLAIN]);
	}
	close_with(w, '}');
}

static int compare_facts(const void *a, const void *b)
{
	return strcmp((*(const struct fact *const *)a)->name, (*(const struct fact *const *)b)->name);
}

static void put_sorted_facts(struct writer *w, const struct strmap *map)
{
	size_t count = strmap_count(map);
	_cleanup_(free_ptr) const struct fact **facts = reallocarray(NULL, count + 1, sizeof *facts);

	if (!facts)
		out_of_memory();
	for (size_t i = 0; i < count; i++)
		facts[i] = strmap_item_at(map, i);
	qsort(facts, count, sizeof *facts, compare_facts);
	for (size_t i = 0; i < count; i++)
		put_fact(w, facts[i]);
}

static void put_parent(struct writer *w, const struct subject *parent)
{
	put_key(w, "parent");
	if (!parent) {
		fputs("null", w->stream);
		return;
	}
	open_with(w, '{');
	put_member(w, "scope", scope_name(parent->scope));
	put_member(w, "id", parent->id);
	close_with(w, '}');
}

static void put_subject(struct writer *w, const struct subject *subject)
{
	next_item(w);
	open_with(w, '{');
	put_member(w, "scope", scope_name(subject->scope));
	put_member(w, "id", subject->id);
	put_member(w, "name", subject->name);
	put_parent(w, subject->parent);
	put_key(w, "facts");
	open_with(w, '{');
	put_sorted_facts(w, subject->facts);
	close_with(w, '}');
	close_with(w, '}');
}

static void put_subjects(struct writer *w, const struct facts *facts)
{
	put_key(w, "subjects");
	open_with(w, '[');
	for (size_t i = 0; i < facts_subject_count(facts); i++)
		put_subject(w, facts_subject_at(facts, i));
	close_with(w, ']');
}

/* What is as nobody left it is not written: it reads back the same. */
static void put_populations(struct writer *w, const struct facts *facts)
{
	put_key(w, "populations");
	open_with(w, '{');
	for (enum scope scope = SCOPE_HOST + 1; scope < SCOPE_COUNT; scope++) {
		const struct fact_side *side = facts_population(facts, scope);

		if (side->state != FACT_NOT_COLLECTED || side->origin || side->reason)
			put_side_object(w, scope_name(scope), side);
	}
	close_with(w, '}');
}

static void put_document(struct writer *w, const struct facts *facts)
{
	const struct facts_meta *meta = facts_meta(facts);

	open_with(w, '{');
	put_key(w, "plimsoll_facts");
	fprintf(w->stream, "%d", FACTS_FORMAT);
	put_member(w, "tool", meta->tool_version);
	put_time(w, "collected_at", meta->collected_at);
	put_member(w, "root", meta->root);
	put_key(w, "live");
	fputs(meta->live ? "true" : "false", w->stream);
	put_populations(w, facts);
	put_subjects(w, facts);
	close_with(w, '}');
	putc_unlocked('\n', w->stream);
}

int facts_write(const struct facts *facts, FILE *stream, struct error *err)
{
	struct writer w = {.stream = stream};

	put_document(&w, facts);
	if (w.failed)
		return error_set(err, ERROR_INTERNAL, "a fact holds text that was not made safe");
	if (fflush(stream) != 0 || ferror(stream))
		return error_sys(err, "cannot write the facts");
	return 0;
}
