/* Values as people write and read them: the value_parse and value_display of model/value.h. */
#include "base/version.h"
#include "model/value.h"

struct unit {
	const char *name;
	int64_t factor;
};

/* Smallest first; the last name of a table is NULL. IEC 80000-13 prefixes only: K, M and MB mean 1000 to some
 * programs and 1024 to others, so they are refused. */
static const struct unit size_units[] = {
	{"B", 1}, {"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", INT64_C(1) << 40}, {NULL, 0},
};
static const struct unit duration_units[] = {
	{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}, {NULL, 0},
};

/* What is quoted in an error: short, and nothing a terminal could obey. */
struct quoted {
	char text[48];
};

static struct quoted quote(const char *text)
{
	struct quoted quoted = {{0}};
	size_t i;

	for (i = 0; i < sizeof quoted.text - 4 && text[i]; i++)
		quoted.text[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	if (text[i])
		memcpy(quoted.text + i, "...", 3);
	return quoted;
}

static int refuse(const char *text, const char *expected, struct error *err)
{
	return error_set(err, ERROR_MALFORMED, "\"%s\" is not %s", quote(text).text, expected);
}

static int parse_bool(const char *text, struct value *ret, struct error *err)
{
	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return refuse(text, "a bool: true or false is expected", err);
	*ret = value_bool(text[0] == 't');
	return 0;
}

static int parse_int(const char *text, struct value *ret, struct error *err)
{
	int64_t number = VALUE_UNLIMITED;

	if (strcmp(text, "unlimited") != 0 && !text_to_int(text, 10, &number))
		return refuse(text, "an int: a whole number of at most 64 bits or unlimited is expected", err);
	*ret = value_int(number);
	return 0;
}

static int parse_mode(const char *text, struct value *ret, struct error *err)
{
	int64_t bits;

	if (text[strspn(text, "01234567")] != '\0' || !text_to_int(text, 8, &bits) || bits < 0 || bits > 07777)
		return refuse(text, "a mode: an octal from \"0000\" to \"7777\" is expected", err);
	*ret = value_typed_int(VALUE_MODE, bits);
	return 0;
}

static int parse_version(const char *text, struct value *ret, struct error *err)
{
	if (!version_valid(text))
		return refuse(text, "a version: dotted numbers are expected, such as \"20.10.24\"", err);
	*ret = value_version(text);
	return 0;
}

static int parse_string(const char *text, struct value *ret, struct error *err _unused_)
{
	*ret = value_string(text);
	return 0;
}

/* Decimal digits at *text, moved past. False without a digit or on overflow. */
static bool take_number(const char **text, int64_t *ret)
{
	const char *at = *text;
	int64_t number = 0;

	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *at - '0', &number))
			return false;
	if (at == *text)
		return false;
	*text = at;
	*ret = number;
	return true;
}

/* The unit whose letters stand at *text up to a digit, a space or the end, moved past; NULL when none does. */
static const struct unit *take_unit(const char **text, const struct unit *units)
{
	size_t len = strcspn(*text, "0123456789 ");

	for (const struct unit *unit = units; unit->name; unit++)
		if (strlen(unit->name) == len && strncmp(*text, unit->name, len) == 0) {
			*text += len;
			return unit;
		}
	return NULL;
}

/* "NUMBER[ ]UNIT", once or (`compound`, as Go writes 4h0m0s) several times from large units to small. */
static bool parse_amount(const char *text, const struct unit *units, bool compound, int64_t *ret)
{
	const struct unit *last = NULL;
	int64_t total = 0;

	do {
		const struct unit *unit;
		int64_t number;

		if (!take_number(&text, &number))
			return false;
		if (*text == ' ')
			text++;
		unit = take_unit(&text, units);
		if (!unit || (last && unit >= last) || __builtin_mul_overflow(number, unit->factor, &number) ||
		    __builtin_add_overflow(total, number, &total))
			return false;
		last = unit;
	} while (compound && *text);
	if (*text)
		return false;
	*ret = total;
	return true;
}

static int parse_size(const char *text, struct value *ret, struct error *err)
{
	const char *rest = text;
	int64_t bytes = VALUE_UNLIMITED;

	if (strcmp(text, "unlimited") != 0 && !(take_number(&rest, &bytes) && *rest == '\0') &&
	    !parse_amount(text, size_units, false, &bytes))
		return refuse(text, "a size: a number with B, KiB, MiB, GiB or TiB, or unlimited, is expected", err);
	*ret = value_typed_int(VALUE_SIZE, bytes);
	return 0;
}

