/* What the system call filters of containers let pass, as the kernel has them. */
#include "checks/container_seccomp.h"
#include "checks/seccomp_beyond.h"

#define FACT(fact_name, fact_type, fact_about)                                                     \
	{                                                                                          \
		.name = "container.seccomp." fact_name, .type = VALUE_##fact_type, .scope = SCOPE_CONTAINER,       \
		.about = fact_about, .source = "ptrace(2) PTRACE_SECCOMP_GET_FILTER, seccomp(2)"               \
	}

static const struct field_decl danger_fields[] = {
	{"call", VALUE_STRING, "the system call, with the argument that makes it dangerous"},
	{"abi", VALUE_STRING, "the interface it passes on: x86_64, x32, i386, aarch64, arm"},
	{"verdict", VALUE_STRING, "allow, log, depends, maybe (could not be told), notify or trace (another process decides)"},
	{"condition", VALUE_STRING, "depends: the arguments that pass"},
	{"witness", VALUE_STRING, "the call with arguments that pass"},
	{0},
};
static const struct field_decl hole_fields[] = {
	{"call", VALUE_STRING, "the system call"},
	{"argument", VALUE_INT, "which argument, from 0"},
	{"witness", VALUE_STRING, "the call with arguments that pass though the kernel takes them for refused ones"},
	{0},
};

static const struct fact_decl facts[] = {
	FACT("enforces", BOOL, "every thread has filters that refuse at least one system call of this host"),
	FACT("allowed", STRINGS, "system calls that pass whatever their arguments, on the host's own interface; on some thread"),
	FACT("conditional", STRINGS, "system calls that pass with some arguments, or of which it could not be told"),
	FACT("notified", STRINGS, "system calls that another process decides about"),
	FACT("dangerous", STRINGS, "dangerous system calls that pass on some interface, perhaps under a condition"),
	{.name = "container.seccomp.dangers",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "each dangerous system call that is not refused, by interface",
	 .source = "ptrace(2) PTRACE_SECCOMP_GET_FILTER, seccomp(2)",
	 .fields = danger_fields},
	FACT("other_abis", STRINGS, "interfaces other than the host's own on which some system call passes: i386, x32, arm"),
	{.name = "container.seccomp.holes",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "refusals that compare 64 bits of an argument of which the kernel uses 32, and so can be passed",
	 .source = "ptrace(2) PTRACE_SECCOMP_GET_FILTER, seccomp(2) CAVEATS",
	 .fields = hole_fields},
	FACT("instructions", INT, "length of the filters of the thread with the shortest"),
	FACT("hash", STRINGS, "for each distinct stack of filters a number that is the same wherever its programs are"),
	{.name = "container.seccomp.beyond_declared",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "system calls that the live filters let pass and those of the container's OCI configuration would not",
	 .source = "ptrace(2) PTRACE_SECCOMP_GET_FILTER; config.json linux.seccomp",
	 .fields = seccomp_beyond_fields},
	{0},
};

struct telling {
	struct arena *arena;
	const struct container_seccomp *seccomp;
	struct strings notes;
};

static void note(struct telling *telling, const char *text)
{
	vec_push(telling->arena, &telling->notes, text);
}

/* The harder on the caller the lower. */
static int mildness(const struct seccomp_answer *answer)
{
	static const int ranks[SECCOMP_CLASSES] = {
		[SECCOMP_ALLOW] = 6,  [SECCOMP_LOG] = 5,   [SECCOMP_DEPENDS] = 4,
		[SECCOMP_MAYBE] = 3, [SECCOMP_TRACE] = 2, [SECCOMP_NOTIFY] = 1,
	};

	return ranks[answer->class];
}

static void tell(const struct telling *telling, unsigned parts)
{
	vec_each(known, &telling->seccomp->stacks)
		seccomp_summary_tell((*known)->summary, telling->arena, parts);
}

/* ---- calls --------------------------------------------------------------------------------------- */

/* Names of the host's own interface whose mildest answer on any thread is one of these classes. */
static struct value calls_that(struct telling *telling, unsigned classes)
{
	struct value value = {.type = VALUE_STRINGS};

	tell(telling, SECCOMP_SUMMARY_CALLS);
	const struct seccomp_abi_summary *first = &telling->seccomp->stacks.items[0]->summary->abis.items[0];
	for (size_t i = 0; i < first->calls.count; i++) {
		const struct seccomp_answer *mildest = &first->calls.items[i].answer;

		vec_each(known, &telling->seccomp->stacks) {
			const struct seccomp_answer *answer = &(*known)->summary->abis.items[0].calls.items[i].answer;

			if (mildness(answer) > mildness(mildest))
				mildest = answer;
		}
		if (!first->calls.items[i].name || !(classes & (1u << mildest->class)))
			continue;
		vec_push(telling->arena, &value.strings, first->calls.items[i].name);
		if (mildest->class == SECCOMP_MAYBE || mildest->class == SECCOMP_DEPENDS)
			note(telling, arena_printf(telling->arena, "%s %s", first->calls.items[i].name,
						   seccomp_solve_text(telling->arena, mildest)));
	}
	strings_sort(&value.strings);
	return value;
}

