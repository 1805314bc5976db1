#include "checks/docker_http.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "checks/docker_curl.h"
#include "checks/docker_document.h"

#define CONNECTIONS     4
#define PATH_LENGTH_MAX 4096
#define MILLISECONDS    1000
#define READ_SIZE       131072L    /* one read(2) for a whole answer, mostly */
#define BODY_KEPT       (1u << 20) /* a larger buffer is not kept for the next answer */

/* One of the connections and what it is busy with. */
struct slot {
	struct docker_http *http;
	CURL *easy; /* NULL until it is first needed */
	bool busy;
	size_t index;
	struct buf body;
	size_t header_bytes;
	bool over; /* too many bytes came */
	char url[PATH_LENGTH_MAX + 64];
};

struct docker_http {
	const struct docker_curl *curl;
	int target;    /* O_PATH descriptor: who was verified stays the one that is asked */
	char path[32]; /* of that descriptor */
	int64_t deadline_ms;
	CURLM *multi;
	struct slot slots[CONNECTIONS];
	char prefix[32];
	struct error broken; /* after a time-out: what every later call fails with */
	bool running;
};

struct job {
	const struct docker_http_job *asked;
	size_t next;
};

/* ---- connecting ------------------------------------------------------------------------------ */

static int verify_peer(int fd, const struct docker_http_peer *peer, struct error *err)
{
	struct ucred cred;
	socklen_t len = sizeof cred;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
		return error_sys(err, "SO_PEERCRED");
	if (peer->pid && cred.pid != peer->pid)
		return error_set(err, ERROR_SYSTEM,
				 "this host's socket of that name was opened by pid %d, not by "
				 "dockerd (pid %d)",
				 (int)cred.pid, (int)peer->pid);
	if (!peer->pid && peer->uid != (uid_t)-1 && cred.uid != 0 && cred.uid != peer->uid)
		return error_set(err, ERROR_SYSTEM,
				 "this host's socket of that name was opened by uid %u", cred.uid);
	return 0;
}

/* A missing socket is not an absent document. */
static int socket_error(struct error *err)
{
	if (err->code == ERROR_NOT_FOUND)
		err->code = ERROR_SYSTEM;
	return -1;
}

/* Connect once to see who listens. This connect(2) blocks, because only then does it wait for room
 * in the listener's queue, as long as SO_SNDTIMEO allows, and gives EAGAIN afterwards (unix(7)).
 * Going by the descriptor's name lifts the 107 bytes of sun_path. */
static int probe_peer(const struct docker_http *http, const struct docker_http_peer *peer,
		      struct error *err)
{
	_cleanup_(close_fd) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct timeval patience = {http->deadline_ms / MILLISECONDS,
				   http->deadline_ms % MILLISECONDS * 1000};
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0)
		return error_sys(err, "socket");
	memcpy(address.sun_path, http->path, sizeof http->path);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return verify_peer(fd, peer, err);
	if (errno == EAGAIN)
		return error_set(err, ERROR_TIMEOUT, "timed out after %lld ms",
				 (long long)http->deadline_ms);
	error_sys(err, "connect");
	return socket_error(err);
}

/* ---- receiving ------------------------------------------------------------------------------- */

/* libcurl's own CURLOPT_MAXFILESIZE does not see chunked answers, so bytes are counted as they
 * come. */
static size_t take_body(char *bytes, size_t size, size_t count, void *data)
{
	struct slot *slot = data;
	size_t len = size * count;

	if (len > DOCKER_ANSWER_MAX - slot->body.len) {
		slot->over = true;
		return 0;
	}
	buf_add(&slot->body, bytes, len);
	return len;
}

static size_t take_header(_unused_ char *bytes, size_t size, size_t count, void *data)
{
	struct slot *slot = data;

	slot->header_bytes += size * count;
	slot->over |= slot->header_bytes > DOCKER_HTTP_HEADERS_MAX;
	return slot->over ? 0 : size * count;
}

/* ---- one connection -------------------------------------------------------------------------- */

static int slot_open(struct slot *slot, struct docker_http *http)
{
	const struct docker_curl *curl = http->curl;
	CURL *easy = curl->easy_init();

	if (!easy)
		return -1;
	slot->http = http;
	slot->easy = easy;
	curl->easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, http->path);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
#else
	curl->easy_setopt(easy, CURLOPT_PROTOCOLS, (long)CURLPROTO_HTTP);
#endif
	curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl->easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl->easy_setopt(easy, CURLOPT_PROXY, "");
	curl->easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl->easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)http->deadline_ms);
	curl->easy_setopt(easy, CURLOPT_BUFFERSIZE, READ_SIZE);
	curl->easy_setopt(easy, CURLOPT_USERAGENT, "plimsoll");
	curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl->easy_setopt(easy, CURLOPT_WRITEDATA, slot);
	curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl->easy_setopt(easy, CURLOPT_HEADERDATA, slot);
	curl->easy_setopt(easy, CURLOPT_PRIVATE, slot);
	return 0;
}

