/* Capability names, and what an engine leaves in the bounding set. */
#include "probe_tree.h"

#include "checks/capabilities.h"

static const char *const names[][2] = {
	{"CAP_NET_ADMIN", "net_admin"},
	{"NET_ADMIN", "net_admin"},
	{"net_admin", "net_admin"},
	{"Cap_Sys_Admin", "sys_admin"},
	{"ALL", "all"},
	{"CAP_ALL", "all"},
	{"CAP_NEXT", "next"},
	{"", ""},
	{"a\nb", "a\\x0Ab"},
};

static void names_are_lower_case_without_prefix(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT(names); i++)
		assert_string_equal(capabilities_name(arena, names[i][0]), names[i][1]);
}

#define DEFAULT                                                                                    \
	"[audit_write, chown, dac_override, fowner, fsetid, kill, mknod, net_bind_service, "       \
	"net_raw, setfcap, setgid, setpcap, "                                                      \
	"setuid, sys_chroot]"

/* Lists are comma-separated; last 3 keeps "everything" short: chown, dac_override, dac_read_search, fowner. */
static const struct {
	const char *added;
	const char *dropped;
	bool privileged;
	const char *bounding;
} rows[] = {
	{"", "", false, DEFAULT},
	{"", "all", false, "[]"},
	{"chown,kill", "all", false, "[chown, kill]"},
	{"all", "", false, "[chown, dac_override, dac_read_search, fowner]"},
	{"all", "chown", false, "[dac_override, dac_read_search, fowner]"},
	{"all", "all", false, "[chown, dac_override, dac_read_search, fowner]"},
	{"", "all", true, "[chown, dac_override, dac_read_search, fowner]"},
	{"sys_admin",
	 "mknod,net_raw,audit_write,setfcap,setgid,setpcap,setuid,sys_chroot,kill,fsetid", false,
	 "[chown, dac_override, fowner, net_bind_service, sys_admin]"},
	{"mknod", "mknod,net_raw,audit_write,setfcap,setgid,setpcap,setuid,sys_chroot,kill,fsetid",
	 false, "[chown, dac_override, fowner, mknod, net_bind_service]"},
};

static struct strings split(struct arena *arena, const char *list)
{
	struct strings words = {0};
	char *save = NULL;

	for (char *word = strtok_r(arena_strdup(arena, list), ",", &save); word;
	     word = strtok_r(NULL, ",", &save))
		vec_push(arena, &words, word);
	return words;
}

static void bounding_set_follows_the_engine(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strings added = split(arena, rows[i].added),
			       dropped = split(arena, rows[i].dropped);
		struct value value = value_strings(
			capabilities_bounding(arena, &added, &dropped, rows[i].privileged, 3));

		assert_string_equal(value_display(arena, &value, 0), rows[i].bounding);
	}
}

static void capabilities_beyond_the_library_count_as_well(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	struct strings none = {0};

	assert_int_equal(capabilities_bounding(arena, &none, &none, true, 63).count, 64);
}

static const struct {
	const char *text; /* NULL: no such file */
	int last;         /* -1: what this build knows */
} kernels[] = {{"40\n", 40}, {"37\n", 37}, {"0", 0}, {"64\n", -1},
	       {"-1\n", -1}, {"x\n", -1},  {"", -1}, {NULL, -1}};

static void last_capability_is_the_kernels(void **state)
{
	struct probe_tree *tree = *state;
	int known = capabilities_last(tree->host, tree->arena);

	assert_true(known >= 37);
	for (size_t i = 0; i < COUNT(kernels); i++) {
		if (kernels[i].text)
			tree_file(tree, "/proc/sys/kernel/cap_last_cap", kernels[i].text, 0444);
		else
			remove(tree_path(tree, "/proc/sys/kernel/cap_last_cap"));
		assert_int_equal(capabilities_last(tree->host, tree->arena),
				 kernels[i].last < 0 ? known : kernels[i].last);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_lower_case_without_prefix),
		cmocka_unit_test(bounding_set_follows_the_engine),
		cmocka_unit_test(capabilities_beyond_the_library_count_as_well),
		cmocka_unit_test_setup_teardown(last_capability_is_the_kernels, tree_setup,
						tree_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
