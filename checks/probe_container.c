/* Containers of Docker Engine, running or not, as they are declared. */
#include "checks/cgroup_limits.h"
#include "checks/docker_container.h"
#include "checks/docker_values.h"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}
#define TWO_SIDED(fact_name, fact_type, fact_about, fact_source)                                   \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type, .two_sided = true,      \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}
#define ROWS(fact_name, fact_fields, fact_about, fact_source)                                      \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER,   \
		.about = fact_about, .source = fact_source, .fields = fact_fields                  \
	}

static const struct field_decl mount_fields[] = {
	{"type", VALUE_STRING, "bind, volume, tmpfs and others of the engine"},
	{"volume", VALUE_STRING, "declared: name of the volume, also of one made of a folder, whose type is bind; none for others"},
	{"source", VALUE_STRING, "path of the host, links followed; none for tmpfs"},
	{"destination", VALUE_STRING, "path in the container"},
	{"writable", VALUE_BOOL, "the container may write"},
	{"propagation", VALUE_STRING,
	 "private, rprivate, shared, rshared, slave or rslave; effective: shared is so with the host"},
	{0},
};
static const struct field_decl port_fields[] = {
	{"container_port", VALUE_INT, "port in the container"},
	{"protocol", VALUE_STRING, "tcp, udp or sctp"},
	{"host_ip", VALUE_STRING, "address of the host it is bound to"},
	{"host_port", VALUE_INT, "port of the host; 0: the engine chooses at the start"},
	{0},
};
static const struct field_decl device_fields[] = {
	{"host_path", VALUE_STRING, "device of the host, or what a device request names"},
	{"container_path", VALUE_STRING, "path in the container"},
	{"permissions", VALUE_STRING, "of r, w and m"},
	{0},
};
static const struct field_decl ulimit_fields[] = {
	{"name", VALUE_STRING, "name of the limit, as in limits.conf(5)"},
	{"soft", VALUE_INT, "soft limit"},
	{"hard", VALUE_INT, "hard limit"},
	{0},
};

