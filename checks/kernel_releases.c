#include "checks/kernel_releases.h"

#include <ctype.h>
#include <string.h>

#define MODULES "/lib/modules"

static const char *flavour_start(const char *release)
{
	const char *plus = strrchr(release, '+');

	for (const char *c = release; *c; c++)
		if (*c == '-' && isalpha((unsigned char)c[1]))
			return c + 1;
	return plus ? plus + 1 : "";
}

/* Digits aside: the count of a build (arch1) belongs to the version. */
static bool same_flavour(const char *a, const char *b)
{
	for (a = flavour_start(a), b = flavour_start(b);; a++, b++) {
		a += strspn(a, "0123456789");
		b += strspn(b, "0123456789");
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}

int kernel_releases_newer(const struct host *host, struct arena *arena, const char *release, struct kernel_releases *ret,
			  struct error *err)
{
	struct strings names = {0};

	*ret = (struct kernel_releases){0};
	if (host_list(host, MODULES, arena, &names, err) < 0)
		return -1;
	vec_each(name, &names) {
		struct stat st;

		if (host_stat(host, arena_printf(arena, MODULES "/%s/modules.builtin", *name), true, &st, NULL) < 0)
			continue;
		if (strcmp(*name, release) == 0)
			ret->running = true;
		/* Numbers within count as numbers: 6.1.0-18 comes behind 6.1.0-9. */
		else if (same_flavour(*name, release) && strverscmp(*name, release) > 0)
			vec_push(arena, &ret->newer, text_safe(arena, *name, strlen(*name)));
	}
	return 0;
}
