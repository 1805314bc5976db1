/* An OCI runtime configuration as the declared state of a container: what stands in it by hand, and what comes out. */
#include "docker_fixture.h"

#include "checks/oci_identity.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* ' stands for ". */
static const char *quoted(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return copy;
}

struct made {
	struct probe_tree *tree;
	struct probe_context ctx;
	struct oci_bundle bundle;
	struct oci_config config;
	struct subject *subject;
};

static void make(struct made *made, void **state, const char *engine, const char *text)
{
	struct probe_tree *tree = *state;
	struct services *services = ARENA_NEW(tree->arena, struct services);

	services->arena = tree->arena;
	tree->request.everything = true;
	*made = (struct made){
		.tree = tree,
		.ctx = {tree->host, tree->facts, &tree->request, &probe_container, services},
		.bundle = {.declared_by = "test", .engine = engine, .id = A, .folder = "/bundle", .config = "/bundle/config.json",
			   .asked = true},
	};
	struct oci_bundles bundles = {.ctx = &made->ctx};
	if (text)
		tree_file(tree, "/bundle/config.json", quoted(tree->arena, text), 0600);
	made->subject = facts_subject(tree->facts, SCOPE_CONTAINER, A, "a", NULL);
	oci_config_load(&bundles, &made->bundle, &made->config);
	oci_config_record(&made->ctx, made->subject, &made->bundle, &made->config);
}

