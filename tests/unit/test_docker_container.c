/* The declared state of a container: the same from inspect and from the data root, and right. */
#include "docker_fixture.h"

static const char *const standard[] = {PLAIN,   CAREFUL,   EVERYTHING, VANILLA,
				       ALLCAPS, PUBLISHED, SERVING,    JOINED};
static const char *const with_defaults[] = {INHERITS, OVERRIDES, INHERITS_RUNNING};

static void compare_shapes(const char *name, const char *const *ids, size_t count)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, name);
	for (size_t i = 0; i < count; i++) {
		json_t *inspect = fixture_inspect(&fixture, ids[i]);
		struct subject *api = fixture_record(&fixture, ids[i], inspect, true);
		struct subject *disk = fixture_record(&fixture, ids[i], NULL, true);

		for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++) {
			const char *left = fixture_shown(fixture.arena, api, decl->name);
			const char *right = fixture_shown(fixture.arena, disk, decl->name);

			assert_string_not_equal(left, "!not_collected");
			assert_string_not_equal(left, "!unreadable");
			if (strcmp(left, right) != 0 && strcmp(decl->name, "container.declared_by") != 0)
				fail_msg("%s of %s: %s by inspect, %s on disk", decl->name, ids[i],
					 left, right);
		}
		json_decref(inspect);
	}
	fixture_close(&fixture);
}

static void both_shapes_give_equal_facts(void **state _unused_)
{
	compare_shapes("docker-20.10", standard, COUNT(standard));
	compare_shapes("docker-20.10-defaults", with_defaults, COUNT(with_defaults));
}

#define DEFAULT_CAPS                                                                               \
	"[\"audit_write\",\"chown\",\"dac_override\",\"fowner\",\"fsetid\",\"kill\",\"mknod\","    \
	"\"net_bind_service\","                                                                    \
	"\"net_raw\",\"setfcap\",\"setgid\",\"setpcap\",\"setuid\",\"sys_chroot\"]"

