/* docker_get and docker_get_all against a server that answers well, badly or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <time.h>

#include "checks/docker.h"
#include "checks/docker_http.h"
#include "checks/docker_session.h"
#include "collect/services.h"
#include "fake_docker.h"

#define DEADLINE_MS 600      /* where a time-out is awaited */
#define PATIENCE_MS 60000    /* where none may come, on whatever machine */
#define VERSION "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}"

struct setup {
	struct fake_docker fake;
	struct host *host;
	struct arena *arena;
	struct facts *facts;
	struct request request;
	struct services services;
	struct probe_context ctx;
	struct process process;
	struct docker_daemon daemon;
};

static void begin(struct setup *s, const struct fake_answer *answers)
{
	memset(s, 0, sizeof *s);
	fake_start(&s->fake, answers);
	assert_int_equal(host_open("/", &s->host, NULL), 0);
	s->arena = arena_new();
	s->facts = facts_new();
	s->request.deadline_ms = PATIENCE_MS;
	s->services.arena = s->arena;
	s->ctx = (struct probe_context){.host = s->host, .facts = s->facts, .request = &s->request, .services = &s->services};
	s->process.pid = getpid();
	s->daemon.process = &s->process;
	vec_push(s->arena, &s->daemon.sockets, s->fake.path);
}

