/* Which containers there are: by an engine that answers, answers badly or not at all, and in trees at rest. */
#include "docker_fixture.h"

#include "checks/dockerd_config.h"
#include "collect/collect.h"
#include "fake_docker.h"

extern const struct probe probe_image;

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define ROOT "/var/lib/docker"
#define CONTAINER(id) ROOT "/containers/" id
#define CONFIG(name) "{\"ID\":\"x\",\"Name\":\"/" name "\",\"Image\":\"sha256:x\",\"Config\":{\"User\":\"7\"},\"State\":{\"Running\":false}}"
#define HOST_CONFIG "{\"Privileged\":true}"

static const struct subject *find(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		if (subject->scope == SCOPE_CONTAINER && strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

static size_t count(const struct facts *facts, enum scope scope)
{
	size_t found = 0;

	for (size_t i = 0; i < facts_subject_count(facts); i++)
		found += facts_subject_at(facts, i)->scope == scope;
	return found;
}

static const char *shown(struct probe_tree *tree, const char *name, const char *fact)
{
	const struct subject *subject = find(tree->facts, name);

	assert_non_null(subject);
	return fixture_shown(tree->arena, subject, fact);
}

static void assert_population(const struct probe_tree *tree, enum fact_state state, const char *origin_part)
{
	const struct fact_side *population = facts_population(tree->facts, SCOPE_CONTAINER);

	assert_string_equal(fact_state_name(population->state), fact_state_name(state));
	if (origin_part && !strstr(population->origin, origin_part))
		fail_msg("origin %s", population->origin);
}

static void data_root_alone_gives_the_whole_population(void **state _unused_)
{
	_cleanup_(host_cleanup) struct host *host = NULL;
	_cleanup_(facts_cleanup) struct facts *facts = NULL;
	struct request request = {.everything = true};
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	assert_int_equal(host_open(TEST_SRCDIR "/tests/fixtures/docker-20.10/root", &host, NULL), 0);
	assert_int_equal(collect_facts(host, &request, NULL, NULL, &facts, NULL), 0);
	assert_int_equal(facts_population(facts, SCOPE_CONTAINER)->state, FACT_PRESENT);
	assert_int_equal(facts_population(facts, SCOPE_IMAGE)->state, FACT_PRESENT);
	assert_non_null(strstr(facts_population(facts, SCOPE_CONTAINER)->origin, "/var/lib/docker/containers"));
	assert_int_equal(count(facts, SCOPE_CONTAINER), 8);
	assert_int_equal(count(facts, SCOPE_IMAGE), 4);
	assert_string_equal(fixture_shown(arena, find(facts, "vanilla"), "container.seccomp.profile"), "\"unconfined\"");
	assert_string_equal(fixture_shown(arena, find(facts, "everything"), "container.privileged"), "true");
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
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "container.apparmor.profile"), "!unreadable");
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

	tree_file(tree, "/etc/docker/daemon.json", "{\"data-root\":\"/data\",\"userns-remap\":\"default\"}", 0644);
	tree_folder(tree, "/data/containers");
	tree_file(tree, "/data/100000.100000/containers/" A "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, "/data/100000.100000/containers/" A "/hostconfig.json", "{\"UsernsMode\":\"\"}", 0600);
	tree_folder(tree, "/data/1.x/containers/" B);
	run_at_rest(tree);
	assert_population(tree, FACT_PRESENT, "/data/containers");
	assert_string_equal(shown(tree, "a", "container.namespaces.user"), "\"private\"");
	assert_int_equal(facts_side(find(tree->facts, "a"), "container.namespaces.user", SIDE_PLAIN)->notes.count, 0);
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
		  "\"/1\":{\"Type\":\"bind\",\"Source\":\"/srv/innocent\\u0001\",\"Destination\":\"/1\",\"RW\":false},"
		  "\"/2\":{\"Type\":\"bind\",\"Source\":\"/etc/localtime\",\"Destination\":\"/2\",\"RW\":false},"
		  "\"/3\":{\"Type\":\"bind\",\"Source\":\"/gone\",\"Destination\":\"/3\",\"RW\":false}}}",
		  0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", "{}", 0600);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.mounts"),
			    "[{\"type\":\"bind\",\"source\":\"/etc\",\"destination\":\"/1\",\"writable\":false,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"bind\",\"source\":\"/etc/localtime\",\"destination\":\"/2\",\"writable\":false,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"bind\",\"source\":\"/gone\",\"destination\":\"/3\",\"writable\":false,\"propagation\":\"rprivate\"}]");
	assert_string_equal(facts_side(find(tree->facts, "a"), "container.mounts", SIDE_PLAIN)->notes.items[0],
			    "/1: /srv/innocent\\x01 leads to /etc");
}