/* What the containers of the fixture were started with; the truth is the command line that made them. */
static const struct {
	const char *id;
	const char *fact;
	const char *shown;
} truth[] = {
	{PLAIN, "container.state", "\"running\""},
	{PLAIN, "container.running", "true"},
	{PLAIN, "container.pid", "8105"},
	{PLAIN, "container.user", "\"0\""},
	{PLAIN, "container.image_current", "true"},
	{PLAIN, "container.publish_all", "false"},
	{PLAIN, "container.capabilities.bounding", DEFAULT_CAPS},
	{PLAIN, "container.seccomp.profile", "\"default\""},
	{PLAIN, "container.no_new_privileges", "false"},
	{PLAIN, "container.cgroup.memory_max", "\"unlimited\""},
	{PLAIN, "container.cgroup.pids_max", "\"unlimited\""},
	{PLAIN, "container.cgroup.cpu_limited", "false"},
	{PLAIN, "container.restart.policy", "\"no\""},
	{PLAIN, "container.health.check", "false"},
	{PLAIN, "container.health.status", "!absent"},
	{PLAIN, "container.selinux.label", "!absent"},
	{PLAIN, "container.namespaces.network", "\"bridge\""},
	{PLAIN, "container.networks", "[\"bridge\"]"},
	{PLAIN, "container.log_driver", "\"json-file\""},
	{PLAIN, "container.apparmor.profile", "!unsupported"},
	{CAREFUL, "container.user", "\"1000:1000\""},
	{CAREFUL, "container.capabilities.bounding", "[\"net_bind_service\"]"},
	{CAREFUL, "container.capabilities.dropped", "[\"all\"]"},
	{CAREFUL, "container.no_new_privileges", "true"},
	{CAREFUL, "container.rootfs.readonly", "true"},
	{CAREFUL, "container.cgroup.memory_max", "67108864"},
	{CAREFUL, "container.cgroup.pids_max", "50"},
	{CAREFUL, "container.cgroup.cpu_shares", "512"},
	{CAREFUL, "container.cgroup.cpu_limited", "true"},
	{CAREFUL, "container.restart.policy", "\"on-failure\""},
	{CAREFUL, "container.restart.max_retries", "3"},
	{CAREFUL, "container.health.check", "true"},
	{CAREFUL, "container.health.status", "\"healthy\""},
	{CAREFUL, "container.labels", "{\"db.password\":\"(redacted)\",\"tier\":\"web\"}"},
	{CAREFUL, "container.environment.names", "[\"DB_PASSWORD\",\"LANG\"]"},
	{CAREFUL, "container.ulimits", "[{\"name\":\"nofile\",\"soft\":64,\"hard\":128}]"},
	{CAREFUL, "container.mounts",
	 "[{\"type\":\"tmpfs\",\"destination\":\"/"
	 "cache\",\"writable\":false,\"propagation\":\"rprivate\"},"
	 "{\"type\":\"tmpfs\",\"destination\":\"/"
	 "run\",\"writable\":true,\"propagation\":\"rprivate\"},"
	 "{\"type\":\"bind\",\"source\":\"/srv\",\"destination\":\"/"
	 "srv\",\"writable\":false,\"propagation\":\"rprivate\"}]"},
	{EVERYTHING, "container.state", "\"created\""},
	{EVERYTHING, "container.pid", "!absent"},
	{EVERYTHING, "container.privileged", "true"},
	{EVERYTHING, "container.seccomp.profile", "\"unconfined\""},
	{EVERYTHING, "container.apparmor.profile", "\"unconfined\""},
	{EVERYTHING, "container.masked_paths", "[]"},
	{EVERYTHING, "container.readonly_paths", "[]"},
	{EVERYTHING, "container.restart.policy", "\"always\""},
	{EVERYTHING, "container.namespaces.pid", "\"host\""},
	{EVERYTHING, "container.namespaces.ipc", "\"host\""},
	{EVERYTHING, "container.namespaces.uts", "\"host\""},
	{EVERYTHING, "container.namespaces.network", "\"host\""},
	{EVERYTHING, "container.namespaces.user", "\"private\""},
	{EVERYTHING, "container.mounts",
	 "[{\"type\":\"bind\",\"source\":\"/\",\"destination\":\"/"
	 "host\",\"writable\":false,\"propagation\":\"rslave\"}]"},
	{VANILLA, "container.state", "\"exited\""},
	{VANILLA, "container.user", "\"0:0\""},
	{VANILLA, "container.capabilities.added", "[\"net_raw\",\"sys_admin\"]"},
	{VANILLA, "container.seccomp.profile", "\"unconfined\""},
	{VANILLA, "container.apparmor.profile", "\"unconfined\""},
	{VANILLA, "container.no_new_privileges", "false"},
	{VANILLA, "container.device_cgroup_rules", "[\"a *:* rwm\"]"},
	{VANILLA, "container.devices",
	 "[{\"host_path\":\"/dev/null\",\"container_path\":\"/dev/xnull\",\"permissions\":\"r\"}]"},
	{VANILLA, "container.cgroup.pids_max", "\"unlimited\""},
	{VANILLA, "container.restart.max_retries", "0"},
	{VANILLA, "container.ulimits",
	 "[{\"name\":\"core\",\"soft\":\"unlimited\",\"hard\":\"unlimited\"}]"},
	{PUBLISHED, "container.apparmor.profile", "\"docker-default\""},
	{PUBLISHED, "container.health.check", "false"},
	{PUBLISHED, "container.ports",
	 "[{\"container_port\":53,\"protocol\":\"udp\",\"host_ip\":\"127.0.0.1\",\"host_port\":"
	 "5353},"
	 "{\"container_port\":80,\"protocol\":\"tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":8080},"
	 "{\"container_port\":9000,\"protocol\":\"tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":9000}"
	 ","
	 "{\"container_port\":443,\"protocol\":\"tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":0}]"},
	{PUBLISHED, "container.mounts",
	 "[{\"type\":\"bind\",\"volume\":\"etcvol\",\"source\":\"/etc\",\"destination\":\"/"
	 "config\",\"writable\":true,\"propagation\":\"rprivate\"},"
	 "{\"type\":\"volume\",\"volume\":\"named\",\"source\":\"/var/lib/docker/volumes/named/"
	 "_data\",\"destination\":\"/data\",\"writable\":true,"
	 "\"propagation\":\"rprivate\"},"
	 "{\"type\":\"bind\",\"source\":\"/var/log\",\"destination\":\"/"
	 "log\",\"writable\":true,\"propagation\":\"rshared\"},"
	 "{\"type\":\"tmpfs\",\"destination\":\"/"
	 "scratch\",\"writable\":true,\"propagation\":\"rprivate\"}]"},
	{SERVING, "container.namespaces.ipc", "\"shareable\""},
	{SERVING, "container.namespaces.user", "\"host\""},
	{SERVING, "container.ports",
	 "[{\"container_port\":53,\"protocol\":\"udp\",\"host_ip\":\"127.0.0.1\",\"host_port\":"
	 "5454},"
	 "{\"container_port\":80,\"protocol\":\"tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":8081},"
	 "{\"container_port\":80,\"protocol\":\"tcp\",\"host_ip\":\"::\",\"host_port\":8081}]"},
	{JOINED, "container.namespaces.pid", "\"container:" PLAIN "\""},
	{JOINED, "container.namespaces.network", "\"container:" SERVING "\""},
	{JOINED, "container.networks", "[]"},
	{JOINED, "container.ports", "[]"},
	{JOINED, "container.seccomp.profile",
	 "\"unconfined\""}, /* a profile that allows everything */
	{JOINED, "container.security_options", "[\"label=disable\",\"seccomp=(profile)\"]"},
	{JOINED, "container.cgroup.parent", "\"/batch\""},
	{JOINED, "container.cgroup.cpu_limited", "true"},
	{JOINED, "container.restart.policy", "\"unless-stopped\""},
};

