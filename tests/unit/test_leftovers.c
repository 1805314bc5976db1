/* What of images and containers is left at rest: layers with setuid programs, unused images, stopped containers; and who demands
 * signatures. */
#include "docker_fixture.h"

extern const struct probe probe_image;
extern const struct probe probe_leftovers;
extern const struct probe probe_content_trust;

#define HOME   "/var/lib/docker"
#define STORE  HOME "/image/overlay2"
#define ID(c)  c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c
#define IMAGE  ID("a")
#define SECOND ID("b")
#define LOWER  ID("c")
#define UPPER  ID("d")
#define DAY    86400
#define NOW    1800000000 /* 2027-01-15T08:00:00Z */

static void prepare_layers(struct probe_tree *tree)
{
	tree_folder(tree, HOME "/containers");
	tree_file(tree, STORE "/repositories.json", "{\"Repositories\":{\"x\":{\"x:1\":\"sha256:" IMAGE "\"}}}", 0600);
	tree_file(tree, STORE "/imagedb/content/sha256/" IMAGE,
		  "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:1\",\"sha256:2\"]}}", 0600);
	tree_file(tree, STORE "/layerdb/sha256/" LOWER "/diff", "sha256:1", 0600);
	tree_file(tree, STORE "/layerdb/sha256/" LOWER "/cache-id", "11aa", 0600);
	tree_file(tree, STORE "/layerdb/sha256/" UPPER "/diff", "sha256:2", 0600);
	tree_file(tree, STORE "/layerdb/sha256/" UPPER "/parent", "sha256:" LOWER, 0600);
	tree_file(tree, STORE "/layerdb/sha256/" UPPER "/cache-id", "22bb", 0600);
	tree_folder(tree, HOME "/overlay2/11aa/diff");
	tree_folder(tree, HOME "/overlay2/22bb/diff");
}

static const char *programs(struct probe_tree *tree)
{
	tree_want(tree, "image.setuid.programs");
	tree->request.setuid_scan = true;
	tree_run(tree, &probe_image);
	return fixture_shown(tree->arena, facts_find_subject(tree->facts, SCOPE_IMAGE, "sha256:" IMAGE), "image.setuid.programs");
}

static void programs_of_all_layers_are_found_but_for_those_replaced(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_file(tree, HOME "/overlay2/11aa/diff/bin/su", "", 04755);
	tree_file(tree, HOME "/overlay2/11aa/diff/bin/wall", "", 02755);
	tree_file(tree, HOME "/overlay2/11aa/diff/bin/lock", "", 02745); /* mandatory locking, and not the right to execute */
	tree_file(tree, HOME "/overlay2/11aa/diff/bin/mended", "", 04755);
	tree_file(tree, HOME "/overlay2/22bb/diff/bin/mended", "", 0755);
	tree_file(tree, HOME "/overlay2/11aa/diff/usr/bin/x", "", 04755);
	tree_file(tree, HOME "/overlay2/22bb/diff/usr", "", 0755); /* a file where there was a folder */
	tree_file(tree, HOME "/overlay2/22bb/diff/sbin/new", "", 04755);
	tree_file(tree, HOME "/overlay2/11aa/diff/shut/x", "", 04755);
	chmod(tree_path(tree, HOME "/overlay2/11aa/diff/shut"), 0700);
	assert_string_equal(programs(tree), "[\"/bin/su\",\"/bin/wall\",\"/sbin/new\"]");
}

static void layer_that_is_not_there_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_file(tree, STORE "/layerdb/sha256/" UPPER "/diff", "sha256:3", 0600);
	assert_string_equal(programs(tree), "!unreadable");
}

static void cache_id_that_leads_elsewhere_is_not_followed(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_file(tree, STORE "/layerdb/sha256/" UPPER "/cache-id", "../../../etc", 0600);
	assert_string_equal(programs(tree), "!unreadable");
}

static void without_being_asked_nobody_looks_at_files(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_want(tree, "image.setuid.programs");
	tree_run(tree, &probe_image);
	assert_string_equal(fixture_shown(tree->arena, facts_find_subject(tree->facts, SCOPE_IMAGE, "sha256:" IMAGE),
					  "image.setuid.programs"),
			    "!absent");
}

/* ---- leftovers --------------------------------------------------------------------------------------------- */

static void add_container(struct probe_tree *tree, const char *digit, const char *image, const char *state, const char *created)
{
	char *id = ARENA_ARRAY(tree->arena, char, 65);

	memset(id, *digit, 64);
	tree_file(tree, arena_printf(tree->arena, HOME "/containers/%s/config.v2.json", id),
		  arena_printf(tree->arena, "{\"Name\":\"/c%s\",\"Image\":\"sha256:%s\",\"Created\":\"%s\",\"State\":%s}", digit, image, created,
			       state),
		  0600);
	tree_file(tree, arena_printf(tree->arena, HOME "/containers/%s/hostconfig.json", id), "{}", 0600);
}

static void run_leftovers(struct probe_tree *tree)
{
	tree_file(tree, "/.plimsoll-clock", arena_printf(tree->arena, "%d\n", NOW), 0644);
	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(host_open(tree->root, &tree->host, NULL), 0); /* reads the clock */
	tree->request.everything = true;
	tree_run(tree, &probe_leftovers);
}

