#include "host/host_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/host_private.h"

/* Field 22; the name, field 2, may hold anything, and the last parenthesis ends it. */
static bool is_same(const struct host *host, struct host_process process)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;

	if (host_read(host, arena_printf(scratch, "/proc/%d/stat", process.pid), HOST_READ_SMALL, scratch, &text, NULL, NULL) < 0)
		return false;
	const char *at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && strtoull(at, NULL, 10) == process.start;
}

static int check_same(const struct host *host, struct host_process process, struct error *err)
{
	if (is_same(host, process))
		return 0;
	return error_set(err, ERROR_NOT_FOUND, "process %d has ended", process.pid);
}

int host_process_root(const struct host *host, struct host_process process, struct host **ret, struct error *err)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/root", process.pid);
	/* The one magic link that is meant to be followed; what lies behind it is resolved inside it alone. */
	_cleanup_(close_fd) int fd = host_is_live(host) ? open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)
							: host_open_path(host, path, true, err);
	if (fd < 0)
		return host_is_live(host) ? error_sys(err, "%s", path) : -1;
	if (check_same(host, process, err) < 0)
		return -1;
	*ret = host_adopt(TAKE_FD(fd), path);
	return 0;
}

int host_process_link(const struct host *host, struct host_process process, enum host_process_link link, struct arena *arena,
		      char **ret, struct error *err)
{
	static const char *const names[] = {"exe", "cwd"};
	char path[64], *target;

	snprintf(path, sizeof path, "/proc/%d/%s", process.pid, names[link]);
	if (host_readlink(host, path, arena, &target, err) < 0 || check_same(host, process, err) < 0)
		return -1;
	*ret = target;
	return 0;
}

int host_process_environ(const struct host *host, struct host_process process, struct arena *arena, char **ret, size_t *ret_len,
			 struct error *err)
{
	char path[64], *text;
	size_t len;

	snprintf(path, sizeof path, "/proc/%d/environ", process.pid);
	if (host_read(host, path, HOST_PROCESS_ENVIRON_MAX, arena, &text, &len, err) < 0)
		return -1;
	if (check_same(host, process, err) < 0) {
		explicit_bzero(text, len);
		return -1;
	}
	*ret = text;
	*ret_len = len;
	return 0;
}
