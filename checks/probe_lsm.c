#include <errno.h>
#include <strings.h>

#include "model/probe.h"

#define SECURITYFS "/sys/kernel/security"
#define AT_REST "a tree at rest has no running kernel"

static const struct fact_decl declarations[] = {
	{
		.name = "host.lsm.active",
		.type = VALUE_STRINGS,
		.scope = SCOPE_HOST,
		.about = "Linux security modules that are active",
		.source = "/sys/kernel/security/lsm (Documentation/admin-guide/LSM)",
	},
	{
		.name = "host.lsm.apparmor_enabled",
		.type = VALUE_BOOL,
		.scope = SCOPE_HOST,
		.about = "the kernel has AppArmor and it is switched on",
		.source = "/sys/module/apparmor/parameters/enabled (Documentation/admin-guide/LSM/apparmor)",
	},
	{
		.name = "host.lsm.selinux_mode",
		.type = VALUE_STRING,
		.scope = SCOPE_HOST,
		.about = "SELinux: enforcing, permissive or disabled",
		.source = "/sys/fs/selinux/enforce; in a tree at rest selinux_config(5)",
	},
	{
		.name = "host.lockdown",
		.type = VALUE_STRING,
		.scope = SCOPE_HOST,
		.about = "what the kernel keeps even from root: none, integrity or confidentiality",
		.source = "/sys/kernel/security/lockdown (kernel_lockdown(7))",
	},
	{0},
};

/* How much can be seen of the security modules. Securityfs that is not mounted is not the same as no module. */
enum view {
	VIEW_MOUNTED,      /* securityfs shows its files */
	VIEW_NO_FRAMEWORK, /* the kernel was built without security modules: there is no /proc/self/attr (proc_pid_attr(5)) */
	VIEW_HIDDEN,       /* it has them, but securityfs is not mounted */
	VIEW_NO_KERNEL,    /* a tree at rest */
};

struct lsm {
	struct probe_context *ctx;
	struct arena *arena;
	enum view view;
	struct strings active; /* VIEW_MOUNTED */
	struct strings signs;  /* VIEW_HIDDEN: what else tells about modules */
	struct fact_side why;  /* VIEW_HIDDEN, VIEW_NO_KERNEL: the fact side that stands for what cannot be known */
};

static bool is_there(const struct lsm *lsm, const char *path)
{
	struct stat st;

	return host_stat(lsm->ctx->host, path, true, &st, NULL) == 0;
}

/* A file's text without the newline at its end. */
static int read_line(const struct lsm *lsm, const char *path, char **ret, struct error *err)
{
	if (host_read(lsm->ctx->host, path, HOST_READ_SMALL, lsm->arena, ret, NULL, err) < 0)
		return -1;
	(*ret)[strcspn(*ret, "\n")] = '\0';
	return 0;
}

/* ---- the list ------------------------------------------------------------------------------------------------ */

/* Without securityfs some modules still show themselves; they never make a whole list. */
static void collect_signs(struct lsm *lsm)
{
	static const struct {
		const char *path, *sign;
	} signs[] = {
		{"/proc/sys/kernel/yama", "yama is active: /proc/sys/kernel/yama exists"},
		{"/sys/fs/selinux", "selinux is active: /sys/fs/selinux exists"},
		{"/sys/fs/smackfs", "smack is active: /sys/fs/smackfs exists"},
		{"/sys/module/apparmor", "the kernel has apparmor: /sys/module/apparmor exists"},
	};
	struct error err = {0};
	char *label;

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (is_there(lsm, signs[i].path))
			vec_push(lsm->arena, &lsm->signs, signs[i].sign);
	/* The call goes to the one module that labels processes; EINVAL says that there is none (security/security.c). */
	if (read_line(lsm, "/proc/self/attr/current", &label, &err) == 0)
		vec_push(lsm->arena, &lsm->signs,
			 arena_printf(lsm->arena, "a module labels processes: /proc/self/attr/current is %s",
				      text_safe(lsm->arena, label, strlen(label))));
	else if (err.sys == EINVAL)
		vec_push(lsm->arena, &lsm->signs, "no module labels processes: /proc/self/attr/current cannot be read (EINVAL)");
}

