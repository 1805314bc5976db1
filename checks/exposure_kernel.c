#include "checks/exposure.h"
#include "host/host_process.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

const struct field_decl exposure_interface_fields[] = {
	{"interface", VALUE_STRING, "what it is: core_pattern, release_agent, processes of the host, …"},
	{"path", VALUE_STRING, "path in the container"},
	{"writable", VALUE_BOOL, "the mount may be written"},
	{0},
};

/* ---- what there is --------------------------------------------------------------------------- */

/* A path of a file system of the kernel's. `host` is where the host has it, to see whether this kernel offers it; NULL: it does
 * where the file system is mounted at all. */
struct offer {
	const char *fstype, *inside, *host;
	const char *name;  /* of an interface */
	bool even_to_read; /* an interface that need not be written */
};

/* Whoever writes there has the kernel run a program of his choice, or brings the host down: core(5), proc_sys_kernel(5),
 * Documentation/admin-guide/{sysctl,sysrq,binfmt-misc}, cgroups(7) "Notification", Documentation/ABI. */
static const struct offer interfaces[] = {
	{"proc", "/sys/kernel/core_pattern", "/proc/sys/kernel/core_pattern", "core_pattern", false},
	{"proc", "/sys/kernel/modprobe", "/proc/sys/kernel/modprobe", "modprobe", false},
	{"proc", "/sys/kernel/hotplug", "/proc/sys/kernel/hotplug", "hotplug", false},
	{"proc", "/sys/kernel/poweroff_cmd", "/proc/sys/kernel/poweroff_cmd", "poweroff_cmd", false},
	{"proc", "/sys/kernel/usermodehelper/bset", "/proc/sys/kernel/usermodehelper/bset", "usermodehelper", false},
	{"proc", "/sys/kernel/sysrq", "/proc/sys/kernel/sysrq", "sysrq", false},
	{"proc", "/sys/vm/panic_on_oom", "/proc/sys/vm/panic_on_oom", "panic_on_oom", false},
	{"proc", "/sysrq-trigger", "/proc/sysrq-trigger", "sysrq-trigger", false},
	{"proc", "/kcore", "/proc/kcore", "kcore", true},
	{"sysfs", "/kernel/uevent_helper", "/sys/kernel/uevent_helper", "uevent_helper", false},
	{"sysfs", "/module/firmware_class/parameters/path", "/sys/module/firmware_class/parameters/path", "firmware_path", false},
	{"sysfs", "/power/state", "/sys/power/state", "power", false},
	{"cgroup", "/release_agent", NULL, "release_agent", false},
	{"binfmt_misc", "/register", NULL, "binfmt_misc", false},
};

/* Hidden by engines unless told otherwise: moby daemon/pkg/oci/defaults.go, containerd pkg/oci/spec.go, containers/common
 * pkg/config; here those that all or the newer ones have. */
static const struct offer masked[] = {
	{"proc", "/acpi", "/proc/acpi", NULL, false},
	{"proc", "/asound", "/proc/asound", NULL, false},
	{"proc", "/interrupts", "/proc/interrupts", NULL, false},
	{"proc", "/kcore", "/proc/kcore", NULL, false},
	{"proc", "/keys", "/proc/keys", NULL, false},
	{"proc", "/latency_stats", "/proc/latency_stats", NULL, false},
	{"proc", "/sched_debug", "/proc/sched_debug", NULL, false},
	{"proc", "/scsi", "/proc/scsi", NULL, false},
	{"proc", "/timer_list", "/proc/timer_list", NULL, false},
	{"proc", "/timer_stats", "/proc/timer_stats", NULL, false},
	{"sysfs", "/devices/virtual/powercap", "/sys/devices/virtual/powercap", NULL, false},
	{"sysfs", "/firmware", "/sys/firmware", NULL, false},
};

