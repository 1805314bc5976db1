#include "checks/device_names.h"

#define LAST 0xfffff /* minor numbers have 20 bits */

struct row {
	char type;
	uint32_t major, first, last; /* minors */
	const char *what;
};

/* Documentation/admin-guide/devices.txt; the first that fits. */
static const struct row rows[] = {
	{'c', 1, 1, 2, "mem"},
	{'c', 1, 3, 3, ""},
	{'c', 1, 4, 4, "port"},
	{'c', 1, 5, 5, ""},
	{'c', 1, 7, 9, ""},
	{'c', 1, 11, 11, "kmsg"},
	{'c', 1, 0, LAST, "mem"},
	{'c', 4, 64, 255, "serial"},
	{'c', 4, 0, 63, "console"},
	{'c', 5, 0, 2, ""},
	{'c', 7, 0, LAST, "console"},
	{'c', 10, 130, 130, "watchdog"},
	{'c', 10, 144, 144, "nvram"},
	{'c', 10, 196, 196, "vfio"},
	{'c', 10, 200, 200, "tun"},
	{'c', 10, 203, 203, "cuse"},
	{'c', 10, 223, 223, "uinput"},
	{'c', 10, 224, 224, "tpm"},
	{'c', 10, 229, 229, "fuse"},
	{'c', 10, 231, 231, "snapshot"},
	{'c', 10, 232, 232, "kvm"},
	{'c', 10, 234, 234, "btrfs-control"},
	{'c', 10, 235, 235, "autofs"},
	{'c', 10, 236, 236, "mapper"},
	{'c', 10, 237, 237, "loop-control"},
	{'c', 10, 238, 241, "vhost"},
	{'c', 13, 0, LAST, "input"},
	{'c', 14, 0, LAST, "sound"},
	{'c', 21, 0, LAST, "scsi"},
	{'c', 29, 0, LAST, "framebuffer"},
	{'c', 81, 0, LAST, "video"},
	{'c', 89, 0, LAST, "i2c"},
	{'c', 90, 0, LAST, "mtd"},
	{'c', 108, 0, LAST, "ppp"},
	{'c', 116, 0, LAST, "sound"},
	{'c', 136, 0, LAST, ""},
	{'c', 137, 0, LAST, ""},
	{'c', 138, 0, LAST, ""},
	{'c', 139, 0, LAST, ""},
	{'c', 140, 0, LAST, ""},
	{'c', 141, 0, LAST, ""},
	{'c', 142, 0, LAST, ""},
	{'c', 143, 0, LAST, ""},
	{'c', 162, 0, LAST, "disk"}, /* raw access to block devices */
	{'c', 188, 0, LAST, "serial"},
	{'c', 189, 0, LAST, "usb"},
	{'c', 195, 0, LAST, "nvidia"},
	{'c', 202, 0, LAST, "msr"},
	{'c', 203, 0, LAST, "cpuid"},
	{'c', 226, 0, LAST, "dri"},
	{'b', 1, 0, LAST, "ram"},
	{'b', 2, 0, LAST, "floppy"},
	{'b', 7, 0, LAST, "loop"},
	{'b', 11, 0, LAST, "cdrom"},
};

static const char *read_list(const struct host *host, const char *path, struct arena *arena)
{
	char *text;

	return host_read(host, path, HOST_READ_SMALL, arena, &text, NULL, NULL) == 0 ? text : "";
}

struct device_names device_names_read(const struct host *host, struct arena *arena)
{
	return (struct device_names){read_list(host, "/proc/devices", arena), read_list(host, "/proc/misc", arena)};
}

/* A line "NUMBER NAME"; in /proc/devices the list of block devices comes second. */
static const char *name_in(const char *text, struct arena *arena, uint32_t number)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		unsigned found;
		int at = 0;

		if (text_starts(line, "Block devices"))
			return NULL;
		if (sscanf(line, "%u %n", &found, &at) == 1 && at && found == number)
			return text_safe(arena, line + at, strcspn(line + at, "\n"));
	}
	return NULL;
}

const char *device_names_what(const struct device_names *names, struct arena *arena, char type, uint32_t major, uint32_t minor)
{
	const char *name;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].type == type && rows[i].major == major && minor >= rows[i].first && minor <= rows[i].last)
			return rows[i].what;
	if (type == 'b')
		return "disk";
	name = major == 10 ? name_in(names->misc, arena, minor) : name_in(names->devices, arena, major);
	return name ? name : "other";
}