static void split_active(struct lsm *lsm, char *list)
{
	char *name;

	while ((name = strsep(&list, ",")) != NULL)
		if (*name)
			vec_push(lsm->arena, &lsm->active, text_safe(lsm->arena, name, strlen(name)));
}

static void set_hidden(struct lsm *lsm, const struct error *err)
{
	lsm->view = VIEW_HIDDEN;
	lsm->why = side_from_error(lsm->arena, err, SECURITYFS);
	lsm->why.state = FACT_UNREADABLE;
	if (err->code == ERROR_NOT_FOUND)
		lsm->why.reason = "securityfs is not mounted on " SECURITYFS;
	collect_signs(lsm);
	lsm->why.notes = lsm->signs;
}

static void look(struct lsm *lsm)
{
	struct error err = {0};
	char *list;

	if (read_line(lsm, SECURITYFS "/lsm", &list, &err) == 0) {
		lsm->view = VIEW_MOUNTED;
		split_active(lsm, list);
	} else if (err.code != ERROR_NOT_FOUND) {
		set_hidden(lsm, &err);
	} else if (is_there(lsm, "/proc/self/status") && !is_there(lsm, "/proc/self/attr")) {
		lsm->view = VIEW_NO_FRAMEWORK;
	} else if (!host_is_live(lsm->ctx->host) && !is_there(lsm, "/sys/kernel")) {
		lsm->view = VIEW_NO_KERNEL;
		lsm->why = side_missing(FACT_UNSUPPORTED, SECURITYFS, AT_REST);
	} else {
		set_hidden(lsm, &err);
	}
}

static struct fact_side active_side(struct lsm *lsm)
{
	if (lsm->view == VIEW_MOUNTED)
		return side_present(value_strings(lsm->active), SECURITYFS "/lsm");
	if (lsm->view != VIEW_NO_FRAMEWORK)
		return lsm->why;
	struct fact_side none = side_present(value_strings((struct strings){0}), "/proc/self/attr");
	vec_push(lsm->arena, &none.notes, "this kernel is built without security modules: /proc/self/attr does not exist");
	return none;
}

/* ---- one by one ---------------------------------------------------------------------------------------------- */

/* The parameter turns to N by itself when lsm= or security= leaves AppArmor out (security/security.c, ordered_lsm_parse). */
static struct fact_side apparmor_side(struct lsm *lsm)
{
	static const char path[] = "/sys/module/apparmor/parameters/enabled";
	struct error err = {0};
	char *text;

	if (read_line(lsm, path, &text, &err) == 0)
		return side_present(value_bool(*text == 'Y'), path);
	if (err.code != ERROR_NOT_FOUND)
		return side_from_error(lsm->arena, &err, path);
	if (lsm->view == VIEW_MOUNTED || lsm->view == VIEW_NO_FRAMEWORK)
		return side_present(value_bool(strings_has(&lsm->active, "apparmor")), active_side(lsm).origin);
	if (is_there(lsm, "/sys/module/kernel") || is_there(lsm, "/sys/module/printk"))
		return side_present(value_bool(false), "/sys/module/apparmor: does not exist");
	return lsm->why;
}

/* SELINUX= of the last line that has it; libselinux takes it in any case of letters. */
static struct fact_side selinux_config(struct lsm *lsm)
{
	static const char path[] = "/etc/selinux/config";
	static const char *const modes[] = {"enforcing", "permissive", "disabled"};
	struct fact_side side = side_missing(FACT_UNSUPPORTED, path, AT_REST ", and no SELINUX= tells what it would do");
	struct error err = {0};
	unsigned number = 0;
	char *text;