static void source_that_cannot_be_followed_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/srv");
	tree_link(tree, "/srv/loop", "loop");
	tree_file(tree, CONTAINER(A) "/config.v2.json",
		  "{\"Name\":\"/a\",\"MountPoints\":{\"/1\":{\"Type\":\"bind\",\"Source\":\"/srv/loop\",\"Destination\":\"/1\",\"RW\":false}}}",
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
		  "{\"Memory\":67108864,\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1024,\"Hard\":18446744073709551615}]}", 0600);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.ulimits"),
			    "[{\"name\":\"nofile\",\"soft\":1024,\"hard\":\"unlimited\"}]");
	assert_string_equal(shown(tree, "a", "container.cgroup.memory_max"), "67108864");
}

static void apparmor_of_the_kernel_decides(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json",
		  "{\"Name\":\"/a\",\"AppArmorProfile\":\"docker-default\",\"State\":{\"StartedAt\":\"2026-01-01T00:00:00Z\"}}", 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", "{}", 0600);
	tree_file(tree, CONTAINER(B) "/config.v2.json",
		  "{\"Name\":\"/b\",\"AppArmorProfile\":\"\",\"State\":{\"StartedAt\":\"2026-01-01T00:00:00Z\"}}", 0600);
	tree_file(tree, CONTAINER(B) "/hostconfig.json", "{}", 0600);
	tree_file(tree, "/sys/module/apparmor/parameters/enabled", "Y\n", 0444);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.apparmor.profile"), "\"docker-default\"");
	assert_string_equal(shown(tree, "b", "container.apparmor.profile"), "\"unconfined\"");
	tree_file(tree, "/sys/module/apparmor/parameters/enabled", "N\n", 0644);
	run_at_rest(tree);
	assert_string_equal(shown(tree, "a", "container.apparmor.profile"), "!unsupported");
}

/* --- an engine that is asked ---------------------------------------------------------------------- */

#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"message\":\"x\"}"
#define FAULT "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"message\":\"x\"}"
#define VERSION_ANSWER {"/version", NULL, "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", NULL}
#define INFO_ANSWER(options) {"/info", NULL, "{\"ServerVersion\":\"20.10.24\",\"SecurityOptions\":" options "}", NULL}
#define LIST(items) {"/containers/json?all=1", NULL, "[" items "]", NULL}
#define ITEM(id, name) "{\"Id\":\"" id "\",\"Names\":[\"/x/alias\",\"/" name "\"],\"ImageID\":\"sha256:1\"}"
#define INSPECT(id, json) {"/containers/" id "/json", NULL, json, NULL}
#define SMALL "{\"Config\":{\"User\":\"9\"},\"HostConfig\":{\"Privileged\":false,\"SecurityOpt\":null}}"

struct engine {
	struct fake_docker fake;
	struct process process;
	struct dockerd_config config;
	struct docker_daemon daemon;
	struct docker docker;
};

