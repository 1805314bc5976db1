#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

struct outfile {
	FILE *stream;
	char *path;
	char *folder;
	char *temporary; /* NULL: written in place, nothing to rename */
};

static char *copy(const char *text, size_t len)
{
	char *out = strndup(text, len);
	if (!out)
		out_of_memory();
	return out;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	if (!slash)
		return copy(".", 1);
	return slash == path ? copy("/", 1) : copy(path, (size_t)(slash - path));
}

static void outfile_free(struct outfile *out)
{
	if (out->stream && out->stream != stdout)
		fclose(out->stream);
	free(out->path);
	free(out->folder);
	free(out->temporary);
	free(out);
}

/* /dev/stdout and /dev/fd/N stand for a descriptor, even when a regular file is behind it or it is
 * closed and the link leads nowhere: renaming over them would replace the link in /dev. */
static bool names_descriptor(const char *path, const char *folder)
{
	char target[64] = "";
	ssize_t len = readlink(path, target, sizeof target - 1);
	struct statfs fs;
	if (len <= 0)
		return false;
	return strncmp(target, "/proc/self/fd/", 14) == 0 ||
	       (statfs(folder, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC);
}

/* Standard output is duplicated, so that what is written goes on where it stands. */
static int open_in_place(const char *path)
{
	struct stat target, st;
	if (stat(path, &target) == 0 && fstat(STDOUT_FILENO, &st) == 0 &&
	    st.st_dev == target.st_dev && st.st_ino == target.st_ino)
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	return open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC);
}

static int open_temporary(struct outfile *out)
{
	if (asprintf(&out->temporary, "%s/.plimsoll-XXXXXX", out->folder) < 0)
		out_of_memory();
	int fd = mkostemp(out->temporary, O_CLOEXEC); /* mode 0600, mkstemp(3) */
	if (fd < 0) {
		int sys = errno;
		free(out->temporary);
		out->temporary = NULL;
		errno = sys;
	}
	return fd;
}

/* A link to a regular file is not followed: the rename replaces the link. Who may put links into a
 * shared folder must not choose what we overwrite. */
static int open_target(struct outfile *out, struct error *err)
{
	struct stat st;
	bool exists = stat(out->path, &st) == 0;
	if (exists && S_ISDIR(st.st_mode))
		return error_set(err, ERROR_USAGE, "cannot write %s: it is a folder", out->path);
	bool in_place = (exists && !S_ISREG(st.st_mode)) || names_descriptor(out->path, out->folder);
	int fd = in_place ? open_in_place(out->path) : open_temporary(out);
	if (fd < 0)
		return error_sys(err, "cannot write %s", out->path);
	out->stream = fdopen(fd, "w");
	if (!out->stream)
		out_of_memory();
	return 0;
}

int outfile_open(const char *path, struct outfile **ret, struct error *err)
{
	struct outfile *out = calloc(1, sizeof *out);
	if (!out)
		out_of_memory();
	out->path = copy(path, strlen(path));
	out->folder = folder_of(path);
	if (strcmp(path, "-") == 0) {
		out->stream = stdout;
	} else if (open_target(out, err) < 0) {
		outfile_free(out);
		return -1;
	}
	*ret = out;
	return 0;
}

FILE *outfile_stream(struct outfile *out)
{
	return out->stream;
}

const char *outfile_folder(const struct outfile *out)
{
	return out->temporary ? out->folder : NULL;
}

static int sync_folder(const char *folder, struct error *err)
{
	_cleanup_(close_fd) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a folder (EINVAL, fsync(2)), and one that may only be
	 * written cannot be opened. */
	if (fd >= 0 && fsync(fd) < 0 && errno != EINVAL)
		return error_sys(err, "cannot sync %s", folder);
	return 0;
}

static int commit(struct outfile *out, struct error *err)
{
	if (fflush(out->stream) != 0)
		return error_sys(err, "cannot write %s", out->path);
	/* An earlier write may have failed and left only this mark. */
	if (ferror(out->stream))
		return error_set(err, ERROR_SYSTEM, "cannot write %s: an earlier write failed",
				 out->path);
	if (!out->temporary)
		return 0;
	if (fsync(fileno(out->stream)) < 0)
		return error_sys(err, "cannot sync %s", out->temporary);
	if (rename(out->temporary, out->path) < 0)
		return error_sys(err, "cannot rename to %s", out->path);
	free(out->temporary);
	out->temporary = NULL;
	return sync_folder(out->folder, err);
}

int outfile_commit(struct outfile *out, struct error *err)
{
	int status = commit(out, err);
	outfile_discard(out);
	return status;
}

void outfile_discard(struct outfile *out)
{
	if (!out)
		return;
	if (out->temporary)
		unlink(out->temporary);
	outfile_free(out);
}
