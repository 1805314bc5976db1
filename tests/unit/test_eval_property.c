/* What holds for every check and every state of the facts, tried on random trees with a fixed seed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "eval/eval.h"

#define CASES 10000
#define DEPTH_MAX 4

static uint64_t state;

static unsigned dice(unsigned sides)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % sides;
}

static const struct field_decl file_fields[] = {
	{"path", VALUE_STRING, "a path"}, {"mode", VALUE_MODE, "bits"}, {"group", VALUE_STRING, "a name"}, {0},
};
static const struct fact_decl flag_decl = {.name = "t.flag.*", .type = VALUE_BOOL, .scope = SCOPE_HOST};
static const struct fact_decl pair_decl = {.name = "t.pair.*", .type = VALUE_INT, .scope = SCOPE_HOST, .two_sided = true};
static const struct fact_decl list_decl = {.name = "t.list.*", .type = VALUE_STRINGS, .scope = SCOPE_HOST, .two_sided = true};
static const struct fact_decl file_decl = {
	.name = "file.*", .type = VALUE_RECORDS, .scope = SCOPE_HOST, .fields = file_fields, .any_scope = true};
static const struct fact_decl setting_decl = {
	.name = "t.setting.*", .scope = SCOPE_HOST, .program = "t", .config_file_fact = "t.config_file"};
static const struct fact_decl config_decl = {.name = "t.config_file", .type = VALUE_STRING, .scope = SCOPE_HOST};

/* One side of a fact of the random host. */
struct cell {
	const struct fact_decl *decl;
	const char *name;
	enum side side;
	struct fact_side what;
};
static struct cell cells[] = {
	{&flag_decl, "t.flag.a", SIDE_PLAIN, {0}},      {&flag_decl, "t.flag.b", SIDE_PLAIN, {0}},
	{&flag_decl, "t.flag.c", SIDE_PLAIN, {0}},      {&pair_decl, "t.pair.a", SIDE_DECLARED, {0}},
	{&pair_decl, "t.pair.a", SIDE_EFFECTIVE, {0}},  {&pair_decl, "t.pair.b", SIDE_DECLARED, {0}},
	{&pair_decl, "t.pair.b", SIDE_EFFECTIVE, {0}},  {&list_decl, "t.list.a", SIDE_DECLARED, {0}},
	{&list_decl, "t.list.a", SIDE_EFFECTIVE, {0}},  {&file_decl, "file./a", SIDE_PLAIN, {0}},
	{&file_decl, "file./b", SIDE_PLAIN, {0}},       {&file_decl, "file./c", SIDE_PLAIN, {0}},
	{&setting_decl, "t.setting.a", SIDE_PLAIN, {0}}, {&config_decl, "t.config_file", SIDE_PLAIN, {0}},
};
#define CELL_COUNT (sizeof cells / sizeof *cells)

static struct value random_rows(struct arena *arena)
{
	static const int64_t modes[] = {0600, 0644, 0666};
	struct value rows = {.type = VALUE_RECORDS};

	for (unsigned count = dice(3); count; count--) {
		struct record row = {0};

		record_set(arena, &row, "path", value_string("/x"));
		record_set(arena, &row, "mode", value_typed_int(VALUE_MODE, modes[dice(3)]));
		if (dice(2))
			record_set(arena, &row, "group", value_string(dice(2) ? "root" : "docker"));
		vec_push(arena, &rows.records, row);
	}
	return rows;
}

static struct value random_value(struct arena *arena, const struct fact_decl *decl)
{
	static const char *const words[] = {"a", "b", "c"};
	struct strings items = {0};

	if (decl->type == VALUE_BOOL)
		return value_bool(dice(2));
	if (decl->type == VALUE_STRING)
		return value_string("/etc/t");
	if (decl->type == VALUE_RECORDS)
		return random_rows(arena);
	if (decl->type != VALUE_STRINGS)
		return value_int(dice(3));
	for (unsigned count = dice(3); count; count--)
		vec_push(arena, &items, words[dice(3)]);
	return value_strings(items);
}

static struct facts *facts; /* of the case at hand */

static void put(const struct cell *cell, struct fact_side what)
{
	facts_put(facts, facts_host(facts), cell->decl, cell->name, cell->side, what);
}

static void random_facts(struct arena *arena)
{
	for (size_t i = 0; i < CELL_COUNT; i++) {
		enum fact_state state_of = dice(2) ? FACT_PRESENT : dice(FACT_STATE_COUNT);

		cells[i].what = side_missing(state_of, "somewhere", NULL);
		if (state_of == FACT_PRESENT)
			cells[i].what = side_present(random_value(arena, cells[i].decl), "somewhere");
		put(&cells[i], cells[i].what);
	}
}