/* Only to be read unless told otherwise, by the same; they mount sysfs and the control groups read-only as a whole. */
static const struct offer readonly[] = {
	{"proc", "/bus", "/proc/bus", NULL, false},
	{"proc", "/fs", "/proc/fs", NULL, false},
	{"proc", "/irq", "/proc/irq", NULL, false},
	{"proc", "/sys", "/proc/sys", NULL, false},
	{"proc", "/sysrq-trigger", "/proc/sysrq-trigger", NULL, false},
	{"sysfs", "/", "/sys", NULL, false},
};

/* Of the kernel as a whole, whoever mounts them. */
static const char *const filesystems[] = {
	"debugfs", "tracefs", "bpf", "securityfs", "selinuxfs", "efivarfs", "configfs", "binfmt_misc", "fusectl", "pstore", "resctrl",
};

/* A bit for each row of a table that this kernel offers; asked once a run. */
struct offered {
	unsigned interfaces, masked, readonly;
};

static unsigned find_offered(struct probe_context *ctx, const struct offer *rows, size_t count)
{
	unsigned bits = 0;

	for (size_t i = 0; i < count; i++) {
		struct error err = {0};
		struct stat st;

		if (!rows[i].host || host_stat(ctx->host, rows[i].host, false, &st, &err) == 0 || err.code != ERROR_NOT_FOUND)
			bits |= 1u << i;
	}
	return bits;
}

static void *open_offered(struct probe_context *ctx)
{
	struct offered *offered = ARENA_NEW(facts_arena(ctx->facts), struct offered);

	_Static_assert(COUNT(interfaces) < 32 && COUNT(masked) < 32 && COUNT(readonly) < 32, "a bit for each");
	offered->interfaces = find_offered(ctx, interfaces, COUNT(interfaces));
	offered->masked = find_offered(ctx, masked, COUNT(masked));
	offered->readonly = find_offered(ctx, readonly, COUNT(readonly));
	return offered;
}

static const struct service offered_service = {.name = "kernel paths", .open = open_offered};

/* ---- where it is seen ------------------------------------------------------------------------ */

/* The path in the container at which a mount shows an offer, or a part of it where only that is mounted; NULL: nowhere. */
static const char *shown_at(struct arena *arena, const struct container_view *view, const struct mount *mount,
			    const struct offer *offer)
{
	const char *rest, *path;

	if (!text_eq(mount->fstype, offer->fstype))
		return NULL;
	if (mounts_below(mount->root, offer->inside))
		return mount->target;
	rest = mounts_below(offer->inside, mount->root);
	if (!rest)
		return NULL;
	path = mounts_join(arena, mount->target, rest);
	return mounts_at(view->table, path) == mount ? path : NULL;
}

/* Of the file systems that the tables are about. */
static bool is_offering(const struct mount *mount)
{
	static const char *const fstypes[] = {"proc", "sysfs", "cgroup", "binfmt_misc"};

	for (size_t i = 0; i < COUNT(fstypes); i++)
		if (text_eq(mount->fstype, fstypes[i]))
			return true;
	return false;
}

struct look {
	const struct container_facts *of;
	struct exposure_rows rows;
	unsigned offered, shown, writable; /* bits */
	struct strings where;              /* notes on places that are not the usual ones */
};

static void note_place(struct look *look, const char *host, const char *path)
{
	if (!text_eq(host, path))
		strings_add_unique(look->of->arena, &look->where,
				   arena_printf(look->of->arena, "%s is at %s", host,
						text_safe(look->of->arena, path, strlen(path))));
}

static void look_for(struct look *look, const struct container_view *view, const struct mount *mount, const struct offer *rows,
		     size_t count, bool writable)
{
	if (!is_offering(mount))
		return;
	for (size_t i = 0; i < count; i++) {
		const char *path = look->offered & 1u << i ? shown_at(look->of->arena, view, mount, &rows[i]) : NULL;

		if (!path)
			continue;
		look->shown |= 1u << i;
		look->writable |= mount->readonly ? 0 : 1u << i;
		if (!writable || !mount->readonly)
			note_place(look, rows[i].host, path);
	}
}