/* The running test is the daemon: the socket must be its own. The container's files, if any, are below `data_root` of this machine. */
static void ask_engine(struct probe_tree *tree, const struct fake_answer *answers, const char *data_root)
{
	struct engine engine = {.process.pid = getpid(), .config.state = FACT_ABSENT, .config.path = "/none", .docker.state = FACT_PRESENT};
	struct services services = {.arena = tree->arena};
	struct open_service opened = {&docker_service, &engine.docker};
	struct probe_context ctx;
	struct error err = {0};

	fake_start(&engine.fake, answers);
	tree_go_live(tree);
	engine.daemon = (struct docker_daemon){
		.process = &engine.process, .config = &engine.config, .data_root = data_root, .subject = facts_host(tree->facts)};
	vec_push(tree->arena, &engine.daemon.sockets, engine.fake.path);
	vec_push(tree->arena, &engine.docker.daemons, &engine.daemon);
	vec_push(tree->arena, &services.open, opened);
	tree->request.everything = true;
	tree->request.deadline_ms = 400;
	ctx = (struct probe_context){
		.host = tree->host, .facts = tree->facts, .request = &tree->request, .probe = &probe_container, .services = &services};
	assert_int_equal(probe_container.collect(&ctx, &err), 0);
	services_close(&services);
	fake_stop(&engine.fake);
}

static void answers_of_the_engine_are_taken(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		INFO_ANSWER("[\"name=seccomp,profile=unconfined\",\"name=userns\",\"name=no-new-privileges\"]"),
		LIST(ITEM(B, "b") "," ITEM(A, "a")),
		INSPECT(A, SMALL),
		INSPECT(B, SMALL),
		{0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_population(tree, FACT_PRESENT, "GET /containers/json");
	assert_string_equal(facts_subject_at(tree->facts, 1)->id, A);
	assert_string_equal(shown(tree, "b", "container.user"), "\"9\"");
	assert_string_equal(shown(tree, "a", "container.seccomp.profile"), "\"unconfined\"");
	assert_string_equal(shown(tree, "a", "container.no_new_privileges"), "true");
	assert_int_equal(facts_side(find(tree->facts, "a"), "container.namespaces.user", SIDE_PLAIN)->notes.count, 0);
}

static void vanished_container_is_left_out(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER, LIST(ITEM(A, "a") "," ITEM(B, "b")), {"/containers/" A "/json", NOT_FOUND, NULL, NULL}, INSPECT(B, SMALL), {0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_population(tree, FACT_PRESENT, NULL);
	assert_int_equal(count(tree->facts, SCOPE_CONTAINER), 1);
	assert_non_null(find(tree->facts, "b"));
}

static void failed_inspect_is_unreadable_with_the_reason(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER, LIST(ITEM(A, "a") "," ITEM(B, "b")), {"/containers/" A "/json", FAULT, NULL, NULL}, INSPECT(B, "[]"), {0},
	};
	struct probe_tree *tree = *state;
	const struct fact_side *side;

	ask_engine(tree, answers, "/nonexistent");
	assert_population(tree, FACT_PRESENT, NULL);
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++) {
		if (strcmp(shown(tree, "a", decl->name), "!unreadable") != 0)
			fail_msg("%s: %s", decl->name, shown(tree, "a", decl->name));
		assert_string_equal(shown(tree, "b", decl->name), "!unreadable");
	}
	side = facts_side(find(tree->facts, "a"), "container.privileged", SIDE_PLAIN);
	assert_non_null(strstr(side->reason, "500"));
	assert_non_null(strstr(side->reason, "/nonexistent"));
}

static void failed_inspect_leaves_the_files(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER, LIST(ITEM(A, "a")), {"/containers/" A "/json", FAULT, NULL, NULL}, {0},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", HOST_CONFIG, 0600);
	ask_engine(tree, answers, tree_path(tree, ROOT));
	assert_string_equal(shown(tree, "a", "container.privileged"), "true");
	assert_string_equal(shown(tree, "a", "container.user"), "\"7\"");
}

