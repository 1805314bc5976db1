#include "checks/boot_loader.h"

#include <string.h>

#include "checks/dropin.h"

#define BLANKS " \t"

/* What follows the first of the words on the first line that begins with it; `skip` further words are left out. NULL: none does. */
static char *after_word(char *text, const char *const *words, size_t skip)
{
	unsigned number = 0;

	for (char *line; (line = dropin_line(&text, &number)) != NULL;) {
		line += strspn(line, BLANKS);
		size_t len = strcspn(line, BLANKS);
		size_t i = 0;

		while (words[i] && (strlen(words[i]) != len || strncmp(line, words[i], len) != 0))
			i++;
		if (!words[i])
			continue;
		for (size_t left = skip + 1; left; left--) {
			line += strcspn(line, BLANKS);
			line += strspn(line, BLANKS);
		}
		return line;
	}
	return NULL;
}

static char *read_grub(char *text)
{
	return after_word(text, (const char *const[]){"linux", "linux16", "linuxefi", NULL}, 1);
}

static char *read_entry(char *text)
{
	return after_word(text, (const char *const[]){"options", NULL}, 0);
}

static char *read_whole(char *text)
{
	return text;
}

int boot_loader_cmdline(const struct host *host, struct arena *arena, char **ret, const char **ret_origin, struct error *err)
{
	static const struct {
		const char *glob;
		char *(*read)(char *text);
	} places[] = {
		{"/boot/grub/grub.cfg", read_grub}, {"/boot/grub2/grub.cfg", read_grub}, {"/boot/loader/entries/*.conf", read_entry},
		{"/etc/kernel/cmdline", read_whole}, {"/boot/firmware/cmdline.txt", read_whole}, {"/boot/cmdline.txt", read_whole},
	};

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct strings paths = {0};
		char *text;

		if (host_glob(host, places[i].glob, arena, &paths, err) < 0)
			return -1;
		if (paths.count == 0)
			continue;
		const char *path = paths.items[paths.count - 1];
		if (host_read(host, path, HOST_READ_CONFIG, arena, &text, NULL, err) < 0)
			return -1;
		if ((*ret = places[i].read(text)) == NULL)
			continue;
		*ret_origin = text_safe(arena, path, strlen(path));
		return 0;
	}
	return error_set(err, ERROR_NOT_FOUND, "no boot loader's configuration tells a command line");
}
