#include "checks/build_secrets.h"

#include "checks/environment.h"
#include "checks/redact.h"

#define CERTAIN_MIN 16 /* bytes of a value that is one by its form alone */

const struct field_decl build_secrets_fields[] = {
	{"where", VALUE_STRING, "environment, labels, command, entrypoint, or step and its number, the oldest being 1"},
	{"name", VALUE_STRING, "of the variable, label or option"},
	{"length", VALUE_INT, "of its value in bytes, which is not kept"},
	{"certain", VALUE_BOOL, "the value has the form of a secret; else its name alone says so: it may be a default or a public key"},
	{0},
};

struct hit {
	const char *where;
	const char *name;
	size_t length;
	bool certain;
};

static void add(struct arena *arena, const struct hit *hit, struct value *ret)
{
	struct record row = {0};

	if (ret->records.count == BUILD_SECRETS_MAX)
		return;
	record_set(arena, &row, "where", value_string(hit->where));
	record_set(arena, &row, "name", value_string(hit->name));
	record_set(arena, &row, "length", value_int((int64_t)hit->length));
	record_set(arena, &row, "certain", value_bool(hit->certain));
	vec_push(arena, &ret->records, row);
}

/* What a shell or the engine puts something else in place of is none: $TOKEN, https://u:${PASS}@h. */
static bool is_certain(const char *value)
{
	return !strchr(value, '$') && strlen(value) >= CERTAIN_MIN && redact_value_is_secret(value);
}

static bool stands_for_another(const char *value)
{
	return strchr("$<", *value) || text_starts(value, "/run/secrets/") || text_starts(value, "{{");
}

void build_secrets_entry(struct arena *arena, const char *where, const char *entry, struct value *ret)
{
	const char *equals = strchr(entry, '=');
	const char *value = equals ? equals + 1 : "";
	const char *name;

	if (!equals || equals == entry || stands_for_another(value))
		return;
	name = is_certain(value) ? text_safe(arena, entry, (size_t)(equals - entry)) : environment_secret(arena, entry);
	if (name)
		add(arena, &(struct hit){where, name, strlen(value), is_certain(value)}, ret);
}

/* A word that is one itself: a token, a key, an URL with a password, the line of a header. */
static bool is_bare(const char *word)
{
	const char *header = strstr(word, ": ");

	return is_certain(word) || (header && is_certain(header + 2));
}

static void judge_option(struct arena *arena, const char *where, const char *name, const char *value, struct value *ret)
{
	struct buf entry = {0};

	buf_printf(&entry, "%s=%s", name, value);
	build_secrets_entry(arena, where, entry.data, ret);
	explicit_bzero(entry.data, entry.len);
	buf_done(&entry);
}

/* NAME=VALUE, and not an address with a query. */
static bool names_value(const char *word)
{
	const char *equals = strchr(word, '='), *url = strstr(word, "://");

	return equals && equals != word && (!url || equals < url);
}

/* --password WORD, --token=WORD, NAME=WORD, WORD. */
static void judge_words(struct arena *arena, const char *where, const struct strings *words, struct value *ret)
{
	for (size_t i = 0; i < words->count; i++) {
		const char *word = words->items[i], *name = word + strspn(word, "-");
		const char *next = i + 1 < words->count ? words->items[i + 1] : "-";

		if (names_value(name))
			build_secrets_entry(arena, where, name, ret);
		else if (is_bare(word))
			add(arena, &(struct hit){where, "", strlen(word), true}, ret);
		else if (text_starts(word, "--") && *next != '-' && !is_bare(next)) /* that one is told as the next word */
			judge_option(arena, where, name, next, ret);
	}
}

static void judge_commands(struct arena *arena, const char *where, const struct build_commands *commands, struct value *ret)
{
	vec_each(command, commands) {
		judge_words(arena, where, &command->assigned, ret);
		judge_words(arena, where, &command->words, ret);
	}
}

void build_secrets_text(struct arena *arena, const char *where, const char *text, struct value *ret)
{
	_cleanup_(arena_cleanup) struct arena *scratch = arena_new();
	struct build_commands commands = {0};

	build_script_split(scratch, text, &commands);
	judge_commands(arena, where, &commands, ret);
}

void build_secrets_step(struct arena *arena, const char *where, const struct build_step *step, struct value *ret)
{
	vec_each(argument, &step->arguments)
		build_secrets_entry(arena, where, *argument, ret);
	judge_commands(arena, where, &step->commands, ret);
}
