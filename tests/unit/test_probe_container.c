/* Containers of a tree at rest, by the data root alone. */
#include "container_tree.h"

#include "collect/collect.h"

static void data_root_alone_gives_the_whole_population(void **state _unused_)
{
	_cleanup_(host_cleanup) struct host *host = NULL;
	_cleanup_(facts_cleanup) struct facts *facts = NULL;
	struct request request = {.everything = true};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	assert_int_equal(host_open(TEST_SRCDIR "/tests/fixtures/docker-20.10/root", &host, NULL),
			 0);
	assert_int_equal(collect_facts(host, &request, NULL, NULL, &facts, NULL), 0);
	assert_int_equal(facts_population(facts, SCOPE_CONTAINER)->state, FACT_PRESENT);
	assert_int_equal(facts_population(facts, SCOPE_IMAGE)->state, FACT_PRESENT);
	assert_non_null(strstr(facts_population(facts, SCOPE_CONTAINER)->origin,
			       "/var/lib/docker/containers"));
	assert_int_equal(count(facts, SCOPE_CONTAINER), 8);
	assert_int_equal(count(facts, SCOPE_IMAGE), 4);
	assert_string_equal(
		fixture_shown(arena, find(facts, "vanilla"), "container.seccomp.profile"),
		"\"unconfined\"");
	assert_string_equal(fixture_shown(arena, find(facts, "everything"), "container.privileged"),
			    "true");
}

static void run_at_rest(struct probe_tree *tree)
{
	tree->request.everything = true;
	tree_run(tree, &probe_container);
}

static void tree_without_engine_is_unsupported(void **state)
{
	run_at_rest(*state);
	assert_population(*state, FACT_UNSUPPORTED, NULL);
	assert_int_equal(count(((struct probe_tree *)*state)->facts, SCOPE_CONTAINER), 0);
}

static void damaged_container_is_listed_and_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", "{\"Name\":\"/a\"", 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", HOST_CONFIG, 0600);
	tree_file(tree, CONTAINER(B) "/config.v2.json", CONFIG("b"), 0600);
	run_at_rest(tree);
	assert_population(tree, FACT_PRESENT, ROOT "/containers");
	assert_int_equal(count(tree->facts, SCOPE_CONTAINER), 2);
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "container.user"), "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "container.ports"), "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "container.apparmor.profile"),
			    "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "container.privileged"), "true");
	assert_string_equal(shown(tree, "b", "container.user"), "\"7\"");
	assert_string_equal(shown(tree, "b", "container.privileged"), "!unreadable");
	assert_string_equal(shown(tree, "b", "container.seccomp.profile"), "!unreadable");
	assert_string_equal(shown(tree, "b", "container.mounts"), "!unreadable");
}

static void what_is_no_container_is_left_out(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, CONTAINER(A)); /* being made or removed */
	tree_file(tree, CONTAINER("name") "/config.v2.json", CONFIG("name"), 0600);
	tree_file(tree, CONTAINER(A "a") "/config.v2.json", CONFIG("long"), 0600);
	tree_file(tree, CONTAINER("notes"), "x", 0600);
	run_at_rest(tree);
	assert_population(tree, FACT_PRESENT, NULL);
	assert_int_equal(count(tree->facts, SCOPE_CONTAINER), 0);
}

static void data_root_without_containers_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;
	const struct fact_side *population;

	tree_folder(tree, ROOT "/volumes");
	run_at_rest(tree);
	assert_population(tree, FACT_UNREADABLE, NULL);
	population = facts_population(tree->facts, SCOPE_CONTAINER);
	assert_non_null(strstr(population->reason, "no engine runs"));
	assert_non_null(strstr(population->reason, "has no folder containers"));
}

