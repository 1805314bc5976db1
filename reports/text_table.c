#include "reports/text_table.h"

#include "reports/text_utf8.h"

#define WIDTH_WITHOUT_TERMINAL 100
#define NAME_COLUMNS_MIN 16
#define NAME_COLUMNS_MAX 48

/* The figures: heading and columns, the gap in front counted in. */
static const struct column {
	const char *heading;
	int columns;
} columns[] = {{"score", 9}, {"coverage", 10}, {"pass", 6}, {"fail", 6},
	       {"error", 7}, {"manual", 8},    {"n/a", 5}};

static size_t name_columns(const struct text_layout *out)
{
	size_t width = out->width ? out->width : WIDTH_WITHOUT_TERMINAL, figures = 0;

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		figures += (size_t)columns[i].columns;
	if (width < figures + NAME_COLUMNS_MIN)
		return NAME_COLUMNS_MIN;
	return width - figures > NAME_COLUMNS_MAX ? NAME_COLUMNS_MAX : width - figures;
}

/* Cut to its cell, so that the figures stay below their headings. */
static void put_name(const struct text_layout *out, enum text_style style, const char *name)
{
	size_t room = name_columns(out);
	char cut[4 * NAME_COLUMNS_MAX + sizeof "..."];

	if (text_utf8_columns(name) > room) {
		size_t len = text_utf8_fit(name, room - 3);

		/* Marks that take no column may make the text as long as it likes. */
		if (len > 4 * NAME_COLUMNS_MAX)
			len = 0;
		snprintf(cut, sizeof cut, "%.*s...", (int)len, name);
		name = cut;
	}
	text_layout_cell(out, style, room, name);
}

void text_table_head(const struct text_layout *out, const char *what)
{
	put_name(out, TEXT_FAINT, what);
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		fprintf(out->stream, "%*s", columns[i].columns, columns[i].heading);
	fputc('\n', out->stream);
}

static void put_percent(const struct text_layout *out, int tenths, int width)
{
	char text[16] = "-";

	if (tenths >= 0)
		snprintf(text, sizeof text, "%d.%d %%", tenths / 10, tenths % 10);
	fprintf(out->stream, "%*s", width, text);
}

void text_table_row(const struct text_layout *out, const char *name, const struct score *score)
{
	static const enum result order[] = {RESULT_PASS, RESULT_FAIL, RESULT_ERROR, RESULT_MANUAL,
					    RESULT_NOT_APPLICABLE};

	put_name(out, TEXT_PLAIN, name);
	put_percent(out, score_percent(score), columns[0].columns);
	put_percent(out, score_coverage(score), columns[1].columns);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		fprintf(out->stream, "%*zu", columns[2 + i].columns, score->results[order[i]]);
	fputc('\n', out->stream);
}
