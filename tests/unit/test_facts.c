/* The store of facts: subjects, parents, sides, populations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/facts.h"

static const struct fact_decl name_decl = {.name = "host.name", .type = VALUE_STRING};
static const struct fact_decl sysctl_decl = {.name = "host.sysctl.*", .type = VALUE_INT, .two_sided = true};
static const struct fact_decl setting_decl = {.name = "daemon.setting.*", .scope = SCOPE_DAEMON, .program = "dockerd"};
static const struct fact_decl version_decl = {.name = "daemon.version", .type = VALUE_VERSION, .scope = SCOPE_DAEMON};

static void subjects_are_unique_by_scope_and_id(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *host = facts_host(facts);
	struct subject *container = facts_subject(facts, SCOPE_CONTAINER, "x", "web", host);
	struct subject *image = facts_subject(facts, SCOPE_IMAGE, "x", NULL, host);

	assert_ptr_not_equal(container, image);
	assert_ptr_equal(facts_subject(facts, SCOPE_CONTAINER, "x", "other", NULL), container);
	assert_ptr_equal(facts_host(facts), host);
	assert_string_equal(container->name, "web");
	assert_string_equal(image->name, "x");
	assert_string_equal(host->id, "host");
	assert_int_equal(facts_subject_count(facts), 3);
	assert_ptr_equal(facts_subject_at(facts, 0), host);
	assert_ptr_equal(facts_subject_at(facts, 2), image);
	assert_ptr_equal(facts_find_subject(facts, SCOPE_IMAGE, "x"), image);
	assert_null(facts_find_subject(facts, SCOPE_DAEMON, "x"));
}

static void names_from_outside_are_made_safe(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *subject = facts_subject(facts, SCOPE_CONTAINER, "a\nb", "\x1b[0m", NULL);

	assert_string_equal(subject->id, "a\\x0Ab");
	assert_string_equal(subject->name, "\\x1B[0m");
	assert_ptr_equal(facts_subject(facts, SCOPE_CONTAINER, "a\nb", NULL, NULL), subject);
}

static void fact_is_found_on_the_nearest_parent(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *host = facts_host(facts);
	struct subject *daemon = facts_subject(facts, SCOPE_DAEMON, "d", NULL, host);
	struct subject *container = facts_subject(facts, SCOPE_CONTAINER, "c", NULL, daemon);

	facts_put(facts, host, &name_decl, NULL, SIDE_PLAIN, side_present(value_string("outer"), NULL));
	assert_string_equal(facts_side(container, "host.name", SIDE_PLAIN)->value.string, "outer");
	facts_put(facts, daemon, &name_decl, NULL, SIDE_PLAIN, side_present(value_string("inner"), NULL));
	assert_string_equal(facts_side(container, "host.name", SIDE_PLAIN)->value.string, "inner");
	assert_string_equal(facts_side(host, "host.name", SIDE_PLAIN)->value.string, "outer");
	assert_null(facts_get(container, "host.other"));
}

static void nobody_recorded_is_not_collected(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	const struct fact_side *side = facts_side(facts_host(facts), "host.name", SIDE_PLAIN);

	assert_int_equal(side->state, FACT_NOT_COLLECTED);
	assert_null(side->reason);
}

static void sides_are_kept_apart(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *host = facts_host(facts);
	char name[] = "host.sysctl.kernel.x";

	facts_put(facts, host, &sysctl_decl, name, SIDE_EFFECTIVE, side_present(value_int(2), "/proc/sys/kernel/x"));
	name[0] = '\0'; /* the store has its own copy */

	const struct fact *fact = facts_get(host, "host.sysctl.kernel.x");

	assert_true(fact->two_sided);
	assert_int_equal(fact->type, VALUE_INT);
	assert_ptr_equal(fact->decl, &sysctl_decl);
	assert_int_equal(fact->sides[SIDE_DECLARED].state, FACT_NOT_COLLECTED);
	assert_int_equal(fact->sides[SIDE_EFFECTIVE].value.integer, 2);

	struct fact_side *side = facts_put(facts, host, &sysctl_decl, "host.sysctl.kernel.x", SIDE_DECLARED,
					   side_missing(FACT_ABSENT, "sysctl.d", NULL));

	vec_push(facts_arena(facts), &side->notes, "a note");
	assert_int_equal(fact->sides[SIDE_DECLARED].notes.count, 1);
	assert_int_equal(fact->sides[SIDE_EFFECTIVE].state, FACT_PRESENT);
}

static void second_record_replaces_the_first(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *host = facts_host(facts);

	facts_put(facts, host, &name_decl, NULL, SIDE_PLAIN, side_present(value_string("a"), NULL));
	facts_put(facts, host, &name_decl, NULL, SIDE_PLAIN, side_missing(FACT_UNREADABLE, NULL, "why"));
	assert_int_equal(strmap_count(host->facts), 1);
	assert_int_equal(facts_side(host, "host.name", SIDE_PLAIN)->state, FACT_UNREADABLE);
}

