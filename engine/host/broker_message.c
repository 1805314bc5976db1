/* Messages with descriptors, both sides' (unix(7), cmsg(3)). */
#include "host/broker_private.h"

#include <errno.h>
#include <sys/socket.h>

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int) * BROKER_MANY_MAX)];
};

int broker_send(int socket, struct iovec *parts, size_t part_count, const int *fds, size_t count, int flags)
{
	union control control;
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = part_count};

	if (count) {
		memset(&control, 0, CMSG_SPACE(sizeof *fds * count));
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(sizeof *fds * count);
		struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

		rights->cmsg_level = SOL_SOCKET;
		rights->cmsg_type = SCM_RIGHTS;
		rights->cmsg_len = CMSG_LEN(sizeof *fds * count);
		memcpy(CMSG_DATA(rights), fds, sizeof *fds * count);
	}
	return sendmsg(socket, &message, MSG_NOSIGNAL | flags) < 0 ? -1 : 0;
}

ssize_t broker_receive(int socket, void *buffer, size_t size, struct broker_fds *ret, int flags)
{
	union control control;
	struct iovec part = {buffer, size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes,
				 .msg_controllen = sizeof control.bytes};
	ssize_t len = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | flags);
	struct cmsghdr *rights = len > 0 ? CMSG_FIRSTHDR(&message) : NULL;

	ret->count = 0;
	if (rights && rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
		ret->count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(ret->fd, CMSG_DATA(rights), ret->count * sizeof(int));
	}
	return len;
}

void broker_fds_close(struct broker_fds *fds)
{
	for (size_t i = 0; i < fds->count; i++)
		close(fds->fd[i]);
	fds->count = 0;
}
