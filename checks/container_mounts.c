#include "checks/container_mounts.h"

#include "checks/engine_files.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
#define TRIED_MAX 4 /* processes of one namespace that are asked for its root */

struct cache {
	struct strmap *tables;     /* namespace → struct table */
	struct strmap *containers; /* id → struct container_mounts */
};

struct table {
	struct mounts mounts;
	const struct process *process;
};

static void *open_cache(struct probe_context *ctx)
{
	struct cache *cache = ARENA_NEW(facts_arena(ctx->facts), struct cache);

	cache->tables = strmap_new(facts_arena(ctx->facts));
	cache->containers = strmap_new(facts_arena(ctx->facts));
	return cache;
}

static const struct service cache_service = {.name = "container mounts", .open = open_cache};

/* ---- tables ---------------------------------------------------------------------------------- */

static int read_one(struct probe_context *ctx, const struct process *process, struct table *ret, struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct table table = {.process = process};
	const char *path = arena_printf(arena, "/proc/%d/mountinfo", process->pid);
	char *text;
	size_t len;

	/* Of a process on its way out the kernel says EINVAL, as it has given its namespaces back (fs/proc_namespace.c). */
	bool read = host_read(ctx->host, path, HOST_READ_CONFIG, arena, &text, &len, err) == 0;
	if (!read && !process_has_ended(ctx, process))
		return -1;
	if (!read || !process_is_same(ctx, process))
		return error_set(err, ERROR_NOT_FOUND, "process %d has ended", process->pid);
	if (len && mounts_parse(arena, text, len, &table.mounts) < 0)
		return error_set(err, ERROR_MALFORMED, "%s is no mount table", path);
	if (!len || !strmap_get(table.mounts.by_target, "/"))
		return error_set(err, ERROR_UNSUPPORTED,
				 "the root folder of process %d is no mount: where it lies cannot be told", process->pid);
	*ret = table;
	return 0;
}

/* A process that changed its root sees a part; another one of the namespace may see all. */
static int read_table(struct probe_context *ctx, const struct container *container, uint64_t ns, struct table *ret,
		      struct error *err)
{
	struct error first = {0};
	size_t tried = 0;

	if (container->namespaces[CONTAINERS_MOUNT] == ns && read_one(ctx, container->init, ret, &first) == 0)
		return 0;
	vec_each(member, &container->members) {
		struct error why = {0};

		if (member->mount_ns != ns || tried == TRIED_MAX)
			continue;
		if (read_one(ctx, member->process, ret, &why) == 0)
			return 0;
		if (why.code != ERROR_NOT_FOUND)
			tried++;
		if (first.code == ERROR_NONE || first.code == ERROR_NOT_FOUND)
			first = why;
	}
	*err = first;
	return -1;
}

static const struct table *table_of(struct probe_context *ctx, const struct container *container, uint64_t ns, struct error *err)
{
	struct cache *cache = probe_service(ctx, &cache_service);
	struct arena *arena = facts_arena(ctx->facts);
	const char *key = arena_printf(arena, "%llu", (unsigned long long)ns);
	struct table *table = strmap_get(cache->tables, key), found;

	if (table)
		return table;
	if (read_table(ctx, container, ns, &found, err) < 0)
		return NULL;
	table = ARENA_NEW(arena, struct table);
	*table = found;
	strmap_put(cache->tables, key, table);
	return table;
}

/* ---- what each is ---------------------------------------------------------------------------- */

/* File systems of which there is one for all, or one for a namespace that it may share with the host: at their place they are the
 * container's own, anywhere else they were brought in. */
static const struct {
	const char *fstype, *place;
	enum containers_kind kind; /* CONTAINERS_KINDS: one for all */
} kernel_mounts[] = {
	{"cgroup", "/sys/fs/cgroup", CONTAINERS_KINDS}, {"cgroup2", "/sys/fs/cgroup", CONTAINERS_KINDS},
	{"sysfs", "/sys", CONTAINERS_NETWORK},          {"mqueue", "/dev/mqueue", CONTAINERS_IPC},
	{"proc", "/proc", CONTAINERS_PID},
};

/* Devices that every container has; where it may make no nodes engines bind the host's. */
static const char *const common_devices[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty",
};

static bool is_kernels(struct probe_context *ctx, const struct container *container, const struct mount *mount)
{
	const struct containers *containers = probe_service(ctx, &containers_service);

	for (size_t i = 0; i < COUNT(kernel_mounts); i++)
		if (text_eq(mount->fstype, kernel_mounts[i].fstype) && mounts_below(mount->target, kernel_mounts[i].place))
			return kernel_mounts[i].kind == CONTAINERS_KINDS ||
			       container->namespaces[kernel_mounts[i].kind] == containers->host[kernel_mounts[i].kind];
	return text_eq(mount->fstype, "devpts") && text_eq(mount->target, "/dev/console");
}

/* A host's ipc namespace comes with its shared memory; container.namespaces.ipc tells of that. */
static bool is_shared_memory(struct probe_context *ctx, const struct container *container, const char *path, const char *target)
{
	const struct containers *containers = probe_service(ctx, &containers_service);

	return text_eq(path, "/dev/shm") && text_eq(target, "/dev/shm") &&
	       container->namespaces[CONTAINERS_IPC] == containers->host[CONTAINERS_IPC];
}

