#include "host/host_private.h"

/* A line of /etc/passwd, passwd(5). */
struct user {
	const char *name;
	int64_t gid;
};

/* A line of /etc/group, group(5). */
struct group {
	const char *name;
	int64_t gid;
	struct strings members;
};

struct host_accounts {
	VEC(struct user) users;
	VEC(struct group) groups;
	struct strmap *user_names;  /* decimal uid → name */
	struct strmap *group_names; /* decimal gid → name */
	struct error users_error;   /* code NONE: read, or there is no such file */
	struct error groups_error;
};

#define FIELDS_MAX 7

static const char *safe(struct host *host, const char *text)
{
	return text_safe(host->arena, text, strlen(text));
}

/* Fields that are not there are NULL. Lines that compat mode would ask NIS about, nsswitch.conf(5),
 * name nobody here. */
static bool split_line(char *line, char *fields[FIELDS_MAX], size_t need)
{
	size_t count = 0;
	memset(fields, 0, FIELDS_MAX * sizeof *fields);
	if (*line == '+' || *line == '-' || *line == '#')
		return false;
	while (count < FIELDS_MAX && line)
		fields[count++] = strsep(&line, ":");
	return count >= need && *fields[0];
}

static bool to_id(const char *text, int64_t *ret)
{
	return text_to_int(text, 10, ret) && *ret >= 0 && *ret <= UINT32_MAX;
}

/* The first line of an id gives its name, as getpwuid(3) has it. */
static void name_id(struct host *host, struct strmap *names, int64_t id, const char *name)
{
	char key[24];
	snprintf(key, sizeof key, "%lld", (long long)id);
	if (!strmap_get(names, key))
		strmap_put(names, arena_strdup(host->arena, key), (void *)(uintptr_t)name);
}

static void add_user(struct host *host, char *line)
{
	char *fields[FIELDS_MAX];
	int64_t uid, gid;
	if (!split_line(line, fields, 4) || !to_id(fields[2], &uid) || !to_id(fields[3], &gid))
		return;
	struct user user = {.name = safe(host, fields[0]), .gid = gid};
	vec_push(host->arena, &host->accounts->users, user);
	name_id(host, host->accounts->user_names, uid, user.name);
}

static void add_group(struct host *host, char *line)
{
	char *fields[FIELDS_MAX];
	struct group group = {0};
	if (!split_line(line, fields, 3) || !to_id(fields[2], &group.gid))
		return;
	group.name = safe(host, fields[0]);
	for (char *member; (member = strsep(&fields[3], ","));)
		if (*member)
			vec_push(host->arena, &group.members, safe(host, member));
	vec_push(host->arena, &host->accounts->groups, group);
	name_id(host, host->accounts->group_names, group.gid, group.name);
}

static void read_lines(struct host *host, const char *path, void (*add)(struct host *, char *),
		       struct error *ret_error)
{
	struct arena *arena = arena_new();
	struct error why = {0};
	char *text;
	size_t len;
	if (host_read(host, path, HOST_READ_CONFIG, arena, &text, &len, &why) < 0) {
		if (why.code != ERROR_NOT_FOUND)
			*ret_error = why;
	} else if (strlen(text) != len) { /* would hide the lines behind it */
		error_set(ret_error, ERROR_MALFORMED, "%s: holds a NUL byte", path);
	} else {
		for (char *line; (line = strsep(&text, "\n"));)
			add(host, line);
	}
	arena_free(arena);
}

static struct host_accounts *accounts(struct host *host)
{
	if (host->accounts)
		return host->accounts;
	struct host_accounts *new = ARENA_NEW(host->arena, struct host_accounts);
	host->accounts = new;
	new->user_names = strmap_new(host->arena);
	new->group_names = strmap_new(host->arena);
	name_id(host, new->user_names, 0, "root");
	name_id(host, new->group_names, 0, "root");
	read_lines(host, "/etc/passwd", add_user, &new->users_error);
	read_lines(host, "/etc/group", add_group, &new->groups_error);
	return new;
}

static const char *name_of(struct host *host, struct strmap *names, int64_t id)
{
	char key[24];
	snprintf(key, sizeof key, "%lld", (long long)id);
	const char *name = strmap_get(names, key);
	if (name)
		return name;
	name = arena_strdup(host->arena, key);
	strmap_put(names, name, (void *)(uintptr_t)name);
	return name;
}

const char *host_user_name(struct host *host, uid_t uid)
{
	return name_of(host, accounts(host)->user_names, uid);
}

const char *host_group_name(struct host *host, gid_t gid)
{
	return name_of(host, accounts(host)->group_names, gid);
}

static int find_gid(const struct host_accounts *known, const char *name, int64_t *ret,
		    struct error *err)
{
	if (known->groups_error.code != ERROR_NONE)
		return error_set(err, known->groups_error.code, "%s", known->groups_error.text);
	vec_each(group, &known->groups) {
		if (strcmp(group->name, name) != 0)
			continue;
		*ret = group->gid;
		return 0;
	}
	return error_set(err, ERROR_NOT_FOUND, "/etc/group: no group %s", name);
}

/* The kernel knows numbers only: every line with the group's number counts, whatever its name. */
int host_group_members(struct host *host, const char *group, struct arena *arena,
		       struct strings *ret, struct error *err)
{
	const struct host_accounts *known = accounts(host);
	struct strings members = {0};
	int64_t gid = 0;
	if (find_gid(known, group, &gid, err) < 0)
		return -1;
	if (known->users_error.code != ERROR_NONE)
		return error_set(err, known->users_error.code, "%s", known->users_error.text);
	vec_each(line, &known->groups)
		if (line->gid == gid || strcmp(line->name, group) == 0)
			vec_each(member, &line->members)
				strings_add_unique(arena, &members, arena_strdup(arena, *member));
	vec_each(user, &known->users)
		if (user->gid == gid)
			strings_add_unique(arena, &members, arena_strdup(arena, user->name));
	strings_sort(&members);
	*ret = members;
	return 0;
}
