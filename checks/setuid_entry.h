/* Does a file give whoever runs it other rights? */
#ifndef CHECKS_SETUID_ENTRY_H
#define CHECKS_SETUID_ENTRY_H

#include "checks/tree_walk.h"

/* A regular file with the setuid or setgid bit (execve(2)) or file capabilities (capabilities(7)) on a mount that heeds them. */
bool setuid_entry_changes_rights(const struct tree_entry *entry);

#endif
