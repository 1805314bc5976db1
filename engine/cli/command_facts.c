#include <fnmatch.h>

#include "cli/choose.h"
#include "cli/confine.h"
#include "cli/privilege.h"
#include "collect/collect.h"
#include "model/facts_json.h"
#include "plan/plan.h"

static const enum option_id allowed[] = {
	OPTION_FORMAT,		OPTION_ROOT,	    OPTION_CONTAINER,	OPTION_TIMEOUT,
	OPTION_NO_SECCOMP_DUMP, OPTION_INTERRUPT_WAITS, OPTION_SETUID_SCAN, OPTION_DEFINITIONS,
	OPTION_COUNT,
};

/* Everything: all plain facts, and of families what any rule of the newest editions names. */
static int request_everything(struct workplace *place, struct request *request, struct error *err)
{
	struct chosen chosen = {0};
	struct plan *plan;

	if (choose_newest(place, &chosen, err) < 0)
		return -1;
	struct plan_options options = {0};
	if (plan_make(place->arena, chosen.items, chosen.count, &options, place->catalogue, &place->diags, &plan, err) < 0)
		return -1;
	*request = plan->request;
	request->everything = true;
	request->scopes = ~0u;
	return 0;
}

static bool is_pattern(const char *text)
{
	return text[strcspn(text, "*?[")] != '\0';
}

static int unknown_fact(struct workplace *place, const char *name, struct error *err)
{
	const char *near = catalogue_nearest(place->catalogue, name);

	return error_set(err, ERROR_USAGE, "%s: no such fact%s%s%s; see plimsoll list facts", name, near ? "; did you mean " : "",
			 near ? near : "", near ? "?" : "");
}

static int request_pattern(struct workplace *place, struct request *request, const char *pattern, struct error *err)
{
	bool found = false;

	for (size_t i = 0; i < catalogue_count(place->catalogue); i++) {
		const struct fact_decl *decl = catalogue_at(place->catalogue, i);

		if (fnmatch(pattern, decl->name, 0) != 0)
			continue;
		found = true;
		if (!text_ends(decl->name, ".*"))
			vec_push(place->arena, &request->facts, decl->name);
	}
	if (!is_pattern(pattern) && catalogue_find(place->catalogue, pattern)) {
		vec_push(place->arena, &request->facts, pattern);
		found = true;
	}
	return found ? 0 : unknown_fact(place, pattern, err);
}

/* Whether a pattern and a family agree as far as both are fixed. */
static bool may_be_of(const char *pattern, const char *family)
{
	size_t fixed = strcspn(pattern, "*?[\\"), prefix = strlen(family) - 1;

	return strncmp(pattern, family, fixed < prefix ? fixed : prefix) == 0;
}

static bool asks_a_family(const struct workplace *place)
{
	for (size_t i = 0; i < catalogue_count(place->catalogue); i++) {
		const char *name = catalogue_at(place->catalogue, i)->name;

		if (!text_ends(name, ".*"))
			continue;
		vec_each(pattern, &place->options->words)
			if (may_be_of(*pattern, name))
				return true;
	}
	return false;
}

/* The family members that rules name and that match are wanted too; only for those are the rules read. */
static int request_patterns(struct workplace *place, struct request *request, struct error *err)
{
	struct request all = {0};

	if (asks_a_family(place) && request_everything(place, &all, err) < 0)
		return -1;
	request->deadline_ms = PLAN_DEADLINE_MS;
	request->settings = all.settings;
	vec_each(pattern, &place->options->words) {
		if (request_pattern(place, request, *pattern, err) < 0)
			return -1;
		vec_each(name, &all.facts)
			if (fnmatch(*pattern, *name, 0) == 0)
				strings_add_unique(place->arena, &request->facts, *name);
	}
	vec_each(name, &request->facts)
		request->scopes |= 1u << catalogue_find(place->catalogue, *name)->scope;
	return 0;
}

/* Texts one after the other up to NULL: what is formatted costs several times as much, and this is most of the output. */
static void show(struct buf *out, const char *const *texts)
{
	for (; *texts; texts++)
		buf_puts(out, *texts);
}
#define SHOW(out, ...) show(out, (const char *const[]){__VA_ARGS__, NULL})

static void show_rows(struct buf *out, const struct records *rows)
{
	vec_each(row, rows) {
		buf_puts(out, "   ");
		vec_each(field, row) {
			if (!field->value)
				continue;
			SHOW(out, " ", field->name, "=");
			value_show(out, field->value);
		}
		buf_puts(out, "\n");
	}
}

static void show_side(struct buf *out, const struct fact *fact, enum side side)
{
	const struct fact_side *what = &fact->sides[side];

	SHOW(out, "  ", fact->name, !fact->two_sided ? "" : side == SIDE_DECLARED ? " (declared)" : " (effective)");
	if (what->state == FACT_PRESENT) {
		buf_puts(out, " = ");
		value_show(out, &what->value);
	} else {
		SHOW(out, ": ", fact_state_name(what->state), what->reason ? ": " : "", what->reason ?: "");
	}
	SHOW(out, what->origin ? "   [" : "", what->origin ?: "", what->origin ? "]\n" : "\n");
	if (what->state == FACT_PRESENT && what->value.type == VALUE_RECORDS)
		show_rows(out, &what->value.records);
	vec_each(note, &what->notes)
		SHOW(out, "    note: ", *note, "\n");
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct fact *const *)a)->name, (*(const struct fact *const *)b)->name);
}