	if (host_read(lsm->ctx->host, path, HOST_READ_SMALL, lsm->arena, &text, NULL, &err) < 0)
		return err.code == ERROR_NOT_FOUND ? side : side_from_error(lsm->arena, &err, path);
	for (char *line; (line = strsep(&text, "\n")) != NULL;) {
		number++;
		line += strspn(line, " \t");
		if (!text_starts(line, "SELINUX="))
			continue;
		line += strlen("SELINUX=");
		line += strspn(line, " \t");
		for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
			if (strncasecmp(line, modes[i], strlen(modes[i])) == 0)
				side = side_present(value_string(modes[i]), arena_printf(lsm->arena, "%s:%u", path, number));
	}
	return side;
}

static bool selinux_is_ruled_out(const struct lsm *lsm)
{
	if (lsm->view == VIEW_MOUNTED || lsm->view == VIEW_NO_FRAMEWORK)
		return !strings_has(&lsm->active, "selinux");
	/* The kernel makes the mount point only when SELinux is switched on at boot (security/selinux/selinuxfs.c). */
	return is_there(lsm, "/sys/fs/cgroup") && !is_there(lsm, "/sys/fs/selinux");
}

static struct fact_side selinux_side(struct lsm *lsm)
{
	static const char path[] = "/sys/fs/selinux/enforce";
	struct error err = {0};
	char *text;

	if (read_line(lsm, path, &text, &err) == 0)
		return side_present(value_string(*text == '1' ? "enforcing" : "permissive"), path);
	if (err.code != ERROR_NOT_FOUND)
		return side_from_error(lsm->arena, &err, path);
	if (lsm->view == VIEW_NO_KERNEL)
		return selinux_config(lsm);
	if (selinux_is_ruled_out(lsm))
		return side_present(value_string("disabled"),
				    lsm->view == VIEW_HIDDEN ? "/sys/fs/selinux: does not exist" : active_side(lsm).origin);
	if (lsm->view == VIEW_HIDDEN && !is_there(lsm, "/sys/fs/selinux"))
		return lsm->why;
	return side_missing(FACT_UNREADABLE, path, "SELinux is on, but selinuxfs is not mounted on /sys/fs/selinux");
}

/* "none [integrity] confidentiality": the one in brackets is in force. */
static struct fact_side parse_lockdown(const char *text, const char *path)
{
	static const char *const levels[] = {"none", "integrity", "confidentiality"};
	const char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	for (size_t i = 0; close && i < sizeof levels / sizeof *levels; i++)
		if (strlen(levels[i]) == (size_t)(close - open) - 1 && strncmp(open + 1, levels[i], strlen(levels[i])) == 0)
			return side_present(value_string(levels[i]), path);
	return side_missing(FACT_UNREADABLE, path, "names no level that is known");
}

static struct fact_side lockdown_side(struct lsm *lsm)
{
	static const char path[] = SECURITYFS "/lockdown";
	struct error err = {0};
	char *text;

	if (read_line(lsm, path, &text, &err) == 0)
		return parse_lockdown(text, path);
	if (err.code != ERROR_NOT_FOUND)
		return side_from_error(lsm->arena, &err, path);
	if (lsm->view != VIEW_MOUNTED && lsm->view != VIEW_NO_FRAMEWORK)
		return lsm->why;
	struct fact_side none = side_present(value_string("none"), path);
	vec_push(lsm->arena, &none.notes, "this kernel has no lockdown: the file does not exist");
	return none;
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	static const struct {
		const char *name;
		struct fact_side (*side)(struct lsm *lsm);
	} facts[] = {
		{"host.lsm.active", active_side},
		{"host.lsm.apparmor_enabled", apparmor_side},
		{"host.lsm.selinux_mode", selinux_side},
		{"host.lockdown", lockdown_side},
	};
	struct lsm lsm = {.ctx = ctx, .arena = facts_arena(ctx->facts)};

	look(&lsm);
	for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
		if (probe_wants(ctx, facts[i].name))
			probe_put(ctx, facts_host(ctx->facts), facts[i].name, NULL, SIDE_PLAIN, facts[i].side(&lsm));
	return 0;
}

const struct probe probe_lsm = {
	.name = "lsm",
	.about = "Linux security modules and lockdown",
	.facts = declarations,
	.collect = collect,
};
