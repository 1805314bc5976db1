/* A library on disk with a catalogue of made-up facts, for the tests of the loader. */
#ifndef TESTS_LOAD_FIXTURE_H
#define TESTS_LOAD_FIXTURE_H

#include "load/library.h"
#include "tests/unit/load_facts.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

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
	fixture->catalogue = load_facts_catalogue(fixture->arena);
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
