/* The environment of another process (proc_pid_environ(5), PTRACE_MODE_READ). */
#include "host/broker_private.h"

#include <errno.h>

void broker_environ_serve(const struct broker_process *process, const struct broker_request *request _unused_,
			  struct broker_answer *answer)
{
	struct broker_environ_head head = {0};
	char *bytes = (char *)answer->bytes + sizeof head;
	ssize_t len = broker_process_read(process->folder, "environ", bytes, BROKER_ENVIRON_MAX + 2);

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
