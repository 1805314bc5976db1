#include "checks/swarm.h"

static const struct field_decl overlay_fields[] = {
	{"name", VALUE_STRING, "name of the network"},
	{"ingress", VALUE_BOOL, "the network that the swarm made for published ports"},
	{"attachable", VALUE_BOOL, "containers that no service started may join"},
	{"encrypted", VALUE_BOOL, "traffic between nodes is encrypted: the option is there, whatever its value"},
	{NULL, VALUE_UNSET, NULL},
};

static const struct field_decl service_fields[] = {
	{"name", VALUE_STRING, "name of the service"},
	{"secrets", VALUE_INT, "how many of the swarm's secrets it is given"},
	{"configs", VALUE_INT, "how many of the swarm's configs it is given"},
	{"environment_secrets", VALUE_STRINGS, "environment variables whose name and value look like a secret"},
	{NULL, VALUE_UNSET, NULL},
};

#define SWARM(fact, kind, ...) {.name = "daemon.swarm." fact, .type = VALUE_##kind, .scope = SCOPE_DAEMON, __VA_ARGS__}

static const struct fact_decl swarm_facts[] = {
	SWARM("member", BOOL, .about = "the engine is a node of a swarm; also one that is locked or cannot reach it",
	      .source = "Engine API: GET /info Swarm.LocalNodeState; DATA-ROOT/swarm/docker-state.json"),
	SWARM("manager", BOOL, .about = "the node is a manager; absent outside a swarm",
	      .source = "Engine API: GET /info Swarm.ControlAvailable; OU of DATA-ROOT/swarm/certificates/swarm-node.crt"),
	SWARM("managers", INT, .about = "number of managers; a note names those that run tasks too", .unit = "nodes",
	      .source = "Engine API: GET /info Swarm.Managers, GET /nodes"),
	SWARM("nodes", INT, .about = "number of nodes", .unit = "nodes", .source = "Engine API: GET /info Swarm.Nodes"),
	SWARM("autolock", BOOL, .two_sided = true,
	      .about = "keys of managers are encrypted on disk: declared as the swarm has it set, effective as this manager's key is",
	      .source = "Engine API: GET /info Swarm.Cluster.Spec.EncryptionConfig; DATA-ROOT/swarm/certificates/swarm-node.key"),
	SWARM("unlock_key_version", INT, .about = "number that changes with the unlock key",
	      .source = "DATA-ROOT/swarm/certificates/swarm-node.key kek-version"),
	SWARM("unlock_key_age", DURATION, .unstable = true,
	      .about = "time since the node's key was written: the unlock key was not exchanged since",
	      .source = "inode(7) mtime of DATA-ROOT/swarm/certificates/swarm-node.key"),
	SWARM("certificate_validity", DURATION, .about = "how long certificates of nodes are issued for",
	      .source = "Engine API: GET /info Swarm.Cluster.Spec.CAConfig.NodeCertExpiry"),
	SWARM("certificate_expires_at", INT, .unit = "seconds since the epoch", .about = "end of the node's certificate in use",
	      .source = "DATA-ROOT/swarm/certificates/swarm-node.crt notAfter"),
	SWARM("certificate_expired", BOOL, .about = "the node's certificate in use is no longer valid",
	      .source = "DATA-ROOT/swarm/certificates/swarm-node.crt notAfter"),
	SWARM("root_age", DURATION, .unstable = true, .about = "time since the oldest trusted root certificate became valid",
	      .source = "DATA-ROOT/swarm/certificates/swarm-root-ca.crt notBefore"),
	SWARM("listen_address", STRING, .about = "address given for swarm traffic, 0.0.0.0:2377 without one",
	      .source = "DATA-ROOT/swarm/docker-state.json ListenAddr"),
	SWARM("listeners", STRINGS,
	      .about = "addresses on which the daemon itself serves other nodes, as tcp://ADDRESS:PORT or udp://ADDRESS:PORT",
	      .source = "/proc/PID/fd with /proc/PID/net/tcp, tcp6, udp and udp6"),
	SWARM("data_path_separate", BOOL,
	      .about = "traffic of containers between nodes leaves by another interface than the swarm's control traffic",
	      .source = "DATA-ROOT/swarm/docker-state.json DataPathAddr, LocalAddr; /proc/PID/net/route, if_inet6"),
	SWARM("networks", RECORDS, .fields = overlay_fields, .about = "overlay networks that this node knows",
	      .source = "Engine API: GET /networks"),
	SWARM("services", RECORDS, .fields = service_fields, .about = "services of the swarm and what they are given",
	      .source = "Engine API: GET /services"),
	SWARM("secret_configs", STRINGS, .about = "configs that hold what looks like a secret", .source = "Engine API: GET /configs"),
	{.name = NULL},
};

