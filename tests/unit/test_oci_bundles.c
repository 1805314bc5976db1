/* Which containers runtimes keep on disk, whose word that is, and which process is whose: captured trees. */
#include "docker_fixture.h"

#include "checks/oci_bundles.h"

#define A     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define TASKS "/run/containerd/" OCI_PLACES_TASKS
#define HOST  100

extern const struct probe probe_runtime;

struct made {
	int pid, ticks, uid;
	unsigned mounts;
	const char *exe, *cmdline; /* words with blanks between them */
	const char *cwd;
};

static void make_process(struct probe_tree *tree, const struct made *made)
{
	const char *folder = arena_printf(tree->arena, "/proc/%d", made->pid);
	char *words = arena_strdup(tree->arena, made->cmdline ?: "");

	tree_file(tree, arena_printf(tree->arena, "%s/stat", folder),
		  arena_printf(tree->arena, "%d (x) S 1 1 1 0 -1 %u 1 2 3 4 5 6 7 8 20 0 1 0 %d 1 1", made->pid,
			       made->pid == 2 ? 0x00200000 : 0, made->ticks),
		  0644);
	tree_file(tree, arena_printf(tree->arena, "%s/status", folder),
		  arena_printf(tree->arena, "Name:\tx\nUid:\t%d\t%d\t%d\t%d\n", made->uid, made->uid, made->uid, made->uid), 0644);
	tree_file(tree, arena_printf(tree->arena, "%s/cgroup", folder), "0::/\n", 0644);
	for (size_t i = 0, len = strlen(words); i < len; i++)
		words[i] = words[i] == ' ' ? '\0' : words[i];
	const char *path = arena_printf(tree->arena, "%s/cmdline", folder);
	tree_file(tree, path, "", 0644);
	FILE *file = fopen(tree_path(tree, path), "w");
	fwrite(words, 1, strlen(made->cmdline ?: "") + 1, file);
	fclose(file);
	if (made->exe)
		tree_link(tree, arena_printf(tree->arena, "%s/exe", folder), made->exe);
	if (made->cwd)
		tree_link(tree, arena_printf(tree->arena, "%s/cwd", folder), made->cwd);
	tree_folder(tree, arena_printf(tree->arena, "%s/ns", folder));
	tree_link(tree, arena_printf(tree->arena, "%s/ns/mnt", folder), arena_printf(tree->arena, "mnt:[%u]", made->mounts));
	tree_link(tree, arena_printf(tree->arena, "%s/ns/pid", folder), arena_printf(tree->arena, "pid:[%u]", HOST));
}

static void make_host(struct probe_tree *tree)
{
	static const struct made host[] = {{1, 1, 0, HOST, "/sbin/init", "init", NULL}, {2, 1, 0, HOST, NULL, NULL, NULL}};

	tree_file(tree, "/proc/stat", "cpu 1\nbtime 1000\n", 0644);
	make_process(tree, &host[0]);
	make_process(tree, &host[1]);
}

static struct probe_context context(struct probe_tree *tree)
{
	struct services *services = ARENA_NEW(tree->arena, struct services);

	services->arena = tree->arena;
	tree->request.everything = true;
	return (struct probe_context){tree->host, tree->facts, &tree->request, &probe_runtime, services};
}

/* "ID by/engine PID" of every bundle; "-" for none. */
static const char *told(struct probe_tree *tree, struct oci_bundles *bundles)
{
	const char *all = "";

	vec_each(each, &bundles->list) {
		struct oci_bundle *bundle = *each;

		oci_bundles_ask(bundles, bundle);
		all = arena_printf(tree->arena, "%s[%.8s %s/%s %d%s]", all, bundle->id, bundle->declared_by, bundle->engine,
				   bundle->init ? bundle->init->pid : 0, bundle->created ? " created" : "");
	}
	return *all ? all : "-";
}

#define STATE(pid, start) "{\"id\":\"x\",\"init_process_pid\":" #pid ",\"init_process_start\":" #start ",\"config\":{\"labels\":[\"bundle=/b\"]}}"
#define INIT(uid) {10, 9, uid, 200, "/bin/sleep", "sleep 1", NULL}

