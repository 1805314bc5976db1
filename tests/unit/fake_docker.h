/* A small Engine API on a unix socket in a folder of its own, for tests: each path has its way of (mis)behaving. */
#ifndef TESTS_UNIT_FAKE_DOCKER_H
#define TESTS_UNIT_FAKE_DOCKER_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct fake_answer {
	const char *path; /* behind the version prefix: "/info" */
	const char *raw;  /* sent as it is; NULL: `json` with status 200 */
	const char *json; /* NULL with raw NULL: `act` does it all */
	void (*act)(int fd);
};

struct fake_counts {
	atomic_int connections; /* over which something was asked */
	atomic_int requests;
};

struct fake_docker {
	char folder[64];
	char path[96];
	pid_t pid;
	struct fake_counts *counts; /* shared with the server */
};

static void fake_send(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);

		if (sent <= 0)
			_exit(0);
		bytes += sent;
		len -= (size_t)sent;
	}
}

static void fake_send_json(int fd, const char *json)
{
	char head[160];

	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
		 strlen(json));
	fake_send(fd, head, strlen(head));
	fake_send(fd, json, strlen(json));
}

/* "/v1.41/info" matches "/info"; so does "/info". Unknown paths say what was asked. */
static void fake_answer(int fd, const char *asked, const struct fake_answer *answers)
{
	char echo[4352];

	for (const struct fake_answer *answer = answers; answer->path; answer++) {
		size_t len = strlen(answer->path), asked_len = strlen(asked);

		if (asked_len < len || strcmp(asked + asked_len - len, answer->path) != 0)
			continue;
		if (answer->act)
			answer->act(fd);
		else if (answer->raw)
			fake_send(fd, answer->raw, strlen(answer->raw));
		else
			fake_send_json(fd, answer->json);
		if (answer->raw || answer->act)
			_exit(0); /* closes the connection */
		return;
	}
	snprintf(echo, sizeof echo, "{\"path\":\"%s\"}", asked);
	fake_send_json(fd, echo);
}

static void fake_serve(int fd, const struct fake_answer *answers, struct fake_counts *counts)
{
	char request[8192];
	size_t len = 0;
	bool first = true;

	for (;;) {
		ssize_t got = recv(fd, request + len, sizeof request - 1 - len, 0);
		char path[4096];

		if (got <= 0)
			_exit(0);
		len += (size_t)got;
		request[len] = '\0';
		if (!strstr(request, "\r\n\r\n"))
			continue;
		len = 0;
		atomic_fetch_add(&counts->requests, 1);
		if (first)
			atomic_fetch_add(&counts->connections, 1);
		first = false;
		if (sscanf(request, "GET %4095s HTTP/1.1", path) != 1)
			_exit(1);
		fake_answer(fd, path, answers);
	}
}

/* Listens in the caller's name: the peer's pid is getpid(). One process a connection. */
static void fake_start(struct fake_docker *fake, const struct fake_answer *answers)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(fake->folder, "/tmp/plimsoll-docker-XXXXXX");
	if (!mkdtemp(fake->folder) || listener < 0)
		abort();
	snprintf(fake->path, sizeof fake->path, "%s/docker.sock", fake->folder);
	strcpy(address.sun_path, fake->path);
	fake->counts = mmap(NULL, sizeof *fake->counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fake->counts == MAP_FAILED || bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(listener, 16) < 0)
		abort();
	fake->pid = fork();
	if (fake->pid == 0) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that dies leaves no server behind */
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int fd = accept(listener, NULL, NULL);

			if (fd < 0)
				_exit(1);
			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				fake_serve(fd, answers, fake->counts);
			}
			close(fd);
		}
	}
	setpgid(fake->pid, fake->pid);
	close(listener);
}

static void fake_stop(struct fake_docker *fake)
{
	kill(-fake->pid, SIGKILL);
	waitpid(fake->pid, NULL, 0);
	munmap(fake->counts, sizeof *fake->counts);
	unlink(fake->path);
	rmdir(fake->folder);
}

#endif
