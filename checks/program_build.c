#include "checks/program_build.h"

#include <ctype.h>
#include <elf.h>
#include <string.h>
#include <unistd.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define OUR_ORDER ELFDATA2LSB
#else
#define OUR_ORDER ELFDATA2MSB
#endif

#define MAGIC "\xff Go buildinf:"
#define INLINE_FLAG 2  /* the texts follow at once */
#define INLINE_START 32
#define SENTINEL 16    /* bytes of marks around the lines */
#define VERSION_MAX 128
#define TEXTS_BEHIND 8 /* texts behind the compiler's version that are looked at */

struct program {
	int fd;
	struct arena *arena;
	const char *path;
	Elf64_Shdr *sections;
	size_t count;
	char *names;
	size_t names_len;
};

static int read_at(const struct program *program, void *buffer, size_t len, uint64_t offset, struct error *err)
{
	if (offset > INT64_MAX - len)
		return error_set(err, ERROR_MALFORMED, "%s: a table leads out of the file", program->path);
	for (size_t done = 0; done < len;) {
		ssize_t got = pread(program->fd, (char *)buffer + done, len - done, (off_t)(offset + done));

		if (got < 0)
			return error_sys(err, "%s", program->path);
		if (got == 0)
			return error_set(err, ERROR_MALFORMED, "%s: a table leads out of the file", program->path);
		done += (size_t)got;
	}
	return 0;
}

/* A section with a NUL behind it. */
static char *read_section(const struct program *program, const Elf64_Shdr *section, size_t max, struct error *err)
{
	if (section->sh_type == SHT_NOBITS || section->sh_size > max) {
		error_set(err, ERROR_LIMIT, "%s: a section is too large", program->path);
		return NULL;
	}
	char *data = arena_alloc(program->arena, section->sh_size + 1);
	data[section->sh_size] = '\0';
	return read_at(program, data, section->sh_size, section->sh_offset, err) < 0 ? NULL : data;
}

/* 1: it is a program of a kind that is read here; 0: it is not. */
static int read_tables(struct program *program, struct error *err)
{
	static const unsigned char ident[] = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, OUR_ORDER};
	Elf64_Ehdr header;

	if (pread(program->fd, &header, sizeof header, 0) != (ssize_t)sizeof header || memcmp(header.e_ident, ident, sizeof ident) != 0)
		return 0;
	if (header.e_shnum == 0 || header.e_shentsize != sizeof(Elf64_Shdr))
		return 0;
	if (header.e_shnum > PROGRAM_BUILD_SECTIONS_MAX || header.e_shstrndx >= header.e_shnum)
		return error_set(err, ERROR_MALFORMED, "%s: its table of sections cannot be read", program->path);
	program->count = header.e_shnum;
	program->sections = arena_alloc(program->arena, program->count * sizeof *program->sections);
	if (read_at(program, program->sections, program->count * sizeof *program->sections, header.e_shoff, err) < 0)
		return -1;
	const Elf64_Shdr *names = &program->sections[header.e_shstrndx];
	program->names_len = names->sh_size;
	program->names = read_section(program, names, PROGRAM_BUILD_INFO_MAX, err);
	return program->names ? 1 : -1;
}

static const Elf64_Shdr *find_section(const struct program *program, const char *name)
{
	for (size_t i = 0; i < program->count; i++)
		if (program->sections[i].sh_name < program->names_len && strcmp(program->names + program->sections[i].sh_name, name) == 0)
			return &program->sections[i];
	return NULL;
}

/* encoding/binary, Uvarint: a length and that many bytes. NULL: it leads out. */
static const char *take_text(const char **at, const char *end, size_t *ret_len)
{
	uint64_t len = 0;

	for (unsigned shift = 0; *at < end && shift < 63; shift += 7) {
		unsigned char byte = (unsigned char)*(*at)++;

		len |= (uint64_t)(byte & 0x7f) << shift;
		if (byte & 0x80)
			continue;
		if (len > (uint64_t)(end - *at))
			return NULL;
		const char *text = *at;
		*at += len;
		*ret_len = len;
		return text;
	}
	return NULL;
}

/* ---- versions ------------------------------------------------------------------------------------------------ */

/* Digits, a dot, digits, and what versions are made of; a leading v is left out. NULL: it is none. */
static const char *version_of(struct arena *arena, const char *text, size_t len)
{
	if (len > 0 && *text == 'v')
		text++, len--;
	size_t digits = 0;
	while (digits < len && isdigit((unsigned char)text[digits]))
		digits++;
	if (digits == 0 || digits > 4 || len > VERSION_MAX || len < digits + 2 || text[digits] != '.' ||
	    !isdigit((unsigned char)text[digits + 1]))
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (!isalnum((unsigned char)text[i]) && !strchr(".+~-", text[i]))
			return NULL;
	return arena_strndup(arena, text, len);
}

/* What the line behind `at` holds up to its next tab or end, if that is a version. */
static const char *version_in_line(struct arena *arena, const char *at)
{
	return version_of(arena, at, strcspn(at, "\t\n"));
}

/* -X IMPORT.PATH.version=TEXT or .Version=TEXT among the linker's flags, whatever quotes are around it. */
static const char *flag_version(struct arena *arena, const char *lines)
{
	static const char key[] = "ersion=";
	const char *flags = strstr(lines, "\nbuild\t-ldflags="), *end = flags ? strchrnul(flags + 1, '\n') : NULL;

	for (const char *at = flags; at && (at = strstr(at, key)) && at < end; at += strlen(key)) {
		const char *value = at + strlen(key);
		const char *version = (at[-1] == 'v' || at[-1] == 'V') && at[-2] == '.' ?
			version_of(arena, value, strcspn(value, " \t\n\"'\\")) : NULL;

		if (version)
			return version;
	}
	return NULL;
}