static bool is_common_device(const char *path)
{
	for (size_t i = 0; i < COUNT(common_devices); i++)
		if (text_eq(path, common_devices[i]))
			return true;
	return false;
}

/* Of several paths the engine's own decides; a volume that stands elsewhere too is made of that. */
static void tell_origin(struct probe_context *ctx, const struct container *container, struct container_mount *mount)
{
	static const enum container_mount_kind kinds[] = {
		[ENGINE_FILE_NONE] = CONTAINER_MOUNT_HOST,
		[ENGINE_FILE_OWN] = CONTAINER_MOUNT_ENGINE,
		[ENGINE_FILE_VOLUME] = CONTAINER_MOUNT_VOLUME,
	};
	const struct engine_files *files = probe_service(ctx, &engine_files_service);
	const struct host_origin *origin = probe_service(ctx, &host_origin_service);
	struct strings paths = host_origin_paths(origin, mount->mount, facts_arena(ctx->facts));

	vec_each(path, &paths) {
		enum container_mount_kind kind = kinds[engine_files_kind(files, container, *path, mount->mount->target)];

		if (is_common_device(*path) || is_shared_memory(ctx, container, *path, mount->mount->target))
			kind = CONTAINER_MOUNT_ENGINE;
		if (kind > mount->kind) {
			mount->kind = kind;
			mount->source = *path;
		}
	}
}

static struct container_mount look_at(struct probe_context *ctx, const struct container *container, const struct mount *mount)
{
	struct container_mount one = {.mount = mount};

	if (is_kernels(ctx, container, mount))
		one.kind = CONTAINER_MOUNT_ENGINE;
	else
		tell_origin(ctx, container, &one);
	if (text_eq(mount->target, "/"))
		one.kind = CONTAINER_MOUNT_ROOT;
	return one;
}

/* ---- one container --------------------------------------------------------------------------- */

static void add_view(struct probe_context *ctx, const struct container *container, struct container_mounts *all,
		     struct container_view view)
{
	vec_each(mount, &view.table->list)
		if (mount->visible)
			vec_push(facts_arena(ctx->facts), &view.mounts, look_at(ctx, container, mount));
	vec_push(facts_arena(ctx->facts), &all->views, view);
}

static void set_missing(struct container_mounts *all, enum fact_state state, const char *reason)
{
	all->state = state;
	all->reason = reason;
}

/* A namespace whose processes have all ended meanwhile is no more. */
static void add_namespace(struct probe_context *ctx, const struct container *container, struct container_mounts *all,
			  const struct container_member *member)
{
	const struct containers *containers = probe_service(ctx, &containers_service);
	struct error err = {0};
	const struct table *table;

	if (member->mount_ns == containers->host[CONTAINERS_MOUNT]) {
		add_view(ctx, container, all,
			 (struct container_view){
				 .process = member->process,
				 .table = probe_service(ctx, &mounts_service),
				 .host = true,
			 });
		return;
	}
	table = table_of(ctx, container, member->mount_ns, &err);
	if (table)
		add_view(ctx, container, all, (struct container_view){.process = table->process, .table = &table->mounts});
	else if (err.code != ERROR_NOT_FOUND)
		set_missing(all, FACT_UNREADABLE, text_safe(facts_arena(ctx->facts), err.text, strlen(err.text)));
}

static bool is_known(const uint64_t *known, size_t count, uint64_t ns)
{
	for (size_t i = 0; i < count; i++)
		if (known[i] == ns)
			return true;
	return false;
}

static void look_through(struct probe_context *ctx, const struct container *container, struct container_mounts *all)
{
	uint64_t known[CONTAINER_MOUNTS_NAMESPACES_MAX];
	struct container_member init = {.process = container->init, .mount_ns = container->namespaces[CONTAINERS_MOUNT]};
	size_t count = 0;

	for (size_t i = 0; i <= container->members.count; i++) {
		const struct container_member *member = i ? &container->members.items[i - 1] : &init;

		if (!member->mount_ns || is_known(known, count, member->mount_ns))
			continue;
		if (count == CONTAINER_MOUNTS_NAMESPACES_MAX) {
			set_missing(all, FACT_UNREADABLE, "its processes are in too many mount namespaces");
			return;
		}
		known[count++] = member->mount_ns;
		add_namespace(ctx, container, all, member);
	}
	if (all->state == FACT_PRESENT && all->views.count == 0)
		set_missing(all, FACT_UNREADABLE, "all of its processes have ended meanwhile");
}

const struct container_mounts *container_mounts_of(struct probe_context *ctx, const struct container *container)
{
	struct cache *cache = probe_service(ctx, &cache_service);
	const struct mounts *host = probe_service(ctx, &mounts_service);
	struct container_mounts *all = strmap_get(cache->containers, container->id);

	if (all)
		return all;
	all = ARENA_NEW(facts_arena(ctx->facts), struct container_mounts);
	all->state = host->state;
	all->reason = host->reason;
	all->origin = arena_printf(facts_arena(ctx->facts), "/proc/%d/mountinfo", container->init->pid);
	if (host->state == FACT_PRESENT)
		look_through(ctx, container, all);
	strmap_put(cache->containers, container->id, all);
	return all;
}