/* {what is so, processes, files by name and text, what is told} */
static const struct {
	const char *name;
	struct made made[3];
	const char *files[4][2];
	const char *told;
} hosts[] = {
	{"nothing", {{0}}, {{0}}, "-"},
	{"runc's state", {INIT(0)}, {{"/run/runc/x/state.json", STATE(10, 9)}}, "[x runc/none 10]"},
	{"of a process before this one", {INIT(0)}, {{"/run/runc/x/state.json", STATE(10, 8)}}, "[x runc/none 0]"},
	{"waiting for its start", {INIT(0)}, {{"/run/runc/x/state.json", STATE(10, 9)}, {"/run/runc/x/exec.fifo", ""}},
	 "[x runc/none 10 created]"},
	{"crun's status", {INIT(0)}, {{"/run/crun/x/status", "{\"pid\":10,\"process-start-time\":9,\"bundle\":\"/b\"}"}},
	 "[x crun/none 10]"},
	{"junk is listed and names no process", {INIT(0)}, {{"/run/runc/x/state.json", "{"}, {"/run/runc/y/state.json", "[]"}},
	 "[x runc/none 0][y runc/none 0]"},
	{"pids out of range", {INIT(0)}, {{"/run/runc/x/state.json", STATE(-10, 9)}, {"/run/runc/y/state.json", STATE(4294967306, 9)}},
	 "[x runc/none 0][y runc/none 0]"},
	{"containerd's task, its runc elsewhere", {INIT(0)},
	 {{TASKS "/moby/x/options.json", "{\"root\":\"/run/docker/runtime-runc\"}"},
	  {"/run/docker/runtime-runc/moby/x/state.json", STATE(10, 9)}},
	 "[x containerd/docker 10]"},
	{"containerd's task, its runc at home", {INIT(0)},
	 {{TASKS "/k8s.io/x/options.json", "{}"}, {"/run/containerd/runc/k8s.io/x/state.json", STATE(10, 9)}},
	 "[x containerd/containerd 10]"},
	{"another containerd by its shim", {{20, 9, 0, HOST, "/usr/bin/containerd-shim-runc-v2", "shim -namespace n -id x",
					     "/else/" OCI_PLACES_TASKS "/n/x"}},
	 {{"/else/" OCI_PLACES_TASKS "/n/x/config.json", "{}"}}, "[x containerd/containerd 0]"},
	{"a shim that works elsewhere than it says", {{20, 9, 0, HOST, "/usr/bin/containerd-shim-runc-v2", "shim -namespace n -id x", "/else/a/b"}},
	 {{"/else/" OCI_PLACES_TASKS "/n/x/config.json", "{}"}}, "-"},
	{"podman's conmon", {INIT(0), {20, 9, 0, HOST, "/usr/bin/conmon", "conmon -c " A " -r /usr/bin/runc -b /s/vfs-containers/" A
				      "/userdata -n web --exit-command /usr/bin/podman", NULL}},
	 {{"/run/runc/" A "/state.json", STATE(10, 9)}}, "[aaaaaaaa conmon/podman 10]"},
	{"CRI-O's conmon, its runtime's root given", {INIT(0), {20, 9, 0, HOST, "/usr/bin/conmon", "conmon -b /b/userdata -c x -n web "
					     "-r /usr/bin/crun --runtime-arg --root=/run/other", NULL}},
	 {{"/run/other/x/status", "{\"pid\":10,\"process-start-time\":9}"}}, "[x conmon/cri-o 10]"},
	{"conmon in somebody's container", {INIT(0), {20, 9, 0, 300, "/usr/bin/conmon", "conmon -c x -r runc -b /b", NULL}}, {{0}}, "-"},
	{"a program that says it is conmon", {INIT(0), {20, 9, 0, HOST, "/bin/sleep", "conmon -c x -r runc -b /b", NULL}}, {{0}}, "-"},
	{"runc with a root of its own", {INIT(0), {20, 9, 0, HOST, "/usr/sbin/runc", "runc --root /r run x", NULL}},
	 {{"/r/x/state.json", STATE(10, 9)}}, "[x runc/none 10]"},
	{"a user's word on root's process", {INIT(0)}, {{"/run/user/7/runc/x/state.json", STATE(10, 9)}}, "[x runc/none 0]"},
	{"a user's word on a user's process", {INIT(8)}, {{"/run/user/7/runc/x/state.json", STATE(10, 9)}}, "[x runc/none 10]"},
	{"podman's storage", {{0}}, {{"/var/lib/containers/storage/vfs-containers/containers.json",
		"[{\"id\":\"" A "\",\"names\":[\"web\"],\"metadata\":\"{\\\"image-name\\\":\\\"\\\",\\\"name\\\":\\\"web\\\"}\"},"
		"{\"id\":\"" A "\",\"names\":[\"build\"],\"metadata\":\"\"},{\"id\":\"../../etc\",\"metadata\":\"{}\"},7]"}},
	 "[aaaaaaaa storage/podman 0]"},
};

