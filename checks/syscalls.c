#include "checks/syscalls.h"

#include <linux/audit.h>
#include <seccomp.h>

#include "base/text.h"

#define X32_BIT 0x40000000u
/* arch/arm/include/uapi/asm/unistd.h: breakpoint, cacheflush, usr26, usr32, set_tls, get_tls. */
#define ARM_PRIVATE 0x0f0001
#define ARM_PRIVATE_COUNT 6

#if defined(__x86_64__)
static const struct syscalls_abi abis[] = {
	{"x86_64", AUDIT_ARCH_X86_64, SCMP_ARCH_X86_64, 0, false, false},
	{"x32", AUDIT_ARCH_X86_64, SCMP_ARCH_X32, X32_BIT, false, false},
	{"i386", AUDIT_ARCH_I386, SCMP_ARCH_X86, 0, false, true},
};
#elif defined(__aarch64__)
static const struct syscalls_abi abis[] = {
	{"aarch64", AUDIT_ARCH_AARCH64, SCMP_ARCH_AARCH64, 0, false, false},
	{"arm", AUDIT_ARCH_ARM, SCMP_ARCH_ARM, 0, true, true},
};
#else
#error "the system call ABIs of this architecture are not described"
#endif

/* Since 403 every architecture gives a new call the same number. */
#define NEWER_FIRST 451
static const char *const newer[] = {
	"cachestat",	   "fchmodat2",	       "map_shadow_stack",  "futex_wake",  "futex_wait",
	"futex_requeue",   "statmount",	       "listmount",	    "lsm_get_self_attr", "lsm_set_self_attr",
	"lsm_list_modules", "mseal",	       "setxattrat",	    "getxattrat",  "listxattrat",
	"removexattrat",   "open_tree_attr",   "file_getattr",	    "file_setattr",
};
#define NEWER_COUNT ((int)(sizeof newer / sizeof *newer))
#define LIBRARY_SEARCH_MAX 1024 /* no ABI's numbers come near */

const struct syscalls_abi *syscalls_abis(size_t *ret_count)
{
	*ret_count = sizeof abis / sizeof *abis;
	return abis;
}

/* The library looks through a list for each question and gives a copy: asked once, kept for good. */
struct names {
	size_t count; /* 0: not asked yet */
	const char *items[LIBRARY_SEARCH_MAX];
};

static const struct names *names_of(const struct syscalls_abi *abi)
{
	static struct names all[sizeof abis / sizeof *abis];
	struct names *names = &all[abi - abis];

	if (names->count)
		return names;
	names->count = NEWER_FIRST + NEWER_COUNT;
	for (size_t i = 0; i < LIBRARY_SEARCH_MAX; i++) {
		names->items[i] = seccomp_syscall_resolve_num_arch(abi->library, (int)((uint32_t)i | abi->number_bit));
		if (!names->items[i] && i >= NEWER_FIRST && i < NEWER_FIRST + NEWER_COUNT)
			names->items[i] = newer[i - NEWER_FIRST];
		if (names->items[i] && i >= names->count)
			names->count = i + 1;
	}
	return names;
}

const char *syscalls_name(const struct syscalls_abi *abi, int nr)
{
	size_t plain = (uint32_t)nr & ~abi->number_bit;

	if (nr < 0 || ((uint32_t)nr & abi->number_bit) != abi->number_bit || plain >= LIBRARY_SEARCH_MAX)
		return NULL;
	return names_of(abi)->items[plain];
}

/* Not by the library: for what socketcall(2) and ipc(2) do as well it gives numbers of its own, below 0. */
int syscalls_number(const struct syscalls_abi *abi, const char *name)
{
	const struct names *names = names_of(abi);

	for (size_t i = 0; i < names->count; i++)
		if (names->items[i] && *names->items[i] == *name && strcmp(names->items[i], name) == 0)
			return (int)((uint32_t)i | abi->number_bit);
	return -1;
}

size_t syscalls_count(const struct syscalls_abi *abi)
{
	return names_of(abi)->count + SYSCALLS_SPARE + (abi->arch == AUDIT_ARCH_ARM ? ARM_PRIVATE_COUNT : 0);
}

int syscalls_at(const struct syscalls_abi *abi, size_t index)
{
	size_t plain = names_of(abi)->count + SYSCALLS_SPARE;

	if (index >= plain)
		return ARM_PRIVATE + (int)(index - plain);
	return (int)((uint32_t)index | abi->number_bit);
}
