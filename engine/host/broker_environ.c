/* The environment of another process (proc_pid_environ(5), PTRACE_MODE_READ). */
#include "host/broker_private.h"

#include <errno.h>

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

void broker_environ_serve(const struct broker_process *process, const struct broker_request *request _unused_,
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
