#include "checks/oci_state.h"

#include "checks/docker_document.h"
#include "checks/docker_values.h"

static const struct form {
	const char *runtime, *file, *pid, *start;
	bool keeps_config;
} forms[] = {
	{"runc", "state.json", "init_process_pid", "init_process_start", false},
	{"crun", "status", "pid", "process-start-time", true},
};

/* crun has a member for it, runc a label "bundle=…" among those made of annotations; its own stands last. */
static const char *bundle_of(struct arena *arena, const json_t *document)
{
	const json_t *labels = docker_values_at(document, "config.labels"), *label;
	const char *found = docker_values_text(arena, json_object_get(document, "bundle"));
	size_t i;

	json_array_foreach(labels, i, label) {
		const char *text = docker_values_text(arena, label);

		if (text && text_starts(text, "bundle="))
			found = text + strlen("bundle=");
	}
	return found && *found == '/' ? found : NULL;
}

/* Of runc's file only what stands in front of the configuration, which is nine tenths of it. Within a text its quotes would be
 * escaped. */
static void cut(char *text, size_t *len)
{
	char *config = strstr(text, ",\"config\":");

	if (!config)
		return;
	strcpy(config, "}");
	*len = (size_t)(config - text) + 1;
}

static int load(const struct host *host, const char *path, bool brief, json_t **ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	size_t len;

	if (host_read(host, path, HOST_READ_CONFIG, scratch, &text, &len, err) < 0)
		return -1;
	if (brief)
		cut(text, &len);
	return docker_document_load(text, len, ret, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

static int read_form(const struct host *host, const struct form *form, const char *folder, bool brief, struct arena *arena,
		     struct oci_state *ret, struct error *err)
{
	_cleanup_(docker_values_drop) json_t *document = NULL;
	int64_t pid, start;
	struct stat st;

	if (load(host, arena_printf(arena, "%s/%s", folder, form->file), brief, &document, err) < 0)
		return -1;
	if (!docker_values_int(json_object_get(document, form->pid), &pid) || pid <= 0 || pid > INT32_MAX ||
	    !docker_values_int(json_object_get(document, form->start), &start) || start < 0)
		return error_set(err, ERROR_MALFORMED, "%s/%s names no process and its start", folder, form->file);
	*ret = (struct oci_state){
		.pid = (pid_t)pid,
		.start = (uint64_t)start,
		.runtime = form->runtime,
		.config = form->keeps_config ? arena_printf(arena, "%s/config.json", folder) : NULL,
		.bundle = bundle_of(arena, document),
		/* The first process waits behind it until somebody says start (runc, crun: exec.fifo). */
		.created = host_stat(host, arena_printf(arena, "%s/exec.fifo", folder), false, &st, NULL) == 0,
	};
	return 0;
}

int oci_state_read(const struct host *host, const char *folder, bool brief, struct arena *arena, struct oci_state *ret,
		   struct error *err)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		struct error why = {0};

		if (read_form(host, &forms[i], folder, brief, arena, ret, &why) == 0)
			return 0;
		if (why.code == ERROR_NOT_FOUND)
			continue;
		if (err)
			*err = why;
		return -1;
	}
	return error_set(err, ERROR_NOT_FOUND, "%s has no state", folder);
}
