/* Fact names: states, scopes, the catalogue of declarations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/fact.h"

static const struct fact_decl decls[] = {
	{.name = "host.sysctl.*", .type = VALUE_INT, .two_sided = true},
	{.name = "host.name", .type = VALUE_STRING},
	{.name = "file.*", .type = VALUE_RECORDS, .any_scope = true},
	{.name = "daemon.setting.*", .scope = SCOPE_DAEMON, .program = "dockerd"},
	{.name = "host.sysctl.special", .type = VALUE_STRING},
	{.name = "host.*", .type = VALUE_STRING},
	{.name = "container.privileged", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
	{.name = NULL},
};

static struct catalogue *full(struct arena *arena)
{
	struct catalogue *catalogue = catalogue_new(arena);

	for (const struct fact_decl *decl = decls; decl->name; decl++)
		catalogue_add(catalogue, decl);
	return catalogue;
}

static void scope_and_state_names_go_both_ways(void **state _unused_)
{
	enum scope scope_back;
	enum fact_state state_back;

	for (enum scope scope = SCOPE_HOST; scope < SCOPE_COUNT; scope++) {
		assert_true(scope_from_name(scope_name(scope), &scope_back));
		assert_int_equal(scope_back, scope);
	}
	for (enum fact_state each = FACT_PRESENT; each < FACT_STATE_COUNT; each++) {
		assert_true(fact_state_from_name(fact_state_name(each), &state_back));
		assert_int_equal(state_back, each);
	}
	assert_string_equal(scope_plural(SCOPE_IMAGE), "images");
	assert_string_equal(fact_state_name(FACT_NOT_COLLECTED), "not_collected");
	assert_false(scope_from_name("hosts", &scope_back));
	assert_false(fact_state_from_name("Present", &state_back));
}

static void declarations_come_sorted_by_name(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct catalogue *catalogue = full(arena);

	assert_int_equal(catalogue_count(catalogue), 7);
	assert_string_equal(catalogue_at(catalogue, 0)->name, "container.privileged");
	for (size_t i = 1; i < catalogue_count(catalogue); i++)
		assert_true(strcmp(catalogue_at(catalogue, i - 1)->name, catalogue_at(catalogue, i)->name) < 0);
}

static void member_belongs_to_the_longest_family(void **state _unused_)
{
	static const struct {
		const char *name;
		const char *found;
	} rows[] = {
		{"host.name", "host.name"},
		{"host.sysctl.kernel.kptr_restrict", "host.sysctl.*"},
		{"host.sysctl.*", "host.sysctl.*"},
		{"host.sysctl.special", "host.sysctl.special"},
		{"host.sysctl.special.more", "host.sysctl.*"},
		{"host.sysctl.", "host.*"},
		{"host.sysctl", "host.*"},
		{"host.names", "host.*"},
		{"host.", NULL},
		{"host", NULL},
		{"file./etc/docker", "file.*"},
		{"file.{docker.data_root}/containers", "file.*"},
		{"container.privileged", "container.privileged"},
		{"container.privileged.x", NULL},
		{"", NULL},
	};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct catalogue *catalogue = full(arena);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact_decl *found = catalogue_find(catalogue, rows[i].name);

		if (!text_eq(found ? found->name : NULL, rows[i].found))
			fail_msg("%s: %s", rows[i].name, found ? found->name : "(none)");
	}
}

static void settings_are_found_by_program(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct catalogue *catalogue = full(arena);

	assert_string_equal(catalogue_settings_of(catalogue, "dockerd")->name, "daemon.setting.*");
	assert_null(catalogue_settings_of(catalogue, "kubelet"));
}

static void nearest_name_corrects_a_slip(void **state _unused_)
{
	static const struct fact_decl few[] = {
		{.name = "host.sysctl.*"}, {.name = "container.privileged"}, {.name = "daemon.config_file"}};
	static const struct {
		const char *name;
		const char *nearest;
	} rows[] = {
		{"container.priviledged", "container.privileged"},
		{"daemon.configfile", "daemon.config_file"},
		{"host.sysctls.kernel.kptr_restrict", "host.sysctl.kernel.kptr_restrict"},
		{"hots.sysctl.net.ipv4.ip_forward", "host.sysctl.net.ipv4.ip_forward"},
		{"host.sysctl", NULL},
		{"something.else.altogether", NULL},
		{"", NULL},
	};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct catalogue *catalogue = catalogue_new(arena);

	for (size_t i = 0; i < sizeof few / sizeof *few; i++)
		catalogue_add(catalogue, &few[i]);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *nearest = catalogue_nearest(catalogue, rows[i].name);

		if (!text_eq(nearest, rows[i].nearest))
			fail_msg("%s: %s", rows[i].name, nearest ? nearest : "(none)");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scope_and_state_names_go_both_ways),
		cmocka_unit_test(declarations_come_sorted_by_name),
		cmocka_unit_test(member_belongs_to_the_longest_family),
		cmocka_unit_test(settings_are_found_by_program),
		cmocka_unit_test(nearest_name_corrects_a_slip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
