/* The package database of Debian and its derivatives, read as files (dpkg(1), deb-control(5)). */
#ifndef CHECKS_DPKG_H
#define CHECKS_DPKG_H

#include "host/host.h"

struct dpkg {
	const struct host *host;
	struct arena *arena;
	const char *status;  /* /var/lib/dpkg/status; NULL: there is none, or it could not be read */
	struct error error;  /* why it could not be read; code ERROR_NONE when it is not there */
};

void dpkg_open(const struct host *host, struct arena *arena, struct dpkg *ret);

/* The version of an installed package, safe; NULL: it is not installed. */
const char *dpkg_version(const struct dpkg *dpkg, const char *package);

/* Whether an installed package brought a file. /usr/bin and /bin are one (usrmerge). */
bool dpkg_owns(const struct dpkg *dpkg, const char *package, const char *path);

/* The version of the upstream release: without epoch and Debian's revision, with - for ~ (deb-version(7)). */
const char *dpkg_upstream(struct arena *arena, const char *version);

#endif