static const char *own_version(struct arena *arena, const char *lines)
{
	const char *mod = strstr(lines, "\nmod\t"), *tab = mod ? strchr(mod + 5, '\t') : NULL;

	return tab && tab < strchrnul(mod + 1, '\n') ? version_in_line(arena, tab + 1) : NULL;
}

/* The first version among the next texts; the linker sets texts of -X one behind the other, with NULs up to the next boundary. */
static const char *version_behind(struct arena *arena, const char *text, const char *end)
{
	for (int texts = 0; texts < TEXTS_BEHIND; texts++) {
		while (text < end && !*text)
			text++;
		size_t len = strnlen(text, (size_t)(end - text));
		const char *version = version_of(arena, text, len);

		if (version)
			return version;
		text += len;
	}
	return NULL;
}

static const char *placed_version(const struct program *program, const char *compiler)
{
	const Elf64_Shdr *section = find_section(program, ".rodata");
	const char *data = section ? read_section(program, section, PROGRAM_BUILD_TEXTS_MAX, NULL) : NULL;
	const char *end = data ? data + section->sh_size : NULL, *version = NULL;
	size_t len = strlen(compiler) + 1;

	/* With its NUL: the same letters also stand within longer texts. */
	for (const char *at = data; at && !version && (at = memmem(at, (size_t)(end - at), compiler, len)) != NULL;) {
		at += len;
		version = version_behind(program->arena, at, end);
	}
	return version;
}

static void find_version(const struct program *program, struct program_build *build)
{
	if ((build->version = flag_version(program->arena, build->lines)) != NULL)
		build->how = "the linker's flags in the program";
	else if ((build->version = own_version(program->arena, build->lines)) != NULL)
		build->how = "the program's own module";
	else if ((build->version = placed_version(program, build->compiler)) != NULL)
		build->how = "what the linker set in the program";
}

/* ---- the program --------------------------------------------------------------------------------------------- */

static const char *main_package(struct arena *arena, const char *lines)
{
	static const char key[] = "\npath\t";
	const char *at = strstr(lines, key);

	return at ? text_safe(arena, at + strlen(key), strcspn(at + strlen(key), "\n")) : "";
}

static int read_info(const struct program *program, struct program_build *ret, struct error *err)
{
	const Elf64_Shdr *section = find_section(program, ".go.buildinfo");
	size_t len;

	if (!section || section->sh_size < INLINE_START)
		return 0;
	const char *info = read_section(program, section, PROGRAM_BUILD_INFO_MAX, err);
	if (!info)
		return -1;
	if (memcmp(info, MAGIC, strlen(MAGIC)) != 0 || !(info[strlen(MAGIC) + 1] & INLINE_FLAG))
		return 0;
	const char *at = info + INLINE_START, *end = info + section->sh_size, *compiler = take_text(&at, end, &len);
	if (!compiler || len == 0)
		return error_set(err, ERROR_MALFORMED, "%s: its build information cannot be read", program->path);
	ret->compiler = text_safe(program->arena, compiler, len);
	const char *lines = take_text(&at, end, &len);
	if (!lines || len < 2 * (size_t)SENTINEL)
		lines = "", len = 2 * (size_t)SENTINEL;
	else
		lines += SENTINEL;
	/* A newline in front, so that every line has one. */
	ret->lines = arena_printf(program->arena, "\n%.*s", (int)(len - 2 * (size_t)SENTINEL), lines);
	ret->package = main_package(program->arena, ret->lines);
	find_version(program, ret);
	return 0;
}

static const char *kept(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

/* Sections are megabytes: they go with an arena of their own. */
int program_build_read(const struct host *host, const char *path, struct arena *arena, struct program_build *ret, struct error *err)
{
	_cleanup_(close_fd) int fd = host_open_file(host, path, err);
	_cleanup_(arena_cleanup) struct arena *scratch = NULL;
	struct program_build build = {0};

	if (fd < 0)
		return -1;
	scratch = arena_new();
	struct program program = {.fd = fd, .arena = scratch, .path = path};
	int known = read_tables(&program, err);
	if (known < 0 || (known && read_info(&program, &build, err) < 0))
		return -1;
	*ret = (struct program_build){
		.compiler = kept(arena, build.compiler),
		.package = kept(arena, build.package),
		.version = kept(arena, build.version),
		.how = build.how,
		.lines = kept(arena, build.lines),
	};
	return 0;
}

bool program_build_in_module(const char *package, const char *module)
{
	size_t len = strlen(module);

	return strncmp(package, module, len) == 0 && (!package[len] || package[len] == '/');
}

const char *program_build_module(const struct program_build *build, struct arena *arena, const char *module)
{
	static const char key[] = "\ndep\t", instead[] = "\n=>\t";

	for (const char *at = build->lines; at && (at = strstr(at, key)) != NULL;) {
		const char *tab;

		at += strlen(key);
		tab = at + strcspn(at, "\t\n");
		if (*tab != '\t' || !program_build_in_module(arena_strndup(arena, at, (size_t)(tab - at)), module))
			continue;
		/* Modules below it have paths of their own: only a major version may follow. */
		const char *rest = at + strlen(module);
		if (rest != tab && !(rest[0] == '/' && rest[1] == 'v' && isdigit((unsigned char)rest[2])))
			continue;
		const char *end = strchrnul(at, '\n');
		if (text_starts(end, instead)) {
			const char *other = end + strlen(instead);

			tab = other + strcspn(other, "\t\n");
			if (*tab != '\t')
				return NULL;
		}
		return version_in_line(arena, tab + 1);
	}
	return NULL;
}