/* A bare number but 0 has no unit to go by and is refused. */
static int parse_duration(const char *text, struct value *ret, struct error *err)
{
	int64_t ms = 0;

	if (strcmp(text, "unlimited") == 0)
		ms = VALUE_UNLIMITED;
	else if (strcmp(text, "0") != 0 && !parse_amount(text, duration_units, true, &ms))
		return refuse(text, "a duration: a number with ms, s, m, h or d is expected", err);
	*ret = value_typed_int(VALUE_DURATION, ms);
	return 0;
}

typedef int parse_fn(const char *text, struct value *ret, struct error *err);

static parse_fn *const parsers[VALUE_TYPE_COUNT] = {
	[VALUE_BOOL] = parse_bool,         [VALUE_INT] = parse_int,   [VALUE_STRING] = parse_string,
	[VALUE_MODE] = parse_mode,         [VALUE_SIZE] = parse_size, [VALUE_DURATION] = parse_duration,
	[VALUE_VERSION] = parse_version,
};

int value_parse(enum value_type type, const char *text, struct value *ret, struct error *err)
{
	if (type >= VALUE_TYPE_COUNT || !parsers[type])
		return error_set(err, ERROR_MALFORMED, "a value of type %s is not written as one text",
				 value_type_name(type));
	return parsers[type](text, ret, err);
}

static void show_amount(struct buf *buf, const struct unit *units, size_t zero_unit, int64_t amount)
{
	const struct unit *best = &units[amount ? 0 : zero_unit];

	for (const struct unit *unit = units; amount && unit->name; unit++)
		if (amount % unit->factor == 0)
			best = unit;
	buf_printf(buf, "%lld %s", (long long)(amount / best->factor), best->name);
}

static void show_integer(struct buf *buf, const struct value *value)
{
	if (value->type == VALUE_MODE)
		buf_printf(buf, "%04llo", (unsigned long long)value->integer & 07777);
	else if (value->integer == VALUE_UNLIMITED)
		buf_puts(buf, "unlimited");
	else if (value->type == VALUE_SIZE)
		show_amount(buf, size_units, 0, value->integer);
	else if (value->type == VALUE_DURATION)
		show_amount(buf, duration_units, 1, value->integer);
	else
		buf_printf(buf, "%lld", (long long)value->integer);
}

/* An empty text would leave a hole in the sentence. */
static void show_text(struct buf *buf, const char *text)
{
	buf_puts(buf, text && *text ? text : "\"\"");
}

/* True while more of a list need be shown: nothing past the cut is read. */
static bool room(const struct buf *buf, size_t max)
{
	return max == 0 || buf->len <= max;
}

static void show_strings(struct buf *buf, const struct strings *strings, size_t max)
{
	buf_puts(buf, "[");
	for (size_t i = 0; i < strings->count && room(buf, max); i++) {
		buf_puts(buf, i ? ", " : "");
		show_text(buf, strings->items[i]);
	}
	buf_puts(buf, "]");
}

static void show_map(struct buf *buf, const struct pairs *pairs, size_t max)
{
	buf_puts(buf, "{");
	for (size_t i = 0; i < pairs->count && room(buf, max); i++) {
		const struct pair *pair = &pairs->items[i];

		buf_printf(buf, "%s%s", i ? ", " : "", pair->key);
		if (pair->text && *pair->text)
			buf_printf(buf, "=%s", pair->text);
	}
	buf_puts(buf, "}");
}

static void show_value(struct buf *buf, const struct value *value, size_t max)
{
	switch (value->type) {
	case VALUE_BOOL:
		buf_puts(buf, value->boolean ? "true" : "false");
		break;
	case VALUE_INT:
	case VALUE_MODE:
	case VALUE_SIZE:
	case VALUE_DURATION:
		show_integer(buf, value);
		break;
	case VALUE_STRING:
	case VALUE_VERSION:
		show_text(buf, value->string);
		break;
	case VALUE_STRINGS:
		show_strings(buf, &value->strings, max);
		break;
	case VALUE_MAP:
		show_map(buf, &value->map, max);
		break;
	case VALUE_RECORDS:
		buf_printf(buf, "%zu row%s", value->records.count, value->records.count == 1 ? "" : "s");
		break;
	case VALUE_UNSET:
	case VALUE_TYPE_COUNT:
		buf_puts(buf, "nothing");
		break;
	}
}

void value_show(struct buf *buf, const struct value *value)
{
	show_value(buf, value, 0);
}

/* Cut between characters: a UTF-8 continuation byte is 10xxxxxx. */
static size_t cut_at(const char *text, size_t max)
{
	size_t len = max > strlen("…") ? max - strlen("…") : 0;

	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

const char *value_display(struct arena *arena, const struct value *value, size_t max)
{
	_cleanup_(buf_done) struct buf buf = {0};

	show_value(&buf, value, max);
	if (room(&buf, max))
		return arena_strndup(arena, buf.data, buf.len);
	return arena_printf(arena, "%.*s…", (int)cut_at(buf.data, max), buf.data);
}