static void setting_takes_the_type_of_its_value(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *daemon = facts_subject(facts, SCOPE_DAEMON, "d", NULL, facts_host(facts));

	facts_put(facts, daemon, &setting_decl, "daemon.setting.icc", SIDE_PLAIN, side_missing(FACT_ABSENT, NULL, NULL));
	assert_int_equal(facts_get(daemon, "daemon.setting.icc")->type, VALUE_UNSET);
	facts_put(facts, daemon, &setting_decl, "daemon.setting.icc", SIDE_PLAIN, side_present(value_bool(true), NULL));
	assert_int_equal(facts_get(daemon, "daemon.setting.icc")->type, VALUE_BOOL);
}

static void text_that_is_no_version_is_unreadable(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	struct subject *daemon = facts_subject(facts, SCOPE_DAEMON, "d", NULL, facts_host(facts));
	const struct fact_side *side;

	side = facts_put(facts, daemon, &version_decl, NULL, SIDE_PLAIN, side_present(value_version("dev"), "/version"));
	assert_int_equal(side->state, FACT_UNREADABLE);
	assert_string_equal(side->reason, "the text is not a version");
	assert_string_equal(side->origin, "/version");
}

static void populations_start_unknown_but_the_host(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();

	assert_int_equal(facts_population(facts, SCOPE_HOST)->state, FACT_PRESENT);
	for (enum scope scope = SCOPE_DAEMON; scope < SCOPE_COUNT; scope++)
		assert_int_equal(facts_population(facts, scope)->state, FACT_NOT_COLLECTED);
	facts_set_population(facts, SCOPE_CONTAINER, FACT_UNREADABLE, "/run/docker.sock", "timed\tout");
	assert_int_equal(facts_population(facts, SCOPE_CONTAINER)->state, FACT_UNREADABLE);
	assert_string_equal(facts_population(facts, SCOPE_CONTAINER)->reason, "timed\\x09out");
	facts_set_population(facts, SCOPE_CONTAINER, FACT_PRESENT, "/run/docker.sock", NULL);
	assert_int_equal(facts_population(facts, SCOPE_CONTAINER)->state, FACT_PRESENT);
	assert_null(facts_population(facts, SCOPE_CONTAINER)->reason);
	facts_set_population(facts, SCOPE_IMAGE, FACT_ABSENT, "/var/lib/docker", "no such folder");
	assert_int_equal(facts_population(facts, SCOPE_IMAGE)->state, FACT_UNREADABLE);
	facts_set_population(facts, SCOPE_HOST, FACT_UNREADABLE, NULL, NULL);
	assert_int_equal(facts_population(facts, SCOPE_HOST)->state, FACT_PRESENT);
}

static void errors_become_states(void **state _unused_)
{
	static const struct {
		enum error_code code;
		enum fact_state state;
	} rows[] = {
		{ERROR_NOT_FOUND, FACT_ABSENT},       {ERROR_UNSUPPORTED, FACT_UNSUPPORTED},
		{ERROR_DENIED, FACT_UNREADABLE},      {ERROR_SYSTEM, FACT_UNREADABLE},
		{ERROR_LIMIT, FACT_UNREADABLE},       {ERROR_TIMEOUT, FACT_UNREADABLE},
		{ERROR_MALFORMED, FACT_UNREADABLE},
	};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct error err = {.code = rows[i].code, .text = "why\n"};
		struct fact_side side = side_from_error(arena, &err, "/x");

		err.text[0] = '\0';
		assert_int_equal(side.state, rows[i].state);
		assert_string_equal(side.reason, "why\\x0A");
		assert_string_equal(side.origin, "/x");
	}
}

static void meta_texts_are_copied(void **state _unused_)
{
	_cleanup_(facts_cleanup) struct facts *facts = facts_new();
	char root[] = "/srv\x7f";

	assert_string_equal(facts_meta(facts)->root, "");
	facts_set_meta(facts, &(struct facts_meta){NULL, 5, root, true});
	root[0] = 'x';
	assert_string_equal(facts_meta(facts)->root, "/srv\\x7F");
	assert_string_equal(facts_meta(facts)->tool_version, "");
	assert_int_equal(facts_meta(facts)->collected_at, 5);
}

static void nothing_can_be_freed(void **state _unused_)
{
	facts_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subjects_are_unique_by_scope_and_id),
		cmocka_unit_test(names_from_outside_are_made_safe),
		cmocka_unit_test(fact_is_found_on_the_nearest_parent),
		cmocka_unit_test(nobody_recorded_is_not_collected),
		cmocka_unit_test(sides_are_kept_apart),
		cmocka_unit_test(second_record_replaces_the_first),
		cmocka_unit_test(setting_takes_the_type_of_its_value),
		cmocka_unit_test(text_that_is_no_version_is_unreadable),
		cmocka_unit_test(populations_start_unknown_but_the_host),
		cmocka_unit_test(errors_become_states),
		cmocka_unit_test(meta_texts_are_copied),
		cmocka_unit_test(nothing_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
