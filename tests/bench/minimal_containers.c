/* The floor for a benchmark: reads, once, what is to be read of every process and of those in containers, and keeps nothing.
 * A container's process is one in another pid namespace than this program's. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char buffer[1 << 20];
static size_t files, bytes;

static size_t look(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	size_t total = 0;
	ssize_t got;

	if (fd < 0)
		return 0;
	while ((got = read(fd, buffer, sizeof buffer)) > 0)
		total += (size_t)got;
	close(fd);
	files++;
	bytes += total;
	return total;
}

static void follow(int dir, const char *name, char target[64])
{
	ssize_t len = readlinkat(dir, name, target, 63);

	target[len > 0 ? len : 0] = '\0';
	files++;
}

/* Of everybody; what the container's share of it is not read again. */
static int look_process(int dir, const char *host)
{
	char text[64];

	look(dir, "stat");
	look(dir, "cmdline");
	look(dir, "cgroup");
	follow(dir, "exe", text);
	follow(dir, "ns/mnt", text);
	follow(dir, "ns/pid", text);
	return *text && strcmp(text, host) != 0;
}

static void look_member(int dir)
{
	static const char *const read_whole[] = {"status", "mountinfo", "limits", "uid_map", "gid_map"};
	static const char *const links[] = {"ns/cgroup", "ns/ipc", "ns/net", "ns/time", "ns/user", "ns/uts"};
	char text[64];

	for (size_t i = 0; i < sizeof read_whole / sizeof *read_whole; i++)
		look(dir, read_whole[i]);
	for (size_t i = 0; i < sizeof links / sizeof *links; i++)
		follow(dir, links[i], text);
}

int main(void)
{
	DIR *proc = opendir("/proc");
	size_t processes = 0, members = 0;
	struct dirent *entry;
	char host[64];

	if (!proc)
		return 1;
	follow(AT_FDCWD, "/proc/self/ns/pid", host);
	while ((entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
			continue;
		int dir = openat(dirfd(proc), entry->d_name, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (dir < 0)
			continue;
		processes++;
		if (look_process(dir, host)) {
			members++;
			look_member(dir);
		}
		close(dir);
	}
	closedir(proc);
	printf("%zu processes, %zu in containers, %zu files, %zu bytes\n", processes, members, files, bytes);
	return 0;
}
