#include "checks/capabilities.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <sys/capability.h>

#define LAST_CAP_MAX 63 /* the kernel's sets are 64 bits wide, capabilities(7) */

/* Granted when a container asks for nothing: moby oci/caps/defaults.go. */
static const char *const docker_default[] = {
	"audit_write",      "chown",   "dac_override", "fowner", "fsetid",  "kill",   "mknod",
	"net_bind_service", "net_raw", "setfcap",      "setgid", "setpcap", "setuid", "sys_chroot",
};

const char *capabilities_name(struct arena *arena, const char *text)
{
	char *name;

	if (strncasecmp(text, "cap_", 4) == 0)
		text += 4;
	name = arena_strdup(arena, text);
	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return text_safe(arena, name, strlen(name));
}

int capabilities_last(const struct host *host, struct arena *arena)
{
	char *text;
	int64_t last;

	if (host_read(host, "/proc/sys/kernel/cap_last_cap", HOST_READ_SMALL, arena, &text, NULL,
		      NULL) < 0)
		return CAP_LAST_CAP;
	text[strcspn(text, "\n")] = '\0';
	return text_to_int(text, 10, &last) && last >= 0 && last <= LAST_CAP_MAX ? (int)last
										 : CAP_LAST_CAP;
}

static void add_number(struct arena *arena, struct strings *set, int number)
{
	char *known = cap_to_name((cap_value_t)number);

	if (!known)
		out_of_memory();
	strings_add_unique(arena, set, capabilities_name(arena, known));
	cap_free(known);
}

static struct strings everything(struct arena *arena, int last)
{
	struct strings all = {0};

	for (int number = 0; number <= last; number++)
		add_number(arena, &all, number);
	return all;
}

static void add_except(struct arena *arena, struct strings *set, const char *const *names,
		       size_t count, const struct strings *except)
{
	for (size_t i = 0; i < count; i++)
		if (!strings_has(except, names[i]))
			strings_add_unique(arena, set, names[i]);
}

struct strings capabilities_bounding(struct arena *arena, const struct strings *added,
				     const struct strings *dropped, bool privileged, int last)
{
	struct strings set = {0};

	if (privileged) {
		set = everything(arena, last);
	} else if (strings_has(added, "all")) {
		struct strings all = everything(arena, last);

		add_except(arena, &set, all.items, all.count, dropped);
	} else {
		if (!strings_has(dropped, "all"))
			add_except(arena, &set, docker_default,
				   sizeof docker_default / sizeof *docker_default, dropped);
		vec_each(name, added)
			strings_add_unique(arena, &set, *name);
	}
	strings_sort(&set);
	return set;
}

struct strings capabilities_of_mask(struct arena *arena, uint64_t mask)
{
	struct strings set = {0};

	for (int number = 0; number <= LAST_CAP_MAX; number++)
		if (mask >> number & 1)
			add_number(arena, &set, number);
	strings_sort(&set);
	return set;
}
