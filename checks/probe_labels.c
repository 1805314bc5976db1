/* What a security module makes of the processes of a container: the weakest of them. */
#include "checks/container_facts.h"
#include "checks/lsm_label.h"

#define ORIGIN "/proc/PID/attr/current"
#define ENDED  "its processes ended while they were read"

static const struct fact_decl facts[] = {
	{.name = "container.lsm.labels",
	 .type = VALUE_STRINGS,
	 .scope = SCOPE_CONTAINER,
	 .about = "labels of its processes, as the kernel writes them",
	 .source = "/proc/PID/attr/current, attr/apparmor/current"},
	{.name = "container.apparmor.mode",
	 .type = VALUE_STRING,
	 .scope = SCOPE_CONTAINER,
	 .about = "kill, enforce, prompt, mixed, complain or unconfined: the weakest of all its processes",
	 .source = "/proc/PID/attr/apparmor/current"},
	{0},
};

/* What one module says of a process: NULL when it says nothing. */
typedef const char *part_of(const struct lsm_label *label);
typedef int weakness_of(const struct lsm_label *label);

static const char *profile_of(const struct lsm_label *label)
{
	return label->profile;
}

static const char *mode_of(const struct lsm_label *label)
{
	return label->profile ? label->mode : NULL;
}

static const char *context_of(const struct lsm_label *label)
{
	return label->context;
}

static int mode_weakness(const struct lsm_label *label)
{
	return lsm_label_mode_weakness(label->mode);
}

static int context_weakness(const struct lsm_label *label)
{
	return lsm_label_context_weakness(label->context);
}

static void note(const struct container_facts *of, struct fact_side *side, const struct process *process, const char *part)
{
	vec_push(of->arena, &side->notes,
		 arena_printf(of->arena, "%s is %s", container_facts_who(of->arena, process->pid, process->pid, process->comm), part));
}

/* Of all processes the weakest, of equals the first process's; whoever differs from that is noted. */
static struct fact_side weakest(const struct container_facts *of, part_of *part, weakness_of *weakness, const char *unsupported)
{
	struct fact_side side = side_missing(FACT_UNSUPPORTED, ORIGIN, unsupported);
	const struct lsm_label *init = lsm_label_of(of->ctx, of->container->init);
	const struct lsm_label *usual = init->state == FACT_PRESENT && part(init) ? init : NULL, *worst = usual;
	bool answered = false;

	vec_each(member, &of->container->members) {
		const struct lsm_label *label = lsm_label_of(of->ctx, member->process);

		if (label->state == FACT_UNREADABLE)
			return side_missing(FACT_UNREADABLE, ORIGIN, label->reason);
		answered = answered || label->state != FACT_ABSENT;
		if (label->state != FACT_PRESENT || !part(label))
			continue;
		usual = usual ? usual : label;
		if (strcmp(part(label), part(usual)) != 0)
			note(of, &side, member->process, part(label));
		if (!worst || weakness(label) > weakness(worst))
			worst = label;
	}
	if (!worst)
		return answered ? side : side_missing(FACT_UNREADABLE, ORIGIN, ENDED);
	side.state = FACT_PRESENT;
	side.reason = NULL;
	side.value = value_string(part(worst));
	return side;
}

static struct fact_side profile_side(const struct container_facts *of)
{
	return weakest(of, profile_of, mode_weakness, "this kernel has no AppArmor, or it is off");
}

static struct fact_side mode_side(const struct container_facts *of)
{
	return weakest(of, mode_of, mode_weakness, "this kernel has no AppArmor, or it is off");
}

static struct fact_side context_side(const struct container_facts *of)
{
	return weakest(of, context_of, context_weakness, "this kernel has no SELinux, or it is off");
}

static struct fact_side labels_side(const struct container_facts *of)
{
	struct strings labels = {0};

	vec_each(member, &of->container->members) {
		const struct lsm_label *label = lsm_label_of(of->ctx, member->process);

		if (label->state == FACT_UNREADABLE || label->state == FACT_UNSUPPORTED)
			return side_missing(label->state, ORIGIN, label->reason);
		vec_each(text, &label->texts)
			strings_add_unique(of->arena, &labels, *text);
	}
	strings_sort(&labels);
	return labels.count ? side_present(value_strings(labels), ORIGIN) : side_missing(FACT_UNREADABLE, ORIGIN, ENDED);
}

static const struct container_facts_row rows[] = {
	{"container.lsm.labels", SIDE_PLAIN, labels_side},
	{"container.apparmor.mode", SIDE_PLAIN, mode_side},
	{"container.apparmor.profile", SIDE_EFFECTIVE, profile_side},
	{"container.selinux.label", SIDE_EFFECTIVE, context_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_labels = {
	.name = "labels",
	.about = "labels that security modules give to the processes of containers",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.collect = collect,
};
