#include "checks/lsm_label.h"

#include <errno.h>

#define UNCONFINED "unconfined"

/* From the strictest to the weakest. "mixed": profiles stacked on one another, in different modes. */
static const char *const modes[] = {"kill", "enforce", "prompt", "mixed", "complain", UNCONFINED};

/* Types whose policy allows nearly everything (container_selinux(8), unconfined_selinux(8)). */
static const char *const unconfined_types[] = {"unconfined_t", "spc_t", "container_runtime_t", "initrc_t", "kernel_t", "init_t"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

int lsm_label_mode_weakness(const char *mode)
{
	for (size_t i = 0; i < COUNT(modes); i++)
		if (strcmp(modes[i], mode) == 0)
			return (int)i;
	return COUNT(modes);
}

/* The third field of user:role:type:level. */
int lsm_label_context_weakness(const char *context)
{
	const char *type = strchr(context, ':');

	type = type ? strchr(type + 1, ':') : NULL;
	for (size_t i = 0; type && i < COUNT(unconfined_types); i++) {
		size_t len = strlen(unconfined_types[i]);

		if (strncmp(type + 1, unconfined_types[i], len) == 0 && strchr(":", type[1 + len]))
			return 1;
	}
	return 0;
}

/* "PROFILE (MODE)": where the mode begins, or NULL. A profile's name may hold parentheses. */
static const char *mode_of(const char *text)
{
	const char *open = strrchr(text, '(');

	if (!open || open < text + 2 || open[-1] != ' ' || !text_ends(open, ")"))
		return NULL;
	for (size_t i = 0; i < COUNT(modes); i++)
		if (strlen(modes[i]) == strlen(open) - 2 && strncmp(open + 1, modes[i], strlen(modes[i])) == 0)
			return modes[i];
	return NULL;
}

static bool is_context(const char *text)
{
	const char *colon = strchr(text, ':');

	return colon && strchr(colon + 1, ':') && !strchr(text, ' ');
}

void lsm_label_parse(struct arena *arena, const char *text, size_t len, struct lsm_label *label)
{
	const char *safe, *mode;

	while (len && (text[len - 1] == '\n' || text[len - 1] == '\0'))
		len--;
	safe = text_safe(arena, text, len);
	mode = strcmp(safe, UNCONFINED) == 0 ? UNCONFINED : mode_of(safe);
	if (mode) {
		label->mode = mode;
		label->profile = strcmp(safe, mode) == 0 ? safe : arena_strndup(arena, safe, strlen(safe) - strlen(mode) - 3);
	} else if (is_context(safe)) {
		label->context = safe;
	}
	strings_add_unique(arena, &label->texts, safe);
	label->state = FACT_PRESENT;
}

/* ---- reading ----------------------------------------------------------------------------------------------- */

struct labels {
	struct strmap *by_pid; /* text → struct lsm_label */
	bool apparmor_apart;   /* attr/apparmor exists */
};

static void *open_labels(struct probe_context *ctx)
{
	struct labels *labels = ARENA_NEW(facts_arena(ctx->facts), struct labels);
	struct stat st;

	labels->apparmor_apart = host_stat(ctx->host, "/proc/self/attr/apparmor", true, &st, NULL) == 0;
	labels->by_pid = strmap_new(facts_arena(ctx->facts));
	return labels;
}

static const struct service labels_service = {.name = "labels", .open = open_labels};

/* EINVAL: no module answers (security/security.c, security_getprocattr); EOPNOTSUPP: the one asked is off. */
static void read_label(struct probe_context *ctx, const char *path, struct lsm_label *label)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct arena *arena = facts_arena(ctx->facts);
	struct error err = {0};
	char *text;
	size_t len;

	if (host_read(ctx->host, path, HOST_READ_SMALL, scratch, &text, &len, &err) == 0) {
		if (len)
			lsm_label_parse(arena, text, len, label);
	} else if (err.sys != EINVAL && err.sys != EOPNOTSUPP && label->state != FACT_PRESENT) {
		label->state = err.code == ERROR_NOT_FOUND ? FACT_ABSENT : FACT_UNREADABLE;
		label->reason = text_safe(arena, err.text, strlen(err.text));
	}
}

static void read_labels(struct probe_context *ctx, struct labels *labels, const struct process *process, struct lsm_label *label)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *folder = arena_printf(scratch, "/proc/%d/attr", process->pid);

	*label = (struct lsm_label){.state = FACT_UNSUPPORTED, .reason = "no security module of this kernel labels processes"};
	read_label(ctx, arena_printf(scratch, "%s/current", folder), label);
	if (!label->profile && labels->apparmor_apart)
		read_label(ctx, arena_printf(scratch, "%s/apparmor/current", folder), label);
	if (label->state == FACT_PRESENT && !process_is_same(ctx, process))
		*label = (struct lsm_label){.state = FACT_ABSENT, .reason = "it has ended"};
}

const struct lsm_label *lsm_label_of(struct probe_context *ctx, const struct process *process)
{
	struct labels *labels = probe_service(ctx, &labels_service);
	char key[16];

	snprintf(key, sizeof key, "%d", process->pid);
	struct lsm_label *label = strmap_get(labels->by_pid, key);
	if (label)
		return label;
	label = ARENA_NEW(facts_arena(ctx->facts), struct lsm_label);
	read_labels(ctx, labels, process, label);
	strmap_put(labels->by_pid, arena_strdup(facts_arena(ctx->facts), key), label);
	return label;
}
