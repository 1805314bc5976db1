/* The label that a security module gave to a process: /proc/PID/attr/current and attr/apparmor/current, which everybody may read
 * (Documentation/admin-guide/LSM/index.rst). Read once a run for each process.
 *
 * AppArmor's is "unconfined" or "PROFILE (MODE)" (apparmor.d(7), aa_splitcon(3)), SELinux's a context of user, role, type and level
 * (selinux(8)). Which module answers attr/current is told by that form; AppArmor beside another one is asked by its own file. */
#ifndef CHECKS_LSM_LABEL_H
#define CHECKS_LSM_LABEL_H

#include "checks/processes.h"

struct lsm_label {
	enum fact_state state;  /* PRESENT; UNSUPPORTED: no module labels processes; ABSENT: the process has ended; UNREADABLE */
	const char *reason;
	struct strings texts;   /* as the kernel writes them, safe; one for each module that labels */
	const char *profile;    /* AppArmor's, without its mode; NULL: AppArmor labels nothing here */
	const char *mode;       /* enforce, complain, kill, prompt, mixed, unconfined; with `profile` */
	const char *context;    /* SELinux's, or NULL */
};

/* Take one label apart; adds to what is there. Pure. */
void lsm_label_parse(struct arena *arena, const char *text, size_t len, struct lsm_label *label);

const struct lsm_label *lsm_label_of(struct probe_context *ctx, const struct process *process);

/* Of two modes, or of two contexts, how little they confine: more is weaker. */
int lsm_label_mode_weakness(const char *mode);
int lsm_label_context_weakness(const char *context);

#endif
