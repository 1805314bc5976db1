/* System calls by name and number, for each ABI that programs on this kind of host can use. Names by libseccomp, and for
 * calls newer than it a small table of those that all architectures number alike (include/uapi/asm-generic/unistd.h). */
#ifndef CHECKS_SYSCALLS_H
#define CHECKS_SYSCALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct syscalls_abi {
	const char *name;    /* "x86_64", "x32", "i386", "aarch64", "arm" */
	uint32_t arch;       /* AUDIT_ARCH_…, what a filter sees */
	uint32_t library;    /* SCMP_ARCH_… */
	uint32_t number_bit; /* part of every number: 0x40000000 of x32 (arch/x86/include/uapi/asm/unistd.h) */
	/* A filter sees 0 in the upper halves of arguments. Not so on i386: `int $0x80` in 64-bit code keeps them, the filter
	 * sees them and the call does not (measured on 6.18). */
	bool narrow;
	bool truncates; /* the call itself uses 32 bits of each argument */
};

/* The ABIs of the host this was built for, the native one first; static. x32 is there whether the kernel has
 * it or not: without CONFIG_X86_X32_ABI every call of it is ENOSYS. */
const struct syscalls_abi *syscalls_abis(size_t *ret_count);

/* NULL: no such call. Kept for good. */
const char *syscalls_name(const struct syscalls_abi *abi, int nr);
/* -1: the ABI has no such call. */
int syscalls_number(const struct syscalls_abi *abi, const char *name);

/* The numbers worth asking: from 0 to SYSCALLS_SPARE past the last known, and the private ones of arm. */
#define SYSCALLS_SPARE 64
size_t syscalls_count(const struct syscalls_abi *abi);
int syscalls_at(const struct syscalls_abi *abi, size_t index);

#endif
