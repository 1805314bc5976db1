/* A swarm node by its state on disk and its sockets, and by what its engine answers. */
#include "dockerd_tree.h"
#include "fake_docker.h"
#include "swarm_fixture.h"

#include "checks/docker_session.h"
#include "checks/swarm.h"

extern const struct probe probe_swarm;

#define CLOCK   1800000000 /* 2027-01-15 */
#define SWARM   "/var/lib/docker/swarm/"
#define CRT     SWARM "certificates/"
#define NONE    "\x01" /* no such file */

struct row {
	const char *about;
	const char *state, *node, *root, *key; /* files; NULL: as of a manager by default */
	const char *fact;
	const char *shown; /* value or state */
	const char *reason; /* a part of it, or of a note; NULL: not looked at */
};

#define ROUTE                                                                                                          \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"                              \
	"up0\t00000000\tFE004F0A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"                                                          \
	"data0\t00004E0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"                                                        \
	"up0\t00004F0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"                                                        \
	"wide0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0\n"
#define INET6 "fd000000000000000000000000000001 02 40 00 80    data0\n"
#define TABLE(lines) "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" lines
#define LINE(address, state, inode)                                                                                    \
	"   0: " address " 00000000:0000 " state " 00000000:00000000 00:00000000 00000000     0        0 " inode " 2 0 0 0\n"
#define ALL6 "00000000000000000000000000000000"
#define LINE6(port, state, inode)                                                                                      \
	"   0: " ALL6 ":" port " " ALL6 ":0000 " state " 00000000:00000000 00:00000000 00000000     0        0 " inode " 2 0 0 0\n"

static const struct row rows[] = {
	{"its state says that it is a member", .fact = "member", .shown = "true", .reason = "only the daemons of a live host"},
	{"no state is no member", .state = NONE, .fact = "member", .shown = "false"},
	{"a state that is no JSON is not understood", .state = "{", .fact = "member", .shown = "unreadable"},
	{"outside a swarm the rest is absent", .state = NONE, .fact = "root_age", .shown = "absent", .reason = "in no swarm"},
	{"so is what managers know", .state = NONE, .fact = "managers", .shown = "absent", .reason = "in no swarm"},
	{"the certificate tells a manager", .fact = "manager", .shown = "true"},
	{"a certificate without a role tells nothing", .node = ROOT_CRT, .fact = "manager", .shown = "unreadable", .reason = "no role"},
	{"no certificate tells nothing", .node = NONE, .fact = "manager", .shown = "unreadable", .reason = "No such file"},
	{"an unknown role leaves open what managers know", .node = NONE, .fact = "nodes", .shown = "unreadable", .reason = "No such file"},
	{"without answers managers are not counted", .fact = "managers", .shown = "unreadable", .reason = "only the daemons of a live host"},
	{"nor networks listed", .fact = "networks", .shown = "unreadable"},
	{"nor services", .fact = "services", .shown = "unreadable"},
	{"a plain key", .fact = "autolock", .shown = "unreadable false"},
	{"a locked key", .key = KEY_LOCKED, .fact = "autolock", .shown = "unreadable true"},
	{"a locked key as older engines wrote it", .key = KEY_OLD, .fact = "autolock", .shown = "unreadable true"},
	{"a certificate in the key's place", .key = NODE_CRT, .fact = "autolock", .shown = "unreadable unreadable"},
	{"no key", .key = NONE, .fact = "autolock", .shown = "unreadable unreadable"},
	{"version of the plain key", .fact = "unlock_key_version", .shown = "0"},
	{"version of the locked key", .key = KEY_LOCKED, .fact = "unlock_key_version", .shown = "25"},
	{"a key without a version", .key = "-----BEGIN PRIVATE KEY-----\nAAAA\n", .fact = "unlock_key_version", .shown = "absent"},
	{"a version that is no number", .key = "-----BEGIN PRIVATE KEY-----\nkek-version: x\n\n", .fact = "unlock_key_version", .shown = "unreadable"},
	{"end of the certificate", .fact = "certificate_expires_at", .shown = "1803111120"},
	{"the certificate is good", .fact = "certificate_expired", .shown = "false"},
	{"age of the root", .fact = "root_age", .shown = "77754 m"},
	{"age of the oldest of two roots", .root = NODE_CRT ROOT_CRT, .fact = "root_age", .shown = "77808 m", .reason = "2 root certificates"},
	{"the address it was told", .fact = "listen_address", .shown = "0.0.0.0:2377"},
	{"the default", .state = "{}", .fact = "listen_address", .shown = "0.0.0.0:2377"},
	{"its own sockets alone", .fact = "listeners", .shown = "[tcp://[::]:2377, tcp://[::]:7946, udp://[::]:7946]"},
	{"a chosen port", .state = STATE("10.79.0.1:4377", ""), .fact = "listeners",
	 .shown = "[tcp://10.79.0.1:4377, tcp://[::]:7946, udp://[::]:7946]"},
	{"a port that is none", .state = STATE("10.79.0.1:x", ""), .fact = "listeners", .shown = "unreadable"},
	{"no address for containers", .fact = "data_path_separate", .shown = "false", .reason = "no address of its own"},
	{"another interface", .state = STATE("0.0.0.0:2377", "10.78.0.1"), .fact = "data_path_separate", .shown = "true",
	 .reason = "containers 10.78.0.1 (data0), control 10.79.0.1 (up0)"},
	{"another interface by IPv6", .state = STATE("0.0.0.0:2377", "fd00::1"), .fact = "data_path_separate", .shown = "true"},
	{"another address of one interface", .state = STATE("0.0.0.0:2377", "10.79.0.9"), .fact = "data_path_separate", .shown = "false"},
	{"the same address", .state = STATE("0.0.0.0:2377", "10.79.0.1"), .fact = "data_path_separate", .shown = "false"},
	{"an address of no interface", .state = STATE("0.0.0.0:2377", "192.0.2.1"), .fact = "data_path_separate", .shown = "unreadable",
	 .reason = "no interface shows 192.0.2.1"},
};

