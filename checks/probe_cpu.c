#include "model/probe.h"

#define VULNERABILITIES "/sys/devices/system/cpu/vulnerabilities"

static const struct fact_decl declarations[] = {
	{
		.name = "host.cpu.vulnerabilities",
		.type = VALUE_MAP,
		.scope = SCOPE_HOST,
		.about = "hardware vulnerabilities the kernel knows of: by name, its own words on whether and how they are met",
		.source = VULNERABILITIES " (Documentation/ABI/testing/sysfs-devices-system-cpu)",
	},
	{0},
};

static bool is_there(const struct probe_context *ctx, const char *path)
{
	struct stat st;

	return host_stat(ctx->host, path, true, &st, NULL) == 0;
}

/* A kernel that shows its processors but not this folder is built without it (CONFIG_GENERIC_CPU_VULNERABILITIES). */
static struct fact_side no_folder(struct probe_context *ctx, const struct error *err)
{
	if (err->code != ERROR_NOT_FOUND)
		return side_from_error(facts_arena(ctx->facts), err, VULNERABILITIES);
	if (is_there(ctx, "/sys/devices/system/cpu"))
		return side_missing(FACT_UNSUPPORTED, VULNERABILITIES, "this kernel does not report them");
	if (host_is_live(ctx->host))
		return side_missing(FACT_UNREADABLE, VULNERABILITIES, "sysfs is not mounted on /sys");
	return side_missing(FACT_UNSUPPORTED, VULNERABILITIES, "a tree at rest has no running kernel");
}

static const char *safe_line(struct arena *arena, const char *text)
{
	return text_safe(arena, text, strcspn(text, "\n"));
}

/* A list with a hole would pass for a whole one: one file that cannot be read makes all of it unreadable. */
static struct fact_side vulnerabilities_side(struct probe_context *ctx)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct value map = {.type = VALUE_MAP};
	struct error err = {0};
	struct strings names = {0};

	if (host_list(ctx->host, VULNERABILITIES, arena, &names, &err) < 0)
		return no_folder(ctx, &err);
	vec_each(name, &names) {
		const char *path = arena_printf(arena, VULNERABILITIES "/%s", *name);
		char *text;

		if (host_read(ctx->host, path, HOST_READ_SMALL, arena, &text, NULL, &err) < 0) {
			struct fact_side side = side_from_error(arena, &err, path);

			side.state = FACT_UNREADABLE;
			return side;
		}
		vec_push(arena, &map.map, ((struct pair){safe_line(arena, *name), safe_line(arena, text)}));
	}
	if (map.map.count == 0)
		return side_missing(FACT_UNSUPPORTED, VULNERABILITIES, "this kernel reports none");
	return side_present(map, VULNERABILITIES);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	probe_put(ctx, facts_host(ctx->facts), "host.cpu.vulnerabilities", NULL, SIDE_PLAIN, vulnerabilities_side(ctx));
	return 0;
}

const struct probe probe_cpu = {
	.name = "cpu",
	.about = "the processors' known vulnerabilities",
	.facts = declarations,
	.collect = collect,
};
