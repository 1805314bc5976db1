/* A program as Go's linker leaves it, as far as versions go: an ELF file of sections and nothing to run. */
#ifndef TESTS_GO_PROGRAM_H
#define TESTS_GO_PROGRAM_H

#include <elf.h>

#include "probe_tree.h"

struct go_program {
	const char *compiler; /* NULL: not by Go */
	const char *lines;
	const char *texts;    /* .rodata, NULs and all */
	size_t texts_len;
	bool old_form;        /* pointers in the place of texts, as before Go 1.18 */
	size_t cut;           /* bytes to leave out at the end */
};

/* As encoding/binary writes lengths. */
static inline void go_length(struct buf *out, size_t len)
{
	do {
		char byte = (char)((len & 0x7f) | (len > 0x7f ? 0x80 : 0));

		buf_add(out, &byte, 1);
		len >>= 7;
	} while (len);
}

static inline void go_info(struct buf *out, const struct go_program *program)
{
	static const char marks[16] = "0123456789abcdef";
	char head[32] = "\xff Go buildinf:";
	size_t len = strlen(program->lines);

	head[14] = 8;
	head[15] = program->old_form ? 0 : 2;
	buf_add(out, head, sizeof head);
	go_length(out, strlen(program->compiler));
	buf_puts(out, program->compiler);
	go_length(out, len + 2 * sizeof marks);
	buf_add(out, marks, sizeof marks);
	buf_add(out, program->lines, len);
	buf_add(out, marks, sizeof marks);
}

static inline void go_write(struct probe_tree *tree, const char *path, const struct go_program *program)
{
	static const char names[] = "\0.go.buildinfo\0.rodata\0.shstrtab";
	_cleanup_(buf_done) struct buf info = {0}, file = {0};
	Elf64_Shdr sections[4] = {{0}};
	Elf64_Ehdr header = {.e_shnum = 4, .e_shentsize = sizeof *sections, .e_shstrndx = 3};

	if (program->compiler)
		go_info(&info, program);
	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
	header.e_shoff = sizeof header;
	size_t at = sizeof header + sizeof sections;
	const struct {
		unsigned name;
		size_t len;
	} parts[] = {{program->compiler ? 1 : 15, info.len}, {15, program->texts_len}, {23, sizeof names}};
	for (size_t i = 0; i < 3; i++) {
		sections[i + 1] = (Elf64_Shdr){.sh_name = parts[i].name, .sh_type = SHT_PROGBITS, .sh_offset = at, .sh_size = parts[i].len};
		at += parts[i].len;
	}
	buf_add(&file, (const char *)&header, sizeof header);
	buf_add(&file, (const char *)sections, sizeof sections);
	buf_add(&file, info.data ? info.data : "", info.len);
	buf_add(&file, program->texts ? program->texts : "", program->texts_len);
	buf_add(&file, names, sizeof names);
	tree_file(tree, path, "", 0755);
	FILE *out = fopen(tree_path(tree, path), "w");
	assert_non_null(out);
	assert_true(program->cut < file.len);
	assert_int_equal(fwrite(file.data, 1, file.len - program->cut, out), file.len - program->cut);
	fclose(out);
}

#endif
