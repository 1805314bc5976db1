#include "base/version.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Numbers of any length, so nothing overflows. */
static int compare_digits(const char *a, size_t a_len, const char *b, size_t b_len)
{
	for (; a_len > 0 && *a == '0'; a++)
		a_len--;
	for (; b_len > 0 && *b == '0'; b++)
		b_len--;
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return a_len ? memcmp(a, b, a_len) : 0;
}

static size_t digits_at(const char *text)
{
	size_t len = 0;
	while (is_digit(text[len]))
		len++;
	return len;
}

/* Past a part and the dot that leads to a further one. */
static const char *next_part(const char *text, size_t len)
{
	text += len;
	return *text == '.' && is_digit(text[1]) ? text + 1 : text;
}

static int compare_numbers(const char **a, const char **b)
{
	int order = 0;
	for (size_t a_len, b_len; (a_len = digits_at(*a), b_len = digits_at(*b), a_len || b_len);) {
		if (order == 0)
			order = compare_digits(*a, a_len, *b, b_len);
		*a = next_part(*a, a_len);
		*b = next_part(*b, b_len);
	}
	return order;
}

/* The pre-release behind the numeric parts, NULL when there is none. */
static const char *pre_release(const char *rest)
{
	static const char *const marks[] = {"alpha", "beta", "rc", "pre", "dev"};
	if (*rest != '-')
		return NULL;
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (strncasecmp(rest + 1, marks[i], strlen(marks[i])) == 0)
			return rest + 1;
	return NULL;
}

static size_t identifier_at(const char *text)
{
	size_t len = 0;
	while (isalnum((unsigned char)text[len]) || text[len] == '-')
		len++;
	return len;
}

/* semver 2.0 §11.4.1–3: numbers by value and below texts, texts by ASCII. */
static int compare_identifier(const char *a, size_t a_len, const char *b, size_t b_len)
{
	bool a_number = digits_at(a) == a_len, b_number = digits_at(b) == b_len;
	if (a_number && b_number)
		return compare_digits(a, a_len, b, b_len);
	if (a_number != b_number)
		return a_number ? -1 : 1;
	int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
	return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_pre_release(const char *a, const char *b)
{
	for (;;) {
		size_t a_len = identifier_at(a), b_len = identifier_at(b);
		if (a_len == 0 || b_len == 0)
			return (a_len > 0) - (b_len > 0); /* §11.4.4: more fields win */
		int order = compare_identifier(a, a_len, b, b_len);
		if (order)
			return order;
		a += a[a_len] == '.' ? a_len + 1 : a_len;
		b += b[b_len] == '.' ? b_len + 1 : b_len;
	}
}

int version_compare(const char *a, const char *b)
{
	a += *a == 'v';
	b += *b == 'v';
	int order = compare_numbers(&a, &b);
	if (order)
		return order;
	const char *a_pre = pre_release(a), *b_pre = pre_release(b);
	if (a_pre && b_pre)
		return compare_pre_release(a_pre, b_pre);
	return (a_pre == NULL) - (b_pre == NULL);
}

bool version_valid(const char *text)
{
	return is_digit(text[*text == 'v']);
}
