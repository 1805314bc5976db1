/* Every document of tests/hostile/facts: good-* is read and stays the same, all others are refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/facts_json.h"

#define FOLDER TEST_SRCDIR "/tests/hostile/facts"

static const struct field_decl mount_fields[] = {
	{"target", VALUE_STRING, ""}, {"mode", VALUE_MODE, ""},       {"writable", VALUE_BOOL, ""},
	{"size", VALUE_SIZE, ""},     {"options", VALUE_STRINGS, ""}, {NULL, VALUE_UNSET, NULL},
};

static const struct fact_decl decls[] = {
	{.name = "host.name", .type = VALUE_STRING},
	{.name = "host.kernel.release", .type = VALUE_VERSION},
	{.name = "host.kernel.cmdline", .type = VALUE_MAP},
	{.name = "host.sysctl.*", .type = VALUE_INT, .two_sided = true},
	{.name = "host.mounts", .type = VALUE_RECORDS, .fields = mount_fields},
	{.name = "daemon.setting.*", .scope = SCOPE_DAEMON, .program = "dockerd"},
	{.name = "container.privileged", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
};

static struct catalogue *catalogue_of(struct arena *arena)
{
	struct catalogue *catalogue = catalogue_new(arena);

	for (size_t i = 0; i < sizeof decls / sizeof *decls; i++)
		catalogue_add(catalogue, &decls[i]);
	return catalogue;
}

static char *written(const struct facts *facts)
{
	struct error err = {0};
	char *text = NULL;
	size_t len;
	FILE *stream = open_memstream(&text, &len);

	if (facts_write(facts, stream, &err) < 0)
		fail_msg("%s", err.text);
	fclose(stream);
	return text;
}

static void demand_same_bytes(const struct catalogue *catalogue, const struct facts *facts)
{
	_cleanup_(facts_cleanup) struct facts *again = NULL;
	_cleanup_(free_ptr) char *first = written(facts), *second = NULL;
	_cleanup_(close_file) FILE *stream = fmemopen(first, strlen(first), "r");
	struct error err = {0};

	if (facts_read(stream, catalogue, &again, &err) < 0)
		fail_msg("written but not read: %s", err.text);
	second = written(again);
	assert_string_equal(first, second);
}

/* The error goes to a terminal: one line without control characters. */
static void demand_reason(const char *name, const struct error *err)
{
	if (err->code != ERROR_MALFORMED && err->code != ERROR_LIMIT && err->code != ERROR_UNSUPPORTED)
		fail_msg("%s: code %d", name, err->code);
	if (!err->text[0])
		fail_msg("%s: no text", name);
	for (const char *at = err->text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == '\x7f')
			fail_msg("%s: control character in: %s", name, err->text);
}

static void try_document(const struct catalogue *catalogue, const char *name)
{
	_cleanup_(facts_cleanup) struct facts *facts = NULL;
	_cleanup_(close_file) FILE *stream = NULL;
	struct error err = {0};
	char path[4096];
	int result;

	snprintf(path, sizeof path, FOLDER "/%s", name);
	stream = fopen(path, "r");
	assert_non_null(stream);
	result = facts_read(stream, catalogue, &facts, &err);
	if ((result == 0) != text_starts(name, "good-"))
		fail_msg("%s: %s", name, result == 0 ? "was read" : err.text);
	if (result == 0)
		demand_same_bytes(catalogue, facts);
	else
		demand_reason(name, &err);
}

static void hostile_document_is_refused_or_read_cleanly(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();
	_cleanup_(close_dir) DIR *folder = opendir(FOLDER);
	struct catalogue *catalogue = catalogue_of(arena);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!text_ends(entry->d_name, ".json"))
			continue;
		try_document(catalogue, entry->d_name);
		count++;
	}
	assert_true(count >= 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_document_is_refused_or_read_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
