#include "checks/swarm.h"

#include <string.h>

#include "checks/docker_dataroot.h"
#include "checks/docker_values.h"
#include "checks/x509_dates.h"

#define NODE_CERTIFICATE "certificates/swarm-node.crt"
#define NODE_KEY         "certificates/swarm-node.key"
#define ROOT_CERTIFICATE "certificates/swarm-root-ca.crt"

static const char *below(const struct swarm *swarm, const char *name)
{
	return arena_printf(swarm->arena, "%s/%s", swarm->folder, name);
}

static struct fact_side unreadable(const struct swarm *swarm, const char *origin, const char *reason)
{
	return side_missing(FACT_UNREADABLE, origin, arena_strdup(swarm->arena, reason));
}

/* ---- what is read once ----------------------------------------------------------------------- */

/* The data root, or with user namespaces remapped the folder UID.GID in it: which of several the daemon tells. */
static int find_folder(struct swarm *swarm, const char *home, struct error *err)
{
	const char *used = docker_values_text(swarm->arena, json_object_get(swarm->info, "DockerRootDir"));
	const char *folder = arena_printf(swarm->arena, "%s/swarm", home);
	json_t *state;

	if (used && strcmp(used, home) != 0)
		return error_set(err, ERROR_NOT_FOUND, "%s is not the data root in use", home);
	if (docker_dataroot_load(swarm->ctx->host, arena_printf(swarm->arena, "%s/docker-state.json", folder), &state, err) < 0)
		return -1;
	if (swarm->state) {
		json_decref(state);
		return error_set(err, ERROR_SYSTEM, "both %s and %s hold the state of a swarm", swarm->folder, folder);
	}
	swarm->folder = folder;
	swarm->state = state;
	return 0;
}

static int read_state(struct swarm *swarm, struct error *err)
{
	struct docker_daemon *daemon = swarm->daemon;
	struct error why = {0};
	struct strings homes;

	if (daemon->data_root_reason)
		return error_set(err, ERROR_SYSTEM, "the data root is not known: %s", daemon->data_root_reason);
	if (docker_dataroot_homes(swarm->ctx->host, daemon->data_root, swarm->arena, &homes, &why) < 0)
		return error_set(err, ERROR_SYSTEM, "%s", why.text);
	error_set(err, ERROR_NOT_FOUND, "there is no state of a swarm");
	vec_each(home, &homes)
		if (find_folder(swarm, *home, &why) < 0 && why.code != ERROR_NOT_FOUND)
			*err = why;
	if (err->code != ERROR_NOT_FOUND) {
		json_decref(swarm->state);
		swarm->state = NULL;
	}
	return swarm->state ? 0 : -1;
}

void swarm_node_open(struct probe_context *ctx, struct docker_daemon *daemon, struct swarm *ret)
{
	struct error err = {0};

	*ret = (struct swarm){.ctx = ctx, .arena = facts_arena(ctx->facts), .daemon = daemon};
	ret->folder = arena_printf(ret->arena, "%s/swarm", daemon->data_root);
	if (docker_get(ctx, daemon, "/info", &ret->info, &err) < 0)
		ret->info_reason = arena_strdup(ret->arena, err.text);
	read_state(ret, &ret->state_error);
}

void swarm_node_close(struct swarm *swarm)
{
	json_decref(swarm->info);
	json_decref(swarm->state);
}

/* ---- its part -------------------------------------------------------------------------------- */

static const char *node_state(const struct swarm *swarm)
{
	return docker_values_text(swarm->arena, docker_values_at(swarm->info, "Swarm.LocalNodeState"));
}

struct fact_side swarm_node_member(struct swarm *swarm)
{
	const char *state = node_state(swarm);
	struct fact_side side;