static struct value allowed_value(struct telling *telling)
{
	return calls_that(telling, 1u << SECCOMP_ALLOW | 1u << SECCOMP_LOG);
}

static struct value conditional_value(struct telling *telling)
{
	return calls_that(telling, 1u << SECCOMP_DEPENDS | 1u << SECCOMP_MAYBE);
}

static struct value notified_value(struct telling *telling)
{
	return calls_that(telling, 1u << SECCOMP_NOTIFY | 1u << SECCOMP_TRACE);
}

static struct value enforces_value(struct telling *telling)
{
	size_t count;
	const struct syscalls_abi *abi = syscalls_abis(&count);
	bool enforces = true;

	vec_each(known, &telling->seccomp->stacks)
		enforces = enforces && seccomp_summary_refuses(&(*known)->stack, telling->arena, abi);
	if (!enforces && telling->seccomp->stacks.items[0]->stack.count)
		note(telling, "there are filters, and they refuse nothing");
	return value_bool(enforces);
}

static struct value other_abis_value(struct telling *telling)
{
	struct value value = {.type = VALUE_STRINGS};
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	for (size_t i = 1; i < count; i++) {
		const char *call = NULL;

		vec_each(known, &telling->seccomp->stacks)
			call = call ? call : seccomp_summary_passes(&(*known)->stack, telling->arena, &abis[i]);
		if (!call)
			continue;
		vec_push(telling->arena, &value.strings, abis[i].name);
		note(telling, arena_printf(telling->arena, "%s: %s and perhaps others, where the kernel has that interface",
					   abis[i].name, call));
	}
	return value;
}

/* ---- dangers ------------------------------------------------------------------------------------- */

/* The rows of all stacks are the same calls in the same order. */
static const struct seccomp_danger *mildest_danger(const struct telling *telling, size_t index)
{
	const struct seccomp_danger *mildest = NULL;

	vec_each(known, &telling->seccomp->stacks) {
		const struct seccomp_danger *danger = &(*known)->summary->dangers.items[index];

		if (!mildest || mildness(&danger->answer) > mildness(&mildest->answer))
			mildest = danger;
	}
	return mildest;
}

static size_t dangers_count(const struct telling *telling)
{
	tell(telling, SECCOMP_SUMMARY_DANGERS);
	return telling->seccomp->stacks.items[0]->summary->dangers.count;
}

static struct value dangerous_value(struct telling *telling)
{
	struct value value = {.type = VALUE_STRINGS};

	for (size_t i = 0; i < dangers_count(telling); i++) {
		const struct seccomp_danger *danger = mildest_danger(telling, i);

		if (mildness(&danger->answer) < mildness(&(struct seccomp_answer){.class = SECCOMP_MAYBE}))
			continue;
		strings_add_unique(telling->arena, &value.strings, danger->name);
		if (danger->answer.class == SECCOMP_DEPENDS || danger->answer.class == SECCOMP_MAYBE)
			note(telling, arena_printf(telling->arena, "%s on %s %s", danger->name, danger->abi->name,
						   seccomp_solve_text(telling->arena, &danger->answer)));
	}
	return value;
}

static struct record danger_row(struct arena *arena, const struct seccomp_danger *danger)
{
	const struct seccomp_answer *answer = &danger->answer;
	struct record row = {0};

	record_set(arena, &row, "call", value_string(danger->name));
	record_set(arena, &row, "abi", value_string(danger->abi->name));
	record_set(arena, &row, "verdict", value_string(seccomp_filter_class_name(answer->class)));
	if (answer->condition)
		record_set(arena, &row, "condition", value_string(answer->condition));
	if (answer->allowing_known)
		record_set(arena, &row, "witness",
			   value_string(seccomp_condition_call(arena, syscalls_name(danger->abi, danger->nr),
							       &answer->allowing)));
	return row;
}

static struct value dangers_value(struct telling *telling)
{
	struct value value = {.type = VALUE_RECORDS};

	for (size_t i = 0; i < dangers_count(telling); i++) {
		const struct seccomp_danger *danger = mildest_danger(telling, i);

		if (mildness(&danger->answer))
			vec_push(telling->arena, &value.records, danger_row(telling->arena, danger));
	}
	return value;
}

static struct value holes_value(struct telling *telling)
{
	struct value value = {.type = VALUE_RECORDS};
	struct strings seen = {0};

	tell(telling, SECCOMP_SUMMARY_HOLES);
	vec_each(known, &telling->seccomp->stacks) {
		vec_each(hole, &(*known)->summary->holes) {
			struct record row = {0};
			const char *key = arena_printf(telling->arena, "%s %u %s", hole->name, hole->arg, hole->text);

			if (strings_has(&seen, key))
				continue;
			vec_push(telling->arena, &seen, key);
			record_set(telling->arena, &row, "call", value_string(hole->name));
			record_set(telling->arena, &row, "argument", value_int(hole->arg));
			record_set(telling->arena, &row, "witness", value_string(hole->text));
			vec_push(telling->arena, &value.records, row);
		}
	}
	return value;
}

