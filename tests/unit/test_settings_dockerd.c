/* dockerd's options from command line, file, environment and API, in dockerd's own order. */
#include "dockerd_tree.h"
#include "fake_docker.h"

#include "checks/docker_session.h"
#include "checks/dockerd_config.h"
#include "checks/settings_dockerd.h"
#include "checks/settings_value.h"

#define ICC {.fact = "daemon.setting.icc", .program = "dockerd", .type = VALUE_BOOL, .flag = "--icc", .config = "icc"}
#define HOSTS                                                                                                          \
	{.fact = "daemon.setting.hosts", .program = "dockerd", .type = VALUE_STRINGS, .flag = "--host", .short_flag = "-H", \
	 .config = "hosts"}

struct row {
	const char *about;
	struct dockerd_tree tree;
	struct setting_request request;
	const char *shown;  /* value or state */
	const char *origin; /* NULL: not checked */
	const char *reason; /* a part of it; NULL: not checked */
};

static const struct row rows[] = {
	{"flag alone", {.words = "dockerd --icc"}, ICC, "true", "dockerd --icc (pid 4242)", NULL},
	{"flag spelled out", {.words = "dockerd --icc=false"}, ICC, "false", NULL, NULL},
	{"the last flag counts", {.words = "dockerd --icc --icc=F"}, ICC, "false", NULL, NULL},
	{"flag with nonsense", {.words = "dockerd --icc=maybe"}, ICC, "unreadable", "dockerd --icc (pid 4242)", "expected true or false"},
	{"file", {.config = "{\n\"x\": 1,\n\"icc\": false}"}, ICC, "false", "/etc/docker/daemon.json:3 icc", NULL},
	{"neither", {.config = "{}"}, ICC, "absent", "command line of dockerd (pid 4242), /etc/docker/daemon.json", "not set"},
	{"no file", {.words = NULL}, ICC, "absent", NULL, "no such file"},
	{"empty file", {.config = " \n"}, ICC, "absent", NULL, "not set"},
	{"null counts as not set", {.config = "{\"icc\": null}"}, ICC, "absent", NULL, NULL},
	{"byte order mark", {.config = "\xef\xbb\xbf{\"icc\": false}"}, ICC, "false", "/etc/docker/daemon.json:1 icc", NULL},
	{"flag wins over file", {.words = "dockerd --icc=true", .config = "{\"icc\": false}"}, ICC, "true", "dockerd --icc (pid 4242)", NULL},
	{"malformed file", {.config = "{\"icc\": false"}, ICC, "unreadable", "/etc/docker/daemon.json", "not a JSON document (line 1"},
	{"file that is no object", {.config = "[]"}, ICC, "unreadable", NULL, "not a JSON object"},
	{"malformed file, but a flag", {.words = "dockerd --icc=0", .config = "{"}, ICC, "false", NULL, NULL},
	{"key of another type", {.config = "{\"icc\": [1]}"}, ICC, "unreadable", "/etc/docker/daemon.json:1 icc", "expected bool"},
	{"changed, key there", {.config = "{\"icc\": false}", .changed = true}, ICC, "unreadable", "/etc/docker/daemon.json:1 icc",
	 "/etc/docker/daemon.json changed after dockerd started; the running value is not known"},
	{"changed, and a reload may have taken it", {.config = "{\"authorization-plugins\": [\"opa\"]}", .changed = true},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRINGS, .config = "authorization-plugins"}, "unreadable", NULL,
	 "changed after dockerd started, which may have been told to reload it; the running value is not known"},
	{"changed, key not there", {.config = "{}", .changed = true}, ICC, "unreadable", "/etc/docker/daemon.json", "changed after"},
	{"changed, but a flag", {.words = "dockerd --icc=false", .config = "{\"icc\": true}", .changed = true}, ICC, "false", NULL, NULL},
	{"changed, but no key is asked for", {.config = "{}", .changed = true},
	 {.fact = "daemon.setting.icc", .program = "dockerd", .type = VALUE_BOOL, .flag = "--icc"}, "absent", NULL, "not given"},
	{"named file", {.words = "dockerd --config-file /srv/d.json"}, ICC, "unreadable", "/srv/d.json", "No such file"},
	{"named file, relative", {.words = "dockerd --config-file=d.json"}, ICC, "unreadable", "/srv/work/d.json", NULL},
	{"list by flags", {.words = "dockerd -H fd:// --host=unix:///x"}, HOSTS, "[fd://, unix:///x]", "dockerd --host (pid 4242)", NULL},
	{"list over several lines", {.config = "{\"hosts\":\n[\n\"tcp://1.2.3.4:1\",\n\"fd://\"]}"}, HOSTS, "[tcp://1.2.3.4:1, fd://]",
	 "/etc/docker/daemon.json:1 hosts", NULL},
	{"list that is none", {.config = "{\"hosts\": \"fd://\"}"}, HOSTS, "unreadable", NULL, "expected a list"},
	{"objects as a list", {.config = "{\"log-opts\": {\"max-size\": \"1m\", \"x\": 2}}"},
	 {.fact = "daemon.setting.log-opts", .program = "dockerd", .type = VALUE_STRINGS, .config = "log-opts"}, "[max-size=1m, x=2]", NULL, NULL},
	{"limits as the flag writes them", {.config = "{\"default-ulimits\": {\"nofile\": {\"Name\":\"nofile\",\"Soft\": 1,\"Hard\": 2}}}"},
	 {.fact = "daemon.setting.default-ulimits", .program = "dockerd", .type = VALUE_STRINGS, .flag = "--default-ulimit",
	  .config = "default-ulimits"}, "[nofile=1:2]", NULL, NULL},
	{"nested key", {.config = "{\"features\": {\n\"containerd-snapshotter\": true}}"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_BOOL, .config = "features.containerd-snapshotter"}, "true",
	 "/etc/docker/daemon.json:2 features.containerd-snapshotter", NULL},
	{"key with a dot in its name", {.config = "{\"log-opts\": {\"com.example.x\": \"3\"}}"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_INT, .config = "log-opts.com.example.x"}, "3", NULL, NULL},
	{"size", {.words = "dockerd --default-shm-size 64M"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_SIZE, .flag = "--default-shm-size"}, "64 MiB", NULL, NULL},
	{"size as a number", {.config = "{\"default-shm-size\": 1024}"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_SIZE, .config = "default-shm-size"}, "1 KiB", NULL, NULL},
	{"password in an address", {.words = "dockerd --registry-mirror=https://me:se@cret@mirror/x"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRINGS, .flag = "--registry-mirror"},
	 "[https://(redacted)@mirror/x]", NULL, NULL},
	{"token in an option", {.config = "{\"log-opts\": {\"splunk-token\": \"t0ps3cret\"}}"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRINGS, .config = "log-opts"}, "[splunk-token=(redacted)]", NULL, NULL},
	{"environment", {.environ = "DOCKER_TLS_VERIFY=0"},
	 {.fact = "daemon.setting.tlsverify", .program = "dockerd", .type = VALUE_BOOL, .flag = "--tlsverify", .config = "tlsverify",
	  .env = "DOCKER_TLS_VERIFY"}, "true", "DOCKER_TLS_VERIFY of pid 4242", NULL},
	{"empty environment", {.environ = "DOCKER_TLS_VERIFY="},
	 {.fact = "daemon.setting.tlsverify", .program = "dockerd", .type = VALUE_BOOL, .flag = "--tlsverify", .config = "tlsverify",
	  .env = "DOCKER_TLS_VERIFY"}, "absent", NULL, NULL},
	{"file wins over environment", {.environ = "DOCKER_TLS_VERIFY=1", .config = "{\"tlsverify\": false}"},
	 {.fact = "daemon.setting.tlsverify", .program = "dockerd", .type = VALUE_BOOL, .flag = "--tlsverify", .config = "tlsverify",
	  .env = "DOCKER_TLS_VERIFY"}, "false", NULL, NULL},
	{"proxy of the environment", {.environ = "HTTP_PROXY=me:pw@proxy:3128"},
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRING, .config = "proxies.http-proxy", .env = "HTTP_PROXY"},
	 "(redacted)@proxy:3128", NULL, NULL},
	{"document that is not allowed", {.words = "dockerd --icc"},
	 {.fact = "daemon.setting.icc", .program = "dockerd", .type = VALUE_BOOL, .flag = "--icc", .live = "/containers/json#/0"},
	 "unreadable", NULL, "not an allowed document"},
	{"API that cannot be asked", {.words = "dockerd --icc"},
	 {.fact = "daemon.setting.icc", .program = "dockerd", .type = VALUE_BOOL, .flag = "--icc", .live = "/info#/Icc"}, "true", NULL, NULL},
};

