/* What comes from the host into a container, as the kernel has it. */
#include "checks/exposure.h"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}
#define ROWS(fact_name, fact_fields, fact_about, fact_source)                                      \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER,   \
		.about = fact_about, .source = fact_source, .fields = fact_fields                  \
	}
#define TABLE "/proc/PID/mountinfo"

static const struct field_decl table_fields[] = {
	{"target", VALUE_STRING, "where it is mounted"},
	{"fstype", VALUE_STRING, "type of the file system"},
	{"source", VALUE_STRING, "device, or what the file system names as its source"},
	{"host_path", VALUE_STRING, "path of the host that leads to the same; none where the host shows it nowhere"},
	{"writable", VALUE_BOOL, "neither the mount nor the file system is read-only"},
	{"nodev", VALUE_BOOL, "device files do not work"},
	{"nosuid", VALUE_BOOL, "setuid programs do not work"},
	{"noexec", VALUE_BOOL, "programs cannot be run from it"},
	{"propagation", VALUE_STRING, "shared (with the host), slave (hears from outside), own (shared inside alone) or private"},
	{0},
};

static const struct fact_decl facts[] = {
	ROWS("mount_table", table_fields, "all that is mounted in it and not covered by another mount", TABLE),
	FACT("unmasked_paths", STRINGS, "paths that engines hide, exist here, and can be read in it at some place", TABLE),
	FACT("writable_kernel_paths", STRINGS, "of the paths that engines make read-only those that are mounted writable", TABLE),
	ROWS("exposes.sockets", exposure_socket_fields, "sockets of engines and of what else rules the host that can be seen in it",
	     TABLE ", sockets that the engines listen on"),
	ROWS("exposes.host_paths", exposure_path_fields, "folders of the host that matter, as far as they can be seen in it", TABLE),
	ROWS("exposes.kernel_interfaces", exposure_interface_fields,
	     "switches of the whole kernel that can be written in it, kernel memory and processes of the host that can be seen", TABLE),
	FACT("exposes.filesystems", STRINGS, "file systems of the kernel as a whole that are mounted in it: debugfs, bpf, …", TABLE),
	ROWS("exposes.user_secrets", exposure_secret_fields, "keys and credentials of people on the host that can be seen in it", TABLE),
	FACT("cgroup_writable", BOOL, "some mount of control groups is writable", TABLE),
	FACT("release_agent_reachable", BOOL, "the program that the kernel runs for an empty control group can be set in it", TABLE),
	FACT("shared_mounts", STRINGS, "mounts from the host that spread to it what is mounted below them", TABLE),
	{0},
};

/* ---- mounts ---------------------------------------------------------------------------------- */

static const char *propagation_of(const struct container_facts *of, const struct mount *mount)
{
	const struct host_origin *origin = probe_service(of->ctx, &host_origin_service);

	if (host_origin_shares(origin, mount))
		return "shared";
	return mount->master ? "slave" : "private";
}

static bool is_from_host(const struct container_mount *mount)
{
	if (mount->kind == CONTAINER_MOUNT_ROOT)
		return text_eq(mount->source, "/");
	return mount->kind == CONTAINER_MOUNT_HOST || mount->kind == CONTAINER_MOUNT_VOLUME;
}

/* Of the host's own namespace one row stands for all. */
static void add_mount(void *data, const struct container_view *view, const struct container_mount *mount)
{
	struct exposure_rows *rows = data;
	struct record row = {0};
	bool root = text_eq(mount->mount->target, "/");

	if (view->host ? !root : !is_from_host(mount))
		return;
	exposure_rows_text(rows, &row, "type", mount->kind == CONTAINER_MOUNT_VOLUME ? "volume" : "bind");
	exposure_rows_text(rows, &row, "source", mount->source ? mount->source : "/");
	exposure_rows_text(rows, &row, "destination", mount->mount->target);
	exposure_rows_flag(rows, &row, "writable", !mount->mount->readonly);
	exposure_rows_text(rows, &row, "propagation", propagation_of(rows->of, mount->mount));
	exposure_rows_add(rows, row);
}

static struct fact_side mounts_side(const struct container_facts *of)
{
	struct exposure_rows rows = exposure_rows_new(of, VALUE_RECORDS);

	exposure_each(of, add_mount, &rows);
	return exposure_rows_side(&rows);
}