static void put(struct probe_tree *tree, const char *path, const char *text, const char *otherwise)
{
	if (!text || strcmp(text, NONE) != 0)
		tree_file(tree, path, text ? text : otherwise, 0600);
}

static void set_up(struct probe_tree *tree, const struct row *row)
{
	tree_file(tree, "/.plimsoll-clock", arena_printf(tree->arena, "%d\n", CLOCK), 0644);
	host_close(tree->host);
	tree->host = NULL;
	assert_int_equal(host_open(tree->root, &tree->host, NULL), 0);
	dockerd_add(tree, &(struct dockerd_tree){.descriptors = "30 31 32 33", .tcp_table = LINE("01004F0A:1119", "0A", "33") LINE("00000000:1F0A", "0A", "98")});
	tree_file(tree, "/proc/4242/net/tcp6", TABLE(LINE6("0949", "0A", "30") LINE6("1F0A", "0A", "31") LINE6("0949", "01", "31")), 0444);
	tree_file(tree, "/proc/4242/net/udp", TABLE(LINE("00000000:12B5", "07", "0")), 0444);
	tree_file(tree, "/proc/4242/net/udp6", TABLE(LINE6("1F0A", "07", "32")), 0444);
	tree_file(tree, "/proc/4242/net/route", ROUTE, 0444);
	tree_file(tree, "/proc/4242/net/if_inet6", INET6, 0444);
	tree_folder(tree, "/var/lib/docker/containers");
	put(tree, SWARM "docker-state.json", row->state, STATE("0.0.0.0:2377", ""));
	put(tree, CRT "swarm-node.crt", row->node, NODE_CRT);
	put(tree, CRT "swarm-root-ca.crt", row->root, ROOT_CRT);
	put(tree, CRT "swarm-node.key", row->key, KEY_PLAIN);
}

static bool says(const struct fact_side *side, const char *part)
{
	vec_each(note, &side->notes)
		if (strstr(*note, part))
			return true;
	return side->reason && strstr(side->reason, part);
}

static void check_row(struct probe_tree *tree, const struct row *row)
{
	const char *fact = arena_printf(tree->arena, "daemon.swarm.%s", row->fact);

	set_up(tree, row);
	tree_want(tree, fact);
	tree_run(tree, &probe_swarm);
	const struct subject *subject = dockerd_subject(tree, 0);
	const struct fact_side *side = facts_side(subject, fact, SIDE_PLAIN), *effective = facts_side(subject, fact, SIDE_EFFECTIVE);
	const char *shown = dockerd_shown(tree, side);

	if (effective->state != FACT_NOT_COLLECTED)
		shown = arena_printf(tree->arena, "%s %s", shown, dockerd_shown(tree, effective));
	if (strcmp(shown, row->shown) != 0)
		fail_msg("%s: %s is %s, not %s", row->about, fact, shown, row->shown);
	if (row->reason && !says(side, row->reason))
		fail_msg("%s: nothing says \"%s\"", row->about, row->reason);
}

