#include "checks/kernel_config.h"

#include <zlib.h>

#include "base/version.h"

#define PROC_CONFIG "/proc/config.gz"
#define BOOT_PREFIX "config-"

/* ---- text ---------------------------------------------------------------------------------------------------- */

/* A string in quotes, with \ before " and \ (scripts/kconfig/confdata.c); anything else stays as it is. In place. */
static const char *unquote(char *value)
{
	size_t len = strlen(value), out = 0;

	if (len < 2 || value[0] != '"' || value[len - 1] != '"')
		return value;
	for (size_t i = 1; i < len - 1; i++) {
		if (value[i] == '\\' && i + 1 < len - 1)
			i++;
		value[out++] = value[i];
	}
	value[out] = '\0';
	return value;
}

static void keep_line(struct kernel_config *config, const char *option, const char *value, unsigned number)
{
	struct kernel_config_line *line = ARENA_NEW(config->arena, struct kernel_config_line);

	line->value = value ? text_safe(config->arena, value, strlen(value)) : NULL;
	line->number = number;
	strmap_put(config->lines, option, line);
}

static void parse_line(struct kernel_config *config, char *line, unsigned number)
{
	static const char unset[] = " is not set";
	char *equals;

	if (text_starts(line, "# CONFIG_") && text_ends(line, unset)) {
		line[strlen(line) - strlen(unset)] = '\0';
		keep_line(config, line + 2, NULL, number);
	} else if (text_starts(line, "CONFIG_") && (equals = strchr(line, '=')) != NULL) {
		*equals = '\0';
		keep_line(config, line, unquote(equals + 1), number);
	}
}

/* A file without any option would make every option look unset. */
static int parse(struct kernel_config *config, char *text, struct error *err)
{
	unsigned number = 0;

	config->lines = strmap_new(config->arena);
	for (char *line; (line = strsep(&text, "\n")) != NULL;)
		parse_line(config, line, ++number);
	if (strmap_count(config->lines) == 0)
		return error_set(err, ERROR_MALFORMED, "holds no kernel configuration");
	return 0;
}

/* ---- files --------------------------------------------------------------------------------------------------- */

static void done_inflate(z_stream *stream)
{
	inflateEnd(stream);
}

/* The whole of one gzip member (RFC 1952), NUL-terminated. */
static int gunzip(struct arena *arena, char *bytes, size_t len, char **ret, struct error *err)
{
	_cleanup_(done_inflate) z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)len};
	size_t room = HOST_READ_LARGE + 1;
	_cleanup_(free_ptr) char *text = malloc(room);
	int result;

	if (!text || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) /* 16: a gzip header is expected, see zlib.h */
		out_of_memory();
	stream.next_out = (Bytef *)text;
	stream.avail_out = (uInt)room;
	result = inflate(&stream, Z_FINISH);
	if (stream.avail_out == 0)
		return error_set(err, ERROR_LIMIT, "is longer than %d bytes unpacked", HOST_READ_LARGE);
	if (result != Z_STREAM_END)
		return error_set(err, ERROR_MALFORMED, "is not whole gzip data");
	*ret = arena_strndup(arena, text, room - stream.avail_out);
	return 0;
}

static int read_config(const struct host *host, const char *path, struct kernel_config *config, struct error *err)
{
	char *text;
	size_t len;

	if (host_read(host, path, HOST_READ_LARGE, config->arena, &text, &len, err) < 0)
		return -1;
	if (text_ends(path, ".gz") && gunzip(config->arena, text, len, &text, err) < 0)
		return error_wrap(err, "%s", path);
	return parse(config, text, err) < 0 ? error_wrap(err, "%s", path) : 0;
}

/* By version; versions that differ only behind the numbers (6.1.0-18, 6.1.0-9) by strverscmp(3). */
static bool is_newer(const char *a, const char *b)
{
	int order = version_compare(a, b);

	return order > 0 || (order == 0 && strverscmp(a, b) > 0);
}

