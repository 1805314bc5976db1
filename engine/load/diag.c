#include "load/diag.h"

#include <stdarg.h>

/* At most `max` bytes, cut between characters: a UTF-8 continuation byte is 10xxxxxx. */
static void cut(char *text, size_t max)
{
	static const char ellipsis[] = "…";
	size_t len = max - strlen(ellipsis);

	if (strlen(text) <= max)
		return;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	strcpy(text + len, ellipsis);
}

bool diags_full(const struct diags *diags)
{
	return diags->list.count >= DIAG_MAX;
}

_printf_(4, 0)
static void add(struct diags *diags, struct position where, const char *suggestion, const char *fmt, va_list args)
{
	struct diag diag = {.where = where};
	char text[2 * DIAG_TEXT_MAX];

	diags->total++;
	if (diags->list.count > DIAG_MAX)
		return;
	if (diags_full(diags)) {
		diag = (struct diag){.text = "… and more"};
	} else {
		vsnprintf(text, sizeof text, fmt, args);
		cut(text, DIAG_TEXT_MAX);
		diag.text = text;
		if (suggestion) /* which may be built from what was misspelt */
			diag.text = arena_printf(diags->arena, "%s; did you mean %s?", text, suggestion);
		diag.text = text_safe(diags->arena, diag.text, strlen(diag.text));
	}
	vec_push(diags->arena, &diags->list, diag);
}

void diag_add(struct diags *diags, struct position where, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(diags, where, NULL, fmt, args);
	va_end(args);
}

void diag_suggest(struct diags *diags, struct position where, const char *suggestion, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(diags, where, suggestion, fmt, args);
	va_end(args);
}

static int compare_numbers(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

/* What is about no file ("and more") comes last. */
static int compare(const void *left, const void *right)
{
	const struct diag *a = left, *b = right;
	int order;

	if (!a->where.file || !b->where.file)
		return !a->where.file - !b->where.file;
	order = strcmp(a->where.file, b->where.file);
	order = order ? order : compare_numbers(a->where.line, b->where.line);
	order = order ? order : compare_numbers(a->where.column, b->where.column);
	return order ? order : strcmp(a->text, b->text);
}

void diags_print(struct diags *diags, FILE *stream)
{
	if (diags->list.count > 1)
		qsort(diags->list.items, diags->list.count, sizeof *diags->list.items, compare);
	vec_each(diag, &diags->list) {
		const char *file = diag->where.file;

		if (file)
			fprintf(stream, "%s:", text_safe(diags->arena, file, strlen(file)));
		if (file && diag->where.line)
			fprintf(stream, "%u:%u:", diag->where.line, diag->where.column);
		fprintf(stream, "%s%s\n", file ? " " : "", diag->text);
	}
}