static void add_table_row(void *data, const struct container_view *view, const struct container_mount *of)
{
	const struct mount *mount = of->mount;
	struct exposure_rows *rows = data;
	struct record row = {0};
	const char *propagation = propagation_of(rows->of, mount);

	if (view->host)
		return;
	if (mount->shared && !text_eq(propagation, "shared"))
		propagation = "own";
	exposure_rows_text(rows, &row, "target", mount->target);
	exposure_rows_text(rows, &row, "fstype", mount->fstype);
	exposure_rows_text(rows, &row, "source", mount->source);
	if (of->source)
		exposure_rows_text(rows, &row, "host_path", of->source);
	exposure_rows_flag(rows, &row, "writable", !mount->readonly);
	exposure_rows_flag(rows, &row, "nodev", mount->nodev);
	exposure_rows_flag(rows, &row, "nosuid", mount->nosuid);
	exposure_rows_flag(rows, &row, "noexec", mount->noexec);
	exposure_rows_text(rows, &row, "propagation", propagation);
	exposure_rows_add(rows, row);
}

static struct fact_side table_side(const struct container_facts *of)
{
	struct exposure_rows rows = exposure_rows_new(of, VALUE_RECORDS);

	exposure_each(of, add_table_row, &rows);
	return exposure_rows_side(&rows);
}

static void add_shared(void *data, const struct container_view *view, const struct container_mount *mount)
{
	struct exposure_rows *rows = data;

	if ((!view->host || text_eq(mount->mount->target, "/")) && text_eq(propagation_of(rows->of, mount->mount), "shared"))
		exposure_rows_add_text(rows, mount->mount->target);
}

static struct fact_side shared_side(const struct container_facts *of)
{
	struct exposure_rows rows = exposure_rows_new(of, VALUE_STRINGS);

	exposure_each(of, add_shared, &rows);
	return exposure_rows_side(&rows);
}

struct root_look {
	const struct container_view *writable;
};

static void look_at_root(void *data, const struct container_view *view, const struct container_mount *mount)
{
	struct root_look *look = data;

	if (mount->kind == CONTAINER_MOUNT_ROOT && !mount->mount->readonly && !look->writable)
		look->writable = view;
}

static struct fact_side rootfs_side(const struct container_facts *of)
{
	const struct container_mounts *mounts = container_mounts_of(of->ctx, of->container);
	struct root_look look = {0};
	struct fact_side side;

	exposure_each(of, look_at_root, &look);
	side = exposure_side(of, value_bool(!look.writable));
	if (look.writable && look.writable != mounts->views.items)
		vec_push(of->arena, &side.notes,
			 arena_printf(of->arena, "writable in the mount namespace of %s",
				      container_facts_who(of->arena, look.writable->process->pid, look.writable->process->pid,
							  look.writable->process->comm)));
	return side;
}

/* ---- the table ------------------------------------------------------------------------------- */

static const struct container_facts_row rows[] = {
	{"container.mounts", SIDE_EFFECTIVE, mounts_side},
	{"container.rootfs.readonly", SIDE_EFFECTIVE, rootfs_side},
	{"container.masked_paths", SIDE_EFFECTIVE, exposure_masked},
	{"container.readonly_paths", SIDE_EFFECTIVE, exposure_readonly},
	{"container.mount_table", SIDE_PLAIN, table_side},
	{"container.unmasked_paths", SIDE_PLAIN, exposure_unmasked},
	{"container.writable_kernel_paths", SIDE_PLAIN, exposure_writable},
	{"container.exposes.sockets", SIDE_PLAIN, exposure_sockets},
	{"container.exposes.host_paths", SIDE_PLAIN, exposure_host_paths},
	{"container.exposes.kernel_interfaces", SIDE_PLAIN, exposure_interfaces},
	{"container.exposes.filesystems", SIDE_PLAIN, exposure_filesystems},
	{"container.exposes.user_secrets", SIDE_PLAIN, exposure_user_secrets},
	{"container.cgroup_writable", SIDE_PLAIN, exposure_cgroup_writable},
	{"container.release_agent_reachable", SIDE_PLAIN, exposure_release_agent},
	{"container.shared_mounts", SIDE_PLAIN, shared_side},
	{0},
};

static void narrow(struct container_facts *of)
{
	if (of->known.state == FACT_PRESENT) {
		const struct container_mounts *mounts = container_mounts_of(of->ctx, of->container);

		if (mounts->state != FACT_PRESENT)
			of->known = side_missing(mounts->state, mounts->origin, mounts->reason);
	}
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, narrow);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_exposure = {
	.name = "exposure",
	.about = "what comes from the host into containers",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.collect = collect,
};
