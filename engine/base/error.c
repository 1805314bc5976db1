#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	int sys;
	enum error_code code;
} codes[] = {
	{ENOENT, ERROR_NOT_FOUND},       {ENOTDIR, ERROR_NOT_FOUND},     {ESRCH, ERROR_NOT_FOUND},
	{EACCES, ERROR_DENIED},          {EPERM, ERROR_DENIED},          {ETIMEDOUT, ERROR_TIMEOUT},
	{ENOSYS, ERROR_UNSUPPORTED},     {EOPNOTSUPP, ERROR_UNSUPPORTED}, {E2BIG, ERROR_LIMIT},
	{EFBIG, ERROR_LIMIT},            {ENAMETOOLONG, ERROR_LIMIT},    {EOVERFLOW, ERROR_LIMIT},
};

static enum error_code code_of(int sys)
{
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].sys == sys)
			return codes[i].code;
	return ERROR_SYSTEM;
}

/* A text cut by the size of its buffer may end within a UTF-8 sequence. */
static void trim_broken_end(char *text)
{
	size_t end = strlen(text), start = end;
	while (start > 0 && end - start < 4 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t want = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (want > end - start + 1)
		text[start - 1] = '\0';
}

/* Text from the arguments; `tail`, when not NULL, follows after ": ". The arguments may point into
 * err->text, so everything is put together aside. */
_printf_(3, 0)
static void compose(struct error *err, const char *tail, const char *fmt, va_list args)
{
	char text[sizeof err->text];
	int len = vsnprintf(text, sizeof text, fmt, args);
	if (len < 0)
		len = 0;
	size_t used = (size_t)len < sizeof text ? (size_t)len : sizeof text - 1;
	text[used] = '\0';
	if (tail)
		snprintf(text + used, sizeof text - used, ": %s", tail);
	if (strlen(text) == sizeof text - 1)
		trim_broken_end(text);
	memcpy(err->text, text, strlen(text) + 1);
}

int (error_set)(struct error *err, enum error_code code, const char *fmt, ...)
{
	if (!err)
		return -1;
	va_list args;
	va_start(args, fmt);
	compose(err, NULL, fmt, args);
	va_end(args);
	err->code = code;
	err->sys = 0;
	return -1;
}

int (error_sys)(struct error *err, const char *fmt, ...)
{
	int sys = errno;
	if (!err)
		return -1;
	char buffer[128];
	va_list args;
	va_start(args, fmt);
	compose(err, strerror_r(sys, buffer, sizeof buffer), fmt, args);
	va_end(args);
	err->code = code_of(sys);
	err->sys = sys;
	return -1;
}

int (error_wrap)(struct error *err, const char *fmt, ...)
{
	if (!err)
		return -1;
	va_list args;
	va_start(args, fmt);
	compose(err, err->text, fmt, args);
	va_end(args);
	return -1;
}