static void end(struct setup *s)
{
	docker_session_close(s->daemon.session);
	facts_free(s->facts);
	arena_free(s->arena);
	host_close(s->host);
	fake_stop(&s->fake);
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* ---- servers that misbehave ---------------------------------------------------------------------------------- */

static void act_hang(_unused_ int fd)
{
	pause();
}

static void act_drip(int fd)
{
	fake_send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", 43);
	for (;;) {
		fake_send(fd, " ", 1);
		usleep(20000);
	}
}

static void act_flood(int fd)
{
	static char chunk[1 << 20];

	memset(chunk, ' ', sizeof chunk);
	fake_send(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 47);
	for (;;) {
		fake_send(fd, "100000\r\n", 8);
		fake_send(fd, chunk, sizeof chunk);
		fake_send(fd, "\r\n", 2);
	}
}

static void act_headers(int fd)
{
	fake_send(fd, "HTTP/1.1 200 OK\r\n", 17);
	for (;;)
		fake_send(fd, "X-More: more and more and more\r\n", 32);
}

static void act_early(int fd)
{
	fake_send(fd, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

static const struct fake_answer answers[] = {
	{"/version", NULL, VERSION, NULL},
	{"/good", NULL, "{\"a\":1}", NULL},
	{"/chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n", NULL, NULL},
	{"/huge", NULL, "{\"soft\":18446744073709551615,\"a\":1,\"text\":\"18446744073709551615\"}", NULL},
	{"/beyond", NULL, "{\"a\":1, \"n\":" "999999999999999999999999999999999999999999" "}", NULL},
	{"/deny", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\n{}", NULL, NULL},
	{"/gone", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", NULL, NULL},
	{"/fault", "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}", NULL, NULL},
	{"/redirect", "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n", NULL, NULL},
	{"/nothing", "", NULL, NULL},
	{"/half", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"a\":", NULL, NULL},
	{"/cut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n", NULL, NULL},
	{"/early", NULL, NULL, act_early},
	{"/garbage", "\x01\x02 what is this\r\n\r\n", NULL, NULL},
	{"/text", NULL, "not json", NULL},
	{"/empty", NULL, "", NULL},
	{"/invalid", NULL, "{\"a\":\"\xff\xfe\"}", NULL},
	{"/nul", NULL, "{\"a\":\"x\\u0000y\"}", NULL},
	{"/flood", NULL, NULL, act_flood},
	{"/headers", NULL, NULL, act_headers},
	{"/hang", NULL, NULL, act_hang},
	{"/drip", NULL, NULL, act_drip},
	{NULL, NULL, NULL, NULL},
};

/* ---- one document -------------------------------------------------------------------------------------------- */

static void every_kind_of_answer_has_its_error(_unused_ void **state)
{
	static const struct {
		const char *path;
		enum error_code code; /* NONE: a document with "a": 1 */
		const char *says;
	} rows[] = {
		{"/good", ERROR_NONE, NULL},
		{"/chunked", ERROR_NONE, NULL},
		{"/huge", ERROR_NONE, NULL},
		{"/beyond", ERROR_NONE, NULL},
		{"/deny", ERROR_DENIED, "403"},
		{"/gone", ERROR_NOT_FOUND, "404"},
		{"/fault", ERROR_SYSTEM, "500"},
		{"/redirect", ERROR_MALFORMED, "redirect"},
		{"/nothing", ERROR_MALFORMED, "early"},
		{"/half", ERROR_MALFORMED, "early"},
		{"/cut", ERROR_MALFORMED, "early"},
		{"/early", ERROR_MALFORMED, "early"},
		{"/garbage", ERROR_MALFORMED, "not HTTP"},
		{"/text", ERROR_MALFORMED, "not a JSON document"},
		{"/empty", ERROR_MALFORMED, "not a JSON document"},
		{"/invalid", ERROR_MALFORMED, "not a JSON document"},
		{"/nul", ERROR_MALFORMED, "not a JSON document"},
		{"/flood", ERROR_LIMIT, "longer"},
		{"/headers", ERROR_LIMIT, "headers"},
		{"/with space", ERROR_MALFORMED, "not a path"},
		{"/line\r\nX: y", ERROR_MALFORMED, "not a path"},
		{"relative", ERROR_MALFORMED, "not a path"},
	};
	struct setup s;

	begin(&s, answers);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = {0};
		json_t *document = NULL;
		int rc = docker_get(&s.ctx, &s.daemon, rows[i].path, &document, &err);

		if (err.code != rows[i].code)
			fail_msg("%s: code %d, text \"%s\"", rows[i].path, (int)err.code, err.text);
		assert_int_equal(rc, rows[i].code ? -1 : 0);
		if (rc == 0)
			assert_int_equal(json_integer_value(json_object_get(document, "a")), 1);
		if (rows[i].says && !strstr(err.text, rows[i].says))
			fail_msg("%s: text \"%s\"", rows[i].path, err.text);
		json_decref(document);
	}
	end(&s);
}

static void only_an_integer_beyond_int64_becomes_a_real(_unused_ void **state)
{
	struct setup s;
	json_t *document;

	begin(&s, answers);
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/huge", &document, NULL), 0);
	assert_true(json_is_real(json_object_get(document, "soft")));
	assert_true(json_is_integer(json_object_get(document, "a")));
	assert_string_equal(json_string_value(json_object_get(document, "text")), "18446744073709551615");
	json_decref(document);
	end(&s);
}

static void version_spoken_lies_within_both_ranges(_unused_ void **state)
{
	static const struct {
		const char *version;
		const char *path;
	} rows[] = {
		{VERSION, "/v1.41/echo"},
		{"{\"ApiVersion\":\"1.55\",\"MinAPIVersion\":\"1.44\"}", "/v1.52/echo"},
		{"{\"ApiVersion\":\"1.60\",\"MinAPIVersion\":\"1.53\"}", "/v1.53/echo"},
		{"{\"ApiVersion\":\"2.0\",\"MinAPIVersion\":\"2.0\"}", "/v2.0/echo"},
		{"{\"ApiVersion\":\"1.24\"}", "/v1.24/echo"},
		{"{}", NULL},
		{"{\"ApiVersion\":\"1.41/../../x\"}", NULL},
		{"{\"ApiVersion\":1.41}", NULL},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fake_answer version[] = {{"/version", NULL, rows[i].version, NULL}, {0}};
		struct error err = {0};
		struct setup s;
		json_t *document = NULL;

		begin(&s, version);
		int rc = docker_get(&s.ctx, &s.daemon, "/echo", &document, &err);
		if (rows[i].path)
			assert_string_equal(json_string_value(json_object_get(document, "path")), rows[i].path);
		else
			assert_int_equal(err.code, ERROR_MALFORMED);
		assert_int_equal(rc, rows[i].path ? 0 : -1);
		json_decref(document);
		end(&s);
	}
}

static void kept_documents_are_asked_for_once_over_one_connection(_unused_ void **state)
{
	struct setup s;
	json_t *document;

	begin(&s, answers);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(docker_get(&s.ctx, &s.daemon, "/info", &document, NULL), 0);
		json_decref(document);
		assert_int_equal(docker_get(&s.ctx, &s.daemon, "/version", &document, NULL), 0);
		json_decref(document);
	}
	assert_int_equal(atomic_load(&s.fake.counts->requests), 2);
	assert_int_equal(atomic_load(&s.fake.counts->connections), 1);
	end(&s);
}

static void time_out_ends_all_questions_at_once(_unused_ void **state)
{
	static const char *const slow[] = {"/hang", "/drip"};

	for (size_t i = 0; i < 2; i++) {
		struct error err = {0};
		struct setup s;
		json_t *document;

		begin(&s, answers);
		s.request.deadline_ms = DEADLINE_MS;
		int64_t start = now_ms();
		assert_int_equal(docker_get(&s.ctx, &s.daemon, slow[i], &document, &err), -1);
		int64_t took = now_ms() - start;
		assert_int_equal(err.code, ERROR_TIMEOUT);
		assert_true(took >= DEADLINE_MS - 50 && took < 10 * DEADLINE_MS);
		int asked = atomic_load(&s.fake.counts->requests);
		start = now_ms();
		err = (struct error){0};
		assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
		assert_int_equal(err.code, ERROR_TIMEOUT);
		assert_true(now_ms() - start < DEADLINE_MS - 100);
		assert_int_equal(atomic_load(&s.fake.counts->requests), asked);
		end(&s);
	}
}

static void hung_version_breaks_the_session_with_a_time_out(_unused_ void **state)
{
	struct fake_answer hung[] = {{"/version", NULL, NULL, act_hang}, {0}};
	struct error err = {0};
	struct setup s;
	json_t *document;

	begin(&s, hung);
	s.request.deadline_ms = DEADLINE_MS;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(docker_get(&s.ctx, &s.daemon, "/info", &document, &err), -1);
		assert_int_equal(err.code, ERROR_TIMEOUT);
	}
	assert_int_equal(atomic_load(&s.fake.counts->requests), 1);
	end(&s);
}

/* A queue that nobody empties: connect(2) itself would wait for ever. */
static void full_queue_times_out(_unused_ void **state)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fds[3] = {-1, -1, -1};
	struct error err = {0};
	struct setup s;
	json_t *document;

	begin(&s, answers);
	s.request.deadline_ms = DEADLINE_MS;
	snprintf(address.sun_path, sizeof address.sun_path, "%s/full.sock", s.fake.folder);
	for (size_t i = 0; i < 3; i++)
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | (i ? SOCK_NONBLOCK : 0), 0);
	assert_int_equal(bind(fds[0], (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fds[0], 0), 0);
	for (size_t i = 1; i < 3; i++)
		if (connect(fds[i], (struct sockaddr *)&address, sizeof address) < 0)
			break;
	s.daemon.sockets.items[0] = address.sun_path;
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
	assert_int_equal(err.code, ERROR_TIMEOUT);
	for (size_t i = 0; i < 3; i++)
		close(fds[i]);
	unlink(address.sun_path);
	end(&s);
}

/* ---- which socket ------------------------------------------------------------------------------------------- */

static void socket_of_another_process_is_not_asked(_unused_ void **state)
{
	struct error err = {0};
	struct setup s;
	json_t *document;

	begin(&s, answers);
	s.process.pid = getpid() + 1;
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	assert_non_null(strstr(err.text, "was opened by pid"));
	assert_int_equal(atomic_load(&s.fake.counts->requests), 0);
	end(&s);
}

static void activated_socket_may_come_from_the_service_manager(_unused_ void **state)
{
	struct setup s;
	json_t *document;

	begin(&s, answers);
	s.process.pid = getpid() + 1;
	s.process.uid = getuid();
	s.daemon.activated = true;
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, NULL), 0);
	json_decref(document);
	end(&s);
}

