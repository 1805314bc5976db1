/* What only a privileged process may follow or read of another: namespace links, root, cwd, environ (proc(5), PTRACE_MODE_READ). */
#include "host/broker_private.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>

static const char *const paths[] = {
#define PATH(name, path) path,
	BROKER_LINKS(PATH)
#undef PATH
};

/* statx follows the link as an open with O_PATH would, in one call; without asking a file server for news, which may hang. */
static void identify(int folder, const char *path, struct broker_identity *ret)
{
	struct statx st;

	if (statx(folder, path, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, STATX_INO, &st) < 0) {
		ret->sys = errno;
		return;
	}
	ret->dev = makedev(st.stx_dev_major, st.stx_dev_minor);
	ret->ino = st.stx_ino;
}

void broker_namespace_serve(const struct broker_process *process, const struct broker_request *request _unused_,
			    struct broker_answer *answer)
{
	struct broker_namespaces found = {0};
	bool any = false;

	for (size_t i = 0; i < BROKER_LINK_COUNT; i++) {
		identify(process->folder, paths[i], &found.links[i]);
		any |= found.links[i].sys == 0;
	}
	if (!any) {
		answer->sys = found.links[0].sys;
		answer->outcome = broker_process_outcome(answer->sys);
		return;
	}
	memcpy(answer->bytes, &found, sizeof found);
	answer->len = sizeof found;
}

/* environ is readable by its owner only, and the broker overrides no permissions; the memory it shows is within reach. */
static ssize_t read_memory(const struct broker_process *process, char *buffer, size_t size)
{
	char stat[2048];

	if (broker_process_read(process->folder, "stat", stat, sizeof stat) <= 0)
		return -1;
	uint64_t begin = broker_process_stat_field(stat, 50), end = broker_process_stat_field(stat, 51);

	if (begin == 0 || end <= begin) { /* no memory, or no permission to know */
		errno = EACCES;
		return -1;
	}
	size_t wanted = end - begin < size ? (size_t)(end - begin) : size;
	struct iovec here = {buffer, wanted}, there = {(void *)(uintptr_t)begin, wanted};

	return process_vm_readv(process->pid, &here, 1, &there, 1, 0);
}

void broker_namespace_environ(const struct broker_process *process, const struct broker_request *request _unused_,
			      struct broker_answer *answer)
{
	struct broker_environ_head head = {0};
	char *bytes = (char *)answer->bytes + sizeof head;
	ssize_t len = broker_process_read(process->folder, "environ", bytes, BROKER_ENVIRON_MAX + 2);

	if (len < 0 && errno == EACCES)
		len = read_memory(process, bytes, BROKER_ENVIRON_MAX + 1);
	if (len < 0) {
		answer->sys = errno;
		answer->outcome = broker_process_outcome(errno);
		return;
	}
	head.cut = len > BROKER_ENVIRON_MAX;
	if (head.cut)
		len = BROKER_ENVIRON_MAX;
	memcpy(answer->bytes, &head, sizeof head);
	answer->len = (uint32_t)(sizeof head + (size_t)len);
}