static void remapped_homes_are_read_too(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/docker/daemon.json",
		  "{\"data-root\":\"/data\",\"userns-remap\":\"default\"}", 0644);
	tree_folder(tree, "/data/containers");
	tree_file(tree, "/data/100000.100000/containers/" A "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, "/data/100000.100000/containers/" A "/hostconfig.json",
		  "{\"UsernsMode\":\"\"}", 0600);
	tree_folder(tree, "/data/1.x/containers/" B);
	run_at_rest(tree);
	assert_population(tree, FACT_PRESENT, "/data/containers");
	assert_string_equal(shown(tree, "a", "container.namespaces.user"), "\"private\"");
	assert_int_equal(facts_side(find(tree->facts, "a"), "container.namespaces.user", SIDE_PLAIN)
				 ->notes.count,
			 0);
}

static void unreadable_configuration_makes_the_data_root_a_guess(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/etc/docker/daemon.json", "{\"data-root\":", 0644);
	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", HOST_CONFIG, 0600);
	run_at_rest(tree);
	assert_population(tree, FACT_UNREADABLE, NULL);
	assert_string_equal(shown(tree, "a", "container.privileged"), "true");
}

static const struct {
	const char *word;
	size_t count;
} choices[] = {{"a", 1}, {"/a", 1}, {"b", 1}, {"bbbb", 1}, {A, 1}, {"aaab", 0}, {"", 0}, {"A", 0}};

static void containers_are_chosen_by_name_or_id(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(B) "/config.v2.json", CONFIG("other"), 0600);
	for (size_t i = 0; i < COUNT(choices); i++) {
		facts_free(tree->facts);
		tree->facts = facts_new();
		tree->request.containers.count = 0;
		vec_push(tree->arena, &tree->request.containers, choices[i].word);
		run_at_rest(tree);
		if (count(tree->facts, SCOPE_CONTAINER) != choices[i].count)
			fail_msg("%s", choices[i].word);
	}
}

/* {stated source, what leads there} */
static void sources_of_mounts_are_followed(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/etc");
	tree_folder(tree, "/usr/share/zoneinfo/Etc");
	tree_file(tree, "/usr/share/zoneinfo/Etc/UTC", "", 0644);
	tree_link(tree, "/etc/localtime", "/usr/share/zoneinfo/Etc/UTC");
	tree_folder(tree, "/srv");
	tree_link(tree, "/srv/innocent\x01", "../etc");
	tree_file(tree, CONTAINER(A) "/config.v2.json",
		  "{\"Name\":\"/a\",\"MountPoints\":{"
		  "\"/1\":{\"Type\":\"bind\",\"Source\":\"/srv/"
		  "innocent\\u0001\",\"Destination\":\"/1\",\"RW\":false},"
		  "\"/2\":{\"Type\":\"bind\",\"Source\":\"/etc/localtime\",\"Destination\":\"/"
		  "2\",\"RW\":false},"
		  "\"/3\":{\"Type\":\"bind\",\"Source\":\"/gone\",\"Destination\":\"/"
		  "3\",\"RW\":false}}}",
		  0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", "{}", 0600);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.mounts"),
			    "[{\"type\":\"bind\",\"source\":\"/etc\",\"destination\":\"/"
			    "1\",\"writable\":false,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"bind\",\"source\":\"/etc/localtime\",\"destination\":\"/"
			    "2\",\"writable\":false,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"bind\",\"source\":\"/gone\",\"destination\":\"/"
			    "3\",\"writable\":false,\"propagation\":\"rprivate\"}]");
	assert_string_equal(
		facts_side(find(tree->facts, "a"), "container.mounts", SIDE_PLAIN)->notes.items[0],
		"/1: /srv/innocent\\x01 leads to /etc");
}

static void source_that_cannot_be_followed_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/srv");
	tree_link(tree, "/srv/loop", "loop");
	tree_file(tree, CONTAINER(A) "/config.v2.json",
		  "{\"Name\":\"/a\",\"MountPoints\":{\"/1\":{\"Type\":\"bind\",\"Source\":\"/srv/"
		  "loop\",\"Destination\":\"/1\",\"RW\":false}}}",
		  0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", "{}", 0600);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.mounts"), "!unreadable");
}

