/* Which processes are Docker daemons, what they listen on, where their state is. */
#include "dockerd_tree.h"

#include "checks/processes.h"

#define TCP_LINE(address, state, inode)                                                                                \
	"   0: " address " 00000000:0000 " state " 00000000:00000000 00:00000000 00000000     0        0 " inode " 1 0 100 0\n"

static const char *const wanted[] = {
	"docker.present", "daemon.pid", "daemon.exe", "daemon.user", "daemon.data_root", "daemon.exec_root", "daemon.config_file",
	"daemon.config_changed", "daemon.listeners", "daemon.socket", "daemon.rootless", "daemon.version", "daemon.storage_driver",
};

static void run(struct probe_tree *tree)
{
	for (size_t i = 0; i < COUNT(wanted); i++)
		tree_want(tree, wanted[i]);
	tree_run(tree, &probe_dockerd);
}

struct expectation {
	const char *fact;
	const char *shown;
};

static void check_facts(struct probe_tree *tree, const char *about, const struct expectation *expect)
{
	const struct subject *subject = dockerd_subject(tree, 0);

	assert_non_null(subject);
	for (; expect->fact; expect++) {
		const char *shown = dockerd_shown(tree, facts_side(subject, expect->fact, SIDE_PLAIN));

		if (strcmp(shown, expect->shown) != 0)
			fail_msg("%s: %s is %s, not %s", about, expect->fact, shown, expect->shown);
	}
}

struct row {
	const char *about;
	struct dockerd_tree tree;
	struct expectation expect[8];
};

#define SYSTEM_SOCKETS                                                                                                 \
	UNIX_LINE("10", "/run/docker.sock") UNIX_LINE("11", "/run/docker/metrics.sock")                                       \
	UNIX_LINE("12", "/run/docker/libnetwork/ab.sock") UNIX_LINE("13", "/run/other.sock")

