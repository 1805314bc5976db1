/* Converters for what confines a container: capabilities, seccomp, AppArmor, SELinux, new
 * privileges, hidden paths (checks/docker_reading.h). */
#ifndef CHECKS_DOCKER_SECURITY_H
#define CHECKS_DOCKER_SECURITY_H

#include "checks/docker_reading.h"

/* Is AppArmor in the audited kernel and on? Documentation/admin-guide/LSM/apparmor.rst */
enum docker_truth docker_security_kernel_apparmor(const struct host *host, struct arena *arena);

docker_convert docker_security_options;      /* as stated; the text of a seccomp profile is cut to "seccomp=(profile)" */
docker_convert docker_security_capabilities; /* a list of names, checks/capabilities.h */
docker_convert docker_security_bounding;     /* of HostConfig as a whole */

/* default | unconfined | custom. A privileged container is unconfined (only engines from 27 on
 * apply a profile that is given to one); a profile that stops nothing is unconfined; without a
 * profile of its own the container has the daemon's. */
docker_convert docker_security_seccomp;

/* The profile that the engine applied at the last start or would apply at the first. UNSUPPORTED
 * where the kernel has no AppArmor. */
docker_convert docker_security_apparmor;
docker_convert docker_security_selinux; /* absent without a label */

/* config.v2.json keeps what was applied when the container was made: its own option, or else the
 * daemon's default of that time. That decides when it can be read; inspect shows the option
 * only. Without it: the option, else the daemon's default of now. */
docker_convert docker_security_no_new_privileges;

/* Nothing in a container that is not privileged means the engine's own list, "[]" none
 * (systempaths=unconfined). */
docker_convert docker_security_masked_paths;
docker_convert docker_security_readonly_paths;

#endif
