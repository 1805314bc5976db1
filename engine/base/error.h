/* One error object with context added on the way up.
 *
 * A fallible function returns 0 or -1 and takes `struct error *err` last. The
 * caller owns the object; making or wrapping an error never allocates. Success
 * leaves it alone. `err` may be NULL where the caller does not care. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/cleanup.h"

enum error_code {
	ERROR_NONE = 0,
	ERROR_SYSTEM,      /* a system call failed; `sys` holds errno */
	ERROR_NOT_FOUND,   /* the thing does not exist (ENOENT, ENOTDIR, ESRCH) */
	ERROR_DENIED,      /* the kernel or a peer refused (EACCES, EPERM) */
	ERROR_LIMIT,       /* longer, deeper or more than the named cap */
	ERROR_TIMEOUT,     /* a deadline passed */
	ERROR_MALFORMED,   /* input that does not follow its format */
	ERROR_UNSUPPORTED, /* this kernel or build has no such thing */
	ERROR_USAGE,       /* wrong command line or definitions */
	ERROR_INTERNAL,    /* a fault of our own */
};

struct error {
	enum error_code code;
	int sys;        /* errno, or 0 */
	char text[768]; /* complete sentence without a final stop; UTF-8; cut when longer */
};

/* Set the error; returns -1 always, so `return error_set(err, …)` reads well. */
int error_set(struct error *err, enum error_code code, const char *fmt, ...) _printf_(3, 4);

/* Set from errno: the code follows errno (see enum), the text is "fmt: strerror". Returns -1. */
int error_sys(struct error *err, const char *fmt, ...) _printf_(2, 3);

/* Put "fmt: " in front of the text. Returns -1. */
int error_wrap(struct error *err, const char *fmt, ...) _printf_(2, 3);

/* The result is said again where it is used, so that compilers and analysers know it is -1. */
#define error_set(err, code, ...) ({ (error_set)((err), (code), __VA_ARGS__); -1; })
#define error_sys(err, ...) ({ (error_sys)((err), __VA_ARGS__); -1; })
#define error_wrap(err, ...) ({ (error_wrap)((err), __VA_ARGS__); -1; })

/* Out of memory: one line to standard error and exit status 4. */
_noreturn_ void out_of_memory(void);

#endif
