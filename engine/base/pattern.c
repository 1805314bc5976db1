#define PCRE2_CODE_UNIT_WIDTH 8
#include "base/pattern.h"

#include <pcre2.h>
#include <string.h>

/* Enough for any sane expression over TEXT_SAFE_MAX bytes, and a runaway one stops within
 * milliseconds (pcre2api(3), "The match context"). */
#define MATCH_STEPS_MAX 200000
#define MATCH_DEPTH_MAX 100000
#define MATCH_HEAP_MAX_KIB 16384
#define PARENS_NEST_MAX 100

struct pattern {
	pcre2_code *code;
	pcre2_match_context *limits;
	pcre2_match_data *match; /* working space, reused: one thread evaluates */
};

static pcre2_code *compile(const char *text, int *ret_error, size_t *ret_offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	if (!context)
		out_of_memory();
	pcre2_set_max_pattern_length(context, PATTERN_LENGTH_MAX);
	pcre2_set_parens_nest_limit(context, PARENS_NEST_MAX);
	/* Without DOLLAR_ENDONLY "$" would also match before a last newline; \C splits characters. */
	uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY |
			   PCRE2_NEVER_BACKSLASH_C;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options,
					 ret_error, ret_offset, context);
	pcre2_compile_context_free(context);
	return code;
}

int pattern_compile(const char *text, struct pattern **ret, struct error *err)
{
	int error = 0;
	size_t offset = 0;
	if (strlen(text) > PATTERN_LENGTH_MAX)
		return error_set(err, ERROR_LIMIT, "the regular expression is longer than %d bytes",
				 PATTERN_LENGTH_MAX);
	pcre2_code *code = compile(text, &error, &offset);
	if (!code) {
		PCRE2_UCHAR why[128] = "";
		pcre2_get_error_message(error, why, sizeof why);
		return error_set(err, ERROR_MALFORMED, "not a regular expression: %s at byte %zu",
				 (const char *)why, offset + 1);
	}
	struct pattern *pattern = calloc(1, sizeof *pattern);
	if (!pattern)
		out_of_memory();
	pattern->code = code;
	pattern->limits = pcre2_match_context_create(NULL);
	pattern->match = pcre2_match_data_create(1, NULL);
	if (!pattern->limits || !pattern->match)
		out_of_memory();
	pcre2_set_match_limit(pattern->limits, MATCH_STEPS_MAX);
	pcre2_set_depth_limit(pattern->limits, MATCH_DEPTH_MAX);
	pcre2_set_heap_limit(pattern->limits, MATCH_HEAP_MAX_KIB);
	*ret = pattern;
	return 0;
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_match_data_free(pattern->match);
	pcre2_match_context_free(pattern->limits);
	pcre2_code_free(pattern->code);
	free(pattern);
}

enum pattern_match pattern_match(const struct pattern *pattern, const char *text)
{
	int found = pcre2_match(pattern->code, (PCRE2_SPTR)text, strlen(text), 0, 0, pattern->match,
				pattern->limits);
	/* 0: a match with more groups than the working space holds, and we want none of them. */
	if (found >= 0)
		return PATTERN_YES;
	if (found == PCRE2_ERROR_NOMATCH)
		return PATTERN_NO;
	if (found == PCRE2_ERROR_NOMEMORY)
		out_of_memory();
	return PATTERN_OVER_LIMIT;
}