	if (state) /* an engine built without swarm says nothing in it */
		return side_present(value_bool(*state && strcmp(state, "inactive") != 0), "GET /info Swarm.LocalNodeState");
	const char *path = below(swarm, "docker-state.json");
	if (!swarm->state && swarm->state_error.code != ERROR_NOT_FOUND)
		return unreadable(swarm, path, swarm->state_error.text);
	side = side_present(value_bool(swarm->state != NULL), path);
	vec_push(swarm->arena, &side.notes, swarm->info_reason ? swarm->info_reason : "GET /info does not tell");
	return side;
}

static int read_certificates(struct swarm *swarm, const char *name, struct x509_list *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;

	if (host_read(swarm->ctx->host, below(swarm, name), HOST_READ_CONFIG, scratch, &text, NULL, err) < 0)
		return -1;
	return x509_dates_read(swarm->arena, text, ret, err);
}

/* Roles are organizational units (swarmkit, ca/certificates.go). */
static struct fact_side manager_by_certificate(struct swarm *swarm)
{
	const char *path = below(swarm, NODE_CERTIFICATE);
	struct x509_list list;
	struct error err = {0};

	if (read_certificates(swarm, NODE_CERTIFICATE, &list, &err) < 0)
		return unreadable(swarm, path, err.text);
	if (text_eq(list.items[0].unit, "swarm-manager"))
		return side_present(value_bool(true), path);
	if (text_eq(list.items[0].unit, "swarm-worker"))
		return side_present(value_bool(false), path);
	return unreadable(swarm, path, "the certificate names no role of a swarm");
}

struct fact_side swarm_node_manager(struct swarm *swarm)
{
	static const char origin[] = "GET /info Swarm.ControlAvailable";
	const json_t *control = docker_values_at(swarm->info, "Swarm.ControlAvailable");

	if (json_is_true(control))
		return side_present(value_bool(true), origin);
	if (json_is_false(control) && text_eq(node_state(swarm), "active"))
		return side_present(value_bool(false), origin);
	return manager_by_certificate(swarm);
}

struct fact_side swarm_node_listen_address(struct swarm *swarm)
{
	const char *path = below(swarm, "docker-state.json");
	const char *address = docker_values_text(swarm->arena, json_object_get(swarm->state, "ListenAddr"));

	if (!swarm->state)
		return unreadable(swarm, path, swarm->state_error.text);
	return side_present(value_string(address && *address ? address : "0.0.0.0:2377"),
			    arena_printf(swarm->arena, "%s ListenAddr", path));
}

/* ---- its certificates ------------------------------------------------------------------------ */

struct fact_side swarm_node_certificate_expires(struct swarm *swarm)
{
	const char *path = below(swarm, NODE_CERTIFICATE);
	struct x509_list list;
	struct error err = {0};

	/* Its own stands first, those that issued it may follow. */
	if (read_certificates(swarm, NODE_CERTIFICATE, &list, &err) < 0)
		return unreadable(swarm, path, err.text);
	return side_present(value_int(list.items[0].not_after), arena_printf(swarm->arena, "%s notAfter", path));
}

struct fact_side swarm_node_certificate_expired(struct swarm *swarm)
{
	struct fact_side side = swarm_node_certificate_expires(swarm);

	if (side.state == FACT_PRESENT)
		side.value = value_bool(side.value.integer <= host_now(swarm->ctx->host));
	return side;
}

static struct value since(const struct swarm *swarm, int64_t then)
{
	int64_t now = host_now(swarm->ctx->host);
	int64_t seconds = then < now ? now - then : 0;

	return value_typed_int(VALUE_DURATION, seconds < INT64_MAX / 1000 ? seconds * 1000 : INT64_MAX - 1);
}

