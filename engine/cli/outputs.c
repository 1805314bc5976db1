#include <sys/ioctl.h>

#include "cli/confine.h"
#include "cli/workplace.h"

static int unknown_format(struct arena *arena, const char *name, struct error *err)
{
	struct strings names = {0};

	for (const struct format *const *format = format_table; *format; format++)
		vec_push(arena, &names, (*format)->name);
	const char *near = text_nearest(name, names.items, names.count);
	return error_set(err, ERROR_USAGE, "--format %s: no such format%s%s%s; see plimsoll list formats", name,
			 near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static int parse_output(struct arena *arena, const char *text, struct output *ret, struct error *err)
{
	const char *equals = strchr(text, '=');
	const char *name = equals ? arena_strndup(arena, text, (size_t)(equals - text)) : text;

	ret->format = format_find(name);
	ret->path = equals && equals[1] ? equals + 1 : "-";
	if (!ret->format)
		return unknown_format(arena, name, err);
	return 0;
}

static int add_output(const struct options *options, struct outputs *outputs, const char *text, struct error *err)
{
	struct output output = {0};

	if (parse_output(options->arena, text, &output, err) < 0)
		return -1;
	vec_each(other, outputs)
		if (strcmp(other->path, output.path) == 0)
			return error_set(err, ERROR_USAGE, "--format: two reports to %s",
					 strcmp(output.path, "-") == 0 ? "standard output" : output.path);
	if ((output.format->prepare && output.format->prepare(err) < 0) || outfile_open(output.path, &output.file, err) < 0)
		return error_wrap(err, "--format %s", text);
	vec_push(options->arena, outputs, output);
	return 0;
}

int outputs_open(const struct options *options, struct outputs *ret, struct error *err)
{
	struct outputs outputs = {0};

	if (!options_given(options, OPTION_FORMAT)) {
		if (add_output(options, &outputs, "text", err) < 0)
			return -1;
	}
	vec_each(text, &options->values[OPTION_FORMAT]) {
		if (add_output(options, &outputs, *text, err) < 0) {
			outputs_discard(&outputs);
			return -1;
		}
	}
	*ret = outputs;
	return 0;
}

int outputs_confine(const struct outputs *outputs, struct arena *arena, struct error *err)
{
	struct strings folders = {0};

	vec_each(output, outputs)
		if (outfile_folder(output->file))
			strings_add_unique(arena, &folders, outfile_folder(output->file));
	return confine_process(&folders, err);
}

void outputs_discard(struct outputs *outputs)
{
	vec_each(output, outputs) {
		outfile_discard(output->file);
		output->file = NULL;
	}
}

/* NO_COLOR (any value but the empty one) turns colour off unless --color says otherwise. */
static int wants_colour(const struct options *options, bool terminal, bool *ret, struct error *err)
{
	const char *when = options_value(options, OPTION_COLOR);
	const char *no_color = getenv("NO_COLOR");

	if (!when || strcmp(when, "auto") == 0)
		*ret = terminal && !(no_color && *no_color);
	else if (strcmp(when, "always") == 0 || strcmp(when, "never") == 0)
		*ret = strcmp(when, "always") == 0;
	else
		return error_set(err, ERROR_USAGE, "--color %s: auto, always or never is wanted", when);
	return 0;
}

#define WIDTH_DEFAULT 80
#define WIDTH_MAX 1000

static int width_for(const struct options *options, bool terminal, unsigned *ret, struct error *err)
{
	struct winsize size;
	int64_t width = WIDTH_DEFAULT;

	if (terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
		width = size.ws_col < 120 ? size.ws_col : 120; /* longer lines do not read well */
	if (options_number(options, OPTION_WIDTH, (int64_t[]){0, WIDTH_MAX}, &width, err) < 0)
		return -1;
	*ret = (unsigned)width;
	return 0;
}

static int format_options(const struct options *options, const struct output *output, struct format_options *ret, struct error *err)
{
	bool terminal = strcmp(output->path, "-") == 0 && isatty(STDOUT_FILENO);

	ret->verbose = options_given(options, OPTION_VERBOSE);
	if (wants_colour(options, terminal, &ret->colour, err) < 0)
		return -1;
	return width_for(options, terminal, &ret->width, err);
}

int outputs_write(struct outputs *outputs, const struct options *options, const struct report *report, struct error *err)
{
	vec_each(output, outputs) {
		struct format_options how = {0};

		if (format_options(options, output, &how, err) < 0 ||
		    output->format->write(report, &how, outfile_stream(output->file), err) < 0 ||
		    outfile_commit(TAKE_PTR(output->file), err) < 0) {
			outputs_discard(outputs);
			err->code = ERROR_INTERNAL; /* as when standard output fails: no wrong usage */
			return error_wrap(err, "%s report", output->format->name);
		}
	}
	return 0;
}