static enum result random_result(void)
{
	return (enum result)dice(RESULT_COUNT);
}

static struct test random_test(struct arena *arena, enum op op, struct value operand)
{
	struct test test = {.has_if_absent = dice(2), .if_absent = random_result()};
	struct condition condition = {.op = op, .param = -1, .operand = operand};

	if (!dice(5)) {
		condition.op = OP_EXISTS;
		condition.operand = value_bool(dice(2));
	}
	vec_push(arena, &test.conditions, condition);
	return test;
}

static void add_field(struct arena *arena, struct field_tests *tests, const char *field, struct test test)
{
	enum value_type type = strcmp(field, "mode") == 0 ? VALUE_MODE : VALUE_STRING;

	vec_push(arena, tests, ((struct field_test){field, type, test}));
}

static void flag_leaf(struct arena *arena, struct check *check)
{
	check->decl = &flag_decl;
	check->fact = cells[dice(3)].name;
	check->type = VALUE_BOOL;
	check->plain = random_test(arena, OP_EQ, value_bool(dice(2)));
}

static void pair_leaf(struct arena *arena, struct check *check)
{
	static const enum op ops[] = {OP_EQ, OP_NE, OP_LT, OP_GE};

	check->decl = &pair_decl;
	check->fact = cells[3 + dice(4)].name;
	check->type = VALUE_INT;
	if (dice(2)) {
		check->plain = random_test(arena, ops[dice(4)], value_int(dice(3)));
		return;
	}
	for (int side = 0; side < SIDE_COUNT; side++)
		if (dice(3) || side == SIDE_EFFECTIVE)
			check->sides[side] = random_test(arena, ops[dice(4)], value_int(dice(3)));
}

static void each_leaf(struct arena *arena, struct check *check)
{
	check->kind = CHECK_EACH;
	check->decl = &list_decl;
	check->fact = "t.list.a";
	check->type = VALUE_STRINGS;
	check->if_empty = random_result();
	check->plain.has_if_absent = dice(2);
	check->plain.if_absent = random_result();
	add_field(arena, &check->must, "item", random_test(arena, OP_NE, value_string("a")));
	if (dice(2))
		add_field(arena, &check->filter, "item", random_test(arena, OP_NE, value_string("b")));
}

static void file_leaf(struct arena *arena, struct check *check)
{
	check->kind = CHECK_FILE;
	check->decl = &file_decl;
	check->type = VALUE_RECORDS;
	check->if_empty = random_result();
	check->first_of = dice(2);
	for (unsigned count = 1 + dice(3); count; count--)
		vec_push(arena, &check->files, cells[9 + dice(3)].name);
	add_field(arena, &check->must, "mode", random_test(arena, OP_NO_LOOSER_THAN, value_typed_int(VALUE_MODE, 0644)));
	add_field(arena, &check->must, "group", random_test(arena, OP_EQ, value_string("root")));
	if (dice(2))
		add_field(arena, &check->filter, "group", random_test(arena, OP_EQ, value_string("docker")));
}

static void setting_leaf(struct arena *arena, struct check *check)
{
	check->kind = CHECK_SETTING;
	check->decl = &setting_decl;
	check->fact = "t.setting.a";
	check->type = VALUE_INT;
	check->plain = random_test(arena, OP_EQ, value_int(dice(3)));
	check->has_default = dice(2);
	check->default_by_config_file = dice(2);
	check->default_with_config = value_int(dice(3));
	check->default_without_config = value_int(dice(3));
}

static struct check *random_check(struct arena *arena, unsigned depth)
{
	static void (*const leaves[])(struct arena *arena, struct check *check) = {
		flag_leaf, flag_leaf, pair_leaf, each_leaf, file_leaf, setting_leaf,
	};
	static const enum check_kind branches[] = {CHECK_ALL, CHECK_ANY, CHECK_NONE};
	static const enum result otherwise[] = {RESULT_FAIL, RESULT_FAIL, RESULT_FAIL, RESULT_MANUAL, RESULT_NOT_APPLICABLE};
	struct check *check = ARENA_NEW(arena, struct check);

	check->otherwise = otherwise[dice(5)];
	if (depth == DEPTH_MAX || !dice(3)) {
		leaves[dice(6)](arena, check);
		return check;
	}
	check->kind = branches[dice(3)];
	for (unsigned count = 1 + dice(3); count; count--)
		vec_push(arena, &check->children, random_check(arena, depth + 1));
	return check;
}

