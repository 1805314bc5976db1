/* What a swarm node knows of itself and, as a manager, of its swarm: from the Engine API and from DATA-ROOT/swarm. Internal to the
 * swarm probe.
 *
 * Each question gives one side of a fact, with texts in the facts' arena. A document that could not be had makes the answer
 * unreadable with the reason, never a value. Sources: Engine API /info, /nodes, /services, /configs, /networks; moby daemon/cluster
 * (docker-state.json); swarmkit ca/keyreadwriter.go and ca/certificates.go (swarm-node.key and .crt). */
#ifndef CHECKS_SWARM_H
#define CHECKS_SWARM_H

#include "checks/docker.h"

struct swarm {
	struct probe_context *ctx;
	struct arena *arena;
	struct docker_daemon *daemon;
	const char *folder;       /* DATA-ROOT/swarm */
	json_t *info;             /* GET /info, or NULL */
	const char *info_reason;  /* why not */
	json_t *state;            /* docker-state.json: the engine is in a swarm as long as it is there; or NULL */
	struct error state_error; /* why not; ERROR_NOT_FOUND: there is none although the data root is there */
};

typedef struct fact_side swarm_ask(struct swarm *swarm);

/* ---- swarm_node.c: of this node, on any node -------------------------------------------------- */

void swarm_node_open(struct probe_context *ctx, struct docker_daemon *daemon, struct swarm *ret); /* never fails */
void swarm_node_close(struct swarm *swarm);

swarm_ask swarm_node_member;  /* BOOL; a locked node is one too */
swarm_ask swarm_node_manager; /* BOOL; of a member. The role of a locked node is the one that its certificate names */
swarm_ask swarm_node_listen_address; /* STRING, "0.0.0.0:2377", as it was given or the default */
swarm_ask swarm_node_certificate_expires; /* INT, seconds since the epoch */
swarm_ask swarm_node_certificate_expired; /* BOOL */
swarm_ask swarm_node_root_age; /* DURATION since the oldest root certificate that is trusted became valid */
swarm_ask swarm_node_key_locked; /* BOOL: the private key on disk is encrypted */
swarm_ask swarm_node_key_version; /* INT, kek-version: changes when the unlock key does */
swarm_ask swarm_node_key_age; /* DURATION since the key's file was written */

/* ---- swarm_network.c: where it listens, which way its traffic goes ------------------------------ */

swarm_ask swarm_network_listeners; /* STRINGS, "tcp://ADDRESS:PORT", "udp://…": its own sockets for swarm, not the kernel's */
swarm_ask swarm_network_separate; /* BOOL: container traffic leaves by another interface than control traffic */
swarm_ask swarm_network_overlays; /* RECORDS of overlay networks; of a worker those it runs tasks for */

/* ---- swarm_cluster.c: what managers alone know -------------------------------------------------- */

swarm_ask swarm_cluster_managers; /* INT */
swarm_ask swarm_cluster_nodes;    /* INT */
swarm_ask swarm_cluster_autolock; /* BOOL, as the swarm has it set */
swarm_ask swarm_cluster_expiry;   /* DURATION that node certificates are issued for */
swarm_ask swarm_cluster_services; /* RECORDS */
swarm_ask swarm_cluster_configs;  /* STRINGS: names of configs that hold what looks like a secret */

/* Why the swarm cannot be asked for its own state through this node (locked, without a quorum, API away), or NULL. */
const char *swarm_cluster_trouble(struct swarm *swarm);

#endif
