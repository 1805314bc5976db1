#include "cli/choose.h"
#include "cli/privilege.h"
#include "collect/collect.h"
#include "model/facts_json.h"
#include "plan/plan.h"

static const enum option_id allowed[] = {
	OPTION_BENCHMARK, OPTION_PROFILE, OPTION_TAILORING, OPTION_ROOT, OPTION_FACTS, OPTION_ONLY, OPTION_SKIP,
	OPTION_CONTAINER, OPTION_FORMAT, OPTION_FAIL_ON, OPTION_MIN_SCORE, OPTION_TIMEOUT, OPTION_NO_SECCOMP_DUMP,
	OPTION_INTERRUPT_WAITS, OPTION_SETUID_SCAN, OPTION_DEFINITIONS, OPTION_COLOR, OPTION_WIDTH, OPTION_VERBOSE, OPTION_COUNT,
};

struct audit {
	struct workplace place;
	struct outputs outputs;
	struct broker *broker; /* NULL: no live host */
	struct host *host;    /* NULL with --facts */
	struct facts *facts;  /* the saved document, or what was collected */
	int64_t deadline_ms;
	int fail_on;          /* highest severity number that counts, -1: none */
	int64_t min_score;    /* percent, -1: none */
};

/* A facts document is a host already read: what steers the reading has nothing to steer. */
static int check_facts_alone(const struct options *options, struct error *err)
{
	static const enum option_id others[] = {OPTION_ROOT, OPTION_CONTAINER, OPTION_TIMEOUT, OPTION_NO_SECCOMP_DUMP,
						OPTION_INTERRUPT_WAITS, OPTION_SETUID_SCAN};

	if (!options_given(options, OPTION_FACTS))
		return 0;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (options_given(options, others[i]))
			return error_set(err, ERROR_USAGE, "--facts and --%s exclude each other: a facts document is a host already read",
					 option_decl(others[i])->name);
	return 0;
}

static int parse_gates(struct audit *audit, const struct options *options, struct error *err)
{
	const char *fail_on = options_value(options, OPTION_FAIL_ON);
	enum severity severity = SEVERITY_LOW;
	int64_t seconds = PLAN_DEADLINE_MS / 1000;

	audit->min_score = -1;
	if (fail_on && strcmp(fail_on, "none") != 0 && !severity_from_name(fail_on, &severity))
		return error_set(err, ERROR_USAGE, "--fail-on %s: critical, high, medium, low or none is wanted", fail_on);
	audit->fail_on = fail_on && strcmp(fail_on, "none") == 0 ? -1 : (int)severity;
	if (options_number(options, OPTION_MIN_SCORE, (int64_t[]){0, 100}, &audit->min_score, err) < 0 ||
	    options_number(options, OPTION_TIMEOUT, (int64_t[]){1, 3600}, &seconds, err) < 0)
		return -1;
	audit->deadline_ms = seconds * 1000;
	return check_facts_alone(options, err);
}

static int open_source(struct audit *audit, struct error *err)
{
	const char *path = options_value(audit->place.options, OPTION_FACTS);

	if (!path)
		return workplace_host(&audit->place, audit->broker, &audit->host, err);
	_cleanup_(close_file) FILE *stream = strcmp(path, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "re");
	if (!stream)
		return error_sys(err, "--facts %s", path);
	if (facts_read(stream, audit->place.catalogue, &audit->facts, err) < 0)
		return error_wrap(err, "--facts %s", path);
	return 0;
}

static int collect(struct audit *audit, struct request *request, struct facts **ret, struct error *err)
{
	request->deadline_ms = audit->deadline_ms;
	request->no_seccomp_dump = options_given(audit->place.options, OPTION_NO_SECCOMP_DUMP);
	request->interrupt_waits = options_given(audit->place.options, OPTION_INTERRUPT_WAITS);
	request->setuid_scan = options_given(audit->place.options, OPTION_SETUID_SCAN);
	int result = collect_facts(audit->host, request, progress_show, NULL, ret, err);
	progress_clear();
	return result;
}

/* Without -b a first, small collection tells what applies here. */
static int choose(struct audit *audit, struct chosen *ret, struct error *err)
{
	_cleanup_(facts_cleanup) struct facts *facts = NULL;
	struct request request = {0};

	if (options_given(audit->place.options, OPTION_BENCHMARK))
		return choose_named(&audit->place, ret, err);
	if (audit->facts)
		return choose_applying(&audit->place, audit->facts, ret, err);
	if (choose_request(&audit->place, &request, err) < 0 || collect(audit, &request, &facts, err) < 0)
		return -1;
	return choose_applying(&audit->place, facts, ret, err);
}

static int load_tailoring(struct audit *audit, struct plan_options *ret, struct error *err)
{
	const char *path = options_value(audit->place.options, OPTION_TAILORING);

	if (!path)
		return 0;
	ret->tailoring = library_tailoring(audit->place.library, path, &audit->place.diags);
	return ret->tailoring ? 0 : workplace_refuse(&audit->place, err);
}

