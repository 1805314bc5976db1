/* Images of an engine: the store of the data root, and the same from the API's answers. */
#include "docker_fixture.h"

#include "checks/dockerd_config.h"
#include "checks/docker_image.h"
#include "fake_docker.h"

extern const struct probe probe_image;

#define STORE "/var/lib/docker/image/overlay2"
#define ID_A  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define ID_B  "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static const struct subject *find(const struct facts *facts, const char *name)
{
	for (size_t i = 0; i < facts_subject_count(facts); i++) {
		const struct subject *subject = facts_subject_at(facts, i);

		if (subject->scope == SCOPE_IMAGE && strcmp(subject->name, name) == 0)
			return subject;
	}
	return NULL;
}

static const char *shown(struct probe_tree *tree, const char *name, const char *fact)
{
	const struct subject *subject = find(tree->facts, name);

	assert_non_null(subject);
	return fixture_shown(tree->arena, subject, fact);
}

static const struct {
	const char *name;
	const char *fact;
	const char *shown;
} truth[] = {
	{"bb:latest", "image.tags", "[\"bb:latest\"]"},
	{"bb:latest", "image.user", "\"0\""},
	{"bb:latest", "image.healthcheck", "false"},
	{"bb:latest", "image.environment.names", "[]"},
	{"bb:latest", "image.exposed_ports", "[]"},
	{"bb:latest", "image.added", "[]"},
	{"bb:latest", "image.in_use", "true"},
	{"bb:latest", "image.run_steps", "!absent"}, /* imported: nothing is told */
	{"bb:latest", "image.secrets", "[]"},
	{"bb:latest", "image.setuid.programs", "!absent"},
	{"derived:1", "image.lone_updates", "[]"},
	{"derived:1", "image.unverified", "[]"},
	{"bb:app", "image.user", "\"app\""},
	{"bb:app", "image.healthcheck", "false"}, /* HEALTHCHECK NONE */
	{"bb:app", "image.environment.names", "[\"API_TOKEN\"]"},
	{"bb:app", "image.exposed_ports", "[\"80/tcp\"]"},
	{"bb:app", "image.in_use", "false"},
	{"derived:1", "image.user", "\"1000\""},
	{"derived:1", "image.healthcheck", "true"},
	{"derived:1", "image.added",
	 "[\"ADD file:1aef2bcd7ae6316f1fcee55e803147c32a3b82924d65b36c2b7e40469554c50b in /f\","
	 "\"ADD file:1aef2bcd7ae6316f1fcee55e803147c32a3b82924d65b36c2b7e40469554c50b in /h\"]"},
};

static void assert_truth(struct probe_tree *tree)
{
	for (size_t i = 0; i < COUNT(truth); i++)
		if (strcmp(shown(tree, truth[i].name, truth[i].fact), truth[i].shown) != 0)
			fail_msg("%s of %s: %s", truth[i].fact, truth[i].name,
				 shown(tree, truth[i].name, truth[i].fact));
}

static void store_of_the_data_root_is_read(void **state)
{
	struct probe_tree *tree = *state;

	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(
		host_open(TEST_SRCDIR "/tests/fixtures/docker-20.10/root", &tree->host, NULL), 0);
	tree->request.everything = true;
	tree_run(tree, &probe_image);
	assert_int_equal(facts_population(tree->facts, SCOPE_IMAGE)->state, FACT_PRESENT);
	assert_truth(tree);
}

/* One answer from a file of the fixture. */
static struct fake_answer from_file(struct arena *arena, const char *path, const char *file)
{
	json_t *json = json_load_file(
		arena_printf(arena, "%s/tests/fixtures/docker-20.10/api/%s", TEST_SRCDIR, file), 0,
		NULL);
	char *text = json_dumps(json, JSON_COMPACT);
	struct fake_answer answer = {arena_strdup(arena, path), NULL, arena_strdup(arena, text),
				     NULL};

	assert_non_null(text);
	free(text);
	json_decref(json);
	return answer;
}

