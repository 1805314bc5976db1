/* A report with one of everything: each result, disposition, side, state and type of value, and
 * texts that formats trip over. */
#ifndef TESTS_FIXTURE_REPORT_H
#define TESTS_FIXTURE_REPORT_H

#include "base/text.h"
#include "reports/format.h"

#define FIXTURE_TIME 1767323045  /* 2026-01-02T03:04:05Z */
#define FIXTURE_UNTIL 1801439999 /* 2027-01-31T23:59:59Z */

static inline struct finding *fixture_finding(struct arena *arena, struct rule_result *rule,
					      enum result result, const char *message)
{
	struct finding finding = {
		.scope = SCOPE_HOST,
		.subject_id = "host",
		.subject_name = "node1",
		.result = result,
		.message = message,
	};

	vec_push(arena, &rule->findings, finding);
	return &rule->findings.items[rule->findings.count - 1];
}

static inline struct finding *fixture_about(struct finding *finding, enum scope scope,
					    const char *id, const char *name)
{
	finding->scope = scope;
	finding->subject_id = id;
	finding->subject_name = name;
	return finding;
}

static inline void fixture_dispose(struct finding *finding, enum disposition how, const char *by,
				   const char *reason)
{
	finding->disposition = how;
	finding->disposition_by = by;
	finding->disposition_reason = reason;
	finding->disposition_until = FIXTURE_UNTIL;
}

/* Evidence of a present fact, with the finding's result. */
static inline struct evidence *fixture_evidence(struct arena *arena, struct finding *finding,
						const char *fact, struct value value)
{
	struct evidence evidence = {
		.fact = fact, .state = FACT_PRESENT, .value = value, .result = finding->result};

	vec_push(arena, &finding->evidence, evidence);
	return &finding->evidence.items[finding->evidence.count - 1];
}

static inline struct evidence *fixture_missing(struct arena *arena, struct finding *finding,
					       const char *fact, enum fact_state state)
{
	struct evidence *evidence = fixture_evidence(arena, finding, fact, (struct value){0});

	evidence->state = state;
	return evidence;
}

static inline struct strings fixture_strings(struct arena *arena, const char *const *texts)
{
	struct strings strings = {0};

	for (; *texts; texts++)
		vec_push(arena, &strings, *texts);
	return strings;
}
#define FIXTURE_STRINGS(arena, ...)                                                                \
	fixture_strings((arena), (const char *const[]){__VA_ARGS__, NULL})

static inline struct rule_result *fixture_rule(struct arena *arena,
					       struct benchmark_report *benchmark, size_t section,
					       const char *id, const char *slug)
{
	struct rule_result rule = {
		.id = id,
		.slug = slug,
		.section = section,
		.severity = SEVERITY_MEDIUM,
		.level = 1,
		.automated = true,
		.scored = true,
	};

	vec_push(arena, &benchmark->rules, rule);
	return &benchmark->rules.items[benchmark->rules.count - 1];
}

static inline void fixture_pass(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 0, "1.1", "host-kernel-recent");
	struct finding *finding =
		fixture_finding(arena, rule, RESULT_PASS, "host.kernel.release is 6.1.0-18-amd64");

	rule->title = "The kernel still gets security updates";
	rule->severity = SEVERITY_HIGH;
	rule->why = "What is not mended stays broken.";
	rule->remedy = "Install the distribution's current kernel.";
	vec_push(arena, &rule->references,
		 ((struct reference){"nist-800-190", FIXTURE_STRINGS(arena, "4.5.1", "4.5.3")}));
	vec_push(arena, &rule->params, ((struct pair){"oldest", "6.1"}));
	fixture_evidence(arena, finding, "host.kernel.release", value_version("6.1.0-18-amd64"))
		->expected = "version_ge 6.1";
}