/* {engine, config.json, fact, what is declared} */
static const struct {
	const char *engine, *text, *fact, *shown;
} rows[] = {
	{"none", "{'process':{'capabilities':{'bounding':['CAP_SYS_ADMIN','CAP_KILL']}}}", "container.capabilities.bounding",
	 "['kill','sys_admin']"},
	{"none", "{}", "container.capabilities.bounding", "[]"},
	{"none", "{'process':{'capabilities':{'bounding':'all'}}}", "container.capabilities.bounding", "!unreadable"},
	{"none", "{'process':{'capabilities':7}}", "container.capabilities.bounding", "!unreadable"},
	{"none", "{'process':{'noNewPrivileges':true}}", "container.no_new_privileges", "true"},
	{"none", "{'process':{}}", "container.no_new_privileges", "false"},
	{"none", "{'process':{'noNewPrivileges':'yes'}}", "container.no_new_privileges", "!unreadable"},
	{"none", "{'process':{'user':{'uid':0,'gid':0}}}", "container.user", "'0'"},
	{"none", "{'process':{'user':{'uid':7,'gid':8}}}", "container.user", "'7:8'"},
	{"none", "{'process':{'env':['A=b','TOKEN=x']}}", "container.environment.names", "['A','TOKEN']"},
	{"none", "{'process':{'rlimits':[{'type':'RLIMIT_NOFILE','soft':1,'hard':18446744073709551615}]}}", "container.ulimits",
	 "[{'name':'nofile','soft':1,'hard':'unlimited'}]"},
	{"none", "{'process':{'rlimits':[{'type':'RLIMIT_NOFILE'}]}}", "container.ulimits", "!unreadable"},
	{"none", "{'root':{'path':'r','readonly':true}}", "container.rootfs.readonly", "true"},
	{"none", "{'linux':{'maskedPaths':['/proc/kcore']}}", "container.masked_paths", "['/proc/kcore']"},
	{"none", "{}", "container.readonly_paths", "[]"},
	{"none", "{'linux':{'resources':{'memory':{'limit':1048576,'disableOOMKiller':true}}}}", "container.cgroup.memory_max", "1048576"},
	{"none", "{'linux':{'resources':{'memory':{'limit':1048576,'disableOOMKiller':true}}}}", "container.oom.kill_disabled", "true"},
	{"none", "{'linux':{'resources':{'memory':{'limit':-1}}}}", "container.cgroup.memory_max", "'unlimited'"},
	{"none", "{'linux':{'resources':{'pids':{'limit':5}}}}", "container.cgroup.pids_max", "5"},
	{"none", "{'linux':{'resources':{'cpu':{'shares':7,'quota':1000}}}}", "container.cgroup.cpu_limited", "true"},
	{"none", "{'linux':{'resources':{'cpu':{'quota':-1}}}}", "container.cgroup.cpu_limited", "false"},
	{"none", "{'linux':{'resources':{'cpu':{'cpus':'0'}}}}", "container.cgroup.cpu_limited", "true"},
	{"none", "{'linux':{'resources':{'cpu':{'cpus':'0-1'}}}}", "container.cgroup.cpus", "'0-1'"},
	{"none", "{'linux':{'resources':{'cpu':{'quota':1001,'period':2000}}}}", "container.cgroup.cpu_quota_percent", "51"},
	{"none", "{'linux':{}}", "container.cgroup.cpu_quota_percent", "'unlimited'"},
	{"none", "{'linux':{'resources':{'memory':{'limit':5,'swap':7}}}}", "container.cgroup.swap_max", "2"},
	{"none", "{'linux':{'resources':{'memory':{'limit':5}}}}", "container.cgroup.swap_max", "'unlimited'"},
	{"none", "{'linux':{'resources':{'memory':{'swap':'x'}}}}", "container.cgroup.swap_max", "!unreadable"},
	{"none", "{'linux':{'resources':{'blockIO':{'throttleReadBpsDevice':[{'major':8,'minor':0,'rate':5}]}}}}",
	 "container.cgroup.io_max", "[{'device':'8:0','read_bps':5}]"},
	{"none", "{'linux':{'resources':{'blockIO':{'throttleReadBpsDevice':[{'rate':5}]}}}}", "container.cgroup.io_max", "!unreadable"},
	{"none", "{'process':{'env':['A=b','API_TOKEN=abcdefgh']}}", "container.environment.secrets", "['API_TOKEN']"},
	{"none", "{'linux':{'cgroupsPath':'/libpod_parent/x'}}", "container.cgroup.parent", "'/libpod_parent'"},
	{"none", "{'linux':{'cgroupsPath':'machine.slice:libpod:x'}}", "container.cgroup.parent", "'machine.slice'"},
	{"none", "{'linux':{'sysctl':{'net.ipv4.ip_forward':'1'}}}", "container.sysctls", "{'net.ipv4.ip_forward':'1'}"},
	{"none", "{'annotations':{'a':'b','password':'x'}}", "container.labels", "{'a':'b','password':'(redacted)'}"},
	{"none", "{'linux':{'namespaces':[{'type':'pid'}]}}", "container.namespaces.pid", "'private'"},
	{"none", "{'linux':{'namespaces':[{'type':'pid'}]}}", "container.namespaces.network", "'host'"},
	{"none", "{'linux':{'namespaces':[{'type':'network','path':'/run/netns/gone'}]}}", "container.namespaces.network",
	 "'path:/run/netns/gone'"},
	{"none", "{'linux':{'namespaces':{}}}", "container.namespaces.pid", "!unreadable"},
	{"none", "{}", "container.seccomp.profile", "'unconfined'"},
	{"none", "{'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ALLOW'}}}", "container.seccomp.profile", "'unconfined'"},
	{"none", "{'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}}", "container.seccomp.profile", "'custom'"},
	{"podman", "{'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}}", "container.seccomp.profile", "'default'"},
	{"podman", "{'annotations':{'io.podman.annotations.seccomp':'/p'},'linux':{'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'}}}",
	 "container.seccomp.profile", "'custom'"},
	{"none", "{'linux':{'seccomp':'x'}}", "container.seccomp.profile", "!unreadable"},
	{"podman", "{'annotations':{'io.podman.annotations.privileged':'TRUE'}}", "container.privileged", "true"},
	{"containerd", "{'annotations':{'io.podman.annotations.privileged':'TRUE'}}", "container.privileged", "false"},
	{"none", "{'mounts':[{'destination':'/x','type':'bind','source':'/nowhere','options':['rbind','ro','rslave']}]}",
	 "container.mounts", "[{'type':'bind','source':'/nowhere','destination':'/x','writable':false,'propagation':'rslave'}]"},
	{"none", "{'mounts':[{'destination':'/x','type':'none','source':'data','options':['bind','ro','rw']}]}", "container.mounts",
	 "[{'type':'bind','source':'/bundle/data','destination':'/x','writable':true,'propagation':'rprivate'}]"},
	{"none", "{'mounts':[{'destination':'/dev','type':'tmpfs'},{'destination':'/t','type':'tmpfs'},{'destination':'/proc','type':'proc'}]}",
	 "container.mounts", "[{'type':'tmpfs','destination':'/t','writable':true,'propagation':'rprivate'}]"},
	{"none", "{'mounts':[{'destination':'/etc/hosts','type':'bind','source':'/s/" A "/hosts'}]}", "container.mounts", "[]"},
	{"none", "{'mounts':[{'destination':'/etc/hosts','type':'bind','source':'/s/" A "x'}]}", "container.mounts",
	 "[{'type':'bind','source':'/s/" A "x','destination':'/etc/hosts','writable':true,'propagation':'rprivate'}]"},
	{"none", "{'mounts':[{'type':'bind'}]}", "container.mounts", "!unreadable"},
	{"none", "{'linux':{'devices':[{'path':'/dev/x','type':'b','major':8,'minor':1}],'resources':{'devices':[{'allow':false,"
	 "'access':'rwm'},{'allow':true,'type':'b','major':8,'access':'rw'}]}}}",
	 "container.devices", "[{'host_path':'/dev/x','container_path':'/dev/x','permissions':'rw'}]"},
	{"none", "{'linux':{'devices':[{}]}}", "container.devices", "!unreadable"},
	{"none", "{'linux':{'resources':{'devices':[{'allow':false,'access':'rwm'},{'allow':true,'type':'c','major':1,'minor':3,"
	 "'access':'rwm'},{'allow':true,'type':'b','access':'m'}]}}}",
	 "container.device_cgroup_rules", "[]"},
	{"none", "{'linux':{'resources':{'devices':[{'allow':true,'access':'rwm'}]}}}", "container.device_cgroup_rules", "['a *:* rwm']"},
	{"none", "{}", "container.restart.policy", "!absent"},
	{"docker", "{}", "container.restart.policy", "!unreadable"},
	{"none", "{", "container.privileged", "!unreadable"},
	{"none", "[]", "container.privileged", "!unreadable"},
	{"none", NULL, "container.privileged", "!unreadable"},
};

