#include "checks/dockerd_config.h"

#include <time.h>

#include "checks/docker_document.h"
#include "checks/jsonpos.h"
#include "checks/process_root.h"

#define KEY_DEPTH_MAX  8
#define KEY_LENGTH_MAX 512

/* A file stamped this long after the start may still be the one that was read: start times count in
 * ticks of 10 ms, stamps in the kernel's coarse clock of up to another 10 ms (proc_pid_stat(5),
 * ktime_get_coarse_real_ts64). */
#define START_SLACK_MS 20

/* When the process started, in milliseconds since the epoch, rounded up; 0: not known. Live, the
 * clocks give the boot time to the tick; from a captured tree only whole seconds are known: btime
 * and the sum are both rounded down, so it may lie up to two seconds later. */
static int64_t start_ms(const struct probe_context *ctx, const struct process *process)
{
	struct timespec real, boot;

	if (!host_is_live(ctx->host) || clock_gettime(CLOCK_REALTIME, &real) < 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &boot) < 0)
		return process->started_at ? (process->started_at + 2) * 1000 : 0;
	int64_t booted_ms = (real.tv_sec - boot.tv_sec) * INT64_C(1000) +
			    (real.tv_nsec - boot.tv_nsec) / 1000000;
	uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);
	return booted_ms +
	       (int64_t)(process->start_ticks / hz * 1000 + process->start_ticks % hz * 1000 / hz) +
	       START_SLACK_MS;
}

/* A stamp beyond the host's clock is no stamp of that host: a captured tree was copied or checked
 * out later. */
static bool is_between(const struct timespec *stamp, int64_t start, int64_t now_seconds)
{
	return stamp->tv_sec <= now_seconds &&
	       stamp->tv_sec * INT64_C(1000) + stamp->tv_nsec / 1000000 > start;
}

static bool is_later(const struct probe_context *ctx, const struct stat *st, int64_t start)
{
	int64_t now = host_is_live(ctx->host) ? INT64_MAX / 2000 : host_now(ctx->host);

	return is_between(&st->st_ctim, start, now) || is_between(&st->st_mtim, start, now);
}

/* The file, or a link that leads to it, is younger than the process. A rename counts: it renews the
 * inode's change time. */
static bool is_changed(const struct probe_context *ctx, const struct process *process,
		       const char *path)
{
	int64_t start = start_ms(ctx, process);
	struct stat st;

	return start &&
	       ((host_stat(ctx->host, path, true, &st, NULL) == 0 && is_later(ctx, &st, start)) ||
		(host_stat(ctx->host, path, false, &st, NULL) == 0 && is_later(ctx, &st, start)));
}

static bool is_blank(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!text[i] || !strchr(" \t\r\n", text[i]))
			return false;
	return true;
}

static int parse(struct dockerd_config *config, struct error *err)
{
	json_t *json;

	if (config->text_len >= 3 && memcmp(config->text, "\xef\xbb\xbf", 3) == 0) {
		config->text += 3;
		config->text_len -= 3;
	}
	if (is_blank(config->text, config->text_len)) {
		config->text = "{}";
		config->text_len = 2;
	}
	if (docker_document_load(config->text, config->text_len, &json, err) < 0)
		return -1;
	if (!json_is_object(json)) {
		json_decref(json);
		return error_set(err, ERROR_MALFORMED, "not a JSON object");
	}
	config->json = json;
	return 0;
}

static void set_state(struct probe_context *ctx, struct dockerd_config *config,
		      const struct error *err, bool named)
{
	struct fact_side side = side_from_error(facts_arena(ctx->facts), err, config->path);

	config->state = side.state == FACT_ABSENT && !named ? FACT_ABSENT : FACT_UNREADABLE;
	config->reason = side.reason;
	if (!config->reason)
		config->reason = arena_strdup(facts_arena(ctx->facts), err->text);
}

void dockerd_config_read(struct probe_context *ctx, const struct process *process, const char *path,
			 bool named, struct dockerd_config *ret)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct error err = {0};
	char *text;

	*ret = (struct dockerd_config){.path = path, .state = FACT_UNREADABLE};
	if (process_root_is_other(ctx, process)) {
		ret->reason = arena_printf(
			arena,
			"dockerd (pid %d) has a root of its own: this host's %s is not its file",
			(int)process->pid, path);
		return;
	}
	if (host_read(ctx->host, path, HOST_READ_CONFIG, arena, &text, &ret->text_len, &err) < 0) {
		set_state(ctx, ret, &err, named);
		return;
	}
	ret->changed = is_changed(ctx, process, path);
	ret->stamped = true;
	ret->text = text;
	if (parse(ret, &err) < 0) {
		error_wrap(&err, "%s", path);
		set_state(ctx, ret, &err, named);
		return;
	}
	ret->state = FACT_PRESENT;
}

int dockerd_config_read_other(struct probe_context *ctx, const struct process *process, const char *path, struct arena *arena,
			      char **ret, size_t *ret_len, struct error *err)
{
	if (process_root_is_other(ctx, process))
		return error_set(err, ERROR_SYSTEM, "dockerd (pid %d) has a root of its own", (int)process->pid);
	if (is_changed(ctx, process, path))
		return error_set(err, ERROR_SYSTEM, "%s changed after dockerd started", path);
	return host_read(ctx->host, path, HOST_READ_CONFIG, arena, ret, ret_len, err);
}

void dockerd_config_done(struct dockerd_config *config)
{
	json_decref(config->json);
	config->json = NULL;
}

/* The member whose name is the longest run of the key's dotted parts. */
static const json_t *descend(const json_t *json, char *key, const char *names[], size_t *count)
{
	for (size_t len = strlen(key); len > 0;) {
		char dot = key[len];

		key[len] = '\0';
		const json_t *member = json_object_get(json, key);
		if (member) {
			names[(*count)++] = key;
			if (!dot)
				return member;
			return *count < KEY_DEPTH_MAX ? descend(member, key + len + 1, names, count)
						      : NULL;
		}
		key[len] = dot;
		const char *before = memrchr(key, '.', len);
		len = before ? (size_t)(before - key) : 0;
	}
	return NULL;
}

const json_t *dockerd_config_get(const struct dockerd_config *config, const char *key,
				 unsigned *ret_line)
{
	const char *names[KEY_DEPTH_MAX];
	char copy[KEY_LENGTH_MAX];
	size_t count = 0;

	if (!config->json || strlen(key) >= sizeof copy)
		return NULL;
	memcpy(copy, key, strlen(key) + 1);
	const json_t *found = descend(config->json, copy, names, &count);
	if (!found || json_is_null(found))
		return NULL;
	if (ret_line)
		*ret_line = jsonpos_line(config->text, config->text_len, names, count);
	return found;
}
