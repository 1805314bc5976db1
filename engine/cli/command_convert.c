#include "cli/workplace.h"

static const enum option_id allowed[] = {OPTION_FORMAT, OPTION_COLOR, OPTION_WIDTH, OPTION_VERBOSE, OPTION_COUNT};

static int read_report(const char *path, struct arena *arena, struct report **ret, struct error *err)
{
	_cleanup_(close_file) FILE *stream = strcmp(path, "-") == 0 ? fdopen(dup(STDIN_FILENO), "r") : fopen(path, "re");

	if (!stream)
		return error_sys(err, "%s", path);
	if (report_read(stream, arena, ret, err) < 0)
		return error_wrap(err, "%s", path);
	return 0;
}

static int run(const struct options *options, enum status *ret_status, struct error *err)
{
	struct outputs outputs = {0};
	struct report *report;
	int result = -1;

	if (outputs_open(options, &outputs, err) == 0 && read_report(options->words.items[0], options->arena, &report, err) == 0)
		result = outputs_write(&outputs, options, report, err);
	outputs_discard(&outputs);
	*ret_status = STATUS_CLEAN;
	return result;
}

const struct command command_convert = {
	.name = "convert",
	.words = "REPORT.json",
	.about = "Write a JSON report in other formats.",
	.options = allowed,
	.min_words = 1,
	.max_words = 1,
	.run = run,
};
