#include "checks/docker.h"
#include "checks/exposure.h"
#include "checks/listeners.h"
#include "host/host_process.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

const struct field_decl exposure_socket_fields[] = {
	{"socket", VALUE_STRING, "path of the socket on the host"},
	{"program", VALUE_STRING, "docker, containerd, cri-o, podman, buildkit, cri-dockerd, lxd, incus, libvirt, kubelet, systemd, dbus, "
				  "snapd: who listens there"},
	{"path", VALUE_STRING, "path in the container"},
	{"through", VALUE_STRING, "file: mounted by itself; folder: it lies below what is mounted"},
	{"writable", VALUE_BOOL, "the mount may be written; connecting does not need that"},
	{0},
};

/* Where they listen unless told otherwise, by their manuals. */
static const struct {
	const char *pattern, *program;
} usual[] = {
	{"/run/docker.sock", "docker"},
	{"/run/user/*/docker.sock", "docker"},
	{"/run/containerd/containerd.sock", "containerd"},
	{"/run/containerd/containerd.sock.ttrpc", "containerd"},
	{"/run/docker/containerd/containerd.sock", "containerd"},
	{"/run/k3s/containerd/containerd.sock", "containerd"},
	{"/run/crio/crio.sock", "cri-o"},
	{"/run/podman/podman.sock", "podman"},
	{"/run/user/*/podman/podman.sock", "podman"},
	{"/run/buildkit/buildkitd.sock", "buildkit"},
	{"/run/user/*/buildkit/buildkitd.sock", "buildkit"},
	{"/run/cri-dockerd.sock", "cri-dockerd"},
	{"/var/lib/lxd/unix.socket", "lxd"},
	{"/var/snap/lxd/common/lxd/unix.socket", "lxd"},
	{"/var/lib/incus/unix.socket", "incus"},
	{"/run/incus/unix.socket", "incus"},
	{"/run/libvirt/libvirt-sock", "libvirt"},
	{"/run/libvirt/virtqemud-sock", "libvirt"},
	{"/var/lib/kubelet/pod-resources/kubelet.sock", "kubelet"},
	{"/var/lib/kubelet/device-plugins/kubelet.sock", "kubelet"},
	{"/run/systemd/private", "systemd"},
	{"/run/user/*/systemd/private", "systemd"},
	{"/run/dbus/system_bus_socket", "dbus"},
	{"/run/user/*/bus", "dbus"},
	{"/run/snapd.socket", "snapd"},
	{"/run/snapd-snap.socket", "snapd"},
};

/* Programs whose own listening sockets are asked from the kernel; dockerd's are known to the docker service. */
static const struct {
	const char *exe, *program;
} listening[] = {
	{"containerd", "containerd"}, {"crio", "cri-o"},   {"podman", "podman"},         {"buildkitd", "buildkit"},
	{"cri-dockerd", "cri-dockerd"}, {"lxd", "lxd"},    {"incusd", "incus"},          {"k3s", "containerd"},
};

struct socket_of {
	const char *program;
	struct stat st;
};

struct sockets {
	struct host_places places; /* what: struct socket_of */
	struct strmap *known;      /* by path */
	const char *reason;        /* there may be others; NULL: these are all */
};

/* ---- which there are ------------------------------------------------------------------------- */

static void add_socket(struct probe_context *ctx, struct sockets *sockets, const char *path, const char *program)
{
	const struct host_origin *origin = probe_service(ctx, &host_origin_service);
	struct arena *arena = facts_arena(ctx->facts);
	struct socket_of what = {.program = program}, *kept;
	struct host_place place = {0};
	char *real;

	if (host_realpath(ctx->host, path, arena, &real, NULL) < 0 || strmap_get(sockets->known, real) ||
	    host_stat(ctx->host, real, true, &what.st, NULL) < 0 || !S_ISSOCK(what.st.st_mode) ||
	    !host_origin_place(origin, real, arena, &place))
		return;
	kept = ARENA_NEW(arena, struct socket_of);
	*kept = what;
	place.what = kept;
	vec_push(arena, &sockets->places, place);
	strmap_put(sockets->known, real, kept);
}

static void add_pattern(struct probe_context *ctx, struct sockets *sockets, const char *pattern, const char *program)
{
	struct strings found = {0};

	host_glob(ctx->host, pattern, facts_arena(ctx->facts), &found, NULL);
	vec_each(path, &found)
		add_socket(ctx, sockets, *path, program);
}

/* What runs in a container binds to paths of its own. False also where that cannot be told, and `sockets` says so. */
static bool is_of_host(struct probe_context *ctx, struct sockets *sockets, const struct process *process)
{
	const struct containers *containers = probe_service(ctx, &containers_service);
	struct error err = {0};
	uint64_t inode = 0;

	if (containers_namespace(ctx, process, CONTAINERS_MOUNT, &inode, &err) < 0 && err.code != ERROR_NOT_FOUND)
		sockets->reason = text_safe(facts_arena(ctx->facts), err.text, strlen(err.text));
	return inode && inode == containers->host[CONTAINERS_MOUNT];
}

