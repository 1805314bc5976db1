#include "checks/docker_curl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/text.h"

#define LIBRARY "libcurl.so.4" /* the only number since 2006, https://curl.se/libcurl/abi.html */

int docker_curl_load(const struct docker_curl **ret, struct error *err)
{
	static const char *const names[] = {
#define X(name) "curl_" #name,
		DOCKER_CURL(X)
#undef X
	};
	static struct docker_curl curl;
	static bool loaded;

	if (!loaded && dynamic_load(LIBRARY, names, sizeof names / sizeof *names, &curl, err) < 0)
		return error_wrap(err, "libcurl");
	loaded = true;
	*ret = &curl;
	return 0;
}

/* Kernel threads have no executable, and here and there some process's is hidden even from root. */
static bool is_called_dockerd(int proc_fd, const char *pid)
{
	char path[NAME_MAX + sizeof "/comm"], comm[16] = "";

	snprintf(path, sizeof path, "%s/comm", pid);
	_cleanup_(close_fd) int fd = openat(proc_fd, path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, comm, sizeof comm - 1) > 0 && strcmp(comm, "dockerd\n") == 0;
}

static bool may_be_dockerd(int proc_fd, const char *pid)
{
	char path[NAME_MAX + sizeof "/exe"], target[PATH_MAX];

	snprintf(path, sizeof path, "%s/exe", pid);
	ssize_t len = readlinkat(proc_fd, path, target, sizeof target - 1);
	if (len < 0)
		return (errno == EACCES || errno == EPERM) && is_called_dockerd(proc_fd, pid);
	target[len] = '\0';
	return text_ends(target, "/dockerd") || text_ends(target, "/dockerd (deleted)");
}

void docker_curl_prepare(void)
{
	_cleanup_(close_dir) DIR *proc = opendir("/proc");
	const struct docker_curl *curl;
	const struct dirent *entry;

	while (proc && (entry = readdir(proc)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && may_be_dockerd(dirfd(proc), entry->d_name)) {
			docker_curl_load(&curl, NULL); /* who asks for it is told why not */
			return;
		}
}
