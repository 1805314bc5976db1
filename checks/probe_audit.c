#include <sys/utsname.h>

#include "checks/audit_rules.h"
#include "model/probe.h"

#define WATCH "host.audit.watch.*"
#define AT_REST "a tree at rest has no running kernel"

static const struct fact_decl declarations[] = {
	{
		.name = "host.audit.enabled",
		.type = VALUE_BOOL,
		.scope = SCOPE_HOST,
		.about = "the kernel makes audit records",
		.source = "AUDIT_GET of netlink(7) audit; auditctl(8) -e",
	},
	{
		.name = "host.audit.daemon",
		.type = VALUE_BOOL,
		.scope = SCOPE_HOST,
		.about = "a program such as auditd takes the kernel's audit records",
		.source = "AUDIT_GET of netlink(7) audit; auditctl(8) -s",
	},
	{
		.name = "host.audit.lost",
		.type = VALUE_INT,
		.scope = SCOPE_HOST,
		.about = "audit records that were dropped since the kernel started",
		.source = "AUDIT_GET of netlink(7) audit; auditctl(8) -s",
		.unstable = true,
	},
	{
		.name = WATCH,
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.two_sided = true,
		.about = "kinds of access to a path that are recorded whoever the caller is: r, w, x, a (attributes); declared by rule files, "
			 "effective by loaded rules; absent when the path does not exist",
		.source = "audit.rules(7), auditctl(8), augenrules(8); AUDIT_LIST_RULES",
		.member = "absolute path of a file or folder, which may hold {fact} templates; links in it are followed",
		.any_scope = true,
	},
	{0},
};

/* The two lists, read once; a list that could not be read has a side that stands for every answer. */
struct audit {
	struct probe_context *ctx;
	struct arena *arena;
	struct audit_rules rules[SIDE_COUNT];
	struct fact_side missing[SIDE_COUNT]; /* state PRESENT when there is a list */
	unsigned abis;
};

/* ---- the rule files ------------------------------------------------------------------------------------------ */

static void read_declared(struct audit *audit)
{
	struct error err = {0};

	audit->missing[SIDE_DECLARED].state = FACT_PRESENT;
	if (audit_files_read(audit->ctx->host, audit->arena, &audit->rules[SIDE_DECLARED], &err) < 0) {
		audit->missing[SIDE_DECLARED] = side_from_error(audit->arena, &err, "/etc/audit");
		audit->missing[SIDE_DECLARED].state = FACT_UNREADABLE;
	}
}

/* ---- the kernel ---------------------------------------------------------------------------------------------- */

/* audit=0, off or n on the kernel's command line: then there is no audit socket at all (kernel/audit.c, audit_enable). */
static bool is_off_at_boot(struct audit *audit)
{
	bool off = false;
	char *text, *word;

	if (host_read(audit->ctx->host, "/proc/cmdline", HOST_READ_SMALL, audit->arena, &text, NULL, NULL) < 0)
		return false;
	while ((word = strsep(&text, " \n")) != NULL)
		if (text_starts(word, "audit="))
			off = strcmp(word + 6, "0") == 0 || strcmp(word + 6, "off") == 0 || strcmp(word + 6, "n") == 0;
	return off;
}

/* Built without CONFIG_AUDIT, when not even the file is there that comes with it (fs/proc/base.c). */
static bool is_not_built(struct audit *audit, const struct error *err)
{
	struct stat st;

	return err->code == ERROR_UNSUPPORTED && host_stat(audit->ctx->host, "/proc/self/status", true, &st, NULL) == 0 &&
	       host_stat(audit->ctx->host, "/proc/self/loginuid", true, &st, NULL) < 0;
}

/* Nothing is recorded, and that is known: no rules, not enabled. */
static void set_off(struct audit *audit, const char *origin)
{
	audit->rules[SIDE_EFFECTIVE] = (struct audit_rules){.enabled_origin = origin, .origin = origin};
	audit->missing[SIDE_EFFECTIVE].state = FACT_PRESENT;
}

static void resolve_all(struct audit *audit, struct audit_rules *rules)
{
	vec_each(rule, &rules->list)
		audit_files_resolve(audit->ctx->host, audit->arena, rule);
}

static void read_effective(struct audit *audit)
{
	struct fact_side *missing = &audit->missing[SIDE_EFFECTIVE];
	struct audit_rules *rules = &audit->rules[SIDE_EFFECTIVE];
	struct error err = {0};

	if (!host_is_live(audit->ctx->host)) {
		*missing = side_missing(FACT_UNSUPPORTED, "AUDIT_LIST_RULES", AT_REST);
	} else if (audit_netlink_read(audit->arena, audit->ctx->request->deadline_ms, rules, &err) == 0) {
		missing->state = FACT_PRESENT;
		resolve_all(audit, rules);
	} else if (is_off_at_boot(audit)) {
		set_off(audit, "/proc/cmdline audit=");
	} else if (is_not_built(audit, &err)) {
		set_off(audit, "a kernel built without auditing");
	} else {
		*missing = side_from_error(audit->arena, &err, "AUDIT_LIST_RULES");
		missing->state = FACT_UNREADABLE;
	}
}

static void put_status(const struct audit *audit, const char *name, struct value value, const char *origin)
{
	struct fact_side side = audit->missing[SIDE_EFFECTIVE];

	if (side.state == FACT_PRESENT)
		side = side_present(value, origin);
	side.notes = audit->rules[SIDE_EFFECTIVE].notes;
	if (probe_wants(audit->ctx, name))
		probe_put(audit->ctx, facts_host(audit->ctx->facts), name, NULL, SIDE_PLAIN, side);
}

