#include "checks/docker_curl.h"

#define LIBRARY "libcurl.so.4" /* the only number since 2006, https://curl.se/libcurl/abi.html */

int docker_curl_load(const struct docker_curl **ret, struct error *err)
{
	static const char *const names[] = {
#define X(name) "curl_" #name,
		DOCKER_CURL(X)
#undef X
	};
	static struct docker_curl curl;
	static bool loaded;

	if (!loaded && dynamic_load(LIBRARY, names, sizeof names / sizeof *names, &curl, err) < 0)
		return error_wrap(err, "libcurl");
	loaded = true;
	*ret = &curl;
	return 0;
}
