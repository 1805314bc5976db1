/* Units, programs and certificates of the engine on small trees; what is known of releases. */
#include "dockerd_tree.h"

#include "checks/dockerd_config.h"
#include "checks/dockerd_tls.h"
#include "checks/engine_releases.h"
#include "checks/systemd_unit.h"

extern const struct probe probe_engine;

#define ETC "/etc/systemd/system/"
#define USR "/usr/lib/systemd/system/"

static const char *unit_value(struct probe_tree *tree, const char *fact)
{
	tree_run(tree, &probe_engine);
	return tree_shown(tree, fact);
}

static void no_unit_is_absent(void **state)
{
	assert_string_equal(unit_value(*state, "docker.unit_files"), "absent");
	assert_string_equal(tree_shown(*state, "docker.environment_files"), "absent");
}

static void copy_in_etc_hides_the_packaged_unit_and_drop_ins_count(void **state)
{
	tree_file(*state, USR "docker.service", "[Service]\n", 0644);
	tree_file(*state, ETC "docker.service", "[Service]\n", 0644);
	tree_file(*state, USR "docker.service.d/b.conf", "[Service]\n", 0644);
	tree_file(*state, USR "docker.service.d/a.conf", "[Service]\n", 0644);
	tree_file(*state, ETC "docker.service.d/b.conf", "[Service]\n", 0644);
	tree_file(*state, ETC "service.d/c.conf", "[Service]\n", 0644);
	tree_file(*state, ETC "docker.service.d/notes", "no drop-in\n", 0644);
	assert_string_equal(unit_value(*state, "docker.unit_files"),
			    "[" ETC "docker.service, " USR "docker.service.d/a.conf, " ETC "docker.service.d/b.conf, " ETC "service.d/c.conf]");
	assert_string_equal(tree_shown(*state, "docker.unit_folders"), "[" ETC "docker.service.d, " USR "docker.service.d]");
}

static void link_to_null_masks_a_unit(void **state)
{
	tree_file(*state, USR "docker.service", "[Service]\n", 0644);
	tree_folder(*state, "/etc/systemd/system");
	tree_link(*state, ETC "docker.service", "/dev/null");
	assert_string_equal(unit_value(*state, "docker.unit_files"), "absent");
	assert_string_equal(tree_side(*state, "docker.unit_files")->reason, "the unit is masked");
}

static void empty_unit_is_masked(void **state)
{
	tree_file(*state, USR "docker.service", "[Service]\n", 0644);
	tree_file(*state, ETC "docker.service", "", 0644);
	assert_string_equal(unit_value(*state, "docker.unit_files"), "absent");
}

static void folder_of_units_that_loops_is_unreadable(void **state)
{
	tree_folder(*state, "/etc/systemd");
	tree_link(*state, "/etc/systemd/system", "system");
	assert_string_equal(unit_value(*state, "docker.unit_files"), "unreadable");
	assert_string_equal(tree_shown(*state, "docker.socket_unit_files"), "unreadable");
	assert_string_equal(tree_shown(*state, "docker.environment_files"), "unreadable");
}

static void environment_files_are_a_list_that_an_empty_value_resets(void **state)
{
	static const struct {
		const char *unit, *drop_in, *shown;
	} rows[] = {
		{"[Service]\nEnvironmentFile=-/a\nEnvironmentFile=/b\n", "", "[/a, /b]"},
		{"[Service]\nEnvironmentFile=/a\n", "[Service]\nEnvironmentFile=\n EnvironmentFile = /c\n", "[/c]"},
		{"[Service]\n#EnvironmentFile=/a\nEnvironmentFile=\\\n# within\n  /b\n", "", "[/b]"},
		{"[Unit]\nEnvironmentFile=/a\n[Service]\nEnvironment=A=/b\n", "", "absent"},
		{"[Service]\nEnvironmentFile=%E/a\n", "", "unreadable"},
		{"[Service]\nEnvironmentFile=/srv/*.env\n", "", "[/srv/x.env]"},
	};

	tree_file(*state, "/srv/x.env", "", 0644);
	for (size_t i = 0; i < COUNT(rows); i++) {
		tree_file(*state, USR "docker.service", rows[i].unit, 0644);
		tree_file(*state, USR "docker.service.d/x.conf", rows[i].drop_in, 0644);
		assert_string_equal(unit_value(*state, "docker.environment_files"), rows[i].shown);
	}
}