static void configuration_is_what_is_declared(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;
		struct made made;

		assert_int_equal(tree_setup(&tree), 0);
		make(&made, &tree, rows[i].engine, rows[i].text);
		const char *got = fixture_shown(made.tree->arena, made.subject, rows[i].fact);
		if (strcmp(got, quoted(made.tree->arena, rows[i].shown)) != 0)
			fail_msg("%s: %s: %s, not %s", rows[i].text, rows[i].fact, got, rows[i].shown);
		oci_config_unload(&made.config);
		tree_teardown(&tree);
	}
}

static void privileged_is_all_of_it(void **state)
{
	static const char *const parts[][2] = {
		{"", "true"}, {"'seccomp':{'defaultAction':'SCMP_ACT_ERRNO'},", "false"}, {"'maskedPaths':['/x'],", "false"}};
	struct probe_tree *tree = *state;

	tree_file(tree, "/proc/sys/kernel/cap_last_cap", "1\n", 0444);
	for (size_t i = 0; i < COUNT(parts); i++) {
		struct made made;

		make(&made, state, "none",
		     arena_printf(tree->arena,
				  "{'process':{'capabilities':{'bounding':['CAP_CHOWN','CAP_DAC_OVERRIDE']}},'linux':{%s'resources':"
				  "{'devices':[{'allow':true,'access':'rwm'}]}}}",
				  parts[i][0]));
		assert_string_equal(fixture_shown(tree->arena, made.subject, "container.privileged"), parts[i][1]);
		oci_config_unload(&made.config);
	}
}

static void oversized_configuration_is_unreadable(void **state)
{
	struct probe_tree *tree = *state;
	char *text = arena_alloc(tree->arena, HOST_READ_CONFIG + 16);
	struct made made;

	memset(text, ' ', HOST_READ_CONFIG + 8);
	memcpy(text, "{}", 2);
	make(&made, state, "none", text);
	assert_string_equal(fixture_shown(tree->arena, made.subject, "container.user"), "!unreadable");
	oci_config_unload(&made.config);
}

#define CRI(type, id)                                                                              \
	"{'annotations':{'io.kubernetes.cri.container-type':'" type "','io.kubernetes.cri.sandbox-id':'" id                            \
	"','io.kubernetes.cri.sandbox-name':'p','io.kubernetes.cri.sandbox-namespace':'n','io.kubernetes.cri.container-name':'c'}}"

/* {engine, config.json, name, whether it is a sandbox} */
static const struct {
	const char *engine, *text, *name;
	bool sandbox;
} names[] = {
	{"containerd", CRI("container", "other"), "n/p/c", false},
	{"containerd", CRI("sandbox", A), "n/p", true},
	{"containerd", CRI("sandbox", "other"), "n/p/c", false},
	{"podman", CRI("sandbox", A), "aaaaaaaaaaaa", false},
	{"none", CRI("sandbox", A), "aaaaaaaaaaaa", false},
	{"containerd", "{}", "aaaaaaaaaaaa", false},
	{"containerd", "{'annotations':{'nerdctl/name':'mine'}}", "mine", false},
	{"cri-o", "{'annotations':{'io.kubernetes.cri-o.ContainerType':'sandbox','io.kubernetes.cri-o.SandboxID':'" A "',"
	 "'io.kubernetes.pod.name':'p','io.kubernetes.pod.namespace':'n'}}", "n/p", true},
	{"containerd", "{'annotations':[]}", "aaaaaaaaaaaa", false},
};

static void annotations_name_and_do_not_hide(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		void *tree = NULL;
		struct oci_identity identity;
		struct made made;

		assert_int_equal(tree_setup(&tree), 0);
		make(&made, &tree, names[i].engine, names[i].text);
		oci_identity_read(made.tree->arena, &made.bundle, &made.config, &identity);
		assert_string_equal(identity.name, names[i].name);
		assert_int_equal(identity.sandbox, names[i].sandbox);
		oci_config_unload(&made.config);
		tree_teardown(&tree);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configuration_is_what_is_declared),
		TEST(privileged_is_all_of_it),
		TEST(oversized_configuration_is_unreadable),
		cmocka_unit_test(annotations_name_and_do_not_hide),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
