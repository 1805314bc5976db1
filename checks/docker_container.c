#include "checks/docker_container.h"

#include "checks/docker_basic.h"
#include "checks/docker_current.h"
#include "checks/docker_limits.h"
#include "checks/docker_mounts.h"
#include "checks/docker_records.h"
#include "checks/docker_security.h"
#include "checks/environment.h"

struct row {
	const char *fact;
	const char *path;   /* as inspect has it, checks/docker_reading.h */
	const char *stored; /* where config.v2.json has it under another name, or NULL */
	docker_convert *convert;
};

static const struct row rows[] = {
	{"container.state", "State", NULL, docker_basic_state},
	{"container.running", "State.Running", NULL, docker_basic_bool},
	{"container.kind", "Id", "ID", docker_basic_kind},
	{"container.runtime", "HostConfig.Runtime", NULL, docker_basic_runtime},
	{"container.pid", "State.Pid", NULL, docker_basic_pid},
	{"container.image", "Config.Image", NULL, docker_basic_text},
	{"container.image_id", "Image", NULL, docker_basic_text},
	{"container.image_current", "Config.Image", NULL, docker_current_convert},
	{"container.labels", "Config.Labels", NULL, docker_basic_labels},
	{"container.user", "Config.User", NULL, docker_basic_user},
	{"container.privileged", "HostConfig.Privileged", NULL, docker_basic_bool},
	{"container.capabilities.added", "HostConfig.CapAdd", NULL, docker_security_capabilities},
	{"container.capabilities.dropped", "HostConfig.CapDrop", NULL, docker_security_capabilities},
	{"container.capabilities.bounding", "HostConfig.", NULL, docker_security_bounding},
	{"container.security_options", "HostConfig.SecurityOpt", NULL, docker_security_options},
	{"container.seccomp.profile", "HostConfig.SecurityOpt", NULL, docker_security_seccomp},
	{"container.apparmor.profile", "AppArmorProfile", NULL, docker_security_apparmor},
	{"container.selinux.label", "ProcessLabel", NULL, docker_security_selinux},
	{"container.no_new_privileges", "HostConfig.SecurityOpt", NULL, docker_security_no_new_privileges},
	{"container.rootfs.readonly", "HostConfig.ReadonlyRootfs", NULL, docker_basic_bool},
	{"container.masked_paths", "HostConfig.MaskedPaths", NULL, docker_security_masked_paths},
	{"container.readonly_paths", "HostConfig.ReadonlyPaths", NULL, docker_security_readonly_paths},
	{"container.cgroup.memory_max", "HostConfig.Memory", NULL, docker_basic_size_limit},
	{"container.cgroup.pids_max", "HostConfig.PidsLimit", NULL, docker_basic_limit},
	{"container.cgroup.cpu_shares", "HostConfig.CpuShares", NULL, docker_basic_count},
	{"container.cgroup.swap_max", "HostConfig.", NULL, docker_limits_swap},
	{"container.cgroup.cpu_quota_percent", "HostConfig.", NULL, docker_limits_cpu_quota},
	{"container.cgroup.cpu_limited", "HostConfig.", NULL, docker_limits_cpu_limited},
	{"container.cgroup.cpus", "HostConfig.CpusetCpus", NULL, docker_basic_text},
	{"container.cgroup.mems", "HostConfig.CpusetMems", NULL, docker_basic_text},
	{"container.cgroup.io_max", "HostConfig.", NULL, docker_limits_io},
	{"container.cgroup.parent", "HostConfig.CgroupParent", NULL, docker_basic_plain_text},
	{"container.namespaces.pid", "HostConfig.PidMode", NULL, docker_basic_private_namespace},
	{"container.namespaces.ipc", "HostConfig.IpcMode", NULL, docker_basic_ipc_namespace},
	{"container.namespaces.network", "HostConfig.NetworkMode", NULL, docker_basic_network_namespace},
	{"container.namespaces.uts", "HostConfig.UTSMode", NULL, docker_basic_private_namespace},
	{"container.namespaces.user", "HostConfig.UsernsMode", NULL, docker_basic_user_namespace},
	{"container.namespaces.cgroup", "HostConfig.CgroupnsMode", NULL, docker_basic_cgroup_namespace},
	{"container.mounts", "Mounts", "MountPoints", docker_mounts_convert},
	{"container.ports", "NetworkSettings.Ports", NULL, docker_records_ports},
	{"container.publish_all", "HostConfig.PublishAllPorts", NULL, docker_basic_flag},
	{"container.devices", "HostConfig.", NULL, docker_records_devices},
	{"container.device_cgroup_rules", "HostConfig.DeviceCgroupRules", NULL, docker_basic_texts},
	{"container.restart.policy", "HostConfig.RestartPolicy.Name", NULL, docker_basic_restart_policy},
	{"container.restart.max_retries", "HostConfig.RestartPolicy.MaximumRetryCount", NULL, docker_basic_count},
	{"container.health.check", "Config.Healthcheck", NULL, docker_basic_health_check},
	{"container.health.status", "State.Health.Status", NULL, docker_basic_health_status},
	{"container.networks", "NetworkSettings.Networks", NULL, docker_basic_keys},
	{"container.log_driver", "HostConfig.LogConfig.Type", NULL, docker_basic_text},
	{"container.ulimits", "HostConfig.Ulimits", NULL, docker_records_ulimits},
	{"container.environment.names", "Config.Env", NULL, docker_basic_names},
	{"container.environment.secrets", "Config.Env", NULL, environment_convert},
	{"container.sysctls", "HostConfig.Sysctls", NULL, docker_basic_labels},
	{"container.oom.kill_disabled", "HostConfig.OomKillDisable", NULL, docker_basic_flag},
	{"container.declared_by", "Id", "ID", docker_basic_declared_by},
};

static const char *const beside_inspect[] = {"container.no_new_privileges", "container.ulimits"};

bool docker_container_needs_files(const struct probe_context *ctx)
{
	for (size_t i = 0; i < sizeof beside_inspect / sizeof *beside_inspect; i++)
		if (probe_wants(ctx, beside_inspect[i]))
			return true;
	return false;
}

static struct fact_side read_row(struct probe_context *ctx,
				 const struct docker_container *container, const struct row *row)
{
	const char *path = !container->inspect && row->stored ? row->stored : row->path;
	struct arena *arena = facts_arena(ctx->facts);
	struct fact_side side = {.state = FACT_UNREADABLE};
	struct docker_reading reading = {
		.ctx = ctx, .arena = arena, .container = container, .side = &side};

	if (docker_reading_find(container, arena, path, &reading.json, &side))
		row->convert(&reading);
	return side;
}

void docker_container_record(struct probe_context *ctx, struct subject *subject,
			     const struct docker_container *container)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (probe_wants(ctx, rows[i].fact))
			probe_put(ctx, subject, rows[i].fact, NULL, SIDE_PLAIN,
				  read_row(ctx, container, &rows[i]));
}
