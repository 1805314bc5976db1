/* What only a privileged process may follow or read of another: links, root (proc(5), PTRACE_MODE_READ). */
#include "host/broker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sys/vfs.h>

static const char *const paths[] = {
#define X(name, path) path,
	HOST_LINKS(X)
#undef X
};

/* Elsewhere a file server might answer, or never. */
static int require_procfs(int folder)
{
	struct statfs fs;

	if (fstatfs(folder, &fs) < 0)
		return errno;
	return fs.f_type == PROC_SUPER_MAGIC ? 0 : EINVAL;
}

/* Reading a link makes no inode of the namespace, as following it would, and is half the price. */
static void append(int folder, const char *path, int refused, struct broker_answer *answer)
{
	unsigned char *row = answer->bytes + answer->len;
	char *text = (char *)row + sizeof(struct broker_link_row);
	ssize_t len = refused ? -1 : readlinkat(folder, path, text, PATH_MAX);
	struct broker_link_row head = {.sys = refused ? refused : errno};

	if (len == PATH_MAX)
		head.sys = ENAMETOOLONG;
	else if (len >= 0)
		head = (struct broker_link_row){.len = (uint32_t)len};
	memcpy(row, &head, sizeof head);
	memset(text + head.len, 0, BROKER_LINK_PADDED(head.len) - head.len);
	answer->len += (uint32_t)(sizeof head + BROKER_LINK_PADDED(head.len));
}

void broker_links_serve(const struct broker_request *request, const struct broker_fds *folders, struct broker_answer *answer)
{
	for (size_t i = 0; i < folders->count; i++) {
		int refused = require_procfs(folders->fd[i]);

		for (size_t link = 0; link < HOST_LINK_COUNT; link++) {
			if (!(request->flags & 1u << link))
				continue;
			if (answer->len > sizeof answer->bytes - 2 * PATH_MAX) {
				answer->outcome = BROKER_LIMIT;
				return;
			}
			append(folders->fd[i], paths[link], refused, answer);
		}
	}
}

void broker_links_root(int folder, struct broker_answer *answer)
{
	int refused = require_procfs(folder);

	if (refused)
		errno = refused;
	else
		answer->fd = openat(folder, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (answer->fd >= 0)
		return;
	answer->sys = errno;
	answer->outcome = broker_process_outcome(errno);
}