static void missing_socket_is_an_error_and_the_next_one_is_tried(_unused_ void **state)
{
	struct error err = {0};
	struct setup s;
	json_t *document;

	begin(&s, answers);
	s.daemon.sockets.items[0] = "/nowhere/docker.sock";
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	docker_session_close(s.daemon.session);
	s.daemon.session = NULL;
	vec_push(s.arena, &s.daemon.sockets, s.fake.path);
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, NULL), 0);
	json_decref(document);
	end(&s);
}

static void tree_at_rest_and_unknown_sockets_are_not_asked(_unused_ void **state)
{
	struct error err = {0};
	struct host *tree;
	struct setup s;
	json_t *document;

	begin(&s, answers);
	assert_int_equal(host_open(s.fake.folder, &tree, NULL), 0);
	s.ctx.host = tree;
	s.daemon.sockets.items[0] = "/docker.sock"; /* it is there, and it answers */
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	docker_session_close(s.daemon.session);
	s.daemon.session = NULL;
	s.ctx.host = s.host;
	s.daemon.sockets.items[0] = s.fake.path;
	s.daemon.sockets_reason = "/proc/1/fd: Permission denied";
	assert_int_equal(docker_get(&s.ctx, &s.daemon, "/good", &document, &err), -1);
	assert_non_null(strstr(err.text, "Permission denied"));
	assert_int_equal(atomic_load(&s.fake.counts->requests), 0);
	host_close(tree);
	end(&s);
}