/* The paths of a table whose bit is as wanted. */
static struct fact_side side_of(struct look *look, const struct offer *rows, size_t count, unsigned bits)
{
	struct strings paths = {0};

	for (size_t i = 0; i < count; i++)
		if (bits & 1u << i)
			vec_push(look->of->arena, &paths, rows[i].host);
	return exposure_side(look->of, value_strings(paths));
}

static void add_notes(struct look *look, struct fact_side *side)
{
	vec_each(note, &look->where)
		vec_push(look->of->arena, &side->notes, *note);
}

/* ---- masked and read-only paths -------------------------------------------------------------- */

static void look_for_masked(void *data, const struct container_view *view, const struct container_mount *mount)
{
	look_for(data, view, mount->mount, masked, COUNT(masked), false);
}

static void look_for_writable(void *data, const struct container_view *view, const struct container_mount *mount)
{
	look_for(data, view, mount->mount, readonly, COUNT(readonly), true);
}

static struct look masked_look(const struct container_facts *of)
{
	const struct offered *offered = probe_service(of->ctx, &offered_service);
	struct look look = {.of = of, .offered = offered->masked};

	exposure_each(of, look_for_masked, &look);
	return look;
}

static struct look readonly_look(const struct container_facts *of)
{
	const struct offered *offered = probe_service(of->ctx, &offered_service);
	struct look look = {.of = of, .offered = offered->readonly};

	exposure_each(of, look_for_writable, &look);
	return look;
}

struct fact_side exposure_masked(const struct container_facts *of)
{
	struct look look = masked_look(of);

	return side_of(&look, masked, COUNT(masked), look.offered & ~look.shown);
}

struct fact_side exposure_unmasked(const struct container_facts *of)
{
	struct look look = masked_look(of);
	struct fact_side side = side_of(&look, masked, COUNT(masked), look.shown);

	add_notes(&look, &side);
	return side;
}

struct fact_side exposure_readonly(const struct container_facts *of)
{
	struct look look = readonly_look(of);

	return side_of(&look, readonly, COUNT(readonly), look.offered & ~look.writable);
}

static bool is_cgroup(const struct mount *mount)
{
	return text_eq(mount->fstype, "cgroup") || text_eq(mount->fstype, "cgroup2");
}

static void look_for_cgroup(void *data, const struct container_view *view _unused_, const struct container_mount *mount)
{
	struct exposure_rows *rows = data;

	if (is_cgroup(mount->mount) && !mount->mount->readonly)
		exposure_rows_add_text(rows, mount->mount->target);
}

struct fact_side exposure_writable(const struct container_facts *of)
{
	struct look look = readonly_look(of);
	struct fact_side side = side_of(&look, readonly, COUNT(readonly), look.writable);
	struct exposure_rows cgroups = exposure_rows_new(of, VALUE_STRINGS);

	exposure_each(of, look_for_cgroup, &cgroups);
	vec_each(path, &cgroups.value.strings)
		strings_add_unique(of->arena, &side.value.strings, *path);
	add_notes(&look, &side);
	return side;
}

struct fact_side exposure_cgroup_writable(const struct container_facts *of)
{
	struct exposure_rows cgroups = exposure_rows_new(of, VALUE_STRINGS);
	struct fact_side side;

	exposure_each(of, look_for_cgroup, &cgroups);
	side = exposure_side(of, value_bool(cgroups.value.strings.count > 0));
	vec_each(path, &cgroups.value.strings)
		vec_push(of->arena, &side.notes, arena_printf(of->arena, "%s is writable", *path));
	return side;
}

/* ---- interfaces ------------------------------------------------------------------------------ */

