/* The floor for a benchmark: asks one daemon's API over its unix socket and reads files, each once, and keeps nothing.
 * usage: minimal SOCKET <LIST   where a line of LIST is "GET /path" or "READ /path"
 * Built with libcurl as a tool would, or with -DRAW_SOCKET by hand on the socket. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char buffer[1 << 20];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

#ifdef RAW_SOCKET
static int fd = -1;

static void dial(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		die("socket");
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		die("connect");
}

/* One answer on a kept connection: by Content-Length, or chunked to its last chunk. */
static size_t get(const char *path)
{
	size_t total = 0, head = 0, want = 0;
	int chunked = 0;

	dprintf(fd, "GET %s HTTP/1.1\r\nHost: docker\r\n\r\n", path);
	for (;;) {
		ssize_t got = read(fd, buffer + total, sizeof buffer - 1 - total);

		if (got <= 0)
			return total;
		total += (size_t)got;
		buffer[total] = '\0';
		if (!head) {
			const char *end = strstr(buffer, "\r\n\r\n"), *length = strcasestr(buffer, "content-length:");

			if (!end)
				continue;
			head = (size_t)(end - buffer) + 4;
			chunked = strcasestr(buffer, "transfer-encoding: chunked") != NULL;
			want = length ? head + strtoul(length + 15, NULL, 10) : 0;
		}
		if (chunked ? total >= 5 && memcmp(buffer + total - 5, "0\r\n\r\n", 5) == 0 : total >= want)
			return total;
	}
}
#else
#include <curl/curl.h>

static CURL *curl;
static size_t received;

static size_t deliver(char *data, size_t size, size_t count, void *unused)
{
	(void)data, (void)unused;
	received += size * count;
	return size * count;
}

static void dial(const char *path)
{
	curl_global_init(CURL_GLOBAL_NOTHING);
	curl = curl_easy_init();
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, path);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, deliver);
}

static size_t get(const char *path)
{
	char url[sizeof "http://docker" + 4096];

	snprintf(url, sizeof url, "http://docker%s", path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	received = 0;
	if (curl_easy_perform(curl) != CURLE_OK)
		die("curl");
	return received;
}
#endif

static size_t slurp(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	size_t total = 0;
	ssize_t got;

	if (fd < 0)
		return 0;
	while ((got = read(fd, buffer, sizeof buffer)) > 0)
		total += (size_t)got;
	close(fd);
	return total;
}

int main(int argc, char **argv)
{
	char line[4096];
	size_t total = 0;

	if (argc != 2)
		return 2;
	dial(argv[1]);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "GET ", 4) == 0)
			total += get(line + 4);
		else if (strncmp(line, "READ ", 5) == 0)
			total += slurp(line + 5);
	}
	printf("%zu bytes\n", total);
	return 0;
}
