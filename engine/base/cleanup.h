/* Scope cleanup for descriptors and library handles: `_cleanup_(close_fd) int fd = -1;`.
 * The only place that declares such attributes. */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define _printf_(fmt, args) __attribute__((format(printf, fmt, args)))
#define _noreturn_ __attribute__((noreturn))
#define _unused_ __attribute__((unused))

static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static inline void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* For any pointer from malloc: `_cleanup_(free_ptr) char *text = NULL;`. */
static inline void free_ptr(void *ptr)
{
	free(*(void **)ptr);
}

/* Take a value out of a cleanup variable. */
#define TAKE_FD(fd) ({ int taken_ = (fd); (fd) = -1; taken_; })
#define TAKE_PTR(p) ({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

#endif
