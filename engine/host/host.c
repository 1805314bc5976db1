#include "host/host_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>

#define CLOCK_FILE "/.plimsoll-clock"
#define RETRY_MAX 16

/* openat2(2), "EAGAIN": a rename or mount elsewhere raced with a ".." under RESOLVE_IN_ROOT. */
static int open_how(int fd, const char *path, uint64_t flags, uint64_t resolve)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.resolve = resolve | RESOLVE_NO_MAGICLINKS,
	};
	for (int i = 0;; i++) {
		long opened = syscall(SYS_openat2, fd, path, &how, sizeof how);
		if (opened >= 0 || (errno != EAGAIN && errno != EINTR) || i == RETRY_MAX)
			return (int)opened;
	}
}

int host_open_below(int folder, const char *path, uint64_t flags)
{
	return open_how(folder, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
}

static int open_inside(const struct host *host, const char *path, uint64_t flags)
{
	return open_how(host->root_fd, path, flags, RESOLVE_IN_ROOT);
}

/* The name by which the kernel knows an open descriptor, proc_pid_fd(5). */
static int name_of_fd(int fd, char ret[static PATH_MAX], struct error *err)
{
	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, ret, PATH_MAX);
	if (len < 0) {
		error_sys(err, "cannot read %s", link);
		if (err && err->code == ERROR_NOT_FOUND) /* our procfs is missing, not the file */
			err->code = ERROR_SYSTEM;
		return -1;
	}
	if (len == PATH_MAX || ret[0] != '/')
		return error_set(err, ERROR_SYSTEM, "a path too long or outside this root");
	ret[len] = '\0';
	return 0;
}

static int open_root(struct host *host, struct error *err)
{
	char name[PATH_MAX];
	host->root_fd = open(host->given, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host->root_fd < 0)
		return error_sys(err, "cannot open the root %s", host->given);
	_cleanup_(close_fd) int probe = open_inside(host, "/", O_PATH);
	if (probe < 0)
		return error_sys(err, "cannot resolve inside the root %s by openat2", host->given);
	if (name_of_fd(host->root_fd, name, err) < 0)
		return error_wrap(err, "root %s", host->given);
	host->live = strcmp(name, "/") == 0;
	host->prefix = strdup(host->live ? "" : name);
	if (!host->prefix)
		out_of_memory();
	return 0;
}

static void open_proc(struct host *host)
{
	struct statfs fs;
	_cleanup_(close_fd) int fd = open_inside(host, "/proc", O_PATH | O_DIRECTORY);
	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC)
		host->proc_fd = TAKE_FD(fd);
}

static int read_clock(struct host *host, struct error *err)
{
	struct error why = {0};
	char *text;
	if (host_read(host, CLOCK_FILE, 64, host->arena, &text, NULL, &why) < 0) {
		if (why.code == ERROR_NOT_FOUND)
			return 0;
		return error_set(err, why.code, "%s", why.text);
	}
	text[strcspn(text, "\n")] = '\0';
	if (!text_to_int(text, 10, &host->clock))
		return error_set(err, ERROR_MALFORMED, "%s: not a number of seconds", CLOCK_FILE);
	host->has_clock = true;
	return 0;
}

static struct host *make_host(const char *name)
{
	struct host *host = calloc(1, sizeof *host);

	if (!host)
		out_of_memory();
	host->root_fd = host->proc_fd = -1;
	host->arena = arena_new();
	host->given = strdup(name);
	host->scratch = calloc(1, sizeof *host->scratch);
	if (!host->given || !host->scratch)
		out_of_memory();
	return host;
}

struct host *host_adopt(int root_fd, const char *name)
{
	char path[PATH_MAX];
	struct host *host = make_host(name);

	host->root_fd = root_fd;
	/* A folder of another mount namespace is named from the root of its own. */
	bool named = name_of_fd(root_fd, path, NULL) == 0 && strcmp(path, "/") != 0;
	host->prefix = strdup(named ? path : "");
	if (!host->prefix)
		out_of_memory();
	return host;
}

int host_open(const char *root, struct host **ret, struct error *err)
{
	_cleanup_(host_cleanup) struct host *host = make_host(root);

	if (open_root(host, err) < 0)
		return -1;
	if (host->live)
		open_proc(host);
	else if (read_clock(host, err) < 0)
		return -1;
	*ret = TAKE_PTR(host);
	return 0;
}

void host_close(struct host *host)
{
	if (!host)
		return;
	close_fd(&host->root_fd);
	close_fd(&host->proc_fd);
	buf_done(host->scratch);
	arena_free(host->arena);
	free(host->scratch);
	free(host->given);
	free(host->prefix);
	free(host);
}

bool host_is_live(const struct host *host)
{
	return host->live;
}

