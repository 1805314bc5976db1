/* Confine this process for the rest of its life, after privilege_drop and before anything that others wrote is read.
 *
 * 1. A Landlock domain (landlock(7)): files are read as before; none is written, made, removed or executed, but in the folders
 *    given, where a file may be made and removed as a rename does it; no TCP. What is open stays open. The domain also hides
 *    other processes behind PTRACE_MODE_READ, which is the broker's to see. Kernels without Landlock: left out.
 * 2. A seccomp filter (seccomp(2)) that allows the calls that an audit makes. Others fail with ENOSYS, as on an older kernel, so
 *    that the C library falls back; those that only an attacker would make end the process. Not built with AddressSanitizer or
 *    ThreadSanitizer: the leak check stops the program by clone(2) and ptrace(2). */
#ifndef CLI_CONFINE_H
#define CLI_CONFINE_H

#include "base/text.h"
#include "base/error.h"

/* ERROR_SYSTEM when the kernel refuses what it claims to have. */
int confine_process(const struct strings *folders, struct error *err);

#endif
