#include "checks/docker_session.h"

#include "checks/docker_http.h"

struct kept {
	const char *path;
	json_t *document;
	struct error err;
};

struct docker_session {
	struct docker_http *http;
	struct error broken; /* code NONE: the daemon answered */
	struct kept kept[3];
};

struct api_version {
	int64_t major;
	int64_t minor;
};

static bool parse_number(const char *text, int64_t *ret)
{
	return text_to_int(text, 10, ret) && *ret >= 0 && *ret <= 999999;
}

/* "1.41" and nothing else: it becomes part of a path. */
static bool parse_version(const json_t *json, struct api_version *ret)
{
	char text[16];

	if (!json_is_string(json) || json_string_length(json) >= sizeof text)
		return false;
	memcpy(text, json_string_value(json), json_string_length(json) + 1);
	char *dot = strchr(text, '.');
	if (!dot)
		return false;
	*dot = '\0';
	return parse_number(text, &ret->major) && parse_number(dot + 1, &ret->minor);
}

static bool is_older(struct api_version a, struct api_version b)
{
	return a.major < b.major || (a.major == b.major && a.minor < b.minor);
}

/* max(server minimum, min(server maximum, ours)). A server so old that it names no minimum is taken
 * at its maximum. */
static int choose_version(const json_t *document, struct api_version *ret, struct error *err)
{
	struct api_version chosen = {DOCKER_SESSION_API_MAJOR, DOCKER_SESSION_API_MINOR};
	struct api_version max, min;

	if (!parse_version(json_object_get(document, "ApiVersion"), &max))
		return error_set(err, ERROR_MALFORMED, "GET /version: no ApiVersion");
	if (is_older(max, chosen))
		chosen = max;
	if (parse_version(json_object_get(document, "MinAPIVersion"), &min) &&
	    is_older(chosen, min))
		chosen = min;
	*ret = chosen;
	return 0;
}

static int try_socket(struct docker_session *session, const struct docker_http_peer *peer,
		      struct error *err)
{
	struct api_version version = {0};
	char prefix[32];
	json_t *document;

	if (docker_http_open(peer, &session->http, err) < 0)
		return -1;
	if (docker_http_get(session->http, "/version", &document, err) < 0)
		return -1;
	session->kept[0].document = document;
	if (choose_version(document, &version, err) < 0)
		return -1;
	snprintf(prefix, sizeof prefix, "/v%d.%d", (int)version.major, (int)version.minor);
	docker_http_set_prefix(session->http, prefix);
	return 0;
}

static void forget_socket(struct docker_session *session)
{
	docker_http_close(session->http);
	session->http = NULL;
	json_decref(session->kept[0].document);
	session->kept[0].document = NULL;
}

/* The first that answers. A time-out ends the search: another socket of the same daemon would hang
 * as well. */
static int find_socket(struct probe_context *ctx, const struct docker_daemon *daemon,
		       struct docker_session *session, struct error *err)
{
	struct docker_http_peer peer = {
		.host = ctx->host, .deadline_ms = ctx->request->deadline_ms, .uid = (uid_t)-1};

	if (!host_is_live(ctx->host))
		return error_set(err, ERROR_SYSTEM, "only the daemons of a live host are asked");
	if (daemon->sockets_reason)
		return error_set(err, ERROR_SYSTEM, "the sockets of dockerd are not known: %s",
				 daemon->sockets_reason);
	error_set(err, ERROR_SYSTEM, "dockerd listens on no unix socket");
	if (daemon->process && !daemon->activated)
		peer.pid = daemon->process->pid;
	else if (daemon->process)
		peer.uid = daemon->process->uid;
	vec_each(path, &daemon->sockets) {
		peer.path = *path;
		if (try_socket(session, &peer, err) == 0)
			return 0;
		forget_socket(session);
		if (err->code == ERROR_TIMEOUT)
			break;
	}
	return -1;
}

struct docker_session *docker_session_open(struct probe_context *ctx,
					   const struct docker_daemon *daemon)
{
	struct docker_session *session = calloc(1, sizeof *session);
	struct error err = {0};

	if (!session)
		out_of_memory();
	session->kept[0].path = "/version";
	session->kept[1].path = "/info";
	session->kept[2].path = "/networks/bridge";
	if (find_socket(ctx, daemon, session, &err) < 0)
		session->broken = err;
	return session;
}

void docker_session_close(struct docker_session *session)
{
	if (!session)
		return;
	for (size_t i = 0; i < sizeof session->kept / sizeof session->kept[0]; i++)
		json_decref(session->kept[i].document);
	docker_http_close(session->http);
	free(session);
}

struct docker_http *docker_session_http(struct docker_session *session, struct error *err)
{
	if (!session->broken.code)
		return session->http;
	if (err)
		*err = session->broken;
	return NULL;
}

static struct kept *find_kept(struct docker_session *session, const char *path)
{
	for (size_t i = 0; i < sizeof session->kept / sizeof session->kept[0]; i++)
		if (strcmp(session->kept[i].path, path) == 0)
			return &session->kept[i];
	return NULL;
}

int docker_session_get(struct docker_session *session, const char *path, json_t **ret,
		       struct error *err)
{
	struct docker_http *http = docker_session_http(session, err);
	struct kept *kept = find_kept(session, path);

	if (!http)
		return -1;
	if (!kept)
		return docker_http_get(http, path, ret, err);
	if (!kept->document && !kept->err.code)
		docker_http_get(http, path, &kept->document, &kept->err);
	if (kept->document) {
		*ret = json_incref(kept->document);
		return 0;
	}
	if (err)
		*err = kept->err;
	return -1;
}