void host_lend_broker(struct host *host, struct broker *broker)
{
	host->broker = broker;
}

struct broker *host_broker(const struct host *host)
{
	return host->broker;
}

const char *host_root(const struct host *host)
{
	return host->given;
}

int64_t host_now(const struct host *host)
{
	return host->has_clock ? host->clock : (int64_t)time(NULL);
}

int host_open_folder(const struct host *host, const char *path, struct error *err)
{
	/* O_DIRECTORY refuses anything else before it is opened. */
	int fd = open_inside(host, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_NOCTTY);
	return fd < 0 ? error_sys(err, "%s", path) : fd;
}

int host_open_path(const struct host *host, const char *path, bool follow_last, struct error *err)
{
	int fd = open_inside(host, path, O_PATH | (follow_last ? 0 : O_NOFOLLOW));
	return fd < 0 ? error_sys(err, "%s", path) : fd;
}

/* Live procfs holds no fifo and no device, so within it (RESOLVE_NO_XDEV) a file may be opened at
 * once. -1 with EXDEV: the path leaves it. */
static int open_proc_file(const struct host *host, const char *path)
{
	if (host->proc_fd < 0 || !text_starts(path, "/proc/")) {
		errno = EXDEV;
		return -1;
	}
	path += strlen("/proc");
	return open_how(host->proc_fd, path + strspn(path, "/"), O_RDONLY | O_NONBLOCK | O_NOCTTY,
			RESOLVE_BENEATH | RESOLVE_NO_XDEV);
}

static int require_regular(int fd, const char *path, struct error *err)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return error_sys(err, "%s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERROR_UNSUPPORTED, "%s: not a regular file", path);
	return 0;
}

int host_open_file(const struct host *host, const char *path, struct error *err)
{
	_cleanup_(close_fd) int fd = open_proc_file(host, path);
	bool opened = fd >= 0;
	if (!opened && errno != EXDEV)
		return error_sys(err, "%s", path);
	if (!opened)
		fd = host_open_path(host, path, true, err);
	if (fd < 0 || require_regular(fd, path, err) < 0)
		return -1;
	if (opened)
		return TAKE_FD(fd);

	char link[64];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	int file = open(link, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (file >= 0)
		return file;
	error_sys(err, "%s", path);
	if (err && err->code == ERROR_NOT_FOUND) /* our procfs is missing, not the file */
		err->code = ERROR_SYSTEM;
	return -1;
}

int host_stat(const struct host *host, const char *path, bool follow_last, struct stat *ret,
	      struct error *err)
{
	_cleanup_(close_fd) int fd = host_open_path(host, path, follow_last, err);
	if (fd < 0)
		return -1;
	struct stat st;
	if (fstat(fd, &st) < 0)
		return error_sys(err, "%s", path);
	*ret = st;
	return 0;
}

int host_readlink(const struct host *host, const char *path, struct arena *arena, char **ret,
		  struct error *err)
{
	char target[PATH_MAX];
	struct stat st;
	/* Gives the link itself, a magic one too (openat2(2), RESOLVE_NO_MAGICLINKS). */
	_cleanup_(close_fd) int fd = host_open_path(host, path, false, err);
	if (fd < 0)
		return -1;
	ssize_t len = readlinkat(fd, "", target, sizeof target);
	if (len == sizeof target)
		return error_set(err, ERROR_LIMIT, "%s: the link is too long", path);
	if (len >= 0) {
		*ret = arena_strndup(arena, target, (size_t)len);
		return 0;
	}
	/* With an empty path ENOENT means "not a link"; from a link it is what the link says
	 * (the executable of a kernel thread). */
	int sys = errno;
	if (fstat(fd, &st) == 0 && !S_ISLNK(st.st_mode))
		return error_set(err, ERROR_MALFORMED, "%s: not a link", path);
	errno = sys;
	return error_sys(err, "%s", path);
}

int host_realpath(const struct host *host, const char *path, struct arena *arena, char **ret,
		  struct error *err)
{
	char name[PATH_MAX];
	struct stat st;
	_cleanup_(close_fd) int fd = host_open_path(host, path, true, err);
	if (fd < 0)
		return -1;
	if (name_of_fd(fd, name, err) < 0)
		return error_wrap(err, "%s", path);
	/* A removed file's name ends in " (deleted)", which any other file's may as well. */
	if (fstat(fd, &st) == 0 && st.st_nlink == 0)
		return error_set(err, ERROR_NOT_FOUND, "%s: removed meanwhile", path);
	size_t len = strlen(host->prefix);
	if (strncmp(name, host->prefix, len) != 0 || (name[len] != '/' && name[len] != '\0'))
		return error_set(err, ERROR_SYSTEM, "%s: outside the root", path);
	*ret = arena_strdup(arena, name[len] ? name + len : "/");
	return 0;
}