struct question {
	const char *fact;
	swarm_ask *ask;
	bool of_managers; /* a worker does not know */
	enum side side;
};
static const struct question questions[] = {
	{"daemon.swarm.managers", swarm_cluster_managers, true, SIDE_PLAIN},
	{"daemon.swarm.nodes", swarm_cluster_nodes, true, SIDE_PLAIN},
	{"daemon.swarm.autolock", swarm_cluster_autolock, true, SIDE_DECLARED},
	{"daemon.swarm.autolock", swarm_node_key_locked, true, SIDE_EFFECTIVE},
	{"daemon.swarm.unlock_key_version", swarm_node_key_version, true, SIDE_PLAIN},
	{"daemon.swarm.unlock_key_age", swarm_node_key_age, true, SIDE_PLAIN},
	{"daemon.swarm.certificate_validity", swarm_cluster_expiry, true, SIDE_PLAIN},
	{"daemon.swarm.certificate_expires_at", swarm_node_certificate_expires, false, SIDE_PLAIN},
	{"daemon.swarm.certificate_expired", swarm_node_certificate_expired, false, SIDE_PLAIN},
	{"daemon.swarm.root_age", swarm_node_root_age, false, SIDE_PLAIN},
	{"daemon.swarm.listen_address", swarm_node_listen_address, false, SIDE_PLAIN},
	{"daemon.swarm.listeners", swarm_network_listeners, false, SIDE_PLAIN},
	{"daemon.swarm.data_path_separate", swarm_network_separate, false, SIDE_PLAIN},
	{"daemon.swarm.networks", swarm_network_overlays, false, SIDE_PLAIN},
	{"daemon.swarm.services", swarm_cluster_services, true, SIDE_PLAIN},
	{"daemon.swarm.secret_configs", swarm_cluster_configs, true, SIDE_PLAIN},
};

/* What holds a question up: true and *ret is its answer. */
static bool is_held_up(const struct fact_side *part, const char *otherwise, struct fact_side *ret)
{
	if (part->state == FACT_PRESENT && part->value.boolean)
		return false;
	*ret = *part;
	ret->notes = (struct strings){0};
	if (part->state == FACT_PRESENT)
		*ret = side_missing(FACT_ABSENT, part->origin, otherwise);
	return true;
}

static void record(struct probe_context *ctx, struct docker_daemon *daemon)
{
	struct swarm swarm;
	struct fact_side manager, answer;

	swarm_node_open(ctx, daemon, &swarm);
	struct fact_side member = swarm_node_member(&swarm);
	if (!is_held_up(&member, "the engine is in no swarm", &manager))
		manager = swarm_node_manager(&swarm);
	if (probe_wants(ctx, "daemon.swarm.member"))
		probe_put(ctx, daemon->subject, "daemon.swarm.member", NULL, SIDE_PLAIN, member);
	if (probe_wants(ctx, "daemon.swarm.manager"))
		probe_put(ctx, daemon->subject, "daemon.swarm.manager", NULL, SIDE_PLAIN, manager);
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
		const struct question *one = &questions[i];

		if (!probe_wants(ctx, one->fact))
			continue;
		if (!is_held_up(&member, "the engine is in no swarm", &answer) &&
		    !(one->of_managers && is_held_up(&manager, "a worker does not know it", &answer)))
			answer = one->ask(&swarm);
		probe_put(ctx, daemon->subject, one->fact, NULL, one->side, answer);
	}
	swarm_node_close(&swarm);
}

static int collect_swarm(struct probe_context *ctx, _unused_ struct error *err)
{
	const struct docker *docker = probe_service(ctx, &docker_service);

	vec_each(daemon, &docker->daemons)
		record(ctx, *daemon);
	return 0;
}

static const char *const after[] = {"dockerd", NULL};

const struct probe probe_swarm = {
	.name = "swarm",
	.about = "swarm: what a node knows of itself, and a manager of its swarm",
	.facts = swarm_facts,
	.after = after,
	.collect = collect_swarm,
};
