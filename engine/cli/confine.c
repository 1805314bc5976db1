#include "cli/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "cli/confine_calls.h"

/* linux/landlock.h of a newer kernel than ours may be built with. */
#define REFER     (1ull << 13) /* LANDLOCK_ACCESS_FS_REFER, ABI 2 */
#define TRUNCATE  (1ull << 14) /* LANDLOCK_ACCESS_FS_TRUNCATE, ABI 3 */
#define IOCTL_DEV (1ull << 15) /* LANDLOCK_ACCESS_FS_IOCTL_DEV, ABI 5 */
#define BIND_TCP    (1ull << 0) /* LANDLOCK_ACCESS_NET_BIND_TCP, ABI 4 */
#define CONNECT_TCP (1ull << 1) /* LANDLOCK_ACCESS_NET_CONNECT_TCP, ABI 4 */
#define ABSTRACT_UNIX (1ull << 0) /* LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET, ABI 6; signals are not scoped: the broker gets one */

struct ruleset_attr { /* struct landlock_ruleset_attr of ABI 6 */
	uint64_t fs, net, scoped;
};

static const struct ruleset_attr by_abi[] = {
	{LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		 LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
		 LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
		 LANDLOCK_ACCESS_FS_MAKE_SYM, 0, 0},
	{REFER, 0, 0},
	{TRUNCATE, 0, 0},
	{0, BIND_TCP | CONNECT_TCP, 0},
	{IOCTL_DEV, 0, 0},
	{0, 0, ABSTRACT_UNIX},
};
#define ABI_KNOWN ((long)(sizeof by_abi / sizeof *by_abi))

static size_t attr_size(long abi)
{
	return abi < 4 ? sizeof(uint64_t) : abi < 6 ? 2 * sizeof(uint64_t) : sizeof(struct ruleset_attr);
}

static int allow_rename(int ruleset, const char *folder, struct error *err)
{
	_cleanup_(close_fd) int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct landlock_path_beneath_attr beneath = {
		.allowed_access = LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_REMOVE_FILE,
		.parent_fd = fd,
	};

	if (fd < 0 || syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
		return error_sys(err, "cannot confine writing to %s", folder);
	return 0;
}

static int enter_domain(const struct strings *folders, struct error *err)
{
	struct ruleset_attr attr = {0};
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) /* not built in, not switched on, or hidden by an outer filter */
		return 0;
	abi = abi < ABI_KNOWN ? abi : ABI_KNOWN;
	for (long i = 0; i < abi; i++) {
		attr.fs |= by_abi[i].fs;
		attr.net |= by_abi[i].net;
		attr.scoped |= by_abi[i].scoped;
	}
	_cleanup_(close_fd) int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, attr_size(abi), 0);
	if (ruleset < 0)
		return error_sys(err, "cannot make a Landlock domain");
	vec_each(folder, folders)
		if (allow_rename(ruleset, *folder, err) < 0)
			return -1;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return error_sys(err, "cannot enter a Landlock domain");
	return 0;
}

int confine_process(const struct strings *folders, struct error *err)
{
	return enter_domain(folders, err) < 0 ? -1 : confine_calls(err);
}