static void put_all_status(const struct audit *audit)
{
	const struct audit_rules *rules = &audit->rules[SIDE_EFFECTIVE];

	put_status(audit, "host.audit.enabled", value_bool(rules->enabled), rules->enabled_origin);
	put_status(audit, "host.audit.daemon", value_bool(rules->daemon), "AUDIT_GET pid");
	put_status(audit, "host.audit.lost", value_int(rules->lost), "AUDIT_GET lost");
}

/* ---- one watched path ---------------------------------------------------------------------------------------- */

/* What a member stands for on one subject: paths that exist, none when `why` says what is missing. */
struct watched {
	VEC(struct audit_target) targets;
	struct fact_side why;
};

static bool add_target(const struct audit *audit, const char *path, struct watched *ret)
{
	struct audit_target target = {.abis = audit->abis};
	struct error err = {0};
	struct stat st;
	char *real;

	if (host_realpath(audit->ctx->host, path, audit->arena, &real, &err) < 0 ||
	    host_stat(audit->ctx->host, real, true, &st, &err) < 0) {
		ret->why = side_from_error(audit->arena, &err, path);
		if (err.code == ERROR_NOT_FOUND)
			ret->why.reason = "does not exist";
		return err.code == ERROR_NOT_FOUND;
	}
	target.path = real;
	target.directory = S_ISDIR(st.st_mode);
	vec_push(audit->arena, &ret->targets, target);
	return true;
}

/* A template may give several paths: those that exist all count. One that cannot be looked at spoils the answer. */
static void find_targets(const struct audit *audit, const struct subject *subject, const char *member, struct watched *ret)
{
	struct strings paths = {0};

	*ret = (struct watched){.why = side_missing(FACT_ABSENT, NULL, "names no path")};
	if (probe_expand(audit->ctx, subject, member, &paths, &ret->why) < 0)
		return;
	vec_each(path, &paths)
		if (!add_target(audit, *path, ret)) {
			ret->targets.count = 0;
			return;
		}
}

static void add_notes(struct arena *arena, struct strings *notes, const struct strings *more)
{
	vec_each(text, more)
		strings_add_unique(arena, notes, *text);
}

static struct fact_side decide(const struct audit *audit, enum side side, const struct watched *watched)
{
	unsigned letters = AUDIT_LETTERS_ALL;
	struct strings notes = {0};
	const char *origin = NULL;

	if (audit->missing[side].state != FACT_PRESENT)
		return audit->missing[side];
	vec_each(target, &watched->targets) {
		struct audit_answer answer;

		audit_rules_decide(audit->arena, &audit->rules[side], target, &answer);
		letters &= answer.letters;
		add_notes(audit->arena, &notes, &answer.notes);
		if (!origin || !answer.letters)
			origin = answer.origin;
	}
	add_notes(audit->arena, &notes, &audit->rules[side].notes);
	struct fact_side what = side_present(value_strings(audit_rules_letters(audit->arena, letters)), origin);
	what.notes = notes;
	return what;
}

static void put_watch(const struct audit *audit, struct subject *subject, const char *member)
{
	struct watched watched;

	find_targets(audit, subject, member, &watched);
	for (enum side side = SIDE_DECLARED; side < SIDE_COUNT; side++)
		probe_put(audit->ctx, subject, WATCH, member, side,
			  watched.targets.count ? decide(audit, side, &watched) : watched.why);
}

/* ---- whose fact it is ---------------------------------------------------------------------------------------- */

/* The innermost scope that the templates name; a fact's scope is its name up to the first dot. */
static enum scope scope_of(struct arena *arena, const char *member)
{
	enum scope deepest = SCOPE_HOST;

	for (const char *open = strchr(member, '{'); open; open = strchr(open + 1, '{')) {
		enum scope scope;

		if (scope_from_name(arena_strndup(arena, open + 1, strcspn(open + 1, ".}")), &scope) && scope > deepest)
			deepest = scope;
	}
	return deepest;
}

static void put_member(const struct audit *audit, const char *member)
{
	enum scope scope = scope_of(audit->arena, member);

	if (scope == SCOPE_HOST)
		put_watch(audit, facts_host(audit->ctx->facts), member);
	for (size_t i = 0; scope != SCOPE_HOST && i < facts_subject_count(audit->ctx->facts); i++) {
		struct subject *subject = facts_subject_at(audit->ctx->facts, i);

		if (subject->scope == scope)
			put_watch(audit, subject, member);
	}
}

static unsigned native_abis(void)
{
	struct utsname names;

	return uname(&names) == 0 ? audit_rules_machine_abis(names.machine) : AUDIT_ABIS_ALL;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct audit audit = {.ctx = ctx, .arena = facts_arena(ctx->facts), .abis = native_abis()};
	struct strings members = probe_members(ctx, WATCH);

	read_effective(&audit);
	put_all_status(&audit);
	if (members.count)
		read_declared(&audit);
	vec_each(member, &members)
		put_member(&audit, *member);
	return 0;
}

/* Templates name facts of daemons. */
static const char *const after[] = {"dockerd", "engine", NULL};

const struct probe probe_audit = {
	.name = "audit",
	.about = "audit rules",
	.facts = declarations,
	.after = after,
	.collect = collect,
};