static void print_subject(struct arena *arena, const struct subject *subject)
{
	size_t count = strmap_count(subject->facts);
	_cleanup_(buf_done) struct buf out = {0};
	const struct fact **facts = ARENA_ARRAY(arena, const struct fact *, count);

	if (!count)
		return;
	for (size_t i = 0; i < count; i++)
		facts[i] = strmap_item_at(subject->facts, i);
	qsort(facts, count, sizeof *facts, by_name);
	buf_printf(&out, "%s %s", scope_name(subject->scope), subject->name);
	if (strcmp(subject->name, subject->id) != 0)
		buf_printf(&out, " (%s)", subject->id);
	buf_puts(&out, "\n");
	for (size_t i = 0; i < count; i++) {
		show_side(&out, facts[i], SIDE_DECLARED);
		if (facts[i]->two_sided)
			show_side(&out, facts[i], SIDE_EFFECTIVE);
	}
	fwrite(out.data, 1, out.len, stdout);
}

static void print_text(struct arena *arena, const struct facts *facts)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++)
		print_subject(arena, facts_subject_at(facts, i));
	for (int scope = 0; scope < SCOPE_COUNT; scope++) {
		const struct fact_side *population = facts_population(facts, scope);

		if (population->state == FACT_UNREADABLE)
			printf("%s: unreadable: %s\n", scope_plural(scope), population->reason ? population->reason : "");
	}
}

static int print(struct workplace *place, const struct facts *facts, struct outfile **file, struct error *err)
{
	if (!*file) {
		print_text(place->arena, facts);
		return 0;
	}
	if (facts_write(facts, outfile_stream(*file), err) < 0)
		return -1;
	return outfile_commit(TAKE_PTR(*file), err);
}

/* The document's file before work is spent, and while files can still be made; NULL for text. */
static int open_output(const struct options *options, struct outfile **ret, struct error *err)
{
	const char *format = options_value(options, OPTION_FORMAT);
	const char *equals = format ? strchr(format, '=') : NULL;
	bool json = format ? text_starts(format, "json") : options->words.count == 0;

	return json ? outfile_open(equals ? equals + 1 : "-", ret, err) : 0;
}

static int confine(const struct options *options, const struct outfile *file, struct error *err)
{
	struct strings folders = {0};

	if (file && outfile_folder(file))
		vec_push(options->arena, &folders, outfile_folder(file));
	return confine_process(&folders, err);
}

static int check_format(const struct options *options, struct error *err)
{
	const char *format = options_value(options, OPTION_FORMAT);

	if (format && strcmp(format, "text") && strcmp(format, "json") && !text_starts(format, "json="))
		return error_set(err, ERROR_USAGE, "--format %s: text or json[=PATH] is wanted", format);
	return 0;
}

static int collect_and_print(struct workplace *place, struct broker *broker, struct outfile **file, struct error *err)
{
	_cleanup_(host_cleanup) struct host *host = NULL;
	_cleanup_(facts_cleanup) struct facts *facts = NULL;
	struct request request = {0};
	int64_t seconds = PLAN_DEADLINE_MS / 1000;
	const struct strings *containers = &place->options->values[OPTION_CONTAINER];

	if (options_number(place->options, OPTION_TIMEOUT, (int64_t[]){1, 3600}, &seconds, err) < 0 ||
	    (place->options->words.count ? request_patterns : request_everything)(place, &request, err) < 0 ||
	    workplace_host(place, broker, &host, err) < 0)
		return -1;
	request.deadline_ms = seconds * 1000;
	request.no_seccomp_dump = options_given(place->options, OPTION_NO_SECCOMP_DUMP);
	request.interrupt_waits = options_given(place->options, OPTION_INTERRUPT_WAITS);
	request.setuid_scan = options_given(place->options, OPTION_SETUID_SCAN);
	request.containers = (__typeof__(request.containers)){containers->items, containers->count, containers->capacity};
	if (collect_facts(host, &request, progress_show, NULL, &facts, err) < 0)
		return -1;
	progress_clear();
	return print(place, facts, file, err);
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct workplace place = {0};
	struct outfile *file = NULL;
	int result = -1;

	if (check_format(options, err) < 0)
		return -1;
	struct broker *broker = privilege_broker(options_value(options, OPTION_ROOT));
	collect_prepare();
	if (privilege_drop(err) == 0 && open_output(options, &file, err) == 0 && confine(options, file, err) == 0 &&
	    workplace_open(&place, options, err) == 0)
		result = collect_and_print(&place, broker, &file, err);
	outfile_discard(file);
	broker_stop(broker);
	workplace_close(&place);
	*ret_status = STATUS_CLEAN;
	return result;
}

const struct command command_facts = {
	.name = "facts",
	.words = "[PATTERN]…",
	.about = "Collect and print facts; without a pattern a whole facts document.",
	.options = allowed,
	.max_words = SIZE_MAX,
	.run = run,
};
