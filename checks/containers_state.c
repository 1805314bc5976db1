#include "checks/containers_state.h"

#include "checks/docker_values.h"

#define FOLDERS_MAX 4096

static const struct place {
	const char *runtime, *folder, *file, *pid, *start;
} places[] = {
	{"runc", "/run/runc", "state.json", "init_process_pid", "init_process_start"},
	{"crun", "/run/crun", "status", "pid", "process-start-time"},
};

static json_t *load(struct probe_context *ctx, struct arena *scratch, const char *path)
{
	char *text;
	size_t len;

	if (host_read(ctx->host, path, HOST_READ_CONFIG, scratch, &text, &len, NULL) < 0)
		return NULL;
	return json_loadb(text, len, JSON_DECODE_INT_AS_REAL, NULL);
}

static bool fits(const json_t *document, const struct place *place, const struct process *init)
{
	int64_t pid, start;

	if (!docker_values_int(json_object_get(document, place->pid), &pid) || pid != init->pid)
		return false;
	return !docker_values_int(json_object_get(document, place->start), &start) || (uint64_t)start == init->start_ticks;
}

static bool look(struct probe_context *ctx, const struct place *place, const struct process *init, struct containers_stated *ret)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct strings names = {0};

	if (host_list(ctx->host, place->folder, scratch, &names, NULL) < 0)
		return false;
	for (size_t i = 0; i < names.count && i < FOLDERS_MAX; i++) {
		const char *name = names.items[i];
		_cleanup_(docker_values_drop) json_t *document =
			load(ctx, scratch, arena_printf(scratch, "%s/%s/%s", place->folder, name, place->file));

		if (!fits(document, place, init))
			continue;
		*ret = (struct containers_stated){place->runtime, text_safe(facts_arena(ctx->facts), name, strlen(name))};
		return true;
	}
	return false;
}

bool containers_state_find(struct probe_context *ctx, const struct process *init, struct containers_stated *ret)
{
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (look(ctx, &places[i], init, ret))
			return true;
	return false;
}