static void ask_engine(struct probe_tree *tree, const struct fake_answer *answers)
{
	struct process process = {.pid = getpid()};
	struct dockerd_config config = {.state = FACT_ABSENT, .path = "/none"};
	struct docker_daemon daemon = {.process = &process,
				       .config = &config,
				       .data_root = "/nonexistent",
				       .subject = facts_host(tree->facts)};
	struct docker docker = {.state = FACT_PRESENT};
	struct services services = {.arena = tree->arena};
	struct open_service opened = {&docker_service, &docker};
	struct fake_docker fake;
	struct probe_context ctx;
	struct error err = {0};

	fake_start(&fake, answers);
	tree_go_live(tree);
	vec_push(tree->arena, &daemon.sockets, fake.path);
	vec_push(tree->arena, &docker.daemons, &daemon);
	vec_push(tree->arena, &services.open, opened);
	tree->request.everything = true;
	tree->request.deadline_ms = 400;
	ctx = (struct probe_context){.host = tree->host,
				     .facts = tree->facts,
				     .request = &tree->request,
				     .probe = &probe_image,
				     .services = &services};
	assert_int_equal(probe_image.collect(&ctx, &err), 0);
	services_close(&services);
	fake_stop(&fake);
}

static const char *const ids[] = {
	"7139c00a6ec81a21a7ca7975616ebe21091b3aab6e301f8edf8ec3288a1f8089",
	"9a867d5df60c1bf60a53acbd93f599ca7e6b420bef162c5c0dcf519f69768df7",
	"c2600e8d93856cb06654be2578e1b78729536fdec8e08724a292ece3efd150b1",
	"f2aec63ec9e9ef40580fc8495ee49a42f0d951cf16c421162e24d9c373570b90",
};

static void answers_of_the_engine_give_the_same(void **state)
{
	struct probe_tree *tree = *state;
	VEC(struct fake_answer) answers = {0};
	struct fake_answer end = {0},
			   version = {"/version", NULL,
				      "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", NULL};

	vec_push(tree->arena, &answers, version);
	struct fake_answer list = from_file(tree->arena, "/images/json", "images.json");
	vec_push(tree->arena, &answers, list);
	struct fake_answer containers = from_file(tree->arena, "/containers/json?all=1",
						  "containers.json");
	vec_push(tree->arena, &answers, containers);
	for (size_t i = 0; i < COUNT(ids); i++) {
		struct fake_answer inspect = from_file(
			tree->arena, arena_printf(tree->arena, "/images/sha256:%s/json", ids[i]),
			arena_printf(tree->arena, "images/%s.json", ids[i]));
		struct fake_answer history = from_file(
			tree->arena, arena_printf(tree->arena, "/images/sha256:%s/history", ids[i]),
			arena_printf(tree->arena, "images/%s.history.json", ids[i]));

		vec_push(tree->arena, &answers, inspect);
		vec_push(tree->arena, &answers, history);
	}
	vec_push(tree->arena, &answers, end);
	ask_engine(tree, answers.items);
	assert_string_equal(facts_population(tree->facts, SCOPE_IMAGE)->origin, "GET /images/json");
	assert_truth(tree);
}

#define FAULT                                                                                      \
	"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
#define NOT_FOUND "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

static void failed_answers_are_unreadable_and_removed_images_left_out(void **state)
{
	static const struct fake_answer answers[] = {
		{"/version", NULL, "{\"ApiVersion\":\"1.41\"}", NULL},
		{"/images/json", NULL,
		 "[{\"Id\":\"sha256:" ID_A
		 "\",\"RepoTags\":[\"<none>:<none>\"]},{\"Id\":\"sha256:" ID_B
		 "\",\"RepoTags\":null}]",
		 NULL},
		{"/containers/json?all=1", FAULT, NULL, NULL},
		{"/images/sha256:" ID_A "/json", FAULT, NULL, NULL},
		{"/images/sha256:" ID_A "/history", FAULT, NULL, NULL},
		{"/images/sha256:" ID_B "/json", NOT_FOUND, NULL, NULL},
		{"/images/sha256:" ID_B "/history", NOT_FOUND, NULL, NULL},
		{0},
	};
	struct probe_tree *tree = *state;

	ask_engine(tree, answers);
	assert_int_equal(facts_population(tree->facts, SCOPE_IMAGE)->state, FACT_PRESENT);
	assert_null(find(tree->facts, "bbbbbbbbbbbb"));
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "image.tags"), "[]");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "image.user"), "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "image.healthcheck"), "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "image.added"), "!unreadable");
	assert_string_equal(shown(tree, "aaaaaaaaaaaa", "image.in_use"), "!unreadable");
}