static void service_in_which_an_engine_runs_counts_with_its_sockets(void **state)
{
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){0});
	tree_file(tree, "/proc/4242/cgroup", "4:pids:/x\n1:name=systemd:/system.slice/second.service\n", 0444);
	tree_file(tree, USR "second.service", "[Service]\nSockets=api.socket\n", 0644);
	tree_file(tree, USR "api.socket", "[Socket]\n", 0644);
	assert_string_equal(unit_value(tree, "docker.unit_files"), "[" USR "second.service]");
	assert_string_equal(tree_shown(tree, "docker.socket_unit_files"), "[" USR "api.socket]");
}

static void service_of_a_user_or_around_a_container_does_not(void **state)
{
	struct probe_tree *tree = *state;

	dockerd_add(tree, &(struct dockerd_tree){0});
	tree_file(tree, USR "user@1.service", "[Service]\n", 0644);
	tree_file(tree, USR "docker-rootless.service", "[Service]\n", 0644);
	tree_file(tree, "/proc/4242/cgroup", "0::/user.slice/user-1.slice/user@1.service/app.slice/docker-rootless.service\n", 0444);
	assert_string_equal(unit_value(tree, "docker.unit_files"), "absent");
	tree_file(tree, USR "k3s.service", "[Service]\n", 0644);
	tree_file(tree, "/proc/4242/cgroup", "0::/system.slice/k3s.service/kubepods/x\n", 0444);
	assert_string_equal(unit_value(tree, "docker.unit_files"), "absent");
}

/* ---- programs ------------------------------------------------------------------------------------------------ */

static void programs_at_rest_are_the_first_in_path(void **state)
{
	struct probe_tree *tree = *state;

	tree_want(tree, "docker.program.containerd");
	tree_want(tree, "docker.program.containerd-shim");
	tree_want(tree, "docker.runtimes");
	tree_file(tree, "/usr/bin/containerd", "", 0755);
	tree_file(tree, "/usr/local/bin/containerd", "", 0644);
	tree_file(tree, "/usr/bin/containerd-shim-runc-v2", "", 0755);
	tree_file(tree, "/usr/sbin/runc", "", 0755);
	tree_file(tree, "/usr/local/bin/containerd-shim-kata-v2", "", 0755);
	tree_file(tree, "/etc/docker/daemon.json",
		  "{\"runtimes\": {\"a\": {\"path\": \"/opt/a\"}, \"k\": {\"runtimeType\": \"io.containerd.kata.v2\"}}}", 0644);
	tree_run(tree, &probe_engine);
	assert_string_equal(tree_shown(tree, "docker.program.containerd"), "[/usr/bin/containerd]");
	assert_string_equal(tree_shown(tree, "docker.program.containerd-shim"), "absent");
	assert_string_equal(tree_shown(tree, "docker.runtimes"), "[/usr/sbin/runc, /opt/a, /usr/local/bin/containerd-shim-kata-v2]");
	tree_file(tree, "/etc/docker/daemon.json", "{", 0644);
	tree_run(tree, &probe_engine);
	assert_string_equal(tree_shown(tree, "docker.runtimes"), "unreadable");
}

static void programs_of_a_running_engine_are_what_runs_and_what_its_path_leads_to(void **state)
{
	struct probe_tree *tree = *state;

	tree_want(tree, "docker.program.dockerd");
	tree_want(tree, "docker.program.containerd-shim-runc-v2");
	tree_want(tree, "docker.runtimes");
	dockerd_add(tree, &(struct dockerd_tree){.environ = "PATH=/opt/bin:/usr/bin"});
	tree_file(tree, "/opt/bin/containerd-shim-runc-v2", "", 0755);
	tree_file(tree, "/usr/bin/containerd-shim-runc-v2", "", 0755);
	tree_run(tree, &probe_engine);
	assert_string_equal(tree_shown(tree, "docker.program.containerd-shim-runc-v2"), "[/opt/bin/containerd-shim-runc-v2]");
	assert_string_equal(tree_shown(tree, "docker.program.dockerd"), "[/usr/bin/dockerd]");
	assert_string_equal(tree_shown(tree, "docker.runtimes"), "unreadable"); /* a captured engine does not answer */
}

