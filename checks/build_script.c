#include "checks/build_script.h"

#include <ctype.h>

#define NESTED_MAX 3 /* sh -c in sh -c */

static const char *const shells[] = {"sh", "bash", "ash", "dash", "zsh", "ksh"};
static const char *const in_front[] = {
	"then", "do", "else", "elif", "if", "while", "until", "!", "{", "}", "time", "sudo", "exec", "command", "env", "nice", "nohup",
	"eval",
};

#define HAS(list, text) has((list), sizeof(list) / sizeof *(list), (text))
static bool has(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

const char *build_script_program(const char *word)
{
	const char *slash = strrchr(word, '/');

	return slash ? slash + 1 : word;
}

bool build_script_is_shell(const char *word)
{
	return HAS(shells, build_script_program(word));
}

struct splitting {
	struct arena *arena;
	struct build_commands *commands;
	struct build_command now;
	struct buf word;
	bool in_word; /* also an empty one in quotes */
	unsigned depth;
};

static void split(struct splitting *splitting, const char *text);

static bool assigns(const char *word)
{
	size_t len = 0;

	while (isalnum((unsigned char)word[len]) || word[len] == '_')
		len++;
	return len && !isdigit((unsigned char)word[0]) && word[len] == '=';
}

static void end_word(struct splitting *splitting)
{
	const char *word;

	if (!splitting->in_word)
		return;
	word = arena_strndup(splitting->arena, splitting->word.data ? splitting->word.data : "", splitting->word.len);
	splitting->word.len = 0;
	splitting->in_word = false;
	if (splitting->now.words.count == 0 && HAS(in_front, build_script_program(word)))
		return;
	if (splitting->now.words.count == 0 && assigns(word))
		vec_push(splitting->arena, &splitting->now.assigned, word);
	else
		vec_push(splitting->arena, &splitting->now.words, word);
}

/* The text that `sh -c TEXT` runs, or NULL. */
static const char *script_of(const struct strings *words)
{
	if (words->count < 3 || !build_script_is_shell(words->items[0]))
		return NULL;
	for (size_t i = 1; i + 1 < words->count; i++)
		if (words->items[i][0] == '-' && words->items[i][1] != '-' && strchr(words->items[i], 'c'))
			return words->items[i + 1];
	return NULL;
}

static void end_command(struct splitting *splitting, bool pipes)
{
	struct build_command command;
	const char *script;

	end_word(splitting);
	command = splitting->now;
	splitting->now = (struct build_command){.piped = pipes};
	if (command.words.count + command.assigned.count == 0)
		return;
	vec_push(splitting->arena, splitting->commands, command);
	script = script_of(&command.words);
	if (script && splitting->depth < NESTED_MAX) {
		struct splitting inner = {.arena = splitting->arena, .commands = splitting->commands, .depth = splitting->depth + 1};

		split(&inner, script);
	}
}

static void add(struct splitting *splitting, const char *bytes, size_t len)
{
	buf_add(&splitting->word, bytes, len);
	splitting->in_word = true;
}

/* From the opening quote; returns the last byte that belongs to it. */
static const char *quoted(struct splitting *splitting, const char *at)
{
	char quote = *at;

	splitting->in_word = true;
	for (at++; *at && *at != quote; at++) {
		if (quote == '"' && *at == '\\' && at[1] && strchr("\"\\$`\n", at[1]))
			at++;
		add(splitting, at, 1);
	}
	return *at ? at : at - 1;
}

static bool separates(const char *text, const char *at)
{
	if (*at == '&')
		return at == text || !strchr("<>", at[-1]);
	return *at && strchr(";|\n()`", *at);
}

static void split(struct splitting *splitting, const char *text)
{
	for (const char *at = text; *at; at++) {
		if (*at == '\\' && at[1]) {
			at++;
			if (*at != '\n')
				add(splitting, at, 1);
		} else if (*at == '\'' || *at == '"') {
			at = quoted(splitting, at);
		} else if (separates(text, at)) {
			bool pipes = *at == '|' && at[1] != '|' && (at == text || at[-1] != '|');

			end_command(splitting, pipes);
		} else if (*at == '#' && !splitting->in_word) {
			at += strcspn(at, "\n") - 1;
		} else if (strchr(" \t\r", *at)) {
			end_word(splitting);
		} else {
			add(splitting, at, 1);
		}
	}
	end_command(splitting, false);
	buf_done(&splitting->word);
}

void build_script_split(struct arena *arena, const char *text, struct build_commands *ret)
{
	struct splitting splitting = {.arena = arena, .commands = ret};

	split(&splitting, text);
}