static void limit_beyond_int64_is_read(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json",
		  "{\"Memory\":67108864,\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1024,\"Hard\":"
		  "18446744073709551615}]}",
		  0600);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.ulimits"),
			    "[{\"name\":\"nofile\",\"soft\":1024,\"hard\":\"unlimited\"}]");
	assert_string_equal(shown(tree, "a", "container.cgroup.memory_max"), "67108864");
}

static void apparmor_of_the_kernel_decides(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json",
		  "{\"Name\":\"/"
		  "a\",\"AppArmorProfile\":\"docker-default\",\"State\":{\"StartedAt\":\"2026-01-"
		  "01T00:00:00Z\"}}",
		  0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", "{}", 0600);
	tree_file(
		tree, CONTAINER(B) "/config.v2.json",
		"{\"Name\":\"/"
		"b\",\"AppArmorProfile\":\"\",\"State\":{\"StartedAt\":\"2026-01-01T00:00:00Z\"}}",
		0600);
	tree_file(tree, CONTAINER(B) "/hostconfig.json", "{}", 0600);
	tree_file(tree, "/sys/module/apparmor/parameters/enabled", "Y\n", 0444);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.apparmor.profile"), "\"docker-default\"");
	assert_string_equal(shown(tree, "b", "container.apparmor.profile"), "\"unconfined\"");
	tree_file(tree, "/sys/module/apparmor/parameters/enabled", "N\n", 0644);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.apparmor.profile"), "!unsupported");
}

static const struct {
	const char *config;  /* daemon.json */
	const char *profile; /* /etc/docker/profile.json */
	const char *seccomp;
	const char *ports;
} daemons[] = {
	{"{}", "", "\"default\"", "0.0.0.0"},
	{"{\"ip\":\"10.0.0.1\"}", "", "\"default\"", "10.0.0.1"},
	{"{\"seccomp-profile\":\"builtin\"}", "", "\"default\"", "0.0.0.0"},
	{"{\"seccomp-profile\":\"unconfined\"}", "", "\"unconfined\"", "0.0.0.0"},
	{"{\"seccomp-profile\":\"/etc/docker/profile.json\"}",
	 "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[]}", "\"unconfined\"", "0.0.0.0"},
	{"{\"seccomp-profile\":\"/etc/docker/profile.json\"}",
	 "{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", "\"custom\"", "0.0.0.0"},
	{"{\"seccomp-profile\":\"/etc/docker/gone.json\"}", "", "\"custom\"", "0.0.0.0"},
	{"{\"seccomp-profile\":{}}", "", "!unreadable", "0.0.0.0"},
};

static void defaults_of_the_daemon_reach_the_container(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json",
		  "{\"PortBindings\":{\"1/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"1\"}]}}", 0600);
	for (size_t i = 0; i < COUNT(daemons); i++) {
		tree_file(tree, "/etc/docker/daemon.json", daemons[i].config, 0644);
		tree_file(tree, "/etc/docker/profile.json", daemons[i].profile, 0644);
		run_at_rest(tree);
		assert_string_equal(shown(tree, "a", "container.seccomp.profile"),
				    daemons[i].seccomp);
		assert_non_null(strstr(shown(tree, "a", "container.ports"), daemons[i].ports));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_root_alone_gives_the_whole_population),
		TEST(tree_without_engine_is_unsupported),
		TEST(damaged_container_is_listed_and_unreadable),
		TEST(what_is_no_container_is_left_out),
		TEST(data_root_without_containers_is_unreadable),
		TEST(remapped_homes_are_read_too),
		TEST(unreadable_configuration_makes_the_data_root_a_guess),
		TEST(containers_are_chosen_by_name_or_id),
		TEST(sources_of_mounts_are_followed),
		TEST(source_that_cannot_be_followed_is_unreadable),
		TEST(limit_beyond_int64_is_read),
		TEST(apparmor_of_the_kernel_decides),
		TEST(defaults_of_the_daemon_reach_the_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
