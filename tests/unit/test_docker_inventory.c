/* Containers of an engine that answers, answers badly or not at all. */
#include "container_tree.h"

#include "checks/dockerd_config.h"
#include "fake_docker.h"

#define NOT_FOUND                                                                                  \
	"HTTP/1.1 404 Not Found\r\nContent-Length: 15\r\nConnection: "                             \
	"close\r\n\r\n{\"message\":\"x\"}"
#define FAULT                                                                                      \
	"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 15\r\nConnection: "                 \
	"close\r\n\r\n{\"message\":\"x\"}"
#define VERSION_ANSWER                                                                             \
	{                                                                                          \
		"/version", NULL, "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", NULL     \
	}
#define INFO_ANSWER(options)                                                                       \
	{                                                                                          \
		"/info", NULL, "{\"ServerVersion\":\"20.10.24\",\"SecurityOptions\":" options "}", \
			NULL                                                                       \
	}
#define LIST(items)                                                                                \
	{                                                                                          \
		"/containers/json?all=1", NULL, "[" items "]", NULL                                \
	}
#define ITEM(id, name)                                                                             \
	"{\"Id\":\"" id "\",\"Names\":[\"/x/alias\",\"/" name "\"],\"ImageID\":\"sha256:1\"}"
#define INSPECT(id, json)                                                                          \
	{                                                                                          \
		"/containers/" id "/json", NULL, json, NULL                                        \
	}
#define SMALL                                                                                      \
	"{\"Config\":{\"User\":\"9\"},\"HostConfig\":{\"Privileged\":false,\"SecurityOpt\":null}}"

struct engine {
	struct fake_docker fake;
	struct process process;
	struct dockerd_config config;
	struct docker_daemon daemon;
	struct docker docker;
};

/* The running test is the daemon: the socket must be its own. The container's files, if any, are below `data_root` of this machine. */
static void ask_engine(struct probe_tree *tree, const struct fake_answer *answers,
		       const char *data_root)
{
	struct engine engine = {.process.pid = getpid(),
				.config.state = FACT_ABSENT,
				.config.path = "/none",
				.docker.state = FACT_PRESENT};
	struct services services = {.arena = tree->arena};
	struct open_service opened = {&docker_service, &engine.docker};
	struct probe_context ctx;
	struct error err = {0};

	fake_start(&engine.fake, answers);
	tree_go_live(tree);
	engine.daemon = (struct docker_daemon){.process = &engine.process,
					       .config = &engine.config,
					       .words_reason = "not told",
					       .data_root = data_root,
					       .subject = facts_host(tree->facts)};
	vec_push(tree->arena, &engine.daemon.sockets, engine.fake.path);
	vec_push(tree->arena, &engine.docker.daemons, &engine.daemon);
	vec_push(tree->arena, &services.open, opened);
	tree->request.everything = true;
	tree->request.deadline_ms = 400;
	ctx = (struct probe_context){.host = tree->host,
				     .facts = tree->facts,
				     .request = &tree->request,
				     .probe = &probe_container,
				     .services = &services};
	assert_int_equal(probe_container.collect(&ctx, &err), 0);
	services_close(&services);
	fake_stop(&engine.fake);
}

static void answers_of_the_engine_are_taken(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		INFO_ANSWER("[\"name=seccomp,profile=unconfined\",\"name=userns\",\"name=no-new-"
			    "privileges\"]"),
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
	assert_int_equal(facts_side(find(tree->facts, "a"), "container.namespaces.user", SIDE_PLAIN)
				 ->notes.count,
			 0);
}

#define INFO(version, options)                                                                     \
	{"/info", NULL, "{\"ServerVersion\":\"" version "\",\"SecurityOptions\":" options "}", NULL}

static const struct {
	struct fake_answer info;
	const char *seccomp;
	const char *no_new_privileges;
} infos[] = {
	{INFO("20.10.24", "[\"name=seccomp,profile=default\"]"), "\"default\"", "!unreadable"},
	{INFO("24.0.0", "[\"name=seccomp,profile=builtin\"]"), "\"default\"", "false"},
	{INFO("28.5.1", "[\"name=seccomp,profile=/none/x.json\"]"), "\"custom\"", "false"},
	{INFO("28.5.1", "[\"name=no-new-privileges\"]"), "\"unconfined\"", "true"},
	{INFO("20.10.24", "7"), "!unreadable", "!unreadable"},
};

