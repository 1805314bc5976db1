/* Versions out of programs that are not run. */
#include "go_program.h"

#include "checks/program_build.h"

#define PROGRAM "/usr/bin/x"
#define TEXTS(text) .texts = text, .texts_len = sizeof text - 1

static int read_build(struct probe_tree *tree, struct program_build *ret, struct error *err)
{
	*ret = (struct program_build){0};
	return program_build_read(tree->host, PROGRAM, tree->arena, ret, err);
}

static void version_stands_where_each_build_leaves_it(void **state)
{
	static const struct {
		struct go_program program;
		const char *version, *package;
	} rows[] = {
		{{.compiler = "go1.19.8", .lines = "path\tgithub.com/docker/docker/cmd/dockerd\nbuild\t-ldflags=\"-w -X "
						    "\\\"github.com/docker/docker/dockerversion.Version=20.10.24+dfsg1\\\" -X "
						    "\\\"x.GitCommit=5d6db84\\\"\"\nbuild\tGOOS=linux\n"},
		 "20.10.24+dfsg1", "github.com/docker/docker/cmd/dockerd"},
		{{.compiler = "go1.21", .lines = "path\tmain\nbuild\t-ldflags=\"-X main.gitVersion=9.9.9 -X a/version.Version=v1.7.24\"\n"}, "1.7.24",
		 "main"},
		{{.compiler = "go1.24.1", .lines = "path\tgithub.com/opencontainers/runc\nmod\tgithub.com/opencontainers/runc\tv1.3.3\th1:x=\n"},
		 "1.3.3", "github.com/opencontainers/runc"},
		{{.compiler = "go1.19.8", .lines = "path\tgithub.com/opencontainers/runc\nmod\tgithub.com/opencontainers/runc\t(devel)\t\n",
		  TEXTS("go1.19.8 is a text\0xgo1.19.8\0\0\0\0\0\0\0\0v1.1.12-0-g51d5e946\0go1.19.8")},
		 "1.1.12-0-g51d5e946", "github.com/opencontainers/runc"},
		{{.compiler = "go1.19.8", .lines = "path\tx\n", TEXTS("\0go1.19.8\0\0\0\0\0\0\0\0" "1.1.5+ds1\0\0\0\0\0")}, "1.1.5+ds1", "x"},
		{{.compiler = "go1.19.8", .lines = "path\tx\n", TEXTS("go1.19.8\0abc\0\0 1.2\0" "12345.6\0go1.19.8")}, NULL, "x"},
		{{.compiler = "go1.19.8", .lines = "path\tx\n", TEXTS("go1.19.8")}, NULL, "x"},
		{{.compiler = "go1.19.8", .lines = ""}, NULL, ""},
		{{.compiler = "go1.19.8", .lines = "build\t-ldflags=ersion=1.2.3\n"}, NULL, ""},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct program_build build;
		struct error err = {0};

		go_write(*state, PROGRAM, &rows[i].program);
		if (read_build(*state, &build, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);
		assert_string_equal(build.compiler, rows[i].program.compiler);
		assert_string_equal(build.package, rows[i].package);
		if (!text_eq(build.version, rows[i].version))
			fail_msg("row %zu: %s", i, build.version ? build.version : "none");
	}
}

static void what_go_did_not_build_tells_nothing(void **state)
{
	struct probe_tree *tree = *state;
	struct program_build build;

	go_write(tree, PROGRAM, &(struct go_program){TEXTS("1.2.3")});
	assert_int_equal(read_build(tree, &build, NULL), 0);
	assert_null(build.compiler);
	go_write(tree, PROGRAM, &(struct go_program){.compiler = "go1.17", .lines = "path\tx\n", .old_form = true});
	assert_int_equal(read_build(tree, &build, NULL), 0);
	assert_null(build.compiler);
	tree_file(tree, PROGRAM, "#!/bin/sh\necho 1.2.3\n", 0755);
	assert_int_equal(read_build(tree, &build, NULL), 0);
	assert_null(build.compiler);
}

static void modules_are_found_with_their_replacements(void **state)
{
	static const struct {
		const char *module, *version;
	} rows[] = {
		{"github.com/moby/buildkit", "0.17.3"},
		{"github.com/containerd/containerd", "2.0.5-k3s1"},
		{"github.com/containerd", NULL},
		{"github.com/moby", NULL},
		{"github.com/opencontainers/runc", NULL},
		{"example.com/late", "1.0.0"},
	};
	struct program_build build;

	go_write(*state, PROGRAM, &(struct go_program){
		.compiler = "go1.22",
		.lines = "path\tgithub.com/k3s-io/k3s\n"
			 "dep\tgithub.com/moby/buildkit/frontend\tv9.9.9\th1:x=\n"
			 "dep\tgithub.com/moby/buildkit\tv0.17.3\th1:x=\n"
			 "dep\tgithub.com/containerd/containerd/api\tv1.8.0\th1:x=\n"
			 "dep\tgithub.com/containerd/containerd/v2\tv2.0.5\n"
			 "=>\tgithub.com/k3s-io/containerd/v2\tv2.0.5-k3s1\th1:y=\n"
			 "dep\texample.com/late\tv1.0.0",
	});
	assert_int_equal(read_build(*state, &build, NULL), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *version = program_build_module(&build, ((struct probe_tree *)*state)->arena, rows[i].module);

		if (!text_eq(version, rows[i].version))
			fail_msg("%s: %s", rows[i].module, version ? version : "none");
	}
}

/* Cut at every length and with every byte of its tables otherwise: an answer or an error, and no step outside. */
static void broken_programs_do_no_harm(void **state)
{
	struct probe_tree *tree = *state;
	struct go_program program = {.compiler = "go1.19.8", .lines = "path\tx\nmod\tx\tv1.2.3\t\n", TEXTS("\0go1.19.8\0" "1.1.5\0")};
	struct program_build build;

	for (program.cut = 1; program.cut < 400; program.cut += 3) {
		go_write(tree, PROGRAM, &program);
		read_build(tree, &build, NULL);
	}
	program.cut = 0;
	for (long at = 0; at < 420; at++) {
		go_write(tree, PROGRAM, &program);
		FILE *file = fopen(tree_path(tree, PROGRAM), "r+");
		assert_non_null(file);
		fseek(file, at, SEEK_SET);
		fputc(0xff, file);
		fclose(file);
		read_build(tree, &build, NULL);
	}
}

/* The length of the compiler's version stands behind the file's header, four sections and 32 bytes. */
static void text_that_leads_out_of_its_section_is_an_error(void **state)
{
	struct probe_tree *tree = *state;
	struct program_build build;
	struct error err = {0};

	go_write(tree, PROGRAM, &(struct go_program){.compiler = "go1.19.8", .lines = "path\tx\n"});
	FILE *file = fopen(tree_path(tree, PROGRAM), "r+");
	assert_non_null(file);
	fseek(file, sizeof(Elf64_Ehdr) + 4 * sizeof(Elf64_Shdr) + 32, SEEK_SET);
	fputc(0x7f, file);
	fclose(file);
	assert_int_equal(read_build(tree, &build, &err), -1);
	assert_int_equal(err.code, ERROR_MALFORMED);
}

static void missing_program_is_an_error(void **state)
{
	struct program_build build;
	struct error err = {0};

	assert_int_equal(read_build(*state, &build, &err), -1);
	assert_int_equal(err.code, ERROR_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(version_stands_where_each_build_leaves_it),
		TEST(what_go_did_not_build_tells_nothing),
		TEST(modules_are_found_with_their_replacements),
		TEST(broken_programs_do_no_harm),
		TEST(text_that_leads_out_of_its_section_is_an_error),
		TEST(missing_program_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
