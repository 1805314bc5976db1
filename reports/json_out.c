#include "reports/json_out.h"

#include <inttypes.h>

static void put(struct json_out *out, json_t *owned)
{
	if (owned)
		json_dumpf(owned, out->stream, JSON_ENCODE_ANY);
	else
		out->unencodable = true;
	json_decref(owned);
}

/* Most texts are ASCII with nothing to escape, and jansson's allocations for each cost more than the rest of a report. */
static bool plain(const char *text)
{
	while (*text >= ' ' && *text <= '~' && *text != '"' && *text != '\\')
		text++;
	return *text == '\0';
}

static void put_text(struct json_out *out, const char *text)
{
	if (!plain(text)) {
		put(out, json_string(text));
		return;
	}
	fputc('"', out->stream);
	fputs(text, out->stream);
	fputc('"', out->stream);
}

static void begin(struct json_out *out, const char *key)
{
	if (out->depth > 0)
		fprintf(out->stream, "%s\n%*s", out->filled ? "," : "", (int)(2 * out->depth), "");
	out->filled = true;
	if (key) {
		put_text(out, key);
		fputs(": ", out->stream);
	}
}

void json_out_open(struct json_out *out, const char *key, char bracket)
{
	begin(out, key);
	fputc(bracket, out->stream);
	out->depth++;
	out->filled = false;
}

void json_out_close(struct json_out *out, char bracket)
{
	out->depth--;
	if (out->filled)
		fprintf(out->stream, "\n%*s", (int)(2 * out->depth), "");
	fputc(bracket, out->stream);
	out->filled = true;
}

void json_out_value(struct json_out *out, const char *key, json_t *owned)
{
	begin(out, key);
	put(out, owned);
}

void json_out_text(struct json_out *out, const char *key, const char *text)
{
	begin(out, key);
	if (text)
		put_text(out, text);
	else
		fputs("null", out->stream);
}

void json_out_int(struct json_out *out, const char *key, int64_t number)
{
	begin(out, key);
	fprintf(out->stream, "%" PRId64, number);
}

void json_out_bool(struct json_out *out, const char *key, bool boolean)
{
	begin(out, key);
	fputs(boolean ? "true" : "false", out->stream);
}

void json_out_tenths(struct json_out *out, const char *key, int tenths)
{
	begin(out, key);
	/* Digits of our own: jansson would print 87.3 with 17 digits. */
	if (tenths < 0)
		fputs("null", out->stream);
	else
		fprintf(out->stream, "%d.%d", tenths / 10, tenths % 10);
}

int json_out_finish(struct json_out *out, struct error *err)
{
	fputc('\n', out->stream);
	if (out->unencodable)
		return error_set(err, ERROR_INTERNAL, "a text of the report is not UTF-8");
	if (fflush(out->stream) != 0 || ferror(out->stream))
		return error_sys(err, "cannot write the report");
	return 0;
}
