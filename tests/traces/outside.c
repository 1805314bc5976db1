/* Runs a command again and again and looks meanwhile at processes in containers: is one of them stopped or traced, and what do
 * they count of themselves (tests/traces/inside.c)?
 * usage: outside COUNT NAME=PID=FILE... -- COMMAND [ARG...]     FILE: the struct figures of that process, or "-"
 * Prints a line "NAME KIND rounds EINTR other late longest_ms" for each kind that ran, "NAME signals N", and of all of them
 * "threads N samples N traced N stopped N longest_ms N left N" and "runs N failed N". */
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "figures.h"

#define TARGETS_MAX 32
#define THREADS_MAX 512
#define PAUSE_NS 2000000
#define SETTLE_NS 500000000u

extern char **environ;

static struct target {
	const char *name;
	struct figures *figures; /* NULL: it counts nothing */
} targets[TARGETS_MAX];
static size_t target_count;

/* A thread by an open descriptor of its status: a pid that is used again is not taken for it. */
static struct thread {
	int fd;
	uint64_t since; /* of this sighting, or 0 */
} threads[THREADS_MAX];
static size_t thread_count;

static struct {
	unsigned long samples, traced, stopped, left;
	uint64_t longest_ns;
	unsigned long runs, failed;
} seen;

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- who is looked at ---------------------------------------------------------------------------------- */

static void add_threads(const char *pid)
{
	const struct dirent *entry;
	char path[300];

	snprintf(path, sizeof path, "/proc/%s/task", pid);
	DIR *dir = opendir(path);

	if (!dir)
		die(path);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "/proc/%s/task/%s/status", pid, entry->d_name);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || thread_count == THREADS_MAX)
			die(path);
		threads[thread_count++] = (struct thread){.fd = fd};
	}
	closedir(dir);
}

static struct figures *map_figures(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct figures *figures = mmap(NULL, sizeof *figures, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (fd < 0 || figures == MAP_FAILED)
		die(path);
	close(fd);
	return figures;
}

static void add_target(char *argument)
{
	char *name = strsep(&argument, "="), *pid = strsep(&argument, "=");

	if (!pid || !argument || target_count == TARGETS_MAX)
		exit(2);
	targets[target_count].name = name;
	targets[target_count].figures = strcmp(argument, "-") ? map_figures(argument) : NULL;
	if (targets[target_count].figures)
		memset((void *)targets[target_count].figures, 0, sizeof(struct figures));
	target_count++;
	add_threads(pid);
}

/* ---- looking ------------------------------------------------------------------------------------------- */

static const char *field(const char *text, const char *key)
{
	const char *line = strstr(text, key);

	return line ? line + strlen(key) : "?";
}

static bool look(struct thread *thread)
{
	char text[4096];
	ssize_t len = pread(thread->fd, text, sizeof text - 1, 0);

	if (len <= 0)
		return true; /* it is gone, and was not to go */
	text[len] = '\0';
	char state = *field(text, "\nState:\t");
	bool traced = *field(text, "\nTracerPid:\t") != '0', stopped = state == 'T' || state == 't';

	seen.traced += traced;
	seen.stopped += stopped;
	return traced || stopped;
}

static unsigned long look_at_all(void)
{
	unsigned long found = 0;

	seen.samples++;
	for (struct thread *thread = threads; thread < threads + thread_count; thread++) {
		uint64_t time = now();

		if (!look(thread)) {
			thread->since = 0;
			continue;
		}
		found++;
		if (!thread->since)
			thread->since = time;
		if (time - thread->since > seen.longest_ns)
			seen.longest_ns = time - thread->since;
	}
	nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
	return found;
}

static void run(char **command)
{
	posix_spawn_file_actions_t actions;
	int status = 0;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, command[0], &actions, NULL, command, environ) != 0)
		die(command[0]);
	posix_spawn_file_actions_destroy(&actions);
	do
		look_at_all();
	while (waitpid(pid, &status, WNOHANG) == 0);
	seen.runs++;
	seen.failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

/* ---- what came of it ------------------------------------------------------------------------------------- */

static void print_target(const struct target *target)
{
	static const char *const names[] = {
#define X(name) #name,
		KINDS(X)
#undef X
	};
	unsigned long signals = 0;

	for (int kind = 0; kind < KIND_COUNT; kind++) {
		const struct figure *figure = &target->figures->kinds[kind];

		if (figure->rounds)
			printf("%s %s %lu %lu %lu %lu %.1f\n", target->name, names[kind], figure->rounds, figure->interrupted,
			       figure->other, figure->late, (double)figure->longest_ns / 1e6);
	}
	for (int number = 1; number < SIGNALS; number++)
		signals += target->figures->signals[number];
	printf("%s signals %lu\n", target->name, signals);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	int at = 2;

	for (; at < argc && strcmp(argv[at], "--") != 0; at++)
		add_target(argv[at]);
	if (at + 1 >= argc)
		return 2;
	while (count--)
		run(argv + at + 1);
	for (uint64_t begin = now(); now() - begin < SETTLE_NS;)
		seen.left = look_at_all();
	for (size_t i = 0; i < target_count; i++)
		if (targets[i].figures)
			print_target(&targets[i]);
	printf("threads %zu samples %lu traced %lu stopped %lu longest_ms %.1f left %lu\n", thread_count, seen.samples, seen.traced,
	       seen.stopped, (double)seen.longest_ns / 1e6, seen.left);
	printf("runs %lu failed %lu\n", seen.runs, seen.failed);
	return 0;
}
