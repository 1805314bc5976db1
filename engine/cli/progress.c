#include "cli/workplace.h"

static bool shown;

void progress_show(void *data, const char *probe, size_t index, size_t count)
{
	(void)data;
	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r\033[K[%zu/%zu] %s", index + 1, count, probe);
	fflush(stderr);
	shown = true;
}

void progress_clear(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