static inline void fixture_two_sides(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 0, "1.2", "host-kptr-restrict");
	struct finding *finding = fixture_finding(
		arena, rule, RESULT_FAIL,
		"host.sysctl.kernel.kptr_restrict (effective) is 0; expected at least 1 (and 1 more)");
	struct evidence *evidence;

	rule->title = "Kernel addresses are hidden from ordinary users";
	rule->severity = SEVERITY_LOW;
	rule->why = "An address leak turns a crash into an exploit.";
	rule->remedy = "Write the setting to a file and load it:\n    echo kernel.kptr_restrict=1 "
		       ">/etc/sysctl.d/60-kptr.conf\n    sysctl --system";
	evidence =
		fixture_evidence(arena, finding, "host.sysctl.kernel.kptr_restrict", value_int(0));
	evidence->two_sided = true;
	evidence->side = SIDE_EFFECTIVE;
	evidence->origin = "/proc/sys/kernel/kptr_restrict";
	evidence->expected = "ge 1";
	evidence = fixture_missing(arena, finding, "host.sysctl.kernel.kptr_restrict", FACT_ABSENT);
	evidence->two_sided = true;
	evidence->origin = "/etc/sysctl.d";
	evidence->expected = "ge 1";
}

static inline void fixture_records(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 1, "2.1", "daemon-files");
	struct finding *finding =
		fixture_finding(arena, rule, RESULT_FAIL,
				"/etc/docker/a \"b\": mode is 0666; expected no looser than 0644");
	struct value rows = {.type = VALUE_RECORDS};
	struct evidence *evidence;

	rule->title = "Files of the daemon belong to root <and> are closed to others & guests";
	rule->scope = SCOPE_DAEMON;
	rule->severity = SEVERITY_CRITICAL;
	rule->why = "Who writes these files owns the host.";
	rule->remedy = "chmod go-w FILE";
	for (int i = 0; i < 12; i++) {
		struct record row = {0};

		record_set(arena, &row, "path",
			   value_string(arena_printf(arena, "/etc/docker/%c \"b\"", 'a' + i)));
		record_set(arena, &row, "mode", value_typed_int(VALUE_MODE, 0666));
		if (i % 2)
			record_set(arena, &row, "acl",
				   value_strings(FIXTURE_STRINGS(arena, "user:1000:rw-")));
		record_set(arena, &row, "uid", value_int(i));
		vec_push(arena, &rows.records, row);
	}
	fixture_about(finding, SCOPE_DAEMON, "docker:/var/lib/docker", "unix:///run/docker.sock");
	evidence = fixture_evidence(arena, finding, "file.{daemon.config_dir}/*", rows);
	evidence->expected = "mode: no looser than 0644";
	evidence->notes = FIXTURE_STRINGS(arena, "the folder changed after the daemon started",
					  "two", "three", "four", "five");
}

static inline void fixture_error(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 1, "2.2", "daemon-icc");
	struct finding *finding =
		fixture_finding(arena, rule, RESULT_ERROR,
				"daemon.setting.icc could not be read: timed out after 2 s");
	struct evidence *evidence;

	rule->title = "Containers on the default bridge do not reach each other";
	rule->scope = SCOPE_DAEMON;
	fixture_about(finding, SCOPE_DAEMON, "docker:/var/lib/docker", "unix:///run/docker.sock");
	evidence = fixture_missing(arena, finding, "daemon.setting.icc", FACT_UNREADABLE);
	evidence->origin = "GET /networks/bridge";
	evidence->reason = "timed out after 2 s";
	evidence->expected = "false";
	evidence->two_sided = false;
}

static inline void fixture_manual(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule =
		fixture_rule(arena, benchmark, 1, "2.3", "daemon-logs-leave-the-host");
	struct finding *finding;
	struct value map = {.type = VALUE_MAP};

	rule->title = "Logs are kept where an intruder cannot erase them";
	rule->automated = rule->scored = false;
	rule->level = 2;
	rule->look_at = "Ask where the logs of this daemon go, and who can delete them there.\nSee "
			"the logging driver below.";
	finding = fixture_finding(arena, rule, RESULT_MANUAL,
				  "to be judged by a person: Ask where the logs of this daemon go, "
				  "and who can delete them there. "
				  "(the attestation of Bo ran out on 2025-12-31)");
	map_set(arena, &map, "max-size", "10m");
	map_set(arena, &map, "tag", "");
	fixture_evidence(arena, finding, "daemon.log_options", map);
	fixture_missing(arena, finding, "host.lockdown", FACT_UNSUPPORTED)->reason =
		"this kernel was built without lockdown";
	fixture_missing(arena, finding, "host.lsm.active", FACT_NOT_COLLECTED);
}

