#include "checks/seccomp_beyond.h"

#include <jansson.h>

#include "checks/docker_values.h"
#include "checks/seccomp_compare.h"
#include "checks/seccomp_profile.h"

const struct field_decl seccomp_beyond_fields[] = {
	{"call", VALUE_STRING, "the system call"},
	{"abi", VALUE_STRING, "the interface: x86_64, x32, i386, aarch64, arm"},
	{"witness", VALUE_STRING, "the call with arguments that show it"},
	{"declared", VALUE_STRING, "what the declared filter answers: errno 1, kill, notify, …"},
	{"live", VALUE_STRING, "what the live one answers: allow, log"},
	{0},
};

/* Of one run: what was built of which text, what was compared with what. */
struct beyond {
	struct strmap *profiles; /* text of linux.seccomp → struct seccomp_known */
	struct strmap *pairs;    /* "LIVE DECLARED" → struct compared */
};
struct compared {
	struct value rows;
	struct strings notes;
	const char *unclear; /* nothing found, and not all could be followed */
};

static void *open_beyond(struct probe_context *ctx)
{
	struct beyond *beyond = ARENA_NEW(facts_arena(ctx->facts), struct beyond);

	beyond->profiles = strmap_new(facts_arena(ctx->facts));
	beyond->pairs = strmap_new(facts_arena(ctx->facts));
	return beyond;
}

static const struct service beyond_service = {
	.name = "declared filters",
	.open = open_beyond,
};

/* ---- the declared filter ------------------------------------------------------------------------- */

static struct seccomp_known *build(const struct container_facts *of, struct beyond *beyond, const json_t *profile,
				   struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct seccomp_stacks *stacks = container_seccomp_stacks(of->ctx);
	struct seccomp_program program;
	struct seccomp_known *known;
	char *text;

	if (!profile || json_is_null(profile))
		return seccomp_stacks_none(stacks);
	text = json_dumps(profile, JSON_COMPACT);
	if (!text) {
		error_set(err, ERROR_MALFORMED, "linux.seccomp cannot be taken");
		return NULL;
	}
	known = strmap_get(beyond->profiles, text);
	if (!known && seccomp_profile_build(scratch, profile, &program, err) == 0) {
		known = seccomp_stacks_add(stacks, &(struct seccomp_stack){&program, 1}, err);
		if (known)
			strmap_put(beyond->profiles, arena_strdup(of->arena, text), known);
	}
	free(text);
	return known;
}

/* ---- the comparison ------------------------------------------------------------------------------ */

static const char *answer_text(struct arena *arena, uint32_t ret)
{
	uint32_t value;
	enum seccomp_class class = seccomp_filter_class(ret, &value);

	if (class == SECCOMP_ERRNO)
		return arena_printf(arena, "%s %u", seccomp_filter_class_name(class), value);
	return seccomp_filter_class_name(class);
}

static void add_row(struct arena *arena, struct compared *compared, const struct seccomp_difference *difference)
{
	struct record row = {0};

	record_set(arena, &row, "call", value_string(difference->name));
	record_set(arena, &row, "abi", value_string(difference->abi->name));
	record_set(arena, &row, "witness", value_string(seccomp_condition_call(arena, difference->name, &difference->witness)));
	record_set(arena, &row, "declared", value_string(answer_text(arena, difference->ret[1])));
	record_set(arena, &row, "live", value_string(answer_text(arena, difference->ret[0])));
	vec_push(arena, &compared->rows.records, row);
}

static void fold(struct arena *arena, struct compared *ret, const struct seccomp_comparison *comparison)
{
	size_t beyond = 0, within = 0;

	vec_each(difference, &comparison->differences) {
		if (!difference->first_allows)
			within++;
		else if (++beyond <= SECCOMP_BEYOND_ROWS_MAX)
			add_row(arena, ret, difference);
	}
	if (beyond > SECCOMP_BEYOND_ROWS_MAX)
		vec_push(arena, &ret->notes, arena_printf(arena, "and %zu more", beyond - SECCOMP_BEYOND_ROWS_MAX));
	if (within)
		vec_push(arena, &ret->notes,
			 arena_printf(arena, "the other way round the live filters refuse %zu that the declared one lets pass", within));
	if (comparison->unclear.count)
		vec_push(arena, &ret->notes, arena_printf(arena, "of %zu it could not be told, %s among them",
							  comparison->unclear.count, comparison->unclear.items[0]));
	if (comparison->unclear.count && !beyond)
		ret->unclear = ret->notes.items[ret->notes.count - 1];
}

static void compare(struct arena *arena, const struct container_seccomp *seccomp, const struct seccomp_known *declared,
		    struct compared *ret)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	size_t count;
	const struct syscalls_abi *abis = syscalls_abis(&count);

	ret->rows.type = VALUE_RECORDS;
	vec_each(known, &seccomp->stacks) {
		_cleanup_(seccomp_walker_cleanup) struct seccomp_walker *walker = seccomp_walker_new();
		struct seccomp_comparison comparison = {0};

		if (*known == declared)
			continue;
		for (size_t i = 0; i < count; i++)
			seccomp_compare(walker, scratch, &abis[i], &(*known)->stack, &declared->stack, &comparison);
		vec_each(difference, &comparison.differences)
			difference->name = arena_strdup(arena, difference->name);
		fold(arena, ret, &comparison);
	}
}

static const struct compared *compared_of(const struct container_facts *of, struct beyond *beyond,
					  const struct container_seccomp *seccomp, const struct seccomp_known *declared)
{
	const char *key = arena_printf(of->arena, "%s / %p", seccomp->key, (const void *)declared);
	struct compared *compared = strmap_get(beyond->pairs, key);

	if (!compared) {
		compared = ARENA_NEW(of->arena, struct compared);
		compare(of->arena, seccomp, declared, compared);
		strmap_put(beyond->pairs, key, compared);
	}
	return compared;
}

struct fact_side seccomp_beyond_side(const struct container_facts *of, const struct container_seccomp *seccomp,
				     const struct oci_config *config)
{
	struct beyond *beyond = probe_service(of->ctx, &beyond_service);
	const struct seccomp_known *declared;
	struct error err = {0};

	if (!config->document)
		return side_missing(FACT_UNREADABLE, config->path, config->reason);
	if (!json_is_object(json_object_get(config->document, "linux")))
		return side_missing(FACT_UNREADABLE, config->path, "it is no OCI configuration for Linux");
	declared = build(of, beyond, docker_values_at(config->document, "linux.seccomp"), &err);
	if (!declared)
		return side_missing(FACT_UNREADABLE, config->path, text_safe(of->arena, err.text, strlen(err.text)));
	const struct compared *compared = compared_of(of, beyond, seccomp, declared);

	if (compared->unclear)
		return side_missing(FACT_UNREADABLE, config->path, compared->unclear);
	struct fact_side side = side_present(compared->rows, config->path);

	vec_each(text, &seccomp->notes)
		vec_push(of->arena, &side.notes, *text);
	vec_each(text, &compared->notes)
		vec_push(of->arena, &side.notes, *text);
	if (!declared->stack.count)
		vec_push(of->arena, &side.notes, "no filter is declared");
	return side;
}