/* The words of the test's own process are not known here, so that only /info can tell. */
static void info_tells_the_defaults_of_the_daemon(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(infos); i++) {
		const struct fake_answer answers[] = {
			VERSION_ANSWER, infos[i].info, LIST(ITEM(A, "a")), INSPECT(A, SMALL), {0},
		};

		ask_engine(tree, answers, "/nonexistent");
		assert_string_equal(shown(tree, "a", "container.seccomp.profile"),
				    infos[i].seccomp);
		assert_string_equal(shown(tree, "a", "container.no_new_privileges"),
				    infos[i].no_new_privileges);
	}
}

static void vanished_container_is_left_out(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		LIST(ITEM(A, "a") "," ITEM(B, "b")),
		{"/containers/" A "/json", NOT_FOUND, NULL, NULL},
		INSPECT(B, SMALL),
		{0},
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
		VERSION_ANSWER,
		LIST(ITEM(A, "a") "," ITEM(B, "b")),
		{"/containers/" A "/json", FAULT, NULL, NULL},
		INSPECT(B, "[]"),
		{0},
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
		VERSION_ANSWER,
		LIST(ITEM(A, "a")),
		{"/containers/" A "/json", FAULT, NULL, NULL},
		{0},
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
	static const struct fake_answer answers[] = {
		VERSION_ANSWER, {"/containers/json?all=1", FAULT, NULL, NULL}, {0}};
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
	static const struct fake_answer answers[] = {
		VERSION_ANSWER, LIST(ITEM(A, "a") "," ITEM("../../etc", "x")), {0}};
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
			   "{\"Type\":\"volume\",\"Name\":\"made\",\"Driver\":\"local\",\"Source\":"
			   "\"/v/made/_data\",\"Destination\":\"/1\",\"RW\":true},"
			   "{\"Type\":\"volume\",\"Name\":\"gone\",\"Driver\":\"local\",\"Source\":"
			   "\"/v/gone/_data\",\"Destination\":\"/2\",\"RW\":true},"
			   "{\"Type\":\"volume\",\"Name\":\"far\",\"Driver\":\"remote\",\"Source\":"
			   "\"/v/far\",\"Destination\":\"/3\",\"RW\":true}]}"),
		{"/volumes/made", NULL,
		 "{\"Mountpoint\":\"/v/made/_data\",\"Options\":{\"device\":\"/\",\"o\":\"bind\"}}",
		 NULL},
		{"/volumes/gone", NOT_FOUND, NULL, NULL},
		{0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers, "/nonexistent");
	assert_string_equal(shown(tree, "a", "container.mounts"),
			    "[{\"type\":\"bind\",\"volume\":\"made\",\"source\":\"/\",\"destination\":\"/"
			    "1\",\"writable\":true,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"volume\",\"volume\":\"gone\",\"source\":\"/v/gone/_data\",\"destination\":\"/"
			    "2\",\"writable\":true,\"propagation\":\"rprivate\"},"
			    "{\"type\":\"volume\",\"volume\":\"far\",\"source\":\"/v/far\",\"destination\":\"/"
			    "3\",\"writable\":true,\"propagation\":\"rprivate\"}]");
}

static void volume_that_cannot_be_asked_for_is_unreadable(void **state)
{
	static const struct fake_answer answers[] = {
		VERSION_ANSWER,
		LIST(ITEM(A, "a")),
		INSPECT(A, "{\"HostConfig\":{},\"Mounts\":["
			   "{\"Type\":\"volume\",\"Name\":\"made\",\"Driver\":\"local\",\"Source\":"
			   "\"/v\",\"Destination\":\"/1\",\"RW\":true}]}"),
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
		TEST(answers_of_the_engine_are_taken),
		TEST(info_tells_the_defaults_of_the_daemon),
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
