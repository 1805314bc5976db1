#include "reports/text_evidence.h"

#include "reports/text_time.h"

static void add(struct arena *arena, struct text_lines *lines, const char *label, const char *text)
{
	vec_push(arena, lines, ((struct text_line){.label = label, .text = text}));
}

static void show_row(struct arena *arena, const struct record *row, size_t max, struct buf *buf)
{
	vec_each(field, row) {
		if (field->value)
			buf_printf(buf, "%s%s=%s", buf->len ? " " : "", field->name,
				   value_display(arena, field->value, max));
	}
}

static const char *row_text(struct arena *arena, const struct record *row, size_t max)
{
	_cleanup_(buf_done) struct buf buf = {0};

	show_row(arena, row, max, &buf);
	return arena_strndup(arena, buf.data ? buf.data : "", buf.len);
}

static const char *const sides[SIDE_COUNT] = {
	[SIDE_DECLARED] = " (declared)", [SIDE_EFFECTIVE] = " (effective)"};
/* Where a fact is not present, the words of findings' messages. */
static const char *const verbs[FACT_STATE_COUNT] = {
	[FACT_PRESENT] = "is there",
	[FACT_ABSENT] = "is absent",
	[FACT_UNREADABLE] = "could not be read",
	[FACT_UNSUPPORTED] = "does not apply here",
	[FACT_NOT_COLLECTED] = "was not collected",
};

/* The fact with what was seen of it. One row stands beside the name, several get lines of their
 * own. */
static const char *found_text(struct arena *arena, const struct evidence *evidence, size_t max)
{
	const char *side = evidence->two_sided ? sides[evidence->side] : "";
	const struct records *rows = &evidence->value.records;

	if (evidence->state != FACT_PRESENT)
		return arena_printf(arena, "%s%s %s", evidence->fact, side, verbs[evidence->state]);
	if (evidence->value.type == VALUE_UNSET)
		return arena_printf(arena, "%s%s", evidence->fact, side);
	if (evidence->value.type == VALUE_RECORDS && rows->count == 1)
		return arena_printf(arena, "%s%s: %s", evidence->fact, side,
				    row_text(arena, rows->items, max));
	return arena_printf(arena, "%s%s = %s", evidence->fact, side,
			    value_display(arena, &evidence->value, max));
}

/* Whether the message says "FACT is VALUE", or of a fact that is not there "FACT is absent". */
static bool message_tells(struct arena *arena, const char *message, const struct evidence *evidence)
{
	const char *name = text_starts(evidence->fact, "file.") ? evidence->fact + strlen("file.")
								: evidence->fact;
	const char *side = evidence->two_sided ? sides[evidence->side] : "";

	if (evidence->state != FACT_PRESENT)
		return strstr(message,
			      arena_printf(arena, "%s%s %s", name, side, verbs[evidence->state]));
	if (evidence->value.type == VALUE_UNSET || evidence->value.type == VALUE_RECORDS)
		return false;
	return strstr(message, arena_printf(arena, "%s%s is %s", name, side,
					    value_display(arena, &evidence->value, 0)));
}

/* Of rows the evidence has "mode: no looser than 0644", the message "mode is 0666; expected
 * no looser than 0644". */
static bool message_expects(struct arena *arena, const char *message, const char *expected)
{
	const char *test = strstr(expected, ": ");

	return strstr(message, expected) ||
	       (test && strstr(message, arena_printf(arena, "; expected %s", test + 2)));
}

bool text_evidence_repeats(struct arena *arena, const char *message,
			   const struct evidence *evidence, const struct text_line *line)
{
	if (text_eq(line->label, "found"))
		return message_tells(arena, message, evidence);
	if (text_eq(line->label, "expected"))
		return message_expects(arena, message, line->text);
	return text_eq(line->label, "because") && strstr(message, line->text);
}

static void add_rows(struct arena *arena, const struct records *rows,
		     const struct text_limits *limits, struct text_lines *lines)
{
	size_t shown = limits->rows && rows->count > limits->rows ? limits->rows : rows->count;

	if (rows->count < 2)
		return;
	for (size_t i = 0; i < shown; i++)
		add(arena, lines, "row", row_text(arena, &rows->items[i], limits->value_bytes));
	if (shown < rows->count)
		add(arena, lines, "row", arena_printf(arena, "and %zu more", rows->count - shown));
}

static void add_notes(struct arena *arena, const struct strings *notes, size_t max,
		      struct text_lines *lines)
{
	size_t shown = max && notes->count > max ? max : notes->count;

	for (size_t i = 0; i < shown; i++)
		add(arena, lines, "note", notes->items[i]);
	if (shown < notes->count)
		add(arena, lines, "note",
		    arena_printf(arena, "and %zu more", notes->count - shown));
}

void text_evidence_lines(struct arena *arena, const struct evidence *evidence,
			 const struct text_limits *limits, struct text_lines *ret)
{
	add(arena, ret, "found", found_text(arena, evidence, limits->value_bytes));
	if (evidence->state == FACT_PRESENT && evidence->value.type == VALUE_RECORDS)
		add_rows(arena, &evidence->value.records, limits, ret);
	if (evidence->reason)
		add(arena, ret, "because", evidence->reason);
	if (evidence->expected)
		add(arena, ret, "expected", evidence->expected);
	if (evidence->origin)
		add(arena, ret, "from", evidence->origin);
	add_notes(arena, &evidence->notes, limits->notes, ret);
}

/* Origins and notes name paths and processes of one subject, so they do not tell findings apart. */
const char *text_evidence_key(struct arena *arena, const struct finding *finding)
{
	static const struct text_limits all = {0};
	_cleanup_(buf_done) struct buf buf = {0};
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	const char *disposition = text_evidence_disposition(scratch, finding);

	buf_printf(&buf, "%d\x1f%s\x1f%s\x1e", (int)finding->result, disposition ? disposition : "",
		   finding->message);
	vec_each(evidence, &finding->evidence) {
		struct evidence bare = *evidence;
		struct text_lines lines = {0};

		bare.origin = NULL;
		bare.notes = (struct strings){0};
		text_evidence_lines(scratch, &bare, &all, &lines);
		vec_each(line, &lines)
			buf_printf(&buf, "%s\x1f%s\x1f", line->label, line->text);
		buf_printf(&buf, "%d\x1e", (int)evidence->result);
	}
	return arena_strndup(arena, buf.data, buf.len);
}

const char *text_evidence_disposition(struct arena *arena, const struct finding *finding)
{
	static const char *const actions[DISPOSITION_COUNT] = {
		[DISPOSITION_WAIVED] = "waived",
		[DISPOSITION_ATTESTED] = "attested",
	};

	if (finding->disposition == DISPOSITION_NONE)
		return NULL;
	return arena_printf(arena, "%s by %s until %s: %s", actions[finding->disposition],
			    finding->disposition_by ? finding->disposition_by : "nobody named",
			    text_time_last_day(finding->disposition_until).text,
			    finding->disposition_reason ? finding->disposition_reason
							: "no reason given");
}
