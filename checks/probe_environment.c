/* Secrets in the environments of a container's processes. */
#include "checks/container_facts.h"
#include "checks/docker_values.h"
#include "checks/environment.h"
#include "host/host_process.h"

#define ORIGIN "/proc/PID/environ"
#define PROCESSES_MAX 4096 /* of one container, whose environments are read */

static const struct fact_decl facts[] = {{0}};

/* Names of one environment, each ended by a NUL; the text is wiped. */
static void judge(struct arena *arena, char *text, size_t len, struct strings *names)
{
	for (size_t at = 0; at < len; at += strlen(text + at) + 1) {
		const char *name = environment_secret(arena, text + at);

		if (name)
			strings_add_unique(arena, names, name);
	}
	explicit_bzero(text, len);
}

/* What the first process has not is noted with the one that has. */
static void add(const struct container_facts *of, struct fact_side *side, const struct process *process,
		const struct strings *names)
{
	struct value added = value_strings((struct strings){0});

	vec_each(name, names) {
		if (strings_has(&side->value.strings, *name))
			continue;
		vec_push(of->arena, &side->value.strings, *name);
		vec_push(of->arena, &added.strings, *name);
	}
	if (added.strings.count && process != of->container->init)
		vec_push(of->arena, &side->notes,
			 arena_printf(of->arena, "%s has %s", container_facts_who(of->arena, process->pid, process->pid, process->comm),
				      value_display(of->arena, &added, 0)));
}

/* The last entry may lack its NUL; the text has one behind it. */
static int read_one(const struct container_facts *of, const struct process *process, struct strings *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	size_t len;

	if (host_process_environ(of->ctx->host, (struct host_process){process->pid, process->start_ticks}, scratch, &text, &len, err) < 0)
		return -1;
	judge(of->arena, text, len, ret);
	return 0;
}

static struct fact_side secrets_side(const struct container_facts *of)
{
	struct fact_side side = side_present(value_strings((struct strings){0}), ORIGIN);
	size_t read = 0;

	if (of->container->members.count > PROCESSES_MAX)
		return side_missing(FACT_UNREADABLE, ORIGIN, "more processes than are looked at");
	vec_each(member, &of->container->members) {
		struct strings names = {0};
		struct error err = {0};

		if (read_one(of, member->process, &names, &err) == 0) {
			add(of, &side, member->process, &names);
			read++;
		} else if (err.code != ERROR_NOT_FOUND) {
			return side_missing(FACT_UNREADABLE, ORIGIN, text_safe(of->arena, err.text, strlen(err.text)));
		}
	}
	if (read == 0)
		return side_missing(FACT_UNREADABLE, ORIGIN, "its processes ended while they were read");
	docker_values_unique(&side.value.strings);
	return side;
}

static const struct container_facts_row rows[] = {
	{"container.environment.secrets", SIDE_EFFECTIVE, secrets_side},
	{0},
};

static int collect(struct probe_context *ctx, struct error *err _unused_)
{
	return container_facts_collect(ctx, rows, NULL);
}

static const char *const after[] = {"runtime", NULL};

const struct probe probe_environment = {
	.name = "environment",
	.about = "secrets in the environments of containers",
	.facts = facts,
	.after = after,
	.completes = &probe_container,
	.collect = collect,
};
