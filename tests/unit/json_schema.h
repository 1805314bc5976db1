/* As much of JSON Schema (draft 2020-12) as our own schemas use. An unknown keyword fails the test:
 * it would check nothing. */
#ifndef TESTS_JSON_SCHEMA_H
#define TESTS_JSON_SCHEMA_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/pattern.h"

struct json_schema {
	const json_t *root;
	char why[256]; /* the first thing that does not fit */
	bool unknown_keyword;
};

static inline bool json_schema_fits(struct json_schema *schema, const json_t *rules,
				    const json_t *json);

static inline bool json_schema_no(struct json_schema *schema, const char *what, const char *detail)
{
	snprintf(schema->why, sizeof schema->why, "%s: %.200s", what, detail ? detail : "");
	return false;
}

static inline bool json_schema_type(const char *name, const json_t *json)
{
	static const struct {
		const char *name;
		json_type type;
	} types[] = {{"object", JSON_OBJECT},
		     {"array", JSON_ARRAY},
		     {"string", JSON_STRING},
		     {"integer", JSON_INTEGER},
		     {"null", JSON_NULL}};

	if (strcmp(name, "boolean") == 0)
		return json_is_boolean(json);
	if (strcmp(name, "number") == 0)
		return json_is_number(json);
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (strcmp(types[i].name, name) == 0)
			return json_typeof(json) == types[i].type;
	}
	return false;
}

static inline bool json_schema_one_type(const json_t *types, const json_t *json)
{
	size_t i;
	json_t *type;

	if (json_is_string(types))
		return json_schema_type(json_string_value(types), json);
	json_array_foreach(types, i, type) {
		if (json_schema_type(json_string_value(type), json))
			return true;
	}
	return false;
}

static inline bool json_schema_among(const json_t *list, const json_t *json)
{
	size_t i;
	json_t *item;

	json_array_foreach(list, i, item) {
		if (json_equal(item, json))
			return true;
	}
	return false;
}

/* Keys, their order (the properties' own, which is a promise of ours and not of JSON Schema) and
 * values. */
static inline bool json_schema_object(struct json_schema *schema, const json_t *rules,
				      const json_t *json)
{
	const json_t *properties = json_object_get(rules, "properties"),
		     *others = json_object_get(rules, "additionalProperties");
	const json_t *required = json_object_get(rules, "required");
	void *expected = json_object_iter((json_t *)properties);
	const char *key;
	json_t *item;
	size_t i;

	if (!json_is_object(json))
		return true;
	json_array_foreach(required, i, item) {
		if (!json_object_get(json, json_string_value(item)))
			return json_schema_no(schema, "missing", json_string_value(item));
	}
	json_object_foreach((json_t *)json, key, item) {
		const json_t *rule = json_object_get(properties, key);

		if (!rule && others && !json_schema_fits(schema, others, item))
			return json_schema_no(schema, "additional", key);
		if (!rule || !json_is_false(others)) {
			if (rule && !json_schema_fits(schema, rule, item))
				return false;
			continue;
		}
		while (expected && strcmp(json_object_iter_key(expected), key) != 0)
			expected = json_object_iter_next((json_t *)properties, expected);
		if (!expected)
			return json_schema_no(schema, "out of order", key);
		if (!json_schema_fits(schema, rule, item))
			return false;
	}
	return true;
}

static inline bool json_schema_array(struct json_schema *schema, const json_t *rules,
				     const json_t *json)
{
	const json_t *most = json_object_get(rules, "maxItems"),
		     *items = json_object_get(rules, "items");
	size_t i;
	json_t *item;

	if (most && json_array_size(json) > (size_t)json_integer_value(most))
		return json_schema_no(schema, "too long", NULL);
	json_array_foreach(json, i, item) {
		if (items && !json_schema_fits(schema, items, item))
			return false;
	}
	return true;
}

static inline bool json_schema_scalar(struct json_schema *schema, const json_t *rules,
				      const json_t *json)
{
	const json_t *type = json_object_get(rules, "type"),
		     *choice = json_object_get(rules, "enum"),
		     *only = json_object_get(rules, "const");
	const json_t *least = json_object_get(rules, "minimum"),
		     *most = json_object_get(rules, "maximum");
	const char *expression = json_string_value(json_object_get(rules, "pattern"));
	struct pattern *pattern = NULL;
	bool matches;

	if (type && !json_schema_one_type(type, json))
		return json_schema_no(schema, "type", NULL);
	if ((choice && !json_schema_among(choice, json)) || (only && !json_equal(only, json)))
		return json_schema_no(schema, "value", json_string_value(json));
	if (json_is_number(json) &&
	    ((least && json_number_value(json) < json_number_value(least)) ||
	     (most && json_number_value(json) > json_number_value(most))))
		return json_schema_no(schema, "range", NULL);
	if (!expression || !json_is_string(json))
		return true;
	if (pattern_compile(expression, &pattern, NULL) != 0)
		return json_schema_no(schema, "pattern", expression);
	matches = pattern_match(pattern, json_string_value(json)) == PATTERN_YES;
	pattern_free(pattern);
	return matches ? true : json_schema_no(schema, expression, json_string_value(json));
}

static inline bool json_schema_combined(struct json_schema *schema, const json_t *rules,
					const json_t *json)
{
	const json_t *all = json_object_get(rules, "allOf"), *one = json_object_get(rules, "oneOf"),
		     *not = json_object_get(rules, "not");
	const json_t *condition = json_object_get(rules, "if");
	size_t i, fitting = 0;
	json_t *part;

	json_array_foreach(all, i, part) {
		if (!json_schema_fits(schema, part, json))
			return false;
	}
	json_array_foreach(one, i, part)
		fitting += json_schema_fits(schema, part, json);
	if (one && fitting != 1)
		return json_schema_no(schema, "not exactly one of the choices", NULL);
	if (not &&json_schema_fits(schema, not, json))
		return json_schema_no(schema, "not", NULL);
	if (condition) {
		part = json_object_get(rules,
				       json_schema_fits(schema, condition, json) ? "then" : "else");
		return !part || json_schema_fits(schema, part, json);
	}
	return true;
}

static inline bool json_schema_known(struct json_schema *schema, const json_t *rules)
{
	static const char *const known =
		" $schema $id $defs $ref title description type enum const minimum maximum pattern "
		"properties required"
		" additionalProperties items maxItems allOf oneOf not if then else ";
	const char *key;
	json_t *ignored;

	json_object_foreach((json_t *)rules, key, ignored) {
		char word[64];

		snprintf(word, sizeof word, " %s ", key);
		if (!strstr(known, word))
			schema->unknown_keyword = true;
	}
	return !schema->unknown_keyword;
}

static inline bool json_schema_fits(struct json_schema *schema, const json_t *rules,
				    const json_t *json)
{
	const char *ref = json_string_value(json_object_get(rules, "$ref"));

	if (json_is_boolean(rules))
		return json_is_true(rules);
	if (!json_schema_known(schema, rules))
		return json_schema_no(schema, "unknown keyword", NULL);
	if (ref) {
		const json_t *target = json_object_get(json_object_get(schema->root, "$defs"),
						       ref + strlen("#/$defs/"));

		if (!target || !json_schema_fits(schema, target, json))
			return target ? false : json_schema_no(schema, "no such definition", ref);
	}
	return json_schema_scalar(schema, rules, json) && json_schema_object(schema, rules, json) &&
	       json_schema_array(schema, rules, json) && json_schema_combined(schema, rules, json);
}

#endif
