#include "base/dynamic.h"

#include <dlfcn.h>
#include <string.h>

int dynamic_load(const char *library, const char *const *names, size_t count, void *ret, struct error *err)
{
	void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);

	if (!handle)
		return error_set(err, ERROR_SYSTEM, "cannot be loaded: %s", dlerror());
	for (size_t i = 0; i < count; i++) {
		/* dlsym(3p) lets a function's address be kept as a void *. */
		void *function = dlsym(handle, names[i]);

		if (!function)
			return error_set(err, ERROR_SYSTEM, "%s has no %s", library, names[i]);
		memcpy((char *)ret + i * sizeof function, &function, sizeof function);
	}
	return 0;
}