static const struct row rows[] = {
	{"defaults", {.descriptors = "10 11 12", .unix_table = UNIX_LINE("10", "/var/run/docker.sock") UNIX_LINE("11", "/var/run/docker/metrics.sock")},
	 {{"daemon.data_root", "/var/lib/docker"}, {"daemon.exec_root", "/var/run/docker"}, {"daemon.socket", "[/var/run/docker.sock]"},
	  {"daemon.listeners", "[unix:///var/run/docker.sock]"}, {"daemon.config_file", "absent"}, {"daemon.user", "root"},
	  {"daemon.rootless", "false"}}},
	{"sockets of others are not the daemon's", {.descriptors = "10", .unix_table = SYSTEM_SOCKETS},
	 {{"daemon.socket", "[/run/docker.sock]"}}},
	{"fd:// is every socket but those below exec-root", {.words = "dockerd -H fd://", .descriptors = "10 11 12 13", .unix_table = SYSTEM_SOCKETS},
	 {{"daemon.socket", "[/run/docker.sock, /run/other.sock]"}}},
	{"hosts pick their sockets", {.words = "dockerd -H unix:///run/other.sock", .descriptors = "10 11 12 13", .unix_table = SYSTEM_SOCKETS},
	 {{"daemon.socket", "[/run/other.sock]"}}},
	{"a socket that does not listen is none", {.words = "dockerd -H fd://", .descriptors = "10",
	  .unix_table = "0000000000000000: 00000003 00000000 00000000 0001 03 10 /run/docker.sock\n"}, {{"daemon.socket", "[]"}}},
	{"a relative socket", {.words = "dockerd -H unix://d.sock", .descriptors = "10", .unix_table = UNIX_LINE("10", "d.sock")},
	 {{"daemon.socket", "[/srv/work/d.sock]"}}},
	{"a path with blanks", {.words = "dockerd -H fd://", .descriptors = "10", .unix_table = UNIX_LINE("10", "/run/a b/d.sock")},
	 {{"daemon.socket", "[/run/a b/d.sock]"}}},
	{"one inode on two lines", {.words = "dockerd -H fd://", .descriptors = "10",
	  .unix_table = UNIX_LINE("10", "/run/docker.sock") UNIX_LINE("10", "/tmp/mine.sock")},
	 {{"daemon.socket", "unreadable"}, {"daemon.listeners", "unreadable"}}},
	{"tcp by its port", {.words = "dockerd -H tcp://0.0.0.0:2375", .descriptors = "20 21 22",
	  .tcp_table = TCP_LINE("00000000:0947", "0A", "20") TCP_LINE("00000000:0949", "0A", "21") TCP_LINE("0100007F:0947", "01", "22")},
	 {{"daemon.listeners", "[tcp://0.0.0.0:2375]"}, {"daemon.socket", "[]"}}},
	{"tcp without a port", {.words = "dockerd -H tcp://", .descriptors = "20", .tcp_table = TCP_LINE("0100007F:0948", "0A", "20")},
	 {{"daemon.listeners", "[tcp://127.0.0.1:2376]"}}},
	{"tcp behind fd://, not swarm, not metrics", {.words = "dockerd -H fd:// --metrics-addr 127.0.0.1:9323", .descriptors = "20 21 22 23",
	  .tcp_table = TCP_LINE("00000000:0947", "0A", "20") TCP_LINE("00000000:0949", "0A", "21") TCP_LINE("00000000:1F0A", "0A", "22")
	  TCP_LINE("0100007F:246B", "0A", "23")}, {{"daemon.listeners", "[tcp://0.0.0.0:2375]"}}},
	{"swarm is no API", {.words = "dockerd", .descriptors = "21", .tcp_table = TCP_LINE("00000000:0949", "0A", "21")},
	 {{"daemon.listeners", "[]"}}},
	{"hosts of the file", {.config = "{\"hosts\": [\"tcp://127.0.0.1:9999\"]}", .descriptors = "20 21",
	  .tcp_table = TCP_LINE("0100007F:270F", "0A", "20") TCP_LINE("0100007F:2710", "0A", "21")},
	 {{"daemon.listeners", "[tcp://127.0.0.1:9999]"}, {"daemon.config_file", "/etc/docker/daemon.json"}, {"daemon.config_changed", "false"}}},
	{"hosts of a file that changed", {.config = "{\"hosts\": [\"fd://\"]}", .changed = true, .descriptors = "21",
	  .tcp_table = TCP_LINE("0100007F:2710", "0A", "21")}, {{"daemon.listeners", "[tcp://127.0.0.1:10000]"}, {"daemon.config_changed", "true"}}},
	{"roots by flags", {.words = "dockerd --data-root=/a --exec-root b"}, {{"daemon.data_root", "/a"}, {"daemon.exec_root", "/srv/work/b"}}},
	{"old names of the data root", {.words = "dockerd --graph ./g"}, {{"daemon.data_root", "/srv/work/g"}}},
	{"short name of the data root", {.words = "dockerd -g /g"}, {{"daemon.data_root", "/g"}}},
	{"roots by the file", {.config = "{\"data-root\": \"/d\", \"exec-root\": \"/e\"}"}, {{"daemon.data_root", "/d"}, {"daemon.exec_root", "/e"}}},
	{"flag before file", {.words = "dockerd --data-root /a", .config = "{\"data-root\": \"/d\"}", .changed = true}, {{"daemon.data_root", "/a"}}},
	{"data root of a file that changed", {.config = "{\"data-root\": \"/d\"}", .changed = true}, {{"daemon.data_root", "unreadable"}}},
	{"data root of a broken file", {.config = "{"}, {{"daemon.data_root", "unreadable"}, {"daemon.config_file", "/etc/docker/daemon.json"}}},
	{"rootless", {.uid = 1000, .environ = "HOME=/home/ada XDG_RUNTIME_DIR=/run/user/1000", .descriptors = "10",
	  .unix_table = UNIX_LINE("10", "/run/user/1000/docker.sock")},
	 {{"daemon.rootless", "true"}, {"daemon.data_root", "/home/ada/.local/share/docker"}, {"daemon.exec_root", "/run/user/1000/docker"},
	  {"daemon.socket", "[/run/user/1000/docker.sock]"}, {"daemon.user", "1000"}}},
	{"rootless by RootlessKit", {.environ = "ROOTLESSKIT_STATE_DIR=/x XDG_DATA_HOME=/data"}, {{"daemon.rootless", "true"}, {"daemon.data_root", "/data/docker"}}},
	{"nothing is asked of a tree that is not live", {.words = "dockerd"}, {{"daemon.version", "unreadable"}, {"daemon.storage_driver", "unreadable"}}},
};

static void daemon_is_described_by_words_file_and_sockets(_unused_ void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		dockerd_add(tree, &rows[i].tree);
		run(tree);
		assert_string_equal(tree_shown(tree, "docker.present"), "true");
		check_facts(tree, rows[i].about, rows[i].expect);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

static void config_of_a_rootless_daemon_lies_below_its_home(void **state)
{
	static const struct expectation expect[] = {
		{"daemon.config_file", "/home/ada/.config/docker/daemon.json"}, {"daemon.data_root", "/d"}, {NULL, NULL}};
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){.uid = 1000, .environ = "HOME=/home/ada", .config = "{\"data-root\": \"/not-this\"}"});
	tree_file(tree, "/home/ada/.config/docker/daemon.json", "{\"data-root\": \"/d\"}", 0644);
	run(tree);
	check_facts(tree, "rootless", expect);
}

