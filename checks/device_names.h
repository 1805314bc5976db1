/* What a device node leads to, by its numbers. */
#ifndef CHECKS_DEVICE_NAMES_H
#define CHECKS_DEVICE_NAMES_H

#include "host/host.h"

/* The names that this kernel gives to numbers of its own choice (/proc/devices, /proc/misc). Empty where these cannot be read. */
struct device_names {
	const char *devices;
	const char *misc;
};
struct device_names device_names_read(const struct host *host, struct arena *arena);

/* A kind by Documentation/admin-guide/devices.txt: disk (any block device that is no loop, ram, cdrom or floppy), mem, port, kmsg,
 * console (one of the host's), serial, input, sound, usb, video, dri, tun, fuse, kvm, vfio, vhost, loop-control, mapper, uinput,
 * nvram, watchdog, ppp, scsi, tpm and more. Else what the kernel calls it, else "other". "" is one that engines give to every
 * container: null, zero, full, random, urandom, tty, console, ptmx and terminals. Safe, in the arena or static. */
const char *device_names_what(const struct device_names *names, struct arena *arena, char type, uint32_t major, uint32_t minor);

#endif
