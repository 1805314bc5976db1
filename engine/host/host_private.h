/* What the files of this folder share; nobody else includes it. */
#ifndef HOST_HOST_PRIVATE_H
#define HOST_HOST_PRIVATE_H

#include "host/host.h"

struct host_accounts;

struct host {
	char *given;                /* the root as the caller wrote it */
	char *prefix;               /* the root's own absolute path without a last slash; "" for "/" */
	int root_fd;                /* O_PATH */
	int proc_fd;                /* O_PATH on the live procfs, or -1 */
	bool live;
	struct broker *broker;      /* borrowed, or NULL */
	bool has_clock;             /* the tree says what time it is */
	int64_t clock;              /* seconds since the epoch */
	struct buf *scratch;        /* reused by every host_read */
	struct arena *arena;        /* names that are borrowed until host_close */
	struct host_accounts *accounts; /* read on first use; in the arena */
};

/* A handle on the folder behind `root_fd`, which becomes the handle's; not live. `name` is for messages. */
struct host *host_adopt(int root_fd, const char *name);

/* openat2(2) below a folder, by no link but a last one with O_PATH | O_NOFOLLOW; -1 with errno. */
int host_open_below(int folder, const char *path, uint64_t flags);

/* A readable descriptor of a folder; caller closes. -1 on error. */
int host_open_folder(const struct host *host, const char *path, struct error *err);

#endif
