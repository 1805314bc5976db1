#include "host/host_private.h"

#include <errno.h>

#define CHUNK 65536 /* most files, and a seq_file's whole table, come in one read(2) */

static void make_room(struct buf *scratch, size_t more)
{
	if (scratch->capacity - scratch->len >= more)
		return;
	size_t need = scratch->len + more, twice = scratch->capacity * 2;
	size_t capacity = twice > need ? twice : need;
	char *data = realloc(scratch->data, capacity);
	if (!data)
		out_of_memory();
	scratch->data = data;
	scratch->capacity = capacity;
}

/* To the end of the file, whatever its size says: files of procfs claim to be empty. */
static int read_all(int fd, size_t cap, struct buf *scratch)
{
	scratch->len = 0;
	for (;;) {
		make_room(scratch, CHUNK);
		size_t room = scratch->capacity - scratch->len, left = cap + 1 - scratch->len;
		ssize_t got = read(fd, scratch->data + scratch->len, room < left ? room : left);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			return 0;
		scratch->len += (size_t)got;
		if (scratch->len > cap) {
			errno = EFBIG;
			return -1;
		}
	}
}

int host_read(const struct host *host, const char *path, size_t cap, struct arena *arena,
	      char **ret, size_t *ret_len, struct error *err)
{
	_cleanup_(close_fd) int fd = host_open_file(host, path, err);
	if (fd < 0)
		return -1;
	if (read_all(fd, cap, host->scratch) < 0) {
		if (errno == EFBIG)
			return error_set(err, ERROR_LIMIT, "%s: longer than %zu bytes", path, cap);
		return error_sys(err, "%s", path);
	}
	*ret = arena_strndup(arena, host->scratch->data, host->scratch->len);
	if (ret_len)
		*ret_len = host->scratch->len;
	return 0;
}

int host_list(const struct host *host, const char *path, struct arena *arena, struct strings *ret,
	      struct error *err)
{
	int fd = host_open_folder(host, path, err);
	if (fd < 0)
		return -1;
	_cleanup_(close_dir) DIR *dir = fdopendir(fd);
	if (!dir)
		out_of_memory();
	struct strings names = {0};
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry && errno)
			return error_sys(err, "%s", path);
		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (names.count == HOST_ENTRIES_MAX)
			return error_set(err, ERROR_LIMIT, "%s: more than %d entries", path,
					 HOST_ENTRIES_MAX);
		vec_push(arena, &names, arena_strdup(arena, entry->d_name));
	}
	strings_sort(&names);
	*ret = names;
	return 0;
}
