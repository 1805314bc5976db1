/* libcurl, loaded when a daemon is first asked: it draws in some thirty libraries (TLS, LDAP, Kerberos, SSH) of which a unix socket
 * needs none, and loading them costs more CPU than to look at fifty containers. Internal to the docker service. */
#ifndef CHECKS_DOCKER_CURL_H
#define CHECKS_DOCKER_CURL_H

#include <curl/curl.h>

#include "base/dynamic.h"

/* X(name): curl_NAME */
#define DOCKER_CURL(X)                                                                             \
	X(global_init) X(global_cleanup) X(easy_init) X(easy_setopt) X(easy_getinfo) X(easy_strerror) X(easy_cleanup) \
	X(multi_init) X(multi_add_handle) X(multi_remove_handle) X(multi_perform) X(multi_poll) X(multi_info_read) \
	X(multi_cleanup)

struct docker_curl {
#define X(name) __typeof__(&curl_##name) name;
	DOCKER_CURL(X)
#undef X
};

/* As dynamic_load; valid for as long as the process lives. */
int docker_curl_load(const struct docker_curl **ret, struct error *err);

/* Loads it if a process's executable is called dockerd, or is hidden and the process is: a confined process could not load it. */
void docker_curl_prepare(void);

#endif