/* A container that runs a dockerd has an /etc of its own: this host's daemon.json says nothing about it. */
static void file_of_a_daemon_with_another_root_is_not_read(void **state)
{
	static const struct expectation expect[] = {
		{"daemon.data_root", "unreadable"}, {"daemon.config_file", "/etc/docker/daemon.json"},
		{"daemon.config_changed", "unreadable"}, {NULL, NULL}};
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){.config = "{\"data-root\": \"/d\"}"});
	tree_file(tree, "/proc/1/mountinfo", "21 1 8:1 / / rw - ext4 /dev/sda1 rw\n22 21 0:5 / /proc rw - proc proc rw\n", 0444);
	tree_file(tree, "/proc/4242/mountinfo", "90 80 0:55 / / rw - overlay overlay rw\n91 90 0:5 / /proc rw - proc proc rw\n", 0444);
	run(tree);
	check_facts(tree, "other root", expect);
}

static void two_daemons_are_two_subjects(void **state)
{
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){.words = "dockerd"});
	dockerd_add(tree, &(struct dockerd_tree){.words = "dockerd", .pid = 77});
	run(tree);
	assert_string_equal(dockerd_subject(tree, 0)->id, "docker:/var/lib/docker");
	assert_string_equal(dockerd_subject(tree, 1)->id, "docker:/var/lib/docker (pid 4242)");
	assert_null(dockerd_subject(tree, 2));
	assert_int_equal(facts_population(tree->facts, SCOPE_DAEMON)->state, FACT_PRESENT);
}

static void chores_and_namesakes_are_no_daemons(void **state)
{
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){.words = "docker-untar / /x"});
	dockerd_add(tree, &(struct dockerd_tree){.words = "dockerd", .pid = 77});
	assert_int_equal(unlink(tree_path(tree, "/proc/77/exe")), 0);
	tree_link(tree, "/proc/77/exe", "/usr/bin/dockerd-helper"); /* its comm is dockerd all the same */
	run(tree);
	assert_null(dockerd_subject(tree, 0));
	assert_string_equal(tree_shown(tree, "docker.present"), "false");
	assert_int_equal(facts_population(tree->facts, SCOPE_DAEMON)->state, FACT_PRESENT);
}

static void hidden_executable_leaves_the_population_open(void **state)
{
	struct probe_tree *tree = *state;
	struct process process = {.pid = 77, .comm = "dockerd", .exe_denied = true};
	struct processes processes = {.state = FACT_PRESENT, .exe_denied = 1};
	struct services services = {.arena = tree->arena};
	struct open_service entry = {&processes_service, &processes};
	struct probe_context ctx = {.host = tree->host, .facts = tree->facts, .request = &tree->request, .services = &services};

	vec_push(tree->arena, &processes.list, process);
	vec_push(tree->arena, &services.open, entry);
	ctx.probe = &probe_dockerd;
	tree_want(tree, "docker.present");
	assert_int_equal(probe_dockerd.collect(&ctx, NULL), 0);
	assert_int_equal(facts_population(tree->facts, SCOPE_DAEMON)->state, FACT_UNREADABLE);
	assert_string_equal(facts_population(tree->facts, SCOPE_DAEMON)->reason, "the executable of pid 77 cannot be read");
	assert_string_equal(tree_shown(tree, "docker.present"), "unreadable");
}

static void tree_at_rest_has_the_program_but_no_daemon(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/usr/sbin/dockerd", "", 0755);
	run(tree);
	assert_string_equal(tree_shown(tree, "docker.present"), "true");
	assert_int_equal(facts_population(tree->facts, SCOPE_DAEMON)->state, FACT_UNSUPPORTED);
	assert_string_equal(facts_population(tree->facts, SCOPE_DAEMON)->reason, "a tree at rest runs no daemon");
}

static void tree_at_rest_without_the_program_has_no_docker(void **state)
{
	run(*state);
	assert_string_equal(tree_shown(*state, "docker.present"), "false");
}

/* Stamps beyond the captured host's clock come from copying the tree. */
static void stamps_later_than_the_captured_clock_do_not_count(void **state)
{
	static const struct expectation expect[] = {{"daemon.config_changed", "false"}, {NULL, NULL}};
	struct probe_tree *tree = *state;

	tree_file(tree, "/.plimsoll-clock", "1700000000\n", 0644);
	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(host_open(tree->root, &tree->host, NULL), 0);
	dockerd_add(tree, &(struct dockerd_tree){.config = "{}", .changed = true});
	run(tree);
	check_facts(tree, "copied", expect);
}

#define TREE_TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(daemon_is_described_by_words_file_and_sockets),
		TREE_TEST(config_of_a_rootless_daemon_lies_below_its_home),
		TREE_TEST(file_of_a_daemon_with_another_root_is_not_read),
		TREE_TEST(two_daemons_are_two_subjects),
		TREE_TEST(chores_and_namesakes_are_no_daemons),
		TREE_TEST(hidden_executable_leaves_the_population_open),
		TREE_TEST(tree_at_rest_has_the_program_but_no_daemon),
		TREE_TEST(tree_at_rest_without_the_program_has_no_docker),
		TREE_TEST(stamps_later_than_the_captured_clock_do_not_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
