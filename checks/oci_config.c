#include "checks/oci_config.h"

#include "checks/docker_basic.h"
#include "checks/docker_dataroot.h"
#include "checks/docker_security.h"
#include "checks/environment.h"
#include "checks/oci_convert.h"
#include "checks/oci_devices.h"
#include "checks/oci_limits.h"
#include "checks/oci_mounts.h"
#include "checks/oci_namespaces.h"
#include "checks/oci_reading.h"

extern const struct probe probe_container;

static const struct row {
	const char *fact;
	const char *path; /* "" is the document itself */
	docker_convert *convert;
} rows[] = {
	{"container.labels", "annotations", docker_basic_labels},
	{"container.user", "process.user", oci_convert_user},
	{"container.privileged", "", oci_convert_privileged},
	{"container.capabilities.bounding", "process.capabilities.bounding", docker_security_capabilities},
	{"container.seccomp.profile", "linux.seccomp", oci_convert_seccomp},
	{"container.apparmor.profile", "process.apparmorProfile", oci_convert_apparmor},
	{"container.selinux.label", "process.selinuxLabel", docker_basic_text},
	{"container.no_new_privileges", "process.noNewPrivileges", docker_basic_flag},
	{"container.rootfs.readonly", "root.readonly", docker_basic_flag},
	{"container.masked_paths", "linux.maskedPaths", docker_basic_texts},
	{"container.readonly_paths", "linux.readonlyPaths", docker_basic_texts},
	{"container.cgroup.memory_max", "linux.resources.memory.limit", docker_basic_size_limit},
	{"container.cgroup.pids_max", "linux.resources.pids.limit", docker_basic_limit},
	{"container.cgroup.cpu_shares", "linux.resources.cpu.shares", docker_basic_count},
	{"container.cgroup.cpu_limited", "linux.resources.cpu", oci_limits_cpu_limited},
	{"container.cgroup.swap_max", "linux.resources.memory", oci_limits_swap},
	{"container.cgroup.cpu_quota_percent", "linux.resources.cpu", oci_limits_cpu_quota},
	{"container.cgroup.cpus", "linux.resources.cpu.cpus", docker_basic_text},
	{"container.cgroup.mems", "linux.resources.cpu.mems", docker_basic_text},
	{"container.cgroup.io_max", "linux.resources.blockIO", oci_limits_io},
	{"container.cgroup.parent", "linux.cgroupsPath", oci_convert_parent},
	{"container.namespaces.pid", "linux.namespaces", oci_namespaces_pid},
	{"container.namespaces.ipc", "linux.namespaces", oci_namespaces_ipc},
	{"container.namespaces.network", "linux.namespaces", oci_namespaces_network},
	{"container.namespaces.uts", "linux.namespaces", oci_namespaces_uts},
	{"container.namespaces.user", "linux.namespaces", oci_namespaces_user},
	{"container.namespaces.cgroup", "linux.namespaces", oci_namespaces_cgroup},
	{"container.mounts", "mounts", oci_mounts_convert},
	{"container.devices", "linux", oci_devices_convert},
	{"container.device_cgroup_rules", "linux", oci_devices_rules},
	{"container.ulimits", "process.rlimits", oci_convert_ulimits},
	{"container.environment.names", "process.env", docker_basic_names},
	{"container.environment.secrets", "process.env", environment_convert},
	{"container.sysctls", "linux.sysctl", docker_basic_labels},
	{"container.oom.kill_disabled", "linux.resources.memory.disableOOMKiller", docker_basic_flag},
};

void oci_config_load(struct oci_bundles *bundles, struct oci_bundle *bundle, struct oci_config *ret)
{
	struct arena *arena = facts_arena(bundles->ctx->facts);
	struct error err = {0};

	oci_bundles_ask(bundles, bundle);
	*ret = (struct oci_config){.path = bundle->config ?: bundle->state};
	if (!bundle->config) {
		ret->reason = "its runtime does not say where its bundle is";
		return;
	}
	if (docker_dataroot_load(bundles->ctx->host, bundle->config, &ret->document, &err) == 0)
		return;
	ret->missing = err.code == ERROR_NOT_FOUND;
	ret->reason = text_safe(arena, err.text, strlen(err.text));
}

void oci_config_unload(struct oci_config *config)
{
	json_decref(TAKE_PTR(config->document));
}

const char *oci_config_annotation(const struct oci_config *config, struct arena *arena, const char *key)
{
	const char *text = docker_values_text(arena, json_object_get(json_object_get(config->document, "annotations"), key));

	return text && *text ? text : NULL;
}

/* ---- recording ------------------------------------------------------------------------------------- */

static const struct row *row_of(const char *fact)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].fact, fact) == 0)
			return &rows[i];
	return NULL;
}

/* The runtime takes what stands on the way for what it is, or refuses: anything but an object hides what it holds. */
static const char *broken_at(struct arena *arena, const json_t *document, const char *path)
{
	for (const char *dot = strchr(path, '.'); dot; dot = strchr(dot + 1, '.')) {
		const char *front = arena_strndup(arena, path, (size_t)(dot - path));
		const json_t *json = docker_values_at(document, front);

		if (json && !json_is_null(json) && !json_is_object(json))
			return front;
	}
	return NULL;
}

static struct fact_side read_row(struct probe_context *ctx, const struct oci_bundle *bundle, const struct oci_config *config,
				 const struct row *row)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct fact_side side = {.state = FACT_UNREADABLE};
	struct oci_reading reading = {
		.reading = {.ctx = ctx, .arena = arena, .json = docker_values_at(config->document, row->path), .side = &side},
		.bundle = bundle,
		.config = config,
	};
	const char *broken;

	side.origin = arena_printf(arena, *row->path ? "%s %s" : "%s%s", config->path, row->path);
	broken = broken_at(arena, config->document, row->path);
	if (broken)
		return side_missing(FACT_UNREADABLE, side.origin, arena_printf(arena, "%s is no object", broken));
	if (json_is_null(reading.reading.json))
		reading.reading.json = NULL;
	row->convert(&reading.reading);
	return side;
}

static struct fact_side declared_side(struct probe_context *ctx, const struct oci_bundle *bundle, const struct oci_config *config,
				      const char *fact)
{
	const struct row *row = row_of(fact);

	if (!row && strcmp(bundle->engine, "docker") == 0)
		return side_missing(FACT_UNREADABLE, config->path, "a container of Docker, of which no engine tells");
	if (!row)
		return side_missing(FACT_ABSENT, config->path, "its runtime's configuration does not say");
	if (config->document)
		return read_row(ctx, bundle, config, row);
	if (config->missing && !bundle->init)
		return side_missing(FACT_UNREADABLE, config->path, "nothing is written down before it is started");
	return side_missing(FACT_UNREADABLE, config->path, config->reason);
}

void oci_config_record(struct probe_context *ctx, struct subject *subject, const struct oci_bundle *bundle,
		       const struct oci_config *config)
{
	for (const struct fact_decl *decl = probe_container.facts; decl->name; decl++)
		if (probe_wants(ctx, decl->name))
			probe_put(ctx, subject, decl->name, NULL, SIDE_DECLARED, declared_side(ctx, bundle, config, decl->name));
}