static void damaged_store_is_told(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/var/lib/docker/containers");
	tree_file(tree, STORE "/repositories.json",
		  "{\"Repositories\":{\"x\":{\"x:1\":\"sha256:" ID_A
		  "\",\"x@sha256:9\":\"sha256:" ID_A "\"}}}",
		  0600);
	tree_file(tree, STORE "/imagedb/content/sha256/" ID_A, "{\"config\":{\"User\":7}}", 0600);
	tree_file(tree, STORE "/imagedb/content/sha256/" ID_B, "{", 0600);
	tree_file(tree, STORE "/imagedb/content/sha256/other", "{}", 0600);
	tree->request.everything = true;
	tree_run(tree, &probe_image);
	assert_int_equal(facts_population(tree->facts, SCOPE_IMAGE)->state, FACT_PRESENT);
	assert_string_equal(shown(tree, "x:1", "image.tags"), "[\"x:1\"]");
	assert_string_equal(shown(tree, "x:1", "image.user"), "!unreadable");
	assert_string_equal(shown(tree, "x:1", "image.healthcheck"), "false");
	assert_string_equal(shown(tree, "bbbbbbbbbbbb", "image.user"), "!unreadable");
	assert_string_equal(shown(tree, "bbbbbbbbbbbb", "image.added"), "!unreadable");
}

static void store_of_another_kind_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_folder(tree, "/var/lib/docker/containers");
	tree->request.everything = true;
	tree_run(tree, &probe_image);
	assert_int_equal(facts_population(tree->facts, SCOPE_IMAGE)->state, FACT_UNREADABLE);
	assert_non_null(strstr(facts_population(tree->facts, SCOPE_IMAGE)->reason,
			       "no image store of a graph driver"));
}

/* Histories as the store has them, oldest first. */
static const struct {
	const char *history;
	const char *added; /* NULL: not a history */
} histories[] = {
	{"[]", "[]"},
	{"null", "[]"},
	{"[{\"created_by\":\"/bin/sh -c #(nop) ADD file:1 in / \"}]", "[]"},
	{"[{\"created_by\":\"COPY / /\"},{\"created_by\":\"ADD https://u:p@h/x?t=1 /x # "
	 "buildkit\"}]",
	 "[ADD https://h/x /x]"},
	{"[{},{\"created_by\":\"RUN /bin/sh -c echo ADD x\"},{\"created_by\":\"ADDED x\"}]", "[]"},
	{"[{},{\"created_by\":\"/bin/sh -c #(nop) ADD dir:1 in /b\"},{\"created_by\":\"/bin/sh -c "
	 "#(nop) ADD dir:1 in /a\"}]",
	 "[ADD dir:1 in /a, ADD dir:1 in /b]"},
	{"[7]", NULL},
	{"{}", NULL},
};

static void added_steps_come_from_the_history(void **state)
{
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(histories); i++) {
		struct docker_image image = {
			.history = json_loads(histories[i].history, JSON_DECODE_ANY, NULL)};
		struct strings added = {0};
		int result = docker_image_added(tree->arena, &image, &added);
		struct value value = value_strings(added);

		assert_int_equal(result, histories[i].added ? 0 : -1);
		if (histories[i].added)
			assert_string_equal(value_display(tree->arena, &value, 0),
					    histories[i].added);
		json_decref(image.history);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(store_of_the_data_root_is_read),
		TEST(answers_of_the_engine_give_the_same),
		TEST(failed_answers_are_unreadable_and_removed_images_left_out),
		TEST(damaged_store_is_told),
		TEST(store_of_another_kind_is_unreadable),
		TEST(added_steps_come_from_the_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