/* ---- many documents ------------------------------------------------------------------------------------------ */

#define MANY 60

struct many {
	const char *const *paths;
	int seen[MANY];
	int failed[MANY];
	enum error_code nested;
	struct setup *setup;
};

static void keep_many(void *data, size_t index, json_t *document, const struct error *err)
{
	struct many *many = data;
	struct error nested = {0};
	json_t *unused;

	many->seen[index]++;
	many->failed[index] = err ? (int)err->code : 0;
	if (document && json_object_get(document, "path"))
		assert_non_null(strstr(json_string_value(json_object_get(document, "path")), many->paths[index]));
	docker_get(&many->setup->ctx, &many->setup->daemon, "/good", &unused, &nested);
	many->nested = nested.code;
}

static void many_documents_come_once_each_over_four_connections(_unused_ void **state)
{
	const char *paths[MANY];
	struct setup s;
	struct many many = {.paths = paths, .setup = &s};

	begin(&s, answers);
	for (size_t i = 0; i < MANY; i++)
		paths[i] = i == 7 ? "/gone" : arena_printf(s.arena, "/containers/%zu/json", i);
	paths[20] = "not a path";
	assert_int_equal(docker_get_all(&s.ctx, &s.daemon, paths, MANY, keep_many, &many, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(many.seen[i], 1);
		assert_int_equal(many.failed[i], i == 7 ? ERROR_NOT_FOUND : i == 20 ? ERROR_MALFORMED : ERROR_NONE);
	}
	assert_int_equal(many.nested, ERROR_INTERNAL);
	assert_in_range(atomic_load(&s.fake.counts->connections), 2, 5); /* /gone closes its connection */
	end(&s);
}

static void one_hung_document_fails_what_is_left(_unused_ void **state)
{
	const char *paths[MANY];
	struct setup s;
	struct many many = {.paths = paths, .setup = &s};
	struct error err = {0};

	begin(&s, answers);
	s.request.deadline_ms = DEADLINE_MS;
	for (size_t i = 0; i < MANY; i++)
		paths[i] = "/hang";
	assert_int_equal(docker_get_all(&s.ctx, &s.daemon, paths, MANY, keep_many, &many, NULL), 0);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(many.seen[i], 1);
		assert_int_equal(many.failed[i], ERROR_TIMEOUT);
	}
	assert_in_range(atomic_load(&s.fake.counts->requests), 2, 5); /* /version and one a connection */
	s.daemon.sockets.count = 0;
	docker_session_close(s.daemon.session);
	s.daemon.session = NULL;
	assert_int_equal(docker_get_all(&s.ctx, &s.daemon, paths, MANY, keep_many, &many, &err), -1);
	assert_int_equal(err.code, ERROR_SYSTEM);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_answer_has_its_error),
		cmocka_unit_test(only_an_integer_beyond_int64_becomes_a_real),
		cmocka_unit_test(version_spoken_lies_within_both_ranges),
		cmocka_unit_test(kept_documents_are_asked_for_once_over_one_connection),
		cmocka_unit_test(time_out_ends_all_questions_at_once),
		cmocka_unit_test(hung_version_breaks_the_session_with_a_time_out),
		cmocka_unit_test(full_queue_times_out),
		cmocka_unit_test(socket_of_another_process_is_not_asked),
		cmocka_unit_test(activated_socket_may_come_from_the_service_manager),
		cmocka_unit_test(missing_socket_is_an_error_and_the_next_one_is_tried),
		cmocka_unit_test(tree_at_rest_and_unknown_sockets_are_not_asked),
		cmocka_unit_test(many_documents_come_once_each_over_four_connections),
		cmocka_unit_test(one_hung_document_fails_what_is_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
