/* The kernel and cpu probes over small trees: a running kernel's files, a tree at rest, files that mislead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdlib.h>
#include <zlib.h>

#include "collect/collect.h"

#define VULNERABILITIES "sys/devices/system/cpu/vulnerabilities/"

struct tree {
	char path[64];
	struct arena *arena;
	struct facts *facts;
};

static int setup(void **state)
{
	struct tree *tree = calloc(1, sizeof *tree);

	strcpy(tree->path, "/tmp/plimsoll-kernel-XXXXXX");
	assert_non_null(mkdtemp(tree->path));
	tree->arena = arena_new();
	*state = tree;
	return 0;
}

static int remove_one(const char *path, const struct stat *st _unused_, int type _unused_, struct FTW *ftw _unused_)
{
	return remove(path);
}

static int teardown(void **state)
{
	struct tree *tree = *state;

	nftw(tree->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	facts_free(tree->facts);
	arena_free(tree->arena);
	free(tree);
	return 0;
}

/* The path below the tree, its folders made. */
static const char *make_path(const struct tree *tree, const char *path)
{
	char *full = arena_printf(tree->arena, "%s/%s", tree->path, path);

	for (char *slash = full + strlen(tree->path) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	return full;
}

static void write_bytes(const struct tree *tree, const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(make_path(tree, path), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void write_file(const struct tree *tree, const char *path, const char *text)
{
	write_bytes(tree, path, text, strlen(text));
}

static void write_gzip(const struct tree *tree, const char *path, const char *text, size_t keep)
{
	unsigned char packed[4096];
	z_stream stream = {.next_in = (Bytef *)text,
			   .avail_in = (uInt)strlen(text),
			   .next_out = packed,
			   .avail_out = sizeof packed};

	assert_int_equal(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	write_bytes(tree, path, packed, keep ? keep : stream.total_out);
	deflateEnd(&stream);
}

static void add_names(struct tree *tree, struct request *request, const char *const *names)
{
	for (; *names; names++)
		vec_push(tree->arena, &request->facts, *names);
}

static const struct subject *collect_from(struct tree *tree, const char *root, const char *const *names)
{
	struct request request = {.deadline_ms = 1000};
	_cleanup_(host_cleanup) struct host *host = NULL;

	add_names(tree, &request, names);
	facts_free(tree->facts);
	tree->facts = NULL;
	assert_int_equal(host_open(root, &host, NULL), 0);
	assert_int_equal(collect_facts(host, &request, NULL, NULL, &tree->facts, NULL), 0);
	return facts_host(tree->facts);
}

static const struct fact_side *one_side(struct tree *tree, const char *name)
{
	return facts_side(collect_from(tree, tree->path, (const char *const[]){name, NULL}), name, SIDE_PLAIN);
}

static void assert_text(const struct fact_side *side, const char *text, const char *origin)
{
	assert_int_equal(side->state, FACT_PRESENT);
	assert_string_equal(side->value.string, text);
	assert_string_equal(side->origin, origin);
}

static void assert_missing(const struct fact_side *side, enum fact_state state, const char *reason_part)
{
	assert_int_equal(side->state, state);
	if (!strstr(side->reason, reason_part))
		fail_msg("reason: %s", side->reason);
}

static void name_comes_from_the_trees_own_file(void **state)
{
	struct tree *tree = *state;

	assert_missing(one_side(tree, "host.name"), FACT_ABSENT, "no name");
	write_file(tree, "proc/sys/kernel/hostname", "reader\n");
	assert_text(one_side(tree, "host.name"), "reader", "/proc/sys/kernel/hostname");
	write_file(tree, "etc/hostname", "\n# a comment\n  node\x01" "1  \n");
	assert_text(one_side(tree, "host.name"), "node\\x011", "/etc/hostname");
}

static void captured_release_is_read(void **state)
{
	struct tree *tree = *state;
	const struct fact_side *side;

	write_file(tree, "proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
	side = one_side(tree, "host.kernel.release");
	assert_text(side, "6.1.0-18-amd64", "/proc/sys/kernel/osrelease");
	assert_int_equal(side->value.type, VALUE_VERSION);
}

static void tree_at_rest_has_no_release_but_a_note(void **state)
{
	struct tree *tree = *state;
	const struct fact_side *side;

	assert_missing(one_side(tree, "host.kernel.release"), FACT_UNSUPPORTED, "at rest");
	write_file(tree, "boot/config-6.1.0-9-amd64", "");
	write_file(tree, "boot/config-6.1.0-18-amd64", "");
	write_file(tree, "boot/config-5.10.0-30", "");
	write_file(tree, "boot/config-old", "");
	side = one_side(tree, "host.kernel.release");
	assert_int_equal(side->state, FACT_UNSUPPORTED);
	assert_int_equal(side->notes.count, 1);
	assert_non_null(strstr(side->notes.items[0], "6.1.0-18-amd64"));
}

static void release_that_cannot_be_read_is_no_tree_at_rest(void **state)
{
	struct tree *tree = *state;

	write_file(tree, "proc/sys/kernel/osrelease", "\n");
	assert_missing(one_side(tree, "host.kernel.release"), FACT_UNREADABLE, "is empty");
	assert_missing(one_side(tree, "host.kernel.config.CONFIG_A"), FACT_UNREADABLE, "is empty");
	write_file(tree, "proc/sys/kernel/osrelease", "dev\n");
	assert_missing(one_side(tree, "host.kernel.release"), FACT_UNREADABLE, "not a version");
	remove(make_path(tree, "proc/sys/kernel/osrelease"));
	assert_int_equal(mkdir(make_path(tree, "proc/sys/kernel/osrelease"), 0755), 0);
	assert_int_not_equal(one_side(tree, "host.kernel.release")->state, FACT_PRESENT);
}

static void cmdline_is_split_as_the_kernel_splits_it(void **state)
{
	static const struct {
		const char *line;
		const char *shown;
	} rows[] = {
		{"quiet root=/dev/vda1\n", "{quiet, root=/dev/vda1}"},
		{"", "{}"},
		{" \n", "{}"},
		{"a=1 b a=2", "{a=2, b}"},
		{"slab-nomerge intel-iommu=on-line", "{slab_nomerge, intel_iommu=on-line}"},
		{"dyndbg=\"file a.c +p\" x", "{dyndbg=file a.c +p, x}"},
		{"\"dyndbg=file a.c +p\" x", "{dyndbg=file a.c +p, x}"},
		{"x=\"open to the end", "{x=open to the end}"},
		{"a=b=c", "{a=b=c}"},
		{"a= =b \"", "{a}"},
		{"lockdown=integrity -- lockdown=none x", "{lockdown=integrity}"},
		{"iscsi.password=hunter2 url=https://u:p@h/", "{iscsi.password=(redacted), url=(redacted)}"},
		{"a=\x1b[2J", "{a=\\x1B[2J}"},
	};
	struct tree *tree = *state;

	assert_missing(one_side(tree, "host.kernel.cmdline"), FACT_UNSUPPORTED, "at rest");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact_side *side;

		write_file(tree, "proc/cmdline", rows[i].line);
		side = one_side(tree, "host.kernel.cmdline");
		assert_int_equal(side->state, FACT_PRESENT);
		assert_string_equal(value_display(tree->arena, &side->value, 0), rows[i].shown);
	}
}

/* A later word takes an earlier one's place in the map, and stands beside it in the list. */
static void repeated_parameters_are_all_in_the_list(void **state)
{
	struct tree *tree = *state;

	write_file(tree, "proc/cmdline", "iommu=off quiet iommu=pt -- iommu=x\n");
	const struct fact_side *side = one_side(tree, "host.kernel.parameters");
	assert_int_equal(side->state, FACT_PRESENT);
	assert_int_equal(side->value.records.count, 3);
	assert_string_equal(record_get(&side->value.records.items[0], "value")->string, "off");
	assert_string_equal(record_get(&side->value.records.items[1], "key")->string, "quiet");
	assert_string_equal(record_get(&side->value.records.items[2], "value")->string, "pt");
}

static void tree_at_rest_tells_what_its_boot_loader_hands_over(void **state)
{
	static const struct {
		const char *path, *text, *shown;
	} rows[] = {
		{"boot/cmdline.txt", "console=tty1 quiet\n", "{console=tty1, quiet}"},
		{"etc/kernel/cmdline", "ro quiet\n", "{ro, quiet}"},
		{"boot/loader/entries/a-6.1.conf", "title x\noptions ro audit=0\n", "{ro, audit=0}"},
		{"boot/loader/entries/a-6.2.conf", "title x\noptions\tro audit=1\n", "{ro, audit=1}"},
		{"boot/grub2/grub.cfg", "set timeout=5\nlinuxnot /x y\n", "{ro, audit=1}"},
		{"boot/grub/grub.cfg", "menuentry 'x' {\n\tlinux\t/boot/vmlinuz-6.2 root=/dev/vda ro\n}\nmenuentry 'y' {\n linux /z single\n}\n",
		 "{root=/dev/vda, ro}"},
		{"proc/cmdline", "booted\n", "{booted}"},
	};
	struct tree *tree = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		write_file(tree, rows[i].path, rows[i].text);
		const struct fact_side *side = one_side(tree, "host.kernel.cmdline");
		assert_int_equal(side->state, FACT_PRESENT);
		assert_string_equal(value_display(tree->arena, &side->value, 0), rows[i].shown);
		assert_int_equal(side->notes.count, strcmp(rows[i].path, "proc/cmdline") != 0);
	}
}

static void newer_kernels_are_those_of_the_same_flavour(void **state)
{
	static const struct {
		const char *running, *newer;
	} rows[] = {
		{"6.1.0-9-amd64", "[6.1.0-18-amd64, 6.12.48+deb13-amd64]"},
		{"6.1.0-18-amd64", "[6.12.48+deb13-amd64]"},
		{"6.12.48+deb13-amd64", "[]"},
		{"6.1.0-18-cloud-amd64", "[]"},
		{"5.14.0-70.13.1.el9_0.x86_64", "[5.14.0-427.el9.x86_64]"},
		{"6.5.0-1-amd64", "[6.12.48+deb13-amd64]"},
	};
	static const char *const installed[] = {
		"6.1.0-9-amd64", "6.1.0-18-amd64", "6.12.48+deb13-amd64", "6.1.0-18-cloud-amd64", "5.14.0-70.13.1.el9_0.x86_64",
		"5.14.0-427.el9.x86_64", "5.14.0-427.el9.x86_64+rt",
	};
	struct tree *tree = *state;

	for (size_t i = 0; i < sizeof installed / sizeof *installed; i++)
		write_file(tree, arena_printf(tree->arena, "lib/modules/%s/modules.builtin", installed[i]), "");
	write_file(tree, "lib/modules/9.9.9-amd64/updates/left-behind.ko", "");
	assert_missing(one_side(tree, "host.kernel.newer"), FACT_UNSUPPORTED, "at rest");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		write_file(tree, "proc/sys/kernel/osrelease", arena_printf(tree->arena, "%s\n", rows[i].running));
		const struct fact_side *side = one_side(tree, "host.kernel.newer");
		assert_int_equal(side->state, FACT_PRESENT);
		assert_string_equal(value_display(tree->arena, &side->value, 0), rows[i].newer);
	}
	write_file(tree, "proc/sys/kernel/osrelease", "6.18.0-fc\n");
	assert_missing(one_side(tree, "host.kernel.newer"), FACT_UNSUPPORTED, "not one of those");
}

static void running_kernels_own_configuration_comes_first(void **state)
{
	static const char name[] = "host.kernel.config.CONFIG_LSM";
	struct tree *tree = *state;

	write_file(tree, "proc/sys/kernel/osrelease", "6.1.0\n");
	assert_missing(one_side(tree, name), FACT_UNREADABLE, "neither /proc/config.gz nor /boot/config-6.1.0 nor");
	write_file(tree, "boot/config-6.2.0", "CONFIG_LSM=\"wrong kernel\"\n");
	assert_missing(one_side(tree, name), FACT_UNREADABLE, "neither");
	write_file(tree, "lib/modules/6.1.0/config", "CONFIG_LSM=\"modules\"\n");
	assert_text(one_side(tree, name), "modules", "/lib/modules/6.1.0/config:1");
	write_file(tree, "boot/config-6.1.0", "\nCONFIG_LSM=\"boot\"\n");
	assert_text(one_side(tree, name), "boot", "/boot/config-6.1.0:2");
	write_gzip(tree, "proc/config.gz", "#\n#\nCONFIG_LSM=\"proc\"\n", 0);
	assert_text(one_side(tree, name), "proc", "/proc/config.gz:3");
}

static void options_read_as_they_are_set(void **state)
{
	static const struct {
		const char *option;
		enum fact_state state;
		const char *text; /* value or part of the reason */
	} rows[] = {
		{"CONFIG_SECCOMP", FACT_PRESENT, "y"},
		{"CONFIG_USB", FACT_PRESENT, "m"},
		{"CONFIG_HZ", FACT_PRESENT, "250"},
		{"CONFIG_DEFAULT_MMAP", FACT_PRESENT, "0x10000"},
		{"CONFIG_CMDLINE", FACT_PRESENT, "a \"b\" \\c"},
		{"CONFIG_EMPTY", FACT_PRESENT, ""},
		{"CONFIG_DEVMEM", FACT_ABSENT, "is not set"},
		{"CONFIG_SEC", FACT_ABSENT, "is not mentioned"},
		{"CONFIG_SECCOMP=y", FACT_ABSENT, "is not mentioned"},
		{"SECCOMP", FACT_UNREADABLE, "begins with CONFIG_"},
	};
	struct tree *tree = *state;

	write_file(tree, "proc/sys/kernel/osrelease", "6.1.0\n");
	write_file(tree, "boot/config-6.1.0",
		   "# Linux/x86 6.1.0 Kernel Configuration\nCONFIG_SECCOMP=y\nCONFIG_USB=m\nCONFIG_HZ=250\n"
		   "CONFIG_DEFAULT_MMAP=0x10000\nCONFIG_CMDLINE=\"a \\\"b\\\" \\\\c\"\nCONFIG_EMPTY=\"\"\n"
		   "# CONFIG_DEVMEM is not set\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct fact_side *side =
			one_side(tree, arena_printf(tree->arena, "host.kernel.config.%s", rows[i].option));

		if (rows[i].state == FACT_PRESENT)
			assert_string_equal(side->value.string, rows[i].text);
		else
			assert_missing(side, rows[i].state, rows[i].text);
		assert_int_equal(side->state, rows[i].state);
	}
}

static void broken_configuration_does_not_pass_for_one_without_options(void **state)
{
	static const char name[] = "host.kernel.config.CONFIG_A";
	struct tree *tree = *state;

	write_file(tree, "proc/sys/kernel/osrelease", "6.1.0\n");
	write_file(tree, "boot/config-6.1.0", "");
	assert_missing(one_side(tree, name), FACT_UNREADABLE, "/boot/config-6.1.0: holds no kernel configuration");
	write_gzip(tree, "proc/config.gz", "CONFIG_A=y\n", 20);
	assert_missing(one_side(tree, name), FACT_UNREADABLE, "/proc/config.gz: is not whole gzip data");
	write_file(tree, "proc/config.gz", "CONFIG_A=y\n");
	assert_missing(one_side(tree, name), FACT_UNREADABLE, "is not whole gzip data");
	write_file(tree, "boot/config-6.1.0", "CONFIG_A=y\n");
	assert_text(one_side(tree, name), "y", "/boot/config-6.1.0:1");
}

static void release_with_a_slash_leads_nowhere(void **state)
{
	struct tree *tree = *state;

	write_file(tree, "proc/sys/kernel/osrelease", "6/../../etc/secret\n");
	write_file(tree, "boot/config-6/x", "");
	write_file(tree, "etc/secret", "CONFIG_A=y\n");
	assert_missing(one_side(tree, "host.kernel.config.CONFIG_A"), FACT_UNREADABLE, "neither");
}

static void tree_at_rest_tells_of_its_newest_kernel_with_a_note(void **state)
{
	static const char name[] = "host.kernel.config.CONFIG_A";
	struct tree *tree = *state;
	const struct fact_side *side;

	assert_missing(one_side(tree, name), FACT_UNSUPPORTED, "no kernel configuration");
	write_file(tree, "boot/config-6.1.0-9-amd64", "CONFIG_A=m\n");
	side = one_side(tree, name);
	assert_text(side, "m", "/boot/config-6.1.0-9-amd64:1");
	assert_non_null(strstr(side->notes.items[0], "the only kernel configuration"));
	write_file(tree, "boot/config-6.1.0-18-amd64", "CONFIG_A=y\n");
	side = one_side(tree, name);
	assert_text(side, "y", "/boot/config-6.1.0-18-amd64:1");
	assert_non_null(strstr(side->notes.items[0], "newest of 2"));
}

static void vulnerabilities_are_in_the_kernels_words(void **state)
{
	struct tree *tree = *state;
	const struct fact_side *side;

	assert_missing(one_side(tree, "host.cpu.vulnerabilities"), FACT_UNSUPPORTED, "at rest");
	write_file(tree, "sys/devices/system/cpu/online", "0\n");
	assert_missing(one_side(tree, "host.cpu.vulnerabilities"), FACT_UNSUPPORTED, "does not report");
	write_file(tree, VULNERABILITIES "mds", "Not affected\n");
	write_file(tree, VULNERABILITIES "l1tf", "Mitigation: PTE Inversion\n");
	side = one_side(tree, "host.cpu.vulnerabilities");
	assert_int_equal(side->state, FACT_PRESENT);
	assert_string_equal(value_display(tree->arena, &side->value, 0),
			    "{l1tf=Mitigation: PTE Inversion, mds=Not affected}");
	assert_int_equal(mkdir(make_path(tree, VULNERABILITIES "retbleed"), 0755), 0);
	assert_missing(one_side(tree, "host.cpu.vulnerabilities"), FACT_UNREADABLE, "retbleed");
}

static void running_host_answers(void **state)
{
	struct tree *tree = *state;
	const struct subject *host = collect_from(
		tree, "/", (const char *const[]){"host.name", "host.kernel.release", "host.kernel.cmdline", NULL});

	assert_int_equal(facts_side(host, "host.name", SIDE_PLAIN)->state, FACT_PRESENT);
	assert_int_equal(facts_side(host, "host.kernel.release", SIDE_PLAIN)->state, FACT_PRESENT);
	assert_int_equal(facts_side(host, "host.kernel.cmdline", SIDE_PLAIN)->state, FACT_PRESENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(name_comes_from_the_trees_own_file),
		TEST(captured_release_is_read),
		TEST(tree_at_rest_has_no_release_but_a_note),
		TEST(release_that_cannot_be_read_is_no_tree_at_rest),
		TEST(cmdline_is_split_as_the_kernel_splits_it),
		TEST(repeated_parameters_are_all_in_the_list),
		TEST(tree_at_rest_tells_what_its_boot_loader_hands_over),
		TEST(newer_kernels_are_those_of_the_same_flavour),
		TEST(running_kernels_own_configuration_comes_first),
		TEST(options_read_as_they_are_set),
		TEST(broken_configuration_does_not_pass_for_one_without_options),
		TEST(release_with_a_slash_leads_nowhere),
		TEST(tree_at_rest_tells_of_its_newest_kernel_with_a_note),
		TEST(vulnerabilities_are_in_the_kernels_words),
		TEST(running_host_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
