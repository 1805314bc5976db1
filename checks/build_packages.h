/* What steps of a build did with package managers and downloads, as far as their text tells (checks/build_step.h). What comes
 * back names programs, options and variables out of our own tables; never a value. */
#ifndef CHECKS_BUILD_PACKAGES_H
#define CHECKS_BUILD_PACKAGES_H

#include "checks/build_step.h"

/* "apt-get update" where a step refreshes the index of a package manager and installs or upgrades nothing with it; else NULL.
 * yum, dnf and zypper "update" are upgrades. */
const char *build_packages_lone_update(const struct build_step *step);

/* "apt-get --allow-unauthenticated", "download | shell", "GIT_SSL_NO_VERIFY", each once, added to ret: what turns off the
 * verification of packages or of the server that they come from, or runs what was downloaded as it is. */
void build_packages_unverified(struct arena *arena, const struct build_step *step, struct strings *ret);
/* The same for one NAME=VALUE of an environment. */
void build_packages_assignment(struct arena *arena, const char *entry, struct strings *ret);

#endif