static void check_row(struct probe_tree *tree, const struct row *row)
{
	dockerd_add(tree, &row->tree);
	vec_push(tree->arena, &tree->request.settings, &row->request);
	tree_want(tree, row->request.fact);
	tree_run(tree, &probe_dockerd);
	const struct subject *subject = dockerd_subject(tree, 0);
	assert_non_null(subject);
	const struct fact_side *side = facts_side(subject, row->request.fact, SIDE_PLAIN);
	const char *origin = side->origin ? side->origin : "", *reason = side->reason ? side->reason : "";

	if (strcmp(dockerd_shown(tree, side), row->shown) != 0 || (row->origin && strcmp(origin, row->origin) != 0) ||
	    (row->reason && !strstr(reason, row->reason)))
		fail_msg("%s: %s, origin \"%s\", reason \"%s\"", row->about, dockerd_shown(tree, side), origin, reason);
}

static void each_source_speaks_in_its_turn(_unused_ void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		check_row(tree, &rows[i]);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

static void cut_command_line_decides_nothing(void **state)
{
	static const struct row row = {"cut", {.words = "dockerd --icc=false …"}, ICC, "unreadable", NULL, "longer than"};

	check_row(*state, &row);
}

/* ---- with an API that answers ------------------------------------------------------------------------------- */

static const struct fake_answer answers[] = {
	{"/version", NULL, "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}", NULL},
	{"/info", NULL,
	 "{\"LiveRestoreEnabled\":true,\"Driver\":\"overlay2\",\"NCPU\":2,\"Plugins\":{\"Authorization\":null,\"Log\":[\"a\",\"b\"]},"
	 "\"a/b\":{\"m~n\":\"1\"},\"Proxy\":\"http://u:p@h\"}", NULL},
	{"/networks/bridge", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", NULL, NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct fake_answer bridge[] = {
	{"/version", NULL, "{\"ApiVersion\":\"1.41\"}", NULL},
	{"/networks/bridge", NULL, "{\"Options\":{\"com.docker.network.bridge.enable_icc\":\"false\"}}", NULL},
	{NULL, NULL, NULL, NULL},
};

struct live_row {
	const char *about;
	const struct fake_answer *answers;
	const char *words;
	const char *config;
	bool changed;
	struct setting_request request;
	const char *shown;
	const char *origin;
	const char *note; /* a part of some note; NULL: there must be none */
};

#define LIVE_RESTORE                                                                                                   \
	{.fact = "daemon.setting.live-restore", .program = "dockerd", .type = VALUE_BOOL, .flag = "--live-restore",           \
	 .config = "live-restore", .live = "/info#/LiveRestoreEnabled"}
#define BRIDGE_ICC                                                                                                     \
	{.fact = "daemon.setting.icc", .program = "dockerd", .type = VALUE_BOOL, .flag = "--icc", .config = "icc",            \
	 .live = "/networks/bridge#/Options/com.docker.network.bridge.enable_icc"}

static const struct live_row live_rows[] = {
	{"live alone", answers, "dockerd", NULL, false, LIVE_RESTORE, "true", "GET /info LiveRestoreEnabled", NULL},
	{"live agrees", answers, "dockerd", "{\"live-restore\": true}", false, LIVE_RESTORE, "true", "GET /info LiveRestoreEnabled", NULL},
	{"live contradicts the file", answers, "dockerd", "{\n\"live-restore\": false}", false, LIVE_RESTORE, "true",
	 "GET /info LiveRestoreEnabled", "live-restore says otherwise: false"},
	{"live contradicts the flag", answers, "dockerd --live-restore=false", NULL, false, LIVE_RESTORE, "true",
	 "GET /info LiveRestoreEnabled", "dockerd --live-restore (pid"},
	{"live decides although the file changed", answers, "dockerd", "{\"live-restore\": false}", true, LIVE_RESTORE, "true",
	 "GET /info LiveRestoreEnabled", "changed after dockerd started"},
	{"a text that is a boolean", bridge, "dockerd", "{\"icc\": true}", false, BRIDGE_ICC, "false",
	 "GET /networks/bridge Options/com.docker.network.bridge.enable_icc", "says otherwise: true"},
	{"no bridge network", answers, "dockerd --icc=false", NULL, false, BRIDGE_ICC, "false", NULL, "404"},
	{"no bridge network, nothing else", answers, "dockerd", NULL, false, BRIDGE_ICC, "absent", NULL, "404"},
	{"older daemon without the member", answers, "dockerd", "{\"x\": 7}", false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_INT, .config = "x", .live = "/info#/Newer"}, "7", NULL, NULL},
	{"null is an empty list", answers, "dockerd", NULL, false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRINGS, .config = "authorization-plugins",
	  .live = "/info#/Plugins/Authorization"}, "[]", "GET /info Plugins/Authorization", NULL},
	{"item of a list", answers, "dockerd", NULL, false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRING, .config = "x", .live = "/info#/Plugins/Log/1"}, "b", NULL, NULL},
	{"escaped pointer", answers, "dockerd", NULL, false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_INT, .config = "x", .live = "/info#/a~1b/m~0n"}, "1", NULL, NULL},
	{"live value of another type", answers, "dockerd", NULL, false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_BOOL, .config = "x", .live = "/info#/Driver"}, "unreadable",
	 "GET /info Driver", NULL},
	{"live secret", answers, "dockerd", NULL, false,
	 {.fact = "daemon.setting.x", .program = "dockerd", .type = VALUE_STRING, .config = "x", .live = "/info#/Proxy"},
	 "http://(redacted)@h", NULL, NULL},
};

