#include "host/host_process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host/broker.h"
#include "host/host_private.h"

_Static_assert(HOST_PROCESS_ENVIRON_MAX == BROKER_ENVIRON_MAX, "the same whoever reads it");

static const char *const paths[] = {
#define X(name, path) path,
	HOST_LINKS(X)
#undef X
};

/* ---- which process ---------------------------------------------------------------------------- */

/* Field 22; the name, field 2, may hold anything, and the last parenthesis ends it. */
static int parse_start(char *text, pid_t pid, uint64_t *ret, struct error *err)
{
	char *at = strrchr(text, ')');

	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return error_set(err, ERROR_MALFORMED, "/proc/%d/stat has no start time", pid);
	*ret = strtoull(at, NULL, 10);
	return 0;
}

int host_process_find(const struct host *host, pid_t pid, struct host_process *ret, struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	char *text;
	uint64_t start;

	if (host_read(host, arena_printf(scratch, "/proc/%d/stat", pid), HOST_READ_SMALL, scratch, &text, NULL, err) < 0 ||
	    parse_start(text, pid, &start, err) < 0)
		return -1;
	*ret = (struct host_process){pid, start};
	return 0;
}

static int check_same(const struct host *host, struct host_process process, struct error *err)
{
	struct host_process now;

	if (host_process_find(host, process.pid, &now, err) < 0)
		return -1;
	if (now.start == process.start)
		return 0;
	return error_set(err, ERROR_NOT_FOUND, "process %d has ended", process.pid);
}

/* The start is compared by path and after the folder was opened: whoever has the number then had it when it was opened. */
int host_process_open(const struct host *host, struct host_process process, struct error *err)
{
	return host_process_open_again(host, process, 0, err);
}

static bool is_folder(int fd, ino_t folder)
{
	struct stat st;

	return folder && fstat(fd, &st) == 0 && st.st_ino == folder;
}

int host_process_open_again(const struct host *host, struct host_process process, ino_t folder, struct error *err)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d", process.pid);
	_cleanup_(close_fd) int fd = host_open_path(host, path, false, err);
	if (fd < 0 || (!is_folder(fd, folder) && check_same(host, process, err) < 0))
		return -1;
	return TAKE_FD(fd);
}

/* ---- the broker's answers ------------------------------------------------------------------------ */

static int errno_of(const struct host *host, enum broker_outcome outcome)
{
	static const int codes[BROKER_OUTCOME_COUNT] = {
		[BROKER_GONE] = ESRCH,          [BROKER_REUSED] = ESRCH,      [BROKER_NOT_PERMITTED] = EPERM,
		[BROKER_UNSUPPORTED] = ENOTSUP, [BROKER_TIMEOUT] = ETIMEDOUT, [BROKER_LIMIT] = ETOOMANYREFS,
	};
	int sys = broker_errno(host->broker);

	return codes[outcome] ? codes[outcome] : sys ? sys : EIO;
}

static int set_outcome(const struct host *host, const char *path, enum broker_outcome outcome, struct error *err)
{
	if (outcome == BROKER_FAILED || outcome == BROKER_TIMEOUT)
		return error_set(err, outcome == BROKER_TIMEOUT ? ERROR_TIMEOUT : ERROR_SYSTEM, "%s: %s", path,
				 broker_outcome_meaning(outcome));
	errno = errno_of(host, outcome);
	return error_sys(err, "%s", path);
}

/* ---- links ------------------------------------------------------------------------------------------ */

static void set_all(struct host_links *links, unsigned wanted, int sys)
{
	*links = (struct host_links){0};
	for (size_t link = 0; link < HOST_LINK_COUNT; link++)
		if (wanted & 1u << link)
			links->sys[link] = sys;
}

static void look_ourselves(int folder, size_t link, struct arena *arena, struct host_links *ret)
{
	char text[PATH_MAX];
	_cleanup_(close_fd) int opened = link == HOST_LINK_SELF ? -1 : host_open_below(folder, paths[link], O_PATH | O_NOFOLLOW);
	ssize_t len = link != HOST_LINK_SELF && opened < 0 ? -1 : readlinkat(opened < 0 ? folder : opened, "", text, sizeof text);

	if (len < 0 || len == sizeof text)
		ret->sys[link] = len < 0 ? errno : ENAMETOOLONG;
	else
		ret->text[link] = arena_strndup(arena, text, (size_t)len);
}

/* A process about which the broker hangs must not take the others with it: each is then asked about alone. */
static void ask_broker(const struct host *host, const int *folders, size_t count, unsigned wanted, struct arena *arena,
		       struct host_links *ret)
{
	enum broker_outcome outcome = broker_read_links(host->broker, folders, count, wanted, arena, ret);

