#include "checks/oci_namespaces.h"

#include "checks/oci_reading.h"

/* "/proc/PID/ns/KIND", as the file of a process that was there before this container: the pid may be another's by now. */
static bool of_process(const struct docker_reading *reading, enum containers_kind kind, const char *path, uint64_t *ret)
{
	const struct processes *processes = probe_service(reading->ctx, &processes_service);
	const struct process *init = oci_reading_whole(reading)->bundle->init;
	int pid, end = 0;

	if (!init || sscanf(path, "/proc/%9d/ns/%n", &pid, &end) != 1 || !end)
		return false;
	vec_each(process, &processes->list)
		if (process->pid == pid)
			return process->start_ticks <= init->start_ticks &&
			       containers_namespace(reading->ctx, process, kind, ret, NULL) == 0;
	return false;
}

/* A namespace that is kept by a mount is a file of its number (namespaces(7)). */
static bool find_inode(const struct docker_reading *reading, enum containers_kind kind, const char *path, uint64_t *ret)
{
	struct stat st;

	if (text_starts(path, "/proc/"))
		return of_process(reading, kind, path, ret);
	if (host_stat(reading->ctx->host, path, true, &st, NULL) < 0)
		return false;
	*ret = st.st_ino;
	return true;
}

static const char *name_of(const struct docker_reading *reading, enum containers_kind kind, const char *path)
{
	const struct containers *containers = probe_service(reading->ctx, &containers_service);
	const struct oci_bundle *bundle = oci_reading_whole(reading)->bundle;
	const struct container *owner;
	uint64_t inode;

	if (!find_inode(reading, kind, path, &inode))
		return arena_printf(reading->arena, "path:%s", path);
	if (inode == containers->host[kind])
		return "host";
	owner = containers_oldest(containers, kind, inode);
	if (!owner)
		return arena_printf(reading->arena, "path:%s", path);
	return owner->init == bundle->init ? "private" : arena_printf(reading->arena, "container:%s", owner->id);
}

static void convert(struct docker_reading *reading, enum containers_kind kind, const char *type)
{
	const char *found = "host";
	const json_t *item;
	size_t i;

	if (!oci_reading_is_list(reading->json)) {
		docker_reading_wrong(reading, "a list of namespaces");
		return;
	}
	json_array_foreach(reading->json, i, item) {
		if (strcmp(oci_reading_text(reading, item, "type"), type) != 0)
			continue;
		const char *path = oci_reading_text(reading, item, "path");
		found = *path ? name_of(reading, kind, path) : "private";
	}
	docker_reading_present(reading, value_string(found));
}

void oci_namespaces_pid(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_PID, "pid");
}

void oci_namespaces_ipc(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_IPC, "ipc");
}

void oci_namespaces_network(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_NETWORK, "network");
}

void oci_namespaces_uts(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_UTS, "uts");
}

void oci_namespaces_user(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_USER, "user");
}

void oci_namespaces_cgroup(struct docker_reading *reading)
{
	convert(reading, CONTAINERS_CGROUP, "cgroup");
}
