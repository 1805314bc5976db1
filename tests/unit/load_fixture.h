/* A library on disk with a catalogue of made-up facts, for the tests of the loader. */
#ifndef TESTS_LOAD_FIXTURE_H
#define TESTS_LOAD_FIXTURE_H

#include "load/library.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

static const struct field_decl fixture_file_fields[] = {
	{"path", VALUE_STRING, "p"}, {"type", VALUE_STRING, "t"}, {"mode", VALUE_MODE, "m"},   {"owner", VALUE_STRING, "o"},
	{"uid", VALUE_INT, "u"},     {"acl", VALUE_STRINGS, "a"}, {"target", VALUE_STRING, "t"}, {0}};
static const struct field_decl fixture_mount_fields[] = {
	{"source", VALUE_STRING, "s"}, {"destination", VALUE_STRING, "d"}, {"writable", VALUE_BOOL, "w"}, {0}};

static const struct fact_decl fixture_decls[] = {
	{.name = "host.present", .type = VALUE_BOOL, .scope = SCOPE_HOST},
	{.name = "host.release", .type = VALUE_VERSION, .scope = SCOPE_HOST},
	{.name = "host.sysctl.*", .type = VALUE_INT, .scope = SCOPE_HOST, .two_sided = true, .member = "a sysctl name"},
	{.name = "host.watch.*", .type = VALUE_STRINGS, .scope = SCOPE_HOST, .two_sided = true, .member = "a path"},
	{.name = "daemon.exe", .type = VALUE_STRING, .scope = SCOPE_DAEMON},
	{.name = "daemon.pid", .type = VALUE_INT, .scope = SCOPE_DAEMON},
	{.name = "daemon.config_file", .type = VALUE_STRING, .scope = SCOPE_DAEMON},
	{.name = "daemon.setting.*", .type = VALUE_UNSET, .scope = SCOPE_DAEMON, .program = "dockerd",
	 .config_file_fact = "daemon.config_file"},
	{.name = "container.privileged", .type = VALUE_BOOL, .scope = SCOPE_CONTAINER},
	{.name = "container.user", .type = VALUE_STRING, .scope = SCOPE_CONTAINER},
	{.name = "container.memory", .type = VALUE_SIZE, .scope = SCOPE_CONTAINER},
	{.name = "container.retries", .type = VALUE_INT, .scope = SCOPE_CONTAINER},
	{.name = "container.timeout", .type = VALUE_DURATION, .scope = SCOPE_CONTAINER},
	{.name = "container.caps", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER, .two_sided = true},
	{.name = "container.options", .type = VALUE_STRINGS, .scope = SCOPE_CONTAINER},
	{.name = "container.labels", .type = VALUE_MAP, .scope = SCOPE_CONTAINER},
	{.name = "container.umask", .type = VALUE_MODE, .scope = SCOPE_CONTAINER},
	{.name = "container.mounts", .type = VALUE_RECORDS, .scope = SCOPE_CONTAINER, .fields = fixture_mount_fields},
	{.name = "image.tags", .type = VALUE_STRINGS, .scope = SCOPE_IMAGE},
	{.name = "file.*", .type = VALUE_RECORDS, .scope = SCOPE_HOST, .any_scope = true, .fields = fixture_file_fields},
};

struct fixture {
	char dir[64];
	struct arena *arena;
	struct catalogue *catalogue;
	struct library *library;
	struct diags diags;
};

_unused_ static void fixture_init(struct fixture *fixture)
{
	*fixture = (struct fixture){.dir = "/tmp/plimsoll-load.XXXXXX", .arena = arena_new()};
	assert_non_null(mkdtemp(fixture->dir));
	fixture->catalogue = catalogue_new(fixture->arena);
	for (size_t i = 0; i < sizeof fixture_decls / sizeof *fixture_decls; i++)
		catalogue_add(fixture->catalogue, &fixture_decls[i]);
	fixture->diags.arena = fixture->arena;
}

/* Write dir/name, making its folders; returns the path. */
_unused_ static const char *fixture_write_bytes(struct fixture *fixture, const char *name, const char *bytes, size_t len)
{
	char *path = arena_printf(fixture->arena, "%s/%s", fixture->dir, name);
	FILE *file;

	for (char *slash = strchr(path + strlen(fixture->dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	return path;
}

_unused_ static const char *fixture_write(struct fixture *fixture, const char *name, const char *text)
{
	return fixture_write_bytes(fixture, name, text, strlen(text));
}

/* After the files are there: the library scans them. */
_unused_ static struct library *fixture_open(struct fixture *fixture)
{
	struct error err = {0};

	if (library_open(fixture->dir, fixture->catalogue, &fixture->library, &err) < 0)
		fail_msg("%s", err.text);
	return fixture->library;
}

_unused_ static int fixture_remove(const char *path, const struct stat *st _unused_, int type _unused_, struct FTW *ftw _unused_)
{
	return remove(path);
}

_unused_ static void fixture_done(struct fixture *fixture)
{
	library_close(fixture->library);
	arena_free(fixture->arena);
	nftw(fixture->dir, fixture_remove, 16, FTW_DEPTH | FTW_PHYS);
}

_unused_ static bool fixture_matches(const struct diag *diag, const char *expected)
{
	unsigned line, column;
	int used = 0;

	return sscanf(expected, "%u:%u: %n", &line, &column, &used) == 2 && diag->where.line == line &&
	       diag->where.column == column && strstr(diag->text, expected + used);
}

/* Every expected "line:column: part" is said by a diag of its own, and nothing else is said. */
_unused_ static bool fixture_diags_are(const char *name, const struct diags *diags, const char *const *expected, size_t max)
{
	bool *used = calloc(diags->list.count + 1, sizeof *used);
	bool good = true;
	size_t count = 0;

	for (; count < max && expected[count]; count++) {
		size_t i = 0;

		while (i < diags->list.count && (used[i] || !fixture_matches(&diags->list.items[i], expected[count])))
			i++;
		if (i < diags->list.count)
			used[i] = true;
		else
			print_error("%s: missing \"%s\"\n", name, expected[count]);
		good = good && i < diags->list.count;
	}
	for (size_t i = 0; i < diags->list.count; i++)
		if (!used[i]) {
			const struct diag *diag = &diags->list.items[i];

			print_error("%s: unexpected %u:%u: %s\n", name, diag->where.line, diag->where.column, diag->text);
			good = false;
		}
	free(used);
	return good;
}

#endif
