#include "checks/engine_files.h"

#include "checks/docker.h"
#include "checks/mounts.h"

#define ID_DIGITS 64
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

/* ---- folders --------------------------------------------------------------------------------- */

/* Documented defaults: dockerd(8), containerd-config.toml(5), containers-storage.conf(5), crio(8), kubelet's --root-dir, the
 * manuals of k3s, LXC, LXD, Incus, nerdctl and buildkitd. */
static const char *const data_folders[] = {
	"/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/crio", "/var/lib/kubelet", "/var/lib/rancher",
	"/var/lib/nerdctl", "/var/lib/buildkit", "/var/lib/lxc", "/var/lib/lxd", "/var/snap/lxd/common/lxd", "/var/lib/incus",
	"/var/lib/machines",
};
static const char *const state_folders[] = {
	"/run/docker", "/run/containerd", "/run/containers", "/run/crio", "/run/user/*/containers",
};

/* Options that name such a folder. conmon(8) has podman's and CRI-O's among the words of --exit-command-arg. */
static const struct {
	const char *program, *option;
	bool state;
} options[] = {
	{"containerd", "--root", false}, {"containerd", "--state", true}, {"crio", "--root", false},   {"crio", "--runroot", true},
	{"podman", "--root", false},     {"podman", "--runroot", true},   {"conmon", "--root", false}, {"conmon", "--runroot", true},
	{"k3s", "--data-dir", false},    {"kubelet", "--root-dir", false}, {"buildkitd", "--root", false},
};

static void add_folder(struct probe_context *ctx, struct strings *folders, const char *path)
{
	char *real;

	if (path && *path == '/' && host_realpath(ctx->host, path, facts_arena(ctx->facts), &real, NULL) == 0 &&
	    !text_eq(real, "/"))
		strings_add_unique(facts_arena(ctx->facts), folders, real);
}

static void add_matches(struct probe_context *ctx, struct strings *folders, const char *pattern)
{
	struct strings found = {0};

	host_glob(ctx->host, pattern, facts_arena(ctx->facts), &found, NULL);
	vec_each(path, &found)
		add_folder(ctx, folders, *path);
}

static const char *value_of(const struct process *process, const char *option)
{
	size_t len = strlen(option);

	for (size_t i = 1; i < process->argv.count; i++) {
		const char *word = process->argv.items[i];

		if (strncmp(word, option, len) != 0)
			continue;
		if (word[len] == '=')
			return word + len + 1;
		if (!word[len] && i + 1 < process->argv.count && text_eq(process->argv.items[i + 1], "--exit-command-arg"))
			i++;
		if (!word[len])
			return i + 1 < process->argv.count ? process->argv.items[i + 1] : NULL;
	}
	return NULL;
}

/* What runs in a container names paths of its own. */
static bool is_of_host(struct probe_context *ctx, const struct process *process)
{
	const struct containers *containers = probe_service(ctx, &containers_service);
	uint64_t inode;

	return containers_namespace(ctx, process, CONTAINERS_MOUNT, &inode, NULL) == 0 &&
	       inode == containers->host[CONTAINERS_MOUNT];
}

static void add_told(struct probe_context *ctx, struct engine_files *files, const struct process *process)
{
	const char *slash = process->exe ? strrchr(process->exe, '/') : NULL;

	for (size_t i = 0; slash && i < COUNT(options); i++) {
		const char *value = text_eq(slash + 1, options[i].program) ? value_of(process, options[i].option) : NULL;

		if (value && is_of_host(ctx, process))
			add_folder(ctx, options[i].state ? &files->state : &files->data, value);
	}
}

static void *open_files(struct probe_context *ctx)
{
	struct engine_files *files = ARENA_NEW(facts_arena(ctx->facts), struct engine_files);
	const struct processes *processes = probe_service(ctx, &processes_service);
	const struct docker *docker = probe_service(ctx, &docker_service);

	for (size_t i = 0; i < COUNT(data_folders); i++)
		add_folder(ctx, &files->data, data_folders[i]);
	for (size_t i = 0; i < COUNT(state_folders); i++)
		add_matches(ctx, &files->state, state_folders[i]);
	vec_each(daemon, &docker->daemons) {
		if ((*daemon)->process && !is_of_host(ctx, (*daemon)->process))
			continue;
		add_folder(ctx, &files->data, (*daemon)->data_root);
		add_folder(ctx, &files->state, (*daemon)->exec_root);
	}
	vec_each(process, &processes->list)
		add_told(ctx, files, process);
	return files;
}

const struct service engine_files_service = {.name = "engine files", .open = open_files};

/* ---- what a file is -------------------------------------------------------------------------- */

/* Where engines put what they make for a container: moby container/container_unix.go, containers/podman libpod, containerd CRI,
 * kubelet. */
static const char *const own_targets[] = {
	"/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/dev/shm", "/dev/termination-log",
	"/run/.containerenv", "/run/secrets", "/var/run/secrets",
};
static const char *const init_targets[] = {"/sbin/docker-init", "/run/podman-init", "/dev/init"};

static const char *behind_any(const struct strings *folders, const char *path)
{
	vec_each(folder, folders) {
		const char *rest = mounts_below(path, *folder);

		if (rest)
			return rest;
	}
	return NULL;
}

static bool is_one_of(const char *path, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (mounts_below(path, list[i]))
			return true;
	return false;
}

/* Is the word between two slashes of a path. */
static bool has_part(const char *path, const char *part)
{
	size_t len = part ? strlen(part) : 0;

	for (const char *at = path; len && (at = strstr(at, part)) != NULL; at++)
		if (at > path && at[-1] == '/' && (at[len] == '/' || !at[len]))
			return true;
	return false;
}

static bool has_id(const char *path)
{
	for (const char *at = strchr(path, '/'); at; at = strchr(at, '/'))
		if (strspn(++at, "0123456789abcdef") == ID_DIGITS && (at[ID_DIGITS] == '/' || !at[ID_DIGITS]))
			return true;
	return false;
}

static bool is_volume(const char *rest)
{
	if (has_part(rest, "volumes"))
		return has_part(rest, "_data") || has_part(rest, "pods");
	return has_part(rest, "volume-subpaths") && has_part(rest, "pods");
}

enum engine_file engine_files_kind(const struct engine_files *files, const struct container *container, const char *path,
				   const char *target)
{
	const char *rest = behind_any(&files->data, path), *id = strrchr(container->id, '/');

	if (is_one_of(target, init_targets, COUNT(init_targets)) && text_starts(path, "/usr/"))
		return ENGINE_FILE_OWN;
	if (!rest)
		rest = behind_any(&files->state, path);
	if (!rest)
		return ENGINE_FILE_NONE;
	if (is_volume(rest))
		return ENGINE_FILE_VOLUME;
	id = id ? id + 1 : container->id;
	if (strlen(id) == ID_DIGITS && has_part(rest, id))
		return ENGINE_FILE_OWN;
	/* Those of the container whose network it shares, or of its pod. */
	if ((has_id(rest) || has_part(rest, container->pod)) && is_one_of(target, own_targets, COUNT(own_targets)))
		return ENGINE_FILE_OWN;
	return has_part(rest, container->pod) && has_part(rest, "containers") ? ENGINE_FILE_OWN : ENGINE_FILE_NONE;
}
