#include "score/diff.h"

#include "cli/workplace.h"
#include "collect/collect.h"
#include "model/facts_json.h"

static const enum option_id allowed[] = {OPTION_FORMAT, OPTION_COUNT};

#define PEEK_BYTES 256

/* One side: a report or a facts document, told apart by the first key, which our writers put first. */
struct document {
	struct report *report;
	struct facts *facts;
};

static int open_document(const char *path, FILE **ret, char *head, struct error *err)
{
	FILE *stream = fopen(path, "re");

	if (!stream)
		return error_sys(err, "%s", path);
	head[fread(head, 1, PEEK_BYTES - 1, stream)] = '\0';
	rewind(stream);
	*ret = stream;
	return 0;
}

static int read_document(struct arena *arena, const struct catalogue *catalogue, const char *path, struct document *ret,
			 struct error *err)
{
	_cleanup_(close_file) FILE *stream = NULL;
	char head[PEEK_BYTES];
	int result;

	if (open_document(path, &stream, head, err) < 0)
		return -1;
	if (strstr(head, "\"plimsoll_report\""))
		result = report_read(stream, arena, &ret->report, err);
	else if (strstr(head, "\"plimsoll_facts\""))
		result = facts_read(stream, catalogue, &ret->facts, err);
	else
		return error_set(err, ERROR_USAGE, "%s: neither a JSON report nor a facts document of plimsoll", path);
	return result < 0 ? error_wrap(err, "%s", path) : 0;
}

static json_t *change_json(const struct diff_change *change)
{
	return json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s, s:s?, s:s?, s:s?, s:s?, s:s}", "kind", diff_kind_name(change->kind),
			 "benchmark", change->benchmark, "id", change->id, "rule", change->slug, "fact", change->fact, "scope",
			 scope_name(change->scope), "subject_id", change->subject_id, "subject_name", change->subject_name,
			 "from", change->from, "to", change->to, "text", change->text);
}

static void print_json(const struct diff *diff)
{
	json_t *document = json_pack("{s:i, s:[]}", "plimsoll_diff", 1, "changes");

	vec_each(change, &diff->changes)
		json_array_append_new(json_object_get(document, "changes"), change_json(change));
	json_dumpf(document, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(document);
}

static void print_text(const struct diff *diff)
{
	vec_each(change, &diff->changes)
		printf("%-9s%-9s%s\n", diff_kind_name(change->kind), change->slug ? severity_name(change->severity) : "",
		       change->text);
}

static int compare(const struct options *options, const struct catalogue *catalogue, struct document *sides,
		   enum status *ret_status, struct error *err)
{
	const char *format = options_value(options, OPTION_FORMAT);
	struct diff diff = {0};

	if (format && strcmp(format, "text") != 0 && strcmp(format, "json") != 0)
		return error_set(err, ERROR_USAGE, "--format %s: text or json is wanted", format);
	for (size_t i = 0; i < 2; i++)
		if (read_document(options->arena, catalogue, options->words.items[i], &sides[i], err) < 0)
			return -1;
	if (!sides[0].report != !sides[1].report)
		return error_set(err, ERROR_USAGE, "one is a report, the other a facts document: they do not compare");
	if (sides[0].report)
		diff_reports(options->arena, sides[0].report, sides[1].report, &diff);
	else
		diff_facts(options->arena, sides[0].facts, sides[1].facts, &diff);
	if (format && strcmp(format, "json") == 0)
		print_json(&diff);
	else
		print_text(&diff);
	*ret_status = diff.changes.count ? STATUS_FAIL : STATUS_CLEAN;
	return 0;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct document sides[2] = {{0}};
	int result = compare(options, collect_catalogue(options->arena), sides, ret_status, err);

	facts_free(sides[0].facts);
	facts_free(sides[1].facts);
	return result;
}

const struct command command_diff = {
	.name = "diff",
	.words = "A B",
	.about = "Tell what differs between two reports or two facts documents.",
	.options = allowed,
	.min_words = 2,
	.max_words = 2,
	.run = run,
};