static void containers_are_told_as_they_were_made(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10");
	for (size_t i = 0; i < COUNT(truth); i++) {
		struct subject *subject = fixture_record(&fixture, truth[i].id, NULL, true);
		const char *shown = fixture_shown(fixture.arena, subject, truth[i].fact);

		if (strcmp(shown, truth[i].shown) != 0)
			fail_msg("%s of %s: %s, expected %s", truth[i].fact, truth[i].id, shown,
				 truth[i].shown);
	}
	fixture_close(&fixture);
}

static bool has_text(const struct subject *subject, const char *secret)
{
	for (size_t i = 0; i < strmap_count(subject->facts); i++) {
		const struct fact *fact = strmap_item_at(subject->facts, i);
		json_t *json = fact->sides[0].state == FACT_PRESENT
				       ? value_to_json(&fact->sides[0].value)
				       : json_null();
		char *text = json_dumps(json, JSON_ENCODE_ANY);
		bool found = strstr(text, secret);

		free(text);
		json_decref(json);
		if (found)
			return true;
	}
	return false;
}

static void secrets_are_in_no_fact(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10");
	assert_false(has_text(fixture_record(&fixture, CAREFUL, NULL, true), "hunter2"));
	assert_true(has_text(fixture_record(&fixture, CAREFUL, NULL, true), "DB_PASSWORD"));
	fixture_close(&fixture);
}

