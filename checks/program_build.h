/* What a program's file says of its own making, read and never run.
 *
 * Programs built by Go carry a section .go.buildinfo (debug/buildinfo, from Go 1.18 on in the form read here): the compiler's
 * version, then lines "path", "mod", "dep", "=>" and "build" with tabs between their parts. Texts that the linker was told by -X
 * are in the line of -ldflags, unless the build hides paths (-trimpath); then they stand in .rodata right behind the compiler's
 * version, which is such a text too. */
#ifndef CHECKS_PROGRAM_BUILD_H
#define CHECKS_PROGRAM_BUILD_H

#include "host/host.h"

struct program_build {
	const char *compiler; /* "go1.19.8"; NULL: not built by Go, or in an older form */
	const char *package;  /* import path of its main package, or "" */
	const char *version;  /* its own, without a leading v; NULL: it does not tell */
	const char *how;      /* where the version stands; static */
	const char *lines;    /* as they stand in the file, not safe, or NULL */
};

/* Sections are read up to these sizes; larger ones are not looked at. */
#define PROGRAM_BUILD_INFO_MAX (1u << 20)
#define PROGRAM_BUILD_TEXTS_MAX (32u << 20)
#define PROGRAM_BUILD_SECTIONS_MAX 4096

/* Texts are safe but `lines`. A file that is no such program leaves all NULL and is no error. -1: it cannot be opened or read,
 * or its tables lead out of it (ERROR_MALFORMED). ELF of 64 bits in this machine's byte order only. */
int program_build_read(const struct host *host, const char *path, struct arena *arena, struct program_build *ret,
		       struct error *err);

/* The version of a module that is part of the program, its replacement's where it was replaced; NULL: it is no part.
 * `module` without a major version at its end: "github.com/moby/buildkit". */
const char *program_build_module(const struct program_build *build, struct arena *arena, const char *module);

/* Whether an import path is in a module: the module itself or below it. */
bool program_build_in_module(const char *package, const char *module);

#endif
