/* POSIX access control lists, from the extended attribute and without a library. */
#ifndef CHECKS_POSIX_ACL_H
#define CHECKS_POSIX_ACL_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"

/* What stat(2) says of a file. */
struct posix_acl_file {
	mode_t mode; /* with a list, the group's bits are the mask (acl(5)) */
	uid_t uid;
	gid_t gid;
};

struct posix_acl {
	mode_t mode;            /* 07777: owner and owning group as they really are, others with all that named entries grant */
	struct strings entries; /* named entries, "user:1000:rw-", after the mask */
};

/* The access list of the file behind an open descriptor, O_PATH too. A file or file system without lists is success. */
int posix_acl_read(int fd, const struct posix_acl_file *file, struct arena *arena, struct posix_acl *ret, struct error *err);

/* The same from the bytes of system.posix_acl_access, linux/posix_acl_xattr.h. ERROR_MALFORMED. */
int posix_acl_parse(const void *bytes, size_t len, const struct posix_acl_file *file, struct arena *arena,
		    struct posix_acl *ret, struct error *err);

#endif
