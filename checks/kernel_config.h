/* The configuration that a kernel was built with. */
#ifndef CHECKS_KERNEL_CONFIG_H
#define CHECKS_KERNEL_CONFIG_H

#include "host/host.h"
#include "model/facts.h"

struct kernel_config {
	struct arena *arena;
	enum fact_state state; /* PRESENT; else nothing can be said of any option, and `reason` says why */
	const char *origin;    /* the file; safe */
	const char *reason;
	const char *note;      /* what to know about the choice of file, or NULL */
	struct strmap *lines;  /* option → struct kernel_config_line */
};

struct kernel_config_line {
	const char *value; /* safe, without quotes; NULL: "# CONFIG_X is not set" */
	unsigned number;
};

/* Read /proc/config.gz, else /boot/config-RELEASE, else /lib/modules/RELEASE/config. Without a release (NULL: a tree at rest
 * that says nothing of a running kernel) the newest /boot/config-*, with a note. Never fails: see `state`. */
void kernel_config_read(const struct host *host, struct arena *arena, const char *release, struct kernel_config *ret);

/* The newest release that has a /boot/config-*, or NULL; *ret_count says how many there are. */
const char *kernel_config_newest(const struct host *host, struct arena *arena, size_t *ret_count, struct error *err);

/* What the configuration says of an option ("CONFIG_SECCOMP"): STRING, or absent when not set. */
struct fact_side kernel_config_side(const struct kernel_config *config, const char *option);

#endif