/* Merged over the inspect document of the plain container. */
static const struct {
	const char *fragment;
	const char *fact;
	const char *shown;
} fragments[] = {
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\"]}}",
	 "container.no_new_privileges", "true"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges=true\"]}}",
	 "container.no_new_privileges", "true"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges:1\"]}}",
	 "container.no_new_privileges", "true"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges:false\"]}}",
	 "container.no_new_privileges", "false"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges=F\"]}}",
	 "container.no_new_privileges", "false"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\",\"no-new-privileges=false\"]}}",
	 "container.no_new_privileges", "false"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"label=no-new-privileges\"]}}",
	 "container.no_new_privileges", "false"},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=unconfined\"]}}", "container.seccomp.profile",
	 "\"unconfined\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp:unconfined\"]}}", "container.seccomp.profile",
	 "\"unconfined\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp=builtin\"]}}", "container.seccomp.profile",
	 "\"default\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_"
	 "ERRNO\\\"}\"]}}",
	 "container.seccomp.profile", "\"custom\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_LOG\\\"}"
	 "\"]}}",
	 "container.seccomp.profile", "\"unconfined\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\\\"defaultAction\\\":\\\"SCMP_ACT_"
	 "ALLOW\\\",\\\"syscalls\\\":"
	 "[{\\\"names\\\":[\\\"bpf\\\"],\\\"action\\\":\\\"SCMP_ACT_ERRNO\\\"}]}\"]}}",
	 "container.seccomp.profile", "\"custom\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"seccomp={\"]}}", "container.seccomp.profile",
	 "\"custom\""},
	{"{\"HostConfig\":{\"Privileged\":true,\"SecurityOpt\":[\"seccomp=builtin\"]}}",
	 "container.seccomp.profile", "\"unconfined\""},
	{"{\"AppArmorProfile\":\"docker-default\"}", "container.apparmor.profile",
	 "\"docker-default\""},
	{"{\"HostConfig\":{\"SecurityOpt\":[\"apparmor=mine\"]}}", "container.apparmor.profile",
	 "\"mine\""},
	{"{\"ProcessLabel\":\"system_u:system_r:container_t:s0:c1,c2\"}", "container.selinux.label",
	 "\"system_u:system_r:container_t:s0:c1,c2\""},
	{"{\"HostConfig\":{\"CapAdd\":[\"cap_Net_Admin\",\"NET_ADMIN\"]}}",
	 "container.capabilities.added", "[\"net_admin\"]"},
	{"{\"HostConfig\":{\"CapDrop\":[\"all\"]}}", "container.capabilities.bounding", "[]"},
	{"{\"HostConfig\":{\"CapAdd\":7}}", "container.capabilities.bounding", "!unreadable"},
	{"{\"HostConfig\":{\"Privileged\":null}}", "container.privileged", "!unreadable"},
	{"{\"HostConfig\":{\"Privileged\":\"false\"}}", "container.privileged", "!unreadable"},
	{"{\"HostConfig\":{\"Privileged\":null}}", "container.capabilities.bounding",
	 "!unreadable"},
	{"{\"HostConfig\":{\"ReadonlyRootfs\":0}}", "container.rootfs.readonly", "!unreadable"},
	{"{\"HostConfig\":null}", "container.privileged", "!unreadable"},
	{"{\"HostConfig\":null}", "container.namespaces.pid", "!unreadable"},
	{"{\"HostConfig\":null}", "container.apparmor.profile", "!unreadable"},
	{"{\"HostConfig\":{\"Memory\":0}}", "container.cgroup.memory_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"Memory\":-1}}", "container.cgroup.memory_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"Memory\":\"64m\"}}", "container.cgroup.memory_max", "!unreadable"},
	{"{\"HostConfig\":{\"PidsLimit\":0}}", "container.cgroup.pids_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"PidsLimit\":-1}}", "container.cgroup.pids_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"PidsLimit\":1.8446744073709552e19}}", "container.cgroup.pids_max",
	 "\"unlimited\""},
	{"{\"HostConfig\":{\"NanoCpus\":500000000}}", "container.cgroup.cpu_limited", "true"},
	{"{\"HostConfig\":{\"CpuQuota\":50000}}", "container.cgroup.cpu_limited", "true"},
	{"{\"HostConfig\":{\"CpuQuota\":-1}}", "container.cgroup.cpu_limited", "false"},
	{"{\"HostConfig\":{\"NanoCpus\":\"x\"}}", "container.cgroup.cpu_limited", "!unreadable"},
	{"{\"HostConfig\":{\"CpuQuota\":-1,\"CpusetCpus\":\"0\"}}", "container.cgroup.cpu_limited", "true"},
	{"{\"HostConfig\":null}", "container.cgroup.cpu_limited", "!unreadable"},
	{"{\"HostConfig\":{\"NanoCpus\":1505000000}}", "container.cgroup.cpu_quota_percent", "151"},
	{"{\"HostConfig\":{\"CpuQuota\":50000}}", "container.cgroup.cpu_quota_percent", "50"},
	{"{\"HostConfig\":{\"CpuQuota\":50000,\"CpuPeriod\":200000}}", "container.cgroup.cpu_quota_percent", "25"},
	{"{\"HostConfig\":{\"CpuQuota\":9223372036854775807,\"CpuPeriod\":1}}", "container.cgroup.cpu_quota_percent",
	 "\"unlimited\""},
	{"{\"HostConfig\":{\"CpuQuota\":0}}", "container.cgroup.cpu_quota_percent", "\"unlimited\""},
	{"{\"HostConfig\":{\"Memory\":64,\"MemorySwap\":96}}", "container.cgroup.swap_max", "32"},
	{"{\"HostConfig\":{\"Memory\":64,\"MemorySwap\":64}}", "container.cgroup.swap_max", "0"},
	{"{\"HostConfig\":{\"Memory\":64,\"MemorySwap\":0}}", "container.cgroup.swap_max", "64"},
	{"{\"HostConfig\":{\"Memory\":64}}", "container.cgroup.swap_max", "64"},
	{"{\"HostConfig\":{\"Memory\":64,\"MemorySwap\":-1}}", "container.cgroup.swap_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"Memory\":0}}", "container.cgroup.swap_max", "\"unlimited\""},
	{"{\"HostConfig\":{\"MemorySwap\":\"x\"}}", "container.cgroup.swap_max", "!unreadable"},
	{"{\"HostConfig\":{\"CpusetCpus\":\"\"}}", "container.cgroup.cpus", "!absent"},
	{"{\"HostConfig\":{\"CpusetCpus\":\"0-1\"}}", "container.cgroup.cpus", "\"0-1\""},
	{"{\"HostConfig\":{\"BlkioDeviceReadBps\":[{\"Path\":\"x\",\"Rate\":5}],"
	 "\"BlkioDeviceWriteIOps\":[{\"Path\":\"x\",\"Rate\":6}]}}",
	 "container.cgroup.io_max", "[{\"device\":\"x\",\"read_bps\":5,\"write_iops\":6}]"},
	{"{\"HostConfig\":{\"BlkioDeviceReadBps\":null}}", "container.cgroup.io_max", "[]"},
	{"{\"HostConfig\":{\"BlkioDeviceReadBps\":[7]}}", "container.cgroup.io_max", "!unreadable"},
	{"{\"HostConfig\":null}", "container.cgroup.io_max", "!unreadable"},
	{"{\"Config\":{\"Env\":[\"A=b\",\"B_TOKEN=abcdefgh\"]}}", "container.environment.secrets", "[\"B_TOKEN\"]"},
	{"{\"Config\":{\"Env\":null}}", "container.environment.secrets", "[]"},
	{"{\"Config\":{\"Env\":[7]}}", "container.environment.secrets", "!unreadable"},
	{"{\"HostConfig\":{\"IpcMode\":\"\"}}", "container.namespaces.ipc", "\"shareable\""},
	{"{\"HostConfig\":{\"IpcMode\":\"none\"}}", "container.namespaces.ipc", "\"none\""},
	{"{\"HostConfig\":{\"CgroupnsMode\":\"\"}}", "container.namespaces.cgroup", "\"host\""},
	{"{\"HostConfig\":{\"NetworkMode\":\"backend\"}}", "container.namespaces.network",
	 "\"backend\""},
	{"{\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"\"}}}", "container.restart.policy",
	 "\"no\""},
	{"{\"HostConfig\":{\"MaskedPaths\":[]}}", "container.masked_paths", "[]"},
	{"{\"HostConfig\":{\"ReadonlyPaths\":null}}", "container.readonly_paths",
	 "[\"/proc/bus\",\"/proc/fs\",\"/proc/irq\",\"/proc/sys\",\"/proc/sysrq-trigger\"]"},
	{"{\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":-1}]}}",
	 "container.devices", "[{\"host_path\":\"nvidia\",\"permissions\":\"rwm\"}]"},
	{"{\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"cdi\",\"DeviceIDs\":[\"vendor.example/"
	 "gpu=all\"]}]}}",
	 "container.devices",
	 "[{\"host_path\":\"vendor.example/gpu=all\",\"permissions\":\"rwm\"}]"},
	{"{\"HostConfig\":{\"Devices\":{}}}", "container.devices", "!unreadable"},
	{"{\"HostConfig\":{\"Ulimits\":[{\"Name\":\"nofile\",\"Soft\":1,\"Hard\":2}]}}",
	 "container.ulimits", "!unreadable"},
	{"{\"HostConfig\":{\"Ulimits\":null}}", "container.ulimits", "[]"},
	{"{\"Config\":{\"User\":\"\"}}", "container.user", "\"0\""},
	{"{\"Config\":{\"User\":\"root:root\"}}", "container.user", "\"root:root\""},
	{"{\"Config\":{\"User\":5}}", "container.user", "!unreadable"},
	{"{\"Config\":{\"Healthcheck\":{\"Test\":[\"NONE\"]}}}", "container.health.check", "false"},
	{"{\"Config\":{\"Healthcheck\":{\"Test\":[]}}}", "container.health.check", "false"},
	{"{\"Config\":{\"Healthcheck\":{\"Test\":[\"CMD\",\"x\"]}}}", "container.health.check",
	 "true"},
	{"{\"Config\":{\"Healthcheck\":7}}", "container.health.check", "!unreadable"},
	{"{\"State\":{\"Health\":null}}", "container.health.status", "!absent"},
	{"{\"State\":{\"Health\":{\"Status\":\"\"}}}", "container.health.status", "!absent"},
	{"{\"State\":{\"Health\":{\"Status\":\"none\"}}}", "container.health.status", "!absent"},
	{"{\"State\":{\"Health\":{\"Status\":\"unhealthy\"}}}", "container.health.status",
	 "\"unhealthy\""},
	{"{\"State\":{\"Status\":\"paused\"}}", "container.state", "\"paused\""},
	{"{\"State\":7}", "container.state", "!unreadable"},
	{"{\"Config\":{\"Labels\":{\"io.kubernetes.docker.type\":\"podsandbox\"}}}",
	 "container.kind", "\"container\""},
	{"{\"Config\":{\"Labels\":{\"a\":\"https://u:p@h/\"}}}", "container.labels",
	 "{\"a\":\"(redacted)\"}"},
	{"{\"Config\":{\"Env\":[\"A=b=c\",\"NOVALUE\",\"A=d\"]}}", "container.environment.names",
	 "[\"A\",\"NOVALUE\"]"},
	{"{\"Config\":{\"Env\":[7]}}", "container.environment.names", "!unreadable"},
	{"{\"NetworkSettings\":{\"Ports\":{\"80/tcp\":null}}}", "container.ports", "[]"},
	{"{\"NetworkSettings\":{\"Ports\":{\"80\":[{\"HostIp\":\"\",\"HostPort\":\"22\"}]}}}",
	 "container.ports",
	 "[{\"container_port\":80,\"protocol\":\"tcp\",\"host_ip\":\"0.0.0.0\",\"host_port\":22}]"},
	{"{\"NetworkSettings\":{\"Ports\":{\"80/tcp\":[{\"HostIp\":\"::\",\"HostPort\":\"x\"}]}}}",
	 "container.ports", "!unreadable"},
	{"{\"NetworkSettings\":{\"Ports\":{\"80/"
	 "tcp\":[{\"HostIp\":\"::\",\"HostPort\":\"65536\"}]}}}",
	 "container.ports", "!unreadable"},
	{"{\"NetworkSettings\":{\"Ports\":[]}}", "container.ports", "!unreadable"},
	{"{\"Mounts\":{\"x\":7}}", "container.mounts", "!unreadable"},
	{"{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/etc\"}]}", "container.mounts",
	 "!unreadable"},
	{"{\"Mounts\":[{\"Source\":\"/gone\",\"Destination\":\"/x\",\"RW\":true}]}",
	 "container.mounts",
	 "[{\"type\":\"bind\",\"source\":\"/gone\",\"destination\":\"/"
	 "x\",\"writable\":true,\"propagation\":\"rprivate\"}]"},
	{"{\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"../../etc\",\"Source\":\"/"
	 "x\",\"Destination\":\"/x\",\"RW\":true}]}",
	 "container.mounts", "!unreadable"},
};