/* ---- the programs -------------------------------------------------------------------------------- */

static struct value instructions_value(struct telling *telling)
{
	size_t fewest = SIZE_MAX;

	vec_each(known, &telling->seccomp->stacks)
		fewest = (*known)->instructions < fewest ? (*known)->instructions : fewest;
	return value_int((int64_t)fewest);
}

static struct value hash_value(struct telling *telling)
{
	struct value value = {.type = VALUE_STRINGS};

	vec_each(known, &telling->seccomp->stacks)
		if ((*known)->stack.count)
			vec_push(telling->arena, &value.strings, (*known)->name);
	return value;
}

/* ---- the table ----------------------------------------------------------------------------------- */

static const struct row {
	const char *fact;
	struct value (*tell)(struct telling *telling);
} rows[] = {
	{"container.seccomp.enforces", enforces_value},   {"container.seccomp.allowed", allowed_value},
	{"container.seccomp.conditional", conditional_value}, {"container.seccomp.notified", notified_value},
	{"container.seccomp.dangerous", dangerous_value}, {"container.seccomp.dangers", dangers_value},
	{"container.seccomp.other_abis", other_abis_value}, {"container.seccomp.holes", holes_value},
	{"container.seccomp.instructions", instructions_value}, {"container.seccomp.hash", hash_value},
};
#define BEYOND "container.seccomp.beyond_declared"

/* What is told of a set of stacks, for all containers that have it: "FACT KEY" → struct telling's result. */
struct told {
	struct value value;
	struct strings notes;
};

static void *open_told(struct probe_context *ctx)
{
	return strmap_new(facts_arena(ctx->facts));
}

static const struct service told_service = {
	.name = "filter facts",
	.open = open_told,
};

static const struct told *told_of(const struct container_facts *of, const struct container_seccomp *seccomp, const struct row *row)
{
	struct strmap *all = probe_service(of->ctx, &told_service);
	const char *key = arena_printf(of->arena, "%s%s", row->fact, seccomp->key);
	struct told *told = strmap_get(all, key);

	if (told)
		return told;
	struct telling telling = {.arena = of->arena, .seccomp = seccomp};
	told = ARENA_NEW(of->arena, struct told);
	told->value = row->tell(&telling);
	told->notes = telling.notes;
	strmap_put(all, key, told);
	return told;
}

static struct fact_side side_of(const struct container_facts *of, const struct container_seccomp *seccomp, const struct row *row)
{
	const struct told *told = told_of(of, seccomp, row);
	struct fact_side side = side_present(told->value, seccomp->origin);

	vec_each(text, &seccomp->notes)
		vec_push(of->arena, &side.notes, *text);
	vec_each(text, &told->notes)
		vec_push(of->arena, &side.notes, *text);
	return side;
}

static struct fact_side beyond_side(const struct container_facts *of, const struct container_seccomp *seccomp)
{
	struct oci_bundles *bundles = probe_service(of->ctx, &oci_bundles_service);
	struct oci_bundle *bundle = oci_bundles_of(bundles, of->container);
	struct oci_config config;

	if (!bundle && bundles->state == FACT_PRESENT && strcmp(of->container->runtime, "unknown") == 0)
		return side_missing(FACT_ABSENT, bundles->origin, "nobody declares it");
	if (!bundle)
		return side_missing(FACT_UNREADABLE, bundles->origin, bundles->reason ? bundles->reason : "its bundle was not found");
	oci_config_load(bundles, bundle, &config);
	struct fact_side side = seccomp_beyond_side(of, seccomp, &config);

	oci_config_unload(&config);
	return side;
}

static void record(struct container_facts *of)
{
	struct container_seccomp seccomp = {.state = of->known.state};

	if (of->known.state == FACT_PRESENT)
		seccomp = container_seccomp_look(of);
	if (of->known.state == FACT_PRESENT && seccomp.state != FACT_PRESENT)
		of->known = side_missing(seccomp.state, seccomp.origin, seccomp.reason);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (probe_wants(of->ctx, rows[i].fact))
			container_facts_put(of, rows[i].fact, SIDE_PLAIN,
					    of->known.state == FACT_PRESENT ? side_of(of, &seccomp, &rows[i]) : of->known);
	if (probe_wants(of->ctx, BEYOND))
		container_facts_put(of, BEYOND, SIDE_PLAIN,
				    of->known.state == FACT_PRESENT ? beyond_side(of, &seccomp) : of->known);
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	for (const struct fact_decl *decl = facts; decl->name; decl++)
		if (probe_wants(ctx, decl->name)) {
			container_facts_each(ctx, record);
			break;
		}
	return 0;
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_seccomp = {
	.name = "seccomp",
	.about = "what the system call filters of containers let pass",
	.facts = facts,
	.after = after,
	.collect = collect,
};
