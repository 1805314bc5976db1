/* Every document of tests/hostile/reports: good-* is read, shown in every format and stays the
 * same, all others are refused with a reason. */
#include <locale.h>

#include "tests/unit/fixture_report.h"
#include "tests/unit/golden.h"

#define FOLDER TEST_SRCDIR "/tests/hostile/reports"

static const struct format_options options = {.width = 80, .verbose = true};

/* No format lets a control character out: text and JSON have line ends, XML may have nothing else
 * either. */
static void demand_no_controls(const char *name, const char *format, const char *bytes)
{
	for (const char *at = bytes; *at; at++)
		if (((unsigned char)*at < ' ' && *at != '\n') || *at == '\x7f')
			fail_msg("%s as %s: control character 0x%02x", name, format,
				 (unsigned char)*at);
}

static void demand_same_bytes(struct arena *arena, const char *name, const struct report *report)
{
	_cleanup_(free_ptr) char *first = fixture_format("json", report, &options, NULL),
				 *second = NULL;
	_cleanup_(close_file) FILE *stream = NULL;
	struct report *again = NULL;
	struct error err = {0};

	assert_non_null(first);
	stream = fmemopen(first, strlen(first), "r");
	if (report_read(stream, arena, &again, &err) < 0)
		fail_msg("%s: written but not read: %s", name, err.text);
	second = fixture_format("json", again, &options, NULL);
	assert_string_equal(first, second);
}

static void demand_every_format(const char *name, const struct report *report)
{
	for (const struct format *const *format = format_table; *format; format++) {
		struct error err = {0};
		_cleanup_(free_ptr) char *bytes =
			fixture_format((*format)->name, report, &options, &err);

		if (!bytes)
			fail_msg("%s as %s: %s", name, (*format)->name, err.text);
		demand_no_controls(name, (*format)->name, bytes);
	}
}

/* The error goes to a terminal: one line without control characters. */
static void demand_reason(const char *name, const struct error *err)
{
	if (err->code != ERROR_MALFORMED && err->code != ERROR_LIMIT &&
	    err->code != ERROR_UNSUPPORTED)
		fail_msg("%s: code %d", name, (int)err->code);
	if (!err->text[0])
		fail_msg("%s: no text", name);
	for (const char *at = err->text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == '\x7f')
			fail_msg("%s: control character in: %s", name, err->text);
}

static void try_document(const char *name)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(close_file) FILE *stream = NULL;
	struct report *report = NULL;
	struct error err = {0};
	char path[4096];
	int result;

	snprintf(path, sizeof path, FOLDER "/%s", name);
	stream = fopen(path, "re");
	assert_non_null(stream);
	result = report_read(stream, arena, &report, &err);
	if ((result == 0) != text_starts(name, "good-"))
		fail_msg("%s: %s", name, result == 0 ? "was read" : err.text);
	if (result < 0) {
		demand_reason(name, &err);
		return;
	}
	demand_every_format(name, report);
	demand_same_bytes(arena, name, report);
}

static void hostile_document_is_refused_or_shown_cleanly(void **state _unused_)
{
	_cleanup_(close_dir) DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!text_ends(entry->d_name, ".json"))
			continue;
		try_document(entry->d_name);
		count++;
	}
	assert_true(count >= 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_document_is_refused_or_shown_cleanly),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