static void add_docker(struct probe_context *ctx, struct sockets *sockets)
{
	const struct docker *docker = probe_service(ctx, &docker_service);

	if (docker->state == FACT_UNREADABLE)
		sockets->reason = docker->reason;
	vec_each(daemon, &docker->daemons) {
		if (!(*daemon)->process || !is_of_host(ctx, sockets, (*daemon)->process))
			continue;
		if ((*daemon)->sockets_reason)
			sockets->reason = (*daemon)->sockets_reason;
		vec_each(path, &(*daemon)->sockets)
			add_socket(ctx, sockets, *path, "docker");
	}
}

static void add_listening(struct probe_context *ctx, struct sockets *sockets, const struct process *process, const char *program)
{
	struct listeners found = {0};
	struct error err = {0};

	if (!is_of_host(ctx, sockets, process))
		return;
	if (listeners_find(ctx, process, &found, &err) < 0 && err.code != ERROR_NOT_FOUND)
		sockets->reason = text_safe(facts_arena(ctx->facts), err.text, strlen(err.text));
	vec_each(one, &found)
		if (one->path && one->path[0] == '/')
			add_socket(ctx, sockets, one->path, program);
}

static void add_programs(struct probe_context *ctx, struct sockets *sockets)
{
	const struct processes *processes = probe_service(ctx, &processes_service);

	vec_each(process, &processes->list) {
		const char *slash = process->exe ? strrchr(process->exe, '/') : NULL;

		for (size_t i = 0; slash && i < COUNT(listening); i++)
			if (text_eq(slash + 1, listening[i].exe))
				add_listening(ctx, sockets, process, listening[i].program);
	}
}

static void *open_sockets(struct probe_context *ctx)
{
	struct sockets *sockets = ARENA_NEW(facts_arena(ctx->facts), struct sockets);

	sockets->known = strmap_new(facts_arena(ctx->facts));
	add_docker(ctx, sockets);
	for (size_t i = 0; i < COUNT(usual); i++)
		add_pattern(ctx, sockets, usual[i].pattern, usual[i].program);
	add_programs(ctx, sockets);
	host_places_sort(&sockets->places);
	return sockets;
}

static const struct service sockets_service = {.name = "exposed sockets", .open = open_sockets};

/* ---- where they are seen --------------------------------------------------------------------- */

struct look {
	struct exposure_rows rows;
	const struct sockets *sockets;
	const struct container_view *view;
	struct host *root; /* of the view; opened when needed */
	const char *reason;
};

static void add_row(struct look *look, const struct mount *mount, const struct host_place *place, const char *path, bool file)
{
	const struct socket_of *what = place->what;
	struct record row = {0};

	exposure_rows_text(&look->rows, &row, "socket", place->path);
	exposure_rows_text(&look->rows, &row, "program", what->program);
	exposure_rows_text(&look->rows, &row, "path", path);
	exposure_rows_text(&look->rows, &row, "through", file ? "file" : "folder");
	exposure_rows_flag(&look->rows, &row, "writable", !mount->readonly);
	exposure_rows_add(&look->rows, row);
}

static void add_match(void *data, const struct mount *mount, const struct host_match *match)
{
	if (match->relation != HOST_INSIDE)
		add_row(data, mount, match->place, match->path, match->relation == HOST_EQUAL);
}

/* A socket with a second name (link(2)) is the same socket there, which no path of a mount table tells: then by inode. */
static void look_at_inode(struct look *look, const struct mount *mount, const struct host_place *place)
{
	const struct socket_of *what = place->what;
	struct host_process process = {look->view->process->pid, look->view->process->start_ticks};
	struct error err = {0};
	struct stat st;

	if (what->st.st_nlink < 2 || place->dev != mount->dev || mounts_below(place->inside, mount->root))
		return;
	if ((!look->root && host_process_root(look->rows.of->ctx->host, process, &look->root, &err) < 0) ||
	    host_stat(look->root, mount->target, false, &st, &err) < 0) {
		if (err.code != ERROR_NOT_FOUND)
			look->reason = text_safe(look->rows.of->arena, err.text, strlen(err.text));
	} else if (st.st_dev == what->st.st_dev && st.st_ino == what->st.st_ino) {
		add_row(look, mount, place, mount->target, true);
	}
}

static void look_at_mount(void *data, const struct container_view *view, const struct container_mount *mount)
{
	struct look *look = data;

	if (look->view != view) {
		host_close(look->root);
		look->root = NULL;
		look->view = view;
	}
	host_places_match(&look->sockets->places, view->table, mount->mount, look->rows.of->arena, add_match, look);
	if (mount->kind == CONTAINER_MOUNT_HOST)
		vec_each(place, &look->sockets->places)
			look_at_inode(look, mount->mount, place);
}

struct fact_side exposure_sockets(const struct container_facts *of)
{
	const struct sockets *sockets = probe_service(of->ctx, &sockets_service);
	struct look look = {.rows = exposure_rows_new(of, VALUE_RECORDS), .sockets = sockets, .reason = sockets->reason};
	struct fact_side side;

	exposure_each(of, look_at_mount, &look);
	host_close(look.root);
	if (look.reason && look.rows.value.records.count == 0)
		return side_missing(FACT_UNREADABLE, "/proc/PID/mountinfo, sockets of the host", look.reason);
	side = exposure_rows_side(&look.rows);
	if (look.reason)
		vec_push(of->arena, &side.notes, arena_printf(of->arena, "there may be others: %s", look.reason));
	return side;
}