/* Paths hold ids that a daemon gave: nothing but visible ASCII reaches the request line. */
static int set_url(struct slot *slot, const char *path, struct error *err)
{
	bool good = path[0] == '/' && strlen(path) <= PATH_LENGTH_MAX;

	for (const char *c = path; *c; c++)
		good &= *c > ' ' && *c < 0x7f && *c != '#';
	if (!good)
		return error_set(err, ERROR_MALFORMED, "not a path of the API");
	snprintf(slot->url, sizeof slot->url, "http://docker%s%s", slot->http->prefix, path);
	return 0;
}

static int slot_start(struct docker_http *http, struct slot *slot, const char *path,
		      struct error *err)
{
	if (!slot->easy && slot_open(slot, http) < 0)
		return error_set(err, ERROR_INTERNAL, "libcurl gives no handle");
	if (set_url(slot, path, err) < 0)
		return -1;
	slot->body.len = 0;
	slot->header_bytes = 0;
	slot->over = false;
	if (http->curl->easy_setopt(slot->easy, CURLOPT_URL, slot->url) != CURLE_OK ||
	    http->curl->multi_add_handle(http->multi, slot->easy) != CURLM_OK)
		return error_set(err, ERROR_INTERNAL, "libcurl takes no request");
	slot->busy = true;
	return 0;
}

static void slot_stop(struct docker_http *http, struct slot *slot)
{
	http->curl->multi_remove_handle(http->multi, slot->easy);
	slot->busy = false;
}

/* ---- what an exchange came to ---------------------------------------------------------------- */

static int transfer_failed(const struct slot *slot, CURLcode code, struct error *err)
{
	long sys = 0;

	if (slot->over)
		return error_set(err, ERROR_LIMIT,
				 "the answer is longer than %u bytes, or its headers than %u",
				 DOCKER_ANSWER_MAX, DOCKER_HTTP_HEADERS_MAX);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return error_set(err, ERROR_TIMEOUT, "timed out after %lld ms",
				 (long long)slot->http->deadline_ms);
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
		return error_set(err, ERROR_MALFORMED, "the answer ends early");
	case CURLE_UNSUPPORTED_PROTOCOL: /* also what HTTP/0.9, that is any text, comes to */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_HTTP2:
		return error_set(err, ERROR_MALFORMED, "the answer is not HTTP");
	case CURLE_COULDNT_CONNECT:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		slot->http->curl->easy_getinfo(slot->easy, CURLINFO_OS_ERRNO, &sys);
		return error_set(err, ERROR_SYSTEM, "the connection broke%s%s", sys ? ": " : "",
				 sys ? strerror((int)sys) : "");
	default:
		return error_set(err, ERROR_SYSTEM, "%s", slot->http->curl->easy_strerror(code));
	}
}

static int check_status(const struct slot *slot, struct error *err)
{
	long status = 0;

	slot->http->curl->easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status == 200)
		return 0;
	if (status == 404)
		return error_set(err, ERROR_NOT_FOUND, "no such document (HTTP status 404)");
	if (status == 401 || status == 403)
		return error_set(err, ERROR_DENIED, "the daemon refuses (HTTP status %ld)", status);
	if (status >= 300 && status < 400)
		return error_set(err, ERROR_MALFORMED,
				 "a redirect (HTTP status %ld), which is not followed", status);
	return error_set(err, ERROR_SYSTEM, "HTTP status %ld", status);
}

static int slot_result(const struct slot *slot, CURLcode code, json_t **ret, struct error *err)
{
	if (code != CURLE_OK)
		return transfer_failed(slot, code, err);
	if (check_status(slot, err) < 0)
		return -1;
	return docker_document_load(slot->body.data ? slot->body.data : "", slot->body.len, ret,
				    err);
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void report(struct job *job, size_t index, json_t *document, struct error *err)
{
	if (!document)
		error_wrap(err, "GET %.200s", job->asked->paths[index]);
	job->asked->done(job->asked->data, index, document, document ? NULL : err);
	json_decref(document);
}

static void finish_slot(struct docker_http *http, struct job *job, struct slot *slot, CURLcode code)
{
	struct error err = {0};
	json_t *document = NULL;

	slot_stop(http, slot);
	slot_result(slot, code, &document, &err);
	if (err.code == ERROR_TIMEOUT)
		http->broken = err;
	if (slot->body.capacity > BODY_KEPT)
		buf_done(&slot->body);
	report(job, slot->index, document, &err);
}

static void reap(struct docker_http *http, struct job *job)
{
	CURLMsg *message;
	int left;

	while ((message = http->curl->multi_info_read(http->multi, &left)) != NULL) {
		CURLcode code = message->data.result;
		char *slot = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		http->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
		finish_slot(http, job, (struct slot *)(void *)slot, code);
	}
}

/* Give idle connections something to do; how many are busy afterwards. */
static size_t fill(struct docker_http *http, struct job *job)
{
	size_t busy = 0;

	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct slot *slot = &http->slots[i];

		while (!slot->busy && job->next < job->asked->count) {
			struct error err = {0};

			slot->index = job->next++;
			if (slot_start(http, slot, job->asked->paths[slot->index], &err) < 0)
				report(job, slot->index, NULL, &err);
		}
		busy += slot->busy;
	}
	return busy;
}