/* Field 22 of PID/stat below a folder; the name, field 2, may hold anything, and the last parenthesis ends it. */
static bool has_process(const struct host *root, const char *folder, const struct process *process)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;

	if (host_read(root, mounts_join(scratch, folder, arena_printf(scratch, "/%d/stat", process->pid)), HOST_READ_SMALL, scratch,
		      &text, NULL, NULL) < 0)
		return false;
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && strtoull(at, NULL, 10) == process->start_ticks;
}

/* Since Linux 5.8 every mount of proc is a file system of its own: whose processes it shows is seen by looking for one by the
 * number that it has on the host. Runtimes mount the one at /proc from inside the container's pid namespace. */
static bool shows_host_processes(const struct container_facts *of, const struct container_view *view, const struct mount *mount)
{
	const struct host_origin *origin = probe_service(of->ctx, &host_origin_service);
	struct host_process process = {view->process->pid, view->process->start_ticks};
	_cleanup_(host_cleanup) struct host *root = NULL;

	if (!text_eq(mount->fstype, "proc") || !text_eq(mount->root, "/"))
		return false;
	if (host_origin_has_device(origin, mount->dev))
		return true;
	if (text_eq(mount->target, "/proc"))
		return of->container->namespaces[CONTAINERS_PID] == of->containers->host[CONTAINERS_PID];
	return host_process_root(of->ctx->host, process, &root, NULL) == 0 && has_process(root, mount->target, view->process);
}

static void add_interface(struct look *look, const char *name, const char *path, bool writable)
{
	struct record row = {0};

	exposure_rows_text(&look->rows, &row, "interface", name);
	exposure_rows_text(&look->rows, &row, "path", path);
	exposure_rows_flag(&look->rows, &row, "writable", writable);
	exposure_rows_add(&look->rows, row);
}

static void look_for_interfaces(void *data, const struct container_view *view, const struct container_mount *of)
{
	const struct mount *mount = of->mount;
	struct look *look = data;

	if (!is_offering(mount))
		return;
	for (size_t i = 0; i < COUNT(interfaces); i++) {
		const struct offer *offer = &interfaces[i];
		const char *path = NULL;

		if ((look->offered & 1u << i) && (!mount->readonly || offer->even_to_read))
			path = shown_at(look->of->arena, view, mount, offer);
		if (path)
			add_interface(look, offer->name, path, !mount->readonly);
	}
	if (shows_host_processes(look->of, view, mount))
		add_interface(look, "processes of the host", mount->target, !mount->readonly);
}

static struct look interfaces_look(const struct container_facts *of)
{
	const struct offered *offered = probe_service(of->ctx, &offered_service);
	struct look look = {.of = of, .rows = exposure_rows_new(of, VALUE_RECORDS), .offered = offered->interfaces};

	exposure_each(of, look_for_interfaces, &look);
	return look;
}

struct fact_side exposure_interfaces(const struct container_facts *of)
{
	struct look look = interfaces_look(of);

	return exposure_rows_side(&look.rows);
}

struct fact_side exposure_release_agent(const struct container_facts *of)
{
	struct look look = interfaces_look(of);
	bool found = false;

	vec_each(row, &look.rows.value.records)
		found |= text_eq(record_get(row, "interface")->string, "release_agent");
	return exposure_side(of, value_bool(found));
}

static void look_for_filesystem(void *data, const struct container_view *view _unused_, const struct container_mount *mount)
{
	for (size_t i = 0; i < COUNT(filesystems); i++)
		if (text_eq(mount->mount->fstype, filesystems[i]))
			exposure_rows_add_text(data, filesystems[i]);
}

struct fact_side exposure_filesystems(const struct container_facts *of)
{
	struct exposure_rows rows = exposure_rows_new(of, VALUE_STRINGS);

	exposure_each(of, look_for_filesystem, &rows);
	strings_sort(&rows.value.strings);
	return exposure_rows_side(&rows);
}