static const struct fact_decl facts[] = {
	FACT("state", STRING,
	     "what the container does: created, running, paused, restarting, removing, exited or "
	     "dead",
	     "inspect State"),
	FACT("running", BOOL, "the container runs, also while paused", "inspect State.Running"),
	FACT("kind", STRING, "container; labels that claim anything else are not believed",
	     "container list"),
	FACT("runtime", STRING,
	     "name of the OCI runtime it is started with; where no engine tells, what the kernel "
	     "shows",
	     "inspect HostConfig.Runtime, /proc/PID/cgroup"),
	{.name = "container.pid",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .about = "process id of its first process; absent while it does not run",
	 .source = "inspect State.Pid",
	 .unstable = true},
	FACT("image", STRING, "image reference it was made from", "inspect Config.Image"),
	FACT("image_id", STRING, "id of the image it was made from", "inspect Image"),
	FACT("image_current", BOOL,
	     "what its image reference names on this host now is the image it was made from; absent where that is a digest or an id",
	     "inspect Config.Image, Image; image list RepoTags"),
	FACT("labels", MAP, "its labels; what looks like a secret is redacted",
	     "inspect Config.Labels"),
	FACT("user", STRING, "user it is started as, as stated; none is 0", "inspect Config.User"),
	FACT("privileged", BOOL, "started with every privilege", "inspect HostConfig.Privileged"),
	FACT("capabilities.added", STRINGS, "capabilities added to the engine's default set",
	     "inspect HostConfig.CapAdd"),
	FACT("capabilities.dropped", STRINGS, "capabilities taken from the engine's default set",
	     "inspect HostConfig.CapDrop"),
	TWO_SIDED("capabilities.bounding", STRINGS,
		  "capabilities its processes can ever hold; effective: of all of them, in any "
		  "set but the inheritable",
		  "inspect HostConfig, capabilities(7); /proc/PID/status CapBnd, CapEff, CapPrm, "
		  "CapAmb"),
	FACT("security_options", STRINGS,
	     "security options as stated, without the text of profiles",
	     "inspect HostConfig.SecurityOpt"),
	FACT("seccomp.profile", STRING,
	     "system call filter: default, unconfined (also one that stops nothing) or custom",
	     "inspect HostConfig.SecurityOpt, /info SecurityOptions"),
	TWO_SIDED("apparmor.profile", STRING,
		  "AppArmor profile that was applied at the last start; effective: of the process "
		  "that it confines least",
		  "inspect AppArmorProfile; /proc/PID/attr/apparmor/current"),
	TWO_SIDED("selinux.label", STRING,
		  "SELinux label of its processes; declared: absent without one; effective: the "
		  "first process's, or one that is not confined",
		  "inspect ProcessLabel; /proc/PID/attr/current"),
	TWO_SIDED("no_new_privileges", BOOL,
		  "exec grants no privileges; effective: to none of its threads",
		  "config.v2.json NoNewPrivileges, inspect HostConfig.SecurityOpt; /proc/PID/status "
		  "NoNewPrivs"),
	TWO_SIDED("rootfs.readonly", BOOL, "its root file system is mounted read-only",
		  "inspect HostConfig.ReadonlyRootfs; /proc/PID/mountinfo"),
	TWO_SIDED("masked_paths", STRINGS,
		  "paths hidden from it; effective: of those which engines hide and which exist here",
		  "inspect HostConfig.MaskedPaths; /proc/PID/mountinfo"),
	TWO_SIDED("readonly_paths", STRINGS,
		  "paths it can only read; effective: of those which engines protect and which exist here",
		  "inspect HostConfig.ReadonlyPaths; /proc/PID/mountinfo"),
	TWO_SIDED("cgroup.memory_max", SIZE, "memory limit",
		  "inspect HostConfig.Memory; memory.max, hierarchical_memory_limit"),
	TWO_SIDED("cgroup.swap_max", SIZE, "swap its memory may go to",
		  "inspect HostConfig.MemorySwap; memory.swap.max, hierarchical_memsw_limit"),
	TWO_SIDED("cgroup.pids_max", INT, "limit on the number of tasks",
		  "inspect HostConfig.PidsLimit; pids.max"),
	{.name = "container.cgroup.cpu_quota_percent",
	 .type = VALUE_INT,
	 .two_sided = true,
	 .scope = SCOPE_CONTAINER,
	 .unit = "percent of one CPU",
	 .about = "CPU time it may use, rounded up",
	 .source = "inspect HostConfig.NanoCpus, CpuQuota, CpuPeriod; cpu.max, cpu.cfs_quota_us"},
	TWO_SIDED("cgroup.cpu_shares", INT,
		  "relative CPU weight; declared 0: not set; in force on cgroup version 1: 1024 "
		  "when not set",
		  "inspect HostConfig.CpuShares; cpu.shares"),
	TWO_SIDED("cgroup.cpu_limited", BOOL,
		  "its CPU time has a quota, or it may use only some of the CPUs",
		  "inspect HostConfig.NanoCpus, CpuQuota, CpusetCpus; cpu.max, "
		  "cpu.cfs_quota_us, cpuset.cpus.effective"),
	TWO_SIDED("cgroup.cpus", STRING, "CPUs it may run on; declared: absent when all are",
		  "inspect HostConfig.CpusetCpus; cpuset.cpus.effective"),
	TWO_SIDED("cgroup.mems", STRING, "memory nodes it may use; declared: absent when all are",
		  "inspect HostConfig.CpusetMems; cpuset.mems.effective"),
	{.name = "container.cgroup.io_max",
	 .type = VALUE_RECORDS,
	 .two_sided = true,
	 .scope = SCOPE_CONTAINER,
	 .about = "limits on reading and writing block devices",
	 .source = "inspect HostConfig.BlkioDevice...; io.max, blkio.throttle.*",
	 .fields = cgroup_limits_io_fields},
	FACT("cgroup.parent", STRING,
	     "control group it is placed under; empty: the engine's default",
	     "inspect HostConfig.CgroupParent"),
	TWO_SIDED("namespaces.pid", STRING, "pid namespace: private, host or container:ID",
	     "inspect HostConfig.PidMode; /proc/PID/ns"),
	TWO_SIDED("namespaces.ipc", STRING,
	     "ipc namespace: private, shareable, none, host or container:ID",
	     "inspect HostConfig.IpcMode; /proc/PID/ns"),
	TWO_SIDED("namespaces.network", STRING,
	     "network: host, none, container:ID or the network's name",
	     "inspect HostConfig.NetworkMode; /proc/PID/ns"),
	TWO_SIDED("namespaces.uts", STRING, "uts namespace: private or host",
	     "inspect HostConfig.UTSMode; /proc/PID/ns"),
	TWO_SIDED("namespaces.user", STRING,
	     "user namespace: private or host; host opts out of remapping",
	     "inspect HostConfig.UsernsMode; /proc/PID/ns"),
	TWO_SIDED("namespaces.cgroup", STRING, "cgroup namespace: private or host",
	     "inspect HostConfig.CgroupnsMode; /proc/PID/ns"),
	{.name = "container.mounts",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .two_sided = true,
	 .about = "what is mounted into it; effective: from the host, but for what engines make for each container",
	 .source = "inspect Mounts, HostConfig.Tmpfs, /volumes; /proc/PID/mountinfo",
	 .fields = mount_fields},
	ROWS("ports", port_fields, "ports it publishes, or would publish when started",
	     "inspect NetworkSettings.Ports, HostConfig.PortBindings"),
	FACT("publish_all", BOOL, "every port that its image exposes is published, on whatever port of the host",
	     "inspect HostConfig.PublishAllPorts"),
	ROWS("devices", device_fields, "devices of the host handed to it",
	     "inspect HostConfig.Devices, DeviceRequests"),
	FACT("device_cgroup_rules", STRINGS, "further rules of its device control group",
	     "inspect HostConfig.DeviceCgroupRules"),
	FACT("restart.policy", STRING, "no, always, on-failure or unless-stopped",
	     "inspect HostConfig.RestartPolicy.Name"),
	FACT("restart.max_retries", INT, "bound on restarts by on-failure; 0: none",
	     "inspect HostConfig.RestartPolicy.MaximumRetryCount"),
	FACT("health.check", BOOL, "a health check is configured", "inspect Config.Healthcheck"),
	FACT("health.status", STRING, "starting, healthy or unhealthy; absent without a check",
	     "inspect State.Health.Status"),
	FACT("networks", STRINGS, "names of the networks it is attached to",
	     "inspect NetworkSettings.Networks"),
	FACT("log_driver", STRING, "where its output is logged",
	     "inspect HostConfig.LogConfig.Type"),
	ROWS("ulimits", ulimit_fields, "resource limits it overrides", "hostconfig.json Ulimits"),
	FACT("environment.names", STRINGS,
	     "names of its environment variables; values are never kept", "inspect Config.Env"),
	TWO_SIDED("environment.secrets", STRINGS,
		  "names of environment variables whose name and value look like a secret; "
		  "effective: of any of its processes",
		  "inspect Config.Env; /proc/PID/environ"),
	FACT("sysctls", MAP, "kernel parameters set for it; what looks like a secret is redacted", "inspect HostConfig.Sysctls"),
	FACT("oom.kill_disabled", BOOL, "the out-of-memory killer spares it", "inspect HostConfig.OomKillDisable"),
	FACT("declared_by", STRING,
	     "who declares it: docker API, docker data root, containerd, conmon, runc, crun, storage (podman's and CRI-O's); "
	     "absent: nobody",
	     "where its declared state was read"),
	{0},
};


