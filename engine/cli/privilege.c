#include "cli/privilege.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

/* As host_open has it: "/" by any name. */
static bool is_live(const char *root)
{
	_cleanup_(free_ptr) char *real = root ? realpath(root, NULL) : NULL;

	return !root || (real && strcmp(real, "/") == 0);
}

struct broker *privilege_broker(const char *root)
{
	struct broker *broker = NULL;
	struct error err = {0};

	if (is_live(root) && broker_start(0, &broker, &err) < 0)
		fprintf(stderr, "plimsoll: %s: other processes can be looked at only from outside\n", err.text);
	return broker;
}

/* DAC_OVERRIDE renames a report in a folder of somebody else's and connects to the socket of a rootless daemon; DAC_READ_SEARCH
 * reads files and lists /proc/PID/fd; AUDIT_CONTROL lists audit rules (auditctl(8)). What of other processes takes SYS_PTRACE or
 * SYS_ADMIN is the broker's. */
static const cap_value_t kept[] = {CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_AUDIT_CONTROL};
#define KEPT_COUNT (sizeof kept / sizeof *kept)

static void free_caps(cap_t *caps)
{
	if (*caps)
		cap_free(*caps);
}

static bool is_kept(cap_value_t cap)
{
	for (size_t i = 0; i < KEPT_COUNT; i++)
		if (kept[i] == cap)
			return true;
	return false;
}

static void drop_bounding(void)
{
	/* Without CAP_SETPCAP this fails with EPERM, and then there is nothing that could fill the set again but an exec,
	 * which no_new_privs takes care of. */
	for (cap_value_t cap = 0; cap < cap_max_bits(); cap++)
		if (!is_kept(cap) && cap_get_bound(cap) == 1)
			cap_drop_bound(cap);
}

int privilege_drop(struct error *err)
{
	_cleanup_(free_caps) cap_t now = cap_get_proc();
	_cleanup_(free_caps) cap_t then = cap_init();

	if (!now || !then)
		return error_sys(err, "cannot read our own capabilities");
	drop_bounding();
	for (size_t i = 0; i < KEPT_COUNT; i++) {
		cap_flag_value_t held = CAP_CLEAR;

		if (cap_get_flag(now, kept[i], CAP_PERMITTED, &held) == 0 && held == CAP_SET) {
			cap_set_flag(then, CAP_PERMITTED, 1, &kept[i], CAP_SET);
			cap_set_flag(then, CAP_EFFECTIVE, 1, &kept[i], CAP_SET);
		}
	}
	if (cap_set_proc(then) < 0)
		return error_sys(err, "cannot drop capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return error_sys(err, "cannot set no_new_privs");
	return 0;
}