const char *kernel_config_newest(const struct host *host, struct arena *arena, size_t *ret_count, struct error *err)
{
	struct strings names = {0};
	const char *newest = NULL;
	size_t count = 0;

	*ret_count = 0;
	if (host_list(host, "/boot", arena, &names, err) < 0)
		return NULL;
	vec_each(name, &names) {
		const char *release = *name + strlen(BOOT_PREFIX);

		if (!text_starts(*name, BOOT_PREFIX) || !version_valid(release))
			continue;
		count++;
		if (!newest || is_newer(release, newest))
			newest = release;
	}
	*ret_count = count;
	return newest;
}

static void set_present(struct kernel_config *config, const char *path)
{
	config->state = FACT_PRESENT;
	config->origin = text_safe(config->arena, path, strlen(path));
}

static void set_error(struct kernel_config *config, const char *origin, const struct error *err)
{
	struct fact_side side = side_from_error(config->arena, err, origin);

	config->state = FACT_UNREADABLE;
	config->origin = side.origin;
	config->reason = side.reason;
}

/* The first file that can be read decides. When none can, one that exists is what is told of. */
static void read_running(const struct host *host, const char *release, struct kernel_config *config)
{
	const char *paths[] = {
		PROC_CONFIG,
		arena_printf(config->arena, "/boot/" BOOT_PREFIX "%s", release),
		arena_printf(config->arena, "/lib/modules/%s/config", release),
	};
	const char *failed = PROC_CONFIG;
	struct error first = {0};

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct error err = {0};

		if (read_config(host, paths[i], config, &err) == 0) {
			set_present(config, paths[i]);
			return;
		}
		if (err.code != ERROR_NOT_FOUND && first.code == ERROR_NONE) {
			first = err;
			failed = paths[i];
		}
	}
	if (first.code == ERROR_NONE)
		error_set(&first, ERROR_NOT_FOUND, "neither %s nor %s nor %s is there", paths[0], paths[1], paths[2]);
	set_error(config, failed, &first);
}

static void read_at_rest(const struct host *host, struct kernel_config *config)
{
	struct error err = {0};
	size_t count;
	const char *release = kernel_config_newest(host, config->arena, &count, &err), *path;

	config->state = FACT_UNSUPPORTED;
	config->origin = "/boot/" BOOT_PREFIX "*";
	config->reason = "a tree at rest has no running kernel, and there is no kernel configuration";
	if (err.code != ERROR_NONE && err.code != ERROR_NOT_FOUND)
		set_error(config, "/boot", &err);
	if (!release)
		return;
	path = arena_printf(config->arena, "/boot/" BOOT_PREFIX "%s", release);
	if (read_config(host, path, config, &err) < 0) {
		set_error(config, path, &err);
		return;
	}
	set_present(config, path);
	config->note = count == 1 ? "no kernel runs in a tree at rest; this is the only kernel configuration in /boot" :
				    arena_printf(config->arena,
						 "no kernel runs in a tree at rest; this is the newest of %zu kernel "
						 "configurations in /boot", count);
}

/* A captured tree may claim any release: one with a slash would lead to other files. */
void kernel_config_read(const struct host *host, struct arena *arena, const char *release, struct kernel_config *ret)
{
	*ret = (struct kernel_config){.arena = arena};
	if (!release)
		read_at_rest(host, ret);
	else
		read_running(host, strchr(release, '/') ? "?" : release, ret);
}

struct fact_side kernel_config_side(const struct kernel_config *config, const char *option)
{
	const struct kernel_config_line *line;
	struct fact_side side;

	if (config->state != FACT_PRESENT)
		return side_missing(config->state, config->origin, config->reason);
	line = strmap_get(config->lines, option);
	if (!line)
		side = side_missing(FACT_ABSENT, config->origin, "is not mentioned: this kernel has no such option, or what it "
								 "depends on is off");
	else if (!line->value)
		side = side_missing(FACT_ABSENT, arena_printf(config->arena, "%s:%u", config->origin, line->number), "is not set");
	else
		side = side_present(value_string(line->value),
				    arena_printf(config->arena, "%s:%u", config->origin, line->number));
	if (config->note)
		vec_push(config->arena, &side.notes, config->note);
	return side;
}