static void disk_and_sockets_tell_without_the_engine(_unused_ void **state)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		void *tree = NULL;

		assert_int_equal(tree_setup(&tree), 0);
		check_row(tree, &rows[i]);
		assert_int_equal(tree_teardown(&tree), 0);
	}
}

/* ---- what the engine answers ----------------------------------------------------------------------------------- */

#define ACTIVE(more) "{\"Swarm\":{\"LocalNodeState\":\"active\",\"ControlAvailable\":true,\"Error\":\"\"" more "}}"
#define CLUSTER                                                                                                        \
	",\"Nodes\":3,\"Managers\":2,\"Cluster\":{\"Spec\":{\"CAConfig\":{\"NodeCertExpiry\":7776000000000000},"                 \
	"\"EncryptionConfig\":{\"AutoLockManagers\":true}}}"
#define NO_QUORUM "{\"Swarm\":{\"LocalNodeState\":\"active\",\"ControlAvailable\":true,\"Error\":\"rpc error: no leader\"}}"
#define LOCKED "{\"Swarm\":{\"LocalNodeState\":\"locked\",\"ControlAvailable\":false,\"Error\":\"Swarm is encrypted\"}}"
#define WORKER "{\"Swarm\":{\"LocalNodeState\":\"active\",\"ControlAvailable\":false,\"Error\":\"\"}}"
#define OFF "{\"Swarm\":{\"LocalNodeState\":\"inactive\",\"ControlAvailable\":false,\"Error\":\"\"}}"