/* One answer of the API to an inspect. */
struct answer {
	const struct docker_listed *listed;
	json_t *document;
	struct error err;
	bool done;
};

static void take_answer(void *data, size_t index, json_t *document, const struct error *err)
{
	struct answer *answer = &((struct answer *)data)[index];

	answer->done = true;
	if (document)
		answer->document = json_incref(document);
	else
		answer->err = *err;
}

static void ask(struct probe_context *ctx, struct docker_list *list, struct answer *answers,
		size_t count)
{
	struct arena *arena = facts_arena(ctx->facts);
	const char **paths = ARENA_ARRAY(arena, const char *, count);
	struct error err = {0};

	for (size_t i = 0; i < count; i++)
		paths[i] = arena_printf(arena, "/containers/%s/json", answers[i].listed->id);
	if (docker_get_all(ctx, list->daemon, paths, count, take_answer, answers, &err) == 0 &&
	    err.code == ERROR_NONE)
		error_set(&err, ERROR_INTERNAL, "no answer was given");
	for (size_t i = 0; i < count; i++) {
		if (!answers[i].done)
			answers[i].err = err;
		if (answers[i].document && !json_is_object(answers[i].document)) {
			json_decref(TAKE_PTR(answers[i].document));
			error_set(&answers[i].err, ERROR_MALFORMED, "the answer is no object");
		}
	}
}

/* An inspect that failed leaves the files of the data root, and when these fail too, both
 * reasons. */
static void record(struct probe_context *ctx, struct docker_list *list, const struct answer *answer,
		   struct strmap *volumes)
{
	struct docker_container container = {
		.listed = answer->listed,
		.list = list,
		.inspect = answer->document,
		.volumes = volumes,
	};
	struct subject *subject;

	if (!answer->document && list->from_api)
		container.inspect_reason = text_safe(facts_arena(ctx->facts), answer->err.text,
						     strlen(answer->err.text));
	if (!answer->document || docker_container_needs_files(ctx))
		docker_reading_load(ctx, list, answer->listed->folder, &container.stored);
	subject = facts_subject(ctx->facts, SCOPE_CONTAINER, answer->listed->id,
				answer->listed->name, list->daemon->subject);
	docker_container_record(ctx, subject, &container);
	docker_reading_unload(&container.stored);
}

static void collect_list(struct probe_context *ctx, struct docker_list *list)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct answer *answers = ARENA_ARRAY(arena, struct answer, list->containers.count + 1);
	struct strmap *volumes = strmap_new(arena);
	size_t count = 0;

	vec_each(listed, &list->containers)
		if (docker_inventory_chosen(ctx, listed->id, listed->name))
			answers[count++].listed = listed;
	if (list->from_api && count > 0)
		ask(ctx, list, answers, count);
	for (size_t i = 0; i < count; i++) {
		if (answers[i].err.code != ERROR_NOT_FOUND) /* gone since it was listed */
			record(ctx, list, &answers[i], volumes);
		json_decref(answers[i].document);
	}
}

static int collect(struct probe_context *ctx, struct error *err)
{
	struct docker_inventory *inventory = probe_service(ctx, &docker_inventory_service);

	(void)err; /* what cannot be read is a state of the population or of a fact */
	vec_each(list, &inventory->lists)
		collect_list(ctx, list);
	docker_inventory_populate(ctx, SCOPE_CONTAINER, docker_inventory_side(inventory));
	return 0;
}

const struct probe probe_container = {
	.name = "container",
	.about = "containers of Docker Engine, running or not, as they are declared",
	.facts = facts,
	.populates = 1u << SCOPE_CONTAINER,
	.collect = collect,
};
