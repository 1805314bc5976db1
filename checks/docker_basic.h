/* Converters for what a container is and what it may use: texts, numbers, names, limits
 * (checks/docker_reading.h). */
#ifndef CHECKS_DOCKER_BASIC_H
#define CHECKS_DOCKER_BASIC_H

#include "checks/docker_reading.h"

docker_convert docker_basic_bool;
docker_convert docker_basic_flag;           /* nothing is false */
docker_convert docker_basic_declared_by;    /* the API, or the data root */
docker_convert docker_basic_text;           /* "" and nothing are absent */
docker_convert docker_basic_plain_text;     /* nothing is "" */
docker_convert docker_basic_count;          /* a whole number; nothing is 0 */
docker_convert docker_basic_limit;          /* INT: nothing, 0 and below are unlimited */
docker_convert docker_basic_size_limit;     /* SIZE: likewise */
docker_convert docker_basic_texts;          /* a list; null is none */
docker_convert docker_basic_keys;           /* the keys of an object; null is none */
docker_convert docker_basic_names;          /* names of NAME=value */
docker_convert docker_basic_kind;           /* "container": a label that claims anything else is not believed */
docker_convert docker_basic_state;          /* State: Status, or what the engine makes of the flags */
docker_convert docker_basic_pid;            /* absent while it does not run */
docker_convert docker_basic_runtime;        /* "" is runc */
docker_convert docker_basic_labels;         /* secrets redacted, checks/redact.h; at most DOCKER_LABELS_MAX */
docker_convert docker_basic_user;           /* "" is "0" */
docker_convert docker_basic_restart_policy; /* "" is no */
docker_convert docker_basic_health_check;
docker_convert docker_basic_health_status;  /* absent without a check */

/* Namespaces: private | host | shareable | none | container:ID | the name of a network. Nothing
 * or "" means what it meant to the engine that left it so (moby daemon/oci_linux.go
 * WithNamespaces): pid, uts, user: private; ipc: shareable; cgroup: host; network ("default"
 * too): bridge. A user namespace "private" of an engine that does not remap is the host's: a
 * note says so. */
docker_convert docker_basic_private_namespace;
docker_convert docker_basic_ipc_namespace;
docker_convert docker_basic_cgroup_namespace;
docker_convert docker_basic_network_namespace;
docker_convert docker_basic_user_namespace;

#define DOCKER_LABELS_MAX 4096

#endif
