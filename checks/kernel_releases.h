/* Kernels that are installed, by their modules. */
#ifndef CHECKS_KERNEL_RELEASES_H
#define CHECKS_KERNEL_RELEASES_H

#include "host/host.h"

struct kernel_releases {
	bool running;         /* the running one is among those installed */
	struct strings newer; /* releases of the same flavour that sort behind it, safe, sorted as strings */
};

/* Installed is what has a folder with modules.builtin in /lib/modules: that file comes and goes with the package, the folder
 * may stay behind. A flavour is what a release has behind the first "-" before a letter (amd64, cloud-amd64, generic), else
 * what follows its last "+", without digits. ERROR_NOT_FOUND: no /lib/modules. */
int kernel_releases_newer(const struct host *host, struct arena *arena, const char *release, struct kernel_releases *ret,
			  struct error *err);

#endif
