#include "checks/oci_places.h"

#include "checks/containers.h"
#include "host/host_process.h"

struct finding {
	struct probe_context *ctx;
	struct arena *arena;
	struct oci_places *places;
	uint64_t host_mounts; /* the host's mount namespace; 0: not known */
};

/* ---- words of a command line --------------------------------------------------------------------- */

/* What follows the first `name`, as "name value" or, for long ones, "name=value"; NULL when nothing does. */
static const char *option(const struct strings *words, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 1; i < words->count; i++) {
		const char *word = words->items[i];

		if (strncmp(word, name, len) != 0)
			continue;
		if (!word[len])
			return i + 1 < words->count ? words->items[i + 1] : NULL;
		if (text_starts(name, "--") && word[len] == '=')
			return word + len + 1;
	}
	return NULL;
}

/* The words that a conmon hands on to its runtime. */
static struct strings runtime_words(const struct finding *finding, const struct strings *words)
{
	static const char name[] = "--runtime-arg";
	struct strings found = {0};

	vec_push(finding->arena, &found, name); /* in the place of the program */
	for (size_t i = 1; i < words->count; i++) {
		if (text_starts(words->items[i], "--runtime-arg="))
			vec_push(finding->arena, &found, words->items[i] + sizeof name);
		else if (strcmp(words->items[i], name) == 0 && i + 1 < words->count)
			vec_push(finding->arena, &found, words->items[++i]);
	}
	return found;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- places ------------------------------------------------------------------------------------------ */

static void add(const struct finding *finding, struct oci_places_list *list, struct oci_place place)
{
	vec_each(known, list)
		if (strcmp(known->path, place.path) == 0 && text_eq(known->runtime, place.runtime))
			return;
	vec_push(finding->arena, list, place);
}

static const char *absolute(const struct finding *finding, const struct process *process, const char *path)
{
	const char *folder;

	if (*path == '/')
		return path;
	if (host_process_link(finding->ctx->host, (struct host_process){process->pid, process->start_ticks}, HOST_LINK_CWD,
			      finding->arena, &folder, NULL) < 0)
		return NULL;
	return arena_printf(finding->arena, "%s/%s", text_safe(finding->arena, folder, strlen(folder)), path);
}

static const char *default_root(const struct finding *finding, const char *runtime, uid_t owner)
{
	if (owner == 0)
		return arena_printf(finding->arena, "/run/%s", runtime);
	return arena_printf(finding->arena, "/run/user/%u/%s", owner, runtime);
}

/* "/a/b/c" without its last `count` components; NULL when it has not as many. */
static const char *above(const struct finding *finding, const char *path, unsigned count)
{
	char *copy = arena_strdup(finding->arena, path);

	while (count--) {
		char *slash = strrchr(copy, '/');

		if (!slash || slash == copy)
			return NULL;
		*slash = '\0';
	}
	return copy;
}

/* All shims of one containerd work below the same folder: asking one is enough. */
static void take_shim(struct finding *finding, const struct process *process)
{
	const char *space = option(&process->argv, "-namespace"), *id = option(&process->argv, "-id");
	const char *folder;

	if (!space || !id)
		return;
	vec_each(known, &finding->places->containerd) {
		struct stat st;
		const char *path = arena_printf(finding->arena, "%s/" OCI_PLACES_TASKS "/%s/%s", known->path, space, id);

		if (host_stat(finding->ctx->host, path, true, &st, NULL) == 0)
			return;
	}
	if (host_process_link(finding->ctx->host, (struct host_process){process->pid, process->start_ticks}, HOST_LINK_CWD,
			      finding->arena, &folder, NULL) < 0)
		return;
	const char *state = above(finding, text_safe(finding->arena, folder, strlen(folder)), 3);
	if (state && text_ends(folder, arena_printf(finding->arena, "/" OCI_PLACES_TASKS "/%s/%s", space, id)))
		add(finding, &finding->places->containerd, (struct oci_place){state, NULL, process->uid});
}

static void take_conmon(struct finding *finding, const struct process *process)
{
	const struct strings *words = &process->argv, passed = runtime_words(finding, words);
	const char *runtime = option(words, "-r"), *log = option(words, "-l"), *root = option(&passed, "--root");
	struct oci_conmon conmon = {
		.id = option(words, "-c"),
		.name = option(words, "-n"),
		.bundle = option(words, "-b"),
		.pid_file = option(words, "-p"),
		.log_driver = log && strchr(log, ':') ? arena_strndup(finding->arena, log, strcspn(log, ":")) : NULL,
		.podman = option(words, "--exit-command"),
	};

	if (!conmon.id || strchr(conmon.id, '/') || !conmon.bundle || *conmon.bundle != '/' || !runtime)
		return;
	runtime = base_name(runtime);
	conmon.state = (struct oci_place){root ?: default_root(finding, runtime, process->uid), runtime, process->uid};
	vec_push(finding->arena, &finding->places->conmons, conmon);
	/* STORAGE/DRIVER-containers/ID/userdata */
	const char *storage = text_ends(conmon.bundle, "/userdata") ? above(finding, conmon.bundle, 3) : NULL;
	if (storage)
		add(finding, &finding->places->storages, (struct oci_place){storage, NULL, process->uid});
}

static void take_runtime(struct finding *finding, const struct process *process)
{
	const char *root = option(&process->argv, "--root"), *path = root ? absolute(finding, process, root) : NULL;

	if (path)
		add(finding, &finding->places->runtimes, (struct oci_place){path, base_name(process->exe), process->uid});
}

static void take_engine(struct finding *finding, const struct process *process)
{
	const char *root = option(&process->argv, "--root"), *path = root ? absolute(finding, process, root) : NULL;

	if (path)
		add(finding, &finding->places->storages, (struct oci_place){path, NULL, process->uid});
}

/* By the executable: a name anybody can take. */
static const struct {
	const char *program;
	void (*take)(struct finding *finding, const struct process *process);
} programs[] = {
	{"containerd-shim-runc-v2", take_shim}, {"containerd-shim-runc-v1", take_shim}, {"conmon", take_conmon},
	{"runc", take_runtime},                 {"crun", take_runtime},                 {"podman", take_engine},
	{"crio", take_engine},
};

/* Paths that a process with mounts of its own names are not the host's. */
static bool speaks_for_host(const struct finding *finding, const struct process *process)
{
	uint64_t mounts;

	return process->uid != 0 || (containers_namespace(finding->ctx, process, CONTAINERS_MOUNT, &mounts, NULL) == 0 &&
				     mounts == finding->host_mounts);
}

static void take(struct finding *finding, const struct process *process)
{
	if (!process->exe || process->uid == (uid_t)-1)
		return;
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
		if (strcmp(base_name(process->exe), programs[i].program) == 0 && speaks_for_host(finding, process))
			programs[i].take(finding, process);
}

/* /run/user/UID/runc, of every user that is logged in or lingers. */
static void add_users(const struct finding *finding)
{
	struct strings names = {0};

	if (host_list(finding->ctx->host, "/run/user", finding->arena, &names, NULL) < 0)
		return;
	vec_each(name, &names) {
		int64_t uid;

		if (!text_to_int(*name, 10, &uid) || uid <= 0 || uid >= UINT32_MAX)
			continue;
		add(finding, &finding->places->runtimes,
		    (struct oci_place){default_root(finding, "runc", (uid_t)uid), "runc", (uid_t)uid});
		add(finding, &finding->places->runtimes,
		    (struct oci_place){default_root(finding, "crun", (uid_t)uid), "crun", (uid_t)uid});
	}
}

void oci_places_find(struct probe_context *ctx, const struct processes *processes, struct oci_places *ret)
{
	const struct process *host = containers_host_process(processes);
	struct finding finding = {.ctx = ctx, .arena = facts_arena(ctx->facts), .places = ret};

	if (host)
		containers_namespace(ctx, host, CONTAINERS_MOUNT, &finding.host_mounts, NULL);
	add(&finding, &ret->containerd, (struct oci_place){"/run/containerd", NULL, 0});
	add(&finding, &ret->runtimes, (struct oci_place){"/run/runc", "runc", 0});
	add(&finding, &ret->runtimes, (struct oci_place){"/run/crun", "crun", 0});
	add(&finding, &ret->storages, (struct oci_place){"/var/lib/containers/storage", NULL, 0});
	vec_each(process, &processes->list)
		take(&finding, process);
	add_users(&finding);
}
