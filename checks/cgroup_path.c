#include "checks/cgroup_path.h"

#define ID_DIGITS 64

enum name_kind { NAME_HEX, NAME_GIVEN, NAME_ESCAPED, NOT_A_CONTAINER };

/* A component that tells by itself. The first row that fits decides: the supervisors of a runtime stand before its containers. */
static const struct pattern {
	const char *prefix, *suffix;
	const char *runtime;
	enum name_kind kind;
} patterns[] = {
	{"docker-", ".scope", "docker", NAME_HEX},
	{"libpod-conmon-", "", NULL, NOT_A_CONTAINER},
	{"libpod-", ".scope", "podman", NAME_HEX},
	{"libpod-", "", "podman", NAME_HEX},
	{"crio-conmon-", "", NULL, NOT_A_CONTAINER},
	{"crio-", ".scope", "cri-o", NAME_HEX},
	{"crio-", "", "cri-o", NAME_HEX},
	{"cri-containerd-", ".scope", "containerd", NAME_HEX},
	{"nerdctl-", ".scope", "containerd", NAME_HEX},
	{"lxc.monitor.", "", NULL, NOT_A_CONTAINER},
	{"lxc.payload.", "", "lxc", NAME_GIVEN},
	{"machine-", ".scope", "systemd-nspawn", NAME_ESCAPED},
	{"systemd-nspawn@", ".service", "systemd-nspawn", NAME_ESCAPED},
	{"buildkit-", ".scope", "buildkit", NAME_GIVEN},
};

/* A component that tells by the one in front of it. */
static const struct pattern folders[] = {
	{"docker", "", "docker", NAME_HEX},
	{"libpod_parent", "", "podman", NAME_HEX},
	{"buildkit", "", "buildkit", NAME_GIVEN},
	{"lxc.monitor", "", NULL, NOT_A_CONTAINER},
	{"lxc.payload", "", "lxc", NAME_GIVEN},
	{"lxc", "", "lxc", NAME_GIVEN},
};

/* SLICE:PREFIX:NAME as one folder: a path meant for systemd, given to a runtime that makes plain folders
 * (opencontainers/runc libcontainer/cgroups/systemd). */
static const struct pattern colons[] = {
	{"cri-containerd", "", "containerd", NAME_HEX},
	{"docker", "", "docker", NAME_HEX},
	{"crio", "", "cri-o", NAME_HEX},
	{"libpod", "", "podman", NAME_HEX},
	{"nerdctl", "", "containerd", NAME_HEX},
};

#define EACH(row, table) (const struct pattern *row = (table); row < (table) + sizeof(table) / sizeof *(table); row++)

struct walk {
	struct arena *arena;
	struct cgroup_matches *found;
	const char *pod;
	const char *parent; /* key of the last container on the way */
	const char *next;   /* the component behind the one at hand, or NULL */
	bool kubepods;
	size_t depth;
};