/* What is under way or was never asked gets the error that ended it all. */
static void give_up(struct docker_http *http, struct job *job, const struct error *why)
{
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct slot *slot = &http->slots[i];
		struct error err = *why;

		if (!slot->busy)
			continue;
		slot_stop(http, slot);
		report(job, slot->index, NULL, &err);
	}
	while (job->next < job->asked->count) {
		struct error err = *why;

		report(job, job->next++, NULL, &err);
	}
}

static void run(struct docker_http *http, struct job *job)
{
	struct error broken = {.code = ERROR_INTERNAL, .text = "libcurl fails"};
	int running;

	while (!http->broken.code && fill(http, job)) {
		if (http->curl->multi_perform(http->multi, &running) != CURLM_OK ||
		    (running &&
		     http->curl->multi_poll(http->multi, NULL, 0, MILLISECONDS, NULL) != CURLM_OK)) {
			give_up(http, job, &broken);
			return;
		}
		reap(http, job);
	}
	if (http->broken.code)
		give_up(http, job, &http->broken);
}

int docker_http_get_all(struct docker_http *http, const struct docker_http_job *asked,
			struct error *err)
{
	struct job job = {.asked = asked};

	if (http->running)
		return error_set(err, ERROR_INTERNAL, "an answer's callback asks again");
	http->running = true;
	run(http, &job);
	http->running = false;
	return 0;
}

struct single {
	json_t *document;
	struct error err;
};

static void keep_single(void *data, _unused_ size_t index, json_t *document,
			const struct error *err)
{
	struct single *single = data;

	single->document = json_incref(document);
	if (!document)
		single->err = *err;
}

int docker_http_get(struct docker_http *http, const char *path, json_t **ret, struct error *err)
{
	struct single single = {0};
	struct docker_http_job job = {
		.paths = &path, .count = 1, .done = keep_single, .data = &single};

	if (docker_http_get_all(http, &job, err) < 0)
		return -1;
	if (single.document) {
		*ret = single.document;
		return 0;
	}
	if (err)
		*err = single.err;
	return -1;
}

static int find_peer(struct docker_http *http, const struct docker_http_peer *peer,
		     struct error *err)
{
	http->target = host_open_path(peer->host, peer->path, true, err);
	if (http->target < 0)
		return socket_error(err);
	snprintf(http->path, sizeof http->path, "/proc/self/fd/%d", http->target);
	if (probe_peer(http, peer, err) < 0)
		return error_wrap(err, "%s", peer->path);
	/* Without the TLS library, which costs more than all exchanges together. */
	if (docker_curl_load(&http->curl, err) < 0)
		return -1;
	if (http->curl->global_init(CURL_GLOBAL_NOTHING) != CURLE_OK || !(http->multi = http->curl->multi_init()))
		return error_set(err, ERROR_INTERNAL, "libcurl cannot be set up");
	return 0;
}

int docker_http_open(const struct docker_http_peer *peer, struct docker_http **ret,
		     struct error *err)
{
	struct docker_http *http = calloc(1, sizeof *http);

	if (!http)
		out_of_memory();
	http->deadline_ms = peer->deadline_ms > 0 ? peer->deadline_ms
						  : 1; /* 0 would mean no limit to libcurl */
	if (find_peer(http, peer, err) < 0) {
		docker_http_close(http);
		return -1;
	}
	*ret = http;
	return 0;
}

void docker_http_close(struct docker_http *http)
{
	if (!http)
		return;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		if (http->slots[i].easy)
			http->curl->easy_cleanup(http->slots[i].easy);
		buf_done(&http->slots[i].body);
	}
	if (http->multi) {
		http->curl->multi_cleanup(http->multi);
		http->curl->global_cleanup();
	}
	close_fd(&http->target);
	free(http);
}

void docker_http_set_prefix(struct docker_http *http, const char *prefix)
{
	snprintf(http->prefix, sizeof http->prefix, "%s", prefix);
}
