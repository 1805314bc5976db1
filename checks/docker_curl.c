#include "checks/docker_curl.h"

#include <dlfcn.h>
#include <stdbool.h>

#define LIBRARY "libcurl.so.4" /* the only number since 2006, https://curl.se/libcurl/abi.html */

static const char *const names[] = {
#define X(name) "curl_" #name,
	DOCKER_CURL(X)
#undef X
};

_Static_assert(sizeof(struct docker_curl) == sizeof names / sizeof *names * sizeof(void *), "one pointer for each name");

int docker_curl_load(const struct docker_curl **ret, struct error *err)
{
	static union {
		struct docker_curl curl;
		void *functions[sizeof names / sizeof *names]; /* dlsym(3p) lets both be converted */
	} table;
	static bool loaded;

	if (!loaded) {
		void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

		if (!library)
			return error_set(err, ERROR_SYSTEM, "libcurl cannot be loaded: %s", dlerror());
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (!(table.functions[i] = dlsym(library, names[i])))
				return error_set(err, ERROR_SYSTEM, "%s has no %s", LIBRARY, names[i]);
		loaded = true;
	}
	*ret = &table.curl;
	return 0;
}