static inline void fixture_attested(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 1, "2.4", "daemon-audited");
	struct finding *finding =
		fixture_finding(arena, rule, RESULT_PASS, "attested by Ada: ran the host baseline");

	rule->title = "Somebody reads the audit log";
	rule->automated = false;
	rule->scored = false;
	rule->look_at = "Ask who reads the audit log.";
	fixture_dispose(finding, DISPOSITION_ATTESTED, "Ada", "ran the host baseline");
}

static inline struct finding *fixture_capabilities(struct arena *arena, struct rule_result *rule,
						   enum result result, const char *name)
{
	struct strings caps =
		FIXTURE_STRINGS(arena, "chown", result == RESULT_PASS ? "kill" : "sys_admin");
	struct value value = value_strings(caps);
	struct finding *finding = fixture_finding(
		arena, rule, result,
		arena_printf(arena, "container.capabilities.bounding (effective) is %s%s",
			     value_display(arena, &value, 0),
			     result == RESULT_FAIL ? "; expected nothing beyond [chown, kill]" : ""));
	struct evidence *evidence =
		fixture_evidence(arena, finding, "container.capabilities.bounding", value);

	fixture_about(finding, SCOPE_CONTAINER, arena_printf(arena, "id-of-%s", name), name);
	evidence->two_sided = true;
	evidence->side = SIDE_EFFECTIVE;
	evidence->origin =
		arena_printf(arena, "/proc/%zu/status CapBnd", 4200 + rule->findings.count);
	evidence->expected = "nothing beyond [chown, kill]";
	return finding;
}

static inline void fixture_containers(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule =
		fixture_rule(arena, benchmark, 2, "5.1", "container-capabilities");
	struct finding *finding;

	rule->title = "Containers hold only the capabilities they need";
	rule->scope = SCOPE_CONTAINER;
	rule->severity = SEVERITY_HIGH;
	rule->why = "A process keeps whatever is left in its bounding set through every exec.";
	rule->remedy = "Start the container with --cap-drop ALL and add back what it needs.";
	for (int i = 1; i <= 12; i++)
		fixture_capabilities(arena, rule, RESULT_FAIL, arena_printf(arena, "web-%d", i));
	fixture_capabilities(arena, rule, RESULT_PASS, "db");
	finding = fixture_capabilities(arena, rule, RESULT_FAIL, "build-\xE2\x82\xAC");
	fixture_dispose(finding, DISPOSITION_WAIVED, "team-ci", "needs mknod, says \"]]>\" & <b>");
	finding = fixture_finding(
		arena, rule, RESULT_ERROR,
		"container.capabilities.bounding (effective) could not be read: permission denied");
	fixture_about(finding, SCOPE_CONTAINER, "id-of-secret", "secret");
	fixture_missing(arena, finding, "container.capabilities.bounding", FACT_UNREADABLE)
		->reason = "permission denied";
	finding->evidence.items[0].two_sided = true;
	finding->evidence.items[0].side = SIDE_EFFECTIVE;
	/* The same name twice: two daemons may each have a container of it. */
	finding = fixture_capabilities(arena, rule, RESULT_PASS, "db");
	finding->subject_id = "id-of-other-db";
}

static inline void fixture_limits(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 2, "5.2", "container-memory");
	struct finding *finding;
	const char *wide = "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E <&> ]]> \"q\" 'a' \\ \\u{202E}";

	rule->title = "Memory is limited";
	rule->scope = SCOPE_CONTAINER;
	rule->severity = SEVERITY_HIGH;
	finding =
		fixture_finding(arena, rule, RESULT_FAIL,
				"container.cgroup.memory_max is unlimited; expected less than unlimited");
	fixture_about(finding, SCOPE_CONTAINER, "id-of-wide", wide);
	fixture_evidence(arena, finding, "container.cgroup.memory_max",
			 value_typed_int(VALUE_SIZE, VALUE_UNLIMITED))
		->expected = "lt unlimited";
	fixture_evidence(arena, finding, "container.cgroup.memory_min",
			 value_typed_int(VALUE_SIZE, 64 << 20));
	fixture_evidence(arena, finding, "container.cgroup.grace",
			 value_typed_int(VALUE_DURATION, 30000));
	fixture_evidence(arena, finding, "container.privileged", value_bool(true));
	fixture_evidence(arena, finding, "container.user", value_string(""));
	fixture_dispose(finding, DISPOSITION_WAIVED, "Zo\xC3\xAB", "moves in March");
}

