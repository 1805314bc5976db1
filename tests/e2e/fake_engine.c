/* Something that calls itself dockerd: listens on a unix socket and answers badly, as MODE says.
 * usage: dockerd MODE --host unix://PATH --data-root DIR */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void answer(int fd, const char *mode)
{
	char request[4096];

	if (strcmp(mode, "hang") == 0)
		return; /* the connection stays open and silent */
	if (read(fd, request, sizeof request) <= 0)
		return;
	if (strcmp(mode, "garbage") == 0)
		dprintf(fd, "\x01\x02 this is no HTTP\r\n\r\n");
	else if (strcmp(mode, "html") == 0)
		dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 14\r\nApi-Version: 1.41\r\n\r\n<html></html>\r\n");
	else if (strcmp(mode, "redirect") == 0)
		dprintf(fd, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n");
	else if (strcmp(mode, "empty") == 0)
		dprintf(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nApi-Version: 1.41\r\n\r\n{}");
	else if (strcmp(mode, "flood") == 0) {
		static const char piece[] = "fff\r\n";
		char filler[4096 + 2];

		memset(filler, ' ', sizeof filler);
		dprintf(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
		for (long i = 0; i < 1 << 18; i++)
			if (write(fd, piece, sizeof piece - 1) < 0 || write(fd, filler, 0xfff) < 0 || write(fd, "\r\n", 2) < 0)
				break;
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int server = socket(AF_UNIX, SOCK_STREAM, 0);

	if (argc < 4 || strncmp(argv[3], "unix://", 7) != 0 || strlen(argv[3] + 7) >= sizeof address.sun_path)
		return 2;
	strcpy(address.sun_path, argv[3] + 7);
	if (bind(server, (struct sockaddr *)&address, sizeof address) < 0 || listen(server, 16) < 0)
		return 1;
	for (;;) {
		int fd = accept(server, NULL, NULL);

		if (fd >= 0)
			answer(fd, argv[1]);
	}
}
