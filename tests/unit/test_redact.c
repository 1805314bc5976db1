/* Which names and values are kept back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/redact.h"

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static const struct {
	const char *name;
	bool secret;
} names[] = {
	{"DB_PASSWORD", true},
	{"db-pass-word", true},
	{"api-key", true},
	{"x.accessKey", true},
	{"SIGNING_KEY", true},
	{"key", true},
	{"pwd", true},
	{"basic.auth", true},
	{"client_secret", true},
	{"TOKEN", true},
	{"Credentials", true},
	{"monkey", false},
	{"keyboard", false},
	{"KEY_ID", false},
	{"org.opencontainers.image.authors", false},
	{"bypass", false},
	{"com.example.version", false},
	{"PATH", false},
	{"", false},
	{"---", false},
};

static void names_of_secrets_are_told(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(names); i++)
		if (redact_name_is_secret(names[i].name) != names[i].secret)
			fail_msg("%s", names[i].name);
}

static void endless_name_is_kept_back(void **state _unused_)
{
	char name[2048];

	memset(name, 'a', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_true(redact_name_is_secret(name));
}

static const struct {
	const char *value;
	bool secret;
} values[] = {
	{"-----BEGIN RSA PRIVATE KEY-----", true},
	{"https://user:pw@host/x", true},
	{"x http://a https://u:p@h", true},
	{"https://user@host/", false},
	{"https://host:8080/a@b:c", false},
	{"Bearer abc", true},
	{"basic dXNlcg==", true},
	{"ghp_0123456789", true},
	{"AKIA0123456789ABCDEF", true},
	{"eyJhbGciOi", true},
	{"1.2.3", false},
	{"", false},
	{"nginx", false},
	{"basics", false},
};

static void values_of_secrets_are_told(void **state _unused_)
{
	for (size_t i = 0; i < COUNT(values); i++)
		if (redact_value_is_secret(values[i].value) != values[i].secret)
			fail_msg("%s", values[i].value);
}

static const char *const urls[][2] = {
	{"ADD https://u:p@h/x.tar /", "ADD https://h/x.tar /"},
	{"ADD https://h/x?token=1#f /", "ADD https://h/x /"},
	{"ADD https://h/x /", "ADD https://h/x /"},
	{"ADD a b", "ADD a b"},
	{"http://a@b http://c@d?e", "http://b http://d"},
	{"://", "://"},
	{"http://?", "http://"},
	{"", ""},
};

static void urls_lose_credentials_and_queries(void **state _unused_)
{
	_cleanup_(arena_cleanup) struct arena *arena = arena_new();

	for (size_t i = 0; i < COUNT(urls); i++)
		assert_string_equal(redact_urls(arena, urls[i][0]), urls[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_secrets_are_told),
		cmocka_unit_test(endless_name_is_kept_back),
		cmocka_unit_test(values_of_secrets_are_told),
		cmocka_unit_test(urls_lose_credentials_and_queries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
