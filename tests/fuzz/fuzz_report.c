/* Any bytes as a report: refused with a reason, or shown in every format, and the same bytes once
 * written, read and written again. */
#include "reports/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(const struct format *format, const struct report *report)
{
	static const struct format_options options = {.width = 80, .verbose = true};
	struct error err = {0};
	char *bytes = NULL;
	size_t len;
	FILE *stream = open_memstream(&bytes, &len);

	if (!stream || format->write(report, &options, stream, &err) < 0)
		abort();
	fclose(stream);
	return bytes;
}

static struct report *read_back(struct arena *arena, const void *bytes, size_t len)
{
	_cleanup_(close_file) FILE *stream = fmemopen((void *)bytes, len, "rb");
	struct report *report = NULL;
	struct error err = {0};

	if (stream && report_read(stream, arena, &report, &err) < 0 &&
	    (err.code == ERROR_NONE || !err.text[0]))
		abort();
	return report;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(free_ptr) char *first = NULL, *second = NULL;
	struct report *report = size ? read_back(arena, data, size) : NULL, *again;

	if (!report)
		return 0;
	for (const struct format *const *format = format_table; *format; format++)
		free(written(*format, report));
	first = written(format_find("json"), report);
	again = read_back(arena, first, strlen(first));
	if (!again)
		abort();
	second = written(format_find("json"), again);
	if (strcmp(first, second) != 0)
		abort();
	return 0;
}