static void unused_and_stopped_are_counted(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_file(tree, STORE "/imagedb/content/sha256/" SECOND, "{}", 0600);
	add_container(tree, "1", IMAGE, "{\"Running\":true}", "2026-01-01T00:00:00Z");
	add_container(tree, "2", IMAGE, "{\"Running\":false,\"FinishedAt\":\"2027-01-05T10:00:00.5+02:00\"}", "2020-01-01T00:00:00Z");
	add_container(tree, "3", IMAGE, "{\"Running\":false,\"FinishedAt\":\"0001-01-01T00:00:00Z\"}", "2027-01-13T07:00:00Z");
	run_leftovers(tree);
	assert_string_equal(tree_shown(tree, "docker.images.unused"), "1");
	assert_string_equal(tree_side(tree, "docker.images.unused")->notes.items[0], "[" "bbbbbbbbbbbb" "]");
	assert_string_equal(tree_shown(tree, "docker.containers.stopped"), "2");
	assert_string_equal(tree_shown(tree, "docker.containers.stopped_days"), "10");
}

static void what_was_not_seen_is_not_counted(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	add_container(tree, "1", IMAGE, "7", "x");
	run_leftovers(tree);
	assert_string_equal(tree_shown(tree, "docker.images.unused"), "0");
	assert_string_equal(tree_shown(tree, "docker.containers.stopped"), "unreadable");
	assert_string_equal(tree_shown(tree, "docker.containers.stopped_days"), "unreadable");
}

static void no_time_leaves_the_days_open(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	add_container(tree, "1", IMAGE, "{\"Running\":false}", "yesterday");
	run_leftovers(tree);
	assert_string_equal(tree_shown(tree, "docker.containers.stopped"), "1");
	assert_string_equal(tree_shown(tree, "docker.containers.stopped_days"), "unreadable");
}

/* ---- content trust ----------------------------------------------------------------------------------------- */

static void run_trust(struct probe_tree *tree)
{
	tree->request.everything = true;
	tree_run(tree, &probe_content_trust);
}

static void lines_of_sessions_are_read_as_they_are_meant(void **state)
{
	static const struct {
		const char *path, *text;
		const char *on, *off;
	} rows[] = {
		{"/etc/environment", "DOCKER_CONTENT_TRUST=1\n", "[/etc/environment]", "[]"},
		{"/etc/environment", "DOCKER_CONTENT_TRUST=\"yes\"\n", "[/etc/environment]", "[]"}, /* anything that is not false */
		{"/etc/environment", "DOCKER_CONTENT_TRUST=0\n", "[]", "[/etc/environment]"},
		{"/etc/environment", "DOCKER_CONTENT_TRUST=1\nDOCKER_CONTENT_TRUST=false\n", "[]", "[/etc/environment]"},
		{"/etc/environment", "DOCKER_CONTENT_TRUST_SERVER=https://h\n", "[]", "[]"},
		{"/etc/environment", "# DOCKER_CONTENT_TRUST=1\n", "[]", "[]"},
		{"/etc/profile.d/d.sh", "export DOCKER_CONTENT_TRUST='1'; echo\n", "[/etc/profile.d/d.sh]", "[]"},
		{"/etc/profile.d/d.txt", "export DOCKER_CONTENT_TRUST=1\n", "[]", "[]"},
		{"/etc/security/pam_env.conf", "DOCKER_CONTENT_TRUST DEFAULT=1\n", "[/etc/security/pam_env.conf]", "[]"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		void *one = NULL;

		assert_int_equal(tree_setup(&one), 0);
		tree_file(one, rows[i].path, rows[i].text, 0644);
		run_trust(one);
		if (strcmp(tree_shown(one, "docker.content_trust.on"), rows[i].on) != 0 ||
		    strcmp(tree_shown(one, "docker.content_trust.off"), rows[i].off) != 0)
			fail_msg("%s: %s %s", rows[i].text, tree_shown(one, "docker.content_trust.on"),
				 tree_shown(one, "docker.content_trust.off"));
		assert_int_equal(tree_teardown(&one), 0);
	}
	(void)state;
}

static void client_knows_content_trust_when_its_program_names_the_variable(void **state)
{
	struct probe_tree *tree = *state;
	size_t len = (1 << 20) + 100; /* the name lies over the end of a chunk */
	char *program = ARENA_ARRAY(tree->arena, char, len + 1);

	memset(program, 'x', len);
	run_trust(tree);
	assert_string_equal(tree_shown(tree, "docker.client.content_trust"), "absent");
	tree_file(tree, "/usr/bin/docker", program, 0755);
	run_trust(tree);
	assert_string_equal(tree_shown(tree, "docker.client.content_trust"), "false");
	memcpy(program + (1 << 20) - 10, "DOCKER_CONTENT_TRUST", 20);
	tree_file(tree, "/usr/bin/docker", program, 0755);
	run_trust(tree);
	assert_string_equal(tree_shown(tree, "docker.client.content_trust"), "true");
}

static void engines_that_demand_signatures_say_so_in_their_file(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	run_trust(tree);
	assert_string_equal(tree_shown(tree, "docker.content_trust.engine"), "disabled");
}

static void enforcing_engine_is_told(void **state)
{
	struct probe_tree *tree = *state;

	prepare_layers(tree);
	tree_file(tree, "/etc/docker/daemon.json", "{\"content-trust\":{\"mode\":\"enforced\"}}", 0644);
	run_trust(tree);
	assert_string_equal(tree_shown(tree, "docker.content_trust.engine"), "enforced");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(programs_of_all_layers_are_found_but_for_those_replaced),
		TEST(layer_that_is_not_there_is_unreadable),
		TEST(cache_id_that_leads_elsewhere_is_not_followed),
		TEST(without_being_asked_nobody_looks_at_files),
		TEST(unused_and_stopped_are_counted),
		TEST(what_was_not_seen_is_not_counted),
		TEST(no_time_leaves_the_days_open),
		TEST(lines_of_sessions_are_read_as_they_are_meant),
		TEST(client_knows_content_trust_when_its_program_names_the_variable),
		TEST(engines_that_demand_signatures_say_so_in_their_file),
		TEST(enforcing_engine_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