static bool is_hex_id(const char *text)
{
	return strlen(text) == ID_DIGITS && strspn(text, "0123456789abcdef") == ID_DIGITS;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* systemd.unit(5), "String Escaping for Inclusion in Unit Names": \xHH is a byte. */
static const char *unescape(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *to = copy;

	for (const char *from = text; *from; from++) {
		int high = text_starts(from, "\\x") ? hex_digit(from[2]) : -1;
		int low = high >= 0 ? hex_digit(from[3]) : -1;

		if (low >= 0 && (high || low)) {
			*to++ = (char)(high * 16 + low);
			from += 3;
		} else {
			*to++ = *from;
		}
	}
	*to = '\0';
	return text_safe(arena, copy, strlen(copy));
}

/* A key that is there already stays; a proof takes the place of a hint. */
static void add(struct walk *walk, struct cgroup_match match)
{
	match.parent = walk->parent;
	match.pod = walk->pod;
	match.id = text_safe(walk->arena, match.id, strlen(match.id));
	match.key = match.parent ? arena_printf(walk->arena, "%s/%s", match.parent, match.id) : match.id;
	walk->parent = match.key;
	walk->depth++;
	vec_each(known, walk->found) {
		if (strcmp(known->key, match.key) != 0)
			continue;
		if (known->weak && !match.weak)
			*known = match;
		return;
	}
	vec_push(walk->arena, walk->found, match);
}

/* The name between prefix and suffix, or NULL. */
static const char *between(struct arena *arena, const char *text, const struct pattern *row)
{
	size_t front = strlen(row->prefix), back = strlen(row->suffix), len = strlen(text);

	if (len <= front + back || !text_starts(text, row->prefix) || !text_ends(text, row->suffix))
		return NULL;
	return arena_strndup(arena, text + front, len - front - back);
}

enum answer { NO_MATCH, MATCH, SUPERVISOR };

/* Below machine-NAME.scope nspawn keeps itself beside its payload, which cannot leave its own folder; libvirt keeps its virtual
 * machines in a folder of its own name. */
static bool is_machine_supervisor(const struct walk *walk, const char *name)
{
	return text_eq(walk->next, "supervisor") || (text_eq(walk->next, "libvirt") && text_starts(name, "qemu-"));
}

static enum answer take(struct walk *walk, const struct pattern *row, const char *name)
{
	if (row->kind == NOT_A_CONTAINER)
		return walk->parent ? NO_MATCH : SUPERVISOR;
	if (row->kind == NAME_HEX && !is_hex_id(name))
		return NO_MATCH;
	if (row->kind == NAME_ESCAPED)
		name = unescape(walk->arena, name);
	if (row->kind == NAME_ESCAPED && !walk->parent && is_machine_supervisor(walk, name))
		return SUPERVISOR;
	add(walk, (struct cgroup_match){.runtime = row->runtime, .id = name});
	return MATCH;
}

static enum answer take_colons(struct walk *walk, const char *component)
{
	const char *name = strrchr(component, ':');
	const char *front = name ? memrchr(component, ':', (size_t)(name - component)) : NULL;

	if (!front)
		return NO_MATCH;
	for EACH (row, colons)
		if (strlen(row->prefix) == (size_t)(name - front) - 1 && text_starts(front + 1, row->prefix))
			return take(walk, row, name + 1);
	return NO_MATCH;
}

static enum answer take_component(struct walk *walk, const char *before, const char *component)
{
	enum answer answer;

	for EACH (row, patterns) {
		const char *name = between(walk->arena, component, row);

		if (name && (answer = take(walk, row, name)) != NO_MATCH)
			return answer;
	}
	for EACH (row, folders)
		if (text_eq(before, row->prefix) && (answer = take(walk, row, component)) != NO_MATCH)
			return answer;
	if ((answer = take_colons(walk, component)) != NO_MATCH)
		return answer;
	if (!is_hex_id(component))
		return NO_MATCH;
	add(walk, (struct cgroup_match){
			  .runtime = walk->kubepods ? "cri" : "unknown", .id = component, .weak = !walk->kubepods});
	return MATCH;
}

/* podUID, kubepods-besteffort-podUID.slice: with systemd the dashes of the uid are underscores (kubernetes pkg/kubelet/cm). */
static void note_pod(struct walk *walk, const char *component)
{
	const char *pod = text_starts(component, "pod") ? component : strstr(component, "-pod");

	walk->kubepods |= text_starts(component, "kubepods");
	if (!walk->kubepods || walk->parent || !pod)
		return;
	pod += *pod == '-' ? 4 : 3;
	char *uid = arena_strndup(walk->arena, pod, strcspn(pod, ".:"));
	for (char *c = uid; *c; c++)
		*c = *c == '_' ? '-' : *c;
	walk->pod = *uid ? text_safe(walk->arena, uid, strlen(uid)) : NULL;
}

static bool is_unit(const char *component)
{
	return text_ends(component, ".slice") || text_ends(component, ".scope") || text_ends(component, ".service");
}

/* /NAMESPACE/ID, as containerd's own client makes it: two folders that are no units. Anybody else's may look so too. */
static void take_pair(struct walk *walk, const struct strings *components)
{
	if (walk->depth || components->count != 2 || is_unit(components->items[0]) || is_unit(components->items[1]))
		return;
	add(walk, (struct cgroup_match){
			  .runtime = "containerd",
			  .id = components->items[1],
			  .space = text_safe(walk->arena, components->items[0], strlen(components->items[0])),
			  .weak = true,
		  });
}

static void take_path(struct walk *walk, const struct strings *components)
{
	const char *before = NULL;

	vec_each(component, components) {
		if (walk->depth == CGROUP_PATH_DEPTH_MAX)
			return;
		walk->next = component + 1 < components->items + components->count ? component[1] : NULL;
		note_pod(walk, *component);
		if (take_component(walk, before, *component) == SUPERVISOR)
			return;
		before = *component;
	}
	take_pair(walk, components);
}

static struct strings split_path(struct arena *arena, char *path)
{
	static const char deleted[] = " (deleted)"; /* v2: the group is gone, cgroups(7) */
	struct strings components = {0};
	char *component;

	if (text_ends(path, deleted))
		path[strlen(path) - (sizeof deleted - 1)] = '\0';
	while ((component = strsep(&path, "/")) != NULL)
		if (*component)
			vec_push(arena, &components, component);
	return components;
}

/* hierarchy:controllers:path; controllers may be "name=…" but hold no colon, the path may. */
void cgroup_path_read(struct arena *arena, const char *text, struct cgroup_matches *ret, bool *ret_service)
{
	char *copy = arena_strdup(arena, text), *line;
	bool service = false;

	while ((line = strsep(&copy, "\n")) != NULL) {
		char *path = strchr(line, ':');

		path = path ? strchr(path + 1, ':') : NULL;
		if (!path)
			continue;
		struct strings components = split_path(arena, path + 1);
		struct walk walk = {.arena = arena, .found = ret};
		take_path(&walk, &components);
		service |= components.count && text_ends(components.items[components.count - 1], ".service");
	}
	if (ret_service)
		*ret_service = service;
}