static void fragments_of_inspect_are_read_as_the_engine_means_them(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10");
	for (size_t i = 0; i < COUNT(fragments); i++) {
		json_t *inspect = fixture_inspect(&fixture, PLAIN);
		json_t *fragment = json_loads(fragments[i].fragment, 0, NULL);

		assert_non_null(fragment);
		assert_int_equal(json_object_update_recursive(inspect, fragment), 0);
		const char *shown = fixture_shown(fixture.arena,
						  fixture_record(&fixture, PLAIN, inspect, false),
						  fragments[i].fact);
		if (strcmp(shown, fragments[i].shown) != 0)
			fail_msg("%s of %s: %s, expected %s", fragments[i].fact,
				 fragments[i].fragment, shown, fragments[i].shown);
		json_decref(fragment);
		json_decref(inspect);
	}
	fixture_close(&fixture);
}

/* The defaults of an engine that inspect does not show. */
static void applied_no_new_privileges_decides_over_inspect(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10-defaults");
	json_t *inspect = fixture_inspect(&fixture, INHERITS);
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, INHERITS, inspect, true),
					  "container.no_new_privileges"),
			    "true");
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, OVERRIDES, NULL, true),
					  "container.no_new_privileges"),
			    "false");
	fixture.engine.no_new_privileges = DOCKER_YES;
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, INHERITS, inspect, false),
					  "container.no_new_privileges"),
			    "true");
	fixture.engine.no_new_privileges = DOCKER_UNKNOWN;
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, INHERITS, inspect, false),
					  "container.no_new_privileges"),
			    "!unreadable");
	json_decref(inspect);
	fixture_close(&fixture);
}