static inline void fixture_left_out(struct arena *arena, struct benchmark_report *benchmark)
{
	struct rule_result *rule = fixture_rule(arena, benchmark, 2, "5.3", "container-pods");

	rule->title = "Pods are kept apart";
	fixture_finding(arena, rule, RESULT_NOT_APPLICABLE, "no containers on this host");
	rule = fixture_rule(arena, benchmark, 2, "5.4", "container-unlabelled");
	rule->title = "Decided, though the edition leaves it to people";
	rule->automated = rule->scored = false;
	rule->level = 2;
	fixture_finding(arena, rule, RESULT_PASS, "host.name is node1");
	fixture_evidence(arena, &rule->findings.items[0], "host.name", value_string("node1"));
}

static inline void fixture_section(struct arena *arena, struct benchmark_report *benchmark,
				   const char *id, const char *title)
{
	vec_push(arena, &benchmark->sections, ((struct section_report){.id = id, .title = title}));
}

static inline struct benchmark_report fixture_benchmark(struct arena *arena)
{
	struct benchmark_report benchmark = {
		.name = "cis-docker",
		.revision = "1.8.0",
		.title = "CIS Docker Benchmark",
		.profile = "level2-docker",
		.profile_title = "Level 2",
	};

	fixture_section(arena, &benchmark, "1", "Host");
	fixture_section(arena, &benchmark, "2", "Daemon");
	fixture_section(arena, &benchmark, "5.x",
			"Containers at run time, a title that is longer than any terminal has room "
			"for in one line of a table");
	fixture_section(arena, &benchmark, "7", "Nothing selected");
	fixture_pass(arena, &benchmark);
	fixture_two_sides(arena, &benchmark);
	fixture_records(arena, &benchmark);
	fixture_error(arena, &benchmark);
	fixture_manual(arena, &benchmark);
	fixture_attested(arena, &benchmark);
	fixture_containers(arena, &benchmark);
	fixture_limits(arena, &benchmark);
	fixture_left_out(arena, &benchmark);
	return benchmark;
}

/* A benchmark of which nothing could be said. */
static inline struct benchmark_report fixture_blank_benchmark(struct arena *arena)
{
	struct benchmark_report benchmark = {
		.name = "cis-k8s",
		.revision = "1.11",
		.title = "CIS Kubernetes Benchmark",
		.profile = "level1-worker",
		.profile_title = "Worker",
		.score_all = true,
	};
	struct rule_result *rule;

	fixture_section(arena, &benchmark, "4", "Worker nodes");
	rule = fixture_rule(arena, &benchmark, 0, "4.1.1", "kubelet-service-file");
	rule->title = "The kubelet's service file is closed";
	fixture_finding(arena, rule, RESULT_NOT_APPLICABLE,
			"the benchmark's condition kubelet.present has to be true");
	rule = fixture_rule(arena, &benchmark, 0, "4.1.2", "kubelet-nothing-judged");
	rule->title = "A rule that was never asked";
	return benchmark;
}

/* The whole report, added up. */
static inline struct report *fixture_report(struct arena *arena)
{
	struct report *report = ARENA_NEW(arena, struct report);

	*report = (struct report){
		.tool_version = "1.0.0",
		.host_name = "node1",
		.kernel = "6.1.0-18-amd64",
		.root = "/",
		.live = true,
		.collected_at = FIXTURE_TIME,
		.tailoring = "production",
		.selection = "only 1.1, 2.1; without 9.9",
	};
	vec_push(arena, &report->benchmarks, fixture_benchmark(arena));
	vec_push(arena, &report->benchmarks, fixture_blank_benchmark(arena));
	report_add_up(arena, report);
	return report;
}

/* A report in a format, on the heap. NULL and the error when the format refuses. */
static inline char *fixture_format(const char *format, const struct report *report,
				   const struct format_options *options, struct error *err)
{
	char *bytes = NULL;
	size_t len;
	FILE *stream = open_memstream(&bytes, &len);
	int failed = format_find(format)->write(report, options, stream, err);

	fclose(stream);
	if (failed) {
		free(bytes);
		return NULL;
	}
	return bytes;
}

#endif