/* A process that started `seconds` ago, or will. */
static uint64_t ticks_of(int seconds)
{
	struct timespec boot;

	clock_gettime(CLOCK_BOOTTIME, &boot);
	return (uint64_t)(boot.tv_sec + seconds) * (uint64_t)sysconf(_SC_CLK_TCK);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool has_note(const struct fact_side *side, const char *part)
{
	vec_each(text, &side->notes)
		if (strstr(*text, part))
			return true;
	return false;
}

static void check_live(struct probe_tree *tree, const struct fake_docker *fake, const struct live_row *row)
{
	struct services services = {.arena = tree->arena};
	struct probe_context ctx = {.host = tree->host, .facts = tree->facts, .request = &tree->request, .services = &services};
	struct process process = {.pid = getpid(), .start_ticks = ticks_of(row->changed ? -100 : 100)};
	struct dockerd_config config;
	struct docker_daemon daemon = {.process = &process, .config = &config};
	const char *path = arena_printf(tree->arena, "%s/daemon.json", fake->folder);
	char *words = arena_strdup(tree->arena, row->words), *save = NULL;

	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		vec_push(tree->arena, &process.argv, word);
	if (row->config)
		write_file(path, row->config);
	dockerd_config_read(&ctx, &process, path, false, &config);
	vec_push(tree->arena, &daemon.sockets, fake->path);
	struct fact_side side = settings_dockerd_resolve(&ctx, &daemon, &row->request);
	docker_session_close(daemon.session);
	dockerd_config_done(&config);
	unlink(path);
	if (strcmp(dockerd_shown(tree, &side), row->shown) != 0 || (row->origin && strcmp(side.origin, row->origin) != 0) ||
	    (row->note ? !has_note(&side, row->note) : side.notes.count != 0))
		fail_msg("%s: %s, origin \"%s\", %zu notes: %s", row->about, dockerd_shown(tree, &side), side.origin, side.notes.count,
			 side.notes.count ? side.notes.items[0] : "");
}

static void live_value_wins_and_disagreement_is_noted(void **state)
{
	struct probe_tree *tree = *state;

	tree_go_live(tree);
	tree->request.deadline_ms = 60000;
	for (size_t i = 0; i < COUNT(live_rows); i++) {
		struct fake_docker fake;

		fake_start(&fake, live_rows[i].answers);
		check_live(tree, &fake, &live_rows[i]);
		fake_stop(&fake);
	}
}

/* ---- secrets ------------------------------------------------------------------------------------------------- */

static void secrets_are_taken_out_and_nothing_else(void **state)
{
	static const struct {
		const char *text;
		const char *kept;
	} texts[] = {
		{"http://user:password@proxy:3128", "http://(redacted)@proxy:3128"},
		{"https://token@host/x", "https://(redacted)@host/x"},
		{"user:pass@proxy", "(redacted)@proxy"},
		{"http-proxy=http://a:b@c", "http-proxy=http://(redacted)@c"},
		{"a http://a:b@c, http://d:e@f", "a http://(redacted)@c, http://(redacted)@f"},
		{"splunk-token=abc", "splunk-token=(redacted)"},
		{"unix:///run/docker.sock", "unix:///run/docker.sock"},
		{"https://host/path@2", "https://host/path@2"},
		{"image@sha256:0123", "image@sha256:0123"},
		{"10.0.0.0/8", "10.0.0.0/8"},
		{"max-size=10m", "max-size=10m"},
		{"", ""},
		{"@", "@"},
		{"a\nb", "a\\x0Ab"},
	};
	struct probe_tree *tree = *state;

	for (size_t i = 0; i < COUNT(texts); i++) {
		const char *kept = settings_value_redact(tree->arena, texts[i].text);

		if (strcasecmp(kept, texts[i].kept) != 0)
			fail_msg("%s: %s", texts[i].text, kept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_source_speaks_in_its_turn),
		cmocka_unit_test_setup_teardown(cut_command_line_decides_nothing, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(live_value_wins_and_disagreement_is_noted, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(secrets_are_taken_out_and_nothing_else, tree_setup, tree_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
