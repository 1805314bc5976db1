/* libcurl, loaded when a daemon is first asked. It draws in some thirty libraries (TLS, LDAP, Kerberos, SSH) of which talking to a unix
 * socket needs none, and loading them costs more CPU than to look at fifty containers. Internal to the docker service. */
#ifndef CHECKS_DOCKER_CURL_H
#define CHECKS_DOCKER_CURL_H

#include <curl/curl.h>

#include "base/error.h"

/* X(name): curl_NAME */
#define DOCKER_CURL(X)                                                                             \
	X(global_init)                                                                             \
	X(global_cleanup)                                                                          \
	X(easy_init)                                                                               \
	X(easy_setopt)                                                                             \
	X(easy_getinfo)                                                                            \
	X(easy_strerror)                                                                           \
	X(easy_cleanup)                                                                            \
	X(multi_init)                                                                              \
	X(multi_add_handle)                                                                        \
	X(multi_remove_handle)                                                                     \
	X(multi_perform)                                                                           \
	X(multi_poll)                                                                              \
	X(multi_info_read)                                                                         \
	X(multi_cleanup)

struct docker_curl {
#define X(name) __typeof__(&curl_##name) name;
	DOCKER_CURL(X)
#undef X
};

/* The functions, for as long as the process lives. ERROR_SYSTEM: there is no libcurl, or it lacks one of them. */
int docker_curl_load(const struct docker_curl **ret, struct error *err);

#endif