/* ---- certificates -------------------------------------------------------------------------------------------- */

static const struct {
	const char *about;
	struct dockerd_tree tree;
	const char *ca, *key;
} tls_rows[] = {
	{"off", {.words = "dockerd --tlskey /k"}, "absent", "absent"},
	{"spelled out as off", {.words = "dockerd --tls=false --tlskey /k"}, "absent", "absent"},
	{"the environment alone", {.words = "dockerd --tlskey /k", .environ = "DOCKER_TLS_VERIFY=1"}, "absent", "absent"},
	{"both forms of a flag", {.words = "dockerd --tlsverify --tlscacert=/c --tlskey /k"}, "/c", "/k"},
	{"--tlsverify=false turns it on", {.words = "dockerd --tlsverify=false --tlscacert /c --tlskey \"/k\""}, "/c", "/k"},
	{"a name with the letter s", {.words = "dockerd --tls --tlscacert=/etc/ssl/certs/s.pem --tlskey k"}, "/etc/ssl/certs/s.pem", "/srv/work/k"},
	{"defaults", {.words = "dockerd --tls", .environ = "HOME=/home/a"}, "/home/a/.docker/ca.pem", "absent"},
	{"defaults of root", {.words = "dockerd --tls"}, "/root/.docker/ca.pem", "/root/.docker/key.pem"},
	{"defaults moved", {.words = "dockerd --tls", .environ = "DOCKER_CERT_PATH=/m DOCKER_CONFIG=/n"}, "/m/ca.pem", "absent"},
	{"no home is known", {.words = "dockerd --tls --tlskey /k", .uid = 1000}, "unreadable", "/k"},
	{"by file", {.config = "{\"tls\": true, \"tlscacert\": \"/c\", \"tlskey\": \"/k\"}"}, "/c", "/k"},
	{"by file, off", {.config = "{\"tls\": false, \"tlskey\": \"/k\"}"}, "absent", "absent"},
	{"by file, tlsverify false", {.config = "{\"tlsverify\": false, \"tlskey\": \"/k\"}"}, "absent", "/k"},
	{"by file alone, flags are dropped", {.words = "dockerd --tlscacert /c", .config = "{\"tls\": true, \"tlskey\": \"/k\"}"}, "absent", "/k"},
	{"by file, the environment keeps flags",
	 {.words = "dockerd --tlscacert /c", .environ = "DOCKER_TLS_VERIFY=1", .config = "{\"tls\": true, \"tlskey\": \"/k\"}"}, "/c", "/k"},
	{"flag on, path by file", {.words = "dockerd --tls", .config = "{\"tlscacert\": \"/c\", \"tlskey\": \"/k\"}"}, "/c", "/k"},
	{"changed file", {.words = "dockerd --tls --tlskey /k", .config = "{}", .changed = true}, "unreadable", "/k"},
	{"changed file, no flag", {.config = "{}", .changed = true}, "unreadable", "unreadable"},
	{"unreadable file", {.words = "dockerd", .config = "{"}, "unreadable", "unreadable"},
};

static const char *tls_shown(struct probe_tree *tree, const char *fact)
{
	return dockerd_shown(tree, facts_side(dockerd_subject(tree, 0), fact, SIDE_PLAIN));
}

static void certificates_are_found_as_dockerd_finds_them(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(tls_rows); i++) {
		struct probe_tree *tree;
		void *own;

		assert_int_equal(tree_setup(&own), 0);
		tree = own;
		tree_want(tree, "daemon.tls.ca");
		tree_want(tree, "daemon.tls.key");
		tree_file(tree, "/root/.docker/key.pem", "", 0400);
		dockerd_add(tree, &tls_rows[i].tree);
		tree_run(tree, &probe_engine);
		if (strcmp(tls_shown(tree, "daemon.tls.ca"), tls_rows[i].ca) != 0 ||
		    strcmp(tls_shown(tree, "daemon.tls.key"), tls_rows[i].key) != 0)
			fail_msg("%s: %s, %s", tls_rows[i].about, tls_shown(tree, "daemon.tls.ca"), tls_shown(tree, "daemon.tls.key"));
		assert_int_equal(tree_teardown(&own), 0);
	}
}

