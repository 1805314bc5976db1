#include "checks/dropin.h"
#include "checks/mounts.h"
#include "checks/redact.h"
#include "model/probe.h"

#define FSTAB "/etc/fstab"
#define FACT "host.fstab"

static const struct field_decl fields[] = {
	{"target", VALUE_STRING, "where it is to be mounted"},
	{"source", VALUE_STRING, "device, or what the file system names as its source"},
	{"fstype", VALUE_STRING, "type of the file system"},
	{"options", VALUE_STRINGS, "options as written, those with secrets left out"},
	{0},
};

static const struct fact_decl declarations[] = {
	{
		.name = FACT,
		.type = VALUE_RECORDS,
		.scope = SCOPE_HOST,
		.about = "what the host mounts when it starts, as far as " FSTAB " says; absent without that file",
		.source = "fstab(5)",
		.fields = fields,
	},
	{0},
};

static const char *safe(struct arena *arena, const char *text)
{
	return redact_value_is_secret(text) ? REDACT_TEXT : text_safe(arena, text, strlen(text));
}

static struct value options_of(struct arena *arena, char *text)
{
	struct strings options = {0};

	for (char *option; (option = strsep(&text, ",")) != NULL;) {
		char *value = strchr(option, '=');
		const char *name = value ? arena_strndup(arena, option, (size_t)(value - option)) : option;

		if (value && redact_name_is_secret(name))
			vec_push(arena, &options, arena_printf(arena, "%s=" REDACT_TEXT, safe(arena, name)));
		else if (*option)
			vec_push(arena, &options, safe(arena, option));
	}
	return value_strings(options);
}

/* Source, target, type, options; what is left out at the end takes its default (fstab(5), libmount). */
static void add_line(struct arena *arena, char *line, struct value *rows)
{
	char *words[4] = {NULL, NULL, "auto", "defaults"}, *word;
	struct record row = {0};
	size_t count = 0;

	while (count < 4 && (word = strsep(&line, " \t\r")) != NULL)
		if (*word)
			words[count++] = mounts_unescape(word);
	if (count < 2 || *words[0] == '#')
		return;
	record_set(arena, &row, "target", value_string(safe(arena, words[1])));
	record_set(arena, &row, "source", value_string(safe(arena, words[0])));
	record_set(arena, &row, "fstype", value_string(safe(arena, words[2])));
	record_set(arena, &row, "options", options_of(arena, arena_strdup(arena, words[3])));
	vec_push(arena, &rows->records, row);
}

static int collect(struct probe_context *ctx, _unused_ struct error *err)
{
	struct arena *arena = facts_arena(ctx->facts);
	struct value rows = {.type = VALUE_RECORDS};
	struct error why = {0};
	unsigned number = 0;
	char *text, *line;

	if (host_read(ctx->host, FSTAB, HOST_READ_CONFIG, arena, &text, NULL, &why) < 0) {
		probe_put(ctx, facts_host(ctx->facts), FACT, NULL, SIDE_PLAIN, side_from_error(arena, &why, FSTAB));
		return 0;
	}
	while ((line = dropin_line(&text, &number)) != NULL)
		add_line(arena, line, &rows);
	probe_present(ctx, facts_host(ctx->facts), FACT, rows, FSTAB);
	return 0;
}

const struct probe probe_fstab = {
	.name = "fstab",
	.about = "file systems that are mounted at every start",
	.facts = declarations,
	.collect = collect,
};
