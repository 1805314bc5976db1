#include "checks/build_step.h"

#define NOP      "#(nop)"
#define BUILDKIT "# buildkit"

static const char *const instructions[] = {
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "SHELL",
	"STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
};

/* Behind the name of an instruction, or NULL. */
static const char *behind_instruction(const char *text)
{
	for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++) {
		size_t len = strlen(instructions[i]);

		if (strncmp(text, instructions[i], len) == 0 && (text[len] == ' ' || !text[len]))
			return text + len;
	}
	return NULL;
}

/* The word at *at, which is moved behind it; "" at the end. */
static const char *next_word(struct arena *arena, const char **at)
{
	const char *start = *at + strspn(*at, " ");
	size_t len = strcspn(start, " ");

	*at = start + len;
	return arena_strndup(arena, start, len);
}

/* Behind "/bin/sh -c" or "bash -o pipefail -euc" at the beginning; NULL where a shell is given nothing to run, or there is none. */
static const char *behind_shell(struct arena *arena, const char *text, bool *ret_is_shell)
{
	const char *at = text;

	*ret_is_shell = build_script_is_shell(next_word(arena, &at));
	while (*ret_is_shell && *at) {
		const char *word = next_word(arena, &at);

		if (word[0] == '-' && word[1] != '-' && strchr(word, 'c'))
			return at;
		if (word[0] != '-' && !text_starts(word, "pipefail") && !text_starts(word, "err"))
			return NULL;
	}
	return NULL;
}

/* "|2 A=b C=d e /bin/sh -c …": values may hold blanks, so the shell is looked for. */
static const char *take_arguments(struct arena *arena, const char *text, struct build_step *step)
{
	const char *at = text;
	bool is_shell;

	if (*text != '|')
		return text;
	next_word(arena, &at);
	while (*at) {
		const char *here = at + strspn(at, " ");
		const char *word = next_word(arena, &at);

		if (behind_shell(arena, here, &is_shell))
			return here;
		if (strchr(word, '='))
			vec_push(arena, &step->arguments, word);
	}
	return text + strlen(text);
}

/* BuildKit may show no more of a here-document than "<<EOF (first words...)". */
static bool is_abbreviated(const char *script)
{
	return strstr(script, "<<") && text_ends(script, "...)");
}

static void parse_run(struct arena *arena, const char *text, struct build_step *step)
{
	bool is_shell;
	const char *command = take_arguments(arena, text, step);
	const char *script = behind_shell(arena, command, &is_shell);

	if ((is_shell && !script) || is_abbreviated(command))
		return;
	build_script_split(arena, script ? script : command, &step->commands);
	if (step->commands.count)
		step->kind = BUILD_STEP_RUN;
}

static const char *trimmed(struct arena *arena, const char *text)
{
	size_t len;

	text += strspn(text, " \t\n");
	len = strlen(text);
	if (text_ends(text, BUILDKIT))
		len -= strlen(BUILDKIT);
	while (len && strchr(" \t\n", text[len - 1]))
		len--;
	return arena_strndup(arena, text, len);
}

void build_step_parse(struct arena *arena, const char *created_by, struct build_step *ret)
{
	const char *text, *nop, *rest;

	*ret = (struct build_step){.kind = BUILD_STEP_UNTOLD};
	if (!created_by || strlen(created_by) > BUILD_STEP_MAX)
		return;
	text = trimmed(arena, created_by);
	nop = strstr(text, NOP);
	if (nop)
		text = nop + strlen(NOP) + strspn(nop + strlen(NOP), " ");
	rest = behind_instruction(text);
	if (rest || nop) {
		ret->kind = BUILD_STEP_OTHER;
		build_script_split(arena, rest ? rest : text, &ret->commands);
	} else {
		parse_run(arena, text_starts(text, "RUN ") ? trimmed(arena, text + strlen("RUN ")) : text, ret);
	}
}