static void replaced_program_is_told_by_its_deleted_link(void **state)
{
	struct probe_tree *tree = *state;

	tree_want(tree, "daemon.replaced");
	dockerd_add(tree, &(struct dockerd_tree){0});
	tree_run(tree, &probe_engine);
	assert_string_equal(tls_shown(tree, "daemon.replaced"), "false");
	unlink(tree_path(tree, "/proc/4242/exe"));
	tree_link(tree, "/proc/4242/exe", "/usr/bin/dockerd (deleted)");
	tree_run(tree, &probe_engine);
	assert_string_equal(tls_shown(tree, "daemon.replaced"), "true");
}

/* ---- releases ------------------------------------------------------------------------------------------------ */

static void lines_end_for_good_and_current_ones_are_believed_for_a_while(void **state _unused_)
{
	static const struct {
		const char *version;
		int64_t now;
		enum engine_support support;
	} rows[] = {
		{"1.13.1", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_ENDED},
		{"20.10.24+dfsg1", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_ENDED},
		{"20.10.24", 1702166399, ENGINE_SUPPORT_UNKNOWN},
		{"20.10.24", 1702166400, ENGINE_SUPPORT_ENDED},
		{"25.0.6", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_UNKNOWN},
		{"26.0.2", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_ENDED},
		{"26.1.5", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_UNKNOWN},
		{"29.9.0", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_CURRENT},
		{"29.9.0", ENGINE_RELEASES_AS_OF + ENGINE_RELEASES_FRESH, ENGINE_SUPPORT_UNKNOWN},
		{"31.0.0", ENGINE_RELEASES_AS_OF, ENGINE_SUPPORT_UNKNOWN},
	};
	const char *line;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(engine_releases_support(rows[i].version, rows[i].now, &line), rows[i].support);
}

static void faults_are_those_of_the_running_line(void **state)
{
	static const struct {
		const char *version, *fault;
		bool affected;
	} rows[] = {
		{"20.10.23", "CVE-2023-28840", true},   {"20.10.24", "CVE-2023-28840", false}, {"23.0.2", "CVE-2023-28840", true},
		{"24.0.9", "CVE-2024-41110", true},     {"25.0.6", "CVE-2024-41110", false},   {"27.1.0", "CVE-2024-41110", true},
		{"26.0.0-rc2", "CVE-2024-29018", true}, {"26.0.0", "CVE-2024-29018", false},   {"29.3.0", "CVE-2026-34040", true},
		{"29.3.1", "CVE-2026-34040", false},    {"25.0.13", "CVE-2025-54410", false},  {"27.5.1", "CVE-2025-54410", true},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strings ids = {0}, notes = {0};

		engine_releases_faults(tree->arena, rows[i].version, &ids, &notes);
		if (strings_has(&ids, rows[i].fault) != rows[i].affected)
			fail_msg("%s %s", rows[i].version, rows[i].fault);
	}
}

#define IN_TREE(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_TREE(no_unit_is_absent),
		IN_TREE(copy_in_etc_hides_the_packaged_unit_and_drop_ins_count),
		IN_TREE(link_to_null_masks_a_unit),
		IN_TREE(empty_unit_is_masked),
		IN_TREE(folder_of_units_that_loops_is_unreadable),
		IN_TREE(environment_files_are_a_list_that_an_empty_value_resets),
		IN_TREE(service_in_which_an_engine_runs_counts_with_its_sockets),
		IN_TREE(service_of_a_user_or_around_a_container_does_not),
		IN_TREE(programs_at_rest_are_the_first_in_path),
		IN_TREE(programs_of_a_running_engine_are_what_runs_and_what_its_path_leads_to),
		cmocka_unit_test(certificates_are_found_as_dockerd_finds_them),
		IN_TREE(replaced_program_is_told_by_its_deleted_link),
		IN_TREE(lines_end_for_good_and_current_ones_are_believed_for_a_while),
		IN_TREE(faults_are_those_of_the_running_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