static void make_all(struct probe_tree *tree, size_t i)
{
	make_host(tree);
	for (size_t j = 0; j < COUNT(hosts[i].made) && hosts[i].made[j].pid; j++)
		make_process(tree, &hosts[i].made[j]);
	for (size_t j = 0; j < COUNT(hosts[i].files) && hosts[i].files[j][0]; j++)
		tree_file(tree, hosts[i].files[j][0], hosts[i].files[j][1], 0600);
}

static void bundles_are_told(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(hosts); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		make_all(tree, i);
		struct probe_context ctx = context(tree);
		struct oci_bundles *bundles = probe_service(&ctx, &oci_bundles_service);
		const char *got = told(tree, bundles);
		if (strcmp(got, hosts[i].told) != 0)
			fail_msg("%s: %s, not %s", hosts[i].name, got, hosts[i].told);
		assert_int_equal(bundles->state, FACT_PRESENT);
		tree_teardown(&tree);
	}
}

static void root_is_believed_before_a_user(void **state)
{
	struct probe_tree *tree = *state;
	const struct made init = INIT(8);

	make_host(tree);
	make_process(tree, &init);
	tree_file(tree, "/run/user/7/runc/lie/state.json", STATE(10, 9), 0600);
	tree_file(tree, "/run/crun/true/status", "{\"pid\":10,\"process-start-time\":9}", 0600);
	struct probe_context ctx = context(tree);
	struct oci_bundles *bundles = probe_service(&ctx, &oci_bundles_service);
	const struct processes *processes = probe_service(&ctx, &processes_service);
	assert_string_equal(oci_bundles_of_process(bundles, &processes->list.items[2])->id, "true");
}

static void malformed_storage_leaves_the_list_unreadable(void **state)
{
	struct probe_tree *tree = *state;

	tree_file(tree, "/var/lib/containers/storage/overlay-containers/containers.json", "{}", 0600);
	struct probe_context ctx = context(tree);
	struct oci_bundles *bundles = probe_service(&ctx, &oci_bundles_service);
	assert_int_equal(bundles->state, FACT_UNREADABLE);
	assert_non_null(strstr(bundles->reason, "is no list"));
}

static void nameless_running_container_has_its_bundle(void **state)
{
	struct probe_tree *tree = *state;
	struct made init = INIT(0);

	make_host(tree);
	make_process(tree, &init);
	tree_file(tree, "/proc/10/cgroup", "0::/docker/" A "\n", 0644);
	tree_file(tree, "/run/runc/" A "/state.json", STATE(10, 9), 0600);
	tree_file(tree, "/b/config.json", "{\"process\":{\"noNewPrivileges\":true}}", 0600);
	tree_file(tree, "/run/runc/" A "x/state.json", STATE(11, 9), 0600);
	struct probe_context ctx = context(tree);
	assert_int_equal(probe_runtime.collect(&ctx, NULL), 0);
	const struct subject *running = facts_find_subject(tree->facts, SCOPE_CONTAINER, A);
	const struct subject *stopped = facts_find_subject(tree->facts, SCOPE_CONTAINER, A "x");
	assert_non_null(running);
	assert_non_null(stopped);
	assert_string_equal(fixture_shown(tree->arena, running, "container.no_new_privileges"), "true");
	assert_string_equal(fixture_shown(tree->arena, running, "container.bundle"), "\"/b\"");
	assert_string_equal(fixture_shown(tree->arena, running, "container.declared_by"), "\"runc\"");
	assert_string_equal(fixture_shown(tree->arena, running, "container.started_at"), "1000");
	assert_string_equal(fixture_shown(tree->arena, stopped, "container.state"), "\"exited\"");
	assert_string_equal(fixture_shown(tree->arena, stopped, "container.started_at"), "!absent");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bundles_are_told),
		TEST(root_is_believed_before_a_user),
		TEST(malformed_storage_leaves_the_list_unreadable),
		TEST(nameless_running_container_has_its_bundle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