static int make_plan(struct audit *audit, struct plan **ret, struct error *err)
{
	const struct options *options = audit->place.options;
	struct plan_options wanted = {
		.profile = options_value(options, OPTION_PROFILE),
		.only = options->values[OPTION_ONLY],
		.skip = options->values[OPTION_SKIP],
		.containers = options->values[OPTION_CONTAINER],
	};
	struct chosen chosen = {0};

	if (load_tailoring(audit, &wanted, err) < 0 || choose(audit, &chosen, err) < 0)
		return -1;
	int result = plan_make(audit->place.arena, chosen.items, chosen.count, &wanted, audit->place.catalogue,
			       &audit->place.diags, ret, err);
	if (audit->place.diags.list.count)
		diags_print(&audit->place.diags, stderr);
	return result;
}

static bool has_container(const struct facts *facts, const char *wanted)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		if (subject->scope == SCOPE_CONTAINER &&
		    (strcmp(subject->name, wanted) == 0 || text_starts(subject->id, wanted)))
			return true;
	}
	return false;
}

/* A mistyped --container must not read as "no containers". Where not all containers are known, their rules say so. */
static int check_containers(const struct audit *audit, struct error *err)
{
	if (facts_population(audit->facts, SCOPE_CONTAINER)->state == FACT_UNREADABLE)
		return 0;
	vec_each(wanted, &audit->place.options->values[OPTION_CONTAINER])
		if (!has_container(audit->facts, *wanted))
			return error_set(err, ERROR_USAGE, "--container %s: no such container", *wanted);
	return 0;
}

static bool incomplete(const struct report *report)
{
	vec_each(benchmark, &report->benchmarks)
		if (benchmark->score.results[RESULT_ERROR])
			return true;
	return false;
}

/* A benchmark that was asked for by name and of which nothing applies was not passed: the gate of a node whose engine did
 * not start must not open. */
static bool unassessed(const struct audit *audit, const struct report *report)
{
	if (!options_given(audit->place.options, OPTION_BENCHMARK) || options_given(audit->place.options, OPTION_ONLY))
		return false;
	vec_each(benchmark, &report->benchmarks)
		if (benchmark->score.selected == 0)
			return true;
	return false;
}

static bool failed(const struct audit *audit, const struct report *report)
{
	vec_each(benchmark, &report->benchmarks) {
		int percent = score_percent(&benchmark->score);

		/* No score (-1) is below any that is asked for. */
		if (audit->min_score > 0 && percent < audit->min_score * 10)
			return true;
		vec_each(rule, &benchmark->rules)
			if (rule->result == RESULT_FAIL && !rule->waived && (int)rule->severity <= audit->fail_on)
				return true;
	}
	return false;
}

static void add_names(struct buf *buf, const char *word, const struct strings *names)
{
	if (!names->count)
		return;
	buf_printf(buf, "%s%s", buf->len ? "; " : "", word);
	vec_each(name, names)
		buf_printf(buf, "%s %s", name == names->items ? "" : ",", *name);
}

/* A report must tell that rules were chosen or left out by name, or its score would say more than was looked at. */
static const char *describe_selection(const struct audit *audit, const struct tailoring *tailoring)
{
	const struct options *options = audit->place.options;
	_cleanup_(buf_done) struct buf buf = {0};

	add_names(&buf, "only", &options->values[OPTION_ONLY]);
	if (tailoring && !options_given(options, OPTION_ONLY))
		add_names(&buf, "only", &tailoring->only);
	add_names(&buf, "without", &options->values[OPTION_SKIP]);
	if (tailoring)
		add_names(&buf, "without", &tailoring->skip);
	return buf.len ? text_safe(options->arena, buf.data, buf.len) : NULL;
}

static int evaluate(struct audit *audit, enum status *ret_status, struct error *err)
{
	struct plan *plan;
	struct report *report;

	if (make_plan(audit, &plan, err) < 0)
		return -1;
	if (!audit->facts && (collect(audit, &plan->request, &audit->facts, err) < 0 || check_containers(audit, err) < 0))
		return -1;
	report_build(audit->place.arena, plan, audit->facts, &report);
	report->selection = describe_selection(audit, plan->tailoring);
	if (outputs_write(&audit->outputs, audit->place.options, report, err) < 0)
		return -1;
	if (incomplete(report) || unassessed(audit, report))
		*ret_status = STATUS_INCOMPLETE;
	else
		*ret_status = failed(audit, report) ? STATUS_FAIL : STATUS_CLEAN;
	return 0;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct audit audit = {0};
	int result = -1;

	if (parse_gates(&audit, options, err) < 0)
		return -1;
	if (!options_given(options, OPTION_FACTS)) {
		audit.broker = privilege_broker(options_value(options, OPTION_ROOT));
		collect_prepare();
	}
	if (privilege_drop(err) == 0 && outputs_open(options, &audit.outputs, err) == 0 &&
	    outputs_confine(&audit.outputs, options->arena, err) == 0 && workplace_open(&audit.place, options, err) == 0 &&
	    open_source(&audit, err) == 0)
		result = evaluate(&audit, ret_status, err);
	outputs_discard(&audit.outputs);
	facts_free(audit.facts);
	host_close(audit.host);
	broker_stop(audit.broker);
	workplace_close(&audit.place);
	return result;
}

const struct command command_audit = {
	.name = "audit",
	.words = "",
	.about = "Judge this host, or saved facts, and report.",
	.options = allowed,
	.run = run,
};
