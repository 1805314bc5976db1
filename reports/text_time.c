#include "reports/text_time.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define FIRST_SECOND (-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND 253402300799    /* 9999-12-31T23:59:59Z */

static struct tm split(int64_t seconds)
{
	struct tm parts = {.tm_mday = 1};
	time_t when = seconds < FIRST_SECOND  ? FIRST_SECOND
		      : seconds > LAST_SECOND ? LAST_SECOND
					      : seconds;

	gmtime_r(&when, &parts);
	return parts;
}

/* strftime's %Y is not padded to four digits by every C library. */
static struct text_time form(int64_t seconds, char between, const char *end)
{
	struct tm t = split(seconds);
	struct text_time ret;

	snprintf(ret.text, sizeof ret.text, "%04u-%02u-%02u%c%02u:%02u:%02u%s",
		 (t.tm_year + 1900u) % 10000, (t.tm_mon + 1u) % 100, t.tm_mday % 100u, between,
		 t.tm_hour % 100u, t.tm_min % 100u, t.tm_sec % 100u, end);
	return ret;
}

struct text_time text_time_rfc3339(int64_t seconds)
{
	return form(seconds, 'T', "Z");
}

struct text_time text_time_person(int64_t seconds)
{
	return form(seconds, ' ', " UTC");
}

struct text_time text_time_zoneless(int64_t seconds)
{
	return form(seconds, 'T', "");
}

struct text_time text_time_last_day(int64_t seconds)
{
	struct text_time ret = form(seconds > INT64_MIN ? seconds - 1 : seconds, ' ', "");

	ret.text[strlen("YYYY-MM-DD")] = '\0';
	return ret;
}

static bool digits(const char *text, size_t count, int *ret)
{
	int sum = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		sum = sum * 10 + (text[i] - '0');
	}
	*ret = sum;
	return true;
}

bool text_time_parse(const char *text, int64_t *ret_seconds)
{
	struct tm parts = {0};
	struct text_time again;
	time_t when;

	if (strlen(text) != strlen("YYYY-MM-DDTHH:MM:SSZ") || !digits(text, 4, &parts.tm_year) ||
	    !digits(text + 5, 2, &parts.tm_mon) || !digits(text + 8, 2, &parts.tm_mday) ||
	    !digits(text + 11, 2, &parts.tm_hour) || !digits(text + 14, 2, &parts.tm_min) ||
	    !digits(text + 17, 2, &parts.tm_sec))
		return false;
	parts.tm_year -= 1900;
	parts.tm_mon -= 1;
	when = timegm(&parts);
	/* timegm turns 30 February into a day of March; what does not come out as it went in is
	 * refused. */
	again = text_time_rfc3339(when);
	if (strcmp(again.text, text) != 0)
		return false;
	*ret_seconds = when;
	return true;
}
