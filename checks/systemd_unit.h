/* A unit of the system's service manager as systemd(1) would load it, from the files alone: systemd.unit(5), "Unit File Load
 * Path" and "drop-in". Nothing is asked of the manager: what was loaded before a file changed is not known. */
#ifndef CHECKS_SYSTEMD_UNIT_H
#define CHECKS_SYSTEMD_UNIT_H

#include "checks/dropin.h"

struct systemd_unit {
	bool masked;            /* its file is a link to /dev/null or empty: then nothing of the rest is filled */
	struct strings files;   /* the file in force, then the drop-ins in force; empty: there is no such unit. As the host names them */
	struct strings folders; /* drop-in folders of its own name that exist, with or without files */
	struct dropins texts;   /* of the files, the unit's own first */
};

/* The folders are searched in systemd's order, so that a copy in /etc hides the packaged one. Drop-ins come from NAME.d, from
 * those of the names it begins with at a dash (docker-.service.d), and from the type's (service.d). -1: some place cannot be
 * looked at. */
int systemd_unit_read(const struct host *host, struct arena *arena, const char *name, struct systemd_unit *ret,
		      struct error *err);

/* The values that a list holds in the end: an empty one drops those before it. Comments and continued lines as in
 * systemd.syntax(7). -1 when one of its files cannot be read. Texts are as read. */
int systemd_unit_values(struct arena *arena, const struct systemd_unit *unit, const char *section, const char *key,
			struct strings *ret, struct error *err);

#endif
