/* What the kernel lets all processes of a container do: capabilities, no_new_privs, seccomp's modes, users. */
#include "checks/capabilities.h"
#include "checks/container_facts.h"
#include "checks/effective_status.h"
#include "checks/lsm_label.h"

#define FACT(fact_name, fact_type, fact_about, fact_source)                                        \
	{                                                                                          \
		.name = "container." fact_name, .type = VALUE_##fact_type,                         \
		.scope = SCOPE_CONTAINER, .about = fact_about, .source = fact_source               \
	}

static const struct field_decl process_fields[] = {
	{"pid", VALUE_INT, "process id on the host"},
	{"comm", VALUE_STRING, "what it calls itself"},
	{"uid", VALUE_INT, "effective user, in the host's numbers"},
	{"gid", VALUE_INT, "effective group, in the host's numbers"},
	{"groups", VALUE_STRINGS, "further groups, in the host's numbers; at most 64"},
	{"joined", VALUE_STRINGS, "how it belongs: cgroup, pid, mount"},
	{"capabilities", VALUE_STRINGS, "what it holds or can come to hold"},
	{"label", VALUE_STRING, "what security modules call it; missing without one"},
	{0},
};

static const struct fact_decl facts[] = {
	FACT("capabilities.effective", STRINGS, "capabilities some process uses", "/proc/PID/status CapEff"),
	FACT("capabilities.permitted", STRINGS, "capabilities some process holds", "/proc/PID/status CapPrm"),
	FACT("capabilities.inheritable", STRINGS, "capabilities some process may hand on through exec",
	     "/proc/PID/status CapInh"),
	FACT("capabilities.ambient", STRINGS, "capabilities some process keeps through exec", "/proc/PID/status CapAmb"),
	FACT("capabilities.beyond_init", STRINGS,
	     "capabilities some process holds or can come to hold and its first process cannot",
	     "/proc/PID/status CapEff, CapPrm, CapBnd, CapAmb"),
	FACT("capabilities.confined", BOOL,
	     "every process is in a user namespace that is not the host's: capabilities reach no further",
	     "/proc/PID/ns/user, user_namespaces(7)"),
	FACT("seccomp.mode", STRING, "disabled, strict, filter, or mixed where threads differ; a filter may allow everything",
	     "/proc/PID/task/TID/status Seccomp"),
	{.name = "container.seccomp.filters",
	 .type = VALUE_INT,
	 .scope = SCOPE_CONTAINER,
	 .about = "system call filters on the thread that has the fewest",
	 .source = "/proc/PID/task/TID/status Seccomp_filters"},
	{.name = "container.processes",
	 .type = VALUE_RECORDS,
	 .scope = SCOPE_CONTAINER,
	 .about = "its processes, also those that came in from outside",
	 .source = "/proc/PID/cgroup, ns, status",
	 .fields = process_fields,
	 .unstable = true},
	FACT("users", STRINGS, "users that run, HOST:INSIDE; - is a user without a number inside",
	     "/proc/PID/status Uid, uid_map"),
	{0},
};

static const struct effective_status *status_of(const struct container_facts *of)
{
	return effective_status_of(of->ctx, of->container);
}

static struct fact_side present(const struct container_facts *of, struct value value)
{
	return side_present(value, status_of(of)->origin);
}

static void note(const struct container_facts *of, struct fact_side *side, const char *text)
{
	vec_push(of->arena, &side->notes, text);
}

static const char *thread_name(const struct container_facts *of, const struct effective_thread *thread)
{
	return container_facts_who(of->arena, thread->pid, thread->tid, thread->comm);
}

static struct fact_side capabilities(const struct container_facts *of, uint64_t mask)
{
	return present(of, value_strings(capabilities_of_mask(of->arena, mask)));
}

static const char *list(const struct container_facts *of, uint64_t mask)
{
	struct value value = value_strings(capabilities_of_mask(of->arena, mask));

	return value_display(of->arena, &value, 0);
}

static struct fact_side bounding_side(const struct container_facts *of)
{
	const struct effective_status *status = status_of(of);
	struct effective_thread all = {0};
	struct fact_side side;

	memcpy(all.sets, status->sets, sizeof all.sets);
	side = capabilities(of, effective_status_reach(&all));
	if (status->beyond)
		note(of, &side, arena_printf(of->arena, "%s reaches %s, which its first process does not",
						  thread_name(of, &status->worst), list(of, status->beyond)));
	return side;
}

static struct fact_side effective_side(const struct container_facts *of)
{
	return capabilities(of, status_of(of)->sets[EFFECTIVE_EFFECTIVE]);
}

static struct fact_side permitted_side(const struct container_facts *of)
{
	return capabilities(of, status_of(of)->sets[EFFECTIVE_PERMITTED]);
}

static struct fact_side inheritable_side(const struct container_facts *of)
{
	return capabilities(of, status_of(of)->sets[EFFECTIVE_INHERITABLE]);
}

static struct fact_side ambient_side(const struct container_facts *of)
{
	return capabilities(of, status_of(of)->sets[EFFECTIVE_AMBIENT]);
}

static struct fact_side beyond_init_side(const struct container_facts *of)
{
	const struct effective_status *status = status_of(of);
	struct fact_side side = capabilities(of, status->beyond);

	if (status->beyond)
		note(of, &side, arena_printf(of->arena, "%s holds the most of them", thread_name(of, &status->worst)));
	return side;
}

