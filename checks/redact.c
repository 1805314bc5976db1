#include "checks/redact.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define NAME_MAX_LOOKED_AT 512 /* of letters and digits; a longer name is kept back unread */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const anywhere[] = {
	"password",   "passwd", "passphrase", "secret",    "token",
	"credential", "apikey", "privatekey", "accesskey",
};
static const char *const words[] = {"pass", "pwd", "auth"};
static const char *const issued[] = {
	"ghp_",  "gho_",  "ghu_",  "ghs_",     "ghr_",      "github_pat_", "glpat-",
	"xoxa-", "xoxb-", "xoxp-", "sk_live_", "rk_live_",  "AKIA",        "ASIA",
	"AIza",  "eyJ",   "hvs.",  "npm_",     "dckr_pat_",
};

static bool is_word(const char *start, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(start, word, len) == 0;
}

static bool has_secret_word(const char *name)
{
	while (*name) {
		size_t len = 0;

		while (isalnum((unsigned char)name[len]))
			len++;
		for (size_t i = 0; i < COUNT(words); i++)
			if (is_word(name, len, words[i]))
				return true;
		if (is_word(name, len, "key") && !name[len])
			return true;
		name += len ? len : 1;
	}
	return false;
}

bool redact_name_is_secret(const char *name)
{
	char squeezed[NAME_MAX_LOOKED_AT + 1];
	size_t len = 0;

	for (const char *c = name; *c; c++) {
		if (!isalnum((unsigned char)*c))
			continue;
		if (len == NAME_MAX_LOOKED_AT)
			return true;
		squeezed[len++] = (char)tolower((unsigned char)*c);
	}
	squeezed[len] = '\0';
	for (size_t i = 0; i < COUNT(anywhere); i++)
		if (strstr(squeezed, anywhere[i]))
			return true;
	return has_secret_word(name);
}

/* Where the user part of a URL's authority ends ('@'), or NULL; `authority` is what follows
 * "://". */
static const char *user_end(const char *authority)
{
	const char *at = NULL;

	for (const char *c = authority; *c && !strchr("/?# \t\"'", *c); c++)
		if (*c == '@')
			at = c;
	return at;
}

static bool has_url_password(const char *value)
{
	for (const char *url = strstr(value, "://"); url; url = strstr(url + 3, "://")) {
		const char *end = user_end(url + 3);

		if (end && memchr(url + 3, ':', (size_t)(end - url - 3)))
			return true;
	}
	return false;
}

bool redact_value_is_secret(const char *value)
{
	if (strstr(value, "-----BEGIN ") || has_url_password(value))
		return true;
	if (strncasecmp(value, "bearer ", 7) == 0 || strncasecmp(value, "basic ", 6) == 0)
		return true;
	for (size_t i = 0; i < COUNT(issued); i++)
		if (text_starts(value, issued[i]))
			return true;
	return false;
}

const char *redact_urls(struct arena *arena, const char *text)
{
	struct buf out = {0};
	const char *url, *copy;

	for (; (url = strstr(text, "://")); text = url) {
		const char *end;

		url += 3;
		buf_add(&out, text, (size_t)(url - text));
		end = user_end(url);
		url = end ? end + 1 : url;
		end = url + strcspn(url, "?# \t");
		buf_add(&out, url, (size_t)(end - url));
		url = *end == '?' || *end == '#' ? end + strcspn(end, " \t") : end;
	}
	buf_puts(&out, text);
	copy = arena_strdup(arena, out.data ? out.data : "");
	buf_done(&out);
	return copy;
}
