/* Which programs that run containers are there, in which versions, and what is known of those. */
#include "go_program.h"

#include "checks/advisories.h"
#include "checks/dpkg.h"

extern const struct probe probe_components;

#define FACT "host.components"
#define RUNC "path\tgithub.com/opencontainers/runc\nmod\tgithub.com/opencontainers/runc\tv1.1.5\th1:x=\n"

static void run_on(struct probe_tree *tree)
{
	tree_want(tree, FACT);
	tree_run(tree, &probe_components);
}

static void go_file(struct probe_tree *tree, const char *path, const char *lines)
{
	go_write(tree, path, &(struct go_program){.compiler = "go1.22", .lines = lines});
}

static void assert_row(struct probe_tree *tree, size_t row, const char *const fields[][2], size_t count)
{
	const struct fact_side *side = tree_side(tree, FACT);

	for (size_t i = 0; i < count; i++)
		assert_string_equal(tree_field(tree, side, row, fields[i][0]), fields[i][1]);
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static void distributions_package_is_told_from_upstreams(void **state)
{
	static const char *const debian[][2] = {
		{"component", "runc"}, {"version", "1.1.5"}, {"program", "/usr/sbin/runc"}, {"package", "runc"},
		{"package_version", "1.1.5+ds1-1+deb12u1"}, {"distribution", "true"}, {"running", "false"},
	};
	static const char *const upstream[][2] = {
		{"component", "containerd"}, {"version", "1.7.24"}, {"source", "package containerd.io"}, {"package", "containerd.io"},
		{"distribution", "false"},
	};
	static const char *const local[][2] = {
		{"component", "runc"}, {"program", "/usr/local/bin/runc"}, {"package", ""}, {"distribution", "false"},
	};
	struct probe_tree *tree = *state;

	tree_file(tree, "/var/lib/dpkg/status",
		  "Package: runc\nStatus: install ok installed\nVersion: 1.1.5+ds1-1+deb12u1\n\n"
		  "Package: containerd.io\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.7.24-1\n\n"
		  "Package: crun\nStatus: deinstall ok config-files\nVersion: 1.8.1-1\n",
		  0644);
	tree_file(tree, "/var/lib/dpkg/info/runc.list", "/.\n/usr\n/usr/sbin\n/usr/sbin/runc\n/usr/sbin/runc-extra\n", 0644);
	tree_file(tree, "/var/lib/dpkg/info/containerd.io.list", "/usr/bin/containerd\n/usr/local/bin/runc-more\n", 0644);
	tree_file(tree, "/usr/bin/containerd", "not a program of Go\n", 0755);
	go_file(tree, "/usr/sbin/runc", RUNC);
	go_file(tree, "/usr/local/bin/runc", RUNC);
	tree_link(tree, "/sbin", "usr/sbin");
	run_on(tree);
	assert_int_equal(tree_side(tree, FACT)->value.records.count, 3);
	assert_row(tree, 0, upstream, COUNT(upstream));
	assert_row(tree, 1, debian, COUNT(debian));
	assert_row(tree, 2, local, COUNT(local));
}

static void version_that_nothing_tells_is_missing(void **state)
{
	static const char *const rows[][2] = {{"component", "crun"}, {"version", ""}, {"distribution", "true"}, {"faults", "[]"}};
	struct probe_tree *tree = *state;

	tree_folder(tree, "/var/lib/rpm");
	tree_file(tree, "/usr/bin/crun", "\177ELF", 0755);
	run_on(tree);
	assert_row(tree, 0, rows, COUNT(rows));
}

static void unreadable_package_list_does_not_make_a_program_upstreams(void **state)
{
	static const char *const rows[][2] = {{"component", "runc"}, {"distribution", "true"}};
	struct probe_tree *tree = *state;

	tree_folder(tree, "/var/lib/dpkg/status");
	go_file(tree, "/usr/bin/runc", RUNC);
	run_on(tree);
	assert_row(tree, 0, rows, COUNT(rows));
}

static void component_within_another_program_is_told_by_its_module(void **state)
{
	static const char *const containerd[][2] = {{"component", "containerd"}, {"version", "2.0.5-k3s1"}};
	static const char *const engine[][2] = {{"component", "moby"}, {"version", "28.3.2"}};
	static const char *const builder[][2] = {{"component", "buildkit"}, {"version", "0.23.2"}, {"program", "/usr/bin/dockerd"}};
	struct probe_tree *tree = *state;

	go_file(tree, "/usr/bin/dockerd", "path\tgithub.com/docker/docker/cmd/dockerd\ndep\tgithub.com/moby/buildkit\tv0.23.2\th1:x=\n"
					  "build\t-ldflags=\"-X \\\"github.com/docker/docker/dockerversion.Version=28.3.2\\\"\"\n");
	go_file(tree, "/var/lib/rancher/k3s/data/current/bin/containerd",
		"path\tgithub.com/k3s-io/k3s\ndep\tgithub.com/containerd/containerd/v2\tv2.0.5\n=>\tx/y\tv2.0.5-k3s1\th1:x=\n");
	run_on(tree);
	assert_row(tree, 0, engine, COUNT(engine));
	assert_row(tree, 1, builder, COUNT(builder));
	assert_row(tree, 2, containerd, COUNT(containerd));
}

static void host_without_any_has_none(void **state)
{
	run_on(*state);
	assert_string_equal(tree_shown(*state, FACT), "absent");
}

/* ---- packages ------------------------------------------------------------------------------------------------ */

static void upstream_version_of_a_package(void **state)
{
	static const char *const rows[][2] = {
		{"1.1.5+ds1-1+deb12u1", "1.1.5+ds1"}, {"5:27.3.1-1~debian.12~bookworm", "27.3.1"}, {"1.6.20~ds1-1+deb12u3", "1.6.20-ds1"},
		{"5:29.0.0~rc.1-1~ubuntu.24.04~noble", "29.0.0-rc.1"}, {"1.8", "1.8"}, {"", ""},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(dpkg_upstream(tree->arena, rows[i][0]), rows[i][1]);
}

/* ---- faults -------------------------------------------------------------------------------------------------- */

/* From the projects' advisories: the last version with the fault and the first without, of each branch. */
static void faults_begin_and_end_where_the_advisories_say(void **state)
{
	static const struct {
		const char *component, *version, *id;
		bool known, possible;
	} rows[] = {
		{"runc", "1.0.0-rc92", "CVE-2024-21626", false, false},
		{"runc", "1.0.0-rc93", "CVE-2024-21626", true, false},
		{"runc", "1.1.11", "CVE-2024-21626", true, false},
		{"runc", "1.1.12", "CVE-2024-21626", false, false},
		{"runc", "1.1.5+ds1", "CVE-2024-21626", true, false},
		{"runc", "1.1.5+ds1", "CVE-2023-27561", false, false},
		{"runc", "1.0.0-rc6", "CVE-2019-5736", true, false},
		{"runc", "1.0.0-rc7", "CVE-2019-5736", false, false},
		{"runc", "1.2.7", "CVE-2025-52881", true, false},
		{"runc", "1.2.8", "CVE-2025-52881", false, false},
		{"runc", "1.3.2", "CVE-2025-52881", true, false},
		{"runc", "1.3.3", "CVE-2025-52881", false, false},
		{"runc", "1.4.0-rc.2", "CVE-2025-52881", true, false},
		{"runc", "1.4.0-rc.3", "CVE-2025-52881", false, false},
		{"runc", "1.5.2", "CVE-2026-119101", true, false},
		{"runc", "1.5.3", "CVE-2026-119101", false, false},
		{"crun", "1.19.1", "CVE-2025-24965", true, false},
		{"crun", "1.20", "CVE-2025-24965", false, false},
		{"crun", "1.26", "CVE-2026-30892", false, true},
		{"moby", "27.0.3", "CVE-2024-41110", true, false},
		{"moby", "27.1.0", "CVE-2024-41110", true, false},
		{"moby", "27.1.1", "CVE-2024-41110", false, false},
		{"moby", "25.0.6", "CVE-2024-41110", false, false},
		{"moby", "18.09.9", "CVE-2024-41110", false, false},
		{"moby", "25.0.13", "CVE-2025-54410", false, false},
		{"moby", "27.5.1", "CVE-2025-54410", true, false},
		{"containerd", "1.7.26", "CVE-2024-40635", true, false},
		{"containerd", "1.7.27", "CVE-2024-40635", false, false},
		{"containerd", "2.1.4", "CVE-2024-25621", true, false},
		{"containerd", "2.1.4", "CVE-2026-46680", false, true},
		{"containerd", "1.7.40", "CVE-2026-95839", false, true},
		{"containerd", "2.4.2", "CVE-2026-95839", false, false},
		{"buildkit", "0.28.0", "CVE-2026-33747", true, false},
		{"buildkit", "0.12.4", "CVE-2024-23652", false, true},
		{"nvidia-container-toolkit", "1.16.1", "CVE-2024-0132", true, false},
		{"nvidia-container-toolkit", "1.17.7", "CVE-2025-23266", true, false},
		{"nvidia-container-toolkit", "1.17.8", "CVE-2025-23266", false, false},
		{"podman", "1.0.0", "CVE-2024-21626", false, false},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct advisories found = advisories_find(tree->arena, rows[i].component, rows[i].version);

		if (strings_has(&found.known, rows[i].id) != rows[i].known ||
		    strings_has(&found.possible, rows[i].id) != rows[i].possible)
			fail_msg("%s %s %s", rows[i].component, rows[i].version, rows[i].id);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(distributions_package_is_told_from_upstreams),
		TEST(version_that_nothing_tells_is_missing),
		TEST(unreadable_package_list_does_not_make_a_program_upstreams),
		TEST(component_within_another_program_is_told_by_its_module),
		TEST(host_without_any_has_none),
		TEST(upstream_version_of_a_package),
		TEST(faults_begin_and_end_where_the_advisories_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
