#include "checks/setuid_entry.h"

#include <linux/xattr.h>
#include <stdio.h>
#include <sys/xattr.h>

/* By the name that stands for the descriptor: fgetxattr(2) refuses one of O_PATH. */
static bool has_capabilities(int fd)
{
	char link[64];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	return getxattr(link, XATTR_NAME_CAPS, NULL, 0) > 0;
}

/* Without the group's right to execute the bit means mandatory locking (stat(2), inode(7)). */
bool setuid_entry_changes_rights(const struct tree_entry *entry)
{
	unsigned mode = entry->st->stx_mode;

	if (!S_ISREG(mode) || entry->nosuid)
		return false;
	return (mode & S_ISUID) || (mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP) || has_capabilities(entry->fd);
}
