/* Lists among dockerd's options, by flag and by file; a profile that cannot be asked for. */
#include "dockerd_tree.h"

extern const struct probe probe_options;

static const struct row {
	const char *about;
	struct dockerd_tree tree;
	const char *fact;
	const char *shown; /* value, rows as NAME=SOFT:HARD, or state */
} rows[] = {
	{"limits by flag", {.words = "dockerd --default-ulimit nofile=1024:4096 --default-ulimit nproc=512"}, "daemon.default_ulimits",
	 "nofile=1024:4096 nproc=512:512"},
	{"limits by file", {.config = "{\"default-ulimits\": {\"nofile\": {\"Name\": \"nofile\", \"Soft\": 1, \"Hard\": 2}}}"},
	 "daemon.default_ulimits", "nofile=1:2"},
	{"-1 is no limit", {.words = "dockerd --default-ulimit core=0:-1"}, "daemon.default_ulimits", "core=0:unlimited"},
	{"an empty object sets nothing", {.config = "{\"default-ulimits\": {}}"}, "daemon.default_ulimits", ""},
	{"null is not set", {.config = "{\"default-ulimits\": null}"}, "daemon.default_ulimits", "absent"},
	{"no limits", {.words = NULL}, "daemon.default_ulimits", "absent"},
	{"a limit without a number", {.words = "dockerd --default-ulimit nofile"}, "daemon.default_ulimits", "unreadable"},
	{"a limit that is none", {.words = "dockerd --default-ulimit nofile=many"}, "daemon.default_ulimits", "unreadable"},
	{"a limit with too much behind it", {.words = "dockerd --default-ulimit nofile=1:2:3"}, "daemon.default_ulimits", "unreadable"},
	{"a file that changed", {.config = "{}", .changed = true}, "daemon.default_ulimits", "unreadable"},
	{"options of storage", {.words = "dockerd --storage-opt dm.basesize=20G --storage-opt=dm.fs=xfs"}, "daemon.storage_options",
	 "[dm.basesize=20G, dm.fs=xfs]"},
	{"options of storage by file", {.config = "{\"storage-opts\": [\"dm.basesize=20G\"]}"}, "daemon.storage_options", "[dm.basesize=20G]"},
	{"options of logs keep no secrets", {.config = "{\"log-opts\": {\"splunk-token\": \"x\", \"splunk-url\": \"https://u:p@s\"}}"},
	 "daemon.log_options", "[splunk-token=(redacted), splunk-url=https://(redacted)@s]"},
	{"a profile that cannot be asked for", {.words = NULL}, "daemon.seccomp_profile", "unreadable"},
};

static const char *shown(struct probe_tree *tree, const struct fact_side *side)
{
	const char *text = "";

	if (side->state != FACT_PRESENT || side->value.type != VALUE_RECORDS)
		return dockerd_shown(tree, side);
	for (size_t i = 0; i < side->value.records.count; i++)
		text = arena_printf(tree->arena, "%s%s%s=%s:%s", text, i ? " " : "", tree_field(tree, side, i, "name"),
				    tree_field(tree, side, i, "soft"), tree_field(tree, side, i, "hard"));
	return text;
}

static void options_are_taken_apart(_unused_ void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		dockerd_add(tree, &rows[i].tree);
		tree_want(tree, rows[i].fact);
		tree_run(tree, &probe_options);
		const char *found = shown(tree, facts_side(dockerd_subject(tree, 0), rows[i].fact, SIDE_PLAIN));
		if (strcmp(found, rows[i].shown) != 0)
			fail_msg("%s: %s, not %s", rows[i].about, found, rows[i].shown);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(options_are_taken_apart)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
