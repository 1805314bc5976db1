#include "checks/posix_acl.h"

#include <endian.h>
#include <errno.h>
#include <linux/limits.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <stdio.h>
#include <sys/xattr.h>

struct entry {
	unsigned tag;
	unsigned perm;
	uint32_t id;
};

struct entries {
	const unsigned char *bytes;
	size_t count;
};

static struct entry entry_at(const struct entries *entries, size_t index)
{
	struct posix_acl_xattr_entry raw;

	memcpy(&raw, entries->bytes + index * sizeof raw, sizeof raw);
	return (struct entry){le16toh(raw.e_tag), le16toh(raw.e_perm), le32toh(raw.e_id)};
}

static bool is_named(const struct entry *entry)
{
	return entry->tag == ACL_USER || entry->tag == ACL_GROUP;
}

static int check(const struct entries *entries, struct error *err)
{
	static const unsigned known = ACL_USER_OBJ | ACL_USER | ACL_GROUP_OBJ | ACL_GROUP | ACL_MASK | ACL_OTHER;
	unsigned seen = 0;

	for (size_t i = 0; i < entries->count; i++) {
		struct entry entry = entry_at(entries, i);

		if (entry.perm > 7 || entry.tag == 0 || (entry.tag & (entry.tag - 1)) || (entry.tag & ~known))
			return error_set(err, ERROR_MALFORMED, "access list with an unknown entry");
		if (!is_named(&entry) && (seen & entry.tag))
			return error_set(err, ERROR_MALFORMED, "access list with an entry given twice");
		seen |= entry.tag;
	}
	if (!(seen & ACL_USER_OBJ) || !(seen & ACL_GROUP_OBJ) || !(seen & ACL_OTHER))
		return error_set(err, ERROR_MALFORMED, "access list without owner, group or others");
	if (!(seen & ACL_MASK) && (seen & (ACL_USER | ACL_GROUP)))
		return error_set(err, ERROR_MALFORMED, "access list without a mask");
	return 0;
}

static unsigned mask_of(const struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct entry entry = entry_at(entries, i);

		if (entry.tag == ACL_MASK)
			return entry.perm;
	}
	return 7;
}

static const char *entry_text(struct arena *arena, const struct entry *entry, unsigned granted)
{
	return arena_printf(arena, "%s:%u:%c%c%c", entry->tag == ACL_USER ? "user" : "group", entry->id,
			    granted & ACL_READ ? 'r' : '-', granted & ACL_WRITE ? 'w' : '-', granted & ACL_EXECUTE ? 'x' : '-');
}

/* How an entry adds to the mode. Nobody's entry counts for the owner, whom the owner's own entry decides; the owning
 * group has what any of its entries grants (acl(5), "Access check algorithm"). */
static mode_t bits_of(const struct entry *entry, unsigned granted, const struct posix_acl_file *file)
{
	switch (entry->tag) {
	case ACL_USER_OBJ:
		return entry->perm << 6;
	case ACL_GROUP_OBJ:
		return granted << 3;
	case ACL_OTHER:
		return entry->perm;
	case ACL_USER:
		return entry->id == file->uid ? 0 : granted;
	case ACL_GROUP:
		return entry->id == file->gid ? granted << 3 : granted;
	default:
		return 0;
	}
}

int posix_acl_parse(const void *bytes, size_t len, const struct posix_acl_file *file, struct arena *arena,
		    struct posix_acl *ret, struct error *err)
{
	const size_t header = sizeof(struct posix_acl_xattr_header), size = sizeof(struct posix_acl_xattr_entry);
	struct posix_acl acl = {.mode = file->mode & 07000};
	uint32_t version = 0;

	if (len >= header)
		memcpy(&version, bytes, sizeof version);
	if (le32toh(version) != POSIX_ACL_XATTR_VERSION || (len - header) % size)
		return error_set(err, ERROR_MALFORMED, "access list of an unknown layout");
	struct entries entries = {(const unsigned char *)bytes + header, (len - header) / size};
	if (check(&entries, err) < 0)
		return -1;
	unsigned mask = mask_of(&entries);
	for (size_t i = 0; i < entries.count; i++) {
		struct entry entry = entry_at(&entries, i);
		unsigned granted = entry.perm & mask;

		acl.mode |= bits_of(&entry, granted, file);
		if (is_named(&entry))
			vec_push(arena, &acl.entries, entry_text(arena, &entry, granted));
	}
	*ret = acl;
	return 0;
}

int posix_acl_read(int fd, const struct posix_acl_file *file, struct arena *arena, struct posix_acl *ret, struct error *err)
{
	unsigned char bytes[XATTR_SIZE_MAX];
	char link[64];

	/* fgetxattr(2) refuses an O_PATH descriptor; the name that stands for it does not. */
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t len = getxattr(link, "system.posix_acl_access", bytes, sizeof bytes);
	if (len < 0 && (errno == ENODATA || errno == EOPNOTSUPP)) {
		*ret = (struct posix_acl){.mode = file->mode & 07777};
		return 0;
	}
	if (len < 0) {
		error_sys(err, "access list");
		if (err) /* the file is there: whatever else it says, this is no answer about it */
			err->code = ERROR_SYSTEM;
		return -1;
	}
	return posix_acl_parse(bytes, (size_t)len, file, arena, ret, err);
}
