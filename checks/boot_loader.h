/* The command line that a boot loader will hand to the kernel. */
#ifndef CHECKS_BOOT_LOADER_H
#define CHECKS_BOOT_LOADER_H

#include "host/host.h"

/* Of a tree at rest: what follows the kernel in the first entry of GRUB's configuration (/boot/grub/grub.cfg,
 * /boot/grub2/grub.cfg), else the options of the last of /boot/loader/entries by name (Boot Loader Specification), else
 * /etc/kernel/cmdline, else /boot/firmware/cmdline.txt or /boot/cmdline.txt of a Raspberry Pi. Variables of GRUB stay as they
 * are written. *ret as read, not safe; *ret_origin the file, safe. ERROR_NOT_FOUND: none of them is there or none tells. */
int boot_loader_cmdline(const struct host *host, struct arena *arena, char **ret, const char **ret_origin, struct error *err);

#endif
