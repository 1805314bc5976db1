#include "checks/engine_files.h"
#include "checks/exposure.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

const struct field_decl exposure_path_fields[] = {
	{"what", VALUE_STRING, "the folder that matters"},
	{"path", VALUE_STRING, "where it, or a part of it, is in the container"},
	{"host_path", VALUE_STRING, "path of the host that is there: that folder, or what lies in it"},
	{"writable", VALUE_BOOL, "the mount may be written"},
	{0},
};
const struct field_decl exposure_secret_fields[] = {
	{"path", VALUE_STRING, "where it is in the container"},
	{"host_path", VALUE_STRING, "path of the host that is there"},
	{0},
};

/* What lies in them decides what the host is; "/" itself only as a whole. */
static const char *const sensitive[] = {
	"/", "/etc", "/boot", "/root", "/home", "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
	"/run", "/proc", "/sys", "/dev", "/var/spool/cron",
};

/* ssh(1), gpg(1), the manuals of the command line tools of AWS, Azure, Google Cloud, Kubernetes, Docker, Podman, Vault; netrc(5),
 * gitcredentials(7), pass(1), ssh-agent(1), gpg-agent(1). */
static const char *const secrets[] = {
	".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".config/gcloud", ".vault-token", ".netrc", ".git-credentials",
	".password-store", ".pgpass",
};
static const char *const secret_homes[] = {"/root", "/home/*"};
static const char *const secret_patterns[] = {
	"/tmp/ssh-*/agent.*", "/run/user/*/gnupg", "/run/user/*/keyring", "/run/user/*/ssh-agent*", "/run/user/*/openssh_agent",
	"/run/user/*/containers/auth.json",
};

struct looked_for {
	struct host_places sensitive, secrets;
};

static void add_path(struct probe_context *ctx, struct host_places *places, const char *path, bool keep_links)
{
	const struct host_origin *origin = probe_service(ctx, &host_origin_service);
	struct arena *arena = facts_arena(ctx->facts);
	struct host_place place = {0};
	char *real;

	if (host_realpath(ctx->host, path, arena, &real, NULL) < 0 || (!keep_links && !text_eq(real, path)))
		return;
	vec_each(known, places)
		if (!keep_links && text_eq(known->path, real))
			return;
	if (host_origin_place(origin, real, arena, &place))
		vec_push(arena, places, place);
}

static void add_pattern(struct probe_context *ctx, struct host_places *places, const char *pattern)
{
	struct strings found = {0};

	host_glob(ctx->host, pattern, facts_arena(ctx->facts), &found, NULL);
	vec_each(path, &found)
		add_path(ctx, places, *path, true);
}

/* A folder that is only a link (/lib to usr/lib) is found where it leads. */
static void *open_looked_for(struct probe_context *ctx)
{
	struct looked_for *all = ARENA_NEW(facts_arena(ctx->facts), struct looked_for);
	const struct engine_files *files = probe_service(ctx, &engine_files_service);

	for (size_t i = 0; i < COUNT(sensitive); i++)
		add_path(ctx, &all->sensitive, sensitive[i], false);
	vec_each(path, &files->data)
		add_path(ctx, &all->sensitive, *path, false);
	host_places_sort(&all->sensitive);
	for (size_t i = 0; i < COUNT(secret_homes); i++)
		for (size_t j = 0; j < COUNT(secrets); j++)
			add_pattern(ctx, &all->secrets, arena_printf(facts_arena(ctx->facts), "%s/%s", secret_homes[i], secrets[j]));
	for (size_t i = 0; i < COUNT(secret_patterns); i++)
		add_pattern(ctx, &all->secrets, secret_patterns[i]);
	host_places_sort(&all->secrets);
	return all;
}

static const struct service looked_for_service = {.name = "exposed paths", .open = open_looked_for};

/* Whether a place near a mount counts: of the engine's own nothing does; a root file system or a volume is not told for lying
 * somewhere, only for what it holds. */
static bool counts(const struct container_mount *mount, const struct host_match *match)
{
	if (mount->kind == CONTAINER_MOUNT_ENGINE)
		return false;
	if (match->relation != HOST_INSIDE)
		return true;
	return mount->kind == CONTAINER_MOUNT_HOST && !text_eq(match->place->path, "/");
}

struct look {
	struct exposure_rows rows;
	const struct host_places *places;
	const struct container_mount *at;
};

static void match_all(void *data, const struct container_view *view, const struct container_mount *mount, host_match_found *found)
{
	struct look *look = data;

	look->at = mount;
	host_places_match(look->places, view->table, mount->mount, look->rows.of->arena, found, look);
}

/* ---- folders that matter --------------------------------------------------------------------- */

static void add_sensitive(void *data, const struct mount *mount, const struct host_match *match)
{
	struct look *look = data;
	struct record row = {0};

	if (!counts(look->at, match))
		return;
	exposure_rows_text(&look->rows, &row, "what", match->place->path);
	exposure_rows_text(&look->rows, &row, "path", match->path);
	exposure_rows_text(&look->rows, &row, "host_path", match->host_path);
	exposure_rows_flag(&look->rows, &row, "writable", !mount->readonly);
	exposure_rows_add(&look->rows, row);
}

static void look_for_sensitive(void *data, const struct container_view *view, const struct container_mount *mount)
{
	match_all(data, view, mount, add_sensitive);
}

struct fact_side exposure_host_paths(const struct container_facts *of)
{
	const struct looked_for *all = probe_service(of->ctx, &looked_for_service);
	struct look look = {.rows = exposure_rows_new(of, VALUE_RECORDS), .places = &all->sensitive};

	exposure_each(of, look_for_sensitive, &look);
	return exposure_rows_side(&look.rows);
}

/* ---- secrets of people ----------------------------------------------------------------------- */

static void add_secret(struct look *look, const char *path, const char *host_path)
{
	struct record row = {0};

	exposure_rows_text(&look->rows, &row, "path", path);
	exposure_rows_text(&look->rows, &row, "host_path", host_path);
	exposure_rows_add(&look->rows, row);
}

static void add_secret_place(void *data, const struct mount *mount _unused_, const struct host_match *match)
{
	struct look *look = data;

	if (counts(look->at, match))
		add_secret(look, match->path, match->host_path);
}

/* Homes may be anywhere: the name tells. */
static bool is_secret_name(const char *path)
{
	for (size_t i = 0; i < COUNT(secrets); i++) {
		size_t len = strlen(secrets[i]);

		for (const char *at = path; (at = strstr(at, secrets[i])) != NULL; at++)
			if (at > path && at[-1] == '/' && (at[len] == '/' || !at[len]))
				return true;
	}
	return false;
}

static void look_for_secrets(void *data, const struct container_view *view, const struct container_mount *mount)
{
	struct look *look = data;

	match_all(data, view, mount, add_secret_place);
	if (mount->kind == CONTAINER_MOUNT_HOST && is_secret_name(mount->source))
		add_secret(look, mount->mount->target, mount->source);
}

struct fact_side exposure_user_secrets(const struct container_facts *of)
{
	const struct looked_for *all = probe_service(of->ctx, &looked_for_service);
	struct look look = {.rows = exposure_rows_new(of, VALUE_RECORDS), .places = &all->secrets};

	exposure_each(of, look_for_secrets, &look);
	return exposure_rows_side(&look.rows);
}