	if (outcome == BROKER_OK)
		return;
	for (size_t i = 0; i < count; i++) {
		if (count > 1)
			outcome = broker_read_links(host->broker, folders + i, 1, wanted, arena, &ret[i]);
		if (outcome != BROKER_OK)
			set_all(&ret[i], wanted, errno_of(host, outcome));
	}
}

/* A process that ends between the search for a link and its reading gives EACCES (fs/proc/namespaces.c, proc_ns_readlink;
 * fs/proc/base.c, proc_pid_readlink). */
static void tell_ended(int folder, struct host_links *links)
{
	bool refused = false;

	for (size_t link = HOST_LINK_SELF + 1; link < HOST_LINK_COUNT; link++)
		refused |= links->sys[link] == EACCES;
	if (!refused || faccessat(folder, "stat", F_OK, 0) == 0)
		return;
	for (size_t link = 0; link < HOST_LINK_COUNT; link++)
		if (links->sys[link] == EACCES)
			links->sys[link] = ESRCH;
}

static void look_at(const struct host *host, const int *folders, size_t count, unsigned wanted, struct arena *arena,
		    struct host_links *ret)
{
	if (!count)
		return;
	memset(ret, 0, count * sizeof *ret);
	if (host->broker)
		ask_broker(host, folders, count, wanted, arena, ret);
	for (size_t i = 0; i < count * HOST_LINK_COUNT && !host->broker; i++)
		if (wanted & 1u << i % HOST_LINK_COUNT)
			look_ourselves(folders[i / HOST_LINK_COUNT], i % HOST_LINK_COUNT, arena, &ret[i / HOST_LINK_COUNT]);
	for (size_t i = 0; i < count; i++)
		tell_ended(folders[i], &ret[i]);
}

void host_process_links_at(const struct host *host, const int *folders, size_t count, unsigned wanted, struct arena *arena,
			   struct host_links *ret)
{
	for (size_t done = 0; done < count; done += BROKER_MANY_MAX) {
		size_t now = count - done < BROKER_MANY_MAX ? count - done : BROKER_MANY_MAX;

		look_at(host, folders + done, now, wanted, arena, ret + done);
	}
}

/* Up to BROKER_MANY_MAX of them. */
static void look_at_named(const struct host *host, const struct host_process *list, size_t count, unsigned wanted,
			  struct arena *arena, struct host_links *ret)
{
	struct host_links found[BROKER_MANY_MAX];
	int folders[BROKER_MANY_MAX] = {0};
	size_t index[BROKER_MANY_MAX], opened = 0;

	for (size_t i = 0; i < count; i++) {
		struct error err = {0};

		folders[opened] = host_process_open(host, list[i], &err);
		if (folders[opened] >= 0)
			index[opened++] = i;
		else
			set_all(&ret[i], wanted, err.code == ERROR_NOT_FOUND ? ESRCH : err.sys ? err.sys : EIO);
	}
	look_at(host, folders, opened, wanted, arena, found);
	for (size_t i = 0; i < opened; i++) {
		ret[index[i]] = found[i];
		close(folders[i]);
	}
}

void host_process_links(const struct host *host, const struct host_process *list, size_t count, unsigned wanted,
			struct arena *arena, struct host_links *ret)
{
	for (size_t done = 0; done < count; done += BROKER_MANY_MAX) {
		size_t now = count - done < BROKER_MANY_MAX ? count - done : BROKER_MANY_MAX;

		look_at_named(host, list + done, now, wanted, arena, ret + done);
	}
}

int host_process_refused(pid_t pid, enum host_link link, int sys, struct error *err)
{
	errno = sys;
	return error_sys(err, "/proc/%d/%s", pid, paths[link]);
}

int host_process_link(const struct host *host, struct host_process process, enum host_link link, struct arena *arena,
		      const char **ret, struct error *err)
{
	struct host_links links;
	_cleanup_(close_fd) int folder = host_process_open(host, process, err);

	if (folder < 0)
		return -1;
	host_process_links_at(host, &folder, 1, 1u << link, arena, &links);
	if (!links.text[link])
		return host_process_refused(process.pid, link, links.sys[link], err);
	*ret = links.text[link];
	return 0;
}

uint64_t host_process_inode(const char *text, const char *kind)
{
	char *end;

	if (!text_starts(text, kind) || !text_starts(text + strlen(kind), ":["))
		return 0;
	text += strlen(kind) + 2;
	uint64_t inode = *text >= '1' && *text <= '9' ? strtoull(text, &end, 10) : 0;
	return inode && strcmp(end, "]") == 0 ? inode : 0;
}

