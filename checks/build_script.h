/* Shell text of a build step taken apart into commands, so far as one can without running it.
 *
 * The words of simple commands as POSIX sh (Shell Command Language, 2.2, 2.3) cuts them, without their quotes. Nothing is
 * expanded: $x stays what it is. What stands in ( ), { } and `$(`, or behind then, do, ! and programs such as sudo and env, is a
 * command of its own; so is the text behind `sh -c`. The bodies of here-documents are read as commands, which they are when a
 * shell is given them and harmless otherwise. */
#ifndef CHECKS_BUILD_SCRIPT_H
#define CHECKS_BUILD_SCRIPT_H

#include "base/text.h"

struct build_command {
	struct strings words;    /* raw, in the arena; may be none but assignments */
	struct strings assigned; /* NAME=VALUE words in front, those of env too */
	bool piped;              /* reads what the command before it writes */
};
struct build_commands VEC_BODY(struct build_command);

/* Linear in the text, which is the caller's to bound. */
void build_script_split(struct arena *arena, const char *text, struct build_commands *ret);

/* The part of a path behind the last slash. */
const char *build_script_program(const char *word);
bool build_script_is_shell(const char *word);

#endif