static const struct {
	const char *info;
	const char *shown[7]; /* member manager managers nodes autolock expiry networks */
} answers[] = {
	{ACTIVE(CLUSTER), {"true", "true", "2", "3", "true", "90 d", "3 rows"}},
	{ACTIVE(""), {"true", "true", "unreadable", "unreadable", "unreadable", "unreadable", "3 rows"}},
	{NO_QUORUM, {"true", "true", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable"}},
	{LOCKED, {"true", "unreadable", "unreadable", "unreadable", "true", "unreadable", "unreadable"}},
	{WORKER, {"true", "false", "unreadable", "unreadable", "unreadable", "unreadable", "3 rows"}},
	{OFF, {"false", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable"}},
};

#define NETWORK(name, driver, options) "{\"Name\":\"" name "\",\"Driver\":\"" driver "\",\"Ingress\":false,\"Options\":" options "}"
static const struct fake_answer documents[] = {
	{"/version", .json = "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}"},
	{"/networks", .json = "[" NETWORK("a", "overlay", "{\"encrypted\":\"\"}") "," NETWORK("b", "bridge", "{}") ","
	 NETWORK("c", "overlay", "null") "," NETWORK("d", "overlay", "{\"encrypted\":\"false\"}") "]"},
	{"/nodes", .json = "[{\"Spec\":{\"Role\":\"manager\",\"Availability\":\"active\"},\"Description\":{\"Hostname\":\"anna\"}},"
	 "{\"Spec\":{\"Role\":\"manager\",\"Availability\":\"drain\"},\"Description\":{\"Hostname\":\"bert\"}}]"},
	{"/services", .json = "[{\"Spec\":{\"Name\":\"shop\",\"TaskTemplate\":{\"ContainerSpec\":{\"Env\":[\"DB_PASSWORD=hunter22\",\"MODE=fast\"],"
	 "\"Secrets\":[{}],\"Configs\":[{},{}]}}}},{\"Spec\":{\"Name\":\"plain\",\"TaskTemplate\":{\"ContainerSpec\":{}}}}]"},
	/* a=1\npassword: hunter22 · -----BEGIN EC PRIVATE KEY----- · -----BEGIN CERTIFICATE----- · proxy_pass http://x; · no base64 */
	{"/configs", .json = "[{\"Spec\":{\"Name\":\"yaml\",\"Data\":\"YT0xCnBhc3N3b3JkOiBodW50ZXIyMgo=\"}},"
	 "{\"Spec\":{\"Name\":\"key\",\"Data\":\"LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCg==\"}},"
	 "{\"Spec\":{\"Name\":\"crt\",\"Data\":\"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==\"}},"
	 "{\"Spec\":{\"Name\":\"nginx\",\"Data\":\"cHJveHlfcGFzcyBodHRwOi8veDsK\"}},{\"Spec\":{\"Name\":\"odd\",\"Data\":\"*\"}}]"},
	{NULL},
};

struct asked {
	struct probe_tree *tree;
	struct fake_docker fake;
	struct process process;
	struct docker_daemon daemon;
	struct services services;
	struct probe_context ctx;
	struct swarm swarm;
};

static void asked_begin(struct asked *asked)
{
	void *tree;

	memset(asked, 0, sizeof *asked);
	assert_int_equal(tree_setup(&tree), 0);
	asked->tree = tree;
	tree_go_live(tree);
	fake_start(&asked->fake, documents);
	asked->tree->request.deadline_ms = 60000;
	asked->services.arena = asked->tree->arena;
	asked->process.pid = getpid();
	asked->daemon = (struct docker_daemon){.process = &asked->process};
	vec_push(asked->tree->arena, &asked->daemon.sockets, asked->fake.path);
	asked->ctx = (struct probe_context){.host = asked->tree->host, .facts = asked->tree->facts,
					    .request = &asked->tree->request, .services = &asked->services};
	asked->swarm = (struct swarm){.ctx = &asked->ctx, .arena = asked->tree->arena, .daemon = &asked->daemon, .folder = "/nowhere/swarm"};
}

static void asked_end(struct asked *asked)
{
	void *tree = asked->tree;

	docker_session_close(asked->daemon.session);
	fake_stop(&asked->fake);
	assert_int_equal(tree_teardown(&tree), 0);
}

static void answers_are_judged_by_the_state_of_the_node(_unused_ void **state)
{
	static swarm_ask *const ask[] = {swarm_node_member, swarm_node_manager, swarm_cluster_managers, swarm_cluster_nodes,
					 swarm_cluster_autolock, swarm_cluster_expiry, swarm_network_overlays};
	struct asked asked;

	asked_begin(&asked);
	for (size_t i = 0; i < COUNT(answers); i++) {
		asked.swarm.info = json_loads(answers[i].info, 0, NULL);
		assert_non_null(asked.swarm.info);
		for (size_t j = 0; j < COUNT(ask); j++) {
			struct fact_side side = ask[j](&asked.swarm);
			const char *shown = dockerd_shown(asked.tree, &side);

			if (strcmp(shown, answers[i].shown[j]) != 0)
				fail_msg("answer %zu, question %zu: %s, not %s", i, j, shown, answers[i].shown[j]);
		}
		json_decref(asked.swarm.info);
	}
	asked_end(&asked);
}

static void lists_of_a_manager_keep_names_and_no_values(_unused_ void **state)
{
	struct asked asked;

	asked_begin(&asked);
	asked.swarm.info = json_loads(ACTIVE(CLUSTER), 0, NULL);
	struct fact_side networks = swarm_network_overlays(&asked.swarm), services = swarm_cluster_services(&asked.swarm);
	struct fact_side configs = swarm_cluster_configs(&asked.swarm), managers = swarm_cluster_managers(&asked.swarm);

	assert_string_equal(tree_field(asked.tree, &networks, 0, "encrypted"), "true");
	assert_string_equal(tree_field(asked.tree, &networks, 1, "encrypted"), "false");
	assert_string_equal(tree_field(asked.tree, &networks, 2, "encrypted"), "true");
	assert_string_equal(tree_field(asked.tree, &services, 0, "environment_secrets"), "[DB_PASSWORD]");
	assert_string_equal(tree_field(asked.tree, &services, 0, "configs"), "2");
	assert_string_equal(tree_field(asked.tree, &services, 1, "environment_secrets"), "[]");
	assert_string_equal(dockerd_shown(asked.tree, &configs), "[key, yaml]");
	assert_int_equal(managers.notes.count, 1);
	assert_string_equal(managers.notes.items[0], "manager anna runs tasks too");
	json_decref(asked.swarm.info);
	asked_end(&asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disk_and_sockets_tell_without_the_engine),
		cmocka_unit_test(answers_are_judged_by_the_state_of_the_node),
		cmocka_unit_test(lists_of_a_manager_keep_names_and_no_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