/* ---- sockets ------------------------------------------------------------------------------------------ */

/* The links of up to BROKER_MANY_MAX descriptors; those closed meanwhile are left out. */
static int read_descriptors(const struct host *host, int folder, char *const *names, size_t count, struct arena *arena,
			    struct host_sockets *ret, struct error *err)
{
	struct host_links found[BROKER_MANY_MAX];
	int links[BROKER_MANY_MAX] = {0}, sys = 0;
	size_t opened = 0;

	for (size_t i = 0; i < count; i++) {
		char path[300];

		snprintf(path, sizeof path, "fd/%s", names[i]);
		links[opened] = host_open_below(folder, path, O_PATH | O_NOFOLLOW);
		if (links[opened] >= 0)
			opened++;
		else if (errno != ENOENT)
			sys = errno;
	}
	look_at(host, links, opened, 1u << HOST_LINK_SELF, arena, found);
	for (size_t i = 0; i < opened; i++) {
		uint64_t inode = found[i].text[HOST_LINK_SELF] ? host_process_inode(found[i].text[HOST_LINK_SELF], "socket") : 0;

		if (inode)
			vec_push(arena, ret, inode);
		else if (!found[i].text[HOST_LINK_SELF] && found[i].sys[HOST_LINK_SELF] != ENOENT)
			sys = found[i].sys[HOST_LINK_SELF];
		close(links[i]);
	}
	errno = sys;
	return sys ? error_sys(err, "a descriptor") : 0;
}

/* The folder may be listed by whoever overrides its permissions; only what the links say takes the broker's rights. */
int host_process_sockets(const struct host *host, struct host_process process, struct arena *arena, struct host_sockets *ret,
			 struct error *err)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	_cleanup_(close_fd) int folder = host_process_open(host, process, err);
	const char *path = arena_printf(scratch, "/proc/%d/fd", process.pid);
	struct strings names = {0};

	if (folder < 0 || host_list(host, path, scratch, &names, err) < 0)
		return -1;
	*ret = (struct host_sockets){0};
	for (size_t done = 0; done < names.count; done += BROKER_MANY_MAX) {
		size_t now = names.count - done < BROKER_MANY_MAX ? names.count - done : BROKER_MANY_MAX;

		if (read_descriptors(host, folder, (char *const *)names.items + done, now, arena, ret, err) < 0)
			return error_wrap(err, "%s", path);
	}
	return check_same(host, process, err);
}

/* ---- root and environment ----------------------------------------------------------------------------- */

static int open_root(const struct host *host, struct host_process process, const char *path, struct error *err)
{
	if (!host_is_live(host))
		return host_open_path(host, path, true, err);
	_cleanup_(close_fd) int folder = host_process_open(host, process, err);
	int fd = -1;
	if (folder < 0)
		return -1;
	if (host->broker) {
		enum broker_outcome outcome = broker_root(host->broker, folder, &fd);

		return outcome == BROKER_OK ? fd : set_outcome(host, path, outcome, err);
	}
	/* The one magic link that is meant to be followed; what lies behind it is resolved inside it alone. */
	fd = openat(folder, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? error_sys(err, "%s", path) : fd;
}

int host_process_root(const struct host *host, struct host_process process, struct host **ret, struct error *err)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/root", process.pid);
	_cleanup_(close_fd) int fd = open_root(host, process, path, err);
	if (fd < 0 || check_same(host, process, err) < 0)
		return -1;
	*ret = host_adopt(TAKE_FD(fd), path);
	return 0;
}

static int ask_environ(const struct host *host, struct host_process process, const char *path, struct arena *arena, char **ret,
		       size_t *ret_len, struct error *err)
{
	struct broker_environ found;
	enum broker_outcome outcome = broker_environ(host->broker, process.pid, process.start, arena, &found);

	if (outcome != BROKER_OK)
		return set_outcome(host, path, outcome, err);
	*ret = (char *)(uintptr_t)found.bytes;
	*ret_len = found.len;
	if (!found.cut)
		return 0;
	explicit_bzero(*ret, *ret_len);
	return error_set(err, ERROR_LIMIT, "%s: longer than %d bytes", path, HOST_PROCESS_ENVIRON_MAX);
}

int host_process_environ(const struct host *host, struct host_process process, struct arena *arena, char **ret, size_t *ret_len,
			 struct error *err)
{
	char path[64], *text;
	size_t len;

	snprintf(path, sizeof path, "/proc/%d/environ", process.pid);
	if (host->broker)
		return ask_environ(host, process, path, arena, ret, ret_len, err);
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