static void silent_engine_leaves_the_data_root(void **state)
{
	static const struct fake_answer answers[] = {{"/version", FAULT, NULL, NULL}, {0}};
	struct probe_tree *tree = *state;

	tree_file(tree, CONTAINER(A) "/config.v2.json", CONFIG("a"), 0600);
	tree_file(tree, CONTAINER(A) "/hostconfig.json", HOST_CONFIG, 0600);
	ask_engine(tree, answers, tree_path(tree, ROOT));
	assert_population(tree, FACT_PRESENT, "/containers (the API does not answer: ");
	assert_string_equal(shown(tree, "a", "container.privileged"), "true");
}

static void nothing_to_read_is_unreadable_with_both_reasons(void **state)
{
	static const struct fake_answer answers[] = {VERSION_ANSWER, {"/containers/json?all=1", FAULT, NULL, NULL}, {0}};
	struct probe_tree *tree = *state;
	const struct fact_side *population;

	ask_engine(tree, answers, "/nonexistent");
	assert_population(tree, FACT_UNREADABLE, NULL);
	population = facts_population(tree->facts, SCOPE_CONTAINER);
	assert_non_null(strstr(population->reason, "500"));
	assert_non_null(strstr(population->reason, "/nonexistent"));
}

static void odd_ids_are_not_believed(void **state)
{
	static const struct fake_answer answers[] = {VERSION_ANSWER, LIST(ITEM(A, "a") "," ITEM("../../etc", "x")), {0}};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_population(tree, FACT_UNREADABLE, NULL);
	assert_int_equal(count(tree->facts, SCOPE_CONTAINER), 0);
}

static void volumes_are_asked_for(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		LIST(ITEM(A, "a")),
		INSPECT(A, "{\"HostConfig\":{},\"Mounts\":["
			   "{\"Type\":\"volume\",\"Name\":\"made\",\"Driver\":\"local\",\"Source\":\"/v/made/_data\",\"Destination\":\"/1\",\"RW\":true},"
			   "{\"Type\":\"volume\",\"Name\":\"gone\",\"Driver\":\"local\",\"Source\":\"/v/gone/_data\",\"Destination\":\"/2\",\"RW\":true},"
			   "{\"Type\":\"volume\",\"Name\":\"far\",\"Driver\":\"remote\",\"Source\":\"/v/far\",\"Destination\":\"/3\",\"RW\":true}]}"),
		{"/volumes/made", NULL, "{\"Mountpoint\":\"/v/made/_data\",\"Options\":{\"device\":\"/\",\"o\":\"bind\"}}", NULL},
		{"/volumes/gone", NOT_FOUND, NULL, NULL},
		{0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_string_equal(shown(tree, "a", "container.mounts"),
			    "[{\"type\":\"bind\",\"source\":\"/\",\"destination\":\"/1\",\"writable\":true,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"volume\",\"source\":\"/v/gone/_data\",\"destination\":\"/2\",\"writable\":true,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"volume\",\"source\":\"/v/far\",\"destination\":\"/3\",\"writable\":true,\"propagation\":\"rprivate\"}]");
}

static void volume_that_cannot_be_asked_for_is_unreadable(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		LIST(ITEM(A, "a")),
		INSPECT(A, "{\"HostConfig\":{},\"Mounts\":["
			   "{\"Type\":\"volume\",\"Name\":\"made\",\"Driver\":\"local\",\"Source\":\"/v\",\"Destination\":\"/1\",\"RW\":true}]}"),
		{"/volumes/made", FAULT, NULL, NULL},
		{0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_string_equal(shown(tree, "a", "container.mounts"), "!unreadable");
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
		TEST(answers_of_the_engine_are_taken),
		TEST(vanished_container_is_left_out),
		TEST(failed_inspect_is_unreadable_with_the_reason),
		TEST(failed_inspect_leaves_the_files),
		TEST(silent_engine_leaves_the_data_root),
		TEST(nothing_to_read_is_unreadable_with_both_reasons),
		TEST(odd_ids_are_not_believed),
		TEST(volumes_are_asked_for),
		TEST(volume_that_cannot_be_asked_for_is_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