static struct finding evaluate(struct arena *arena, const struct check *check)
{
	struct rule rule = {.slug = "random", .check = check, .scope = SCOPE_HOST};
	struct eval_rule what = {.rule = &rule};
	struct finding finding;

	eval_subject(arena, &what, NULL, facts_host(facts), &finding);
	return finding;
}

static void reverse_children(struct check *check)
{
	size_t count = check->children.count;

	vec_each(child, &check->children)
		reverse_children(*child);
	for (size_t i = 0; i < count / 2; i++) {
		struct check *first = check->children.items[i];

		check->children.items[i] = check->children.items[count - 1 - i];
		check->children.items[count - 1 - i] = first;
	}
}

/* Run `holds` on fresh random checks and facts; each case has an arena of its own. */
static void for_random_cases(uint64_t seed, void (*holds)(struct arena *arena, struct check *check))
{
	state = seed;
	for (int i = 0; i < CASES; i++) {
		_cleanup_(arena_cleanup) struct arena *arena = arena_new();

		facts = facts_new();
		random_facts(arena);
		holds(arena, random_check(arena, 0));
		facts_free(facts);
	}
}

static void same_twice(struct arena *arena, struct check *check)
{
	struct finding first = evaluate(arena, check), second = evaluate(arena, check);

	assert_int_equal(first.result, second.result);
	assert_string_equal(first.message, second.message);
	assert_int_equal(first.evidence.count, second.evidence.count);
	for (size_t i = 0; i < first.evidence.count; i++) {
		const struct evidence *a = &first.evidence.items[i], *b = &second.evidence.items[i];

		assert_string_equal(a->fact, b->fact);
		assert_int_equal(a->result, b->result);
		assert_true(value_equal(&a->value, &b->value));
		assert_true(text_eq(a->expected, b->expected) && text_eq(a->reason, b->reason));
	}
}

static void same_reversed(struct arena *arena, struct check *check)
{
	struct finding before = evaluate(arena, check);

	reverse_children(check);
	assert_int_equal(evaluate(arena, check).result, before.result);
}

/* Knowing less never changes a verdict, it can only take it away. */
static void blind_is_same_or_error(struct arena *arena, struct check *check)
{
	enum result before = evaluate(arena, check).result;

	for (int tries = 0; tries < 2; tries++) {
		struct cell *cell = &cells[dice(CELL_COUNT)];
		enum result after;

		put(cell, side_missing(FACT_UNREADABLE, "somewhere", "permission denied"));
		after = evaluate(arena, check).result;
		if (after != before && after != RESULT_ERROR)
			fail_msg("a check went from %s to %s without %s", result_name(before), result_name(after), cell->name);
		put(cell, cell->what);
	}
}

/* Every finding says something, and an error, fail or pass of a check shows its evidence. */
static void decided_has_evidence(struct arena *arena, struct check *check)
{
	struct finding finding = evaluate(arena, check);

	assert_true(finding.message && *finding.message);
	assert_null(strchr(finding.message, '\n'));
	assert_true(finding.evidence.count > 0);
	vec_each(evidence, &finding.evidence) {
		assert_non_null(evidence->expected);
		assert_int_equal(evidence->value.type == VALUE_UNSET, evidence->state != FACT_PRESENT);
	}
}

static size_t seen[RESULT_COUNT];

static void count_result(struct arena *arena, struct check *check)
{
	seen[evaluate(arena, check).result]++;
}

static void all_results_occur(void **unused _unused_)
{
	for_random_cases(5, count_result);
	for (int result = 0; result < RESULT_COUNT; result++)
		assert_true(seen[result] > CASES / 100);
}

static void evaluation_is_deterministic(void **unused _unused_)
{
	for_random_cases(1, same_twice);
}

static void order_of_children_never_matters(void **unused _unused_)
{
	for_random_cases(2, same_reversed);
}

static void unreadable_never_turns_a_result_into_another(void **unused _unused_)
{
	for_random_cases(3, blind_is_same_or_error);
}

static void every_finding_has_message_and_evidence(void **unused _unused_)
{
	for_random_cases(4, decided_has_evidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_results_occur),
		cmocka_unit_test(evaluation_is_deterministic),
		cmocka_unit_test(order_of_children_never_matters),
		cmocka_unit_test(unreadable_never_turns_a_result_into_another),
		cmocka_unit_test(every_finding_has_message_and_evidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
