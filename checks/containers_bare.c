#include "checks/containers_search.h"

#include "checks/oci_bundles.h"

/* Processes whose namespaces hang together, of which no control group tells. */
struct containers_group {
	struct containers_group *joined; /* the group that this one became part of */
	struct candidates members;       /* of a group that is part of none */
	uint64_t pid_ns, mount_ns;       /* private ones that occur, or 0 */
};

static struct containers_group *root_of(struct containers_group *group)
{
	while (group->joined) {
		if (group->joined->joined)
			group->joined = group->joined->joined; /* keeps chains short whoever shapes them */
		group = group->joined;
	}
	return group;
}

/* The group met last becomes part of the one that was there: a chain grows only when two that were there meet. */
static struct containers_group *enter(struct strmap *map, struct containers_group *group, const char *key)
{
	struct containers_group *there = strmap_get(map, key);

	if (!there) {
		strmap_put(map, key, group);
		return group;
	}
	there = root_of(there);
	if (there == group)
		return group;
	group->joined = there;
	there->pid_ns = there->pid_ns ?: group->pid_ns;
	there->mount_ns = there->mount_ns ?: group->mount_ns;
	return there;
}

static bool has_two_more(struct search *search, const struct process *process)
{
	static const enum containers_kind kinds[] = {CONTAINERS_IPC, CONTAINERS_UTS, CONTAINERS_NETWORK};
	unsigned count = 0;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		count += containers_is_private(search, kinds[i], containers_look_up(search, process, kinds[i]));
	return count >= 2;
}

static const char *runtime_of(const struct oci_bundle *bundle)
{
	if (!bundle)
		return "unknown";
	return strcmp(bundle->engine, "none") == 0 ? bundle->runtime ?: "unknown" : bundle->engine;
}

static void make_container(struct search *search, struct containers_group *group)
{
	struct seen *init = containers_choose_init(search, &group->members);
	const struct oci_bundle *bundle;
	struct container *container;
	const char *id;

	if (!group->mount_ns || (!group->pid_ns && !has_two_more(search, init->process)))
		return;
	bundle = oci_bundles_of_process(probe_service(search->ctx, &oci_bundles_service), init->process);
	id = bundle ? bundle->id : NULL;
	if (!id || strmap_get(search->containers->by_id, id))
		id = arena_printf(search->arena, "mnt:[%llu]", (unsigned long long)group->mount_ns);
	container = containers_add(search, (struct container){
						   .id = id,
						   .name = containers_name(search->arena, id),
						   .runtime = runtime_of(bundle),
					   });
	containers_set_init(search, container, init);
	/* The rest of the group may be in other namespaces than its first process. */
	vec_each(member, &group->members)
		containers_own(search, container, *member);
}

static void group_one(struct search *search, struct strmap *map, struct seen *seen)
{
	bool pid = containers_is_private(search, CONTAINERS_PID, seen->pid_ns);
	bool mount = containers_is_private(search, CONTAINERS_MOUNT, seen->mount_ns);
	struct containers_group *group;

	/* A service manager gives mount namespaces to services, and none of pids before systemd 257. */
	if (seen->links.count || (!pid && !mount) || (seen->service && !pid))
		return;
	group = ARENA_NEW(search->scratch, struct containers_group);
	seen->group = group;
	group->pid_ns = pid ? seen->pid_ns : 0;
	group->mount_ns = mount ? seen->mount_ns : 0;
	if (pid)
		group = enter(map, group, containers_owner_key(search, CONTAINERS_PID, seen->pid_ns));
	if (mount)
		enter(map, group, containers_owner_key(search, CONTAINERS_MOUNT, seen->mount_ns));
}

void containers_bare_find(struct search *search)
{
	struct strmap *map = strmap_new(search->scratch);

	vec_each(seen, &search->seen)
		group_one(search, map, seen);
	vec_each(seen, &search->seen)
		if (seen->group)
			vec_push(search->scratch, &root_of(seen->group)->members, seen);
	vec_each(seen, &search->seen)
		if (seen->group && !seen->group->joined)
			make_container(search, seen->group);
}