/* Who calendars it, and whether it is just being exchanged. */
static void note_root(struct swarm *swarm, const struct x509_list *list, struct fact_side *side)
{
	size_t external = json_array_size(docker_values_at(swarm->info, "Swarm.Cluster.Spec.CAConfig.ExternalCAs"));

	if (list->count > 1)
		vec_push(swarm->arena, &side->notes,
			 arena_printf(swarm->arena, "%zu root certificates are trusted", list->count));
	if (external)
		vec_push(swarm->arena, &side->notes, "an external authority signs");
	if (json_is_true(docker_values_at(swarm->info, "Swarm.Cluster.RootRotationInProgress")))
		vec_push(swarm->arena, &side->notes, "the root is being exchanged");
}

struct fact_side swarm_node_root_age(struct swarm *swarm)
{
	const char *path = below(swarm, ROOT_CERTIFICATE);
	struct x509_list list;
	struct error err = {0};
	int64_t oldest = INT64_MAX;

	if (read_certificates(swarm, ROOT_CERTIFICATE, &list, &err) < 0)
		return unreadable(swarm, path, err.text);
	vec_each(one, &list)
		if (one->not_before < oldest)
			oldest = one->not_before;
	struct fact_side side = side_present(since(swarm, oldest), arena_printf(swarm->arena, "%s notBefore", path));
	note_root(swarm, &list, &side);
	return side;
}

/* ---- its key --------------------------------------------------------------------------------- */

struct key {
	bool locked;
	int64_t version; /* -1: the file names none */
};

/* PEM type and headers (RFC 1421 as encoding/pem has it): they end with an empty line, the key itself is left alone. Engines before
 * 18.09 wrote EC keys with a Proc-Type, later ones PKCS #8. */
static int parse_key(char *text, struct key *ret, struct error *err)
{
	char *save = NULL, *line = strtok_r(text, "\n", &save);

	*ret = (struct key){.version = -1};
	if (!line || !text_starts(line, "-----BEGIN ") || !text_ends(line, "PRIVATE KEY-----"))
		return error_set(err, ERROR_MALFORMED, "not a private key");
	ret->locked = strstr(line, " ENCRYPTED ") != NULL;
	while ((line = strtok_r(NULL, "\n", &save)) && strstr(line, ": ")) {
		if (text_starts(line, "Proc-Type: ") && strstr(line, "ENCRYPTED"))
			ret->locked = true;
		if (text_starts(line, "kek-version: ") && (!text_to_int(line + 13, 10, &ret->version) || ret->version < 0))
			return error_set(err, ERROR_MALFORMED, "kek-version is no number");
	}
	return 0;
}

static int read_key(struct swarm *swarm, struct key *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	size_t len;

	if (host_read(swarm->ctx->host, below(swarm, NODE_KEY), HOST_READ_SMALL, scratch, &text, &len, err) < 0)
		return -1;
	int rc = parse_key(text, ret, err);
	explicit_bzero(text, len);
	return rc;
}

struct fact_side swarm_node_key_locked(struct swarm *swarm)
{
	struct error err = {0};
	struct key key;

	if (read_key(swarm, &key, &err) < 0)
		return unreadable(swarm, below(swarm, NODE_KEY), err.text);
	return side_present(value_bool(key.locked), below(swarm, NODE_KEY));
}

struct fact_side swarm_node_key_version(struct swarm *swarm)
{
	const char *origin = arena_printf(swarm->arena, "%s kek-version", below(swarm, NODE_KEY));
	struct error err = {0};
	struct key key;

	if (read_key(swarm, &key, &err) < 0)
		return unreadable(swarm, origin, err.text);
	if (key.version < 0)
		return side_missing(FACT_ABSENT, origin, "the file names none");
	return side_present(value_int(key.version), origin);
}

struct fact_side swarm_node_key_age(struct swarm *swarm)
{
	const char *path = below(swarm, NODE_KEY);
	struct error err = {0};
	struct stat st;

	if (host_stat(swarm->ctx->host, path, true, &st, &err) < 0)
		return unreadable(swarm, path, err.text);
	return side_present(since(swarm, st.st_mtim.tv_sec), arena_printf(swarm->arena, "%s mtime", path));
}