static struct fact_side no_new_privileges_side(const struct container_facts *of)
{
	struct fact_side side = present(of, value_bool(status_of(of)->no_new_privileges));

	if (!status_of(of)->no_new_privileges)
		note(of, &side,
		     arena_printf(of->arena, "%s is without it", thread_name(of, &status_of(of)->without)));
	return side;
}

static struct fact_side mode_side(const struct container_facts *of)
{
	static const char *const modes[] = {NULL, "disabled", "strict", "mixed", "filter", "mixed", "mixed", "mixed"};
	const char *mode = modes[status_of(of)->modes & 7];
	struct fact_side side;

	if (!mode)
		return side_missing(FACT_UNSUPPORTED, status_of(of)->origin, "this kernel has no seccomp");
	side = present(of, value_string(mode));
	if (strcmp(mode, "mixed") == 0)
		note(of, &side, arena_printf(of->arena, "%s has no filter or the fewest",
						  thread_name(of, &status_of(of)->least)));
	return side;
}

static struct fact_side filters_side(const struct container_facts *of)
{
	struct fact_side side;

	if (!status_of(of)->filters_told)
		return side_missing(FACT_UNSUPPORTED, status_of(of)->origin, "this kernel does not tell (before Linux 5.9)");
	side = present(of, value_int(status_of(of)->least.filters));
	note(of, &side, thread_name(of, &status_of(of)->least));
	return side;
}

static struct fact_side confined_side(const struct container_facts *of)
{
	uint64_t host = of->containers->host[CONTAINERS_USER];
	struct fact_side side = present(of, value_bool(true));

	side.origin = "/proc/PID/ns/user";
	if (!host)
		return side_missing(FACT_UNREADABLE, side.origin, "the host's user namespace is not known");
	vec_each(process, &status_of(of)->processes) {
		struct error err = {0};
		uint64_t inode = 0;

		if (containers_namespace(of->ctx, process->member->process, CONTAINERS_USER, &inode, &err) < 0 &&
		    err.code != ERROR_NOT_FOUND)
			return side_from_error(of->arena, &err, side.origin);
		if (inode != host || !side.value.boolean)
			continue;
		side.value.boolean = false;
		note(of, &side, arena_printf(of->arena, "%s is in the host's user namespace",
						  thread_name(of, &process->all)));
	}
	return side;
}

static struct fact_side users_side(const struct container_facts *of)
{
	struct strings users;
	struct error err = {0};

	if (effective_status_users(of->ctx, status_of(of), &users, &err) < 0)
		return side_from_error(of->arena, &err, "/proc/PID/uid_map");
	return side_present(value_strings(users), "/proc/PID/status Uid, uid_map");
}

static struct strings joined_names(struct arena *arena, unsigned joined)
{
	static const char *const names[] = {"cgroup", "pid", "mount"};
	struct strings ways = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (joined & (1u << i))
			vec_push(arena, &ways, names[i]);
	return ways;
}

static struct fact_side processes_side(const struct container_facts *of)
{
	struct value rows = {.type = VALUE_RECORDS};
	struct arena *arena = of->arena;

	vec_each(process, &status_of(of)->processes) {
		const struct effective_thread *all = &process->all;
		struct record row = {0};

		record_set(arena, &row, "pid", value_int(all->pid));
		record_set(arena, &row, "comm", value_string(all->comm));
		record_set(arena, &row, "uid", value_int(all->uid));
		record_set(arena, &row, "gid", value_int(all->gid));
		record_set(arena, &row, "groups", value_strings(all->groups));
		record_set(arena, &row, "joined", value_strings(joined_names(arena, process->member->joined)));
		record_set(arena, &row, "capabilities",
			   value_strings(capabilities_of_mask(arena, effective_status_reach(all))));
		const struct lsm_label *label = lsm_label_of(of->ctx, process->member->process);
		if (label->texts.count)
			record_set(arena, &row, "label", value_string(label->texts.items[0]));
		vec_push(arena, &rows.records, row);
	}
	return present(of, rows);
}

/* ---- the table --------------------------------------------------------------------------------- */

static const struct container_facts_row rows[] = {
	{"container.capabilities.bounding", SIDE_EFFECTIVE, bounding_side},
	{"container.no_new_privileges", SIDE_EFFECTIVE, no_new_privileges_side},
	{"container.capabilities.effective", SIDE_PLAIN, effective_side},
	{"container.capabilities.permitted", SIDE_PLAIN, permitted_side},
	{"container.capabilities.inheritable", SIDE_PLAIN, inheritable_side},
	{"container.capabilities.ambient", SIDE_PLAIN, ambient_side},
	{"container.capabilities.beyond_init", SIDE_PLAIN, beyond_init_side},
	{"container.capabilities.confined", SIDE_PLAIN, confined_side},
	{"container.seccomp.mode", SIDE_PLAIN, mode_side},
	{"container.seccomp.filters", SIDE_PLAIN, filters_side},
	{"container.processes", SIDE_PLAIN, processes_side},
	{"container.users", SIDE_PLAIN, users_side},
	{0},
};

static void narrow(struct container_facts *of)
{
	/* Processes may all have ended, or refused to be read, since they were found. */
	if (of->known.state == FACT_PRESENT && status_of(of)->state != FACT_PRESENT)
		of->known = side_missing(status_of(of)->state, status_of(of)->origin, status_of(of)->reason);
}

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, narrow);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_rights = {
	.name = "rights",
	.about = "what the kernel lets the processes of containers do",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.collect = collect,
};
