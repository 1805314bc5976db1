/* The host handle: every read of the audited host goes through it.
 *
 * A root descriptor plus bounded reads that resolve inside that root
 * (openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS, O_NONBLOCK|O_NOCTTY|O_CLOEXEC). `--root DIR`, the tests and
 * the live host use the same handle. Paths are absolute as the host itself writes them.
 * Content is read from regular files only (procfs and sysfs files are regular too). Nothing is ever written. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

struct host;
struct broker;

/* root "/" is this host, live; anything else is a tree at rest or a captured host. ERROR_NOT_FOUND etc. */
int host_open(const char *root, struct host **ret, struct error *err);
void host_close(struct host *host);
static inline void host_cleanup(struct host **host) { host_close(*host); }

/* True when the root is "/" : the kernel, processes and daemons may be asked. In a tree that is not live, /proc and /sys below
 * the root are read like any other folder where they exist (captured hosts, a mounted host root with its own /proc). */
bool host_is_live(const struct host *host);
const char *host_root(const struct host *host);

/* The process that looks where privilege is needed (host/broker.h), lent to the host until it is closed; NULL, as for every tree
 * that is not live, means that we look ourselves with what rights we have. */
void host_lend_broker(struct host *host, struct broker *broker);
struct broker *host_broker(const struct host *host);

/* Named caps, in bytes. */
#define HOST_READ_SMALL 65536       /* one value: sysctl, status, a pid file */
#define HOST_READ_CONFIG (4 << 20)  /* a configuration file, mountinfo, config.v2.json */
#define HOST_READ_LARGE (16 << 20)  /* kernel configuration, modules.builtin */

/* The content of a regular file, NUL-terminated in the arena; `*ret_len` (may be NULL) without the NUL.
 * ERROR_LIMIT when longer than cap (nothing is returned cut). ERROR_UNSUPPORTED when not a regular file.
 * NUL bytes may stand inside. The bytes are as read: callers make them safe before they become values. */
int host_read(const struct host *host, const char *path, size_t cap, struct arena *arena, char **ret, size_t *ret_len,
	      struct error *err);

/* An O_PATH descriptor of whatever is there, links followed inside the root; caller closes. -1 on error. */
int host_open_path(const struct host *host, const char *path, bool follow_last, struct error *err);
/* A readable descriptor of a regular file, for callers that read themselves; caller closes. -1 on error. */
int host_open_file(const struct host *host, const char *path, struct error *err);

/* stat(2)/lstat(2) inside the root. */
int host_stat(const struct host *host, const char *path, bool follow_last, struct stat *ret, struct error *err);
/* What a link says, unresolved; works on the links of /proc/PID too. ERROR_MALFORMED: not a link. */
int host_readlink(const struct host *host, const char *path, struct arena *arena, char **ret, struct error *err);
/* The path after following every link inside the root, as the host would name it. */
int host_realpath(const struct host *host, const char *path, struct arena *arena, char **ret, struct error *err);

/* Names in a folder, sorted by strcmp, without . and ..; at most HOST_ENTRIES_MAX (ERROR_LIMIT beyond). */
#define HOST_ENTRIES_MAX 262144
int host_list(const struct host *host, const char *path, struct arena *arena, struct strings *ret, struct error *err);

/* Paths that match a glob of * ? [set] per component (no ** ), sorted; nothing found is success with count 0. As in glob(7)
 * a leading dot is matched only by a dot, and [!set] or [^set] matches what is not in it; a backslash is itself. A last component
 * that is a link counts, wherever it leads. A folder on the way that cannot be listed is an error: not looking is not
 * "nothing there". */
int host_glob(const struct host *host, const char *pattern, struct arena *arena, struct strings *ret, struct error *err);

/* Account names from the host's own /etc/passwd and /etc/group (never NSS of the machine that runs us).
 * Falls back to the decimal number. 0 is always "root". Borrowed until host_close. */
const char *host_user_name(struct host *host, uid_t uid);
const char *host_group_name(struct host *host, gid_t gid);
/* Members of a group: listed ones and those with it as primary group. Absent group: ERROR_NOT_FOUND. */
int host_group_members(struct host *host, const char *group, struct arena *arena, struct strings *ret, struct error *err);

/* Clock of the audited host: CLOCK_REALTIME now, or for a captured tree that has /.plimsoll-clock (seconds since the epoch,
 * decimal text) that. */
int64_t host_now(const struct host *host);

#endif
