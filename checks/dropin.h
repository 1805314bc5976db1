/* Configuration in drop-in folders with masking, as sysctl.d(5) and modprobe.d(5) read it. */
#ifndef CHECKS_DROPIN_H
#define CHECKS_DROPIN_H

#include "host/host.h"

struct dropin {
	const char *path;    /* as the host names it; for people make it safe first */
	char *text;          /* content, NUL-terminated, the caller may write to it; NULL when it could not be read */
	struct error error;  /* why not */
	bool folder;         /* a whole folder could not be listed: any file may stand in it */
};
struct dropins VEC_BODY(struct dropin);

/* Every `*suffix` file of the folders <base>/<name> for base /etc, /run, /usr/local/lib, /usr/lib, /lib, in the order of
 * their base names by strcmp. A file of an earlier folder hides those of the same base name in later ones; a link to
 * /dev/null hides and is left out. A missing folder is empty. A folder that cannot be listed gives an entry of its own, text
 * NULL, in front. */
void dropin_read(const struct host *host, struct arena *arena, const char *name, const char *suffix, struct dropins *ret);

/* The same for folders given in full, the first of them hiding the others'. */
void dropin_read_folders(const struct host *host, struct arena *arena, const struct strings *folders, const char *suffix,
			 struct dropins *ret);

/* Cut the next line off a text: the line without its newline, or NULL at the end. `*number` counts the lines given out. */
char *dropin_line(char **text, unsigned *number);

/* glob(7) of * ? [set]; a wildcard never stands for a slash. Time grows with the product of both lengths at most, which
 * fnmatch(3) does not promise for patterns that others wrote. */
bool dropin_match(const char *pattern, const char *text);
bool dropin_is_glob(const char *text);

#endif