static void limits_of_the_daemon_are_no_overrides(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10-defaults");
	json_t *inspect = fixture_inspect(&fixture, OVERRIDES);
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, OVERRIDES, inspect, true),
					  "container.ulimits"),
			    "[{\"name\":\"nproc\",\"soft\":10,\"hard\":10}]");
	assert_string_equal(fixture_shown(fixture.arena,
					  fixture_record(&fixture, OVERRIDES, inspect, false),
					  "container.ulimits"),
			    "!unreadable");
	json_decref(inspect);
	fixture_close(&fixture);
}

static void daemon_wide_profile_and_address_reach_the_container(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10-defaults");
	fixture.engine.seccomp = "unconfined";
	fixture.engine.address = "127.0.0.1";
	struct subject *subject = fixture_record(&fixture, OVERRIDES, NULL, true);
	assert_string_equal(fixture_shown(fixture.arena, subject, "container.seccomp.profile"),
			    "\"unconfined\"");
	assert_string_equal(fixture_shown(fixture.arena, subject, "container.ports"),
			    "[{\"container_port\":90,\"protocol\":\"tcp\",\"host_ip\":\"127.0.0."
			    "1\",\"host_port\":90}]");
	fixture.engine.seccomp = NULL;
	fixture.engine.address = NULL;
	subject = fixture_record(&fixture, OVERRIDES, NULL, true);
	assert_string_equal(fixture_shown(fixture.arena, subject, "container.seccomp.profile"),
			    "!unreadable");
	assert_string_equal(fixture_shown(fixture.arena, subject, "container.ports"),
			    "!unreadable");
	fixture_close(&fixture);
}

static void only_wanted_facts_are_recorded(void **state _unused_)
{
	struct docker_fixture fixture;

	fixture_open(&fixture, "docker-20.10");
	fixture.request.everything = false;
	vec_push(fixture.arena, &fixture.request.facts, "container.privileged");
	struct subject *subject = fixture_record(&fixture, EVERYTHING, NULL, true);
	assert_int_equal(strmap_count(subject->facts), 1);
	assert_string_equal(fixture_shown(fixture.arena, subject, "container.privileged"), "true");
	fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_shapes_give_equal_facts),
		cmocka_unit_test(containers_are_told_as_they_were_made),
		cmocka_unit_test(secrets_are_in_no_fact),
		cmocka_unit_test(fragments_of_inspect_are_read_as_the_engine_means_them),
		cmocka_unit_test(applied_no_new_privileges_decides_over_inspect),
		cmocka_unit_test(limits_of_the_daemon_are_no_overrides),
		cmocka_unit_test(daemon_wide_profile_and_address_reach_the_container),
		cmocka_unit_test(only_wanted_facts_are_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
